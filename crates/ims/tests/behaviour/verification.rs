//! The library verifies tokens of the emulator: two independent implementations of the protocol.

use adobe_ims::api::TokenType;
use adobe_ims::crypto::Crypto;
use adobe_ims::verify::{KeyCache, Rejection, VerifyOptions};
use adobe_ims::{Environment, HttpTransport, ImsClient, Secret};
use adobe_ims_emulator::{Emulator, SignIn};
use serde_json::Value;
use tokio::runtime::Builder;

#[test]
fn tokens_of_the_emulator_are_verified_by_the_library() {
    let emulator = Emulator::start().unwrap();
    let client = emulator.user_clients()[0].client_id().to_owned();
    let person = emulator.people()[0].clone();
    let verifier = "0123456789012345678901234567890123456789012";
    // printf %s VERIFIER | openssl sha256 -binary | base64, for URLs
    let challenge = "_RpfHqw8pAZIomzVUE7sjRmHSM543WVdC4o-Kc4_3C0";
    let sign_in = SignIn::new(&client, person.email())
        .code_challenge(challenge)
        .nonce("NONCE");
    let code = emulator.authorization_code(&sign_in).unwrap();
    let form = format!(
        "grant_type=authorization_code&client_id={client}&code={code}&code_verifier={verifier}"
    );
    let request =
        http::Request::post("/ims/token/v3").header("host", emulator.url().replace("http://", ""));
    let answer = emulator.respond(&request.body(form.into()).unwrap());
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    let token = |name: &str| Secret::new(answer[name].as_str().unwrap());

    let crypto = Crypto::ring();
    let transport = HttpTransport::builder(crypto.clone()).build().unwrap();
    let ims = ImsClient::new(transport);
    let environment = Environment::parse(emulator.url()).unwrap();
    let cache = KeyCache::new(ims.clone(), environment.clone(), crypto);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let check = |name: &str, expected: &VerifyOptions| {
        let token = token(name);
        let verdict = cache.verify(&token, expected);
        runtime.block_on(verdict).unwrap()
    };
    let access = VerifyOptions::token(TokenType::Access)
        .with_client_id(&client)
        .with_authorization_server("ims-na1");
    let verified = check("access_token", &access).unwrap();
    assert_eq!(
        verified.token_claims().user_id.as_deref(),
        Some(person.user_id())
    );
    let id = VerifyOptions::id_token(&client, &environment);
    let verified = check("id_token", &id.clone().with_nonce("NONCE")).unwrap();
    assert_eq!(verified.claims["sub"], person.user_id());
    let other = check("id_token", &id.clone().with_nonce("other"));
    assert_eq!(other, Err(Rejection::OtherNonce));
    let swapped = check("id_token", &access);
    assert_eq!(swapped, Err(Rejection::OtherType));
    assert_eq!(check("access_token", &id), Err(Rejection::OtherType));

    let answer_json = runtime.block_on(ims.discovery(&environment)).unwrap();
    assert_eq!(answer_json.issuer.as_deref(), Some(emulator.url()));
    assert_eq!(
        answer_json.jwks_uri.unwrap(),
        format!("{}/ims/keys", emulator.url())
    );
}
