//! The clients and the person that the tests of sign-ins share.

use adobe_ims_emulator::{Emulator, EmulatorBuilder, GrantType, OauthClient, Person, SignIn};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{CLIENT_ID, FORM, SECRET, TestResponse, form, frozen_builder, post};

pub(crate) const PUBLIC: &str = "public!+ID";
pub(crate) const EMAIL: &str = "jané+1@example.com";
pub(crate) const REDIRECT: &str = "https://my.example/callback?a=b";
pub(crate) const SCOPES: [&str; 5] = ["openid", "AdobeID", "email", "profile", "offline_access"];
/// The example of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn builder() -> EmulatorBuilder {
    let confidential = OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .scopes(SCOPES)
        .redirect_uri(REDIRECT)
        .redirect_pattern(r"https://my\.example/.*")
        .grants([
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::Implicit,
            GrantType::Device,
            GrantType::ClusterAtExchange,
            GrantType::TokenExchange,
        ]);
    let public = OauthClient::new()
        .client_id(PUBLIC)
        .public()
        .scopes(SCOPES)
        .redirect_uri("http://localhost:8888")
        .redirect_pattern("http://localhost:.*")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    let person = Person::new()
        .email(EMAIL)
        .first_name("Jané")
        .last_name("<Doe>")
        .country("CH");
    frozen_builder()
        .oauth_client(confidential)
        .oauth_client(public)
        .person(person)
}

pub(crate) fn emulator() -> Emulator {
    builder().start().unwrap()
}

pub(crate) fn sign_in(scopes: &[&str]) -> SignIn {
    SignIn::new(CLIENT_ID, EMAIL).scopes(scopes.iter().copied())
}

/// Sends a token request of the confidential client.
pub(crate) fn request_tokens(
    emulator: &Emulator,
    version: &str,
    pairs: &[(&str, &str)],
) -> TestResponse {
    let mut all = vec![("client_id", CLIENT_ID), ("client_secret", SECRET)];
    all.extend(pairs);
    post(emulator, &format!("/ims/token{version}"), FORM, form(&all))
}

pub(crate) fn redeem(emulator: &Emulator, version: &str, code: &str) -> TestResponse {
    let pairs = [("grant_type", "authorization_code"), ("code", code)];
    request_tokens(emulator, version, &pairs)
}

pub(crate) fn refresh(emulator: &Emulator, version: &str, token: &str) -> TestResponse {
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
    request_tokens(emulator, version, &pairs)
}

pub(crate) fn text<'a>(response: &'a TestResponse, name: &str) -> &'a str {
    assert_eq!(response.status, 200, "{}", response.text);
    let value = response.json[name].as_str();
    value.unwrap_or_else(|| panic!("no {name} in {}", response.text))
}

/// Validates a token, and returns `valid` or the reason.
pub(crate) fn validation_result(
    emulator: &Emulator,
    kind: &str,
    client_id: &str,
    token: &str,
) -> String {
    let pairs = [("type", kind), ("client_id", client_id), ("token", token)];
    let response = post(emulator, "/ims/validate_token/v1", FORM, form(&pairs));
    assert_eq!(response.status, 200, "{}", response.text);
    if response.json["valid"] == true {
        return "valid".to_owned();
    }
    response.json["reason"].as_str().unwrap().to_owned()
}

/// Verifies a JWS with the published key of its key id.
pub(crate) fn assert_published_key(emulator: &Emulator, token: &str) {
    let keys = crate::support::get(emulator, "/ims/keys").json;
    let (header, _) = crate::support::decode(token);
    let key = keys["keys"].as_array().unwrap().iter();
    let key = key.clone().find(|key| key["kid"] == header["kid"]).unwrap();
    let bytes = |name: &str| {
        let text = key[name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    let (signed, signature) = token.rsplit_once('.').unwrap();
    ring::signature::RsaPublicKeyComponents {
        n: bytes("n"),
        e: bytes("e"),
    }
    .verify(
        &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        signed.as_bytes(),
        &URL_SAFE_NO_PAD.decode(signature).unwrap(),
    )
    .unwrap();
}
