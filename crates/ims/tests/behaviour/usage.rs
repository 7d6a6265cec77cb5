//! Mistakes on the command line, help, and the catalogue.

use adobe_ims::Problem;
use serde_json::{Value, json};

use crate::support::{CLIENT_SECRET, Ims};

#[test]
fn mistakes_end_with_2_and_say_how_it_is_meant() {
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
    for (arguments, said) in [
        (
            &["token", "key.json"][..],
            "hint: a credential document is named with -c FILE",
        ),
        (
            &["exec", "ls"],
            "hint: the command to run stands after `--`",
        ),
        (
            &["curl", "https://x.example/", "key.json"],
            "document is named with -c FILE",
        ),
        (
            &["token", "-c", "a", "-p", "b"],
            "ims: --credentials does not go with --profile [",
        ),
        (
            &["token", "-c", "a", "-c", "b"],
            "ims: --credentials stands twice [",
        ),
    ] {
        let run = Ims::new(arguments).run();
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
    let run = Ims::new(["tokn"]).run();
    assert!(run.stderr.contains("hint: did you mean token?"), "{run:?}");
}

#[test]
fn no_flag_takes_a_secret_and_none_that_stands_there_is_repeated() {
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
fn mistakes_are_json_where_json_is_asked_for() {
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
fn help_and_version_are_results() {
    let run = Ims::new(["--version"]).run();
    run.assert(0, &format!("ims {}\n", env!("CARGO_PKG_VERSION")), "");
    let run = Ims::new(["--help"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("not affiliated with Adobe"));
    let run = Ims::new(Vec::<String>::new()).run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn every_id_can_be_explained() {
    let list = Ims::new(["explain"]).run();
    assert_eq!(list.code, 0);
    let ids: Vec<_> = list
        .stdout
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert!(
        Problem::ALL
            .iter()
            .all(|problem| ids.contains(&problem.id()))
    );
    for id in ids {
        let run = Ims::new(["explain", id]).run();
        assert_eq!((run.code, run.stdout.lines().next()), (0, Some(id)));
    }
    for problem in [Problem::KeyEncrypted, Problem::Throttled] {
        let run = Ims::new(["explain", &format!("[{}]", problem.id())]).run();
        assert_eq!(run.code, 0);
        assert!(
            run.stdout
                .starts_with(&format!("{}\n\n{}", problem.id(), problem.meaning()))
        );
    }
    Ims::new(["explain", "proxy-authentication"]).run().assert(
        0,
        "proxy-authentication\n\n\
         The proxy on the way asks for a login (407). IMS never saw the request.\n\n\
         class: unreachable; trying again without a change does not help\n\
         - Put user and password into the proxy address: HTTPS_PROXY=http://user:password@host:port\n",
        "",
    );
}

#[test]
fn without_a_home_it_is_said_what_names_the_configuration() {
    let add = [
        "profile", "add", "t", "--type", "static", "--token", "env:T",
    ];
    for arguments in [&add[..], &["profile", "use", "t"], &["token", "-p", "t"]] {
        let run = Ims::new(arguments).run();
        run.assert_failed(3, "variable-invalid");
        assert!(
            run.stderr
                .contains("hint: --config FILE or IMS_CONFIG names it\n"),
            "{run:?}"
        );
    }
}

#[test]
fn what_a_new_profile_lacks_is_named_as_a_flag() {
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
