//! A sign-in: the authorization URL, and the parsing of the redirect.

use std::collections::HashMap;
use std::time::Duration;

use adobe_ims::api::UserTokenResponse;
use adobe_ims::credentials::OauthClient;
use adobe_ims::sign_in::{
    AuthorizationRequest, AuthorizationResponse, Flow, PendingAuthorization, Prompt, system_random,
};
use adobe_ims::{Clock, Environment, Error, ErrorClass, ManualClock, Problem};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::canned::{Canned, NOW, run, token_with};
use crate::support::CLIENT_ID;

const REDIRECT: &str = "http://localhost:8888/a?b=c";

fn wanted() -> AuthorizationRequest {
    let scopes = ["openid", "AdobeID", "offline_access"].map(str::to_owned);
    let client = OauthClient::new(Environment::production(), CLIENT_ID);
    AuthorizationRequest::new(client, REDIRECT, scopes.into())
}

pub(crate) fn start(sign_in: AuthorizationRequest) -> PendingAuthorization {
    let mut next = 0;
    let counting = |bytes: &mut [u8; 32]| {
        next += 1;
        bytes.fill(next);
        Ok(())
    };
    sign_in.start(counting).unwrap()
}

/// Returns the parameters in the query of the URL.
pub(crate) fn query_of(pending: &PendingAuthorization) -> HashMap<String, String> {
    let (_, query) = pending.url().split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn random_of(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn problem(outcome: Result<AuthorizationResponse, Error>) -> Problem {
    outcome.unwrap_err().problem()
}

#[test]
fn url_has_state_nonce_and_pkce() {
    let pending = start(
        wanted()
            .prompt(Prompt::Login)
            .resources(vec!["https://a/".into()]),
    );
    let prefix = "https://ims-na1.adobelogin.com/ims/authorize/v2?client_id=client%21%2BID\
        &redirect_uri=http%3A%2F%2Flocalhost%3A8888%2Fa%3Fb%3Dc\
        &scope=openid+AdobeID+offline_access&response_type=code&state=";
    assert!(pending.url().starts_with(prefix), "{}", pending.url());
    let parameters = query_of(&pending);
    assert_eq!(random_of(&parameters["state"]), [2; 32]);
    assert_eq!(random_of(&parameters["nonce"]), [3; 32]);
    let verifier = URL_SAFE_NO_PAD.encode([1; 32]);
    assert_eq!(
        random_of(&parameters["code_challenge"]),
        Sha256::digest(&verifier)[..]
    );
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(
        (&*parameters["prompt"], &*parameters["resource"]),
        ("login", "https://a/")
    );
    let implicit = start(wanted().flow(Flow::Implicit).prompt(Prompt::None));
    let parameters = query_of(&implicit);
    assert_eq!(
        (&*parameters["response_type"], &*parameters["prompt"]),
        ("token", "none")
    );
    assert!(!parameters.contains_key("code_challenge"));
    let display = format!("{pending:?}");
    assert!(
        !display.contains(&verifier) && !display.contains("state"),
        "{display}"
    );
}

#[test]
fn random_values_differ_between_sign_ins() {
    let urls = [0; 3].map(|_| wanted().start(system_random).unwrap().url().to_owned());
    assert_ne!(urls[0], urls[1]);
    assert_ne!(urls[1], urls[2]);
    let without = wanted().start(|_| Err(Error::new(Problem::RandomnessMissing, "none")));
    assert_eq!(without.unwrap_err().problem(), Problem::RandomnessMissing);
}

#[test]
fn redirect_uri_must_be_https_or_loopback() {
    let client = || OauthClient::new(Environment::production(), CLIENT_ID);
    let start =
        |uri: &str| AuthorizationRequest::new(client(), uri, Vec::new()).start(system_random);
    for uri in [
        "http://localhost:8888",
        "http://127.0.0.1/x",
        "http://[::1]:1/",
        "https://app.example/callback?x=1",
    ] {
        assert_eq!(start(uri).unwrap().redirect_uri(), uri);
    }
    for uri in [
        "",
        "/callback",
        "http://app.example/",
        "http://localhost.example/",
        "https://app.example/#x",
        "https://user:SECRET@app.example/",
        "ftp://localhost/",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        let error = start(uri).unwrap_err();
        assert_eq!(error.problem(), Problem::RedirectInvalid, "{uri}");
        assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    }
}

#[test]
fn code_is_read_from_each_form_of_redirect() {
    let pending = start(wanted());
    let state = &query_of(&pending)["state"];
    for address in [
        format!("{REDIRECT}&code=a%2Bb&state={state}"),
        format!("https://elsewhere.example/x?state={state}&code=a%2Bb#"),
        format!(" ?code=a%2Bb&state={state}\n"),
        format!("code=a%2Bb&state={state}&code=a%2Bb"),
        format!("http://localhost:8888/#code=a%2Bb&state={state}"),
    ] {
        let AuthorizationResponse::Code(code) = pending.read(&address).unwrap() else {
            panic!("a code");
        };
        assert_eq!(code.expose(), "a+b", "{address}");
    }
}

#[test]
fn redirect_of_another_sign_in_is_refused() {
    let pending = start(wanted());
    let parameters = query_of(&pending);
    let (state, nonce) = (&parameters["state"], &parameters["nonce"]);
    for (address, expected) in [
        (String::new(), Problem::SignInWithoutResult),
        (
            "http://localhost:8888/".to_owned(),
            Problem::SignInWithoutResult,
        ),
        (format!("{REDIRECT}&state="), Problem::SignInWithoutResult),
        (format!("?state={state}"), Problem::SignInWithoutResult),
        (
            format!("?state={state}&access_token=x"),
            Problem::SignInWithoutResult,
        ),
        (
            format!("?state={state}&code="),
            Problem::SignInWithoutResult,
        ),
        ("?code=c".to_owned(), Problem::SignInStateWrong),
        (format!("?code=c&state={nonce}"), Problem::SignInStateWrong),
        (format!("?code=c&state={state}x"), Problem::SignInStateWrong),
        (
            format!("?code=c&state={}", &state[1..]),
            Problem::SignInStateWrong,
        ),
        (
            format!("?code=c&state={state}&state=x"),
            Problem::SignInStateWrong,
        ),
        (
            format!("?code=c&state={state}&code=d"),
            Problem::SignInStateWrong,
        ),
        (
            "?error=access_denied&state=x".to_owned(),
            Problem::SignInStateWrong,
        ),
        ("x".repeat(70_000), Problem::SignInWithoutResult),
    ] {
        let error = pending.read(&address).unwrap_err();
        assert_eq!(error.problem(), expected, "{address}");
        let display = format!("{error} {error:?}");
        assert!(!display.contains(state.as_str()), "{display}");
    }
}

#[test]
fn each_error_of_a_redirect_has_its_problem() {
    let pending = start(wanted());
    let state = &query_of(&pending)["state"];
    for (code, expected, class) in [
        ("access_denied", Problem::SignInDenied, ErrorClass::Refused),
        (
            "login_required",
            Problem::SignInInteraction,
            ErrorClass::Refused,
        ),
        (
            "consent_required",
            Problem::SignInInteraction,
            ErrorClass::Refused,
        ),
        (
            "interaction_required",
            Problem::SignInInteraction,
            ErrorClass::Refused,
        ),
        ("invalid_scope", Problem::ScopeInvalid, ErrorClass::Refused),
        (
            "unauthorized_client",
            Problem::GrantNotAllowed,
            ErrorClass::Refused,
        ),
        (
            "temporarily_unavailable",
            Problem::ServerError,
            ErrorClass::Unavailable,
        ),
        ("something", Problem::RefusedOtherwise, ErrorClass::Refused),
    ] {
        let address = format!(
            "?error={code}&error_description=Because%0Aof+{state}+eyJhbGciOiJub25lIn0.e30.&state={state}"
        );
        let error = pending.read(&address).unwrap_err();
        assert_eq!(
            (error.problem(), error.class()),
            (expected, class),
            "{code}"
        );
        let display = format!("{error} {error:?}");
        assert!(
            display.contains("Because of [redacted] [redacted]"),
            "{display}"
        );
        assert!(
            !display.contains(state.as_str()) && !display.contains("eyJ"),
            "{display}"
        );
    }
    let code = "c0de-of-THIS-redirect";
    let echo = STANDARD.encode(format!("{state} and {code}"));
    let address = format!(
        "?error=x&error_description=Because+of+{echo}+and+{code}&code={code}&state={state}"
    );
    let error = pending.read(&address).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the sign-in ended with x: \"Because of [redacted] and [redacted]\""
    );
    // An error without state is accepted.
    assert_eq!(
        problem(pending.read("?error=access_denied")),
        Problem::SignInDenied
    );
}

fn finish(
    pending: &PendingAuthorization,
    address: &str,
    canned: &Canned,
) -> Result<UserTokenResponse, Error> {
    let ims = canned.ims();
    run(pending.finish(&ims, pending.read(address)?))
}

fn id_token(claims: &serde_json::Value) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

#[test]
fn code_is_exchanged_with_the_verifier_of_the_challenge() {
    let pending = start(wanted());
    let parameters = query_of(&pending);
    let nonce = parameters["nonce"].as_str();
    for (claims, is_accepted) in [
        (json!({"nonce": nonce}), true),
        (json!({}), true),
        (json!({"nonce": &nonce[1..]}), false),
        (json!({"nonce": ""}), false),
        (json!({"nonce": null}), false),
        (json!({"nonce": [nonce]}), false),
        (json!({"nonce": nonce, "aud": CLIENT_ID}), true),
        (json!({"nonce": nonce, "aud": ["another", CLIENT_ID]}), true),
        (json!({"nonce": nonce, "aud": "another"}), false),
        (json!({"nonce": nonce, "aud": null}), false),
    ] {
        let body = json!({
            "access_token": token_with(json!({})), "expires_in": 86_399, "refresh_token": "next",
            "id_token": id_token(&claims),
        });
        let canned = Canned::new(200, &[], body.to_string());
        let address = format!("?code=c&state={}", parameters["state"]);
        let outcome = finish(&pending, &address, &canned);
        let requests = canned.requests();
        let fields: HashMap<_, _> = form_urlencoded::parse(requests[0].body().as_bytes()).collect();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(fields["code_verifier"].as_bytes()));
        assert_eq!(challenge, parameters["code_challenge"]);
        assert_eq!(fields["code"], "c");
        if is_accepted {
            assert!(outcome.unwrap().refresh_token.is_some())
        } else {
            assert_eq!(outcome.unwrap_err().problem(), Problem::SignInNonceWrong)
        }
    }
}

#[test]
fn expires_in_of_the_implicit_flow_is_read_in_seconds() {
    let pending = start(wanted().flow(Flow::Implicit));
    let state = &query_of(&pending)["state"];
    let token = token_with(json!({}));
    let canned = Canned::new(500, &[], "");
    let now = ManualClock::at_unix(NOW).now();
    for (expires_in, remaining) in [("86399", 86_399), ("soon", 86_400), ("600", 600)] {
        let address = format!(
            "http://localhost:8888/#access_token={token}&state={state}&token_type=bearer\
             &expires_in={expires_in}"
        );
        let tokens = finish(&pending, &address, &canned).unwrap();
        let remaining = Some(Duration::from_secs(remaining));
        assert_eq!(
            tokens.response.token.remaining(now),
            remaining,
            "{expires_in}"
        );
        assert!(tokens.refresh_token.is_none());
    }
    assert!(canned.requests().is_empty(), "no request is sent");
    let code = format!("?code=c&state={state}");
    assert_eq!(problem(pending.read(&code)), Problem::SignInWithoutResult);
    let hostile = format!("?access_token=a%0Ab&state={state}");
    let error = finish(&pending, &hostile, &canned).unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerWithoutToken);
}
