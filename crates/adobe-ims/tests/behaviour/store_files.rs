//! The files of a store: private, replaced as a whole, set aside if they cannot be trusted.

use std::fs;
use std::path::Path;

use adobe_ims::cache::{Claim, EncryptionKey, FileStore, TokenStore};
use adobe_ims::internal::examine_entry;
use adobe_ims::{AccessToken, Clock, Problem};

use crate::store_world::{World, shown, token};
use crate::virtual_time::DAY;

#[tokio::test(start_paused = true)]
async fn token_file_is_private_and_has_the_documented_lines() {
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
async fn damaged_file_is_set_aside_and_reported() {
    for broken in [
        "",
        "{}",
        "not even text \u{0}",
        "adobe-ims.token-cache/1",
        "adobe-ims.token-cache/1\n",
        "adobe-ims.token-cache/9",
        "adobe-ims.session/9\naccess_token: x\n",
    ] {
        let world = World::new();
        token(&world.process()).await;
        world.events();
        fs::write(world.entry(), broken).unwrap();
        assert_eq!(token(&world.process()).await, "token-2", "{broken:?}");
        assert_eq!(
            world.events(),
            ["store: cache-entry-set-aside", "fetched"],
            "{broken:?}"
        );
        let aside = format!("{}.set-aside", world.entry().display());
        assert_eq!(fs::read_to_string(aside).unwrap(), broken);
        assert_eq!(token(&world.process()).await, "token-2", "{broken:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn examined_entry_stays_where_it_is() {
    let world = World::new();
    let key = world.source.key();
    assert!(examine_entry(&world.files(), key).unwrap().is_none());
    token(&world.process()).await;
    let entry = examine_entry(&world.files(), key).unwrap().unwrap();
    assert_eq!(shown(&entry.token.unwrap().token), "token-1");
    fs::write(world.entry(), "damaged").unwrap();
    let error = examine_entry(&world.files(), key).unwrap_err();
    assert_eq!(error.problem(), Problem::StoreEntrySetAside);
    assert_eq!(fs::read_to_string(world.entry()).unwrap(), "damaged");
}

#[tokio::test(start_paused = true)]
async fn entry_of_another_key_is_not_used() {
    let world = World::new();
    token(&world.process()).await;
    let content = fs::read_to_string(world.entry()).unwrap();
    fs::write(world.entry(), content.replace("client!+ID", "another")).unwrap();
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn symbolic_links_and_shared_files_are_set_aside() {
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
        assert_eq!(world.events(), ["store: cache-entry-set-aside", "fetched"]);
    }
    fs::remove_file(world.entry()).unwrap();
    fs::create_dir(world.entry()).unwrap();
    token(&world.process()).await;
    assert!(world.entry().is_file());
}

#[tokio::test(start_paused = true)]
async fn files_of_another_user_are_set_aside() {
    use std::os::unix::fs::chown;
    let world = World::new();
    token(&world.process()).await;
    let given_away = chown(world.entry(), Some(65_534), None).is_ok();
    world.events();
    let expected = if given_away {
        ["store: cache-entry-set-aside", "fetched"].as_slice()
    } else {
        &["loaded"]
    };
    token(&world.process()).await;
    assert_eq!(world.events(), expected);
}

#[tokio::test(start_paused = true)]
async fn claim_is_held_until_its_lease_is_released() {
    let world = World::new();
    let (store, key) = (world.files(), world.source.key());
    let Claim::Won(lease) = store.claim(key).await.unwrap() else {
        panic!("nobody holds it");
    };
    assert_eq!((lease.fence(), lease.renew_every()), (0, None));
    let held = world.files().claim(key).await.unwrap();
    let Claim::Held {
        look_again_in,
        holder,
    } = held
    else {
        panic!("it is held");
    };
    assert_eq!(holder.unwrap(), format!("process {}", std::process::id()));
    assert!((10..=30).contains(&look_again_in.as_millis()));
    store.renew(key, &lease).await.unwrap();
    store.release(key, lease).await.unwrap();
    assert!(matches!(world.files().claim(key).await, Ok(Claim::Won(_))));
}

#[tokio::test(start_paused = true)]
async fn unusable_folder_does_not_fail_the_refresh() {
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

#[tokio::test(start_paused = true)]
async fn encrypted_store_opens_only_with_its_key() {
    let world = World::new();
    let sealed = |byte: u8| {
        let key = EncryptionKey::read(&[byte; 32]).unwrap();
        world.files().encrypted(key)
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
    // A store with another key, or with none, has entries of its own and leaves these alone.
    assert_eq!(token(&process(sealed(2))).await, "token-2");
    assert_eq!(token(&world.process()).await, "token-3");
    assert_eq!(token(&process(sealed(1))).await, "token-1");
    let listed = sealed(1).list().unwrap();
    let readable = listed.iter().filter(|file| file.metadata.is_some()).count();
    assert_eq!((listed.len(), readable), (3, 2));
    assert_eq!(sealed(1).clear().unwrap(), 3);
    assert_eq!(token(&process(sealed(1))).await, "token-4");
}

#[tokio::test(start_paused = true)]
async fn entries_can_be_listed_and_cleared() {
    let world = World::new();
    assert!(world.files().list().unwrap().is_empty());
    assert_eq!(world.files().clear().unwrap(), 0);
    token(&world.process()).await;
    let listed = world.files().list().unwrap();
    let about = listed[0].metadata.as_ref().unwrap();
    assert_eq!(about.client_id, "client!+ID");
    assert_eq!(about.expires_at.unwrap(), world.clock.now() + DAY);
    let aside = format!("{}.set-aside", world.entry().display());
    fs::write(&aside, "").unwrap();
    assert_eq!(world.files().clear().unwrap(), 1);
    assert!(world.files().list().unwrap().is_empty());
    assert!(!fs::exists(aside).unwrap());
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn forget_token_deletes_only_that_token() {
    for store in [
        |world: &World| world.files(),
        |world: &World| {
            world
                .files()
                .encrypted(EncryptionKey::read(&[7; 32]).unwrap())
        },
    ] {
        let world = World::new();
        let other = AccessToken::new("token-2".into()).unwrap();
        assert_eq!(store(&world).forget_token(&other).unwrap(), 0, "no folder");
        let provider = world.with(world.source.clone(), store(&world));
        let own = provider.token().await.unwrap();
        provider.saved().await;
        assert_eq!(store(&world).forget_token(&other).unwrap(), 0);
        assert_eq!(store(&world).list().unwrap().len(), 1);
        assert_eq!(store(&world).forget_token(&own).unwrap(), 1);
        assert_eq!(store(&world).list().unwrap().len(), 0);
    }
}
