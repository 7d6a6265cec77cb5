//! Reads any bytes as a stored token.

#![no_main]

use std::fs;
use std::sync::LazyLock;

use adobe_ims::cache::{FileStore, Grant, StoreEntry, StoreKey};
use adobe_ims::{Environment, Secret};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a temporary folder can be made"));

fuzz_target!(|content: &[u8]| {
    let secret = Secret::new("SECRET?%&=ü");
    let scopes = ["openid".to_owned()];
    let key = StoreKey::new(
        &Environment::production(),
        "client!+ID",
        Grant::ClientCredentials,
        &scopes,
        "",
        &[&secret],
    );
    let store = FileStore::new(FOLDER.path());
    let file = store.folder().join(format!("{}.token", key.id()));
    for is_whole_file in [true, false] {
        // The store creates the file, so that the file has the mode that the store requires.
        store
            .write(&key, &StoreEntry::default())
            .expect("an empty entry can be written");
        let mut entry = fs::read(&file).expect("the store wrote the file");
        if is_whole_file {
            entry.clear();
        }
        entry.extend_from_slice(content);
        fs::write(&file, entry).expect("the file can be written");
        if let Ok(entry) = store.read(&key) {
            store
                .write(&key, &entry)
                .expect("what was read can be written");
            store.read(&key).expect("what was written can be read");
        }
        // The store moved an invalid file aside and kept a file of another version. Both are removed here.
        let files = fs::read_dir(store.folder()).expect("the folder is there");
        for file in files.flatten() {
            let _ = fs::remove_file(file.path());
        }
    }
});
