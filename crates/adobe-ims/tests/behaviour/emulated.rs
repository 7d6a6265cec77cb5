//! The library against the emulator, which was written independently from the same sources.

use std::time::Duration;

use adobe_ims::api::{Cascade, ClusterTarget, TokenType};
use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::provider::SourceOptions;
use adobe_ims::session::SessionStore;
use adobe_ims::session::UserSession;
use adobe_ims::sign_in::{Flow, LoopbackHost, RedirectListener};
use adobe_ims::{Credentials, Problem, Secret, TokenProvider};
use adobe_ims_emulator::GrantType;
use adobe_ims_emulator::ims_settings::RefreshTokenReuse;
use http::Uri;

use crate::emulated_world::{DAY, Emulated, LIFE, lifetime, pending, problem, scopes, signed_in};
use crate::support::{CLIENT_ID, service};

#[tokio::test]
async fn confidential_and_public_clients_sign_in() {
    let emulated = Emulated::new();
    for client in [emulated.confidential(), emulated.public()] {
        let tokens = signed_in(&emulated, client.clone()).await;
        assert_eq!(tokens.user_id, Some(emulated.user_id()));
        assert!(tokens.id_token.is_some() && tokens.refresh_token.is_some());
        assert_eq!(lifetime(&tokens, &emulated), LIFE);
        let end = emulated.0.clock().now() + 14 * DAY;
        assert_eq!(tokens.refresh_expires_at, Some(end));
        let is_public = client.is_public();
        let warnings = tokens.response.warnings.len();
        assert_eq!(
            warnings,
            usize::from(!is_public),
            "the deleted secret is a warning"
        );
    }
}

#[tokio::test]
async fn code_is_valid_once_and_with_its_verifier_only() {
    let emulated = Emulated::new();
    let client = emulated.public();
    let one = pending(client.clone(), "https://app.example/back", Flow::Code);
    let other = pending(client, "https://app.example/back", Flow::Code);
    let answer = one.read(&emulated.browse(one.url())).unwrap();
    assert_eq!(
        problem(other.read(&emulated.browse(one.url()))),
        Problem::SignInStateWrong
    );
    let ims = emulated.ims();
    one.finish(&ims, answer.clone()).await.unwrap();
    assert_eq!(
        problem(one.finish(&ims, answer).await),
        Problem::CodeRefused
    );
    let answer = one.read(&emulated.browse(one.url())).unwrap();
    assert_eq!(
        problem(other.finish(&ims, answer).await),
        Problem::CodeRefused
    );
}

#[tokio::test]
async fn listener_receives_the_redirect_of_the_emulator() {
    let emulated = Emulated::new();
    let loopback = RedirectListener::bind(&[0], "/").unwrap();
    let redirect_uri = loopback.redirect_uri(LoopbackHost::Localhost);
    let port = loopback.port();
    let pending = pending(emulated.public(), &redirect_uri, Flow::Code);
    let waiting = pending.clone();
    let patience = Duration::from_secs(60);
    let waiting = tokio::spawn(async move { loopback.wait_for_redirect(&waiting, patience).await });
    let address: Uri = emulated.browse(pending.url()).parse().unwrap();
    assert_eq!(address.host(), Some("localhost"));
    let target = address.path_and_query().unwrap();
    let text = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes())
        .await
        .unwrap();
    let answer = waiting.await.unwrap().unwrap();
    let tokens = pending.finish(&emulated.ims(), answer).await.unwrap();
    assert_eq!(tokens.user_id, Some(emulated.user_id()));
}

#[tokio::test]
async fn implicit_flow_returns_a_token_in_seconds() {
    let emulated = Emulated::new();
    let client = emulated.confidential();
    let pending = pending(client.clone(), "https://app.example/back", Flow::Implicit);
    let address = emulated.browse(pending.url());
    let answer = pending.read(&address).unwrap();
    let tokens = pending.finish(&emulated.ims(), answer).await.unwrap();
    assert_eq!(lifetime(&tokens, &emulated), LIFE);
    assert!(tokens.refresh_token.is_none());
    let token = tokens.response.token.as_secret();
    let validation = emulated
        .ims()
        .validate(token, TokenType::Access, CLIENT_ID, client.environment())
        .await
        .unwrap();
    assert!(validation.valid);
}

#[tokio::test]
async fn session_is_extended_by_use_and_ends_after_14_unused_days() {
    let emulated = Emulated::new();
    let folder = tempfile::tempdir().unwrap();
    let sessions = SessionStore::new(folder.path().join("sessions"));
    let user = UserSession::new(
        UserCredentials::new(emulated.public(), "me", Vec::new()),
        sessions,
    );
    let tokens = signed_in(&emulated, emulated.public()).await;
    let now = emulated.0.clock().now();
    user.start(&tokens, &scopes(), now).await.unwrap();
    let provider = || {
        let credentials = Credentials::User(user.credentials().clone());
        let source = credentials.source(
            emulated.ims(),
            &SourceOptions::new(Crypto::ring()).sessions(user.sessions()),
        );
        TokenProvider::builder(source.unwrap())
            .runtime(tokio::runtime::Handle::current())
            .clock(emulated.clone())
            .build()
    };
    for _ in 0..20 {
        provider().token().await.unwrap();
        emulated.0.clock().advance(DAY);
    }
    // The sign-in returned the first one.
    let refreshed = emulated.0.tokens_minted_by(GrantType::RefreshToken);
    assert_eq!(refreshed, 19);
    // The last refresh token was fetched a day ago and lives for 14 days, to the second.
    emulated
        .0
        .clock()
        .advance(13 * DAY - Duration::from_secs(1));
    provider().token().await.unwrap();
    emulated.0.clock().advance(14 * DAY);
    let error = provider().token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SignInAgain);
    assert_eq!(emulated.0.tokens_minted_by(GrantType::RefreshToken), 20);
}

#[tokio::test]
async fn refresh_token_spent_elsewhere_ends_the_session() {
    let emulated = Emulated::new();
    emulated.0.change_ims_settings(|settings| {
        settings.refresh_token_reuse = RefreshTokenReuse::EndSession;
    });
    let ims = emulated.ims();
    let client = emulated.confidential();
    let tokens = signed_in(&emulated, client.clone()).await;
    let first = tokens.refresh_token.unwrap();
    let next = ims.refresh_token(&client, &first, &[]).await.unwrap();
    let second = ims.refresh_token(&client, &first, &[]).await;
    assert_eq!(problem(second), Problem::SignInAgain);
    // All tokens of the sign-in end with it.
    let next = next.refresh_token.unwrap();
    let family = ims.refresh_token(&client, &next, &[]).await;
    assert_eq!(problem(family), Problem::SignInAgain);
}

#[tokio::test]
async fn refresh_can_reduce_scopes_and_not_add_any() {
    let emulated = Emulated::new();
    let ims = emulated.ims();
    let client = emulated.public();
    let tokens = signed_in(&emulated, client.clone()).await;
    let token = tokens.refresh_token.unwrap();
    let reduced = ["openid".to_owned()];
    let refreshed = ims.refresh_token(&client, &token, &reduced).await.unwrap();
    let claims = refreshed.response.token.claims().unwrap().clone();
    assert_eq!(claims.scopes, reduced);
    let token = refreshed.refresh_token.unwrap();
    let more = ["system".to_owned()];
    let refused = ims.refresh_token(&client, &token, &more).await;
    assert_eq!(problem(refused), Problem::ScopeInvalid);
}

#[tokio::test]
async fn services_and_devices_get_their_tokens() {
    let emulated = Emulated::new();
    let client = emulated.confidential();
    let code = |code: &str| PermanentCode::new(client.clone(), code.into(), Vec::new());
    let sign_in = adobe_ims_emulator::SignIn::new(CLIENT_ID, emulated.email());
    let token = emulated.0.device_token(&sign_in, "device").unwrap();
    let device = |id: &str| {
        let token = Secret::new(&*token);
        DeviceCredentials::new(client.clone(), id, token, scopes())
    };
    let source = |credentials: Credentials| {
        let source = credentials.source(emulated.ims(), &SourceOptions::new(Crypto::ring()));
        source.unwrap()
    };
    for (good, bad, refused) in [
        (
            Credentials::PermanentCode(code("service?%&=ü")),
            Credentials::PermanentCode(code("other")),
            Problem::CodeRefused,
        ),
        (
            Credentials::Device(device("device")),
            Credentials::Device(device("other")),
            Problem::DeviceRefused,
        ),
    ] {
        let good = source(good);
        for _ in 0..2 {
            let token = good.fetch().await.unwrap().token;
            let remaining = token.remaining(emulated.0.clock().now()).unwrap();
            // The endpoint of devices answers in milliseconds.
            assert!((LIFE..=DAY).contains(&remaining), "{remaining:?}");
        }
        assert_eq!(problem(source(bad).fetch().await), refused);
    }
}

#[tokio::test]
async fn token_of_a_person_is_exchanged() {
    let emulated = Emulated::new();
    let ims = emulated.ims();
    let client = emulated.confidential();
    let token = emulated.user_token();
    let scopes = scopes();
    let resources = ["https://api.example/".to_owned()];
    let acting = ims.on_behalf_of(&client, &token, &scopes, &resources);
    let acting = acting.await.unwrap();
    assert_eq!(acting.user_id, Some(emulated.user_id()));
    let claims = adobe_ims::token::inspect::Inspection::parse(
        acting.response.token.as_secret().expose(),
        emulated.0.clock().now(),
    )
    .unwrap()
    .claims;
    assert!(claims.contains_key("act"), "{claims:?}");
    let target = ClusterTarget::User(emulated.user_id());
    let same = ims.cluster_exchange(&client, &token, &target, &scopes, &[]);
    assert_eq!(same.await.unwrap().user_id, Some(emulated.user_id()));
    let expired = || emulated.0.clock().advance(DAY);
    expired();
    let acting = ims.on_behalf_of(&client, &token, &scopes, &[]).await;
    assert_eq!(problem(acting), Problem::UserTokenRefused);
    let target = ClusterTarget::User(emulated.user_id());
    let same = ims.cluster_exchange(&client, &token, &target, &scopes, &[]);
    assert_eq!(problem(same.await), Problem::UserTokenRefused);
}

#[tokio::test]
async fn sign_out_invalidates_the_access_tokens() {
    let emulated = Emulated::new();
    let ims = emulated.ims();
    let client = emulated.confidential();
    for by_rfc in [false, true] {
        let tokens = signed_in(&emulated, client.clone()).await;
        let refresh_token = tokens.refresh_token.unwrap();
        let access_token = tokens.response.token.as_secret().clone();
        let kind = TokenType::Refresh;
        let done = if by_rfc {
            ims.revoke(&refresh_token, kind, &client).await
        } else {
            let all = Cascade::All;
            ims.invalidate_as(&refresh_token, kind, &client, all).await
        };
        done.unwrap();
        let refreshed = ims.refresh_token(&client, &refresh_token, &[]).await;
        assert_eq!(problem(refreshed), Problem::SignInAgain);
        let kind = TokenType::Access;
        let validation = ims.validate(&access_token, kind, CLIENT_ID, client.environment());
        let valid = validation.await.unwrap().valid;
        assert!(by_rfc || !valid, "cascading");
    }
}

#[tokio::test]
async fn assertion_is_exchanged_for_audiences() {
    let emulated = Emulated::new();
    let document = emulated.0.credentials_json_of("exchanging").unwrap();
    let document = serde_json::from_str(&document).unwrap();
    let now = emulated.0.clock().now();
    let audiences = ["https://api.example/".to_owned(), "b".to_owned()];
    let ims = emulated.ims();
    for resources in [&audiences[..], &[]] {
        let credentials = service(&document)
            .unwrap()
            .for_resources(resources.to_vec());
        let (context, crypto) = (KeyContext::default(), Crypto::ring());
        let account = TechnicalAccount::open(&credentials, &context, &crypto).unwrap();
        let response = ims.token(&account).await.unwrap();
        let token = response.token.as_secret().expose();
        let claims = adobe_ims::token::inspect::Inspection::parse(token, now)
            .unwrap()
            .claims;
        let audience = claims.get("aud").map(serde_json::Value::to_string);
        let named = |audience_name: &String| {
            audience
                .as_ref()
                .is_some_and(|aud| aud.contains(audience_name))
        };
        assert_eq!(
            audiences.iter().all(named),
            !resources.is_empty(),
            "{audience:?}"
        );
    }
}

#[tokio::test]
async fn migrated_client_is_reported() {
    let emulated = Emulated::new();
    let document = emulated.0.credentials_json_of("migrated").unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let account = crate::support::open(&document);
    assert!(service(&document).is_ok());
    let error = emulated.ims().token(&account).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ClientMigrated);
    assert!(error.is_transient());
}
