//! The output formats of `ims token`.

use std::process::Command;

use crate::support::{CLIENT_ID, Ims, LASTING_TOKEN, LASTING_UNTIL, World};

/// Characters that a token may contain and that a shell interprets.
const HOSTILE: &str = r#"SECRET?%&=u'"\$(exit)`!^|<>;#~*"#;

fn ready(token: &str, arguments: &[&str]) -> Ims {
    Ims::new(["token"].iter().chain(arguments)).env("IMS_ACCESS_TOKEN", token)
}

#[test]
fn headers_with_unknown_values_are_left_out() {
    let world = World::new();
    let run = world
        .token("service_token.json", &["-o", "headers"])
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (authorization, rest) = run.stdout.split_once('\n').unwrap();
    assert!(authorization.starts_with("Authorization: Bearer eyJ"));
    let organization = world.document()["integration"]["org"].clone();
    let organization = organization.as_str().unwrap();
    assert_eq!(
        rest,
        format!("x-api-key: {CLIENT_ID}\nx-gw-ims-org-id: {organization}\n")
    );

    ready(LASTING_TOKEN, &["-o", "headers"])
        .run_for_a_secret()
        .assert(
            0,
            &format!("Authorization: Bearer {LASTING_TOKEN}\nx-api-key: {CLIENT_ID}\n"),
            "",
        );
    ready("opaque", &["-o", "headers"])
        .run()
        .assert(0, "Authorization: Bearer opaque\n", "");
}

#[test]
fn curl_reads_its_configuration_back() {
    ready(LASTING_TOKEN, &["-o", "curl"])
        .run_for_a_secret()
        .assert(
            0,
            &format!(
                "header = \"Authorization: Bearer {LASTING_TOKEN}\"\nheader = \"x-api-key: {CLIENT_ID}\"\n"
            ),
            "",
        );
    ready(r#"a"b\c"#, &["-o", "curl"]).run().assert(
        0,
        "header = \"Authorization: Bearer a\\\"b\\\\c\"\n",
        "",
    );
}

#[test]
fn value_with_line_ends_makes_no_header() {
    // {"client_id":"x\r\nX-Other: y"}
    let token = "eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJ4XHJcblgtT3RoZXI6IHkifQ.c2ln";
    for format in ["headers", "curl"] {
        let run = ready(token, &["-o", format]).run();
        run.assert_failed(3, "value-unsafe");
    }
    ready(token, &["-o", "header"]).run_for_a_secret().assert(
        0,
        &format!("Authorization: Bearer {token}\n"),
        "",
    );
}

#[test]
fn env_uses_the_syntax_of_each_shell() {
    let posix = [
        "export IMS_ACCESS_TOKEN='",
        "'\nexport IMS_EXPIRES_AT='",
        "'\n",
    ];
    for (shell, [before, between, after]) in [
        (&[][..], posix),
        (&["--shell", "posix"], posix),
        (
            &["--shell", "fish"],
            [
                "set -gx IMS_ACCESS_TOKEN '",
                "'\nset -gx IMS_EXPIRES_AT '",
                "'\n",
            ],
        ),
        (
            &["--shell", "powershell"],
            [
                "$env:IMS_ACCESS_TOKEN = '",
                "'\n$env:IMS_EXPIRES_AT = '",
                "'\n",
            ],
        ),
        (
            &["--shell", "cmd"],
            [
                "set \"IMS_ACCESS_TOKEN=",
                "\"\nset \"IMS_EXPIRES_AT=",
                "\"\n",
            ],
        ),
        (
            &["--shell", "dotenv"],
            ["IMS_ACCESS_TOKEN=", "\nIMS_EXPIRES_AT=", "\n"],
        ),
    ] {
        let arguments: Vec<_> = ["-o", "env"].iter().chain(shell).copied().collect();
        ready(LASTING_TOKEN, &arguments).run_for_a_secret().assert(
            0,
            &[before, LASTING_TOKEN, between, LASTING_UNTIL, after].concat(),
            "",
        );
    }
}

#[test]
fn sh_reads_back_a_hostile_token() {
    let run = ready(HOSTILE, &["-o", "env"]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let script = format!(
        "{}printf '%s|%s|' \"$IMS_ACCESS_TOKEN\" \"${{IMS_EXPIRES_AT?}}\"; env | grep -c ^IMS_",
        run.stdout
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{HOSTILE}||2\n")
    );
}

#[test]
fn token_without_safe_quoting_is_refused() {
    for (shell, token) in [
        ("cmd", "a\"&calc"),
        ("cmd", "100%"),
        ("cmd", "a!b"),
        ("dotenv", "a'b"),
        ("dotenv", "a#b"),
        ("dotenv", "$a"),
    ] {
        let run = ready(token, &["-o", "env", "--shell", shell]).run();
        run.assert_failed(3, "value-unsafe");
        assert!(!run.stderr.contains(token), "{run:?}");
    }
}

#[test]
fn shell_flag_without_env_is_refused() {
    for arguments in [
        &["--shell", "fish"][..],
        &["--shell", "posix", "-o", "header"],
        &["--shell", "tcsh", "-o", "env"],
    ] {
        ready("opaque", arguments).run().assert_failed(2, "usage");
    }
}

#[test]
fn github_masks_the_token_and_writes_to_its_files() {
    let world = World::new();
    let variables = world.write("env", "EARLIER=1\n");
    let output = world.write("output", "");
    let read = |name| std::fs::read_to_string(world.path(name)).unwrap();
    let run = ready(LASTING_TOKEN, &["-o", "github"])
        .env("GITHUB_ENV", &variables)
        .env("GITHUB_OUTPUT", &output)
        .run_for_a_secret();
    run.assert(0, &format!("::add-mask::{LASTING_TOKEN}\n"), "");
    assert_eq!(
        read("env"),
        format!("EARLIER=1\nIMS_ACCESS_TOKEN={LASTING_TOKEN}\nIMS_EXPIRES_AT={LASTING_UNTIL}\n")
    );
    assert_eq!(
        read("output"),
        format!("access_token={LASTING_TOKEN}\nexpires_at={LASTING_UNTIL}\n")
    );

    let output = world.write("only", "");
    ready("100%25", &["-o", "github"])
        .env("GITHUB_OUTPUT", &output)
        .run()
        .assert(0, "::add-mask::100%2525\n", "");
    assert_eq!(read("only"), "access_token=100%25\nexpires_at=\n");
}

#[test]
fn github_token_is_not_written_unmasked() {
    let world = World::new();
    let output = world.write("output", "");
    // The mask command cannot be written: /dev/full accepts nothing.
    let full = std::fs::File::options().write(true).open("/dev/full");
    if let Ok(full) = full {
        let status = Command::new(env!("CARGO_BIN_EXE_ims"))
            .args(["token", "-o", "github"])
            .env("IMS_ACCESS_TOKEN", "opaque")
            .env("GITHUB_OUTPUT", &output)
            .stdout(full)
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1));
    }
    assert_eq!(std::fs::read_to_string(&output).unwrap(), "");
}

#[test]
fn github_format_outside_of_github_requests_no_token() {
    let world = World::new();
    let run = world.token("service_token.json", &["-o", "github"]).run();
    run.assert_failed(3, "github-files-missing");
    let run = world
        .token("service_token.json", &["-o", "github"])
        .env("GITHUB_ENV", "/not/there")
        .run();
    run.assert_failed(3, "file-unwritable");
    assert_eq!(world.emulator.tokens_minted(), 0);
}
