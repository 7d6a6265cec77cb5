//! The file that keeps the state over restarts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims_emulator::{
    Account, AemGroup, AemTier, Emulator, EmulatorBuilder, GrantType, OauthClient, Person, SignIn,
    StartError,
};
use serde_json::json;

use crate::support::{
    AssertionSigner, FORM, form, frozen_builder, get, hostile_account, post, send,
};

/// A folder for one test, which removes it when it has passed.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("adobe-ims-emulator-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("state")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn start(file: &Path) -> Emulator {
    let builder = Emulator::builder().account(hostile_account());
    builder.state_file(file).start().unwrap()
}

fn status(emulator: &Emulator, token: &str) -> u16 {
    let request = http::Request::get("/ims/userinfo/v2");
    let request = request.header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"").status
}

fn redeem(emulator: &Emulator, refresh_token: &str) -> u16 {
    let client = &emulator.user_clients()[0];
    let body = form(&[
        ("grant_type", "refresh_token"),
        ("client_id", client.client_id()),
        ("refresh_token", refresh_token),
    ]);
    post(emulator, "/ims/token/v3", FORM, body).status
}

#[test]
fn registrations_and_tokens_survive_a_restart() {
    let folder = Folder::new("restart");
    let first = start(&folder.file());
    let signer = AssertionSigner::of(&first);
    let (service, oauth) = (first.credentials_json(), first.oauth_credentials_json());
    first.add_account(Account::new()).unwrap();
    first.add_client_secret("client!+ID").unwrap();
    let client = OauthClient::new().client_id("browser").public();
    first.add_oauth_client(client).unwrap();
    first
        .add_person(Person::new().email("jane@example.com"))
        .unwrap();
    let groups = [AemGroup::Administrators];
    assert!(first.set_aem_groups(&signer.id, groups, Duration::ZERO));
    first.allow_client("listed!+ID", [AemTier::Author]);

    let client_id = first.user_clients()[0].client_id().to_owned();
    let sign_in = SignIn::new(&client_id, "jane@example.com").scopes(["openid", "offline_access"]);
    let tokens = first.user_tokens(&sign_in).unwrap();
    let refresh_token = tokens.refresh_token.unwrap();
    let used = first.user_tokens(&sign_in).unwrap().refresh_token.unwrap();
    assert_eq!(redeem(&first, &used), 200);
    let ended = first.user_tokens(&sign_in).unwrap().access_token;
    let body = form(&[
        ("client_id", &client_id),
        ("token", &ended),
        ("token_type", "access_token"),
    ]);
    let invalidated = post(&first, "/ims/invalidate_token/v2", FORM, body);
    assert_eq!(invalidated.status, 200, "{}", invalidated.text);
    let registered = |emulator: &Emulator| {
        let clients = [
            emulator.accounts(),
            emulator.oauth_clients(),
            emulator.user_clients(),
        ];
        (
            format!("{clients:?}"),
            emulator.people(),
            emulator.credentials_json(),
        )
    };
    let before = registered(&first);
    let minted = first.tokens_minted();
    drop(first);

    let second = start(&folder.file());
    assert_eq!(registered(&second), before);
    assert_ne!(second.credentials_json(), service, "a secret was added");
    assert_eq!(second.oauth_credentials_json(), oauth);
    assert_eq!(second.tokens_minted(), minted);
    assert!(second.disallow_client("listed!+ID"));
    let access = tokens.access_token;
    assert_eq!(status(&second, &access), 200);
    assert_eq!(status(&second, &ended), 401);
    assert_eq!(redeem(&second, &used), 400);
    assert_eq!(redeem(&second, &refresh_token), 200);
    let token = AssertionSigner::of(&second).token(&second);
    let request = http::Request::get("/content/dam.json");
    let request = request.header("authorization", format!("Bearer {token}"));
    assert_eq!(send(&second, request, b"").status, 200);
    assert_eq!(folder.names(), ["state"], "no temporary file stays behind");
}

#[test]
fn codes_and_browsers_survive_a_restart() {
    let folder = Folder::new("codes");
    let application = OauthClient::new()
        .client_id("application")
        .client_secret("SECRET?%&=ü")
        .grants([GrantType::AuthorizationCode])
        .redirect_uri("https://my.example/callback");
    let builder = || {
        frozen_builder()
            .oauth_client(application.clone())
            .state_file(folder.file())
    };
    let first = builder().start().unwrap();
    let sign_in = SignIn::new("application", first.people()[0].email());
    let code = first.authorization_code(&sign_in).unwrap();
    drop(first);
    let second = builder().start().unwrap();
    let body = form(&[
        ("grant_type", "authorization_code"),
        ("client_id", "application"),
        ("client_secret", "SECRET?%&=ü"),
        ("code", &code),
    ]);
    for expected in [200, 400] {
        let response = post(&second, "/ims/token/v3", FORM, &body);
        assert_eq!(response.status, expected, "{}", response.text);
    }
}

#[test]
fn reset_forgets_all_but_the_first_registrations() {
    let folder = Folder::new("reset");
    let first = start(&folder.file());
    let service = first.credentials_json();
    first
        .add_person(Person::new().email("jane@example.com"))
        .unwrap();
    drop(first);
    let second = start(&folder.file());
    assert!(second.person("jane@example.com").is_some());
    second.reset();
    assert!(second.person("jane@example.com").is_none());
    // The documents that a program has from the first start are still good.
    assert_eq!(second.credentials_json(), service);
    drop(second);
    let third = start(&folder.file());
    assert!(third.person("jane@example.com").is_none());
    assert_eq!(third.credentials_json(), service);
}

#[test]
fn scenario_is_played_below_the_state_of_the_file() {
    let folder = Folder::new("scenario");
    let scenario = json!([
        {"method": "POST", "path": "/_emu/people", "body": {"email": "jane@example.com"}},
        {"method": "PATCH", "path": "/_emu/lifetimes", "body": {"access_token_seconds": 90}},
    ]);
    let start = || {
        let builder = Emulator::builder().state_file(folder.file());
        builder.scenario(scenario.to_string()).start().unwrap()
    };
    let jane = start().person("jane@example.com").unwrap();
    let second = start();
    assert_eq!(second.person("jane@example.com"), Some(jane));
    assert_eq!(second.people().len(), 2);
    let lifetimes = get(&second, "/_emu/lifetimes").json;
    assert_eq!(lifetimes["access_token_seconds"], 90.0);
    second
        .add_person(Person::new().email("john@example.com"))
        .unwrap();
    second.reset();
    assert!(second.person("jane@example.com").is_some());
    assert_eq!(second.people().len(), 2);
}

#[test]
fn seeded_values_go_on_after_a_restart() {
    let folder = Folder::new("seed");
    let alone = frozen_builder().start().unwrap();
    let expected = [
        alone.add_person(Person::new()),
        alone.add_person(Person::new()),
    ];
    let start = || frozen_builder().state_file(folder.file()).start().unwrap();
    for person in expected {
        assert_eq!(start().add_person(Person::new()), person);
    }
    let fail = |builder: EmulatorBuilder| {
        let error = builder.state_file(folder.file()).start().unwrap_err();
        let StartError::StateFile(error) = error else {
            panic!("{error:?}");
        };
        error.to_string()
    };
    let end = "is of an emulator with the seed 1: start with this seed, or name another file";
    assert!(fail(Emulator::builder()).ends_with(end));
    assert!(fail(frozen_builder().seed(2)).ends_with(end));
}

#[test]
fn wrong_file_is_an_error_and_is_not_replaced() {
    let folder = Folder::new("wrong");
    let file = folder.file();
    drop(start(&file));
    let good = fs::read_to_string(&file).unwrap();
    let flipped = good.replacen("client!+ID", "client!+IE", 1);
    let later = good.replacen("\"version\":1", "\"version\":2", 1);
    let truncated = &good[..good.len() - 100];
    let header = good.split_once('\n').unwrap().0;
    for (content, message) in [
        ("{\"integration\":{}}", "was not written by the emulator"),
        ("x", "was not written by the emulator"),
        ("\n", "was not written by the emulator"),
        (
            "{\"format\":\"other\",\"version\":1}\n{}\n",
            "was not written by the emulator",
        ),
        (&*flipped, "is damaged"),
        (truncated, "is damaged"),
        (header, "is damaged"),
        (&later, "has version 2 of the format"),
        (
            "{\"format\":\"adobe-ims-emulator state\",\"version\":1}\n{}\n",
            "is damaged",
        ),
    ] {
        fs::write(&file, content).unwrap();
        let error = Emulator::builder().state_file(&file).start().unwrap_err();
        let StartError::StateFile(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.path(), file);
        let text = error.to_string();
        assert!(text.contains(message), "{text}");
        assert!(text.contains("it is not replaced"), "{text}");
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
    // An empty file is one that somebody made for the emulator.
    fs::write(&file, "").unwrap();
    drop(start(&file));
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .starts_with("{\"format\":")
    );

    let error = Emulator::builder()
        .state_file(&folder.0)
        .start()
        .unwrap_err();
    assert!(matches!(error, StartError::StateFile(_)), "{error:?}");
    let missing = folder.0.join("no/such/folder/state");
    let error = Emulator::builder().state_file(missing).start().unwrap_err();
    assert!(matches!(error, StartError::StateFile(_)), "{error:?}");
}

#[test]
fn file_that_another_emulator_changed_is_not_replaced() {
    let folder = Folder::new("changed");
    let first = start(&folder.file());
    let second = start(&folder.file());
    second
        .add_person(Person::new().email("jane@example.com"))
        .unwrap();
    second.save_state().unwrap();
    first
        .add_person(Person::new().email("john@example.com"))
        .unwrap();
    let error = first.save_state().unwrap_err().to_string();
    assert!(error.contains("something else changed"), "{error}");
    drop((first, second));
    let third = start(&folder.file());
    assert!(third.person("jane@example.com").is_some());
    assert!(third.person("john@example.com").is_none());
    assert!(Emulator::start().unwrap().save_state().is_ok());
}

#[test]
fn file_without_changes_is_not_written_again() {
    let folder = Folder::new("unchanged");
    let emulator = start(&folder.file());
    let time = |file: &Path| fs::metadata(file).unwrap().modified().unwrap();
    let written = time(&folder.file());
    emulator.people();
    emulator.save_state().unwrap();
    assert_eq!(time(&folder.file()), written);
    emulator.add_person(Person::new()).unwrap();
    emulator.save_state().unwrap();
    assert!(
        fs::read_to_string(folder.file())
            .unwrap()
            .contains("emma.ulator-2@example.com")
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = Folder::new("mode");
    let target = folder.0.join("target");
    fs::write(&target, "").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&target, folder.file()).unwrap();
    let emulator = start(&folder.file());
    let mode = fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(fs::symlink_metadata(folder.file()).unwrap().is_symlink());
    drop(emulator);
}

#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
#[test]
fn ca_is_not_in_the_file() {
    let folder = Folder::new("ca");
    let start = || {
        Emulator::builder()
            .tls(true)
            .state_file(folder.file())
            .start()
    };
    let first = start().unwrap();
    let ca = first.ca_pem().unwrap().to_owned();
    let line = ca.lines().nth(1).unwrap();
    assert!(!fs::read_to_string(folder.file()).unwrap().contains(line));
    drop(first);
    assert_ne!(start().unwrap().ca_pem(), Some(&*ca));
}

#[test]
fn clock_is_not_in_the_file() {
    let folder = Folder::new("clock");
    let first = start(&folder.file());
    first.clock().advance(Duration::from_secs(10 * 86_400));
    let later = first.clock().now();
    drop(first);
    let now = start(&folder.file()).clock().now();
    assert!(now < later);
}
