//! The files of sessions: private, replaced as a whole, set aside if they cannot be trusted.

use std::fs;
use std::path::{Path, PathBuf};

use adobe_ims::cache::EncryptionKey;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::session::{SessionSource, SessionStore, UserSession};
use adobe_ims::source::TokenSource;
use adobe_ims::{Clock, Credentials, Problem};
use serde_json::json;

use crate::canned::token_with;
use crate::provider_world::settle;
use crate::rotating_ims::Fault;
use crate::session_world::{FIRST, World, granted};

#[tokio::test(start_paused = true)]
async fn sign_in_without_refresh_token_starts_no_session() {
    let world = World::empty();
    world.ims.add_fields(json!({"refresh_token": null}));
    let granted = granted(&world).await;
    let begun = world.user().start(&granted, &[], world.clock.now()).await;
    let error = begun.unwrap_err();
    assert_eq!(error.problem(), Problem::SessionWithoutRefreshToken);
    assert!(error.hints().next().unwrap().contains("offline_access"));
    assert_eq!(
        world.user().session().unwrap_err().problem(),
        Problem::NotSignedIn
    );
}

#[tokio::test(start_paused = true)]
async fn session_files_are_private() {
    use std::os::unix::fs::MetadataExt;
    let world = World::new().await;
    world.fetch().await.unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(world.path()), 0o700);
    let files: Vec<_> = fs::read_dir(world.path()).unwrap().collect();
    assert_eq!(files.len(), 2, "the session and its lock");
    for file in files {
        assert_eq!(mode(file.unwrap().path()), 0o600);
    }
    let shown = format!("{:?} {:?}", world.user().session().unwrap(), world.source());
    assert!(
        !shown.contains("refresh-1") && !shown.contains("access-1"),
        "{shown}"
    );
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn session_file_has_the_documented_lines() {
    let world = World::new().await;
    world.ims.set_fault(Fault::ResponseLost);
    world.problem().await;
    let asking = fs::read_to_string(world.file()).unwrap();
    world.ims.set_fault(Fault::None);
    world.problem().await;
    let refused = fs::read_to_string(world.file()).unwrap();
    let claims = json!({"rtea": "1900000000000"});
    world.ims.accept("anew");
    world.sign_in("anew").await;
    world
        .ims
        .add_fields(json!({"access_token": token_with(claims)}));
    world.fetch().await.unwrap();
    let content = fs::read_to_string(world.file()).unwrap();
    world.ims.accept(FIRST);
    let granted = granted(&world).await;
    let user = world.user();
    let begun = user.start(&granted, &[], world.clock.now()).await;
    begun.unwrap();
    let begun = fs::read_to_string(world.file()).unwrap();
    assert!(content.starts_with("adobe-ims.session/1\n"));
    let documented =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sessions.md"));
    let documented = documented.unwrap();
    let mut names: Vec<&str> = [&asking, &refused, &content, &begun]
        .iter()
        .flat_map(|content| content.lines().skip(1))
        .map(|line| line.split_once(": ").unwrap().0)
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 18, "{names:?}");
    for name in names {
        assert!(documented.contains(&format!("`{name}`")), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn refresh_token_is_not_sent_if_the_session_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().await;
    let mode = |mode| fs::set_permissions(world.path(), fs::Permissions::from_mode(mode)).unwrap();
    let source = world.source();
    mode(0o500);
    // Root may write in spite of the mode.
    let is_closed = fs::write(world.path().join("probe"), "").is_err();
    let outcome = source.fetch().await;
    mode(0o700);
    let expected = is_closed.then_some(Problem::SessionUnusable);
    assert_eq!(outcome.err().map(|error| error.problem()), expected);
    assert_eq!(world.ims.received().len(), usize::from(!is_closed));
}

#[tokio::test(start_paused = true)]
async fn refresh_does_not_overwrite_a_newer_sign_in() {
    let world = World::new().await;
    let source = world.source();
    let asking = tokio::spawn(async move { source.fetch().await.unwrap() });
    settle().await;
    world.sign_in("anew").await;
    asking.await.unwrap();
    assert_eq!(world.refresh_token(), "anew");
    // Removal waits for the lock too, and returns the session.
    world.ims.accept("anew");
    let source = world.source();
    let asking = tokio::spawn(async move { source.fetch().await.unwrap() });
    settle().await;
    let user = world.user();
    let ended = user.sessions().remove(user.key()).await.unwrap().unwrap();
    assert_eq!(ended.refresh_token.expose(), "refresh-2");
    asking.await.unwrap();
    assert_eq!(user.session().unwrap_err().problem(), Problem::NotSignedIn);
    assert!(user.sessions().remove(user.key()).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn untrusted_session_file_is_set_aside() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    type Break = fn(&World);
    let ways: [(&str, Break); 5] = [
        ("half", |world| {
            fs::write(world.file(), "adobe-ims.session/1\nenv").unwrap()
        }),
        ("empty", |world| fs::write(world.file(), "").unwrap()),
        ("another's", |world| {
            let content = fs::read_to_string(world.file()).unwrap();
            fs::write(world.file(), content.replace("name: me", "name: you")).unwrap();
        }),
        ("open", |world| {
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(world.file(), open).unwrap();
        }),
        ("a link", |world| {
            let elsewhere = world.folder.path().join("elsewhere");
            fs::rename(world.file(), &elsewhere).unwrap();
            symlink(elsewhere, world.file()).unwrap();
        }),
    ];
    for (name, way) in ways {
        let world = World::new().await;
        let source = world.source();
        way(&world);
        let error = source.fetch().await.unwrap_err();
        assert_eq!(error.problem(), Problem::SessionSetAside, "{name}");
        assert!(!format!("{error:?}").contains(FIRST), "{name}");
        let error = source.fetch().await.unwrap_err();
        assert_eq!(error.problem(), Problem::NotSignedIn, "{name}");
        assert!(world.ims.received().is_empty(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn encrypted_session_opens_only_with_its_key() {
    let world = World::empty();
    let sessions = |byte: u8| {
        let key = EncryptionKey::read(&[byte; 32]).unwrap();
        SessionStore::new(world.path()).encrypted(key)
    };
    let user = world.user_in(sessions(1));
    let session = world.session(FIRST);
    user.sessions().save(user.key(), &session).await.unwrap();
    let source = SessionSource::new(world.ims(), user.clone()).unwrap();
    source.fetch().await.unwrap();
    for file in fs::read_dir(world.path()).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&content);
        assert!(
            !text.contains("refresh") && !text.contains("person"),
            "{text}"
        );
    }
    for other in [world.user_in(sessions(2)), world.user()] {
        assert_eq!(other.session().unwrap_err().problem(), Problem::NotSignedIn);
    }
    assert!(sessions(2).list().unwrap()[0].session.is_none());
    let listed = sessions(1).list().unwrap();
    let (key, session) = listed[0].session.as_ref().unwrap();
    assert_eq!((key, key.name()), (user.key(), "me ü"));
    assert_eq!(session.refresh_token.expose(), "refresh-1");
}

#[tokio::test(start_paused = true)]
async fn user_credentials_create_a_token_source() {
    let world = World::empty();
    let user = world.user();
    let credentials = Credentials::User(user.credentials().clone());
    let options = SourceOptions::new(Crypto::ring()).sessions(user.sessions());
    let source = |credentials: &Credentials| credentials.source(world.ims(), &options);
    let nobody = source(&credentials).err().unwrap();
    assert_eq!(nobody.problem(), Problem::NotSignedIn);
    assert!(nobody.to_string().contains("\"me ü\""), "{nobody}");
    assert!(user.store_key().is_err());
    world.sign_in(FIRST).await;
    let key = user.store_key().unwrap();
    let minting = source(&credentials).unwrap();
    assert_eq!(minting.store_key(), Some(&key));
    assert_eq!(key.subject(), "person@AdobeID me ü");
    minting.fetch().await.unwrap();
    // The fingerprint stays the same through a rotation, and changes with another sign-in.
    assert_eq!(user.store_key().unwrap(), key);
    world.sign_in("anew").await;
    let other = user.store_key().unwrap();
    assert_eq!(other.id(), key.id());
    assert_ne!(other.fingerprint(), key.fingerprint());
}

#[test]
fn user_session_requests_the_scopes_of_the_credentials() {
    let world = World::empty();
    let client = world.user().client().clone();
    let scopes = vec!["openid".to_owned(), "AdobeID".to_owned()];
    let credentials = UserCredentials::new(client, "me", scopes.clone());
    let user = UserSession::new(credentials, SessionStore::new(world.path()));
    assert_eq!(user.scopes(), scopes);
}
