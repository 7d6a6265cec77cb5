//! Tokens in every form in which people hold them, and texts that are none.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::api::{Api, DONE};
use crate::support::{CLIENT_SECRET, Ims, LASTING_TOKEN, OLD_TOKEN, World, open_to_everybody};
use crate::values::Silence;

/// {"alg":"RS256"} and {"exp":9999999999,"aud":"https://ims/c/x","https://ims/s/a":true}
const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTksImF1ZCI6Imh0dHBzOi8vaW1zL2MveCIsImh0dHBzOi8vaW1zL3MvYSI6dHJ1ZX0.c2ln";

fn forms() -> Vec<String> {
    let token = LASTING_TOKEN;
    let json = json!({"access_token": token, "expires_in": 86_399_999}).to_string();
    vec![
        token.to_owned(),
        format!("'{token}'"),
        format!("\"{token}\""),
        format!("{token}\\n"),
        format!(" {token}\r\n"),
        format!("Bearer {token}"),
        format!("\"Bearer {token}\\n\""),
        format!("Authorization: Bearer {token}"),
        json!(json).to_string(),
        json,
        json!({"accessToken": token}).to_string(),
    ]
}

#[test]
fn token_is_unwrapped_the_same_way_everywhere() {
    for form in forms() {
        let run = Ims::new(["token"])
            .env("IMS_ACCESS_TOKEN", &form)
            .run_for_a_secret();
        run.assert(0, &format!("{LASTING_TOKEN}\n"), "");
        let run = Ims::new([
            "exec",
            "--",
            "/bin/sh",
            "-c",
            "printf %s \"$IMS_ACCESS_TOKEN\"",
        ])
        .env("IMS_ACCESS_TOKEN", &form)
        .run_for_a_secret();
        run.assert(0, LASTING_TOKEN, "");
        let run = Ims::new(["inspect", "-o", "json"])
            .stdin(form.as_str())
            .run();
        assert_eq!(run.code, 0, "{form}: {run:?}");
        let api = Api::answering([DONE]);
        let run = Ims::new(["curl", &api.url, "--allow-host", &api.url])
            .env("IMS_ACCESS_TOKEN", &form)
            .run();
        assert_eq!(run.code, 0, "{run:?}");
        let asked = api.asked_once();
        assert_eq!(asked.token.expose(), LASTING_TOKEN, "{form}");
    }
}

#[test]
fn text_that_is_no_token_is_refused_with_its_place() {
    let silence = Silence::new();
    let url = silence.url();
    for (text, what) in [
        ("null", "\"null\", which means no value"),
        ("undefined", "\"undefined\", which means no value"),
        ("None", "\"none\", which means no value"),
        ("***", "a mask in the place of the value"),
        ("$TOKEN", "a reference that nobody replaced ($NAME)"),
        (
            "Bearer ${TOKEN}",
            "a reference that nobody replaced (${NAME})",
        ),
        ("/run/secrets/token", "the path of a file"),
    ] {
        let line = format!("ims: IMS_ACCESS_TOKEN holds {what} [value-invalid]\n");
        for arguments in [
            &["token"][..],
            &["exec", "--", "true"],
            &["curl", &url, "--allow-host", &url],
            &["whoami"],
            &["validate"],
            &["revoke"],
        ] {
            let run = Ims::new(arguments)
                .env("IMS_ACCESS_TOKEN", text)
                .env("IMS_URL", &url)
                .run();
            let code = if arguments[0] == "exec" { 125 } else { 3 };
            run.assert_failed(code, "value-invalid");
            assert!(run.stderr.starts_with(&line), "{arguments:?}: {run:?}");
        }
        let run = Ims::new(["validate", "-", "--url", &url]).stdin(text).run();
        let line = format!("ims: stdin (FILE) holds {what} [value-invalid]\n");
        assert!(run.stderr.starts_with(&line), "{run:?}");
    }
    silence.assert();
}

#[test]
fn assertion_is_no_token() {
    let silence = Silence::new();
    let run = Ims::new(["token"]).env("IMS_ACCESS_TOKEN", ASSERTION).run();
    run.assert(
        3,
        "",
        "ims: IMS_ACCESS_TOKEN holds an assertion (JWT) [token-is-assertion]\n\
         hint: an assertion is exchanged for a token: pass the credentials that sign it, and the program does it\n\
         hint: Pass the credentials that sign the assertion, or an access token.\n",
    );
    let document = json!({"ok": true, "accessToken": ASSERTION}).to_string();
    let run = Ims::new(["token", "-c", "-"]).stdin(document).run();
    run.assert_failed(3, "token-is-assertion");
    assert!(
        run.stderr
            .starts_with("ims: accessToken of the credential document holds"),
        "{run:?}"
    );
    let url = silence.url();
    for arguments in [
        &["validate", "-", "--url", &url][..],
        &["whoami", "-", "--url", &url],
    ] {
        let run = Ims::new(arguments).stdin(ASSERTION).run();
        run.assert_failed(3, "token-is-assertion");
    }
    silence.assert();
    // Inspecting is what helps.
    let run = Ims::new(["inspect"]).stdin(format!("'{ASSERTION}'")).run();
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn token_in_place_of_a_document_is_called_one() {
    for (text, what) in [
        (LASTING_TOKEN.to_owned(), "a token"),
        (format!("Bearer {LASTING_TOKEN}\n"), "a token"),
        (ASSERTION.to_owned(), "an assertion"),
    ] {
        Ims::new(["token", "-c", "-"]).stdin(text).run().assert(
            3,
            "",
            &format!(
                "ims: the credential document is {what}, not a document [document-is-token]\n\
                 hint: Use the token as it is, or pass the credential document that Adobe's console hands out.\n\
                 hint: IMS_ACCESS_TOKEN passes a token to `ims token`, `ims exec` and `ims curl`; `ims inspect`, `ims validate` and `ims whoami` read one from a file or stdin\n"
            ),
        );
    }
}

#[test]
fn expired_token_names_the_credentials_that_it_hides() {
    let expired = "ims: the access token in IMS_ACCESS_TOKEN expired on 2020-09-14T12:26:40Z [token-expired]\n";
    for (variables, name) in [
        (
            &[("IMS_CREDENTIALS", "/x.json")][..],
            Some("IMS_CREDENTIALS"),
        ),
        (&[("IMS_CLIENT_ID", "x")], Some("IMS_CLIENT_ID")),
        (
            &[
                ("OAUTH_CLIENT_ID", "x"),
                ("OAUTH_CLIENT_SECRET", CLIENT_SECRET),
                ("OAUTH_ORG_ID", "FFEEDDCCBBAA998877665544@AdobeOrg"),
            ],
            Some("OAUTH_*"),
        ),
        (&[], None),
    ] {
        let mut call = Ims::new(["token"]).env("IMS_ACCESS_TOKEN", OLD_TOKEN);
        for (name, value) in variables {
            call = call.env(name, value);
        }
        let run = call.run();
        run.assert_failed(7, "token-expired");
        assert!(run.stderr.starts_with(expired), "{run:?}");
        let hint = match name {
            Some(name) => format!(
                "hint: IMS_ACCESS_TOKEN comes before the credentials in {name}: unset it, and they are used\n"
            ),
            None => "hint: IMS_ACCESS_TOKEN is used as it is, and never renewed: set it again, or unset it and name credentials\n".to_owned(),
        };
        assert!(run.stderr.contains(&hint), "{run:?}");
    }
}

#[test]
fn file_that_others_can_read_is_mentioned_once() {
    let world = World::new();
    let path = world.path("service_token.json");
    let run = || {
        world
            .token(
                "service_token.json",
                &["--url", world.emulator.url(), "--force"],
            )
            .run_for_a_secret()
    };
    for (path, mode) in [(path.as_path(), 0o644), (path.parent().unwrap(), 0o700)] {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let closed = run();
    assert_eq!(
        (closed.code, closed.stderr.as_str()),
        (0, ""),
        "the folder is closed"
    );
    open_to_everybody(&path);
    let open = run();
    assert_eq!(open.code, 0);
    assert_eq!(
        open.stderr,
        "ims: note: \"service_token.json\" holds a secret, and other users can read it: chmod 600\n"
    );
}
