//! Tokens of each grant expire at the same second for the library and for the emulator.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use adobe_ims::BoxFuture;
use adobe_ims::api::{ClusterTarget, TokenType, UserTokenResponse};
use adobe_ims::credentials::UserCredentials;
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::session::SessionStore;
use adobe_ims::session::UserSession;
use adobe_ims::sign_in::{Flow, Pkce};
use adobe_ims::source::{StaticTokenSource, TokenSource};
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Credentials, Error, ImsClient, Problem, Secret, TokenProvider};
use adobe_ims_emulator::SignIn;
use http::{Request, Response};

use crate::emulated_world::{DAY, Emulated, LIFE, PUBLIC, pending, problem, scopes, signed_in};
use crate::support::CLIENT_ID;

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A day, as the emulator states it in milliseconds.
const LIFE_IN_MILLISECONDS: Duration = Duration::from_millis(86_399_998);

/// The emulator, which can be switched off.
#[derive(Clone, Debug)]
struct Failing {
    emulated: Emulated,
    is_down: Arc<AtomicBool>,
}

impl Transport for Failing {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        if !self.is_down.load(Ordering::Relaxed) {
            return self.emulated.send(request);
        }
        let answer = Response::builder().status(503).body("".to_owned().into());
        Box::pin(async { Ok(answer.unwrap()) })
    }
}

/// A grant: its provider, and the lifetime of its tokens by the response.
struct Case {
    name: &'static str,
    source: Box<dyn TokenSource>,
    lifetime: Duration,
    client_id: String,
    /// The problem after the expiry while IMS is down.
    ended: Problem,
}

struct World {
    emulated: Emulated,
    ims: Failing,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let emulated = Emulated::new();
        let ims = Failing {
            emulated: emulated.clone(),
            is_down: Arc::default(),
        };
        let folder = tempfile::tempdir().unwrap();
        Self {
            emulated,
            ims,
            folder,
        }
    }

    fn now(&self) -> SystemTime {
        self.emulated.0.clock().now()
    }

    fn client(&self) -> ImsClient {
        ImsClient::new(self.ims.clone()).with_clock(self.emulated.clone())
    }

    /// Returns a grant that can fetch further tokens.
    fn renewing(&self, name: &'static str, credentials: &Credentials, lifetime: Duration) -> Case {
        let source = credentials.source(
            self.client(),
            &SourceOptions::new(Crypto::ring())
                .sessions(&SessionStore::new(self.folder.path().join("sessions"))),
        );
        Case {
            name,
            source: source.unwrap(),
            lifetime,
            client_id: CLIENT_ID.to_owned(),
            ended: Problem::ServerError,
        }
    }

    /// Returns a grant with a single token.
    fn single(&self, name: &'static str, tokens: UserTokenResponse) -> Case {
        let source =
            StaticTokenSource::new(tokens.response.token).with_clock(self.emulated.clone());
        Case {
            name,
            source: Box::new(source),
            lifetime: LIFE,
            client_id: CLIENT_ID.to_owned(),
            ended: Problem::TokenExpired,
        }
    }

    async fn cases(&self) -> Vec<Case> {
        let emulated = &self.emulated;
        let (client, ims) = (emulated.confidential(), self.client());
        let parsed = |document: String| Credentials::parse(document.as_bytes()).unwrap();
        let signed_in = signed_in(emulated, client.clone()).await;
        let sessions = SessionStore::new(self.folder.path().join("sessions"));
        let user = UserSession::new(
            UserCredentials::new(client.clone(), "me", Vec::new()),
            sessions,
        );
        user.start(&signed_in, &scopes(), self.now()).await.unwrap();
        // The first caller gets the access token of the sign-in; this call takes it.
        let source = Credentials::User(user.credentials().clone());
        let first = self.renewing("", &source, LIFE).source.fetch().await;
        let first = first.unwrap().token;
        assert!(first.is_same(&signed_in.response.token));
        let service = PermanentCode::new(client.clone(), "service?%&=ü".into(), Vec::new());
        let sign_in = SignIn::new(CLIENT_ID, emulated.email());
        let token = emulated.0.device_token(&sign_in, "device").unwrap();
        let device = DeviceCredentials::new(client.clone(), "device", token.into(), Vec::new());
        let oauth = emulated.0.oauth_credentials_json();
        let oauth_id = emulated.0.oauth_clients()[0].client_id().to_owned();
        let exchanging = emulated.0.credentials_json_of("exchanging").unwrap();

        let implicit = pending(client.clone(), "https://app.example/back", Flow::Implicit);
        let answer = implicit.read(&emulated.browse(implicit.url())).unwrap();
        let implicit = implicit.finish(&ims, answer).await.unwrap();
        let (token, scopes) = (emulated.user_token(), scopes());
        let target = ClusterTarget::User(emulated.user_id());
        let cluster = ims.cluster_exchange(&client, &token, &target, &scopes, &[]);
        let acting = ims.on_behalf_of(&client, &token, &scopes, &[]);
        vec![
            Case {
                client_id: "exchanging".to_owned(),
                ..self.renewing("jwt", &parsed(exchanging), LIFE_IN_MILLISECONDS)
            },
            Case {
                client_id: oauth_id,
                ..self.renewing("client_credentials", &parsed(oauth), LIFE)
            },
            self.renewing("refresh_token", &source, LIFE),
            self.renewing("permanent code", &Credentials::PermanentCode(service), LIFE),
            self.renewing("device", &Credentials::Device(device), LIFE_IN_MILLISECONDS),
            self.single("authorization_code", signed_in),
            self.single("implicit", implicit),
            self.single("cluster_at_exchange", cluster.await.unwrap()),
            self.single("on behalf of", acting.await.unwrap()),
        ]
    }

    async fn is_valid(&self, token: &Secret, client_id: &str) -> bool {
        let environment = self.emulated.environment();
        let ims = self.emulated.ims();
        let validation = ims.validate(token, TokenType::Access, client_id, &environment);
        validation.await.unwrap().valid
    }
}

#[tokio::test(start_paused = true)]
async fn access_token_of_each_grant_is_served_until_its_last_second() {
    let count = World::new().cases().await.len();
    assert_eq!(count, 9);
    for number in 0..count {
        let world = World::new();
        let case = world.cases().await.swap_remove(number);
        let (name, lifetime) = (case.name, case.lifetime);
        let advance = |by| world.emulated.0.clock().advance(by);
        let start = world.now();
        let provider = TokenProvider::builder(case.source)
            .runtime(tokio::runtime::Handle::current())
            .clock(world.emulated.clone())
            .build();
        let token = provider.token().await.unwrap();
        assert_eq!(token.expires_at(), Some(start + lifetime), "{name}");
        let is_valid = || world.is_valid(token.as_secret(), &case.client_id);
        world.ims.is_down.store(true, Ordering::Relaxed);

        advance(lifetime - SECOND);
        let last = provider.token().await;
        assert!(last.unwrap().is_same(&token), "{name}");
        assert!(!token.is_expired(world.now()) && is_valid().await, "{name}");
        advance(SECOND);
        assert!(token.is_expired(world.now()), "{name}");
        assert_eq!(problem(provider.token().await), case.ended, "{name}");

        // The served token was valid: IMS ends it at the same millisecond.
        advance(DAY - lifetime - MILLISECOND);
        assert!(is_valid().await, "{name}");
        advance(MILLISECOND);
        assert!(!is_valid().await, "{name}");
    }
}

#[tokio::test]
async fn credential_of_each_grant_is_accepted_until_its_last_millisecond() {
    /// Exchanges the credential of a sign-in for a token.
    type Exchange = fn(&Emulated, &SignInCredentials) -> Result<(), Problem>;
    let cases: [(&str, Duration, Problem, Exchange); 5] = [
        (
            "code",
            600 * SECOND,
            Problem::CodeRefused,
            |world, credentials| {
                let (client, ims, verifier) =
                    (world.public(), world.ims(), Some(&credentials.verifier));
                poll_once(ims.authorization_code(&client, &credentials.code, verifier, None))
            },
        ),
        (
            "refresh token",
            14 * DAY,
            Problem::SignInAgain,
            |world, credentials| {
                let client = world.confidential();
                poll_once(
                    world
                        .ims()
                        .refresh_token(&client, &credentials.refresh_token, &[]),
                )
            },
        ),
        (
            "device token",
            14 * DAY,
            Problem::DeviceRefused,
            |world, credentials| {
                let (client, token) = (world.confidential(), credentials.device_token.clone());
                let device = DeviceCredentials::new(client, "device", token, Vec::new());
                poll_once(world.ims().device(&device))
            },
        ),
        (
            "user token",
            DAY,
            Problem::UserTokenRefused,
            |world, credentials| {
                let (client, ims, scopes) = (world.confidential(), world.ims(), scopes());
                poll_once(ims.on_behalf_of(&client, &credentials.access_token, &scopes, &[]))
            },
        ),
        (
            "user token",
            DAY,
            Problem::UserTokenRefused,
            |world, credentials| {
                let (client, ims, scopes) = (world.confidential(), world.ims(), scopes());
                let target = ClusterTarget::User(world.user_id());
                poll_once(ims.cluster_exchange(
                    &client,
                    &credentials.access_token,
                    &target,
                    &scopes,
                    &[],
                ))
            },
        ),
    ];
    for (name, lifetime, problem, exchange) in cases {
        for (at, expected) in [(lifetime - MILLISECOND, Ok(())), (lifetime, Err(problem))] {
            let emulated = Emulated::new();
            let credentials = SignInCredentials::in_time_of(&emulated);
            emulated.0.clock().advance(at);
            assert_eq!(
                exchange(&emulated, &credentials),
                expected,
                "{name} at {at:?}"
            );
        }
    }
}

/// The credentials that can be exchanged for a token.
struct SignInCredentials {
    code: Secret,
    verifier: Secret,
    access_token: Secret,
    refresh_token: Secret,
    device_token: Secret,
}

impl SignInCredentials {
    fn in_time_of(emulated: &Emulated) -> Self {
        let pkce = Pkce::new(&[7; 32]);
        let code = SignIn::new(PUBLIC, emulated.email()).code_challenge(pkce.challenge());
        let sign_in = SignIn::new(CLIENT_ID, emulated.email());
        let tokens = emulated.0.user_tokens(&sign_in).unwrap();
        Self {
            code: emulated.0.authorization_code(&code).unwrap().into(),
            verifier: pkce.verifier().clone(),
            access_token: tokens.access_token.into(),
            refresh_token: tokens.refresh_token.unwrap().into(),
            device_token: emulated.0.device_token(&sign_in, "device").unwrap().into(),
        }
    }
}

/// Polls a future once: the emulator answers at once.
fn poll_once<T>(future: impl Future<Output = Result<T, Error>>) -> Result<(), Problem> {
    let outcome = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    match outcome {
        Poll::Ready(outcome) => outcome.map(drop).map_err(|error| error.problem()),
        Poll::Pending => panic!("the emulator waits for something"),
    }
}
