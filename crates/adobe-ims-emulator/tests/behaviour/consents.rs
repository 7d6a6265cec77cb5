//! Tokens for an organization that consented to a client of another one.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, GrantType, OauthClient};
use http::Request;
use serde_json::json;

use crate::support::{
    CLIENT_ID, FORM, SECRET, TestResponse, decode, form, frozen_builder, post, send,
};

const OWN: &str = "0123456789ABCDEF01234567@AdobeOrg";
const OTHER: &str = "ABCDEF0123456789ABCDEF01@AdobeOrg";
const PATH: &str = "/_emu/clients/client%21%2BID/consents/ABCDEF0123456789ABCDEF01%40AdobeOrg";

fn emulator() -> Emulator {
    let client = OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .organization(OWN);
    frozen_builder().oauth_client(client).start().unwrap()
}

fn request_token(emulator: &Emulator, organization: &str) -> TestResponse {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", "openid,AdobeID,read_organizations"),
        ("org_id", organization),
    ];
    post(emulator, "/ims/token/v3", FORM, form(&fields))
}

fn profile_status(emulator: &Emulator, token: &str) -> u16 {
    let request =
        Request::get("/ims/profile/v1").header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"").status
}

#[test]
fn consent_gives_tokens_of_one_hour_for_the_other_organization() {
    let emulator = emulator();
    assert_eq!(request_token(&emulator, OTHER).error().1, "invalid_request");
    let given = send(&emulator, Request::put(PATH), b"");
    assert_eq!(
        (given.status, &given.json["organization"]),
        (200, &json!(OTHER))
    );
    let response = request_token(&emulator, OTHER);
    assert_eq!(response.json["expires_in"], 3599);
    let token = response.json["access_token"].as_str().unwrap();
    let claims = decode(token).1;
    assert_eq!(claims["expires_in"], "3600000");
    assert_eq!(claims["user_id"], given.json["technical_account_id"]);
    let request =
        Request::get("/ims/organizations/v6").header("authorization", format!("Bearer {token}"));
    let organizations = send(&emulator, request, b"").json;
    assert_eq!(
        organizations[0]["orgRef"]["ident"],
        "ABCDEF0123456789ABCDEF01"
    );
    assert_eq!(request_token(&emulator, OWN).json["expires_in"], 86_399);

    let withdrawn = send(&emulator, Request::delete(PATH), b"");
    assert_eq!(withdrawn.status, 204);
    assert_eq!(send(&emulator, Request::delete(PATH), b"").status, 404);
    assert_eq!(request_token(&emulator, OTHER).error().1, "invalid_request");
    assert_eq!(profile_status(&emulator, token), 200);
    emulator.clock().advance(Duration::from_secs(3600));
    assert_eq!(profile_status(&emulator, token), 401);
    let again = send(&emulator, Request::put(PATH), b"{}");
    assert_eq!(again.json, given.json);
}

#[test]
fn consent_that_cannot_be_is_refused() {
    let emulator = emulator();
    let put = |path: &str, body: &[u8]| send(&emulator, Request::put(path), body);
    let own = format!("/_emu/clients/client%21%2BID/consents/{OWN}");
    for (path, error) in [
        (own.as_str(), "invalid_request"),
        ("/_emu/clients/client%21%2BID/consents/x", "invalid_request"),
        (
            "/_emu/clients/client%21%2BID/consents/%3Cx%3E@AdobeOrg",
            "invalid_request",
        ),
        ("/_emu/clients/nobody/consents/A@AdobeOrg", "not_found"),
    ] {
        assert_eq!(put(path, b"").error().1, error, "{path}");
    }
    assert!(
        put(PATH, br#"{"x":1}"#)
            .error()
            .2
            .contains("unknown field `x`")
    );
    let account = emulator.accounts()[0].client_id().to_owned();
    assert!(emulator.give_consent(&account, OTHER).is_err());
    assert!(!emulator.withdraw_consent(CLIENT_ID, OTHER));
    assert!(emulator.give_consent(CLIENT_ID, OTHER).is_ok());
    assert!(emulator.withdraw_consent(CLIENT_ID, OTHER));
    assert_eq!(emulator.tokens_minted_by(GrantType::ClientCredentials), 0);
}
