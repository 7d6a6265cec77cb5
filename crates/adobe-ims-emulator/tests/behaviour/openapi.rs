//! The OpenAPI document, held against the emulator.

use std::collections::BTreeSet;
use std::time::Duration;

use adobe_ims_emulator::{AemGroup, Emulator};
use http::Request;
use serde_json::Value;

use crate::support::{AssertionSigner, TestResponse, emulator, get, send};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document(emulator: &Emulator) -> Value {
    let response = get(emulator, "/_emu/openapi.json");
    assert_eq!(response.status, 200);
    assert_eq!(
        response.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    response.json
}

fn paths(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["paths"].as_object().unwrap().iter()
}

/// Returns what a `$ref` leads to, or the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
        return value;
    };
    let pointer = reference.strip_prefix('#').unwrap();
    let target = document.pointer(pointer);
    target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// Returns the path with the examples of its parameters.
fn sample(document: &Value, template: &str, item: &Value) -> String {
    let mut path = template.to_owned();
    for parameter in item["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        let name = parameter["name"].as_str().unwrap();
        if parameter["in"] == "path" {
            path = path.replace(
                &format!("{{{name}}}"),
                parameter["example"].as_str().unwrap(),
            );
        }
    }
    path
}

/// Returns all references of a value.
fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(reference) if name == "$ref" => {
                        found.insert(reference);
                    }
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn exactly_the_described_methods_are_answered() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let document = document(&emulator);
    for (template, item) in paths(&document) {
        let path = sample(&document, template, item);
        let answer = |method: &str| -> TestResponse {
            // Some of the requests take the rights away.
            let groups = [AemGroup::Administrators];
            assert!(emulator.set_aem_groups(&signer.id, groups, Duration::ZERO));
            let token = signer.token(&emulator);
            let request = Request::builder()
                .method(&*method.to_ascii_uppercase())
                .uri(&path)
                .header("authorization", format!("Bearer {token}"));
            send(&emulator, request, b"")
        };
        for method in METHODS {
            let status = answer(method).status;
            let is_described = item.get(method).is_some();
            assert_eq!(status != 405, is_described, "{method} {template}: {status}");
            if is_described {
                let responses = &item[method]["responses"];
                assert!(
                    responses.get(status.to_string()).is_some(),
                    "{method} {template}: {status} is not described"
                );
            }
        }
    }
}

#[test]
fn every_reference_leads_to_a_component_and_every_component_is_used() {
    let document = document(&emulator());
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
    for (kind, named) in document["components"].as_object().unwrap() {
        for name in named.as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            let is_used = kind == "securitySchemes" || found.contains(&*reference);
            assert!(is_used, "nothing refers to {reference}");
        }
    }
}

#[test]
fn operations_have_names_of_their_own_and_examples() {
    let document = document(&emulator());
    let mut names = BTreeSet::new();
    for (template, item) in paths(&document) {
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} is the name of two operations");
            assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}");
            assert!(operation["summary"].is_string(), "{name}");
            let Some(body) = operation.get("requestBody") else {
                continue;
            };
            let content = resolved(&document, body)["content"].as_object().unwrap();
            let mut types = content.values();
            assert!(
                types.any(|media_type| media_type.get("example").is_some()),
                "{method} {template} has no example"
            );
        }
    }
    assert!(names.contains("patchEmuClock"));
    assert!(names.contains("postImsTokenV3"));
}

#[test]
fn document_names_the_emulator_and_its_url() {
    let emulator = emulator();
    let document = document(&emulator);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], emulator.url());
    let overview = get(&emulator, "/_emu/");
    for entry in overview.json["requests"].as_array().unwrap() {
        let item = &document["paths"][entry["path"].as_str().unwrap()];
        for method in entry["methods"].as_str().unwrap().split(", ") {
            assert!(item.get(method.to_ascii_lowercase()).is_some(), "{entry}");
        }
    }
}
