//! `ims inspect`, offline.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, Ims, OLD_TOKEN, World};

#[test]
fn a_token_is_told_in_a_few_lines() {
    let run = Ims::new(["inspect"])
        .stdin(format!("Bearer {OLD_TOKEN}\n"))
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (facts, findings) = run.stdout.split_once("! ").unwrap();
    assert_eq!(
        facts,
        "kind         access_token\n\
         client       x\n\
         environment  ims-na1\n\
         scopes       openid, AdobeID\n\
         issued       2020-09-13T12:26:40Z\n\
         expires      2020-09-14T12:26:40Z (expired)\n\
         key          ims_na1-key-at-1\n\
         signature    not checked (offline)\n"
    );
    assert!(
        findings.starts_with("it expired ") && findings.ends_with(" ago\n"),
        "{findings}"
    );
}

#[test]
fn a_fresh_token_is_read_from_a_file_and_as_json() {
    let world = World::new();
    let token = world
        .token("service_token.json", &[])
        .run_for_a_secret()
        .stdout;
    let file = world.write("token", &token);
    let run = Ims::new([
        "inspect".as_ref(),
        file.as_os_str(),
        "-o".as_ref(),
        "json".as_ref(),
    ])
    .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["schema"], "ims.inspect/1");
    assert_eq!(found["kind"], "access_token");
    assert_eq!(found["claims"]["client_id"], CLIENT_ID);
    assert_eq!(found["findings"], json!([]));
    assert!((86_300..=86_400).contains(&found["expires_in"].as_u64().unwrap()));
    let text = Ims::new(["inspect", "-"]).stdin(token).run().stdout;
    assert!(text.contains("(23 h 59 min left)"), "{text}");
}

#[test]
fn a_terminal_does_not_obey_what_a_token_holds() {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let evil = "\u{1b}[31m\u{7}\u{9b}2J";
    for claims in [
        json!({"type": evil}),
        json!({"type": "access_token", "client_id": evil, "user_id": evil, "as": evil, "scope": evil}),
        json!({"aud": format!("https://ims/c/{evil}"), "iss": evil, "sub": evil, "https://ims/s/x": true}),
        json!({"aud": "https://ims/c/x", format!("https://other/s/{evil}"): evil}),
    ] {
        let header = json!({"alg": evil, "kid": evil});
        let token = format!("{}.{}.x", part(header), part(claims));
        let run = Ims::new(["inspect"]).stdin(token.clone()).run();
        assert_eq!(run.code, 0, "{run:?}");
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!run.stdout.contains(control), "{:?}", run.stdout);
        assert!(!run.stderr.contains(control), "{:?}", run.stderr);
        let run = Ims::new(["inspect", "-o", "json"]).stdin(token).run();
        assert!(
            !run.stdout
                .trim_end()
                .contains(|c: char| c.is_ascii_control()),
            "{:?}",
            run.stdout
        );
    }
}

#[test]
fn what_is_no_token_is_an_error_that_does_not_show_it() {
    for input in ["", "SECRET?%&=ü", "a.b.c", "{\"access_token\": 1}"] {
        Ims::new(["inspect"])
            .stdin(input)
            .run()
            .assert_failed(3, "token-unreadable");
    }
    Ims::new(["inspect"])
        .stdin([0xFF, 0xFE, 0x00])
        .run()
        .assert_failed(3, "token-unreadable");
    Ims::new(["inspect", "/not/there"])
        .run()
        .assert_failed(3, "file-unreadable");
}
