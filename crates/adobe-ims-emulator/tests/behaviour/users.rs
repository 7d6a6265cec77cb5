//! Clients that people sign in with, for the tests of what they get.

use adobe_ims_emulator::{Emulator, EmulatorBuilder, GrantType, OauthClient, Person, SignIn};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{Answer, CLIENT_ID, FORM, SECRET, form, frozen, post};

pub(crate) const PUBLIC: &str = "public!+ID";
pub(crate) const EMAIL: &str = "jané+1@example.com";
pub(crate) const REDIRECT: &str = "https://my.example/callback?a=b";
pub(crate) const SCOPES: [&str; 5] = ["openid", "AdobeID", "email", "profile", "offline_access"];
/// Appendix B of RFC 7636.
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
    frozen()
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

/// Asks for tokens as the confidential client.
pub(crate) fn ask(emulator: &Emulator, version: &str, pairs: &[(&str, &str)]) -> Answer {
    let mut all = vec![("client_id", CLIENT_ID), ("client_secret", SECRET)];
    all.extend(pairs);
    post(emulator, &format!("/ims/token{version}"), FORM, form(&all))
}

pub(crate) fn redeem(emulator: &Emulator, version: &str, code: &str) -> Answer {
    let pairs = [("grant_type", "authorization_code"), ("code", code)];
    ask(emulator, version, &pairs)
}

pub(crate) fn refresh(emulator: &Emulator, version: &str, token: &str) -> Answer {
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
    ask(emulator, version, &pairs)
}

pub(crate) fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let value = answer.json[name].as_str();
    value.unwrap_or_else(|| panic!("no {name} in {}", answer.text))
}

/// What the emulator says of a token: `valid`, or why not.
pub(crate) fn verdict(emulator: &Emulator, kind: &str, client_id: &str, token: &str) -> String {
    let pairs = [("type", kind), ("client_id", client_id), ("token", token)];
    let answer = post(emulator, "/ims/validate_token/v1", FORM, form(&pairs));
    assert_eq!(answer.status, 200, "{}", answer.text);
    if answer.json["valid"] == true {
        return "valid".to_owned();
    }
    answer.json["reason"].as_str().unwrap().to_owned()
}

/// Checks a JWS against the published keys, by key id.
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
