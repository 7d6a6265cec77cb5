//! The grants `promise` and `promise_exchange`.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, GrantType, OauthClient, SignIn};

use crate::support::{CLIENT_ID, FORM, SECRET, TestResponse, decode, form, post};
use crate::user_clients::{EMAIL, PUBLIC, builder, text};

const EMITTER: &str = "emitter!+ID";
const CONSUMER: &str = "consumer!+ID";
const INVALID: (u16, &str, &str) = (
    401,
    "invalid_promise_token",
    "Promise token invalid, invalidated or expired.",
);

fn emulator() -> Emulator {
    let client = |id: &str, grant| {
        OauthClient::new()
            .client_id(id)
            .client_secret(SECRET)
            .grants([grant])
    };
    builder()
        .oauth_client(client(EMITTER, GrantType::Promise))
        .oauth_client(client(CONSUMER, GrantType::PromiseExchange))
        .start()
        .unwrap()
}

fn request(emulator: &Emulator, client: &str, fields: &[(&str, &str)]) -> TestResponse {
    let mut all = vec![("client_id", client), ("client_secret", SECRET)];
    all.extend(fields);
    post(emulator, "/ims/token/v4", FORM, form(&all))
}

fn promise_for(emulator: &Emulator, token: &str) -> TestResponse {
    let fields = [
        ("grant_type", "promise"),
        ("promise_definition_id", "def?&"),
        ("authenticating_token", token),
    ];
    request(emulator, EMITTER, &fields)
}

fn promise(emulator: &Emulator) -> String {
    let sign_in = SignIn::new(PUBLIC, EMAIL).scopes(["openid", "AdobeID"]);
    let token = emulator.user_tokens(&sign_in).unwrap().access_token;
    let response = promise_for(emulator, &token);
    assert_eq!(response.json["token_type"], "promise_token");
    assert_eq!(response.json["expires_in"], 14_399);
    assert_eq!(response.json["scope"], "openid,AdobeID");
    text(&response, "promise_token").to_owned()
}

fn exchange(emulator: &Emulator, promise: &str, scope: &str) -> TestResponse {
    let fields = [
        ("grant_type", "promise_exchange"),
        ("promise_token", promise),
        ("scope", scope),
    ];
    request(emulator, CONSUMER, &fields)
}

fn invalidate(emulator: &Emulator, client: &str, token: &str, cascading: bool) -> TestResponse {
    let mut fields = vec![
        ("client_id", client),
        ("client_secret", SECRET),
        ("token_type", "promise_token"),
        ("token", token),
    ];
    if cascading {
        fields.push(("cascading", "all"));
    }
    post(emulator, "/ims/invalidate_token/v2", FORM, form(&fields))
}

#[test]
fn promise_is_exchanged_for_a_short_token_of_the_person_and_a_new_promise() {
    let emulator = emulator();
    let first = promise(&emulator);
    let response = exchange(&emulator, &first, "AdobeID");
    assert_eq!(response.json["expires_in"], 299);
    assert_eq!(response.json["promise_token_expires_in"], 14_399);
    assert_eq!(response.json["token_type"], "access_token");
    let claims = decode(text(&response, "access_token")).1;
    assert_eq!(claims["client_id"], CONSUMER);
    assert_eq!(claims["user_id"], emulator.people()[0].user_id());
    assert_eq!(
        (&claims["scope"], &claims["expires_in"]),
        (&"AdobeID".into(), &"300000".into())
    );
    let next = text(&response, "promise_token");
    assert_ne!(next, first);
    assert_eq!(response.json["promise_token_id"], decode(next).1["id"]);
    assert_eq!(decode(next).1["promise_definition_id"], "def?&");
    emulator.clock().advance(Duration::from_secs(14_399));
    assert_eq!(exchange(&emulator, &first, "").status, 200);
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(exchange(&emulator, &first, "").error(), INVALID);
}

#[test]
fn wrong_promise_and_wrong_authenticating_token_are_refused() {
    let emulator = emulator();
    let promise = promise(&emulator);
    let (start, _) = promise.rsplit_once('.').unwrap();
    for wrong in ["x", &format!("{start}.c2ln")] {
        assert_eq!(exchange(&emulator, wrong, "").error(), INVALID);
        let error = (
            401,
            "invalid_authenticating_token",
            "Authenticating token invalid or expired",
        );
        assert_eq!(promise_for(&emulator, wrong).error(), error);
    }
    assert_eq!(promise_for(&emulator, &promise).status, 401);
    let more = exchange(&emulator, &promise, "AdobeID,email");
    assert_eq!(more.error().1, "invalid_scope");
    let fields = [
        ("grant_type", "promise_exchange"),
        ("promise_token", &*promise),
    ];
    assert_eq!(
        request(&emulator, EMITTER, &fields).error().1,
        "unauthorized_client"
    );
    let mut all = vec![("client_id", CONSUMER), ("client_secret", SECRET)];
    all.extend(fields);
    let v3 = post(&emulator, "/ims/token/v3", FORM, form(&all));
    assert_eq!(v3.error().1, "unsupported_grant_type");
    let missing = request(&emulator, CONSUMER, &fields[..1]);
    assert_eq!(missing.error().2, "The parameter promise_token is missing.");
}

#[test]
fn clients_of_promises_invalidate_them() {
    let emulator = emulator();
    let first = promise(&emulator);
    let next = text(&exchange(&emulator, &first, ""), "promise_token").to_owned();
    let stranger = invalidate(&emulator, CLIENT_ID, &first, false);
    let error = (400, "invalid_parameter_value", "Invalid or expired token.");
    assert_eq!(stranger.error(), error);
    assert_eq!(invalidate(&emulator, CONSUMER, &first, false).status, 200);
    assert_eq!(exchange(&emulator, &first, "").error(), INVALID);
    assert_eq!(
        invalidate(&emulator, CONSUMER, &first, false).error(),
        error
    );
    assert_eq!(exchange(&emulator, &next, "").status, 200);
    assert_eq!(invalidate(&emulator, EMITTER, &next, true).status, 200);
    assert_eq!(exchange(&emulator, &next, "").error(), INVALID);
}
