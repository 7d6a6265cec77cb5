//! Mistakes on the command line, and help.

use serde_json::{Value, json};

use crate::support::{CLIENT_SECRET, Ims};

#[test]
fn usage_mistakes_end_with_2_and_a_hint() {
    for arguments in [
        &["nonsense"][..],
        &["token", "--nonsense"],
        &["token", "-o", "xml"],
        &["token", "--timeout", "soon"],
        &["token", "--timeout", "0"],
        &["emulator"],
        &["emulator", "serve", "--port", "65536"],
        &["emulator", "serve", "--write-ca", "x"],
        &["emulator", "serve", "--ims-endpoint", "self"],
        &["emulator", "serve", "--ims-endpoint", "https://x/"],
        &["emulator", "serve", "--ims-endpoint", "a b"],
        &["emulator", "serve", "--ims-endpoint", ""],
        &["emulator", "serve", "--metascopes", ""],
        &["emulator", "serve", "--metascopes", "a,b/c"],
        &["emulator", "serve", "--scopes", ""],
        &["emulator", "serve", "--scopes", "a b"],
        &["explain", "nonsense"],
    ] {
        let run = Ims::new(arguments).run();
        assert_eq!(run.code, 2, "{run:?}");
        assert_eq!(run.stdout, "");
        let first = run.stderr.lines().next().unwrap();
        assert!(
            first.starts_with("ims: ") && first.ends_with("[usage]"),
            "{run:?}"
        );
    }
    for (arguments, answer_json) in [
        (
            &["token", "key.json"][..],
            "hint: name a credential document with -c FILE",
        ),
        (&["exec", "ls"], "hint: name the command to run after `--`"),
        (
            &["curl", "https://x.example/", "key.json"],
            "name a credential document with -c FILE",
        ),
        (
            &["token", "-c", "a", "-p", "b"],
            "ims: --credentials does not go with --profile [",
        ),
        (
            &["token", "-c", "a", "-c", "b"],
            "ims: --credentials is given twice [",
        ),
    ] {
        let run = Ims::new(arguments).run();
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(answer_json), "{run:?}");
    }
    let run = Ims::new(["tokn"]).run();
    assert!(run.stderr.contains("hint: did you mean token?"), "{run:?}");
}

#[test]
fn no_flag_takes_a_secret_and_no_secret_is_repeated() {
    let help = Ims::new(["token", "--help"]).run().stdout;
    for flag in [
        "--client-secret ",
        "--secret",
        "--private-key ",
        "--passphrase ",
        "--token ",
    ] {
        assert!(!help.contains(flag), "{flag}");
    }
    let long = "x".repeat(300);
    for secret in [
        "eyJhbGciOiJSUzI1NiJ9.e30.x",
        "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.x",
        "{\"integration\":{}}",
        "'{\"integration\":{}}'",
        "-----BEGIN PRIVATE KEY-----",
        &long,
    ] {
        for arguments in [
            vec![format!("--credentials={secret}")],
            vec![
                format!("--ca-file={secret}"),
                "-c".to_owned(),
                "x".to_owned(),
            ],
            vec!["--".to_owned(), secret.to_owned()],
            vec![format!("--timeout={secret}")],
            vec![format!("--output={secret}")],
            vec![format!("--client-secret={secret}")],
        ] {
            let arguments: Vec<_> = ["token".to_owned()].into_iter().chain(arguments).collect();
            let run = Ims::new(&arguments).run();
            assert!([2, 3].contains(&run.code), "{run:?}");
            assert!(!run.stderr.contains(secret), "{run:?}");
            assert!(!run.stderr.contains("integration"), "{run:?}");
        }
        let run = Ims::new(["inspect", "--", secret]).run();
        assert_eq!(run.code, 2, "{run:?}");
        assert!(
            run.stderr
                .contains("secrets do not belong on the command line"),
            "{run:?}"
        );
        assert!(!run.stderr.contains(secret), "{run:?}");
        let run = Ims::new(["emulator", "serve", "--port", secret]).run();
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!run.stderr.contains(secret), "{run:?}");
    }
    let run = Ims::new(["token", &format!("--client-secret={CLIENT_SECRET}")]).run();
    assert_eq!(run.code, 2);
    let run = Ims::new([CLIENT_SECRET]).run();
    assert_eq!(run.code, 2);
}

#[test]
fn usage_mistakes_are_json_on_request() {
    for arguments in [
        &["token", "-o", "json", "--nonsense"][..],
        &["inspect", "--output=json", "a", "b"],
        &["token", "-ojson", "--timeout", "soon"],
    ] {
        let run = Ims::new(arguments).run();
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(
            (&error["id"], &error["exit_code"]),
            (&json!("usage"), &json!(2)),
            "{error}"
        );
    }
}

#[test]
fn help_and_version_go_to_stdout() {
    let run = Ims::new(["--version"]).run();
    run.assert(0, &format!("ims {}\n", env!("CARGO_PKG_VERSION")), "");
    let run = Ims::new(["--help"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("not affiliated with Adobe"));
    let run = Ims::new(Vec::<String>::new()).run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn missing_home_is_reported_with_the_flag_for_the_configuration() {
    let add = [
        "profile", "add", "t", "--type", "static", "--token", "env:T",
    ];
    for arguments in [&add[..], &["profile", "use", "t"], &["token", "-p", "t"]] {
        let run = Ims::new(arguments).run();
        run.assert_failed(3, "variable-invalid");
        assert!(
            run.stderr
                .contains("hint: name it with --config FILE or IMS_CONFIG\n"),
            "{run:?}"
        );
    }
}

#[test]
fn missing_key_of_a_new_profile_is_named_as_a_flag() {
    let home = tempfile::tempdir().unwrap();
    let add = ["profile", "add", "x", "--type", "oauth-s2s"];
    let run = Ims::new(add).env("HOME", home.path()).run();
    run.assert_failed(3, "profile-incomplete");
    assert!(
        run.stderr
            .contains("`scopes` is --scope, `org_id` is --org"),
        "{run:?}"
    );
}
