//! Completion scripts, each checked by its shell if it is installed.

use std::io::ErrorKind;
use std::process::Command;

use crate::support::Ims;

const COMMANDS: [&str; 26] = [
    "admin",
    "cache",
    "completions",
    "config",
    "curl",
    "demo",
    "emulator",
    "verify",
    "sign-in",
    "exchange",
    "exec",
    "explain",
    "inspect",
    "login",
    "logout",
    "orgs",
    "profile",
    "refresh",
    "register",
    "revoke",
    "token",
    "validate",
    "whoami",
    "--client-secret-file",
    "--redirect-uri",
    "--write-refresh-token",
];

#[track_caller]
pub(crate) fn script(shell: &str) -> String {
    let run = Ims::new(["completions", shell]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    for name in COMMANDS {
        // fish names long flags without their dashes.
        let name = match shell {
            "fish" => name.trim_start_matches("--"),
            _ => name,
        };
        assert!(run.stdout.contains(name), "{shell} does not know {name}");
    }
    run.stdout
}

/// Returns the output of the shell, if it is installed.
pub(crate) fn ask(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    std::fs::write(&path, script).unwrap();
    match Command::new(shell).args(arguments).arg(&path).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{shell}: {error}"),
        Ok(output) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && stderr.is_empty(),
                "{shell}: {stderr}"
            );
            Some(String::from_utf8(output.stdout).unwrap())
        }
    }
}

#[test]
fn bash_completes_commands_and_flags() {
    let script = script("bash");
    assert!(script.starts_with("_ims() {"), "{}", &script[..40]);
    let complete = |words: &str, last: usize| {
        let before = last - 1;
        let tail = format!(
            "\nCOMP_WORDS=({words}); COMP_CWORD={last}\n\
             _ims ims \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{before}]}}\"\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        ask("bash", &[], &(script.clone() + &tail))
    };
    for (words, last, expected) in [
        ("ims log", 1, "login\nlogout\n"),
        ("ims refresh --write", 2, "--write-refresh-token\n"),
        ("ims completions p", 2, "powershell\n"),
        ("ims validate --kind d", 3, "device\n"),
    ] {
        if let Some(answer_json) = complete(words, last) {
            assert_eq!(answer_json, expected, "{words}");
        }
    }
}

#[test]
fn zsh_and_fish_accept_their_scripts() {
    for (shell, arguments, start) in [
        ("zsh", &["-n"][..], "#compdef ims\n"),
        ("fish", &["--no-execute"], "# Print an optspec for argparse"),
    ] {
        let script = script(shell);
        assert!(script.starts_with(start), "{shell}: {}", &script[..60]);
        ask(shell, arguments, &script);
    }
}

#[test]
fn powershell_gets_a_script() {
    let script = script("powershell");
    let completer = "Register-ArgumentCompleter -Native -CommandName 'ims' -ScriptBlock {";
    assert!(script.contains(completer), "{script}");
    let quotes = script
        .lines()
        .filter(|line| line.contains("[CompletionResult]::new("));
    for line in quotes {
        // A quote inside of a text is doubled.
        assert_eq!(
            line.replace("''", "").matches('\'').count() % 2,
            0,
            "{line}"
        );
    }
}

#[test]
fn unknown_shell_is_refused() {
    Ims::new(["completions", "tcsh"])
        .run()
        .assert_failed(2, "usage");
    Ims::new(["completions"]).run().assert_failed(2, "usage");
}
