//! Errors of HTTP: paths, methods and bodies.

use http::Request;

use crate::support::{FORM, emulator, get, post, send};

#[test]
fn unknown_path_or_method_is_refused() {
    let emulator = emulator();
    for path in [
        "/ims",
        "/ims/exchange",
        "/ims/exchange/v2/jwt",
        "/ims/exchange/jwt//",
        "/ims//exchange/jwt",
        "/ims/token/v9",
        "/keys/prod/other.cer",
        "/keys/test/emulator-key-at-1.cer",
        "/keys/emulator-key-at-1.cer",
        "/_emu/nothing",
    ] {
        for response in [get(&emulator, path), post(&emulator, path, FORM, "")] {
            let (status, error, _) = response.error();
            assert_eq!((status, error), (404, "not_found"), "{path}");
            assert_eq!(response.headers["cache-control"], "no-store");
            assert!(response.headers.contains_key("x-debug-id"));
        }
    }
    for path in [
        "/ims/exchange/jwt",
        "/ims/exchange/v1/jwt/",
        "/_emu/aem/rights",
    ] {
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
            let response = send(&emulator, Request::builder().method(method).uri(path), b"");
            assert_eq!(response.error().0, 405, "{method} {path}");
            assert_eq!(response.headers["allow"], "POST");
        }
    }
    for path in ["/ims/keys", "/ims/keys/", "/_emu/health"] {
        let response = post(&emulator, path, FORM, "");
        assert_eq!(response.error().0, 405, "{path}");
        assert_eq!(response.headers["allow"], "GET, HEAD");
    }
}

#[test]
fn unreadable_body_is_refused() {
    let emulator = emulator();
    for (content_type, body, expected) in [
        ("application/json", "{}", (415, "unsupported_media_type")),
        ("text/plain", "client_id=a", (415, "unsupported_media_type")),
        ("multipart/form-data", "--b--", (400, "invalid_request")),
        (
            "multipart/form-data; boundary=b",
            "--c\r\n",
            (400, "invalid_request"),
        ),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\ncut off",
            (400, "invalid_request"),
        ),
        (FORM, "%%%&==&\u{0}", (400, "invalid_client")),
    ] {
        let response = post(&emulator, "/ims/exchange/jwt", content_type, body);
        let (status, error, _) = response.error();
        assert_eq!((status, error), expected, "{content_type} {body}");
    }
}

#[test]
fn every_response_has_date_and_debug_id() {
    let emulator = emulator();
    let ids: Vec<_> = ["/ims/keys", "/nothing", "/content/dam.json", "/_emu/health"]
        .map(|path| get(&emulator, path))
        .iter()
        .map(|response| {
            assert_eq!(response.headers["date"], "Fri, 15 Jan 2027 08:00:00 GMT");
            response.headers["x-debug-id"].clone()
        })
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
}
