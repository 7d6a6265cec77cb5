//! Secret references.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims_config::system::{CommandOutcome, LocalSystem, SystemAccess};
use adobe_ims_config::{ConfigProblem, SecretReference};

use crate::support::{FakeSystem, SECRET};

#[track_caller]
fn secret(reference: &SecretReference, system: &dyn SystemAccess) -> String {
    let fetched = reference.fetch(system).unwrap();
    fetched.secret.expose().to_owned()
}

#[track_caller]
fn complaint(reference: &SecretReference, system: &dyn SystemAccess) -> String {
    let error = reference.fetch(system).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::SecretUnavailable.into());
    assert!(!format!("{error:?}").contains(SECRET));
    error.to_string()
}

#[test]
fn one_line_end_is_taken_off_a_secret() {
    for (content, expected) in [
        ("SECRET?%&=ü", "SECRET?%&=ü"),
        ("SECRET?%&=ü\n", "SECRET?%&=ü"),
        ("\u{feff}SECRET?%&=ü\r\n", "SECRET?%&=ü"),
        ("two\nlines\n\n", "two\nlines\n"),
    ] {
        let system = FakeSystem::default().file("/s", content, false);
        assert_eq!(
            secret(&SecretReference::File("/s".into()), &system),
            expected
        );
    }
}

#[test]
fn file_that_others_can_read_is_reported() {
    let reference = SecretReference::File("/s".into());
    let open = FakeSystem::default().file("/s", SECRET, true);
    let fetched = reference.fetch(&open).unwrap();
    assert_eq!(fetched.exposed_file, Some(PathBuf::from("/s")));
    let closed = FakeSystem::default().file("/s", SECRET, false);
    assert_eq!(reference.fetch(&closed).unwrap().exposed_file, None);
}

#[test]
fn error_names_the_place_of_a_missing_secret() {
    let system = FakeSystem::default().file("/empty", "\n", false);
    let file = |path: &str| SecretReference::File(path.into());
    let message = complaint(&file("/none"), &system);
    assert!(
        message.starts_with("the file \"/none\" cannot be read: "),
        "{message}"
    );
    assert_eq!(
        complaint(&file("/empty"), &system),
        "the file \"/empty\" holds nothing"
    );
    let variable = SecretReference::Variable("IMS_X".to_owned());
    assert_eq!(
        complaint(&variable, &system),
        "the environment variable IMS_X is not set or empty"
    );
    let systemd = SecretReference::SystemdCredential("key".to_owned());
    let message = complaint(&systemd, &system);
    assert!(
        message.contains("CREDENTIALS_DIRECTORY is not set"),
        "{message}"
    );
    let system = system
        .file("/run/c/key", SECRET, true)
        .variable("CREDENTIALS_DIRECTORY", "/run/c")
        .variable("IMS_X", SECRET);
    let fetched = systemd.fetch(&system).unwrap();
    assert_eq!(
        (fetched.secret.expose(), fetched.exposed_file),
        (SECRET, None)
    );
    assert_eq!(secret(&variable, &system), SECRET);
}

#[cfg(not(feature = "keyring"))]
#[test]
fn missing_keyring_support_names_other_places() {
    let reference = "keyring:ims/me".parse::<SecretReference>().unwrap();
    let error = reference.fetch(&FakeSystem::default()).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::KeyringUnavailable.into());
    assert!(error.hints().any(|hint| hint.contains("{ command = … }")));
}

#[cfg(unix)]
#[test]
fn command_yields_a_secret_or_an_error_with_its_end() {
    let machine = LocalSystem::new(|_| None, || false);
    let command = |words: &[&str]| {
        SecretReference::Command(words.iter().map(|&word| word.to_owned()).collect())
    };
    // There is no shell: `;` and `$` have no meaning.
    let echo = command(&["/bin/echo", "SECRET?%&=ü;", "$HOME"]);
    assert_eq!(secret(&echo, &machine), "SECRET?%&=ü; $HOME");
    // The command has no stdin.
    assert!(complaint(&command(&["/bin/cat"]), &machine).ends_with("holds nothing"));
    let fails = command(&[
        "/bin/sh",
        "-c",
        "echo 'SECRET?%&=ü'; echo 'SECRET?%&=ü' >&2; exit 3",
    ]);
    assert_eq!(
        complaint(&fails, &machine),
        "the command \"/bin/sh\" ended with code 3"
    );
    let message = complaint(&command(&["/no/such/SECRET"]), &machine);
    assert!(message.contains("does not start"), "{message}");

    // Output above 1 MiB is refused, also if the program ignores that its pipe is closed.
    let long = command(&[
        "/bin/sh",
        "-c",
        "/usr/bin/head -c 1048576 /dev/zero | /usr/bin/tr '\\0' x; echo; exit 0",
    ]);
    let message = complaint(&long, &machine);
    assert!(message.ends_with("printed more than 1 MiB"), "{message}");
    let flood = command(&["/bin/sh", "-c", "cat /dev/zero; exit 0"]);
    let message = complaint(&flood, &machine);
    assert!(message.ends_with("printed more than 1 MiB"), "{message}");

    let endless = ["/bin/sleep", "1000"].map(str::to_owned);
    let ran = machine.run(&endless, Duration::from_millis(50)).unwrap();
    assert!(matches!(ran, CommandOutcome::TimedOut));
    // A command that closes its stdout and keeps running.
    let silent = ["/bin/sh", "-c", "exec >&-; exec /bin/sleep 1000"].map(str::to_owned);
    let ran = machine.run(&silent, Duration::from_millis(50)).unwrap();
    assert!(matches!(ran, CommandOutcome::TimedOut));
}

#[test]
fn reference_is_parsed_and_errors_do_not_repeat_it() {
    for text in [
        "file:/run/x",
        "env:IMS_SECRET",
        "command:pass show x",
        "keyring:a/b/c",
        "systemd:x",
    ] {
        assert!(text.parse::<SecretReference>().is_ok(), "{text}");
    }
    for text in [
        "SECRET?%&=ü",
        "",
        "file:",
        "p8e-SECRET",
        "env:SECRET?",
        "keyring:SECRET",
        "systemd:../SECRET",
        "SECRET:x",
    ] {
        let message = text.parse::<SecretReference>().unwrap_err().to_string();
        assert!(!message.contains("SECRET"), "{message}");
    }
}
