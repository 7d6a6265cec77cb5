//! `ims login`, against the emulator.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use adobe_ims_emulator::GrantType;
use serde_json::json;

use crate::sign_in_world::{
    CONFIDENTIAL, JANE, JOHN, PUBLIC, SCOPES, agree, ims, last_line, login, parameter, relay,
    sessions, sign_in, token, validity, visit, with_profiles, world,
};
use crate::support::CLIENT_SECRET;

#[test]
fn session_provides_tokens_until_logout() {
    let world = world();
    let mut running = login(&world, &["me"]);
    let (before, address) = running.address();
    assert_eq!(before, "ims: sign in with a browser at this address:\n");
    assert_eq!(parameter(&address, "client_id"), "public%21%2BID");
    assert_eq!(parameter(&address, "code_challenge_method"), "S256");
    let back = agree(&world, &address, JANE);
    let page = visit(&back);
    assert!(page.contains("You signed in"), "{page}");
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    let port = &back["http://localhost:".len()..back.find('?').unwrap()];
    let port = port.trim_end_matches('/');
    let first = run.stderr.lines().next().unwrap();
    assert_eq!(
        first,
        format!(
            "ims: note: waiting 5 min 0 s for the browser to return to http://localhost:{port}"
        )
    );
    assert_eq!(
        last_line(&run.stderr),
        "ims: note: jane@example.com is signed in as me; without use the session ends on"
    );

    // The token of the sign-in is used first; then the refresh token.
    let first = token(&world, "me");
    assert_eq!(
        (&first["source"], &first["profile"]),
        (&json!("cache"), &json!("me"))
    );
    let again = with_profiles(&world, &["token", "-q", "-p", "me", "--force"]).run_for_a_secret();
    assert_eq!(again.code, 0, "{again:?}");
    assert_ne!(again.stdout.trim(), first["access_token"]);
    let who = with_profiles(&world, &["whoami", "-p", "me", "-o", "json"]).run();
    assert_eq!(who.code, 0, "{who:?}");
    assert!(who.stdout.contains(JANE), "{who:?}");

    let child = [
        "exec",
        "-p",
        "me",
        "--",
        "/bin/sh",
        "-c",
        "echo \"$IMS_ACCESS_TOKEN\"",
    ];
    let run = with_profiles(&world, &child).run_for_a_secret();
    run.assert(0, &again.stdout, "");

    let run = with_profiles(&world, &["logout", "me"]).run();
    run.assert(0, "", "ims: note: me is signed out\n");
    assert_eq!(sessions(&world), 0);
    let asked = with_profiles(
        &world,
        &[
            "validate",
            "--url",
            world.emulator.url(),
            "--ca-file",
            "ca.pem",
        ],
    );
    asked
        .stdin(again.stdout)
        .run()
        .assert(7, "not valid: revoked\n", "");
    let run = with_profiles(&world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "not-signed-in");
    assert!(
        run.stderr
            .contains("hint: `ims login me` signs a person in\n"),
        "{run:?}"
    );
    let run = with_profiles(&world, &["logout", "me"]).run();
    run.assert(0, "", "ims: note: nobody is signed in as me\n");
}

#[test]
fn browser_is_started_in_the_background() {
    let world = world();
    let pipe = world.path("opened");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    // The browser prints, and ends only when its output is read.
    let script = world.write(
        "browser",
        "#!/bin/sh\necho hello; echo hello >&2\nprintf '%s|%s\\n' \"$1\" \"$IMS_CLIENT_SECRET\" > opened\n",
    );
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    // The first browser does not exist; the second has arguments.
    let browser = format!("/not/there:{} %s", script.display());
    let mut running = with_profiles(&world, &["login", "-p", "me", "--port", "0", "-q"])
        .env("BROWSER", browser)
        .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
        .start();
    let (_, address) = running.address();
    let opened = fs::read_to_string(&pipe).unwrap();
    assert_eq!(opened, format!("{address}|\n"));
    visit(&agree(&world, &opened[..opened.len() - 2], JANE));
    running.end().assert(0, "", "");
    assert_eq!(token(&world, "me")["source"], "cache");
}

#[test]
fn missing_browser_is_no_failure() {
    let world = world();
    let mut running = with_profiles(&world, &["login", "me", "--port", "0"])
        .env("BROWSER", "/not/there")
        .start();
    let (_, address) = running.address();
    visit(&agree(&world, &address, JANE));
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let note = "ims: note: no browser could be started (No such file or directory (os error 2)); open the address yourself\n";
    assert!(run.stderr.starts_with(note), "{run:?}");
}

#[test]
fn client_in_fields_is_written_as_a_profile() {
    let world = world();
    let url = world.emulator.url();
    let fields = [
        "login",
        "work",
        "--no-browser",
        "--port",
        "0",
        "--url",
        url,
        "--ca-file",
        "ca.pem",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--scope",
        SCOPES,
    ];
    let written = world.path("config/ims/config.toml");
    let mut running = ims(&world, &fields).start();
    let (_, address) = running.address();
    assert!(!written.exists(), "nobody has signed in yet");
    visit(&agree(&world, &address, JANE));
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    let note =
        format!("ims: note: the profile work is written to {written:?}, as the default profile\n");
    assert!(run.stderr.contains(&note), "{run:?}");
    let folder = world.folder.path().display();
    let text = fs::read_to_string(&written).unwrap();
    assert_eq!(
        text,
        format!(
            "version = 1\ndefault_profile = \"work\"\n\n[profiles.work]\ntype = \"user-pkce\"\nenvironment = \"{url}\"\n\
             client_id = \"{CONFIDENTIAL}\"\nclient_secrets = {{ file = \"{folder}/secret\" }}\n\
             scopes = [\"openid\", \"AdobeID\", \"offline_access\", \"email\"]\nca_files = [\"{folder}/ca.pem\"]\n"
        )
    );
    // The profile is the default one now, and refreshes with its secret.
    let run = ims(&world, &["token", "--force"]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(world.emulator.tokens_minted_by(GrantType::RefreshToken), 1);

    // A repeated sign-in changes nothing; another client with the same name is refused.
    let mut running = ims(&world, &fields).start();
    let (_, address) = running.address();
    visit(&agree(&world, &address, JANE));
    assert_eq!(running.end().code, 0);
    assert_eq!(fs::read_to_string(&written).unwrap(), text);
    let other = [
        "login",
        "work",
        "--client-id",
        PUBLIC,
        "--scope",
        SCOPES,
        "--url",
        url,
    ];
    ims(&world, &other).run().assert_failed(3, "profile-exists");
    // A profile without a name, with the variables of imscli.
    let mut running = ims(&world, &["login", "--no-browser", "--port", "0"])
        .env("IMS_CLIENTID", PUBLIC)
        .env("IMS_SCOPES", "openid AdobeID")
        .env("IMS_URL", url)
        .env("IMS_CA_FILE", world.path("ca.pem"))
        .start();
    // The default profile takes precedence over imscli's variables only if a variable names it.
    let (_, address) = running.address();
    assert_eq!(parameter(&address, "scope"), "openid+AdobeID");
    visit(&agree(&world, &address, JOHN));
    let run = running.end();
    assert!(
        run.stderr.contains("the profile default is written"),
        "{run:?}"
    );
    assert!(
        run.stderr.contains("IMS returned no refresh token"),
        "{run:?}"
    );
}

#[test]
fn access_token_without_session_is_used_until_it_expires() {
    let world = world();
    let run = sign_in(&world, "brief", JANE);
    let last = run.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("ims: note: jane@example.com is signed in as brief until 20"),
        "{last}"
    );
    assert!(
        last.ends_with(
            "; IMS returned no refresh token: to stay signed in, request the scope offline_access"
        ),
        "{last}"
    );
    let token = token(&world, "brief");
    assert_eq!(token["source"], "cache");
    let run = with_profiles(&world, &["token", "-p", "brief", "--force"]).run();
    run.assert_failed(9, "not-signed-in");
    let run = with_profiles(&world, &["logout", "brief"]).run();
    run.assert(
        0,
        "",
        "ims: note: brief is signed out here; the access token is valid until it expires\n",
    );
    let run = with_profiles(&world, &["token", "-p", "brief"]).run();
    run.assert_failed(9, "not-signed-in");
}

#[test]
fn implicit_flow_stores_a_token_and_no_session() {
    let world = world();
    // The earlier session has ended.
    sign_in(&world, "me", JOHN);
    assert_eq!(sessions(&world), 1);
    let mut running = login(&world, &["me", "--flow", "implicit"]);
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    assert!(visit(&back).contains("JavaScript"));
    assert!(relay(&back).contains("You signed in"));
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    assert!(
        run.stderr
            .contains("ims: note: this replaces the sign-in of JOHN@AdobeID\n"),
        "{run:?}"
    );
    let last = run.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("ims: note: jane@example.com is signed in as me until 20"),
        "{last}"
    );
    assert!(
        last.ends_with("; tokens of the implicit flow cannot be refreshed"),
        "{last}"
    );
    assert_eq!(sessions(&world), 0);
    assert_eq!(
        token(&world, "me")["access_token"],
        parameter(&back, "access_token")
    );
}

#[test]
fn second_person_replaces_the_first() {
    let world = world();
    sign_in(&world, "you", JANE);
    let first = token(&world, "you");
    let run = sign_in(&world, "you", JOHN);
    assert!(
        run.stderr
            .contains("ims: note: this replaces the sign-in of JANE@AdobeID\n"),
        "{run:?}"
    );
    let second = token(&world, "you");
    assert_ne!(first["access_token"], second["access_token"]);
    // Nothing of the first sign-in is left.
    let first = first["access_token"].as_str().unwrap();
    assert_eq!(validity(&world, "access", CONFIDENTIAL, first).0, 7);
    let second = second["access_token"].as_str().unwrap();
    assert_eq!(validity(&world, "access", CONFIDENTIAL, second).0, 0);
    let who = with_profiles(&world, &["whoami", "-p", "you"]).run();
    assert!(who.stdout.contains(JOHN), "{who:?}");
    assert_eq!(sessions(&world), 1);
}

#[test]
fn address_can_be_pasted() {
    let world = world();
    let url = "http://localhost:1/back?a=b";
    let arguments = [
        "login",
        "me",
        "--no-browser",
        "--paste",
        "--redirect-uri",
        url,
    ];
    let mut running = with_profiles(&world, &arguments).start();
    let (_, address) = running.address();
    let back = agree(&world, &address, JANE);
    assert!(back.starts_with(url), "{back}");
    running.say(&format!("  {back}\n"));
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    assert_eq!(
        run.stderr.lines().next(),
        Some("ims: note: paste the address that the browser returned to, and press Enter")
    );
    assert_eq!(token(&world, "me")["source"], "cache");
}

#[test]
fn session_is_encrypted_with_the_key_file() {
    let world = world();
    world.write("key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let sealed = |arguments: &[&str]| {
        with_profiles(&world, arguments)
            .env("IMS_CACHE_KEY_FILE", world.path("key"))
            .env("IMS_STATE_DIR", world.path("elsewhere"))
    };
    let mut running = sealed(&["login", "me", "--no-browser", "--port", "0"]).start();
    let (_, address) = running.address();
    visit(&agree(&world, &address, JANE));
    assert_eq!(running.end().code, 0);
    let files: Vec<_> = fs::read_dir(world.path("elsewhere/sessions"))
        .unwrap()
        .collect();
    let sealed_files = files.iter().map(|file| file.as_ref().unwrap().path());
    let sealed_files: Vec<_> = sealed_files
        .filter(|path| path.extension().is_some_and(|it| it == "sealed-session"))
        .collect();
    assert_eq!(sealed_files.len(), 1, "{files:?}");
    let content = fs::read(&sealed_files[0]).unwrap();
    assert!(!content.windows(3).any(|part| part == b"eyJ"));
    let run = sealed(&["token", "-p", "me", "--force"]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    // Without the key the session cannot be read.
    let run = with_profiles(&world, &["token", "-p", "me"])
        .env("IMS_STATE_DIR", world.path("elsewhere"))
        .run();
    run.assert_failed(9, "not-signed-in");
}

#[test]
fn disabled_cache_is_not_created() {
    let world = world();
    let without_cache = |arguments: &[&str]| {
        let mut running = with_profiles(&world, arguments)
            .env("IMS_CACHE", "off")
            .start();
        let (_, address) = running.address();
        visit(&agree(&world, &address, JANE));
        running.end()
    };
    let run = without_cache(&["login", "me", "--no-browser", "--port", "0"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    let run = without_cache(&["login", "brief", "--no-browser", "--port", "0", "-q"]);
    run.assert_failed(3, "cache-unusable");
    assert!(!world.path("cache").exists());
    assert_eq!(token(&world, "me")["source"], "ims");
}

#[test]
fn verbose_login_prints_no_secret() {
    let world = world();
    let mut running = login(&world, &["me", "-v"]);
    let (_, address) = running.address();
    visit(&agree(&world, &address, JANE));
    let run = running.end();
    let asked = format!(
        "ims: asking {} as client \"public!+ID\"\n",
        world.emulator.url()
    );
    assert!(run.stderr.contains(&asked), "{run:?}");
    let answered = "ims: IMS answered 200, expires_in 86399, x-debug-id emulator-";
    assert!(run.stderr.contains(answered), "{run:?}");
}

#[test]
fn prompt_login_asks_a_known_person() {
    let world = world();
    for (prompt, expected) in [("login", "login"), ("none", "none")] {
        let mut running = login(&world, &["me", "--prompt", prompt, "--wait", "100ms", "-q"]);
        let (_, address) = running.address();
        assert_eq!(parameter(&address, "prompt"), expected);
        running.end().assert_failed(9, "sign-in-timeout");
    }
    let mut running = login(
        &world,
        &["me", "--resource", "urn:a", "--resource", "urn:b"],
    );
    let (_, address) = running.address();
    assert!(
        address.ends_with("&resource=urn%3Aa&resource=urn%3Ab"),
        "{address}"
    );
    assert!(!address.contains("prompt="), "{address}");
    visit(&agree(&world, &address, JANE));
    assert_eq!(running.end().code, 0);
}
