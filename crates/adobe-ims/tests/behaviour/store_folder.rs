//! The folder of a store: what others have in it, beside it and instead of it.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use adobe_ims::Problem;
use adobe_ims::cache::FileStore;
use adobe_ims::internal::DocumentIndexEntry;
use adobe_ims::provider::TokenOptions;
use adobe_ims::session::SessionStore;

use crate::session_world;
use crate::store_world::{World, token};

/// Another id than that of the world's token.
const ID: &str = "0123456789abcdef0123456789abcdef";

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// Returns the permissions of the store's folder. It may inherit the group of its parent.
fn closed(world: &World) -> u32 {
    mode(&world.path()) & 0o777
}

fn private_file(path: &Path, content: &str) {
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).unwrap();
    std::io::Write::write_all(&mut file, content.as_bytes()).unwrap();
}

async fn refresh(world: &World) {
    let process = world.process();
    let forced = TokenOptions::default().force_refresh();
    process.token_for(&forced).await.unwrap();
    process.saved().await;
}

#[tokio::test(start_paused = true)]
async fn files_of_others_beside_and_among_the_entries_survive_clear_and_refresh() {
    let world = World::new();
    token(&world.process()).await;
    let names = [
        "notes.tmp".to_owned(),
        "api.token".to_owned(),
        "project.lock".to_owned(),
        "old.set-aside".to_owned(),
        "hosts.known".to_owned(),
        "backup.sealed".to_owned(),
        format!("{ID}.tmp"),
        format!("{ID}.token.bak"),
        format!("{}.tmp", world.source.key().id()),
        format!("{}.token.tmp", world.source.key().id()),
    ];
    let mut others: Vec<PathBuf> = names.iter().map(|name| world.named().join(name)).collect();
    others.extend(names.iter().map(|name| world.path().join(name)));
    // This one has our form, but lies in the folder of others and is not ours.
    others.push(world.named().join(format!("{ID}.token")));
    for other in &others {
        private_file(other, "of others");
    }
    fs::create_dir(world.named().join("empty.tmp")).unwrap();
    refresh(&world).await;
    assert_eq!(world.files().list().unwrap().len(), 1);
    assert_eq!(world.files().clear().unwrap(), 1);
    for other in &others {
        assert_eq!(fs::read_to_string(other).unwrap(), "of others", "{other:?}");
    }
    assert!(world.named().join("empty.tmp").is_dir());
}

#[tokio::test(start_paused = true)]
async fn folder_that_others_use_keeps_its_mode_and_the_store_has_its_own_in_it() {
    for shared in [0o1777, 0o777, 0o755, 0o2770] {
        let world = World::new();
        fs::create_dir_all(world.named()).unwrap();
        set_mode(&world.named(), shared);
        assert_eq!(token(&world.process()).await, "token-1");
        assert_eq!(token(&world.process()).await, "token-1");
        assert_eq!((mode(&world.named()), closed(&world)), (shared, 0o700));
        world.files().clear().unwrap();
        assert_eq!((mode(&world.named()), closed(&world)), (shared, 0o700));
    }
}

#[tokio::test(start_paused = true)]
async fn own_folder_that_others_may_open_is_refused_and_not_changed() {
    for open in [0o1777, 0o755, 0o750, 0o710, 0o701, 0o702] {
        let world = World::new();
        assert_eq!(token(&world.process()).await, "token-1");
        set_mode(&world.path(), open);
        world.events();
        assert_eq!(token(&world.process()).await, "token-2");
        let events = world.events();
        assert!(
            events.contains(&"store: cache-unusable".to_owned()),
            "{events:?}"
        );
        let (store, key) = (world.files(), world.source.key());
        let entry = DocumentIndexEntry::new(key.clone(), None);
        assert_eq!(store.indexed_document(b"{}", ""), None);
        for error in [
            store.read(key).unwrap_err(),
            store.write(key, &Default::default()).unwrap_err(),
            store.list().unwrap_err(),
            store.clear().unwrap_err(),
            store.index_document(b"{}", "", &entry).unwrap_err(),
        ] {
            assert_eq!(error.problem(), Problem::StoreUnusable);
            let message = format!(
                "the token cache {:?} cannot be used: other users may open it (mode {open:04o}); close it with chmod 700, or name another folder",
                world.path()
            );
            assert_eq!(error.to_string(), message);
        }
        assert_eq!(mode(&world.path()), open);
        set_mode(&world.path(), 0o700);
        assert_eq!(
            token(&world.process()).await,
            "token-1",
            "it is there as before"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn folder_of_another_user_in_the_place_of_ours_is_refused() {
    let world = World::new();
    fs::create_dir_all(world.path()).unwrap();
    set_mode(&world.path(), 0o700);
    if chown(world.path(), Some(65_534), None).is_err() {
        // Only root can give a folder away.
        return;
    }
    assert_eq!(token(&world.process()).await, "token-1");
    let error = world.files().clear().unwrap_err();
    assert!(
        error.to_string().ends_with("it belongs to another user"),
        "{error}"
    );
    assert_eq!(fs::read_dir(world.path()).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn link_in_the_place_of_our_folder_is_followed_only_to_a_closed_folder() {
    let world = World::new();
    let target = world.folder.path().join("target");
    fs::create_dir(&target).unwrap();
    fs::create_dir_all(world.named()).unwrap();
    symlink(&target, world.path()).unwrap();
    set_mode(&target, 0o755);
    assert_eq!(token(&world.process()).await, "token-1");
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
    assert_eq!(mode(&target), 0o755);
    set_mode(&target, 0o700);
    assert_eq!(token(&world.process()).await, "token-2");
    assert_eq!(token(&world.process()).await, "token-2");
    if std::os::unix::fs::lchown(world.path(), Some(65_534), None).is_ok() {
        assert_eq!(
            token(&world.process()).await,
            "token-3",
            "the link of another user"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn links_with_our_names_are_removed_and_their_targets_stay() {
    let world = World::new();
    token(&world.process()).await;
    let target = world.folder.path().join("target");
    private_file(&target, "adobe-ims.token-cache/1\n");
    let names = [
        format!("{ID}.token"),
        format!("{ID}.token.1-2.tmp"),
        format!("{ID}.known"),
        format!("{ID}.token.set-aside"),
    ];
    for name in &names {
        symlink(&target, world.path().join(name)).unwrap();
        symlink(&target, world.named().join(name)).unwrap();
    }
    refresh(&world).await;
    world.files().clear().unwrap();
    assert_eq!(
        fs::read_to_string(&target).unwrap(),
        "adobe-ims.token-cache/1\n"
    );
    for name in &names {
        assert!(
            fs::symlink_metadata(world.named().join(name)).is_ok(),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn temporary_files_of_killed_processes_are_removed_and_those_of_living_ones_stay() {
    let world = World::new();
    token(&world.process()).await;
    let own = world.source.key().id();
    let lost: Vec<PathBuf> = [
        format!("{own}.token.1-2.tmp"),
        format!("{ID}.token.1-2.tmp"),
        format!("{ID}.0a1b2c3d.sealed.1-2.tmp"),
        format!("{ID}.known.ffff-123.tmp"),
    ]
    .iter()
    .map(|name| world.path().join(name))
    .collect();
    for path in &lost {
        private_file(path, "adobe-ims.token-cache/1\naccess_tok");
    }
    // A process that is about to rename its file has locked it.
    let living = world.path().join(format!("{ID}.token.3-4.tmp"));
    private_file(&living, "adobe-ims.token-cache/1\n");
    let writer = File::options().write(true).open(&living).unwrap();
    writer.lock().unwrap();
    assert_eq!(token(&world.process()).await, "token-1");
    refresh(&world).await;
    for path in &lost {
        assert!(!path.exists(), "{path:?}");
    }
    world.files().clear().unwrap();
    assert!(living.exists());
    drop(writer);
    world.files().clear().unwrap();
    assert!(!living.exists());
}

#[tokio::test(start_paused = true)]
async fn entries_of_an_earlier_version_in_the_named_folder_are_cleared() {
    let world = World::new();
    let earlier = FileStore::new(world.folder.path().join("other"));
    let process = world.with(world.source.clone(), earlier.clone());
    token(&process).await;
    let entry = DocumentIndexEntry::new(world.source.key().clone(), None);
    earlier.index_document(b"{}", "", &entry).unwrap();
    fs::create_dir_all(world.named()).unwrap();
    for file in fs::read_dir(earlier.folder()).unwrap() {
        let path = file.unwrap().path();
        fs::rename(&path, world.named().join(path.file_name().unwrap())).unwrap();
    }
    assert_eq!(
        token(&world.process()).await,
        "token-2",
        "they are not used"
    );
    assert_eq!(world.files().clear().unwrap(), 2);
    let left = fs::read_dir(world.named()).unwrap();
    let mut left: Vec<String> = left
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let lock = format!("{}.lock", world.source.key().id());
    let mut expected = ["adobe-ims".to_owned(), lock];
    expected.sort();
    assert_eq!(left, expected);
}

#[test]
fn index_entry_that_names_a_path_neither_reads_nor_moves_the_file_there() {
    let world = World::new();
    let store = world.files();
    let key = world.source.key();
    let entry = DocumentIndexEntry::new(key.clone(), None);
    store.index_document(b"{}", "", &entry).unwrap();
    let target = world.named().join("target.token");
    private_file(&target, "of others");
    let index = fs::read_dir(world.path()).unwrap().next().unwrap().unwrap();
    let content = fs::read_to_string(index.path()).unwrap();
    let changed = content.replace(&format!("\nid: {}", key.id()), "\nid: ../target");
    assert_ne!(changed, content);
    fs::write(index.path(), changed).unwrap();
    assert_eq!(store.indexed_document(b"{}", ""), None);
    assert_eq!(fs::read_to_string(&target).unwrap(), "of others");
}

#[tokio::test(start_paused = true)]
async fn folder_of_sessions_that_others_may_open_is_refused_and_its_session_stays() {
    let world = session_world::World::new().await;
    let (user, folder) = (world.user(), world.path());
    set_mode(&folder, 0o755);
    let sessions = SessionStore::new(&folder);
    for error in [
        user.session().unwrap_err(),
        sessions.list().unwrap_err(),
        sessions.remove(user.key()).await.unwrap_err(),
    ] {
        assert_eq!(error.problem(), Problem::SessionUnusable);
        let message = error.to_string();
        assert!(
            message.contains("other users may open it (mode 0755)"),
            "{message}"
        );
    }
    assert_eq!(mode(&folder), 0o755);
    set_mode(&folder, 0o700);
    assert!(user.session().is_ok());
}
