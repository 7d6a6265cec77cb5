//! The requests that a transport may send twice.

use adobe_ims::api::Registration;
use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::credentials::{OauthClient, PermanentCode};
use adobe_ims::transport::Repetition;
use adobe_ims::{Clock, Environment, ImsClient, Secret, SystemClock};

use crate::canned::{Canned, run};
use crate::support;

/// Returns the repetition of the only request that an operation sends. Its outcome does not matter.
async fn repetition<T>(operation: impl AsyncFnOnce(ImsClient) -> T) -> Option<Repetition> {
    let canned = Canned::new(503, &[], "");
    operation(canned.ims()).await;
    canned.request().extensions().get().copied()
}

#[test]
fn requests_that_spend_a_credential_or_create_something_are_sent_once() {
    let environment = Environment::production();
    let client =
        OauthClient::new(environment.clone(), "client").with_secrets([Secret::new("secret")]);
    let secret = Secret::new("value");
    let service = PermanentCode::new(client.clone(), secret.clone(), Vec::new());
    let registration = Registration::new("name");
    run(async {
        let refresh = repetition(async |ims| drop(ims.rotate(&client, &secret, &[]).await));
        assert_eq!(refresh.await, Some(Repetition::Harmful));
        let code = repetition(async |ims| {
            let code = ims.authorization_code(&client, &secret, None, None);
            drop(code.await);
        });
        assert_eq!(code.await, Some(Repetition::Harmful));
        let register =
            repetition(async |ims| drop(ims.register(&registration, &environment).await));
        assert_eq!(register.await, Some(Repetition::Harmful));
        let permanent = repetition(async |ims| drop(ims.permanent_code(&service).await));
        assert_eq!(permanent.await, Some(Repetition::Harmless));
    });
}

#[test]
fn assertion_with_an_id_is_sent_once() {
    let account = support::account();
    let options = AssertionOptions::default();
    for (options, expected) in [
        (options.clone(), Repetition::Harmless),
        (options.with_id("id"), Repetition::Harmful),
    ] {
        let assertion = Assertion::sign(&account, SystemClock.now(), &options).unwrap();
        let sent = run(repetition(async |ims| {
            drop(ims.exchange_jwt(&assertion).await)
        }));
        assert_eq!(sent, Some(expected));
    }
}
