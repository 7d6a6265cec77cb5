//! `ims doctor`: to which API the token is sent, which token, and what is printed.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::json;

use crate::api::Api;
use crate::doctor_target::{CURRENT_USER, check, doctor, made, of_target, short, token};
use crate::played_host::PlayedHost;
use crate::support::{Ims, LASTING_TOKEN, OLD_TOKEN, World, answering, http, write_private};

#[test]
fn report_as_text_has_the_yaml_and_one_problem() {
    let body =
        "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";
    let api = Api::answering([http("403 Forbidden", "X-Request-Id: r-1\r\n", body)]);
    let claims = json!({"client_id": "client!+ID", "user_id": "0A1B@techacct.adobe.com"});
    let url = format!("{}/adobe/folders?secret=SECRET%3F", api.url);
    let run = Ims::new(["doctor", "--target", &url])
        .env("IMS_ACCESS_TOKEN", token(&claims))
        .env("IMS_URL", "http://127.0.0.1:1")
        .run();
    assert_eq!(run.code, 8, "{run:?}");
    let text = run.stdout.replace(&api.url, "API");
    let stage = text.split_once("\nTarget\n").unwrap().1;
    // The address of the API has a port of its own in each run, and lines are wrapped for it.
    let words: Vec<_> = stage.split_whitespace().collect();
    let expected = format!(
        "ok target-connection: API can be reached \
         skipped target-answer: API answered 403 Forbidden; see allowed-clients \
         skipped target-headers: only APIs on adobe.io need x-api-key and x-gw-ims-org-id \
         skipped gateway: only APIs on adobe.io are behind Adobe's gateway \
         problem allowed-clients: API answered 403 Forbidden \
         seen: GET API/adobe/folders: 403 Forbidden \
         seen: answer: {body:?} \
         seen: request id: r-1 \
         cause: The AEM environment does not list the client id of the token among its allowed clients. Clients of OAuth server-to-server need that. [aem-client-not-allowed] \
         fix: `config/api.yaml` with the client id: "
    );
    let words = words.join(" ");
    assert!(words.starts_with(&expected), "{words}");
    assert!(words.ends_with(
        "skipped aem-user: the answer of AEM is not one to a user `ims explain ID` says more about a cause."
    ));
    let indent = " ".repeat(18);
    let yaml: Vec<_> = stage
        .lines()
        .filter_map(|line| line.strip_prefix(&indent))
        .skip_while(|line| !line.trim_start().starts_with("kind"))
        .take(8)
        .collect();
    assert_eq!(
        yaml,
        [
            "  kind: \"API\"",
            "  version: \"1\"",
            "  metadata:",
            "    envTypes: [\"dev\", \"stage\", \"prod\"]",
            "  data:",
            "    allowedClientIDs:",
            "      author:",
            "        - \"client!+ID\"",
        ]
    );
    assert_eq!(api.asked().len(), 1);
}

#[test]
fn without_target_or_token_nothing_is_asked() {
    let run = Ims::new(["doctor", "-o", "json"])
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .env("IMS_URL", "http://127.0.0.1:1")
        .run();
    let checks = of_target(&run);
    assert_eq!(made(&checks), [""; 0]);
    let reason = "no API was named; --target URL names one";
    assert!(checks.iter().all(|check| check["summary"] == reason));

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let target = format!("http://{}/x", listener.local_addr().unwrap());
    for (token, reason) in [
        (OLD_TOKEN, "the token has expired"),
        ("null", "the token in IMS_ACCESS_TOKEN cannot be used"),
    ] {
        let checks = of_target(&doctor(token, &target).run());
        assert_eq!(made(&checks), [""; 0], "{reason}");
        assert!(
            checks.iter().all(|check| check["summary"] == reason),
            "{checks:?}"
        );
    }
    let offline = Ims::new(["doctor", "-o", "json", "--offline"])
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .run();
    assert!(of_target(&offline).is_empty());
    assert!(listener.accept().is_err(), "somebody was called");
}

#[test]
fn host_that_is_not_allowed_gets_no_token() {
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    proxy.set_nonblocking(true).unwrap();
    let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
    for (target, more, id) in [
        ("https://aem.example/x", &[][..], "host-not-allowed"),
        (
            "https://author-p1-e2.adobeaemcloud.net/",
            &[],
            "host-not-allowed",
        ),
        (
            "https://author-p1-e2.adobeaemcloud.com:8443/",
            &[],
            "host-not-allowed",
        ),
        (
            "https://user:SECRET%3F@author-p1-e2.adobeaemcloud.com/",
            &[],
            "host-not-allowed",
        ),
        (
            "https://aem.example/",
            &["--allow-host", "aem.example"],
            "allowed-host-invalid",
        ),
        (
            "https://aem.example/",
            &["--allow-host", "http://aem.example"],
            "endpoint-insecure",
        ),
    ] {
        let run = doctor(LASTING_TOKEN, target)
            .env("HTTPS_PROXY", &proxy_url)
            .arguments(more)
            .run();
        assert_eq!(run.code, 8, "{run:?}");
        let checks = of_target(&run);
        let problem = format!("target-connection problem {id} certain");
        // The check of the host alone may have found the reason before.
        if !made(&checks).is_empty() {
            assert_eq!(made(&checks), [problem], "{target}");
        }
    }
    assert!(proxy.accept().is_err(), "somebody was called");
}

#[test]
fn way_to_the_api_is_examined() {
    let at = |target: &str, change: &dyn Fn(Ims) -> Ims| {
        let run = change(doctor(LASTING_TOKEN, target)).run();
        assert_eq!(run.code, 8, "{run:?}");
        let checks = of_target(&run);
        let reasons = checks[1..].iter().map(|check| &check["summary"]);
        assert!(
            reasons.clone().all(|it| it == "there was no answer"),
            "{checks:?}"
        );
        (
            short(&checks[0]),
            checks[0]["summary"].as_str().unwrap().to_owned(),
        )
    };
    let plain = |ims: Ims| ims;
    let (found, summary) = at("http://127.0.0.1:1/x", &plain);
    assert_eq!(found, "target-connection problem nothing-listens certain");
    assert_eq!(
        summary,
        "nothing listens on 127.0.0.1:1, which is this machine"
    );

    let aem = "https://author-p1-e2.adobeaemcloud.com/api/assets.json";
    let no = answering("HTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n");
    let (found, summary) = at(aem, &|ims| ims.env("HTTPS_PROXY", &no));
    assert_eq!(
        found,
        "target-connection problem proxy-authentication certain"
    );
    assert!(
        summary.contains(no.strip_prefix("http://").unwrap()),
        "{summary}"
    );

    let closed = answering("HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n");
    let (found, _) = at(aem, &|ims| ims.env("HTTPS_PROXY", &closed));
    assert_eq!(found, "target-connection problem proxy-refused certain");

    // The certificate is trusted by nobody.
    let host = PlayedHost::new("author-p1-e2.adobeaemcloud.com", HashMap::new());
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, PlayedHost::new("example.com", HashMap::new()).ca_pem).unwrap();
    let (found, summary) = at(aem, &|ims| {
        ims.env("HTTPS_PROXY", &host.proxy).env("IMS_CA_FILE", &ca)
    });
    assert_eq!(found, "target-connection problem tls-untrusted certain");
    assert!(summary.contains("rcgen self signed cert"), "{summary}");
    assert!(host.asked().is_empty());

    let garbage = answering("nothing that is HTTP\r\n\r\n");
    let (found, _) = at(&format!("{garbage}/x"), &plain);
    assert_eq!(found, "target-connection problem answer-not-http certain");
}

#[test]
fn technical_account_without_rights_is_found_at_the_emulator() {
    let world = World::new();
    let home = world.path("home");
    let call = |arguments: &[&str]| {
        Ims::new(arguments)
            .env("IMS_CACHE_DIR", &home)
            .env("IMS_CA_FILE", world.path("ca.pem"))
            .in_folder(world.folder.path())
    };
    let got = call(&["token", "-c", "service_token.json"]).run_for_a_secret();
    assert_eq!(got.code, 0, "{got:?}");
    let url = world.emulator.url();
    let target = format!("{url}/adobe/forms/doc/v1/generatePDFOutput");
    let flags = [
        "doctor",
        "-c",
        "service_token.json",
        "-o",
        "json",
        "--target",
    ];
    let arguments = [&flags[..], &[target.as_str()]].concat();
    let checks = of_target(&call(&arguments).run());
    assert_eq!(
        made(&checks),
        [
            "target-connection ok",
            "target-answer problem aem-not-in-forms-users certain"
        ]
    );
    let email = world.document()["integration"]["email"].clone();
    let fix = format!("The account is {} in AEM.", email.as_str().unwrap());
    assert_eq!(check(&checks, "target-answer")["fix"][0], fix);

    let id = world.document()["integration"]["id"].clone();
    world.emulator.grant_aem_rights(id.as_str().unwrap());
    let checks = of_target(&call(&arguments).run());
    assert_eq!(made(&checks), ["target-connection ok", "target-answer ok"]);

    // A contributor reads.
    let arguments = [&flags[..], &[url]].concat();
    let checks = of_target(&call(&arguments).run());
    assert_eq!(made(&checks), ["target-connection ok", "target-answer ok"]);
    let user = check(&checks, "aem-user");
    assert_eq!(
        user["summary"],
        format!("AEM does not say who the user is: {CURRENT_USER} is 404 Not Found")
    );
}

#[test]
fn gateway_gets_client_and_organisation_of_the_credentials() {
    let world = World::new();
    let home = world.path("home");
    let answers = HashMap::from([("/api/programs".to_owned(), http("200 OK", "", "{}"))]);
    let host = PlayedHost::new("cloudmanager.adobe.io", answers);
    let ca = format!("{}{}", world.emulator.ca_pem().unwrap(), host.ca_pem);
    let ca = world.write("both.pem", ca);
    let call = |arguments: &[&str]| {
        Ims::new(arguments)
            .env("IMS_CACHE_DIR", &home)
            .env("IMS_CA_FILE", &ca)
            .env("HTTPS_PROXY", &host.proxy)
            .in_folder(world.folder.path())
    };
    let got = call(&["token", "-c", "service_token.json"]).run_for_a_secret();
    assert_eq!(got.code, 0, "{got:?}");
    let target = "https://cloudmanager.adobe.io/api/programs";
    let run = call(&[
        "doctor",
        "-c",
        "service_token.json",
        "-o",
        "json",
        "--target",
        target,
    ])
    .run();
    let checks = of_target(&run);
    assert_eq!(
        made(&checks),
        [
            "target-connection ok",
            "target-answer ok",
            "target-headers ok",
            "gateway ok"
        ]
    );
    let organization = world.document()["integration"]["org"].clone();
    let organization = organization.as_str().unwrap();
    assert_eq!(
        check(&checks, "target-headers")["evidence"],
        json!([
            "x-api-key: client!+ID",
            format!("x-gw-ims-org-id: {organization}")
        ])
    );
    let asked = host.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].headers["x-api-key"], "client!+ID");
    assert_eq!(asked[0].headers["x-gw-ims-org-id"], organization);
}

#[test]
fn target_of_the_profile_is_asked_and_no_other() {
    let api = Api::answering([http("200 OK", "", "{}")]);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let text = format!(
        "version = 1\n[profiles.a]\ntype = \"static\"\ntargets = [\"{}\", \"https://b.adobe.io\"]\ntoken = {{ file = \"token\" }}\n",
        api.url
    );
    std::fs::write(&config, text).unwrap();
    write_private(&folder.path().join("token"), LASTING_TOKEN);
    let call = |more: &[&str]| {
        let arguments = ["doctor", "-p", "a", "-o", "json", "--config", "config.toml"];
        Ims::new(arguments.iter().chain(more))
            .env("IMS_URL", "http://127.0.0.1:1")
            .in_folder(folder.path())
    };
    let checks = of_target(&call(&[]).run());
    let summary = check(&checks, "target-answer")["summary"].clone();
    assert_eq!(summary, format!("{} answered 200 OK", api.url));
    assert_eq!(api.asked()[0].head[0], "GET /content/dam.json HTTP/1.1");

    let run = call(&["--target", "https://author-p1-e2.adobeaemcloud.com/"]).run();
    let checks = of_target(&run);
    assert_eq!(
        made(&checks),
        ["target-connection problem host-not-allowed certain"]
    );
    assert!(
        check(&checks, "target-connection")["fix"][0]
            .as_str()
            .unwrap()
            .starts_with("the profile a sends its tokens to its `targets` only")
    );
}

#[test]
fn hostile_answers_do_no_harm() {
    for text in [
        format!(
            "HTTP/1.1 403 {LASTING_TOKEN}\r\nContent-Type: {LASTING_TOKEN}\r\nContent-Length: 0\r\n\r\n"
        ),
        http("401 no", "", LASTING_TOKEN),
        http("200 OK", "", &"x".repeat(300_000)),
        http("403 \u{1b}[31m", "", "\u{1b}[31m"),
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 900\r\n\r\n{\"error_code\":\"403003\"}"
            .to_owned(),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: https://{LASTING_TOKEN}.example/\r\nContent-Length: 0\r\n\r\n"
        ),
        "HTTP/1.1 599\r\n\r\n".to_owned(),
    ] {
        let api = Api::answering([text.as_str()]);
        let run = Ims::new(["doctor", "--target", &format!("{}/x", api.url)])
            .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
            .env("IMS_URL", "http://127.0.0.1:1")
            .run();
        assert!([0, 8].contains(&run.code), "{run:?}");
        assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    }
}
