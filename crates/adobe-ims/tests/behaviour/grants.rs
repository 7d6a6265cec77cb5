//! The grants of persons, services and devices: requests and responses.

use std::time::{Duration, SystemTime};

use adobe_ims::api::{ClusterTarget, UserTokenResponse, Warning};
use adobe_ims::credentials::{DeviceCredentials, OauthClient, PermanentCode};
use adobe_ims::{Clock, Environment, Error, ErrorClass, ImsClient, ManualClock, Problem, Secret};
use serde_json::{Value, json};

use crate::canned::{Canned, NOW, run, text, token_with};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION};

const PERSON: &str = "AAAABBBBCCCCDDDD11112222@AdobeID";
const CREDENTIAL: &str = "CREDENTIAL?%&=ü";
const VERIFIER: &str = "VERIFIER~%&=ü";
const SECRET_FIELD: &str = "client_secret=SECRET%3F%25%26%3D%C3%BC";
const CREDENTIAL_FORM: &str = "CREDENTIAL%3F%25%26%3D%C3%BC";

type Grant = fn(&ImsClient, &OauthClient) -> Result<UserTokenResponse, Error>;

fn confidential() -> OauthClient {
    public()
        .with_secrets([CLIENT_SECRET.into()])
        .with_organization(Some(ORGANIZATION))
}

fn public() -> OauthClient {
    OauthClient::new(Environment::stage(), CLIENT_ID)
}

fn now() -> SystemTime {
    ManualClock::at_unix(NOW).now()
}

fn scopes() -> Vec<String> {
    ["openid", "AdobeID"].map(str::to_owned).into()
}

fn resources() -> Vec<String> {
    ["https://a.example/".to_owned(), "b".to_owned()].into()
}

fn code(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    let uri = Some("http://localhost:8888");
    run(ims.authorization_code(client, &CREDENTIAL.into(), Some(&VERIFIER.into()), uri))
}

fn permanent(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    let service = PermanentCode::new(client.clone(), CREDENTIAL.into(), scopes());
    run(ims.permanent_code(&service.for_resources(resources())))
}

fn refresh(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    run(ims.refresh_token(client, &CREDENTIAL.into(), &scopes()))
}

fn device(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    let device = DeviceCredentials::new(client.clone(), "device&1", CREDENTIAL.into(), scopes());
    run(ims.device(&device))
}

fn to_user(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    let target = ClusterTarget::User(PERSON.to_owned());
    run(ims.cluster_exchange(client, &CREDENTIAL.into(), &target, &scopes(), &resources()))
}

fn to_organization(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    let target = ClusterTarget::Organization(ORGANIZATION.to_owned());
    run(ims.cluster_exchange(client, &CREDENTIAL.into(), &target, &[], &[]))
}

fn on_behalf(ims: &ImsClient, client: &OauthClient) -> Result<UserTokenResponse, Error> {
    run(ims.on_behalf_of(client, &CREDENTIAL.into(), &scopes(), &resources()))
}

const ALL: [(&str, Grant); 7] = [
    ("code", code),
    ("permanent", permanent),
    ("refresh", refresh),
    ("device", device),
    ("to user", to_user),
    ("to organization", to_organization),
    ("on behalf", on_behalf),
];

fn fetch(grant: Grant, client: &OauthClient, canned: &Canned) -> Result<UserTokenResponse, Error> {
    let ims = canned.ims();
    grant(&ims, client)
}

fn answer(body: Value) -> Canned {
    Canned::new(200, &[("x-debug-id", "debug-1")], body.to_string())
}

fn success() -> Canned {
    let token = token_with(json!({"scope": "openid,AdobeID"}));
    answer(json!({"access_token": token, "token_type": "bearer", "expires_in": 86_399}))
}

fn sent(grant: Grant, client: &OauthClient) -> (String, String) {
    let canned = success();
    fetch(grant, client, &canned).unwrap();
    let request = canned.request();
    assert_eq!(request.method(), "POST");
    let headers = request.headers();
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let url = request.uri().to_string();
    let path = url.strip_prefix("https://ims-na1-stg1.adobelogin.com");
    let body = text(&request);
    (path.unwrap().to_owned(), body.to_owned())
}

#[test]
fn request_of_each_grant_has_the_expected_bytes() {
    let id = "client_id=client%21%2BID";
    let lists = "scope=openid%2CAdobeID&resource=https%3A%2F%2Fa.example%2F&resource=b";
    let access = "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token";
    let expected = [
        (
            "/ims/token/v3".to_owned(),
            format!(
                "{id}&{SECRET_FIELD}&grant_type=authorization_code&code={CREDENTIAL_FORM}\
                 &redirect_uri=http%3A%2F%2Flocalhost%3A8888&code_verifier=VERIFIER%7E%25%26%3D%C3%BC"
            ),
        ),
        (
            "/ims/token/v2".to_owned(),
            format!(
                "{id}&{SECRET_FIELD}&grant_type=authorization_code&code={CREDENTIAL_FORM}\
                 &{lists}"
            ),
        ),
        (
            "/ims/token/v3".to_owned(),
            format!(
                "{id}&{SECRET_FIELD}&grant_type=refresh_token&refresh_token={CREDENTIAL_FORM}\
                 &scope=openid%2CAdobeID"
            ),
        ),
        (
            "/ims/token/v1".to_owned(),
            format!(
                "{id}&{SECRET_FIELD}&grant_type=device&device_id=device%261\
                 &device_token={CREDENTIAL_FORM}&scope=openid%2CAdobeID"
            ),
        ),
        (
            format!("/ims/token/v3?{id}"),
            format!(
                "{SECRET_FIELD}&grant_type=cluster_at_exchange&user_token={CREDENTIAL_FORM}\
                 &user_id=AAAABBBBCCCCDDDD11112222%40AdobeID&{lists}"
            ),
        ),
        (
            format!("/ims/token/v3?{id}"),
            format!(
                "{SECRET_FIELD}&grant_type=cluster_at_exchange&user_token={CREDENTIAL_FORM}\
                 &owning_org_id=0123456789ABCDEF01234567%40AdobeOrg"
            ),
        ),
        (
            "/ims/token/v4".to_owned(),
            format!(
                "{id}&{SECRET_FIELD}\
                 &grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
                 &subject_token={CREDENTIAL_FORM}&subject_token_type={access}\
                 &requested_token_type={access}&{lists}"
            ),
        ),
    ];
    for ((name, grant), expected) in ALL.into_iter().zip(expected) {
        assert_eq!(sent(grant, &confidential()), expected, "{name}");
    }
}

#[test]
fn public_client_sends_no_secret() {
    let start = "client_id=client%21%2BID&grant_type=";
    let (path, body) = sent(code, &public());
    assert_eq!(path, "/ims/token/v3");
    assert!(body.starts_with(&format!("{start}authorization_code&code=CREDENTIAL")));
    assert!(body.contains("&code_verifier=") && !body.contains("client_secret"));
    let (path, body) = sent(refresh, &public());
    assert_eq!(path, "/ims/token/v3");
    assert!(body.starts_with(&format!("{start}refresh_token&")));
    assert!(!body.contains("client_secret"));
    for grant in [permanent, to_user, on_behalf] {
        let canned = success();
        let error = fetch(grant, &public(), &canned).unwrap_err();
        assert_eq!(error.problem(), Problem::ClientSecretMissing);
        assert_eq!(error.class(), ErrorClass::Configuration);
        assert!(canned.requests().is_empty(), "nothing was sent");
    }
}

#[test]
fn expires_in_is_read_in_the_unit_of_the_endpoint() {
    for (name, grant) in ALL {
        let opaque =
            |expires_in: u64| answer(json!({"access_token": "opaque", "expires_in": expires_in}));
        let (expires_in, unit) = match name {
            "device" => (3_599_000, "ms"),
            _ => (3_599, "s"),
        };
        let tokens = fetch(grant, &confidential(), &opaque(expires_in)).unwrap();
        assert_eq!(
            tokens.response.token.remaining(now()),
            Some(Duration::from_secs(3_599)),
            "{name} in {unit}"
        );
        assert_eq!(tokens.response.warnings, [], "{name}");
    }
}

#[test]
fn other_tokens_of_the_response_are_returned_and_hidden_in_debug() {
    let end = (NOW + 14 * 86_400) * 1000;
    let token = token_with(json!({"user_id": PERSON, "rtea": end.to_string()}));
    let body = json!({
        "access_token": token, "expires_in": 86_399, "refresh_token": "eyJSEFRESH.a.b",
        "id_token": "eyJIDENTITY.a.b", "sub": PERSON,
    });
    let tokens = fetch(code, &confidential(), &answer(body.clone())).unwrap();
    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    assert_eq!(refresh_token.expose(), "eyJSEFRESH.a.b");
    assert_eq!(
        tokens.id_token.as_ref().unwrap().expose(),
        "eyJIDENTITY.a.b"
    );
    assert_eq!(tokens.user_id.as_deref(), Some(PERSON));
    let end = SystemTime::UNIX_EPOCH + Duration::from_millis(end);
    assert_eq!(tokens.refresh_expires_at, Some(end));
    let token = &tokens.response.token;
    assert_eq!(token.organization_id(), Some(ORGANIZATION));
    let display = format!("{tokens:?}");
    assert!(
        !display.contains("eyJ") && !display.contains("SEFRESH"),
        "{display}"
    );
    // The refresh token expires by the server's clock, which is an hour behind here.
    let server_time = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW - 3_600);
    let date = httpdate_of(server_time);
    let canned = Canned::new(200, &[("date", &date)], body.to_string());
    let tokens = fetch(code, &confidential(), &canned).unwrap();
    assert_eq!(
        tokens.refresh_expires_at,
        Some(end + Duration::from_secs(3_600))
    );
    // A response without these fields.
    let bare = fetch(code, &confidential(), &success()).unwrap();
    assert!(bare.refresh_token.is_none() && bare.id_token.is_none());
    assert_eq!((bare.refresh_expires_at, bare.user_id), (None, None));
}

fn httpdate_of(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}

#[test]
fn user_id_is_read_from_each_source() {
    let claimed = token_with(json!({"user_id": PERSON}));
    let opaque = "opaque".to_owned();
    for (token, more, user_id) in [
        (&claimed, json!({}), Some(PERSON)),
        (
            &claimed,
            json!({"sub": "other@AdobeID"}),
            Some("other@AdobeID"),
        ),
        (
            &opaque,
            json!({"userId": PERSON, "sub": "x@y"}),
            Some(PERSON),
        ),
        (&opaque, json!({"userId": "a\nb", "sub": 7}), None),
        (&claimed, json!({"sub": "x".repeat(101)}), Some(PERSON)),
    ] {
        let mut body = json!({"access_token": token, "expires_in": 86_399});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let tokens = fetch(refresh, &confidential(), &answer(body)).unwrap();
        assert_eq!(tokens.user_id.as_deref(), user_id, "{more}");
    }
}

#[test]
fn display_name_prefers_email_over_name_over_id() {
    for (claims, person) in [
        (
            json!({"email": "jane@example.com", "name": "Jane"}),
            Some("jane@example.com"),
        ),
        (json!({"email": "", "name": "Jane Doe"}), Some("Jane Doe")),
        (json!({"email": 7}), Some(PERSON)),
    ] {
        let body = json!({
            "access_token": "opaque", "expires_in": 86_399, "userId": PERSON, "id_token": token_with(claims),
        });
        let tokens = fetch(refresh, &confidential(), &answer(body)).unwrap();
        assert_eq!(tokens.display_name().as_deref(), person);
    }
    let body = json!({"access_token": "opaque", "expires_in": 86_399, "id_token": "no token"});
    let tokens = fetch(refresh, &confidential(), &answer(body)).unwrap();
    assert_eq!(tokens.display_name(), None);
}

#[test]
fn each_grant_tries_the_next_secret_after_a_wrong_one() {
    let wrong =
        r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#;
    let client = public().with_secrets(["old".into(), CLIENT_SECRET.into()]);
    for (name, grant) in ALL {
        let canned = Canned::new(400, &[], wrong).then(success());
        let tokens = fetch(grant, &client, &canned).unwrap();
        let notices = tokens.response.warnings;
        assert!(notices.contains(&Warning::SecretRefused), "{name}");
        let secrets: Vec<_> = canned.requests().iter().map(secret_of).collect();
        assert_eq!(secrets, ["old", CLIENT_SECRET], "{name}");
        let canned = Canned::new(400, &[], r#"{"error":"invalid_grant"}"#).then(success());
        fetch(grant, &client, &canned).unwrap_err();
        assert_eq!(canned.requests().len(), 1, "{name}");
    }
}

fn secret_of(request: &http::Request<adobe_ims::transport::Body>) -> String {
    let mut fields = form_urlencoded::parse(request.body().as_bytes());
    let secret = fields.find(|(name, _)| name == "client_secret");
    secret.unwrap().1.into_owned()
}

#[test]
fn refused_credential_of_each_grant_has_its_problem() {
    let problem = [
        Problem::CodeRefused,
        Problem::CodeRefused,
        Problem::SignInAgain,
        Problem::DeviceRefused,
        Problem::UserTokenRefused,
        Problem::UserTokenRefused,
        Problem::UserTokenRefused,
    ];
    for ((name, grant), problem) in ALL.into_iter().zip(problem) {
        for (status, body) in [
            (400, json!({"error": "access_denied"})),
            (
                400,
                json!({"error": "invalid_grant", "error_description": "Authorization code expired"}),
            ),
            (
                401,
                json!({"error": "invalid_token", "error_description": "Token has expired"}),
            ),
            (400, json!({"error": "invalid_token"})),
        ] {
            let canned = Canned::new(status, &[], body.to_string());
            let error = fetch(grant, &confidential(), &canned).unwrap_err();
            assert_eq!(error.problem(), problem, "{name} {body}");
            assert!(!error.is_transient(), "{name} {body}");
            assert_eq!(error.server().unwrap().status, status);
        }
        for (status, body, problem) in [
            (
                400,
                json!({"error": "invalid_scope"}),
                Problem::ScopeInvalid,
            ),
            (
                400,
                json!({"error": "unauthorized_client"}),
                Problem::GrantNotAllowed,
            ),
            (
                400,
                json!({"error": "bad_request"}),
                Problem::RefusedOtherwise,
            ),
            (503, json!({"error": "invalid_grant"}), Problem::ServerError),
            (
                500,
                json!({"error": "internal_error", "error_description": "Please try again later"}),
                Problem::InternalError,
            ),
            (429, json!({}), Problem::Throttled),
            (200, json!({}), Problem::AnswerWithoutToken),
        ] {
            let canned = Canned::new(status, &[], body.to_string());
            let error = fetch(grant, &confidential(), &canned).unwrap_err();
            assert_eq!(error.problem(), problem, "{name} {status} {body}");
        }
    }
}

#[test]
fn token_exchange_reads_its_own_refusal_code() {
    for (name, grant) in ALL {
        let canned = Canned::new(400, &[], r#"{"error":"invalid_request"}"#);
        let expected = match name {
            "on behalf" => Problem::UserTokenRefused,
            _ => Problem::RequestInvalid,
        };
        let error = fetch(grant, &confidential(), &canned).unwrap_err();
        assert_eq!(error.problem(), expected, "{name}");
    }
}

#[test]
fn echoed_secrets_of_each_grant_are_not_in_the_error() {
    for (name, grant) in ALL {
        let echo = format!(
            "{CREDENTIAL} {CREDENTIAL_FORM} {CLIENT_SECRET} {}",
            token_with(json!({}))
        );
        let body = json!({"error": "invalid_grant", "error_description": echo});
        let canned = Canned::new(400, &[], body.to_string());
        let error = fetch(grant, &confidential(), &canned).unwrap_err();
        let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
        for secret in ["CREDENTIAL", "SECRET", "VERIFIER", "eyJ"] {
            assert!(!everything.contains(secret), "{name}: {everything}");
        }
    }
    let verifier = json!({"error": "invalid_grant", "error_description": VERIFIER});
    let canned = Canned::new(400, &[], verifier.to_string());
    let error = fetch(code, &confidential(), &canned).unwrap_err();
    assert!(!format!("{error:?}").contains("VERIFIER"));
}

#[test]
fn missing_scope_of_a_refreshed_token_is_a_warning() {
    let requested = ["openid", "system", "offline_access"].map(str::to_owned);
    let canned = success();
    let ims = ImsClient::new(canned).with_clock(ManualClock::at_unix(NOW));
    let tokens = run(ims.refresh_token(&public(), &Secret::new(CREDENTIAL), &requested)).unwrap();
    let missing = Warning::MissingScopes(vec!["system".to_owned()]);
    assert_eq!(tokens.response.warnings, [missing]);
}
