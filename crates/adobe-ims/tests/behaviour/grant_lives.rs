//! Providers and stores serve the tokens of each grant until their last second.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::credentials::{DeviceCredentials, OauthClient, PermanentCode};
use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::session::UserSession;
use adobe_ims::session::{Session, SessionStore};
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Clock, Credentials, Environment, ImsClient, Problem, TokenProvider};
use http::{Request, Response};
use serde_json::json;

use crate::support::{CLIENT_ID, CLIENT_SECRET, document, oauth_document};
use crate::virtual_time::{HOUR, SECOND, VirtualClock, wait};

/// Returns one token with a lifetime of an hour, in the unit of the endpoint, and is down afterwards.
#[derive(Clone, Debug, Default)]
struct Once(Arc<Mutex<Vec<String>>>);

impl Transport for Once {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        let path = request.uri().path().to_owned();
        let expires_in = match path.as_str() {
            "/ims/exchange/jwt" | "/ims/token/v1" => 3_600_000,
            _ => 3_600,
        };
        let mut paths = self.0.lock().unwrap();
        let answer = Response::builder().status(if paths.is_empty() { 200 } else { 503 });
        paths.push(path);
        let body = json!({
            "access_token": "opaque", "expires_in": expires_in, "refresh_token": "next",
        });
        let answer = answer.body(body.to_string().into());
        Box::pin(async { Ok(answer.unwrap()) })
    }
}

fn client() -> OauthClient {
    OauthClient::new(Environment::production(), CLIENT_ID).with_secrets([CLIENT_SECRET.into()])
}

async fn signed_in(folder: &std::path::Path, clock: &VirtualClock) -> Credentials {
    let user = UserSession::new(
        UserCredentials::new(client(), "me", Vec::new()),
        SessionStore::new(folder.join("sessions")),
    );
    let session = Session::new("first".into(), None, Vec::new(), clock.now());
    user.sessions().save(user.key(), &session).await.unwrap();
    Credentials::User(user.credentials().clone())
}

#[tokio::test(start_paused = true)]
async fn token_of_each_grant_is_not_served_after_its_expiry() {
    let parsed =
        |document: serde_json::Value| Credentials::parse(document.to_string().as_bytes()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let device = DeviceCredentials::new(client(), "device", "token".into(), Vec::new());
    let service = PermanentCode::new(client(), "code".into(), Vec::new());
    for (credentials, path) in [
        (parsed(document()), "/ims/exchange/jwt"),
        (parsed(oauth_document()), "/ims/token/v3"),
        (
            signed_in(folder.path(), &VirtualClock::new()).await,
            "/ims/token/v3",
        ),
        (Credentials::PermanentCode(service), "/ims/token/v2"),
        (Credentials::Device(device), "/ims/token/v1"),
    ] {
        let clock = VirtualClock::new();
        let ims = Once::default();
        let client = ImsClient::new(ims.clone()).with_clock(clock.clone());
        let source = credentials.source(
            client,
            &SourceOptions::new(Crypto::ring())
                .sessions(&SessionStore::new(folder.path().join("sessions"))),
        );
        let provider = TokenProvider::builder(source.unwrap())
            .runtime(tokio::runtime::Handle::current())
            .clock(clock.clone())
            .build();
        let start = clock.now();
        let first = provider.token().await.unwrap();
        assert_eq!(*ims.0.lock().unwrap(), [path]);
        assert_eq!(first.expires_at(), Some(start + HOUR), "{path}");
        // IMS is down, and requests fail for a while.
        let until = |moment: Duration| moment - clock.now().duration_since(start).unwrap();
        wait(until(HOUR - 20 * SECOND)).await;
        let last = provider.token().await.unwrap();
        assert!(last.is_same(&first), "{path}");
        wait(until(HOUR - SECOND)).await;
        assert!(!first.is_expired(clock.now()), "{path}");
        wait(until(HOUR)).await;
        assert!(first.is_expired(clock.now()), "{path}");
        let error = provider.token().await.unwrap_err();
        assert_eq!(error.problem(), Problem::ServerError, "{path}");
    }
}

#[test]
fn each_grant_has_its_own_store_key() {
    let device = |id: &str, token: &str, scopes: &[&str]| {
        let scopes = scopes.iter().copied().map(str::to_owned).collect();
        DeviceCredentials::new(client(), id, token.into(), scopes).store_key()
    };
    let code = |code: &str| PermanentCode::new(client(), code.into(), Vec::new()).store_key();
    let keys = [
        device("a", "t", &[]),
        device("b", "t", &[]),
        device("a", "t", &["openid"]),
        code("a"),
        code("b"),
    ];
    let ids: std::collections::HashSet<_> = keys.iter().map(|key| key.id().to_owned()).collect();
    assert_eq!(ids.len(), keys.len());
    // A new token of the same device does not make it another device.
    let renewed = device("a", "u", &[]);
    assert_eq!(renewed.id(), keys[0].id());
    assert_ne!(renewed.fingerprint(), keys[0].fingerprint());
    for key in &keys {
        let display = format!("{key:?}");
        assert!(!display.contains("SECRET"), "{display}");
    }
    let grants = keys.each_ref().map(|key| key.grant().as_str());
    assert_eq!(
        grants,
        [
            "device",
            "device",
            "device",
            "permanent-code",
            "permanent-code"
        ]
    );
}
