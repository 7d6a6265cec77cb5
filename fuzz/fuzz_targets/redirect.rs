//! Reads any text as the redirect URL of a sign-in.

#![no_main]

use std::sync::LazyLock;

use adobe_ims::Environment;
use adobe_ims::credentials::OauthClient;
use adobe_ims::sign_in::{AuthorizationRequest, Flow, PendingAuthorization};
use libfuzzer_sys::fuzz_target;

static SIGN_INS: LazyLock<[PendingAuthorization; 2]> =
    LazyLock::new(|| [Flow::default(), Flow::Implicit].map(sign_in));

fn sign_in(flow: Flow) -> PendingAuthorization {
    let client = OauthClient::new(Environment::production(), "client!+ID");
    AuthorizationRequest::new(
        client,
        "http://127.0.0.1:8085/callback",
        vec!["openid".to_owned()],
    )
    .flow(flow)
    .start(|random| {
        random.fill(7);
        Ok(())
    })
    .expect("the redirect URI is valid")
}

fuzz_target!(|redirect: &str| {
    for sign_in in &*SIGN_INS {
        let _ = sign_in.read(redirect);
        // The library reads the other fields only if the state matches, so the target adds the right state.
        let query = sign_in.url().split('&');
        for state in query.filter(|field| field.starts_with("state=")) {
            let _ = sign_in.read(&format!("?{state}&{redirect}"));
        }
    }
});
