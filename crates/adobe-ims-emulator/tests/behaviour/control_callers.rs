//! Attacks on the control endpoints by web pages, and the callers that they have to admit.

use adobe_ims_emulator::{Emulator, StartError};
use http::Request;

use crate::socket::{connect, send_and_read};
use crate::support::{AssertionSigner, FORM, TestResponse, emulator, form, frozen_builder, send};

/// Asks for rights in AEM, as a form that a page could send without a preflight.
fn grant_rights(emulator: &Emulator, headers: &[(&str, &str)]) -> TestResponse {
    let account = &emulator.accounts()[0];
    let body = form(&[("technical_account_id", account.technical_account_id())]);
    let mut request = Request::post("/_emu/aem/rights").header("content-type", FORM);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(emulator, request, body.as_bytes())
}

fn own_host(emulator: &Emulator) -> String {
    format!("127.0.0.1:{}", emulator.port())
}

fn assert_refused(response: &TestResponse, code: &str, words: &[&str]) {
    let (status, error, description) = response.error();
    assert_eq!((status, error), (403, code), "{description}");
    for word in words {
        assert!(description.contains(word), "{word}: {description}");
    }
}

#[test]
fn page_of_another_site_cannot_post_a_form() {
    let emulator = emulator();
    let host = own_host(&emulator);
    for origin in [
        "https://evil.example",
        "http://localhost:3000",
        "http://127.0.0.1",
        "null",
        "file://",
        "",
        "\u{fc}",
    ] {
        let response = grant_rights(&emulator, &[("host", &host), ("origin", origin)]);
        assert_refused(&response, "foreign_page", &["origin", "program"]);
    }
    // The same address by https is another origin.
    let origin = format!("https://{host}");
    let response = grant_rights(&emulator, &[("host", &host), ("origin", &origin)]);
    assert_refused(&response, "foreign_page", &["origin"]);
    let origins = [("origin", &*format!("http://{host}")), ("origin", "null")];
    let response = grant_rights(&emulator, &[("host", &host), origins[0], origins[1]]);
    assert_refused(&response, "foreign_page", &["origin"]);

    let groups = |emulator: &Emulator| {
        let token = AssertionSigner::of(emulator).token(emulator);
        let bearer = format!("Bearer {token}");
        let request = Request::get("/content/dam.json").header("authorization", bearer);
        assert_eq!(send(emulator, request, b"").status, 200);
        emulator.aem_users().remove(0).groups
    };
    assert_eq!(groups(&emulator), ["contributors"], "a page granted rights");
    grant_rights(&emulator, &[]);
    assert_eq!(groups(&emulator), ["contributors", "forms-users"]);
}

#[test]
fn page_that_hides_its_origin_is_known_by_fetch_metadata() {
    let emulator = emulator();
    let host = own_host(&emulator);
    for site in ["cross-site", "same-site", "", "Cross-Site", "unknown"] {
        let response = grant_rights(&emulator, &[("host", &host), ("sec-fetch-site", site)]);
        assert_refused(&response, "foreign_page", &["sec-fetch-site"]);
    }
}

#[test]
fn page_is_known_by_its_referer() {
    let emulator = emulator();
    let host = own_host(&emulator);
    for page in [
        "https://evil.example/page",
        "http://localhost:3000/",
        "/_emu/",
        "about:client",
        "http://evil.example/http://127.0.0.1/",
    ] {
        let response = grant_rights(&emulator, &[("host", &host), ("referer", page)]);
        assert_refused(&response, "foreign_page", &["referer"]);
    }
}

#[test]
fn rebound_host_name_is_refused_even_from_the_same_origin() {
    let emulator = emulator();
    for host in [
        "evil.example",
        "evil.example:8080",
        "0.0.0.0:8080",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "ims-na1.adobelogin.com",
        "",
        "\u{fc}",
    ] {
        let origin = format!("http://{host}");
        let headers = [
            ("host", host),
            ("origin", &*origin),
            ("sec-fetch-site", "same-origin"),
        ];
        let response = grant_rights(&emulator, &headers);
        assert_refused(&response, "foreign_host", &["Host", emulator.url()]);
        let response = grant_rights(&emulator, &[("host", host)]);
        assert_refused(&response, "foreign_host", &["Host", emulator.url()]);
    }
    // Neither a second header nor the target of the request hides a foreign name.
    let host = own_host(&emulator);
    let response = grant_rights(&emulator, &[("host", &host), ("host", "evil.example")]);
    assert_refused(&response, "foreign_host", &[]);
    let request = Request::get("http://evil.example/_emu/health").header("host", &host);
    assert_refused(&send(&emulator, request, b""), "foreign_host", &[]);
}

#[test]
fn every_path_and_method_of_the_control_is_closed_to_pages() {
    let emulator = emulator();
    for path in [
        "/_emu",
        "/_emu/",
        "/_emu/health",
        "/_emu/clients",
        "/_emu/people",
        "/_emu/sign_ins",
        "/_emu/service_codes",
        "/_emu/aem/rights",
        "/_emu/aem/rights/somebody",
        "/_emu/aem/dam/a.xdp",
        "/_emu/aem/settings",
        "/_emu/aem/allow_list",
        "/_emu/aem/allow_list/CLIENT",
        "/_emu/aem/graphql",
        "/_emu/aem/graphql/a/b",
        "/_emu/requests",
        "/_emu/of-the-future",
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            let request = Request::builder().method(method).uri(path);
            let response = send(
                &emulator,
                request.header("origin", "https://a.example"),
                b"",
            );
            assert_refused(&response, "foreign_page", &[]);
        }
    }
}

#[test]
fn refusal_reaches_the_page_over_a_socket_without_leave_to_read_it() {
    let emulator = emulator();
    let request = "POST /_emu/people HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\
                   Connection: close\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}";
    let people = emulator.people().len();
    let response = send_and_read(connect(&emulator), request.as_bytes());
    assert!(
        response.starts_with("HTTP/1.1 403 Forbidden\r\n"),
        "{response}"
    );
    assert!(
        !response
            .to_ascii_lowercase()
            .contains("access-control-allow")
    );
    assert_eq!(emulator.people().len(), people);
}

#[test]
fn programs_and_own_pages_use_the_control() {
    let emulator = frozen_builder()
        .ims_endpoint("ims.example.test:8443")
        .audience_alias("https://alias.example.test:9443")
        .control_host("Adobe")
        .control_host("2001:db8::1")
        .start()
        .unwrap();
    let own = own_host(&emulator);
    for host in [
        &*own,
        "127.0.0.1",
        "localhost:8080",
        "[::1]:8080",
        "ims.example.test",
        "alias.example.test:1",
        "adobe:8080",
        "[2001:db8::1]:8080",
    ] {
        let origin = format!("http://{host}");
        let page = format!("{origin}/_emu/");
        let program = [("host", host)];
        let address_bar = [("host", host), ("sec-fetch-site", "none")];
        let own_page = [
            ("host", host),
            ("origin", &*origin),
            ("referer", &*page),
            ("sec-fetch-site", "same-origin"),
        ];
        for headers in [&program[..], &address_bar, &own_page] {
            let response = grant_rights(&emulator, headers);
            assert_eq!(response.status, 204, "{headers:?}: {}", response.text);
        }
    }
    // Browsers leave the default port out.
    let headers = [("host", "localhost:80"), ("origin", "http://localhost")];
    assert_eq!(grant_rights(&emulator, &headers).status, 204);
}

#[test]
fn emulated_services_answer_under_every_host_and_to_every_page() {
    let emulator = emulator();
    for path in [
        "/ims/keys",
        "/content/dam.json",
        "/_emulated",
        "/ims/_emu/health",
    ] {
        let request = Request::get(path)
            .header("host", "author-p1-e2.adobeaemcloud.com")
            .header("origin", "https://experience.adobe.com")
            .header("sec-fetch-site", "cross-site");
        let response = send(&emulator, request, b"");
        assert_ne!(response.status, 403, "{path}");
    }
}

#[test]
fn control_host_that_is_no_host_is_refused_at_the_start() {
    for name in [
        "",
        "adobe:8080",
        "http://adobe",
        "*",
        "ims-na1.adobelogin.com",
    ] {
        let error = Emulator::builder().control_host(name).start().unwrap_err();
        let told = matches!(&error, StartError::ControlHost(wrong) if wrong == name);
        assert!(told, "{name:?}: {error:?}");
    }
}

#[test]
fn address_of_the_start_is_listened_on_alone() {
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let emulator = Emulator::builder().listen(address).start().unwrap();
    assert_eq!(emulator.url(), format!("http://{}", own_host(&emulator)));
    let on_the_other = std::net::TcpStream::connect(("::1", emulator.port()));
    assert!(on_the_other.is_err());
    assert_eq!(grant_rights(&emulator, &[]).status, 204);
}
