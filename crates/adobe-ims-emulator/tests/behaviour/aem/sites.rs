//! Host names, tiers, browsers, and paths that nothing answers.

use std::time::Duration;

use adobe_ims_emulator::{AemGroup, AemTier, BrowserLogin};
use http::Request;
use serde_json::json;

use crate::aem::access::{PATHS, call};
use crate::support::{AssertionSigner, frozen_builder, send};

#[test]
fn host_names_tier_and_environment() {
    let emulator = frozen_builder()
        .aem_environment(1, 2)
        .audience_alias("https://alias.example.test")
        .start()
        .unwrap();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let bearer = format!("Bearer {token}");
    for (host, with_token, without) in [
        ("author-p1-e2.adobeaemcloud.com", 200, 401),
        ("AUTHOR-P1-E2.adobeaemcloud.com:443", 200, 401),
        ("publish-p1-e2.adobeaemcloud.com", 200, 200),
        ("preview-p1-e2.adobeaemcloud.com", 200, 200),
        ("author-p1-e3.adobeaemcloud.com", 401, 401),
        ("publish-p1-e3.adobeaemcloud.com", 401, 200),
        ("127.0.0.1:1", 200, 401),
        ("[::1]", 200, 401),
        ("alias.example.test", 200, 401),
        ("delivery-p1-e2.adobeaemcloud.com", 404, 404),
        ("author-p1-e2.adobeaemcloud.net", 404, 404),
        ("author-p1.adobeaemcloud.com", 404, 404),
        ("adobeaemcloud.com", 404, 404),
        ("ims-na1.adobelogin.com", 404, 404),
        ("example.com", 404, 404),
        ("", 404, 404),
    ] {
        let status = |authorization| call(&emulator, PATHS[0], host, authorization).status;
        assert_eq!(
            (status(Some(&bearer)), status(None)),
            (with_token, without),
            "{host}"
        );
    }
    for path in ["/adobe/x", "/adobe/forms/doc/v1/generatePDFOutput", "/x"] {
        let response = call(&emulator, path, "example.com", Some(&bearer));
        assert_eq!(response.status, 404);
        assert!(response.text.contains("example.com"), "{}", response.text);
    }
}

#[test]
fn default_tier_is_a_setting() {
    let emulator = frozen_builder()
        .default_tier(AemTier::Publish)
        .start()
        .unwrap();
    assert_eq!(call(&emulator, PATHS[0], "localhost", None).status, 200);
    assert_eq!(
        call(&emulator, PATHS[1], "localhost", None).status,
        404,
        "publish has no Assets API"
    );
    let settings = crate::time::patch(
        &emulator,
        "/_emu/aem/settings",
        &json!({"default_tier": "author"}),
    );
    assert_eq!(settings.json["default_tier"], "author");
    assert_eq!(call(&emulator, PATHS[0], "localhost", None).status, 401);
    emulator.set_default_tier(AemTier::Preview);
    assert_eq!(call(&emulator, PATHS[0], "localhost", None).status, 200);
}

#[test]
fn publish_refuses_an_expired_token_and_ignores_what_is_none() {
    let emulator = frozen_builder()
        .default_tier(AemTier::Publish)
        .start()
        .unwrap();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let bearer = format!("Bearer {token}");
    let status = |authorization| call(&emulator, PATHS[0], "localhost", Some(authorization)).status;
    assert_eq!((status(&bearer), status("Bearer null")), (200, 200));
    emulator.clock().advance(Duration::from_secs(86_400));
    assert_eq!((status(&bearer), status("Bearer null")), (401, 200));
    let page = Request::get("/content/dam").header("accept", "text/html");
    let page = page.header("authorization", &bearer);
    assert_eq!(
        send(&emulator, page, b"").status,
        401,
        "author alone has a login"
    );
}

#[test]
fn browser_is_led_to_the_login() {
    let emulator = frozen_builder().start().unwrap();
    let get = |path: &str, accept: &str, host: &str| {
        let request = Request::get(path).header("accept", accept);
        send(&emulator, request.header("host", host), b"")
    };
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    let page = "/assets.html/content/dam?x=1";
    let response = get(page, html, "localhost");
    assert_eq!((response.status, &*response.text), (302, ""));
    let location = response.headers["location"].to_str().unwrap();
    let client = emulator.user_clients().remove(0);
    let (path, query) = location.split_once('?').unwrap();
    assert_eq!(path, "http://localhost/ims/authorize/v2");
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    assert_eq!(pairs[0].1, client.client_id());
    assert_eq!(pairs[3].1, format!("http://localhost{page}"));
    let sign_in = send(&emulator, Request::get(location), b"");
    assert_eq!(sign_in.status, 200, "{}", sign_in.text);

    let response = get(
        "/sites.html",
        html,
        "author-p12345-e67890.adobeaemcloud.com",
    );
    let location = response.headers["location"].to_str().unwrap();
    assert!(
        location.starts_with("https://ims-na1.adobelogin.com/ims/authorize/v2?"),
        "{location}"
    );
    for (path, accept, status) in [
        ("/content/dam", html, 302),
        (PATHS[0], html, 401),
        (PATHS[1], html, 401),
        ("/content/dam/a.png", html, 401),
        (page, "application/json", 404),
        (page, "*/*", 404),
    ] {
        assert_eq!(get(path, accept, "localhost").status, status, "{path}");
    }
    let publish = "publish-p12345-e67890.adobeaemcloud.com";
    assert_eq!(get(page, html, publish).status, 404);

    emulator.set_browser_login(BrowserLogin::Page);
    let response = get(page, html, "localhost");
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["content-type"], "text/html;charset=utf-8");
    assert!(response.text.contains("AEM Sign In") && response.text.contains("/ims/authorize/v2?"));
}

#[test]
fn unknown_paths_and_methods_get_pages_of_aem() {
    let emulator = frozen_builder().start().unwrap();
    for path in [
        "/nothing",
        "/content/<b>.html",
        "/imsx",
        "/api/assetsx.json",
        "/content/damx",
    ] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let response = call(&emulator, &path, "localhost", None);
        assert_eq!(response.status, 404, "{path}");
        assert_eq!(response.headers["content-type"], "text/html;charset=utf-8");
        assert!(response.text.contains("not found: No resource found"));
    }
    let signer = AssertionSigner::of(&emulator);
    emulator.set_aem_groups(&signer.id, [AemGroup::Administrators], Duration::ZERO);
    let bearer = format!("Bearer {}", signer.token(&emulator));
    for (method, path, allow) in [
        (
            "PATCH",
            "/api/assets.json",
            "GET, HEAD, POST, PUT, DELETE, COPY, MOVE",
        ),
        ("PUT", "/content/dam.json", "GET, HEAD, POST"),
        ("GET", "/content/dam.initiateUpload.json", "POST"),
        ("GET", "/graphql/persist.json/a/b", "PUT, POST"),
        ("PUT", "/graphql/execute.json/a/b", "GET, HEAD, POST"),
        ("POST", "/graphql/list.json", "GET, HEAD"),
        ("GET", "/content/graphql/global/endpoint.json", "POST"),
        ("GET", "/aem-upload/x/0", "PUT, POST"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let response = send(&emulator, request.header("authorization", &bearer), b"");
        assert_eq!(response.status, 405, "{method} {path}");
        assert_eq!(response.headers["allow"], allow);
    }
    for path in ["/content/dam/%FF.json", "/api/assets/%FF.json"] {
        assert_eq!(
            call(&emulator, path, "localhost", Some(&bearer)).status,
            400
        );
    }
}

#[test]
fn csrf_token_is_for_users() {
    let emulator = frozen_builder().start().unwrap();
    let path = "/libs/granite/csrf/token.json";
    let bearer = format!("Bearer {}", AssertionSigner::of(&emulator).token(&emulator));
    assert_eq!(call(&emulator, path, "localhost", None).status, 401);
    let response = call(&emulator, path, "localhost", Some(&bearer));
    assert!(
        response.json["token"]
            .as_str()
            .is_some_and(|token| !token.is_empty())
    );
    let publish = "publish-p12345-e67890.adobeaemcloud.com";
    assert_eq!(call(&emulator, path, publish, None).json, json!({}));
}

#[test]
fn first_byte_timeout_is_a_fault() {
    let emulator = frozen_builder().start().unwrap();
    crate::faults::add(
        &emulator,
        &json!({"then": [{"html": "first_byte_timeout"}]}),
    );
    let response = call(&emulator, PATHS[0], "localhost", None);
    assert_eq!(response.status, 503);
    assert!(response.text.contains("first byte timeout"));
}
