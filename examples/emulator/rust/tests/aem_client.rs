//! The emulator runs in the process of the test, and stops when it is dropped.

use std::time::Duration;

use adobe_ims::{Credentials, Environment};
use adobe_ims_emulator::{Emulator, Fault, FaultStep, RequestFilter};
use example_aem_client::AemClient;

const EXCHANGE: &str = "/ims/exchange/*";
const ASSETS: &str = "/api/assets.json";

fn world() -> (Emulator, AemClient) {
    let emulator = Emulator::start().unwrap();
    // As an administrator of AEM does it.
    emulator.grant_aem_rights(emulator.accounts()[0].technical_account_id());
    let ims = Environment::parse(emulator.url()).unwrap();
    let document = emulator.credentials_json();
    let credentials = Credentials::parse_for(document.as_bytes(), ims).unwrap();
    let client = AemClient::new(&credentials, emulator.url()).unwrap();
    (emulator, client)
}

fn requests(path: &str) -> RequestFilter {
    RequestFilter::new().path(path)
}

#[tokio::test]
async fn one_token_serves_many_calls() {
    let (emulator, client) = world();
    for _ in 0..3 {
        assert_eq!(client.assets().await.unwrap().0, 200);
    }
    emulator.verify(&requests(EXCHANGE), ..=1).unwrap();
    emulator
        .verify(&requests(ASSETS).status(200), 3..=3)
        .unwrap();
}

#[tokio::test]
async fn outage_of_ims_is_survived() {
    let (emulator, client) = world();
    let outage = Fault::new([FaultStep::status(503)]).path(EXCHANGE).times(2);
    emulator.add_fault(outage).unwrap();
    assert_eq!(client.assets().await.unwrap().0, 200);
    emulator
        .verify(&requests(EXCHANGE).status(503), 2..=2)
        .unwrap();
    emulator
        .verify(&requests(EXCHANGE).status(200), 1..=1)
        .unwrap();
}

#[tokio::test]
async fn refusal_is_not_repeated() {
    let (emulator, client) = world();
    let refusal = Fault::new([FaultStep::ims_error("invalid_client")]).path(EXCHANGE);
    emulator.add_fault(refusal).unwrap();
    let error = client.assets().await.unwrap_err();
    assert!(!error.is_transient(), "{error}");
    emulator.verify(&requests(EXCHANGE), 1..=1).unwrap();
}

#[tokio::test]
async fn expired_token_is_replaced() {
    let (emulator, client) = world();
    client.assets().await.unwrap();
    emulator.clock().advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(client.assets().await.unwrap().0, 200);
    emulator.verify(&requests(EXCHANGE), 2..=2).unwrap();
    emulator
        .verify(&requests(ASSETS).status(401), 1..=1)
        .unwrap();
}

#[tokio::test]
async fn exchange_has_the_documented_fields_and_its_token_goes_to_aem() {
    let (emulator, client) = world();
    client.assets().await.unwrap();
    let [exchange, call] = emulator.requests().try_into().unwrap();
    let fields = exchange
        .fields
        .iter()
        .filter_map(|field| field.name.as_deref());
    let mut names: Vec<&str> = fields.collect();
    names.sort_unstable();
    assert_eq!(names, ["client_id", "client_secret", "jwt_token"]);
    assert_eq!(call.token_id, exchange.token_id);
}
