//! `ims inspect`, offline.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, Ims, OLD_TOKEN, World, answering};

#[test]
fn inspect_prints_the_claims() {
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
fn fresh_token_is_inspected_from_a_file_and_as_json() {
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
fn control_characters_of_a_token_are_replaced() {
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
fn invalid_token_is_refused_and_not_repeated() {
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

#[test]
fn signature_is_checked_with_the_keys_of_ims() {
    let world = World::with(|builder| {
        let life = std::time::Duration::from_secs(3600);
        builder.token_lifetime(life)
    });
    let token = world
        .token("service_token.json", &["--no-cache"])
        .run_for_a_secret()
        .stdout;
    let url = world.emulator.url();
    let verify = |token: &str, more: &[&str]| {
        let arguments = ["inspect", "--verify", "--ca-file", "ca.pem", "--url", url];
        Ims::new(arguments.iter().chain(more))
            .in_folder(world.folder.path())
            .stdin(token)
            .run()
    };
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    let good = verify(&token, &[]);
    assert_eq!((good.code, good.stderr.as_str()), (0, ""), "{good:?}");
    let line = format!("signature    good, by a key of {url}");
    assert_eq!(last(&good.stdout), line);
    let wrapped = json!({"access_token": token.trim()}).to_string();
    let found = verify(&wrapped, &["-o", "json"]);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["signature"], "good");
    assert_eq!(
        (&found["verified"], &found["rejection"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(found["ims_url"], url);

    let (signed, signature) = token.trim().rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let tampered = format!("{signed}.{flipped}{}", &signature[1..]);
    let wrong = verify(&tampered, &[]);
    assert_eq!((wrong.code, wrong.stderr.as_str()), (7, ""), "{wrong:?}");
    let line = format!("signature    the signature of the token is wrong (asked {url})");
    assert_eq!(last(&wrong.stdout), line);
    for (token, rejection) in [
        (tampered.as_str(), "signature-wrong"),
        (OLD_TOKEN, "unknown-key"),
        ("eyJhbGciOiJub25lIn0.e30.", "algorithm-not-allowed"),
    ] {
        let run = verify(token, &["-o", "json"]);
        assert_eq!(run.code, 7, "{run:?}");
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(found["signature"], rejection);
        assert_eq!(
            (&found["verified"], &found["rejection"]),
            (&json!(false), &json!(rejection))
        );
    }
}

#[test]
fn expired_token_has_a_good_signature() {
    let start = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let clock = adobe_ims_emulator::Clock::at(start);
    let world = World::with(|builder| builder.clock(clock));
    let scopes = world.emulator.oauth_clients()[0].scopes().join(",");
    let client = world.emulator.oauth_clients()[0].clone();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={scopes}",
        client.client_id(),
        client.client_secret()
    );
    let request = http::Request::post("/ims/token/v3")
        .body(form.into())
        .unwrap();
    let answer = world.emulator.respond(&request);
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    let arguments = ["inspect", "--verify", "--ca-file", "ca.pem", "--url"];
    let verify = |more: &[&str]| {
        Ims::new(arguments.iter().chain(&[world.emulator.url()]).chain(more))
            .in_folder(world.folder.path())
            .stdin(answer["access_token"].as_str().unwrap())
            .run()
    };
    let run = verify(&["-o", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (7, ""), "{run:?}");
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["signature"], "good");
    assert_eq!(
        (&found["verified"], &found["rejection"]),
        (&json!(false), &json!("expired"))
    );
    let text = verify(&[]).stdout;
    assert!(text.contains("\nsignature    good, by a key of "), "{text}");
    assert!(text.contains("\n! it expired "), "{text}");
}

#[test]
fn keys_are_fetched_from_ims_and_no_token_is_sent() {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = |claims: Value| {
        let header = part(json!({"alg": "RS256", "x5u": "http://127.0.0.1:9/key.cer"}));
        format!("{header}.{}.c2ln", part(claims))
    };
    let offline = |token: &str| {
        Ims::new(["inspect", "--verify"])
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .stdin(token)
            .run()
    };
    for claims in [
        json!({"type": "access_token", "as": "ims-na1"}),
        json!({"iss": "https://ims-na1-stg1.adobelogin.com/ims", "exp": 1}),
        json!({}),
    ] {
        let run = offline(&token(claims));
        assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{run:?}");
    }
    offline(&token(json!({"as": "evil.example/"}))).assert_failed(2, "usage");
    let assertion = json!({"aud": "https://ims-na1.adobelogin.com/c/x", "exp": 1});
    offline(&token(assertion)).assert_failed(2, "usage");
    for keys in ["{}", r#"{"keys":[]}"#] {
        let length = keys.len();
        let url = answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{keys}"
        ));
        let run = Ims::new(["inspect", "--verify", "--url", &url])
            .stdin(OLD_TOKEN)
            .run();
        run.assert_failed(5, "answer-without-keys");
    }
    let run = Ims::new(["inspect", "--ca-file", "x"])
        .stdin(OLD_TOKEN)
        .run();
    run.assert_failed(2, "usage");
}
