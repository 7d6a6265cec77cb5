//! Tokens that rest in a store: shared between providers and processes, and never a reason to fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::provider::{Event, Need};
use adobe_ims::store::{
    FileStore, Lease, MemoryStore, SealingKey, StoreEntry, StoreKey, Storing, TokenStore,
};
use adobe_ims::{AccessToken, Clock, Error, Problem, TokenProvider};
use tempfile::TempDir;

use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, Source, VirtualClock, wait};

struct World {
    clock: VirtualClock,
    source: Source,
    folder: TempDir,
    events: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn new() -> Self {
        let clock = VirtualClock::new();
        Self {
            source: Source::new(&clock),
            clock,
            folder: tempfile::tempdir().unwrap(),
            events: Arc::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("deeper/tokens")
    }

    fn files(&self) -> FileStore {
        FileStore::new(self.path())
    }

    /// A provider as another process has it: nothing is shared but what is stored.
    fn process(&self) -> TokenProvider {
        self.with(self.source.clone(), self.files())
    }

    fn with(&self, source: Source, store: impl TokenStore) -> TokenProvider {
        let events = Arc::clone(&self.events);
        TokenProvider::builder(source)
            .store(store)
            .clock(self.clock.clone())
            .seed(7)
            .on_event(move |event| events.lock().unwrap().push(told(event)))
            .build()
    }

    fn entry(&self) -> PathBuf {
        self.path()
            .join(format!("{}.token", self.source.key().id()))
    }

    fn events(&self) -> Vec<String> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }
}

fn told(event: &Event<'_>) -> String {
    match event {
        Event::Minted(_) => "minted".to_owned(),
        Event::Adopted(_) => "adopted".to_owned(),
        Event::Failed(error) => format!("failed: {}", error.problem()),
        Event::Retrying(error) => format!("retrying: {}", error.problem()),
        Event::Store(error) => format!("store: {}", error.problem()),
        Event::SecretsChanged => "secrets changed".to_owned(),
        other => format!("{other:?}"),
    }
}

fn shown(token: &AccessToken) -> &str {
    token.as_secret().expose()
}

async fn token(provider: &TokenProvider) -> String {
    shown(&provider.token().await.unwrap()).to_owned()
}

#[tokio::test(start_paused = true)]
async fn one_process_mints_and_the_next_reads() {
    let world = World::new();
    assert_eq!(token(&world.process()).await, "token-1");
    let second = world.process();
    let adopted = second.token().await.unwrap();
    assert_eq!(shown(&adopted), "token-1");
    assert_eq!(world.source.asked(), 1);
    assert_eq!(world.events(), ["minted", "adopted"]);
    // It lives as long there as here, and is refreshed at the same moment.
    let left = adopted.remaining(world.clock.now()).unwrap();
    assert!(left > DAY - SECOND, "{left:?}");
    wait(22 * HOUR).await;
    assert_eq!(token(&second).await, "token-1");
    wait(HOUR + 59 * MINUTE + 30 * SECOND).await;
    assert_eq!(token(&second).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn two_processes_one_refresh() {
    let world = World::new();
    let processes: Vec<_> = (0..20).map(|_| world.process()).collect();
    let calls: Vec<_> = processes
        .iter()
        .cloned()
        .map(|provider| tokio::spawn(async move { token(&provider).await }))
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "token-1");
    }
    assert_eq!(world.source.asked(), 1);
    // In the advisory window one of them refreshes and the others take over what it got.
    wait(23 * HOUR + 30 * MINUTE).await;
    for process in &processes {
        assert_eq!(token(process).await, "token-1");
    }
    wait(SECOND).await;
    for process in &processes {
        assert_eq!(token(process).await, "token-2");
    }
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn processes_that_wait_share_a_failure_too() {
    let world = World::new();
    world.source.fails(Problem::ClientSecretWrong);
    let calls: Vec<_> = (0..20)
        .map(|_| world.process())
        .map(|provider| tokio::spawn(async move { provider.token().await }))
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.problem(), Problem::ClientSecretWrong);
        assert_eq!(error.to_string(), "the source fails");
    }
    assert_eq!(world.source.asked(), 1);
    // Whoever comes later asks anew: the reason may have been mended.
    wait(SECOND).await;
    world.source.answers(Answer::Token(DAY));
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_holds_the_lock_and_hangs_does_not_hold_up_the_others_for_ever() {
    let world = World::new();
    let lease = world.files().lease(world.source.key()).await.unwrap();
    assert!(lease.is_some());
    assert!(
        world
            .files()
            .lease(world.source.key())
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(token(&world.process()).await, "token-1");
    assert!(world.clock.monotonic() >= 15 * SECOND);
    drop(lease);
}

#[tokio::test(start_paused = true)]
async fn in_its_last_hour_one_process_refreshes_and_nobody_else_waits() {
    let world = World::new();
    token(&world.process()).await;
    wait(23 * HOUR + 30 * MINUTE).await;
    world.source.takes(10 * SECOND);
    let refreshing = world.process();
    let refreshing = tokio::spawn(async move { token(&refreshing).await });
    wait(Duration::from_millis(1)).await;
    let start = world.clock.monotonic();
    assert_eq!(token(&world.process()).await, "token-1");
    assert_eq!(world.clock.monotonic(), start);
    assert_eq!(refreshing.await.unwrap(), "token-2");
    // When that fails, what is stored still does.
    wait(23 * HOUR + 30 * MINUTE).await;
    world.source.fails(Problem::TlsUntrusted);
    world.events();
    assert_eq!(token(&world.process()).await, "token-2");
    assert_eq!(world.events(), ["failed: tls-untrusted"]);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_not_adopted_again() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    let rejected = one.token().await.unwrap();
    one.invalidate(&rejected);
    assert_eq!(token(&one).await, "token-2");
    // The other one still holds the first; its 401 finds the second on disk.
    let same = other.token().await.unwrap();
    assert_eq!(shown(&same), "token-2");
    wait(MINUTE).await;
    other.invalidate(&same);
    assert_eq!(token(&other).await, "token-3");
    one.invalidate(&one.token().await.unwrap());
    assert_eq!(token(&one).await, "token-3", "adopted, not minted");
    assert_eq!(world.source.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_a_longer_need_does_not_adopt_what_is_too_short() {
    let world = World::new();
    token(&world.process()).await;
    wait(13 * HOUR).await;
    let need = Need::min_ttl(12 * HOUR);
    let long = world.process().token_for(&need).await.unwrap();
    assert_eq!(shown(&long), "token-2");
    let forced = Need::default().renewed();
    let new = world.process().token_for(&forced).await.unwrap();
    assert_eq!(shown(&new), "token-3");
    assert_eq!(token(&world.process()).await, "token-3");
}

#[tokio::test(start_paused = true)]
async fn clock_set_back_a_day() {
    let world = World::new();
    token(&world.process()).await;
    world.clock.set_back(DAY);
    // How old the stored token is cannot be told any more.
    assert_eq!(token(&world.process()).await, "token-2");
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_changed_secret_does_not_serve_the_old_token_without_a_word() {
    let world = World::new();
    token(&world.process()).await;
    world.events();
    let rotated = Source::with_secret(&world.clock, "another SECRET?%&=ü");
    rotated.fails(Problem::ClientSecretWrong);
    let provider = world.with(rotated.clone(), world.files());
    assert!(provider.token().await.is_err());
    assert_eq!(
        world.events(),
        ["secrets changed", "failed: client-secret-wrong"]
    );
    // A failure with one secret says nothing of another.
    assert_eq!(token(&world.process()).await, "token-1");
    wait(SECOND).await;
    rotated.answers(Answer::Token(DAY));
    assert_eq!(token(&world.with(rotated, world.files())).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn the_file_is_private_and_says_what_the_documentation_says() {
    let world = World::new();
    token(&world.process()).await;
    let content = fs::read_to_string(world.entry()).unwrap();
    let get = |name: &str| {
        let mut lines = content.lines();
        lines
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))
            .unwrap()
            .to_owned()
    };
    assert_eq!(content.lines().next().unwrap(), "adobe-ims.token-cache/1");
    assert_eq!(get("environment"), "https://ims-na1.adobelogin.com");
    assert_eq!(get("client_id"), "client!+ID");
    assert_eq!(get("grant"), "jwt");
    assert_eq!(get("scopes"), "ent_aem_cloud_api");
    assert_eq!(get("subject"), "subject");
    assert_eq!(get("access_token"), "token-1");
    let at = |name: &str| get(name).parse::<u64>().unwrap();
    assert_eq!(at("expires_at") - at("obtained_at"), 86_400_000);
    let advisory = at("expires_at") - at("refresh_at");
    assert!((3_600_000..=4_500_000).contains(&advisory), "{advisory}");
    assert!(!content.contains("SECRET"), "{content}");
    let documented =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/token-cache.md"))
            .unwrap();
    for field in [
        "environment",
        "client_id",
        "grant",
        "scopes",
        "subject",
        "obtained_at",
        "refresh_at",
        "expires_at",
        "fingerprint",
        "access_token",
    ] {
        assert!(documented.contains(&format!("`{field}`")), "{field}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(mode(&world.entry()), 0o600);
        assert_eq!(mode(&world.path()), 0o700);
        for file in fs::read_dir(world.path()).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_file_is_set_aside_with_a_warning() {
    for broken in [
        "",
        "{}",
        "not even text \u{0}",
        "adobe-ims.token-cache/1",
        "adobe-ims.token-cache/1\n",
        "adobe-ims.token-cache/9\naccess_token: x\n",
    ] {
        let world = World::new();
        token(&world.process()).await;
        world.events();
        fs::write(world.entry(), broken).unwrap();
        assert_eq!(token(&world.process()).await, "token-2", "{broken:?}");
        assert_eq!(
            world.events(),
            ["store: cache-entry-set-aside", "minted"],
            "{broken:?}"
        );
        let aside = format!("{}.set-aside", world.entry().display());
        assert_eq!(fs::read_to_string(aside).unwrap(), broken);
        assert_eq!(token(&world.process()).await, "token-2", "{broken:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_of_somebody_else_under_this_name_is_not_used() {
    let world = World::new();
    token(&world.process()).await;
    let content = fs::read_to_string(world.entry()).unwrap();
    fs::write(world.entry(), content.replace("client!+ID", "another")).unwrap();
    assert_eq!(token(&world.process()).await, "token-2");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn symbolic_links_and_files_that_others_may_touch_are_set_aside() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    token(&world.process()).await;
    let elsewhere = world.folder.path().join("elsewhere");
    fs::rename(world.entry(), &elsewhere).unwrap();
    symlink(&elsewhere, world.entry()).unwrap();
    assert_eq!(token(&world.process()).await, "token-2");
    assert!(elsewhere.exists(), "what it points to is not touched");
    assert!(!fs::symlink_metadata(world.entry()).unwrap().is_symlink());
    for mode in [0o640, 0o604, 0o620] {
        let open = fs::Permissions::from_mode(mode);
        fs::set_permissions(world.entry(), open).unwrap();
        world.events();
        token(&world.process()).await;
        assert_eq!(world.events(), ["store: cache-entry-set-aside", "minted"]);
    }
    fs::remove_file(world.entry()).unwrap();
    fs::create_dir(world.entry()).unwrap();
    token(&world.process()).await;
    assert!(world.entry().is_file());
}

/// Only root can give a file away; to others this shows that nothing else is mistaken for it.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn files_of_another_user_are_set_aside() {
    use std::os::unix::fs::chown;
    let world = World::new();
    token(&world.process()).await;
    let given_away = chown(world.entry(), Some(65_534), None).is_ok();
    world.events();
    let expected = match given_away {
        true => ["store: cache-entry-set-aside", "minted"].as_slice(),
        false => &["adopted"],
    };
    token(&world.process()).await;
    assert_eq!(world.events(), expected);
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_folder_that_others_could_write_into_is_closed() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let world = World::new();
    fs::create_dir_all(world.path()).unwrap();
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o777)).unwrap();
    token(&world.process()).await;
    assert_eq!(fs::metadata(world.path()).unwrap().mode() & 0o777, 0o700);
}

#[tokio::test(start_paused = true)]
async fn killed_between_write_and_rename() {
    let world = World::new();
    token(&world.process()).await;
    // What such a process leaves behind: half a file under a name of its own, and the lock, which the
    // operating system gives back.
    let half = world
        .path()
        .join(format!("{}.token.1-2.tmp", world.source.key().id()));
    fs::write(&half, "adobe-ims.token-cache/1\naccess_tok").unwrap();
    assert_eq!(token(&world.process()).await, "token-1");
    let forced = Need::default().renewed();
    world.process().token_for(&forced).await.unwrap();
    assert!(!half.exists(), "swept");
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_made_costs_the_sharing_only() {
    let world = World::new();
    let file = world.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let provider = world.with(world.source.clone(), FileStore::new(file.join("tokens")));
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(token(&provider).await, "token-1");
    let events = world.events();
    assert!(
        events.contains(&"store: cache-unusable".to_owned()),
        "{events:?}"
    );
}

/// Reads, and cannot write.
#[derive(Debug)]
struct Full(MemoryStore);

impl TokenStore for Full {
    fn load<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, StoreEntry> {
        self.0.load(key)
    }

    fn save<'a>(&'a self, _: &'a StoreKey, _: &'a StoreEntry) -> Storing<'a, ()> {
        let error = Error::new(Problem::StoreUnusable, "no space left on device");
        Box::pin(async { Err(error) })
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, ()> {
        self.0.remove(key)
    }

    fn lease<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, Option<Lease>> {
        self.0.lease(key)
    }
}

#[tokio::test(start_paused = true)]
async fn disk_full() {
    let world = World::new();
    let provider = world.with(world.source.clone(), Full(MemoryStore::new()));
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(world.events(), ["minted", "store: cache-unusable"]);
}

#[tokio::test(start_paused = true)]
async fn a_memory_store_is_shared_within_a_program() {
    let world = World::new();
    let store = MemoryStore::new();
    let one = world.with(world.source.clone(), store.clone());
    let other = world.with(world.source.clone(), store.clone());
    let (a, b) = tokio::join!(token(&one), token(&other));
    assert_eq!((a.as_str(), b.as_str()), ("token-1", "token-1"));
    store.remove(world.source.key()).await.unwrap();
    let third = world.with(world.source.clone(), store);
    assert_eq!(token(&third).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_sealed_store_shows_nothing_and_keeps_to_its_key() {
    let world = World::new();
    let sealed = |byte: u8| {
        let key = SealingKey::read(&[byte; 32]).unwrap();
        world.files().sealed(key)
    };
    let process = |store| world.with(world.source.clone(), store);
    assert_eq!(token(&process(sealed(1))).await, "token-1");
    assert_eq!(token(&process(sealed(1))).await, "token-1");
    for file in fs::read_dir(world.path()).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&content);
        assert!(
            !text.contains("token-1") && !text.contains("client!+ID"),
            "{text}"
        );
    }
    // Another key, or none: its own entries, and no harm to these.
    assert_eq!(token(&process(sealed(2))).await, "token-2");
    assert_eq!(token(&world.process()).await, "token-3");
    assert_eq!(token(&process(sealed(1))).await, "token-1");
    let listed = sealed(1).list().unwrap();
    let readable = listed.iter().filter(|file| file.about.is_some()).count();
    assert_eq!((listed.len(), readable), (3, 2));
    assert_eq!(sealed(1).clear().unwrap(), 3);
    assert_eq!(token(&process(sealed(1))).await, "token-4");
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_can_be_listed_and_cleared() {
    let world = World::new();
    assert!(world.files().list().unwrap().is_empty());
    assert_eq!(world.files().clear().unwrap(), 0);
    token(&world.process()).await;
    let listed = world.files().list().unwrap();
    let about = listed[0].about.as_ref().unwrap();
    assert_eq!(about.client_id, "client!+ID");
    assert_eq!(about.expires_at.unwrap(), world.clock.now() + DAY);
    fs::write(world.path().join("x.token.set-aside"), "").unwrap();
    assert_eq!(world.files().clear().unwrap(), 1);
    assert!(world.files().list().unwrap().is_empty());
    assert_eq!(token(&world.process()).await, "token-2");
}
