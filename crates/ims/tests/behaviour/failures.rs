//! Failures: exit codes and advice.

use adobe_ims_emulator::Emulator;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World, answering, fixture, http};

#[test]
fn failure_is_one_line_with_hints_and_the_debug_id() {
    let world = World::new();
    let body =
        r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#;
    let url = answering(http("400 Bad Request", "x-debug-id: debug-1\r\n", body));
    let run = world.token("service_token.json", &["--url", &url]).run();
    run.assert(
        4,
        "",
        "ims: IMS refused (400 Bad Request): invalid_client, \"invalid client_secret parameter\" [client-secret-wrong]\n\
         hint: The client secret is not valid for this client, or not any more.\n\
         hint: Download the document again. Somebody may have rotated the secret.\n\
         x-debug-id: debug-1\n",
    );
}

#[test]
fn failure_is_json_on_request() {
    let world = World::new();
    let url = answering(http("429 Too Many Requests", "Retry-After: 17\r\n", ""));
    let run = world
        .token("service_token.json", &["--url", &url, "-o", "json"])
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (6, ""));
    assert_eq!(run.stderr.lines().count(), 1);
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["schema"], "ims.error/1");
    assert_eq!(error["id"], "throttled");
    assert_eq!(error["class"], "throttled");
    assert_eq!(error["transient"], true);
    assert_eq!(error["exit_code"], 6);
    assert_eq!(
        error["message"],
        "IMS answered 429 Too Many Requests; try again in 17 s"
    );
    assert_eq!(error["ims"]["status"], 429);
    assert_eq!(error["ims"]["retry_after"], 17);
    assert_eq!(error["ims"]["endpoint"], format!("{url}/ims/exchange/jwt"));
    assert!(!error["hints"].as_array().unwrap().is_empty());

    let run = world.token("missing.json", &["-o", "json"]).run();
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        (&error["id"], &error["ims"]),
        (&json!("file-unreadable"), &json!(null))
    );
}

#[test]
fn unusable_answer_ends_with_5() {
    let world = World::new();
    for (answer, code, id) in [
        (http("200 OK", "", ""), 5, "answer-empty"),
        (
            http("200 OK", "", "<html><title>Portal</title>"),
            5,
            "answer-not-json",
        ),
        (http("403 Forbidden", "", "<html>"), 5, "answer-not-json"),
        (http("200 OK", "", "{}"), 5, "answer-without-token"),
        (
            http("200 OK", "", "{\"access_token\""),
            5,
            "answer-truncated",
        ),
        (
            http("200 OK", "", "{}").replace("Length: 2", "Length: 9"),
            5,
            "answer-truncated",
        ),
        (
            http("302 Found", "Location: http://127.0.0.1:1/\r\n", ""),
            5,
            "answer-redirect",
        ),
        (
            http("503 Service Unavailable", "", "<html>"),
            5,
            "server-error",
        ),
        (
            http("500 no", "", r#"{"error":"internal_error"}"#),
            5,
            "internal-error",
        ),
        (http("429 no", "", "<html>"), 6, "throttled"),
        (
            http("400 no", "", r#"{"error":"bad_request"}"#),
            4,
            "identity-malformed",
        ),
        (
            http("200 OK", "", r#"{"access_token":"x","expires_in":0}"#),
            7,
            "token-dead-on-arrival",
        ),
        (String::new(), 5, "connection-failed"),
    ] {
        let url = answering(answer.clone());
        let run = world.token("service_token.json", &["--url", &url]).run();
        run.assert_failed(code, id);
    }
}

#[test]
fn echoed_secrets_are_redacted() {
    let world = World::new();
    let echo = json!({"error": "invalid_client", "error_description": format!("{CLIENT_SECRET} SECRET%3F%25%26%3D%C3%BC")});
    let url = answering(http("400 no", "", &echo.to_string()));
    let run = world
        .token("service_token.json", &["--url", &url, "-v"])
        .run();
    assert!(
        run.stderr.contains("[redacted] [redacted]"),
        "{}",
        run.stderr
    );
}

#[test]
fn secret_repeated_as_basic_and_in_pieces_is_redacted_in_text_json_and_details() {
    let world = World::new();
    let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let reversed: String = CLIENT_SECRET.chars().rev().collect();
    let twice = "SECRET%253F%2525%2526%253D%25C3%25BC";
    let echo = json!({
        "error": "invalid_request",
        "error_description": format!("<Basic {basic}>, <{reversed}>, <{twice}> and <opaque-TOKEN-0123>"),
        "access_token": "opaque-TOKEN-0123",
    });
    let headers = format!("x-debug-id: {basic}\r\n");
    let url = answering(http("400 no", &headers, &echo.to_string()));
    for more in [&[][..], &["-v"], &["-o", "json"]] {
        let arguments = [&["--url", &url, "--retries", "0"], more].concat();
        let run = world.token("service_token.json", &arguments).run();
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{run:?}");
        let shown = "<Basic [redacted]>, <[redacted]>, <[redacted]> and <[redacted]>";
        assert!(run.stderr.contains(shown), "{run:?}");
        for part in [&basic[16..28], &reversed, twice, "opaque"] {
            assert!(!run.stderr.contains(part), "{part} {run:?}");
        }
    }
}

#[test]
fn odd_lifetime_is_reported_once() {
    let world = World::new();
    let url = answering(http(
        "200 OK",
        "",
        r#"{"access_token":"x","expires_in":"soon"}"#,
    ));
    let run = world.token("service_token.json", &["--url", &url]).run();
    run.assert(
        0,
        "x\n",
        "ims: note: expires_in is a text, which is no length of time\n",
    );
}

#[test]
fn refusal_of_the_emulator_is_explained() {
    let world = World::new();
    let other = Emulator::builder().start().unwrap();
    let other: Value = serde_json::from_str(&other.credentials_json()).unwrap();
    let change = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut document = world.document();
        change(&mut document["integration"]);
        world.write(name, document.to_string());
        world.token(name, &[]).run()
    };
    change("secret.json", &|it| {
        it["technicalAccount"]["clientSecret"] = json!("SECRET?%&=u")
    })
    .assert_failed(4, "client-secret-wrong");
    change("client.json", &|it| {
        it["technicalAccount"]["clientId"] = json!("client!_ID")
    })
    .assert_failed(4, "client-unknown");
    change("scope.json", &|it| {
        it["metascopes"] = json!("ent_aem_cloud_api,ent_user_sdk")
    })
    .assert_failed(4, "metascope-not-bound");
    change("account.json", &|it| {
        it["id"] = other["integration"]["id"].clone()
    })
    .assert_failed(4, "signature-not-bound");
    change("organisation.json", &|it| it["org"] = json!("malformed"))
        .assert_failed(4, "identity-malformed");
    change("foreign-key.json", &|it| {
        it["privateKey"] = json!(fixture("pkcs1.pem"));
    })
    .assert_failed(3, "certificate-key-mismatch");
    let run = change("foreign-pair.json", &|it| {
        it["privateKey"] = json!(fixture("pkcs1.pem"));
        it["publicKey"] = json!(null);
        it["certificateExpirationDate"] = json!("2020-01-01T00:00:00.000Z");
    });
    assert_eq!(run.code, 4);
    let first = "ims: the certificate of these credentials (by its date in the document) expired on 2020-01-01T00:00:00Z, \
                 which is likely why IMS refused (400 Bad Request): invalid_token, \
                 \"Could not match JWT signature to any of the bindings\" [certificate-expired]";
    assert_eq!(run.stderr.lines().next(), Some(first), "{run:?}");
    assert_eq!(world.emulator.tokens_minted(), 0);
}

#[test]
fn local_mistake_sends_nothing() {
    let world = World::new();
    let mut document = world.document();
    document["integration"]["imsEndpoint"] = json!("http://ims-na1.adobelogin.com");
    world.write("plain.json", document.to_string());
    document["integration"]["imsEndpoint"] = json!("ims.example.test");
    world.write("elsewhere.json", document.to_string());
    document["integration"]["privateKey"] = json!("secret");
    document["integration"]["imsEndpoint"] = json!("ims-na1.adobelogin.com");
    world.write("key.json", document.to_string());
    world.write("half.json", &world.emulator.credentials_json()[..900]);
    world.write("other.json", "{\"web\": {}}");
    world.write("console.json", "{\"API_KEY\": \"x\"}");
    world.write("empty.json", "{\"integration\": {}}");
    for (document, more, id) in [
        ("missing.json", &[][..], "file-unreadable"),
        (".", &[], "file-unreadable"),
        ("half.json", &[], "document-not-json"),
        ("ca.pem", &[], "document-not-json"),
        ("other.json", &[], "document-unknown"),
        ("console.json", &[], "document-needs-more"),
        ("empty.json", &[], "document-incomplete"),
        ("plain.json", &[], "endpoint-insecure"),
        ("elsewhere.json", &[], "identity-service-not-named"),
        ("key.json", &[], "key-not-a-key"),
        (
            "service_token.json",
            &["--url", "http://example.com"],
            "endpoint-insecure",
        ),
        (
            "service_token.json",
            &["--url", "nonsense://x"],
            "endpoint-invalid",
        ),
        (
            "service_token.json",
            &["--ca-file", "missing.pem"],
            "file-unreadable",
        ),
        (
            "service_token.json",
            &["--ca-file", "service_token.json"],
            "ca-file-invalid",
        ),
        (
            "service_token.json",
            &["--passphrase-file", "missing"],
            "file-unreadable",
        ),
    ] {
        world.token(document, more).run().assert_failed(3, id);
    }
    world
        .token("service_token.json", &["--url", "https://ims.invalid"])
        .env("HTTPS_PROXY", "socks5://x")
        .run()
        .assert_failed(3, "proxy-invalid");
    let on_loopback = world
        .token("service_token.json", &[])
        .env("ALL_PROXY", "socks5://x");
    assert_eq!(on_loopback.run_for_a_secret().code, 0);
    world
        .token("service_token.json", &[])
        .env("IMS_TIMEOUT", "soon")
        .run()
        .assert_failed(3, "variable-invalid");
    Ims::new(["token"])
        .run()
        .assert_failed(3, "credentials-missing");
    Ims::new(["token"])
        .env("IMS_CREDENTIALS", "")
        .run()
        .assert_failed(3, "credentials-missing");
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn all_missing_fields_are_named_in_one_line() {
    let run = Ims::new(["token", "-c", "-"])
        .stdin("{\"integration\":{\"org\":\"x@AdobeOrg\"}}")
        .run();
    assert_eq!(
        run.stderr.lines().next().unwrap(),
        "ims: the credential document is incomplete; missing or empty: integration.imsEndpoint, \
         integration.id, integration.technicalAccount.clientId, \
         integration.technicalAccount.clientSecret, integration.metascopes, \
         integration.privateKey [document-incomplete]"
    );
}

#[test]
fn untrusted_or_missing_server_is_named() {
    let world = World::new();
    let stranger = World::new();
    world.write("ca.pem", stranger.emulator.ca_pem().unwrap());
    let run = world.token("service_token.json", &[]).run();
    run.assert_failed(5, "tls-untrusted");
    assert!(run.stderr.contains("issued by "), "{}", run.stderr);

    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken
        .bind((std::net::Ipv4Addr::LOCALHOST, 0).into())
        .unwrap();
    let nobody = format!("https://{}", taken.local_addr().unwrap());
    let run = world.token("service_token.json", &["--url", &nobody]).run();
    run.assert_failed(5, "nothing-listens");
    assert!(run.stderr.contains("hint: Is the emulator"), "{run:?}");
    assert!(!run.stderr.contains("PROXY"), "{run:?}");
}

#[test]
fn missing_root_certificates_are_reported() {
    let world = World::new();
    // The tests run with SSL_CERT_FILE=/dev/null.
    let run = Ims::new(["token", "-c", "service_token.json"])
        .in_folder(world.folder.path())
        .run();
    run.assert_failed(5, "roots-missing");
    assert!(run.stderr.contains("--ca-file"), "{}", run.stderr);
}

#[test]
fn unreadable_variable_is_a_failure() {
    use std::os::unix::ffi::OsStrExt;
    let broken = std::ffi::OsStr::from_bytes(b"http://\xff");
    let world = World::new();
    for name in ["IMS_URL", "HTTPS_PROXY", "IMS_TIMEOUT", "IMS_ACCESS_TOKEN"] {
        let call = Ims::new(["token"]).env("IMS_CREDENTIALS", world.path("service_token.json"));
        call.env(name, broken)
            .run()
            .assert_failed(3, "variable-invalid");
    }
}

#[test]
fn content_of_the_variable_is_never_repeated() {
    let document = "{\"integration\":{\"org\":\"SECRET?%&=ü\"}}";
    let base64 = STANDARD.encode(document.repeat(30));
    for value in [
        document,
        &format!("'{document}'"),
        &serde_json::to_string(document).unwrap(),
        &base64,
        "eyJhbGciOiJSUzI1NiJ9.e30.x",
        "SECRET?%&=ü\nSECRET?%&=ü",
    ] {
        let run = Ims::new(["token"]).env("IMS_CREDENTIALS", value).run();
        assert_eq!(run.code, 3, "{run:?}");
        assert!(!run.stderr.contains(&base64[..40]), "{run:?}");
    }
}

#[test]
fn proxy_is_used_and_its_407_is_reported() {
    let world = World::new();
    let proxy = answering(http("407 Proxy Authentication Required", "", ""));
    let call = |more: &[&str]| {
        world
            .token("service_token.json", more)
            .env("https_proxy", &proxy)
    };
    let elsewhere = ["--url", "https://ims.invalid"];
    let run = call(&elsewhere).run();
    run.assert_failed(5, "proxy-authentication");
    let exceptions = call(&elsewhere).env("NO_PROXY", "other.invalid, s.invalid");
    exceptions.run().assert_failed(5, "proxy-authentication");

    let run = call(&[]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "loopback");
}
