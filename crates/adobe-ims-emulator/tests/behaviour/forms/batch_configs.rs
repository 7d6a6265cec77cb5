//! The configurations of the batch API.

use std::time::Duration;

use adobe_ims_emulator::AemGroup;
use http::Request;
use serde_json::{Value, json};

use crate::forms::support::{Answer, Forms};

pub(crate) const BATCH: &str = "/adobe/forms/batch/output";

/// An emulator, and the token of an administrator.
pub(crate) fn administrator() -> Forms {
    let forms = Forms::new();
    let id = forms.emulator.accounts()[0]
        .technical_account_id()
        .to_owned();
    let groups = [AemGroup::Administrators, AemGroup::FormsUsers];
    forms.emulator.set_aem_groups(&id, groups, Duration::ZERO);
    forms
}

pub(crate) fn call(forms: &Forms, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = Request::builder()
        .method(method)
        .uri(format!("{BATCH}{path}"))
        .header("authorization", format!("Bearer {}", forms.token))
        .header("content-type", "application/json");
    forms.send(request, body.as_bytes())
}

pub(crate) fn config(name: &str) -> Value {
    json!({
        "configName": name,
        "dataSourceConfigUri": "/conf/global/settings/forms/usc/batch/mine",
        "outputTypes": ["PDF"],
        "template": "crx:///content/dam/letter.xdp",
    })
}

/// Checks that an answer is an error in the form of RFC 7807, served as JSON.
fn assert_error(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.content_type().starts_with("application/json"));
    let body = answer.json();
    assert_eq!(body["status"], status);
    for member in ["type", "title", "detail", "instance"] {
        assert!(body[member].is_string(), "{member}: {body}");
    }
}

#[test]
fn configurations_are_created_shown_changed_and_deleted() {
    let forms = administrator();
    let name = "My config/ü".replace('/', "-");
    let path = "/config/My%20config-%C3%BC";
    assert_error(&call(&forms, "GET", path, &Value::Null), 404);
    let answer = call(&forms, "POST", "/config", &config(&name));
    assert_eq!((answer.status, answer.text().as_str()), (201, ""));
    assert_eq!(answer.headers["location"], format!("{BATCH}{path}"));
    assert_error(&call(&forms, "POST", "/config", &config(&name)), 409);
    let answer = call(&forms, "GET", path, &Value::Null);
    assert_eq!((answer.status, answer.json()), (200, config(&name)));
    let mut changed = config(&name);
    changed["pdfOutputOptions"] = json!({"isTagged": true});
    changed["member of the future"] = json!(1);
    let answer = call(&forms, "PUT", path, &changed);
    assert_eq!((answer.status, answer.json()), (200, changed.clone()));
    assert_error(&call(&forms, "PUT", path, &config("other")), 400);
    assert_error(&call(&forms, "PUT", "/config/other", &config("other")), 404);
    call(&forms, "POST", "/config", &config("a"));
    let answer = call(&forms, "GET", "/configs", &Value::Null);
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"data": [changed, config("a")]}))
    );
    let answer = call(&forms, "DELETE", path, &Value::Null);
    assert_eq!((answer.status, answer.json()), (200, changed));
    assert_error(&call(&forms, "DELETE", path, &Value::Null), 404);
}

#[test]
fn wrong_requests_are_refused() {
    let forms = administrator();
    call(&forms, "POST", "/config", &config("a"));
    let without = |member: &str| {
        let mut config = config("b");
        config.as_object_mut().unwrap().remove(member);
        config
    };
    let with = |member: &str, value: Value| {
        let mut config = config("b");
        config[member] = value;
        config
    };
    for (method, path, body, status) in [
        ("POST", "/config", Value::Null, 400),
        ("POST", "/config", json!([]), 400),
        ("POST", "/config", without("template"), 400),
        ("POST", "/config", without("outputTypes"), 400),
        ("POST", "/config", with("pdfOutputOptions", json!([])), 400),
        (
            "POST",
            "/config",
            with("printedOutputOptionsList", json!([[]])),
            400,
        ),
        ("PUT", "/config/a", without("configName"), 400),
        ("POST", "/config/a/execution", Value::Null, 400),
        (
            "POST",
            "/config/a/execution",
            json!({"config": {"outputTypes": ["PRINT"]}}),
            400,
        ),
        ("POST", "/config/b/execution", json!({}), 404),
        ("GET", "/config/a/execution/none", Value::Null, 404),
        ("GET", "/config/b/execution/none", Value::Null, 404),
        ("GET", "/config/b/executions", Value::Null, 404),
        ("PUT", "/config/a/execution/none/cancel", Value::Null, 404),
        ("GET", "/config/configs/x", Value::Null, 404),
        ("PATCH", "/config/a", json!({}), 405),
        ("GET", "/config", Value::Null, 405),
        ("POST", "/configs", json!({}), 405),
        ("GET", "/config/a/execution", Value::Null, 405),
        ("POST", "/config/a/executions", json!({}), 405),
        ("DELETE", "/config/a/execution/x", Value::Null, 405),
        ("GET", "/config/a/execution/x/cancel", Value::Null, 405),
    ] {
        assert_error(&call(&forms, method, path, &body), status);
    }
}

#[test]
fn batch_is_for_administrators_on_author() {
    let forms = Forms::new();
    let get = |token: &str, host: &str| {
        let request = Request::get(format!("{BATCH}/configs"))
            .header("host", host)
            .header("authorization", format!("Bearer {token}"));
        forms.send(request, b"")
    };
    assert_error(&get("x", "localhost"), 401);
    let answer = get(&forms.token, "localhost");
    assert_error(&answer, 403);
    assert!(answer.text().contains("administrators"));
    let id = forms.emulator.accounts()[0]
        .technical_account_id()
        .to_owned();
    forms
        .emulator
        .set_aem_groups(&id, [AemGroup::Administrators], Duration::ZERO);
    assert_eq!(
        get(&forms.token, "author-p12345-e67890.adobeaemcloud.com").status,
        200
    );
    let answer = get(&forms.token, "publish-p12345-e67890.adobeaemcloud.com");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.content_type(), "application/problem+json");
}
