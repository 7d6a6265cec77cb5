//! Sign-out: tokens are invalidated at IMS first, then removed here. A failure keeps them.

use std::time::{Duration, UNIX_EPOCH};

use adobe_ims::BoxFuture;
use adobe_ims::cache::{FileStore, Grant, StoreKey};
use adobe_ims::credentials::OauthClient;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::session::UserSession;
use adobe_ims::session::{Session, SessionStore};
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{
    AccessToken, Clock, Environment, Error, ImsClient, Problem, Secret, SystemClock, TokenProvider,
};
use http::{Request, Response};
use tempfile::TempDir;

use crate::canned::{Canned, NOW};
use crate::support::{CLIENT_ID, CLIENT_SECRET};

const REFRESH_TOKEN: &str = "refresh?%&=";

#[derive(Debug)]
struct Unreachable;

impl Transport for Unreachable {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        Box::pin(async { Err(Error::new(Problem::ConnectionFailed, "no connection")) })
    }
}

async fn signed_in() -> (TempDir, UserSession) {
    let folder = tempfile::tempdir().unwrap();
    let client = OauthClient::new(Environment::production(), CLIENT_ID)
        .with_secrets([Secret::new(CLIENT_SECRET)]);
    let sessions = SessionStore::new(folder.path().join("sessions"));
    let user = UserSession::new(UserCredentials::new(client, "me", Vec::new()), sessions);
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    let session = Session::new(Secret::new(REFRESH_TOKEN), None, Vec::new(), now);
    user.sessions().save(user.key(), &session).await.unwrap();
    (folder, user)
}

fn json(status: u16, body: &str) -> Canned {
    let headers = [("content-type", "application/json")];
    Canned::new(status, &headers, body.to_owned())
}

fn refusal() -> Canned {
    json(400, r#"{"error":"invalid_token","error_description":"?"}"#)
}

#[tokio::test]
async fn sign_out_invalidates_refresh_and_access_tokens() {
    let (_folder, user) = signed_in().await;
    let canned = json(200, "");
    let ended = user
        .sign_out(&ImsClient::new(canned.clone()))
        .await
        .unwrap();
    assert_eq!(ended.unwrap().refresh_token.expose(), REFRESH_TOKEN);
    let requests = canned.requests();
    let [request] = requests.as_slice() else {
        panic!("one request")
    };
    assert_eq!(request.uri().path(), "/ims/invalidate_token/v2");
    assert_eq!(
        str::from_utf8(request.body().as_bytes()).unwrap(),
        "token_type=refresh_token&client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC&token=refresh%3F%25%26%3D&cascading=all"
    );
    assert_eq!(user.session().unwrap_err().problem(), Problem::NotSignedIn);
    // No further request is sent.
    let ended = user
        .sign_out(&ImsClient::new(canned.clone()))
        .await
        .unwrap();
    assert!(ended.is_none() && canned.requests().is_empty());
}

#[tokio::test]
async fn session_is_kept_when_ims_is_unreachable() {
    let (_folder, user) = signed_in().await;
    let error = user.sign_out(&ImsClient::new(Unreachable)).await;
    assert_eq!(error.unwrap_err().problem(), Problem::ConnectionFailed);
    let error = user.sign_out(&ImsClient::new(json(503, ""))).await;
    assert_eq!(error.unwrap_err().problem(), Problem::ServerError);
    user.session().unwrap();
}

#[tokio::test]
async fn refusal_keeps_the_session_only_for_a_valid_refresh_token() {
    let (_folder, user) = signed_in().await;
    for answer in [
        json(200, r#"{"valid":true,"token":{}}"#),
        refusal(),
        json(503, ""),
    ] {
        let canned = refusal().then(answer);
        let error = user.sign_out(&ImsClient::new(canned.clone())).await;
        assert_eq!(error.unwrap_err().server().unwrap().status, 400);
        assert_eq!(canned.requests().len(), 2);
        user.session().unwrap();
    }
    let canned = refusal().then(json(200, r#"{"valid":false,"reason":"revoked"}"#));
    let ended = user.sign_out(&ImsClient::new(canned)).await.unwrap();
    assert!(ended.is_some());
    assert_eq!(user.session().unwrap_err().problem(), Problem::NotSignedIn);
}

/// Stores a token under this key, as a provider does.
async fn store(key: &StoreKey, store: &FileStore) {
    struct Source(StoreKey);
    impl TokenSource for Source {
        fn fetch(&self) -> BoxFuture<'_, adobe_ims::Result<FetchedToken>> {
            let token = AccessToken::new(Secret::new("opaque")).unwrap();
            let end = SystemClock.now() + Duration::from_secs(86_400);
            Box::pin(async move { Ok(FetchedToken::new(token.with_expiry(end))) })
        }

        fn store_key(&self) -> Option<&StoreKey> {
            Some(&self.0)
        }
    }
    let provider = TokenProvider::builder(Source(key.clone())).store(store.clone());
    let provider = provider.build();
    provider.token().await.unwrap();
    provider.saved().await;
}

#[tokio::test]
async fn sign_out_removes_the_stored_tokens_of_its_name_only() {
    let (folder, me) = signed_in().await;
    let files = FileStore::new(folder.path().join("tokens"));
    let named = |name: &str, scopes: &[&str]| {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        UserSession::new(
            UserCredentials::new(me.client().clone(), name, scopes),
            me.sessions().clone(),
        )
    };
    let start = async |user: &UserSession, person: Option<&str>| {
        let person = person.map(str::to_owned);
        let session = Session::new(Secret::new("r"), person, Vec::new(), SystemClock.now());
        user.sessions().save(user.key(), &session).await.unwrap();
        user.store_key().unwrap()
    };
    assert_eq!(me.forget_tokens(&files).unwrap(), 0, "no folder");
    // For each user and each set of scopes.
    store(&start(&me, None).await, &files).await;
    store(&start(&me, Some("JANE@AdobeID")).await, &files).await;
    store(
        &start(&named("me", &["openid"]), Some("JOHN@AdobeID")).await,
        &files,
    )
    .await;
    store(&me.store_key_without_session(), &files).await;
    // Other names, some of which contain this one.
    for name in ["home", "you", "not me"] {
        store(
            &start(&named(name, &[]), Some("JANE@AdobeID")).await,
            &files,
        )
        .await;
        store(&named(name, &[]).store_key_without_session(), &files).await;
    }
    let stage = OauthClient::new(Environment::stage(), CLIENT_ID);
    let stage = UserSession::new(
        UserCredentials::new(stage, "me", Vec::new()),
        me.sessions().clone(),
    );
    store(&stage.store_key_without_session(), &files).await;
    let client = me.client().environment();
    let service = StoreKey::new(client, CLIENT_ID, Grant::Device, &[], "me", &[]);
    store(&service, &files).await;
    assert_eq!(files.list().unwrap().len(), 12);
    assert_eq!(me.forget_tokens(&files).unwrap(), 4);
    assert_eq!(files.list().unwrap().len(), 8);
}
