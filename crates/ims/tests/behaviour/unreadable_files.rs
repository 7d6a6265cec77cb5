//! Files that cannot be read are named, with the flag or variable that named them. No file makes the command wait.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::{CLIENT_SECRET, Ims, World, fixture, write_private};

const FIELDS: [&str; 5] = ["token", "--client-id", "x", "--scope", "openid"];

#[test]
fn file_that_is_missing_is_named_with_its_flag_and_path() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let at = |arguments: &[&str]| Ims::new(arguments).in_folder(&folder);
    let url = "https://author.adobeaemcloud.com/";
    let curl = |arguments: &[&str]| {
        at(&[&["curl", url][..], arguments].concat())
            .env("IMS_ACCESS_TOKEN", crate::support::LASTING_TOKEN)
    };
    let own = || at(&FIELDS).env("IMS_CLIENT_SECRET", CLIENT_SECRET);
    for (call, name) in [
        (at(&["token", "-c", "gone"]), "-c"),
        (
            at(&["token"]).env("IMS_CREDENTIALS", "gone"),
            "IMS_CREDENTIALS",
        ),
        (
            at(&[&FIELDS[..], &["--client-secret-file", "gone"]].concat()),
            "--client-secret-file",
        ),
        (
            at(&FIELDS).env("IMS_CLIENT_SECRET_FILE", "gone"),
            "IMS_CLIENT_SECRET_FILE",
        ),
        (
            at(&["token", "--client-id", "x", "--private-key-file", "gone"]),
            "--private-key-file",
        ),
        (
            at(&["token", "--client-id", "x"]).env("IMS_PRIVATE_KEY_FILE", "gone"),
            "IMS_PRIVATE_KEY_FILE",
        ),
        (
            at(&[&FIELDS[..], &["--code-file", "gone"]].concat()),
            "--code-file",
        ),
        (
            own().env("IMS_CA_FILE", "gone"),
            "--ca-file, IMS_CA_FILE or `ca_files`",
        ),
        (at(&["profile", "import", "gone"]), "FILE"),
        (at(&["validate", "gone"]), "FILE"),
        (at(&["inspect", "gone"]), "FILE"),
        (curl(&["-d", "@gone"]), "--data"),
        (curl(&["--json", "@gone"]), "--json"),
        (curl(&["--data-binary", "@gone"]), "--data-binary"),
        (curl(&["-F", "a=@gone"]), "-F"),
        (curl(&["-H", "@gone"]), "--header"),
        (curl(&["--upload-file", "gone"]), "--upload-file"),
    ] {
        let run = call
            .env("IMS_CACHE_DIR", folder.join("cache"))
            .env("HOME", &folder)
            .run();
        run.assert_failed(3, "file-unreadable");
        let path = folder.join("gone");
        let line = format!(
            "ims: {path:?} ({name}) cannot be read: No such file or directory (os error 2) [file-unreadable]\n"
        );
        assert!(run.stderr.starts_with(&line), "{name}: {run:?}");
    }
}

#[test]
fn word_that_may_be_the_secret_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    for secret in [
        CLIENT_SECRET,
        "p8e-0123456789abcdefghij",
        "0123456789abcdef0123456789abcdef",
    ] {
        let run = Ims::new([&FIELDS[..], &["--client-secret-file", secret]].concat())
            .in_folder(&folder)
            .run();
        run.assert_failed(3, "file-unreadable");
        let line = format!(
            "ims: the file in {folder:?} that --client-secret-file names cannot be read: No such file or directory (os error 2) [file-unreadable]\n"
        );
        assert!(run.stderr.starts_with(&line), "{run:?}");
        assert!(!run.stderr.contains(secret), "{run:?}");
    }
}

#[test]
fn reference_in_place_of_a_path_is_named() {
    let own = || Ims::new(FIELDS);
    for (call, name) in [
        (
            own().env("IMS_CLIENT_SECRET_FILE", "${FILE}"),
            "IMS_CLIENT_SECRET_FILE",
        ),
        (
            own().arguments(&["--client-secret-file", "%FILE%"]),
            "--client-secret-file",
        ),
        (
            Ims::new(["token", "--client-id", "x"]).env("IMS_PRIVATE_KEY_FILE", "$FILE"),
            "IMS_PRIVATE_KEY_FILE",
        ),
        (
            own()
                .env("IMS_CLIENT_SECRET", "x")
                .env("IMS_CA_FILE", "{{ ca }}"),
            "--ca-file, IMS_CA_FILE or `ca_files`",
        ),
        (
            Ims::new(["token"]).env("IMS_CREDENTIALS", "null"),
            "IMS_CREDENTIALS",
        ),
    ] {
        let run = call.run();
        assert_eq!(run.code, 3, "{run:?}");
        let begin = format!("ims: {name} holds ");
        assert!(run.stderr.starts_with(&begin), "{name}: {run:?}");
    }
}

#[test]
fn argument_that_may_be_a_secret_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let url = "http://127.0.0.1:1/";
    for secret in [
        "p8e-0123456789abcdefghijklmn",
        "0123456789abcdef0123456789abcdef",
        "sEcReT-abcdefghijklmnopqrstu",
    ] {
        for arguments in [
            &["token", secret][..],
            &["token", "-c", secret],
            &["token", "-p", secret],
            &["token", "--client-secret", secret],
            &["token", "--timeout", secret],
            &["token", "-o", secret],
            &["token", "--client-id", "x", "--private-key-file", secret],
            &["token", "--client-id", "x", "--ca-file", secret],
            &["profile", "show", secret],
            &["profile", "import", secret],
            &["explain", secret],
            &["inspect", secret],
            &["whoami", secret],
            &["curl", secret],
            &["curl", url, "--allow-host", secret],
            &["curl", url, "-H", secret],
            &["curl", url, "-d", &format!("@{secret}")],
            &["exec", "--var", secret, "--", "true"],
        ] {
            let run = Ims::new(arguments)
                .in_folder(folder.path())
                .env("HOME", folder.path())
                .env("IMS_CLIENT_SECRET", "x")
                .env("IMS_SCOPES", "x")
                .run();
            assert!([2, 3, 125].contains(&run.code), "{arguments:?}: {run:?}");
            assert!(!run.stderr.contains(secret), "{arguments:?}: {run:?}");
        }
    }
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn pipe_device_and_huge_file_are_refused_at_once() {
    let world = World::new();
    fifo(&world.path("fifo"));
    symlink("/dev/zero", world.path("device")).unwrap();
    let huge = std::fs::File::create(world.path("huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    world.write(
        "config.toml",
        "version = 1\n\
         [profiles.fifo]\ntype = \"oauth-s2s\"\nclient_id = \"x\"\nscopes = [\"a\"]\nclient_secrets = { file = \"fifo\" }\n\
         [profiles.device]\ntype = \"document\"\ncredentials = { file = \"device\" }\n\
         [profiles.huge]\ntype = \"document\"\ncredentials = { file = \"huge\" }\n",
    );
    let mut document = world.document();
    document["integration"]["privateKey"] = "./fifo".into();
    world.write("key-in-a-pipe.json", document.to_string());
    for (name, what) in [
        ("fifo", "it is a pipe that nobody writes to"),
        ("device", "it is a device, not a file"),
        ("huge", "it is larger than 1 MiB"),
    ] {
        for arguments in [
            &["token", "-c", name][..],
            &[&FIELDS[..], &["--client-secret-file", name]].concat(),
            &["token", "--client-id", "x", "--private-key-file", name],
            &["token", "-c", "service_token.json", "--ca-file", name],
            &[
                "token",
                "-c",
                "service_token.json",
                "--cache-key-file",
                name,
            ],
            &["validate", name],
            &["inspect", name],
            &["profile", "import", name],
            &["token", "-p", name, "--config", "config.toml"],
        ] {
            let run = Ims::new(arguments)
                .in_folder(world.folder.path())
                .env("IMS_CACHE_DIR", world.path("cache"))
                .env("HOME", world.folder.path())
                .start()
                .end();
            assert_eq!(run.code, 3, "{arguments:?}: {run:?}");
            assert!(run.stderr.contains(what), "{arguments:?}: {run:?}");
        }
    }
    let run = world.token("key-in-a-pipe.json", &[]).start().end();
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        run.stderr.contains("it is a pipe that nobody writes to"),
        "{run:?}"
    );
}

/// Runs a line of a shell that knows process substitution.
fn bash(world: &World, script: &str) -> (i32, String, String) {
    let output = Command::new("bash")
        .args(["-c", script])
        .env("IMS", env!("CARGO_BIN_EXE_ims"))
        .env("IMS_URL", world.emulator.url())
        .env("IMS_CA_FILE", "ca.pem")
        .current_dir(world.folder.path())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn pipe_with_a_writer_and_stdin_are_read() {
    let world = World::new();
    fifo(&world.path("fifo"));
    for script in [
        "$IMS token -c <(cat service_token.json)",
        "$IMS token -c /dev/stdin < service_token.json",
        "cat service_token.json | $IMS token -c /dev/stdin",
        "cat service_token.json | $IMS token -c -",
        "$IMS token -c /dev/fd/0 < service_token.json",
        "$IMS token -c /dev/fd/5 5< service_token.json",
        // The writer waits for a reader.
        "cat service_token.json >fifo & until grep -q '^State:.S' /proc/$!/status; do :; done; $IMS token -c fifo",
        // The writer has ended, and the pipe holds what it wrote.
        "exec 7<>fifo 8<fifo; cat service_token.json >&7; exec 7>&-; $IMS token -c fifo",
    ] {
        let (code, stdout, stderr) = bash(&world, script);
        assert_eq!((code, stderr.as_str()), (0, ""), "{script}");
        assert!(stdout.starts_with("eyJ"), "{script}");
    }
}

#[test]
fn private_key_is_read_from_a_pipe() {
    let world = World::new();
    write_private(&world.path("key.pem"), fixture("pkcs8.pem"));
    let script = "$IMS token --client-id x --private-key-file <(cat key.pem)";
    let (code, _, stderr) = bash(&world, script);
    assert_eq!(code, 3);
    assert!(stderr.contains("[credentials-incomplete]"), "{stderr}");
}
