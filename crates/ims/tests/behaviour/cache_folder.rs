//! The folder of the cache: what others have in it and beside it, and who may open it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::{Ims, Run, World};

fn token(world: &World) -> Run {
    let call = world.token("service_token.json", &[]);
    let run = call
        .env("IMS_CACHE_DIR", world.path("shared"))
        .run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
    run
}

fn cache(world: &World, command: &str) -> Run {
    let call = Ims::new(["cache", command]);
    call.env("IMS_CACHE_DIR", world.path("shared")).run()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A folder for everybody, as `/tmp` is, with files of others.
fn world_with_a_shared_folder() -> (World, Vec<&'static str>) {
    let world = World::new();
    fs::create_dir(world.path("shared")).unwrap();
    set_mode(&world.path("shared"), 0o1777);
    let others = vec![
        "shared/report.tmp",
        "shared/api.token",
        "shared/yarn.lock",
        "shared/old.set-aside",
        "shared/ssh.known",
        "shared/0123456789abcdef0123456789abcdef.token",
    ];
    for name in &others {
        world.write(name, "of others");
    }
    (world, others)
}

#[test]
fn clear_in_a_folder_for_everybody_deletes_only_the_token_and_changes_no_mode() {
    let (world, others) = world_with_a_shared_folder();
    let first = token(&world);
    assert_eq!(first.stderr, "");
    assert_eq!(token(&world).stdout, first.stdout);
    assert_eq!(world.emulator.tokens_minted(), 1);
    cache(&world, "clear").assert(0, "1 token deleted\n", "");
    for name in others {
        let content = fs::read_to_string(world.path(name)).unwrap();
        assert_eq!(content, "of others", "{name}");
    }
    assert_eq!(mode(&world.path("shared")), 0o1777);
    assert_eq!(mode(&world.path("shared/adobe-ims")), 0o700);
    assert_ne!(token(&world).stdout, first.stdout);
}

#[test]
fn cache_folder_that_others_may_open_is_refused_and_named() {
    let (world, _) = world_with_a_shared_folder();
    let own = world.path("shared/adobe-ims");
    fs::create_dir(&own).unwrap();
    for open in [0o755, 0o1777] {
        set_mode(&own, open);
        let reason = format!(
            "the token cache {own:?} cannot be used: other users may open it (mode {open:04o}); close it with chmod 700, or name another folder"
        );
        assert_eq!(token(&world).stderr, format!("ims: note: {reason}\n"));
        for command in ["list", "clear"] {
            let run = cache(&world, command);
            run.assert_failed(3, "cache-unusable");
            let first = run.stderr.lines().next().unwrap();
            assert_eq!(first, format!("ims: {reason} [cache-unusable]"));
        }
        assert_eq!(mode(&own), open);
        assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
    }
}

#[test]
fn cache_folder_that_links_to_a_shared_folder_is_refused() {
    let (world, others) = world_with_a_shared_folder();
    symlink(world.path("shared"), world.path("shared/adobe-ims")).unwrap();
    let run = token(&world);
    assert!(run.stderr.contains("other users may open it"), "{run:?}");
    cache(&world, "clear").assert_failed(3, "cache-unusable");
    let files = fs::read_dir(world.path("shared")).unwrap();
    assert_eq!(files.count(), others.len() + 1);
}

#[test]
fn known_document_that_names_another_file_leaves_it_alone() {
    let world = World::new();
    fs::create_dir(world.path("shared")).unwrap();
    token(&world);
    world.write("shared/other.token", "of others");
    let mut changed = 0;
    for file in fs::read_dir(world.path("shared/adobe-ims")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == "known") {
            let content = fs::read_to_string(&path).unwrap();
            let lines = content.lines().map(|line| match line.strip_prefix("id: ") {
                Some(_) => "id: ../other\n".to_owned(),
                None => format!("{line}\n"),
            });
            fs::write(path, lines.collect::<String>()).unwrap();
            changed += 1;
        }
    }
    assert_eq!(changed, 1);
    assert_eq!(token(&world).stderr, "");
    assert_eq!(world.emulator.tokens_minted(), 1);
    let other = fs::read_to_string(world.path("shared/other.token"));
    assert_eq!(other.unwrap(), "of others");
}

#[test]
fn sign_in_is_not_started_if_its_session_cannot_be_stored() {
    let world = World::new();
    fs::create_dir_all(world.path("state/sessions")).unwrap();
    set_mode(&world.path("state/sessions"), 0o755);
    let url = world.emulator.url();
    let arguments = ["login", "me", "--client-id", "x", "--scope", "openid"];
    let run = Ims::new(arguments.into_iter().chain(["--no-browser", "--url", url]))
        .env("IMS_STATE_DIR", world.path("state"))
        .env("XDG_CONFIG_HOME", world.path("config"))
        .run();
    run.assert_failed(3, "session-unusable");
    assert_eq!(mode(&world.path("state/sessions")), 0o755);
}
