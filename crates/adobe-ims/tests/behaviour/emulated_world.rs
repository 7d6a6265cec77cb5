//! The emulator in the place of IMS: shared parts of the tests against it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adobe_ims::BoxFuture;
use adobe_ims::api::UserTokenResponse;
use adobe_ims::credentials::OauthClient;
use adobe_ims::sign_in::{AuthorizationRequest, Flow, PendingAuthorization, system_random};
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Environment, Error, ImsClient, Problem, Secret};
use adobe_ims_emulator::{Account, Clock, Emulator, GrantType};
use bytes::Bytes;
use http::{Request, Response, Uri};

use crate::support::{CLIENT_ID, CLIENT_SECRET};

pub(crate) const PUBLIC: &str = "public!+ID";
pub(crate) const SCOPES: [&str; 3] = ["openid", "AdobeID", "offline_access"];
pub(crate) const DAY: Duration = Duration::from_secs(86_400);
/// The remaining lifetime in whole seconds, as the emulator and IMS state it.
pub(crate) const LIFE: Duration = Duration::from_secs(86_399);

/// The emulator as the transport and the clock of the library, with one time for both.
#[derive(Clone)]
pub(crate) struct Emulated(pub(crate) Arc<Emulator>);

impl Emulated {
    pub(crate) fn new() -> Self {
        let client = || {
            adobe_ims_emulator::OauthClient::new()
                .scopes(SCOPES)
                .redirect_uri("https://app.example/back")
                .redirect_pattern("http://localhost:.*")
        };
        let confidential = client()
            .client_id(CLIENT_ID)
            .client_secret(CLIENT_SECRET)
            .service_code("service?%&=ü")
            .grants([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::Implicit,
                GrantType::Device,
                GrantType::ClusterAtExchange,
                GrantType::TokenExchange,
            ]);
        let public = client()
            .client_id(PUBLIC)
            .public()
            .grants([GrantType::AuthorizationCode, GrantType::RefreshToken]);
        let migrated = Account::new()
            .client_id("migrated")
            .grants([GrantType::ClientCredentials]);
        let emulator = Emulator::builder()
            .clock(Clock::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000)))
            .oauth_client(confidential)
            .oauth_client(public)
            .account(migrated)
            .account(Account::new().client_id("exchanging"))
            .start();
        Self(Arc::new(emulator.unwrap()))
    }

    pub(crate) fn ims(&self) -> ImsClient {
        ImsClient::new(self.clone()).with_clock(self.clone())
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::parse(self.0.url()).unwrap()
    }

    pub(crate) fn confidential(&self) -> OauthClient {
        // The first secret was deleted at Adobe.
        let secrets = ["deleted", CLIENT_SECRET].map(Secret::new);
        OauthClient::new(self.environment(), CLIENT_ID).with_secrets(secrets)
    }

    pub(crate) fn public(&self) -> OauthClient {
        OauthClient::new(self.environment(), PUBLIC)
    }

    pub(crate) fn email(&self) -> String {
        self.0.people()[0].email().to_owned()
    }

    pub(crate) fn user_id(&self) -> String {
        self.0.people()[0].user_id().to_owned()
    }

    pub(crate) fn user_token(&self) -> Secret {
        let sign_in = adobe_ims_emulator::SignIn::new(CLIENT_ID, self.email());
        Secret::new(self.0.user_tokens(&sign_in).unwrap().access_token)
    }

    /// Signs in on the page of the emulator and returns the redirect.
    pub(crate) fn browse(&self, url: &str) -> String {
        let page = self.get(url);
        let page = str::from_utf8(page.body()).unwrap();
        let value = |before: &str| {
            let (_, rest) = page.split_once(before).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("ticket", &value("name=\"ticket\" value=\""))
            .append_pair("email", &self.email())
            .append_pair("action", "sign_in")
            .finish();
        let request = Request::post(value("action=\""))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form));
        let answer = self.0.respond(&request.unwrap());
        let location = answer.headers()["location"].to_str().unwrap();
        location.to_owned()
    }

    fn get(&self, url: &str) -> Response<Bytes> {
        let uri: Uri = url.parse().unwrap();
        let target = uri.path_and_query().unwrap().as_str().to_owned();
        self.0
            .respond(&Request::get(target).body(Bytes::new()).unwrap())
    }
}

impl Transport for Emulated {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        let (mut parts, body) = request.into_parts();
        parts.uri = parts
            .uri
            .path_and_query()
            .unwrap()
            .as_str()
            .parse()
            .unwrap();
        let body = Bytes::copy_from_slice(body.as_bytes());
        let (parts, body) = self
            .0
            .respond(&Request::from_parts(parts, body))
            .into_parts();
        let answer = Response::from_parts(parts, Body::from(body.to_vec()));
        Box::pin(async { Ok(answer) })
    }
}

impl adobe_ims::Clock for Emulated {
    fn now(&self) -> SystemTime {
        self.0.clock().now()
    }
}

impl fmt::Debug for Emulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emulated")
    }
}

pub(crate) fn pending(client: OauthClient, redirect_uri: &str, flow: Flow) -> PendingAuthorization {
    let scopes = SCOPES.map(str::to_owned).into();
    let sign_in = AuthorizationRequest::new(client, redirect_uri, scopes).flow(flow);
    sign_in.start(system_random).unwrap()
}

pub(crate) async fn signed_in(emulated: &Emulated, client: OauthClient) -> UserTokenResponse {
    let pending = pending(client, "https://app.example/back", Flow::Code);
    let address = emulated.browse(pending.url());
    let answer = pending.read(&address).unwrap();
    pending.finish(&emulated.ims(), answer).await.unwrap()
}

pub(crate) fn scopes() -> Vec<String> {
    ["openid", "AdobeID"].map(str::to_owned).into()
}

pub(crate) fn lifetime(tokens: &UserTokenResponse, emulated: &Emulated) -> Duration {
    let now = emulated.0.clock().now();
    tokens.response.token.remaining(now).unwrap()
}

pub(crate) fn problem<T>(outcome: Result<T, Error>) -> Problem {
    match outcome {
        Ok(_) => panic!("a failure was expected"),
        Err(error) => error.problem(),
    }
}
