//! Sign-ins that fail, and sessions that end.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use adobe_ims_emulator::GrantType;

use crate::sign_in_world::{
    JANE, agree, decline, ims, login, parameter, sign_in, token, visit, with_profiles, world,
};
use crate::support::World;

#[track_caller]
fn nobody_is_signed_in(world: &World) {
    let run = with_profiles(world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "not-signed-in");
}

#[test]
fn refused_sign_in_leaves_no_session() {
    let world = world();
    let mut running = login(&world, &["me", "-q"]);
    let (_, address) = running.address();
    let page = visit(&decline(&world, &address));
    assert!(page.contains("You did not sign in"), "{page}");
    let run = running.end();
    run.assert_failed(4, "sign-in-denied");
    assert!(
        run.stderr
            .starts_with("ims: the sign-in ended with access_denied"),
        "{run:?}"
    );
    nobody_is_signed_in(&world);
}

#[test]
fn forged_redirects_neither_end_the_sign_in_nor_print_anything() {
    let world = world();
    let mut running = login(&world, &["me", "-q"]);
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    let state = parameter(&back, "state").to_owned();
    let own = back.split('?').next().unwrap();
    for forged in [
        back.replace(&state, "another"),
        format!("{own}?code=THEIRS"),
        format!("{own}?error=access_denied&error_description=THEIRS"),
    ] {
        let page = visit(&forged);
        assert!(page.contains("Nothing to see here"), "{page}");
        assert!(!page.contains("THEIRS"), "{page}");
    }
    assert!(visit(&back).contains("You signed in"));
    running.end().assert(0, "", "");
    assert_eq!(token(&world, "me")["source"], "cache");
}

#[test]
fn pasted_address_of_another_sign_in_is_refused() {
    let world = world();
    let mut running =
        with_profiles(&world, &["login", "me", "-q", "--no-browser", "--paste"]).start();
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    let state = parameter(&back, "state").to_owned();
    running.say(&format!("{}\n", back.replace(&state, "another")));
    running.end().assert_failed(5, "sign-in-state-wrong");
    nobody_is_signed_in(&world);
}

#[test]
fn sign_in_times_out() {
    let world = world();
    let mut running = login(&world, &["me", "-q", "--wait", "100ms"]);
    running.address();
    let run = running.end();
    run.assert_failed(9, "sign-in-timeout");
    assert!(
        run.stderr.contains("hint: the time limit is --wait\n"),
        "{run:?}"
    );
    let arguments = [
        "login",
        "me",
        "-q",
        "--no-browser",
        "--paste",
        "--wait",
        "100ms",
    ];
    let mut running = with_profiles(&world, &arguments).start();
    running.address();
    running.end().assert_failed(9, "sign-in-timeout");
    // A closed stdin contains no address.
    let mut running = with_profiles(&world, &arguments[..5]).start();
    running.address();
    drop(running.stdin.take());
    running.end().assert_failed(5, "sign-in-without-result");
}

#[test]
fn occupied_port_is_named() {
    let world = world();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let port = port.to_string();
    let run = with_profiles(&world, &["login", "me", "--no-browser", "--port", &port]).run();
    run.assert_failed(3, "sign-in-port-in-use");
    assert!(run.stderr.contains(&format!("port {port}")), "{run:?}");
    assert!(run.stderr.contains("--redirect-uri"), "{run:?}");
}

#[test]
fn redirect_uri_of_another_machine_requires_paste() {
    let world = world();
    for uri in [
        "https://client.example/",
        "http://localhost:0/",
        "http://[::1]:8888/",
    ] {
        let arguments = ["login", "me", "--no-browser", "--redirect-uri", uri];
        let run = with_profiles(&world, &arguments).run();
        run.assert_failed(3, "redirect-invalid");
        assert!(run.stderr.contains("--paste"), "{run:?}");
    }
}

#[test]
fn refused_code_leaves_no_session() {
    let world = world();
    let mut running = login(&world, &["me", "-q"]);
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    let code = parameter(&back, "code").to_owned();
    visit(&back.replace(&code, "x.y.z"));
    running.end().assert_failed(4, "code-refused");
    nobody_is_signed_in(&world);
}

#[test]
fn failed_exchange_leaves_no_session() {
    let mut world = world();
    let arguments = ["login", "me", "-q", "--no-browser", "--port", "0"];
    let mut running = with_profiles(&world, &arguments).start();
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    // Stops the emulator of the sign-in.
    world.emulator = World::new().emulator;
    visit(&back);
    running.end().assert_failed(5, "nothing-listens");
    nobody_is_signed_in(&world);
}

#[test]
fn failed_sign_in_writes_no_profile() {
    let world = world();
    let url = world.emulator.url();
    let arguments = [
        "login",
        "-q",
        "--no-browser",
        "--port",
        "0",
        "--url",
        url,
        "--ca-file",
        "ca.pem",
        "--client-id",
        "public!+ID",
        "--scope",
        "openid",
    ];
    let mut running = ims(&world, &arguments).start();
    let (_, address) = running.address();
    visit(&decline(&world, &address));
    running.end().assert_failed(4, "sign-in-denied");
    assert!(!world.path("config").exists());
}

#[test]
fn invalid_sign_in_is_refused() {
    let world = world();
    let config = format!(
        "version = 1\n[profiles.service]\ntype = \"document\"\ncredentials = {{ file = \"x.json\" }}\n[profiles.client]\ntype = \"oauth-s2s\"\nclient_id = \"x\"\nclient_secrets = {{ file = \"secret\" }}\nscopes = [\"openid\"]\nenvironment = \"{}\"\n[profiles.me]\ntype = \"user-pkce\"\nclient_id = \"x\"\n",
        world.emulator.url()
    );
    world.write("config.toml", config);
    for (arguments, what) in [
        (
            &["login", "service"][..],
            "is of type document; it is not for signing in",
        ),
        (
            &["login", "client"],
            "is of type oauth-s2s; it is not for signing in",
        ),
        (
            &["logout", "client"],
            "is of type oauth-s2s; it is not for signing in",
        ),
        (
            &["login", "client", "--scope", "a"],
            "--scope goes with --client-id",
        ),
        (
            &["login", "me", "--client-secret-file", "f"],
            "--client-secret-file goes with --client-id",
        ),
        (&["logout"], "no profile is named"),
        (&["login", "--client-id", "x"], "no scopes are named"),
        (
            &[
                "login",
                "--client-id",
                "x",
                "--scope",
                "a",
                "--client-secret-file",
                "-",
            ],
            "stdin",
        ),
        (&["login", "a", "-p", "b"], "does not go with --profile"),
        (
            &["login", "--port", "1", "--paste"],
            "--port does not go with --paste",
        ),
        (&["login", "--wait", "soon"], "--wait"),
    ] {
        let run = with_profiles(&world, arguments).stdin("x").run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(what), "{run:?}");
    }
    let run = with_profiles(&world, &["login", "nobody"]).run();
    run.assert_failed(3, "profile-unknown");
    let run = with_profiles(&world, &["login"]).run();
    run.assert_failed(3, "credentials-missing");
}

#[test]
fn session_that_ended_elsewhere_requires_a_sign_in() {
    let world = world();
    sign_in(&world, "me", JANE);
    let folder = world.path("state/ims/sessions");
    let file = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .find(|it| it.extension().is_some_and(|it| it == "session"))
        .unwrap();
    let copy = fs::read(&file).unwrap();
    let out = with_profiles(&world, &["logout", "me", "-q"]).run();
    assert_eq!(out.code, 0, "{out:?}");
    // Another machine would see the same.
    fs::write(&file, copy).unwrap();
    let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&file, only_mine).unwrap();
    let run = with_profiles(&world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "sign-in-again");
    assert!(
        run.stderr
            .contains("hint: `ims login me` signs a person in\n"),
        "{run:?}"
    );
    let run = with_profiles(&world, &["exec", "-p", "me", "--", "true"]).run();
    run.assert_failed(125, "sign-in-again");
    // Signing out of it sends nothing to IMS.
    let out = with_profiles(&world, &["logout", "me"]).run();
    out.assert(0, "", "ims: note: me is signed out\n");
    assert!(!file.exists());
}

#[test]
fn unusable_folder_is_reported_before_the_sign_in() {
    let world = world();
    fs::create_dir_all(world.path("state/ims")).unwrap();
    world.write("state/ims/sessions", "no folder");
    let run = with_profiles(&world, &["login", "me", "--no-browser", "--port", "0"]).run();
    run.assert_failed(3, "session-unusable");
    assert!(run.stderr.contains("IMS_STATE_DIR"), "{run:?}");
    let relative = with_profiles(&world, &["login", "me", "--no-browser"]);
    let run = relative.env("IMS_STATE_DIR", "relative").run();
    run.assert_failed(3, "variable-invalid");
}

#[test]
fn untrusted_session_is_set_aside() {
    let world = world();
    sign_in(&world, "me", JANE);
    let folder = world.path("state/ims/sessions");
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let session = files
        .into_iter()
        .find(|it| it.extension().is_some_and(|it| it == "session"));
    fs::write(session.unwrap(), "broken").unwrap();
    let mut running = login(&world, &["me"]);
    let (before, address) = running.address();
    assert!(
        before.starts_with("ims: note: the file of a session was set aside as"),
        "{before}"
    );
    visit(&agree(&world, &address, JANE));
    assert_eq!(running.end().code, 0);
    assert_eq!(token(&world, "me")["source"], "cache");
}

#[test]
fn twenty_processes_use_a_refresh_token_once() {
    let world = world();
    sign_in(&world, "me", JANE);
    fs::remove_dir_all(world.path("cache")).unwrap();
    let tokens: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| token(&world, "me")))
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(
        tokens
            .iter()
            .all(|it| it["access_token"] == tokens[0]["access_token"])
    );
    assert_eq!(world.emulator.tokens_minted_by(GrantType::RefreshToken), 1);
}
