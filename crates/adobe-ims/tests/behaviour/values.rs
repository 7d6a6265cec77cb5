//! Credentials that a program builds itself are checked no later than in the request: nothing is sent that cannot be
//! right.

use adobe_ims::api::{Cascade, ClusterTarget, ProfileVersion, TokenType};
use adobe_ims::credentials::{
    CredentialFields, DeviceCredentials, FieldNames, OauthClient, PermanentCode,
};
use adobe_ims::{AccessToken, Credentials, Environment, Error, Problem, Secret};
use serde_json::json;

use crate::canned::{Canned, run, text, token};

const GOOD_SECRET: &str = "SECRET?%&=ü";

fn key() -> String {
    include_str!("../fixtures/pkcs8.pem").to_owned()
}

fn client(id: &str, secret: &str) -> OauthClient {
    OauthClient::new(Environment::production(), id).with_secrets([secret.into()])
}

/// Returns the outcomes of every request in which this client stands.
fn outcomes(canned: &Canned, client: &OauthClient) -> Vec<Result<(), Error>> {
    let ims = canned.ims();
    let token = Secret::new("token");
    let cluster = ClusterTarget::Organization("x@AdobeOrg".to_owned());
    let code = PermanentCode::new(client.clone(), "code".into(), Vec::new());
    let device = DeviceCredentials::new(client.clone(), "id", "token".into(), Vec::new());
    run(async {
        vec![
            ims.authorization_code(client, &token, None, None)
                .await
                .map(drop),
            ims.refresh_token(client, &token, &[]).await.map(drop),
            ims.on_behalf_of(client, &token, &[], &[]).await.map(drop),
            ims.cluster_exchange(client, &token, &cluster, &[], &[])
                .await
                .map(drop),
            ims.permanent_code(&code).await.map(drop),
            ims.device(&device).await.map(drop),
            ims.revoke(&token, TokenType::Access, client)
                .await
                .map(drop),
            ims.invalidate_as(&token, TokenType::Access, client, Cascade::None)
                .await
                .map(drop),
        ]
    })
}

#[test]
fn private_key_in_a_client_that_a_program_builds_is_never_posted() {
    for client in [client("id", &key()), client(&key(), GOOD_SECRET)] {
        let canned = Canned::new(200, &[], "{}");
        for outcome in outcomes(&canned, &client) {
            let error = outcome.unwrap_err();
            assert_eq!(error.problem(), Problem::ValueInvalid, "{error}");
            assert!(
                error.to_string().ends_with(" holds a private key"),
                "{error}"
            );
        }
        assert!(canned.requests().is_empty());
    }
}

#[test]
fn client_id_is_checked_in_urls_and_headers() {
    let canned = Canned::new(200, &[], "{}");
    let ims = canned.ims();
    let (environment, secret) = (Environment::production(), Secret::new("token"));
    let access = AccessToken::new(token().into()).unwrap();
    let outcomes = run(async {
        let version = ProfileVersion::default();
        vec![
            ims.validate(&secret, TokenType::Access, "${ID}", &environment)
                .await
                .map(drop),
            ims.profile(&access, version, Some("${ID}"), &environment)
                .await
                .map(drop),
            ims.invalidate(&secret, TokenType::Access, "${ID}", &environment)
                .await
                .map(drop),
        ]
    });
    for outcome in outcomes {
        let message = "the client id holds a reference that nobody replaced (${NAME})";
        assert_eq!(outcome.unwrap_err().to_string(), message);
    }
    assert!(canned.requests().is_empty());
}

#[test]
fn codes_and_tokens_are_checked_in_each_request() {
    let canned = Canned::new(200, &[], "{}");
    let (ims, client) = (canned.ims(), client("id", GOOD_SECRET));
    let null = Secret::new("null");
    let code = PermanentCode::new(client.clone(), null.clone(), Vec::new());
    let device = DeviceCredentials::new(client.clone(), "id", null.clone(), Vec::new());
    let outcomes = run(async {
        vec![
            ims.authorization_code(&client, &null, None, None)
                .await
                .map(drop),
            ims.refresh_token(&client, &null, &[]).await.map(drop),
            ims.on_behalf_of(&client, &null, &[], &[]).await.map(drop),
            ims.permanent_code(&code).await.map(drop),
            ims.device(&device).await.map(drop),
            ims.revoke(&null, TokenType::Access, &client)
                .await
                .map(drop),
        ]
    });
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.problem(), Problem::ValueInvalid, "{error}");
    }
    assert!(canned.requests().is_empty());
}

#[test]
fn client_that_a_program_builds_is_repaired() {
    let body = json!({"access_token": token(), "expires_in": 86_399}).to_string();
    let canned = Canned::new(200, &[], body);
    let client = client("'client!+ID'", "\"SECRET?%&=ü\\n\"\r\n");
    assert_eq!(client.client_id(), "client!+ID");
    run(canned.ims().refresh_token(&client, &Secret::new("t"), &[])).unwrap();
    let request = canned.request();
    let sent = "client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC&";
    assert!(text(&request).starts_with(sent), "{}", text(&request));
}

#[test]
fn note_about_a_repaired_secret_comes_first_when_ims_refuses_it() {
    let refusal =
        r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#;
    let canned = Canned::new(400, &[], refusal);
    let client = client("id", "'SECRET?%&=ü'");
    let error = run(canned.ims().refresh_token(&client, &Secret::new("t"), &[])).unwrap_err();
    assert_eq!(error.problem(), Problem::ClientSecretWrong);
    let begin = "the client secret had quotes around it, which were left out; IMS refused";
    assert!(error.to_string().starts_with(begin), "{error}");
}

#[test]
fn fields_of_a_caller_are_checked_with_the_names_of_their_places() {
    let mut names = FieldNames::default();
    names.client_secret = "MY_SECRET";
    names.technical_account_id = "MY_ACCOUNT";
    let fields = CredentialFields::new()
        .client_id("x")
        .client_secret(key())
        .technical_account_id("<id>");
    let error = fields.check(&names).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MY_SECRET holds a private key; MY_ACCOUNT holds the placeholder of an example"
    );
    let missing = CredentialFields::new().client_id("x");
    assert!(missing.check(&names).is_ok());
    let error = fields.credentials(names).unwrap_err();
    assert_eq!(error.problem(), Problem::ValueInvalid);
}

#[test]
fn text_that_is_no_access_token_makes_none() {
    for (text, problem) in [
        ("null", Problem::ValueInvalid),
        ("$TOKEN", Problem::ValueInvalid),
        ("***", Problem::ValueInvalid),
        (&key(), Problem::ValueInvalid),
        ("", Problem::TokenUnreadable),
        ("a b", Problem::TokenUnreadable),
        (
            // {"alg":"RS256"} and {"aud":"https://ims/c/x"}
            "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2ltcy9jL3gifQ.c2ln",
            Problem::TokenIsAssertion,
        ),
    ] {
        let error = AccessToken::new(text.into()).unwrap_err();
        assert_eq!(error.problem(), problem, "{text}: {error}");
    }
    let token = AccessToken::new("'opaque'\\n".into()).unwrap();
    assert_eq!(token.as_secret().expose(), "opaque");
}

#[test]
fn token_in_place_of_a_document_is_called_one() {
    for text in [token(), format!("Bearer {}", token())] {
        let error = Credentials::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.problem(), Problem::DocumentIsToken);
    }
}
