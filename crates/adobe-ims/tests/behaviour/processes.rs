//! Processes of the operating system that share one session.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use adobe_ims::credentials::{OauthClient, UserCredentials};
use adobe_ims::crypto::Crypto;
use adobe_ims::session::{Session, SessionSource, SessionStore, UserSession};
use adobe_ims::source::TokenSource;
use adobe_ims::{Clock, SystemClock};
use adobe_ims::{Environment, HttpTransport, ImsClient, Secret};
use adobe_ims_emulator::{Emulator, GrantType, SignIn};

use crate::support::CLIENT_ID;

/// The file with the URL of the emulator.
const ADDRESS: &str = "address-of-the-emulator";

/// The number of processes.
const PROCESSES: usize = 20;

/// Returns the session in this folder. The file `ADDRESS` in it names the environment.
fn session(folder: &Path) -> UserSession {
    let url = fs::read_to_string(folder.join(ADDRESS)).unwrap();
    let environment = Environment::parse(&url).unwrap();
    let client = OauthClient::new(environment, CLIENT_ID);
    UserSession::new(
        UserCredentials::new(client, "me", Vec::new()),
        SessionStore::new(folder.join("sessions")),
    )
}

#[tokio::test]
async fn twenty_processes_exchange_each_refresh_token_once() {
    // Each process is this test again, in the folder of the first one.
    if Path::new(ADDRESS).exists() {
        fetch(&session(Path::new("."))).await;
        return;
    }
    let client = adobe_ims_emulator::OauthClient::new()
        .client_id(CLIENT_ID)
        .public()
        .redirect_uri("http://localhost:8888")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    let emulator = Emulator::builder().oauth_client(client).start().unwrap();
    let sign_in = SignIn::new(CLIENT_ID, emulator.people()[0].email());
    let refresh_token = emulator.user_tokens(&sign_in).unwrap().refresh_token;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(ADDRESS), emulator.url()).unwrap();
    let user = session(folder.path());
    let refresh_token = Secret::new(refresh_token.unwrap());
    let session = Session::new(refresh_token, None, Vec::new(), SystemClock.now());
    user.sessions().save(user.key(), &session).await.unwrap();
    let program = std::env::current_exe().unwrap();
    let processes: Vec<_> = (0..PROCESSES)
        .map(|_| {
            Command::new(&program)
                .args([
                    "--exact",
                    "processes::twenty_processes_exchange_each_refresh_token_once",
                ])
                .current_dir(folder.path())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert!(text.contains("1 passed"), "{text}");
    }
    // The emulator ends a sign-in whose refresh token is sent twice. This one is still valid.
    let exchanges = emulator.tokens_minted_by(GrantType::RefreshToken);
    assert!((1..=PROCESSES as u64).contains(&exchanges), "{exchanges}");
    let token = fetch(&user).await;
    assert!(!token.is_empty());
    assert_eq!(
        emulator.tokens_minted_by(GrantType::RefreshToken),
        exchanges + 1
    );
}

async fn fetch(user: &UserSession) -> String {
    let transport = HttpTransport::builder(Crypto::ring());
    let ims = ImsClient::new(transport.build().unwrap());
    let source = SessionSource::new(ims, user.clone()).unwrap();
    let token = source.fetch().await.unwrap().token;
    token.as_secret().expose().to_owned()
}
