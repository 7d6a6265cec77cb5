//! Requests of single-page clients, which a browser sends for a page of another origin.

use adobe_ims_emulator::{Fault, FaultStep};
use http::{Method, Request};

use crate::support::{AssertionSigner, FORM, TestResponse, emulator, send};

const ORIGIN: &str = "https://page.example:8443";

/// The endpoints that single-page clients use, with one of their methods.
const PATHS: [(&str, &str); 12] = [
    ("POST", "/ims/token/v3"),
    ("POST", "/ims/token/v4/"),
    ("GET", "/ims/profile/v1"),
    ("GET", "/ims/userinfo/v2"),
    ("GET", "/ims/organizations/v5"),
    ("GET", "/ims/account_cluster/v3"),
    ("POST", "/ims/validate_token/v1"),
    ("POST", "/ims/invalidate_token/v2"),
    ("POST", "/ims/revoke"),
    ("GET", "/ims/logout/v1/token"),
    ("GET", "/ims/.well-known/openid-configuration"),
    ("GET", "/ims/keys"),
];

fn preflight(path: &str, method: &str) -> TestResponse {
    let request = Request::options(path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", method)
        .header(
            "access-control-request-headers",
            "authorization,x-ims-clientid",
        );
    send(&emulator(), request, b"")
}

#[test]
fn preflight_of_page_is_answered_where_pages_call() {
    for (method, path) in PATHS {
        let response = preflight(path, method);
        assert_eq!((response.status, &*response.text), (204, ""), "{path}");
        let header = |name: &str| response.headers[name].to_str().unwrap();
        assert_eq!(header("access-control-allow-origin"), ORIGIN);
        assert_eq!(
            header("access-control-allow-headers"),
            "authorization,x-ims-clientid"
        );
        assert!(
            header("access-control-allow-methods").contains(method),
            "{path}"
        );
        assert_eq!(header("vary"), "Origin");
        assert_eq!(
            response.headers.get("access-control-allow-credentials"),
            None
        );
    }
}

#[test]
fn other_endpoints_answer_no_page() {
    for path in [
        "/ims/exchange/jwt",
        "/ims/authorize/v2",
        "/ims/register",
        "/ims/admin_profile/v1",
        "/_emu/settings",
        "/_emu/health",
        "/",
    ] {
        let response = preflight(path, "POST");
        assert!(response.status >= 400, "{path}");
        let names = response.headers.keys().map(http::HeaderName::as_str);
        assert!(
            !names
                .into_iter()
                .any(|name| name.starts_with("access-control")),
            "{path}"
        );
    }
    let plain = send(&emulator(), Request::options("/ims/token/v3"), b"");
    assert_eq!(plain.status, 405);
}

#[test]
fn page_reads_responses_errors_and_faults() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let profile = |token: &str| {
        let request = Request::get("/ims/profile/v1")
            .header("origin", ORIGIN)
            .header("authorization", format!("Bearer {token}"));
        let response = send(&emulator, request, b"");
        assert_eq!(response.headers["access-control-allow-origin"], ORIGIN);
        assert_eq!(
            response.headers["access-control-expose-headers"],
            "x-debug-id, retry-after"
        );
        response.status
    };
    assert_eq!((profile(&token), profile("x")), (200, 401));
    let step = FaultStep::status(503);
    emulator
        .add_fault(Fault::new([step]).path("/ims/profile/v1"))
        .unwrap();
    assert_eq!(profile(&token), 503);
    let request = Request::post("/ims/token/v3").header("content-type", FORM);
    let of_program = send(&emulator, request, b"");
    assert_eq!(of_program.headers.get("access-control-allow-origin"), None);
}

#[test]
fn preflight_spends_no_fault_and_is_not_in_the_journal() {
    let emulator = emulator();
    let step = FaultStep::status(503);
    let fault = Fault::new([step]).path("/ims/keys").times(1);
    emulator.add_fault(fault).unwrap();
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/ims/keys")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "GET");
    assert_eq!(send(&emulator, request, b"").status, 204);
    assert_eq!(emulator.requests().len(), 0);
    assert_eq!(send(&emulator, Request::get("/ims/keys"), b"").status, 503);
    assert_eq!(emulator.requests().len(), 1);
}
