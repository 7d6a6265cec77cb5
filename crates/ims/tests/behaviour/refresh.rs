//! `ims refresh`, against the emulator.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use adobe_ims_emulator::GrantType;
use serde_json::{Value, json};

use crate::sign_in_world::{
    CONFIDENTIAL, PUBLIC, SCOPES, at_emulator, tokens, validity, with_profiles, world,
};
use crate::support::{CLIENT_SECRET, World, answering};

fn refresh_token(world: &World, client: &str) -> String {
    tokens(world, client).refresh_token.unwrap()
}

#[test]
fn json_contains_the_next_refresh_token() {
    let world = world();
    let mut refresh_token = refresh_token(&world, PUBLIC);
    let arguments = ["refresh", "--client-id", PUBLIC, "-o", "json"];
    for _ in 0..3 {
        let run = at_emulator(&world, &arguments)
            .stdin(&*refresh_token)
            .run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(answer_json["schema"], "ims.token/1");
        assert_eq!(
            (&answer_json["source"], &answer_json["client_id"]),
            (&json!("ims"), &json!(PUBLIC))
        );
        let access_token = answer_json["access_token"].as_str().unwrap();
        assert_eq!(validity(&world, "access", PUBLIC, access_token).0, 0);
        let end = answer_json["refresh_token_expires_at"].as_str().unwrap();
        assert!(end.starts_with("20") && end.ends_with('Z'), "{end}");
        let next = answer_json["refresh_token"].as_str().unwrap();
        assert_ne!(next, refresh_token);
        // The whole output is a valid input.
        refresh_token = run.stdout;
    }
    assert_eq!(world.emulator.tokens_minted_by(GrantType::RefreshToken), 3);
}

#[test]
fn next_refresh_token_replaces_the_file() {
    let world = world();
    let first = refresh_token(&world, CONFIDENTIAL);
    let file = world.write("refresh", format!("{first}\n"));
    let arguments = [
        "refresh",
        "refresh",
        "--write-refresh-token",
        "refresh",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--scope",
        "openid,AdobeID",
    ];
    let run = at_emulator(&world, &arguments).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(validity(&world, "access", CONFIDENTIAL, &run.stdout).0, 0);
    let second = fs::read_to_string(&file).unwrap();
    assert!(second.ends_with('\n') && second.trim() != first);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(validity(&world, "refresh", CONFIDENTIAL, &second).0, 0);
    assert_eq!(
        fs::read_dir(world.folder.path())
            .unwrap()
            .filter(|it| it
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with(".tmp"))
            .count(),
        0
    );

    // A profile as the client, a variable, and JSON without the token that is in the file.
    let arguments = [
        "refresh",
        "-p",
        "you",
        "--write-refresh-token",
        "next",
        "-o",
        "json",
    ];
    let run = with_profiles(&world, &arguments)
        .env("IMS_REFRESH_TOKEN", second.trim())
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&answer_json["refresh_token"], &answer_json["profile"]),
        (&json!(null), &json!("you"))
    );
    let third = fs::read_to_string(world.path("next")).unwrap();
    assert_ne!(third, second);
}

#[test]
fn refresh_token_is_never_lost() {
    let world = world();
    let first = refresh_token(&world, PUBLIC);
    let spent = || world.emulator.tokens_minted_by(GrantType::RefreshToken);
    let client = ["refresh", "--client-id", PUBLIC];
    let call = |more: &[&str]| {
        let all: Vec<_> = client.iter().chain(more).copied().collect();
        at_emulator(&world, &all).stdin(&*first)
    };
    for format in ["token", "header", "env", "curl"] {
        let run = call(&["-o", format]).run();
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains("--write-refresh-token"), "{run:?}");
    }
    for file in ["not/there", "."] {
        let run = call(&["--write-refresh-token", file]).run();
        run.assert_failed(3, "file-unwritable");
    }
    assert_eq!(spent(), 0);
    // The access token is unusable, but the refresh token is not.
    let body = r#"{"access_token":"","refresh_token":"next?%&="}"#;
    let url = answering(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    let run = call(&["--url", &url, "-o", "json"]).run();
    assert_eq!(run.code, 5, "{run:?}");
    assert_eq!(
        run.stdout,
        "{\"schema\":\"ims.token/1\",\"access_token\":null,\"refresh_token\":\"next?%&=\"}\n"
    );
    let run = call(&["--url", &url, "--write-refresh-token", "kept"]).run();
    run.assert_failed(5, "answer-without-token");
    assert_eq!(
        fs::read_to_string(world.path("kept")).unwrap(),
        "next?%&=\n"
    );
    // A refresh token that stays valid is not replaced.
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 44\r\n\r\n{\"access_token\":\"opaque\",\"expires_in\":86399}  ";
    let run = call(&["--url", &answering(answer), "--write-refresh-token", "kept"]).run();
    run.assert(
        0,
        "opaque\n",
        "ims: note: IMS returned no other refresh token; the present one stays valid\n",
    );
    assert_eq!(
        fs::read_to_string(world.path("kept")).unwrap(),
        "next?%&=\n"
    );
}

#[test]
fn refused_refresh_token_requires_a_sign_in() {
    let world = world();
    let arguments = ["refresh", "--client-id", PUBLIC, "-o", "json"];
    let run = at_emulator(&world, &arguments).stdin("opaque").run();
    run.assert_failed_as_json(9, "sign-in-again");
    assert!(
        run.stderr.contains("`ims login PROFILE` signs a person in"),
        "{run:?}"
    );
    // The refresh token of another client.
    let others = refresh_token(&world, CONFIDENTIAL);
    let run = at_emulator(&world, &arguments).stdin(others).run();
    run.assert_failed_as_json(9, "sign-in-again");
    let wrong = [
        "refresh",
        "--client-id",
        CONFIDENTIAL,
        "--write-refresh-token",
        "x",
    ];
    let run = at_emulator(&world, &wrong)
        .env("IMS_CLIENT_SECRET", "wrong")
        .stdin(refresh_token(&world, CONFIDENTIAL))
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{run:?}");
    assert!(!world.path("x").exists());
    for (text, id, what) in [
        ("", "token-unreadable", "empty"),
        ("a b", "value-invalid", "blanks"),
        ("{}", "token-unreadable", "holds no refresh_token"),
        ("{", "token-unreadable", "not valid"),
    ] {
        let run = at_emulator(
            &world,
            &[
                "refresh",
                "--client-id",
                PUBLIC,
                "--write-refresh-token",
                "x",
            ],
        );
        let run = run.stdin(text).run();
        run.assert_failed(3, id);
        assert!(run.stderr.contains(what), "{run:?}");
    }
    let twice = [
        "refresh",
        "-",
        "--client-id",
        PUBLIC,
        "--client-secret-file",
        "-",
        "-o",
        "json",
    ];
    let run = at_emulator(&world, &twice).stdin(CLIENT_SECRET).run();
    run.assert_failed_as_json(2, "usage");
    let none = at_emulator(&world, &["refresh", "-o", "json"])
        .stdin("x")
        .run();
    none.assert_failed_as_json(3, "credentials-missing");
    let both = ["refresh", "-p", "me", "--client-id", PUBLIC, "-o", "json"];
    at_emulator(&world, &both)
        .run()
        .assert_failed_as_json(2, "usage");
}

#[test]
fn requested_scopes_must_be_granted() {
    let world = world();
    let arguments = ["refresh", "--client-id", PUBLIC, "-o", "json", "--scope"];
    let with = |scope: &'static str| {
        let all: Vec<_> = arguments.iter().copied().chain([scope]).collect();
        let refresh_token = refresh_token(&world, PUBLIC);
        // Variables of other commands are ignored.
        at_emulator(&world, &all)
            .env("IMS_SCOPES", SCOPES)
            .stdin(refresh_token)
    };
    let run = with("openid").run_for_a_secret();
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["scopes"], json!(["openid"]));
    with("other")
        .run()
        .assert_failed_as_json(4, "scope-invalid");
}
