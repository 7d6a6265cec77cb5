//! Profiles of people, services and devices.

use std::fs;

use adobe_ims::credentials::OauthClient as Client;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::session::UserSession;
use adobe_ims::session::{Session, SessionStore};
use adobe_ims::{Clock, Environment, Secret, SystemClock};
use adobe_ims_emulator::{GrantType, OauthClient, SignIn};
use serde_json::{Value, json};

use crate::support::{CLIENT_SECRET, Ims, World};

const CODE: &str = "service?%&=ü";
const SCOPES: [&str; 3] = ["openid", "AdobeID", "offline_access"];

fn world() -> World {
    let client = OauthClient::new()
        .client_id("oauth!+ID")
        .client_secret(CLIENT_SECRET)
        .service_code(CODE)
        .scopes(SCOPES)
        .grants([
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::Device,
        ]);
    let world = World::with(|builder| builder.oauth_client(client));
    let email = world.emulator.people()[0].email().to_owned();
    let sign_in = SignIn::new("oauth!+ID", email);
    let device = world.emulator.device_token(&sign_in, "device").unwrap();
    world.write("device", device);
    world.write("code", CODE);
    let client = format!(
        "environment = \"{}\"\nclient_id = \"oauth!+ID\"\nclient_secrets = {{ env = \"S\" }}\n",
        world.emulator.url()
    );
    let text = format!(
        "version = 1\n[defaults]\nca_files = [\"ca.pem\"]\n[profiles.me]\ntype = \"user-pkce\"\n{client}\n[profiles.service]\ntype = \"service-code\"\ncode = {{ file = \"code\" }}\n{client}\n[profiles.device]\ntype = \"device\"\ndevice_id = \"device\"\ndevice_token = {{ file = \"device\" }}\nscopes = [\"openid\", \"AdobeID\"]\n{client}",
    );
    world.write("config.toml", text);
    world
}

fn ims(world: &World, arguments: &[&str]) -> Ims {
    Ims::new(arguments)
        .env("IMS_CONFIG", world.path("config.toml"))
        .env("XDG_STATE_HOME", world.path("state"))
        .env("IMS_CACHE_DIR", world.path("cache"))
        .env("S", CLIENT_SECRET)
        .in_folder(world.folder.path())
}

#[track_caller]
fn token(world: &World, name: &str) -> Value {
    let run = ims(world, &["token", "-q", "-p", name, "-o", "json"]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn services_and_devices_get_tokens() {
    let world = world();
    for name in ["service", "device"] {
        let (first, second) = (token(&world, name), token(&world, name));
        assert_eq!(
            (&first["source"], &second["source"]),
            (&json!("ims"), &json!("cache"))
        );
        assert_eq!(first["profile"], name);
        assert_eq!(first["client_id"], "oauth!+ID");
    }
    assert_eq!(world.emulator.tokens_minted_by(GrantType::Device), 1);
    fs::write(world.path("code"), "other").unwrap();
    let run = ims(&world, &["token", "-q", "-p", "service"]).run();
    run.assert_failed(4, "code-refused");
}

#[test]
fn session_is_used_and_missing_session_is_reported() {
    let world = world();
    let run = ims(&world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "not-signed-in");

    // The session is the same as that of a sign-in.
    let email = world.emulator.people()[0].email().to_owned();
    let sign_in = || {
        let tokens = world
            .emulator
            .user_tokens(&SignIn::new("oauth!+ID", &email).scopes(SCOPES));
        let refresh_token = Secret::new(tokens.unwrap().refresh_token.unwrap());
        let environment = Environment::parse(world.emulator.url()).unwrap();
        let client =
            Client::new(environment, "oauth!+ID").with_secrets([Secret::new(CLIENT_SECRET)]);
        let sessions = SessionStore::new(world.path("state/ims/sessions"));
        let user = UserSession::new(UserCredentials::new(client, "me", Vec::new()), sessions);
        let scopes = SCOPES.map(str::to_owned).to_vec();
        let session = Session::new(refresh_token, None, scopes, SystemClock.now());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime
            .block_on(user.sessions().save(user.key(), &session))
            .unwrap();
    };
    sign_in();
    let (first, second) = (token(&world, "me"), token(&world, "me"));
    assert_eq!(
        (&first["source"], &second["source"]),
        (&json!("ims"), &json!("cache"))
    );
    assert_eq!(first["access_token"], second["access_token"]);
    // Another sign-in has another token.
    sign_in();
    let third = token(&world, "me");
    assert_eq!(third["source"], "ims");
    assert_ne!(first["access_token"], third["access_token"]);
    assert_eq!(world.emulator.tokens_minted_by(GrantType::RefreshToken), 2);
}
