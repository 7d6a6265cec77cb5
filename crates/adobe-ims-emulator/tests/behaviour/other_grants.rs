//! The grants `device`, `cluster_at_exchange` and token exchange.

use std::time::Duration;

use adobe_ims_emulator::identities::{AccountType, Organization};
use adobe_ims_emulator::{Emulator, GrantType, OauthClient, Person, RegistrationError, SignIn};
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, decode, form, post, send,
};
use crate::user_clients::{EMAIL, PUBLIC, builder, emulator, request_tokens, sign_in, text};

const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

fn user_token(emulator: &Emulator) -> String {
    let tokens = emulator.user_tokens(&sign_in(&["openid", "email"]));
    tokens.unwrap().access_token
}

/// Sends all parameters in the query of a POST without a body, as a published client does.
fn device(emulator: &Emulator, id: &str, token: &str) -> TestResponse {
    let query = form(&[
        ("grant_type", "device"),
        ("scope", "AdobeID,openid"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("device_id", id),
        ("device_token", token),
    ]);
    let request = Request::post(format!("/ims/token/v1?{query}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json;charset=UTF-8");
    send(emulator, request, b"")
}

#[test]
fn device_gets_tokens_of_person_who_registered_it() {
    let emulator = emulator();
    let all = sign_in(&["openid", "AdobeID"]);
    let token = emulator.device_token(&all, "device?&=1").unwrap();
    let response = device(&emulator, "device?&=1", &token);
    let claims = decode(text(&response, "access_token")).1;
    assert_eq!(response.json["expires_in"], 86_399_998);
    assert_eq!(claims["user_id"], emulator.people()[0].user_id());
    assert_eq!(claims["scope"], "AdobeID,openid");
    assert_eq!(response.json.get("refresh_token"), None);
    let refused = (400, "invalid_grant", "Invalid or expired device token.");
    for (id, token) in [
        ("device", &*token),
        ("device?&=1", "x"),
        ("device?&=1", &user_token(&emulator)),
    ] {
        assert_eq!(device(&emulator, id, token).error(), refused);
    }
    let day = Duration::from_secs(86_400);
    emulator
        .clock()
        .advance(14 * day - Duration::from_millis(1));
    assert_eq!(device(&emulator, "device?&=1", &token).status, 200);
    emulator.clock().advance(Duration::from_millis(1));
    let late = device(&emulator, "device?&=1", &token);
    assert_eq!(late.error(), refused);
    assert_eq!(emulator.tokens_minted_by(GrantType::Device), 2);
    let elsewhere = emulator.device_token(&SignIn::new(PUBLIC, EMAIL), "x");
    let not_allowed = RegistrationError::NotAllowed(PUBLIC.to_owned());
    assert_eq!(elsewhere.unwrap_err(), not_allowed);
}

#[test]
fn person_gets_token_for_other_own_account() {
    let person = Person::new().email(EMAIL);
    let emulator = builder().start().unwrap();
    assert!(emulator.add_person(person).is_err(), "the user id is taken");
    let auth_id = emulator.people()[0].auth_id().to_owned();
    let managed = Person::new()
        .auth_id(&auth_id)
        .account_type(AccountType::Enterprise)
        .member_of(Organization::new(ORG), []);
    let managed = emulator.add_person(managed).unwrap();
    let stranger = Person::new().member_of(Organization::new("other@AdobeOrg"), []);
    let stranger = emulator.add_person(stranger).unwrap();
    let token = user_token(&emulator);
    let request_tokens = |pairs: &[(&str, &str)]| {
        let mut all = vec![("grant_type", "cluster_at_exchange"), ("scope", "openid")];
        all.extend(pairs);
        request_tokens(&emulator, "/v3", &all)
    };
    for selector in [("user_id", managed.user_id()), ("owning_org_id", ORG)] {
        let response = request_tokens(&[("user_token", &token), selector, ("resource", "r")]);
        let claims = decode(text(&response, "access_token")).1;
        assert_eq!(claims["user_id"], managed.user_id());
        assert_eq!(claims["aud"], json!(["r"]));
        assert_eq!(response.json["expires_in"], 86_399);
    }
    let both = [
        ("user_token", &*token),
        ("user_id", managed.user_id()),
        ("owning_org_id", ORG),
    ];
    assert_eq!(request_tokens(&both).error().1, "invalid_request");
    assert_eq!(request_tokens(&both[..1]).error().1, "invalid_request");
    assert_eq!(request_tokens(&both[1..2]).error().1, "invalid_request");
    for selector in [
        ("user_id", stranger.user_id()),
        ("owning_org_id", "other@AdobeOrg"),
    ] {
        let response = request_tokens(&[("user_token", &token), selector]);
        assert_eq!(response.error().1, "access_denied");
    }
    let machine = AssertionSigner::of(&emulator).token(&emulator);
    let response = request_tokens(&[("user_token", &machine), ("owning_org_id", ORG)]);
    assert_eq!(response.error().1, "invalid_grant");
}

fn on_behalf(emulator: &Emulator, version: &str, changes: &[(&str, &str)]) -> TestResponse {
    let mut pairs = vec![
        ("grant_type", EXCHANGE),
        ("subject_token_type", ACCESS_TOKEN),
        ("requested_token_type", ACCESS_TOKEN),
        ("scope", "openid"),
    ];
    for (name, _) in changes {
        pairs.retain(|(present, _)| present != name);
    }
    pairs.extend(changes);
    request_tokens(emulator, version, &pairs)
}

#[test]
fn token_exchange_names_acting_client() {
    let emulator = emulator();
    let token = user_token(&emulator);
    let response = on_behalf(&emulator, "/v4", &[("subject_token", &token)]);
    let first = text(&response, "access_token");
    let claims = decode(first).1;
    assert_eq!(claims["user_id"], emulator.people()[0].user_id());
    assert_eq!(claims["scope"], "openid");
    assert_eq!(claims["act"], json!({"sub": CLIENT_ID}));
    assert_eq!(response.json["expires_in"], 86_399);
    let response = on_behalf(&emulator, "/v4", &[("subject_token", first)]);
    let claims = decode(text(&response, "access_token")).1;
    let chain = json!({"sub": CLIENT_ID, "act": {"sub": CLIENT_ID}});
    assert_eq!(claims["act"], chain);
    assert_eq!(decode(&token).1.get("act"), None::<&Value>);
    assert_eq!(emulator.tokens_minted_by(GrantType::TokenExchange), 2);
}

#[test]
fn token_exchange_takes_user_access_tokens_in_v4_only() {
    let emulator = emulator();
    let token = user_token(&emulator);
    let machine = AssertionSigner::of(&emulator).token(&emulator);
    let code = emulator.authorization_code(&sign_in(&["openid"])).unwrap();
    let refused = |changes: &[(&str, &str)]| {
        let response = on_behalf(&emulator, "/v4", changes);
        assert_eq!(response.error().0, 400);
        response.error().1.to_owned()
    };
    let subject = ("subject_token", &*token);
    for changes in [
        &[("subject_token", &*machine)][..],
        &[("subject_token", &code)],
        &[("subject_token", "x")],
        &[],
        &[subject, ("subject_token_type", "")],
        &[subject, ("subject_token_type", "jwt")],
        &[subject, ("requested_token_type", "jwt")],
    ] {
        assert_eq!(refused(changes), "invalid_request", "{changes:?}");
    }
    assert_eq!(refused(&[subject, ("scope", "")]), "invalid_scope");
    assert_eq!(refused(&[subject, ("scope", "other")]), "invalid_scope");
    let early = on_behalf(&emulator, "/v3", &[subject]);
    assert_eq!(early.error().1, "unsupported_grant_type");
    emulator.clock().advance(Duration::from_secs(86_400));
    assert_eq!(refused(&[subject]), "invalid_request", "expired");
}

#[test]
fn public_client_is_refused_grants_without_sign_in() {
    let public = OauthClient::new()
        .client_id("open!+ID")
        .public()
        .scopes(["openid"])
        .service_code("service?%&=ü")
        .grants([
            GrantType::ClientCredentials,
            GrantType::AuthorizationCode,
            GrantType::ClusterAtExchange,
            GrantType::TokenExchange,
        ]);
    let emulator = builder().oauth_client(public).start().unwrap();
    let token = user_token(&emulator);
    let user_id = emulator.people()[0].user_id().to_owned();
    let grants: [(&str, &[(&str, &str)]); 4] = [
        ("client_credentials", &[]),
        ("authorization_code", &[("code", "service?%&=ü")]),
        (
            "cluster_at_exchange",
            &[("user_token", &token), ("user_id", &user_id)],
        ),
        (
            EXCHANGE,
            &[
                ("subject_token", &token),
                ("subject_token_type", ACCESS_TOKEN),
            ],
        ),
    ];
    for (grant, fields) in grants {
        let mut pairs = vec![
            ("grant_type", grant),
            ("client_id", "open!+ID"),
            ("scope", "openid"),
        ];
        pairs.extend(fields);
        let response = post(&emulator, "/ims/token/v4", FORM, form(&pairs));
        let error = response.error();
        assert_eq!((error.0, error.1), (400, "unauthorized_client"), "{grant}");
    }
    assert_eq!(emulator.tokens_minted(), 1, "only the token of the sign-in");
    let usual = emulator.add_oauth_client(OauthClient::new().public());
    let people = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    assert_eq!(usual.unwrap().grants(), people);
}
