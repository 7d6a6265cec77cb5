//! Files of another version of the program: the stores leave them alone and report them.

use std::fs;
use std::path::Path;

use adobe_ims::cache::{EncryptionKey, TokenStore};
use adobe_ims::internal::DocumentIndexEntry;
use adobe_ims::session::{SessionSource, SessionStore};
use adobe_ims::source::TokenSource;
use adobe_ims::{AccessToken, Clock, Problem};

use crate::session_world::{self, FIRST};
use crate::store_world::{World, token};

/// Replaces the version in the title of a file, and returns the new content.
fn change_version(path: &Path) -> Vec<u8> {
    let content = fs::read(path).unwrap();
    let end = content.iter().position(|byte| *byte == b'\n').unwrap();
    assert_eq!(content[end - 1], b'1');
    let changed = [&content[..end - 1], b"23", &content[end..]].concat();
    fs::write(path, &changed).unwrap();
    changed
}

/// Lists the names of the files, without those of locks.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".lock")).collect();
    names.sort();
    names
}

#[tokio::test(start_paused = true)]
async fn provider_leaves_an_entry_of_another_version_alone_and_fetches() {
    let world = World::new();
    token(&world.process()).await;
    world.events();
    let content = change_version(&world.entry());
    assert_eq!(token(&world.process()).await, "token-2");
    let events = world.events();
    assert!(events.contains(&"fetched".to_owned()), "{events:?}");
    let problem = "store: cache-entry-of-other-version".to_owned();
    assert!(events.contains(&problem), "{events:?}");
    assert_eq!(fs::read(world.entry()).unwrap(), content);
    assert_eq!(names(&world.path()).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_operation_changes_an_entry_of_another_version() {
    let key = || EncryptionKey::read(&[1; 32]).unwrap();
    for is_encrypted in [false, true] {
        let world = World::new();
        let mut store = world.files();
        if is_encrypted {
            store = store.encrypted(key());
        }
        let own = token(&world.with(world.source.clone(), store.clone())).await;
        let entry = store.read(world.source.key()).unwrap();
        let path = store.list().unwrap().remove(0).path;
        let content = change_version(&path);
        let key = world.source.key();
        let own = AccessToken::new(own.as_str().into()).unwrap();
        assert_eq!(store.forget_token(&own).unwrap(), 0);
        assert_eq!(store.forget_where(|_| true).unwrap(), 0);
        assert!(store.list().unwrap()[0].metadata.is_none());
        for error in [
            store.read(key).unwrap_err(),
            store.write(key, &entry).unwrap_err(),
            store.forget(key).unwrap_err(),
            store.clear().unwrap_err(),
            store.load(key).await.unwrap_err(),
            store.save(key, &entry, None).await.unwrap_err(),
            store.remove(key).await.unwrap_err(),
        ] {
            assert_eq!(error.problem(), Problem::StoreEntryOfOtherVersion);
            let message = error.to_string();
            assert!(message.contains("version 23 of its format"), "{message}");
            assert!(message.contains(path.to_str().unwrap()), "{message}");
            assert!(error.hints().next().is_some());
        }
        assert_eq!(fs::read(&path).unwrap(), content, "{is_encrypted}");
    }
}

#[tokio::test(start_paused = true)]
async fn clear_deletes_the_other_files_and_reports_the_one_of_another_version() {
    let world = World::new();
    token(&world.process()).await;
    change_version(&world.entry());
    let id = "0123456789abcdef0123456789abcdef";
    for other in ["token", "known", "token.set-aside"] {
        fs::write(world.path().join(format!("{id}.{other}")), "").unwrap();
    }
    let error = world.files().clear().unwrap_err();
    assert_eq!(error.problem(), Problem::StoreEntryOfOtherVersion);
    let left = world.entry().file_name().unwrap().to_owned();
    assert_eq!(names(&world.path()), [left.to_str().unwrap()]);
}

#[test]
fn index_entry_of_another_version_is_left_alone() {
    let world = World::new();
    let store = world.files();
    let entry = DocumentIndexEntry::new(world.source.key().clone(), None);
    store.index_document(b"{}", "", &entry).unwrap();
    assert_eq!(store.indexed_document(b"{}", ""), Some(entry.clone()));
    let path = world.path().join(names(&world.path()).remove(0));
    let content = change_version(&path);
    assert_eq!(store.indexed_document(b"{}", ""), None);
    let error = store.index_document(b"{}", "", &entry).unwrap_err();
    assert_eq!(error.problem(), Problem::StoreEntryOfOtherVersion);
    assert_eq!(store.clear().unwrap(), 0);
    assert_eq!(fs::read(&path).unwrap(), content);
}

#[tokio::test(start_paused = true)]
async fn no_operation_changes_a_session_of_another_version() {
    for is_encrypted in [false, true] {
        let world = session_world::World::empty();
        let mut sessions = SessionStore::new(world.path());
        if is_encrypted {
            sessions = sessions.encrypted(EncryptionKey::read(&[1; 32]).unwrap());
        }
        let user = world.user_in(sessions.clone());
        let (key, session) = (user.key(), world.session(FIRST));
        sessions.save(key, &session).await.unwrap();
        let source = SessionSource::new(world.ims(), user.clone()).unwrap();
        let path = sessions.list().unwrap().remove(0).path;
        let content = change_version(&path);
        assert!(sessions.list().unwrap()[0].session.is_none());
        for error in [
            sessions.read(key).unwrap_err(),
            sessions.save(key, &session).await.unwrap_err(),
            sessions.remove(key).await.unwrap_err(),
            user.session().unwrap_err(),
            user.take_initial_token().await.unwrap_err(),
            user.sign_out(&world.ims()).await.unwrap_err(),
            source.fetch().await.unwrap_err(),
            SessionSource::new(world.ims(), user.clone()).unwrap_err(),
        ] {
            assert_eq!(error.problem(), Problem::SessionOfOtherVersion);
            let message = error.to_string();
            assert!(message.contains("version 23 of its format"), "{message}");
            assert!(error.hints().next().is_some());
        }
        assert_eq!(fs::read(&path).unwrap(), content, "{is_encrypted}");
        assert_eq!(names(&world.path()).len(), 1);
        assert!(world.ims.received().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn sign_in_does_not_replace_a_session_of_another_version() {
    let world = session_world::World::new().await;
    let content = change_version(&world.file());
    world.ims.accept(FIRST);
    let granted = session_world::granted(&world).await;
    let user = world.user();
    let started = user.start(&granted, &[], world.clock.now()).await;
    let problem = started.unwrap_err().problem();
    assert_eq!(problem, Problem::SessionOfOtherVersion);
    assert_eq!(fs::read(world.file()).unwrap(), content);
}
