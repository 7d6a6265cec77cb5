//! Sign-ins in the output of `ims profile`.

use std::fs;

use serde_json::{Value, json};

use crate::sign_in_world::{JANE, PUBLIC, sign_in, with_profiles, world};
use crate::support::World;

/// Returns the list, with `DATE` for the day on which a sign-in ends.
#[track_caller]
fn list(world: &World) -> String {
    let run = with_profiles(world, &["profile", "list"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let is_date = |word: &&str| word.len() == 10 && word.starts_with("20");
    let date = run.stdout.split_whitespace().find(is_date);
    match date {
        Some(date) => run.stdout.replace(date, "DATE"),
        None => run.stdout,
    }
}

#[test]
fn profile_list_shows_sign_ins() {
    let world = world();
    sign_in(&world, "me", JANE);
    let host = world.emulator.url().strip_prefix("https://").unwrap();
    assert_eq!(
        list(&world),
        [
            "profile  type       environment      credentials  scopes            sign-in ends",
            "me       user-pkce  HOST  public!+ID   openid,A…s,email  DATE",
            "you      user-pkce  HOST  user!+ID     openid,A…s,email  no sign-in",
            "brief    user-pkce  HOST  public!+ID   openid,AdobeID    no sign-in",
            "",
        ]
        .join("\n")
        .replace("HOST", host)
    );
    let run = with_profiles(&world, &["profile", "show", "me", "-o", "json"]).run();
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["sign_in"]["user_id"], "JANE@AdobeID");
    assert_eq!(answer_json["sign_in"]["over"], json!(false));
    assert!(
        answer_json["sign_in"]["ends_at"].as_str()
            > answer_json["sign_in"]["signed_in_at"].as_str()
    );
    let run = with_profiles(&world, &["profile", "show", "you"]).run();
    assert!(run.stdout.contains("\nsigned in       no\n"), "{run:?}");

    // IMS refuses the refresh token: the person has to sign in again.
    let folder = world.path("state/ims/sessions");
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let file = files
        .into_iter()
        .find(|it| it.extension().is_some_and(|it| it == "session"));
    let text = fs::read_to_string(file.unwrap()).unwrap();
    let token = text
        .lines()
        .find_map(|line| line.strip_prefix("refresh_token: "));
    let arguments = [
        "revoke",
        "--kind",
        "refresh",
        "--client-id",
        PUBLIC,
        "--cascade",
        "-q",
    ];
    let run = with_profiles(&world, &arguments)
        .env("IMS_URL", world.emulator.url())
        .env("IMS_CA_FILE", world.path("ca.pem"))
        .env("IMS_STATE_DIR", world.path("another"))
        .stdin(token.unwrap())
        .run();
    run.assert(0, "", "");
    let run = with_profiles(&world, &["token", "-p", "me", "--force"]).run();
    run.assert_failed(9, "sign-in-again");
    assert!(list(&world).contains("  ended\n"), "{}", list(&world));
}

#[test]
fn profile_with_a_session_is_not_removed() {
    let world = world();
    sign_in(&world, "me", JANE);
    let remove = ["profile", "remove", "me"];
    let run = with_profiles(&world, &remove).run();
    run.assert_failed(3, "profile-signed-in");
    assert!(
        run.stderr.contains("hint: `ims logout me` signs out first"),
        "{run:?}"
    );
    let run = with_profiles(&world, &["logout", "me", "-q"]).run();
    run.assert(0, "", "");
    let run = with_profiles(&world, &remove).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let run = with_profiles(&world, &remove).run();
    run.assert_failed(3, "profile-unknown");
}

#[test]
fn session_without_profile_is_reported() {
    let world = world();
    sign_in(&world, "me", JANE);
    let config = fs::read_to_string(world.path("config.toml")).unwrap();
    let listed = || {
        let run = with_profiles(&world, &["profile", "list"]).run();
        assert_eq!(run.code, 0, "{run:?}");
        run.stderr
    };
    assert_eq!(listed(), "");
    for (from, to) in [
        ("[profiles.me]", "[profiles.renamed]"),
        (PUBLIC, "another!+ID"),
    ] {
        world.write("config.toml", config.replace(from, to));
        let told = listed();
        assert!(
            told.starts_with(&format!(
                "ims: note: a session belongs to no profile: me, of client {PUBLIC:?} at {}, until 20",
                world.emulator.url()
            )) && told.contains("; to end it, add a profile me of type user-pkce for this client, then run `ims logout me`\n"),
            "{told}"
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn redirect_uri_is_part_of_a_profile() {
    let world = world();
    let add = [
        "profile",
        "add",
        "mine",
        "--type",
        "user-pkce",
        "--client-id",
        PUBLIC,
        "--scope",
        "openid",
        "--redirect-uri",
        "https://client.example/back",
    ];
    let run = with_profiles(&world, &add).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let run = with_profiles(&world, &["login", "mine", "--no-browser"]).run();
    run.assert_failed(3, "redirect-invalid");
    assert!(
        run.stderr.contains("https://client.example/back"),
        "{run:?}"
    );
}
