//! The paths and encodings of the JWT exchange.

use http::Request;
use serde_json::Value;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, decode, emulator, form, multipart, post, send,
};

const PATHS: [&str; 5] = [
    "/ims/exchange/jwt",
    "/ims/exchange/jwt/",
    "/ims/exchange/v1/jwt",
    "/ims/exchange/v1/jwt/",
    "//ims/exchange/v1/jwt",
];

/// Returns the claims that are the same in every token.
fn constant_claims(response: &Value) -> Value {
    let (_, mut claims) = decode(response["access_token"].as_str().unwrap());
    for fresh in ["id", "fg", "moi"] {
        claims.as_object_mut().unwrap().remove(fresh).unwrap();
    }
    claims
}

#[test]
fn every_path_and_encoding_gives_same_claims() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let jwt = signer.sign(&signer.claims());
    let pairs = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("jwt_token", jwt.as_str()),
    ];
    let encoded = form(&pairs);
    let reordered = form(&[pairs[2], pairs[0], pairs[1]]);
    // Only id and secret need escapes. The assertion is base64url.
    let raw = format!("&{}&jwt_token={jwt}&", form(&pairs[..2]));
    let dashes = "-".repeat(26);
    let node = format!("{dashes}123456789012345678901234");
    let curl = format!("{}0123456789abcdef", "-".repeat(24));
    let bodies = [
        (Some(FORM.to_owned()), encoded.clone()),
        (Some(format!("{FORM}; charset=UTF-8")), reordered.clone()),
        (Some(format!("{FORM};charset=UTF-8")), encoded.clone()),
        (
            Some("APPLICATION/X-WWW-Form-UrlEncoded".to_owned()),
            encoded.clone(),
        ),
        (None, encoded.clone()),
        (None, raw.clone()),
        (Some(FORM.to_owned()), raw),
        (
            Some(FORM.to_owned()),
            format!("{encoded}&{encoded}&unknown=1&unknown=2&=&&"),
        ),
        (
            Some(format!("multipart/form-data; boundary={node}")),
            multipart(&node, "\r\n", &pairs),
        ),
        (
            Some(format!("multipart/form-data;boundary={node}")),
            multipart(&node, "\r\n", &pairs),
        ),
        (
            Some(format!("multipart/form-data; boundary={curl}")),
            multipart(&curl, "\r\n", &pairs),
        ),
        (
            Some("multipart/form-data; boundary=----boundary".to_owned()),
            multipart("----boundary", "", &pairs),
        ),
    ];

    let first = post(&emulator, PATHS[0], FORM, &encoded);
    assert_eq!(first.status, 200, "{}", first.text);
    let expected = constant_claims(&first.json);
    let mut minted = 1;
    for path in PATHS {
        for (content_type, body) in &bodies {
            let mut request = Request::post(path);
            if let Some(content_type) = content_type {
                request = request.header("CONTENT-type", content_type);
            }
            let response = send(&emulator, request, body.as_bytes());
            assert_eq!(
                response.status, 200,
                "{path} {content_type:?} {}",
                response.text
            );
            assert_eq!(
                constant_claims(&response.json),
                expected,
                "{path} {content_type:?}"
            );
            minted += 1;
        }
        for request in [
            Request::post(format!("{path}?{encoded}")),
            Request::post(format!("{path}?{encoded}")).header("content-type", FORM),
            Request::post(format!("{path}?{encoded}")).header("content-type", "application/json"),
        ] {
            let response = send(&emulator, request, b"");
            assert_eq!(response.status, 200, "{path} query {}", response.text);
            assert_eq!(constant_claims(&response.json), expected);
            minted += 1;
        }
        let (id, rest) = reordered.split_once("&client_id=").unwrap();
        let (client_id, secret) = rest.split_once('&').unwrap();
        let split = format!("{path}?client_id={client_id}");
        let response = post(&emulator, &split, FORM, format!("{id}&{secret}"));
        assert_eq!(
            response.status, 200,
            "client_id only in the query: {}",
            response.text
        );
        minted += 1;
    }
    assert_eq!(emulator.tokens_minted(), minted);
}

#[test]
fn repeated_resources_become_audiences() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let body = signer.form(&signer.sign(&signer.claims()));
    let body = format!("{body}&resource=https://a&resource=https://b");
    let response = post(&emulator, PATHS[2], FORM, body);
    let (_, claims) = decode(response.json["access_token"].as_str().unwrap());
    assert_eq!(claims["aud"], serde_json::json!(["https://a", "https://b"]));
}
