//! `/ims/invalidate_token`.

use std::time::Duration;

use adobe_ims_emulator::Emulator;
use http::Request;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, TestResponse, emulator, form, get, post, send,
};

const PATH: &str = "/ims/invalidate_token/v2";

fn revoke(emulator: &Emulator, kind: &str, client_id: &str, token: &str) -> TestResponse {
    let fields = [
        ("token_type", kind),
        ("client_id", client_id),
        ("token", token),
    ];
    post(emulator, PATH, FORM, form(&fields))
}

fn validate(emulator: &Emulator, token: &str) -> String {
    let fields = [
        ("type", "access_token"),
        ("client_id", CLIENT_ID),
        ("token", token),
    ];
    post(emulator, "/ims/validate_token/v1", FORM, form(&fields)).text
}

fn aem(emulator: &Emulator, token: &str) -> u16 {
    let request = Request::get("/content/dam.json");
    let request = request.header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"").status
}

#[test]
fn revoked_token_is_refused_everywhere_and_others_stay_valid() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let (token, other) = (signer.token(&emulator), signer.token(&emulator));
    assert_eq!(
        aem(&emulator, &token),
        200,
        "the token is valid, and the user reads"
    );
    let response = revoke(&emulator, "access_token", CLIENT_ID, &token);
    assert_eq!((response.status, response.text.as_str()), (200, ""));
    assert_eq!(
        validate(&emulator, &token),
        r#"{"valid":false,"reason":"revoked"}"#
    );
    assert_eq!(aem(&emulator, &token), 401);
    assert!(validate(&emulator, &other).starts_with(r#"{"valid":true,"#));
    assert_eq!(aem(&emulator, &other), 200);
    let again = revoke(&emulator, "access_token", CLIENT_ID, &token);
    let dead = (400, "invalid_parameter_value", "Invalid or expired token.");
    assert_eq!(again.error(), dead);
    emulator.clock().advance(Duration::from_secs(86_400));
    let late = revoke(&emulator, "access_token", CLIENT_ID, &other);
    assert_eq!(late.error(), dead);
}

#[test]
fn refused_request_revokes_nothing() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let stranger = emulator.oauth_clients()[0].client_id().to_owned();
    let dead = (400, "invalid_parameter_value", "Invalid or expired token.");
    let unknown = (400, "invalid_client", "invalid client_id parameter");
    let missing = |text| (400, "bad_request", text);
    for (kind, client_id, token, error) in [
        ("access_token", &*stranger, &*token, dead),
        ("refresh_token", CLIENT_ID, &token, dead),
        ("access_token", CLIENT_ID, "x.y.z", dead),
        ("access_token", "nobody", &token, unknown),
        (
            "",
            CLIENT_ID,
            &token,
            missing("The parameter token_type is missing."),
        ),
        (
            "access_token",
            "",
            &token,
            missing("The parameter client_id is missing."),
        ),
        (
            "access_token",
            CLIENT_ID,
            "",
            missing("The parameter token is missing."),
        ),
    ] {
        let response = revoke(&emulator, kind, client_id, token);
        assert_eq!(response.error(), error);
    }
    let response = get(&emulator, PATH);
    assert_eq!(
        (response.status, &response.headers["allow"]),
        (405, &"POST".parse().unwrap())
    );
    assert_eq!(aem(&emulator, &token), 200);
    let slash = format!("{PATH}/?cascading=all");
    let body = form(&[
        ("token_type", "access_token"),
        ("client_id", CLIENT_ID),
        ("token", &token),
    ]);
    let wrong = post(&emulator, &format!("{PATH}?cascading=some"), FORM, &body);
    assert_eq!(wrong.error().1, "invalid_parameter_value");
    assert_eq!(post(&emulator, &slash, FORM, &body).status, 200);
}
