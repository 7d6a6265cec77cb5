//! `ims revoke`, against the emulator.

use crate::support::{Ims, LASTING_TOKEN, World};

fn ims(world: &World, command: &str, more: &[&str]) -> Ims {
    let arguments = [command, "--ca-file", "ca.pem", "--url"];
    let arguments = arguments.iter().copied().chain([world.emulator.url()]);
    Ims::new(arguments.chain(more.iter().copied()))
        .in_folder(world.folder.path())
        .env("IMS_CACHE_DIR", world.path("cache"))
}

fn token(world: &World) -> String {
    let call = world.token("service_token.json", &[]);
    let run = call
        .env("IMS_CACHE_DIR", world.path("cache"))
        .run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
    run.stdout
}

#[test]
fn revoked_token_is_deleted_from_the_cache() {
    let world = World::new();
    let first = token(&world);
    assert_eq!(token(&world), first, "from the cache");
    ims(&world, "revoke", &[])
        .stdin(first.clone())
        .run()
        .assert(
            0,
            "",
            "ims: note: IMS has revoked the token, and it is deleted from the cache\n",
        );
    let asked = ims(&world, "validate", &[]).stdin(first.clone()).run();
    asked.assert(7, "not valid: revoked\n", "");
    let again = ims(&world, "revoke", &[]).stdin(first.clone()).run();
    again.assert_failed(4, "refused");
    let second = token(&world);
    assert_ne!(second, first);
    assert_eq!(world.emulator.tokens_minted(), 2);
    // A token that is in no cache, with --quiet.
    ims(&world, "revoke", &["-q"])
        .env("IMS_CACHE_DIR", world.path("another"))
        .env("IMS_ACCESS_TOKEN", second.trim())
        .run()
        .assert(0, "", "");
}

#[test]
fn token_stays_cached_if_revocation_fails() {
    let world = World::new();
    let first = token(&world);
    let stranger = ims(&world, "revoke", &["--client-id", "other"]);
    stranger
        .stdin(first.clone())
        .run()
        .assert_failed(4, "client-unknown");
    assert_eq!(token(&world), first);
    let forged = ims(&world, "revoke", &[]).stdin(LASTING_TOKEN).run();
    forged.assert_failed(4, "refused");
    ims(&world, "revoke", &["--cache-key-file", "not-there"])
        .stdin(first.clone())
        .run()
        .assert_failed(3, "file-unreadable");
    let asked = ims(&world, "validate", &[]).stdin(first).run();
    assert_eq!(asked.code, 0, "{asked:?}");
}
