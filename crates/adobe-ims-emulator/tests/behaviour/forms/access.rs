//! The checks that all endpoints make first: method, token, rights, form and size.

use adobe_ims_emulator::{AemGroup, Emulator};
use http::Request;
use serde_json::json;
use std::time::Duration;

use crate::forms::support::{Answer, Forms, LETTER, XML, form};
use crate::socket::connect;
use crate::support::{AssertionSigner, frozen_builder};

/// The endpoints that take a form, and the form of their errors.
const PATHS: [(&str, Family); 6] = [
    ("/adobe/forms/doc/v1/generatePDFOutput", Family::Texts),
    ("/adobe/forms/doc/v1/generatePrintedOutput", Family::Texts),
    ("/adobe/forms/doc/v1/generate/afp", Family::Texts),
    ("/adobe/forms/assembler/ddx/invoke", Family::Numbers),
    ("/adobe/forms/assembler/pdfa/convert", Family::Numbers),
    ("/adobe/forms/assembler/pdfa/validate", Family::Numbers),
];

const FORM_DATA: &str = "multipart/form-data; boundary=the-boundary";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Family {
    Texts,
    Numbers,
}

fn assert_error(answer: &Answer, status: u16, family: Family) {
    assert_eq!(answer.status, status, "{}", answer.text());
    if family == Family::Numbers && status == 401 {
        assert_eq!(answer.body, "");
        return;
    }
    assert!(answer.content_type().starts_with("application/json"));
    let body = answer.json();
    let shown = match family {
        Family::Texts => json!(status.to_string()),
        Family::Numbers => json!(status),
    };
    assert_eq!(body["status"], shown);
    assert!(
        body["code"].is_string() && body["message"].is_string(),
        "{body}"
    );
}

fn request(path: &str, token: &str) -> http::request::Builder {
    Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", FORM_DATA)
}

#[test]
fn token_rights_and_form_are_checked_in_this_order() {
    let emulator = frozen_builder().start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let forms = Forms { emulator, token };
    for (path, family) in PATHS {
        let without = Request::post(path).header("content-type", FORM_DATA);
        let answer = forms.send(without, b"");
        assert_error(&answer, 401, family);
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert_error(&forms.send(request(path, "x.y.z"), b""), 401, family);
        let answer = forms.send(request(path, &forms.token), b"");
        assert_error(&answer, 403, family);
        assert!(answer.text().contains("forms-users"));
        let get = Request::get(path).header("authorization", "Bearer x");
        assert_error(&forms.send(get, b""), 401, family);
    }
    assert_eq!(forms.emulator.aem_users()[0].groups, ["contributors"]);
    assert!(forms.emulator.grant_aem_rights(&signer.id));
    for (path, family) in PATHS {
        for (content_type, body, status) in [
            ("application/json", "{}", 415),
            ("multipart/mixed; boundary=b", "--b--", 415),
            ("multipart/form-data", "--b--", 400),
            ("multipart/form-data; boundary=b", "", 400),
            ("multipart/form-data; boundary=b", "--b\r\nno headers", 400),
            ("multipart/form-data; boundary=b", "--b--", 400),
        ] {
            let request = Request::post(path)
                .header("authorization", format!("Bearer {}", forms.token))
                .header("content-type", content_type);
            assert_error(&forms.send(request, body.as_bytes()), status, family);
        }
        let get = Request::get(path).header("authorization", format!("Bearer {}", forms.token));
        let answer = forms.send(get, b"");
        assert_error(&answer, 405, family);
        assert_eq!(answer.headers["allow"], "POST");
        let no_type =
            Request::post(path).header("authorization", format!("Bearer {}", forms.token));
        assert_error(&forms.send(no_type, b""), 415, family);
    }
}

#[test]
fn expired_token_is_refused_in_the_middle_of_a_run() {
    let forms = Forms::new();
    let parts = [("template", Some("a.xdp"), Some(XML), LETTER.as_bytes())];
    assert_eq!(forms.post(PATHS[0].0, &parts).status, 200);
    forms.emulator.clock().advance(Duration::from_secs(86_400));
    assert_error(&forms.post(PATHS[0].0, &parts), 401, Family::Texts);
}

#[test]
fn rights_come_after_a_while_and_go() {
    let emulator = frozen_builder().start().unwrap();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let id = emulator.accounts()[0].technical_account_id().to_owned();
    let forms = Forms { emulator, token };
    let status = || {
        let parts = [("template", Some("a.xdp"), Some(XML), LETTER.as_bytes())];
        forms.post(PATHS[0].0, &parts).status
    };
    let put = |body: serde_json::Value| {
        let path = format!("/_emu/aem/rights/{}", id.replace('@', "%40"));
        forms.send(Request::put(path), body.to_string().as_bytes())
    };
    let answer = put(json!({"groups": ["forms-users"], "after_seconds": 600}));
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    assert_eq!(status(), 403);
    forms
        .emulator
        .clock()
        .advance(Duration::from_millis(599_999));
    assert_eq!(status(), 403);
    forms.emulator.clock().advance(Duration::from_millis(1));
    assert_eq!(status(), 200);
    assert_eq!(
        forms.emulator.aem_users()[0].groups,
        ["contributors", "forms-users"]
    );
    assert_eq!(put(json!({"groups": ["dam-users"]})).status, 204);
    assert_eq!(status(), 403);
    assert_eq!(put(json!({"groups": ["administrators"]})).status, 204);
    assert_eq!(status(), 200, "administrators may do everything");
    let delete = Request::delete(format!("/_emu/aem/rights/{id}"));
    assert_eq!(forms.send(delete, b"").status, 204);
    assert_eq!(status(), 403);
    assert!(
        forms
            .emulator
            .set_aem_groups(&id, [AemGroup::FormsUsers], Duration::ZERO)
    );
    assert_eq!(status(), 200);

    for (body, words) in [
        (json!({"groups": ["form-users"]}), "forms-users"),
        (json!({"group": ["forms-users"]}), "group"),
        (json!({"groups": [], "after_seconds": -1}), "after_seconds"),
        (json!({}), "groups"),
    ] {
        let answer = put(body);
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    let unknown = Request::put("/_emu/aem/rights/nobody");
    assert_eq!(forms.send(unknown, br#"{"groups":[]}"#).status, 404);
    assert_eq!(
        forms
            .send(Request::get("/_emu/aem/rights/nobody"), b"")
            .status,
        405
    );
}

#[test]
fn unknown_path_gets_the_error_of_the_api_gateway() {
    let forms = Forms::new();
    let doubled = "/adobe/forms/doc/v1/adobe/forms/doc/v1/generatePDFOutput";
    for path in [
        doubled,
        "/adobe/forms/doc/generatePDFOutput",
        "/adobe/",
        "/adobe/document/x",
    ] {
        let answer = forms.post(path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.content_type(), "application/problem+json");
        let body = answer.json();
        assert_eq!(body["title"], "Not Found");
        assert_eq!(body["status"], 404);
        assert_eq!(
            body["detail"],
            "No RequestProcessor can handle this request."
        );
        assert!(body["requestId"].is_string());
        assert!(body["type"].as_str().unwrap().ends_with("/not_found"));
    }
}

#[test]
fn documents_may_be_larger_than_other_requests_up_to_the_limit() {
    let forms = Forms::of(frozen_builder().document_limit(3_000_000).start().unwrap());
    let large = vec![b' '; 2_000_000];
    let data = [&b"<form1>"[..], &large, b"</form1>"].concat();
    let parts = [
        ("template", Some("a.xdp"), Some(XML), LETTER.as_bytes()),
        ("data", Some("a.xml"), Some(XML), &data),
    ];
    assert_eq!(forms.post(PATHS[0].0, &parts).status, 200);
    let too_large = vec![b' '; 3_000_001];
    for (path, family) in PATHS {
        let parts = [("x", None, None, &too_large[..])];
        let answer = forms.post(path, &parts);
        assert_error(&answer, 413, family);
        assert!(answer.text().contains("3000000"));
    }
}

#[test]
fn large_documents_arrive_over_a_socket() {
    let emulator = Emulator::builder()
        .document_limit(3_000_000)
        .start()
        .unwrap();
    let forms = Forms::of(emulator);
    let exchange = |size: usize, expect: &str| {
        let filler = vec![b'x'; size];
        let body = form(&[
            ("template", Some("a.xdp"), Some(XML), LETTER.as_bytes()),
            (
                "ignored",
                Some("a.bin"),
                Some("application/octet-stream"),
                &filler,
            ),
        ]);
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: {FORM_DATA}\r\n\
             Connection: close\r\n{expect}Content-Length: {}\r\n\r\n",
            PATHS[1].0.replace("PrintedOutput", "PDFOutput"),
            forms.token,
            body.len()
        );
        let mut request = head.into_bytes();
        if expect.is_empty() {
            request.extend(body);
        }
        let mut stream = connect(&forms.emulator);
        std::io::Write::write_all(&mut stream, &request).unwrap();
        let mut response = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut response);
        String::from_utf8_lossy(&response).into_owned()
    };
    assert!(exchange(2_000_000, "").starts_with("HTTP/1.1 200 OK"));
    let refused = exchange(4_000_000, "");
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    assert!(refused.contains("PAYLOAD_TOO_LARGE"));
    let refused = exchange(4_000_000, "Expect: 100-continue\r\n");
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    let requests = forms.emulator.requests();
    assert_eq!(requests.last().unwrap().status, Some(413));
}
