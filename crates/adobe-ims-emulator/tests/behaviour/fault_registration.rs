//! Adding, listing and removing faults.

use adobe_ims_emulator::{Emulator, Fault, FaultStep};
use http::Request;
use serde_json::json;

use crate::faults::{PATH, add, status_of};
use crate::support::{FORM, TestResponse, emulator, get, post, send};

fn delete(emulator: &Emulator, path: &str) -> TestResponse {
    send(emulator, Request::delete(path), b"")
}

#[test]
fn faults_are_listed_and_removed() {
    let emulator = emulator();
    let first = json!({"when": {"method": "GET"}, "then": [{"status": 500, "headers": {"a": ["b", "c"]}}, {"pass": true}]});
    add(&emulator, &first);
    let id = emulator
        .add_fault(Fault::new([FaultStep::ims_error("invalid_grant")]))
        .unwrap();
    let list = get(&emulator, PATH).json;
    let expected = json!([
        {"id": "fault-1", "when": first["when"], "then": first["then"], "matched": 0, "acted": 0},
        {"id": "fault-2", "when": {}, "then": [{"ims_error": "invalid_grant"}], "matched": 0, "acted": 0},
    ]);
    assert_eq!(list["faults"], expected);
    assert_eq!(get(&emulator, "/_emu/faults/fault-1").json, expected[0]);
    assert_eq!(delete(&emulator, "/_emu/faults/fault-1").status, 204);
    let missing = delete(&emulator, "/_emu/faults/fault-1");
    assert_eq!(
        missing.error(),
        (
            404,
            "not_found",
            "There is no fault fault-1. GET /_emu/faults lists them."
        )
    );
    assert!(emulator.remove_fault(&id) && !emulator.remove_fault(&id));
    add(&emulator, &json!({"then": [{"pass": true}]}));
    assert_eq!(delete(&emulator, PATH).status, 204);
    assert_eq!(get(&emulator, PATH).json["faults"], json!([]));
    emulator
        .add_fault(Fault::new([FaultStep::empty()]))
        .unwrap();
    emulator.clear_faults();
    assert_eq!(status_of(&emulator, "/ims/keys"), 200);
}

#[test]
fn fault_that_cannot_be_is_refused_with_its_place() {
    let emulator = emulator();
    for (fault, expected) in [
        (
            json!({"then": [{"statsu": 500}]}),
            "at then[0].statsu: unknown field `statsu`, expected one of `delay_ms`, `status`",
        ),
        (
            json!({"then": [{"pass": true}, {"ims_error": "nope"}]}),
            "at then[1].ims_error: the emulator does not know the error of IMS nope. It knows access_denied, ",
        ),
        (
            json!({"then": [{"html": "x"}]}),
            "at then[0].html: the emulator does not know the page x. It knows login, blocked, maintenance",
        ),
        (
            json!({"then": [{}]}),
            "at then[0]: the step is empty. A step has status, headers",
        ),
        (
            json!({"then": []}),
            "at then: a fault has from 1 to 1000 steps",
        ),
        (json!({"then": [{"status": 99}]}), "at then[0].status"),
        (
            json!({"then": [{"status": 100}]}),
            "at then[0].status: 100 is no final status",
        ),
        (
            json!({"then": [{"status": "500"}]}),
            "at then[0].status: invalid type: string",
        ),
        (
            json!({"then": [{"status": 204, "body": "x"}]}),
            "at then[0].status",
        ),
        (
            json!({"then": [{"reset": false}]}),
            "at then[0].reset: it can be true only",
        ),
        (
            json!({"then": [{"reset": true, "hang": true}]}),
            "at then[0]: the step has reset and hang",
        ),
        (
            json!({"then": [{"empty": true, "body": "x"}]}),
            "at then[0]: the step has body and empty",
        ),
        (
            json!({"then": [{"reset": true, "status": 500}]}),
            "reset sends no response",
        ),
        (
            json!({"then": [{"pass": true, "status": 500}]}),
            "the step has pass and status",
        ),
        (
            json!({"then": [{"delay_ms": 3_600_001}]}),
            "at then[0].delay_ms",
        ),
        (json!({"then": [{"delay_ms": -1}]}), "at then[0].delay_ms"),
        (
            json!({"then": [{"headers": {"a b": "c"}}]}),
            "at then[0].headers.a b: this is no name",
        ),
        (
            json!({"then": [{"headers": {"a": "b\nc"}}]}),
            "at then[0].headers.a: the value",
        ),
        (
            json!({"then": [{"headers": {"a": 1}}]}),
            "at then[0].headers.a: a header is a string",
        ),
        (
            json!({"then": [{"status": 500}], "when": {"client": "x"}}),
            "at when.client: unknown field `client`",
        ),
        (
            json!({"then": [{"status": 500}], "when": {"path": "ims"}}),
            "at when.path",
        ),
        (
            json!({"then": [{"status": 500}], "when": {"probability": 1.1}}),
            "at when.probability",
        ),
        (
            json!({"then": [{"status": 500}], "when": {"seed": 1}}),
            "at when.seed",
        ),
        (
            json!({"then": {"status": 500}}),
            "at then: invalid type: map",
        ),
        (json!({"when": {}}), "missing field `then`"),
    ] {
        let response = post(&emulator, PATH, FORM, fault.to_string());
        let (status, error, description) = response.error();
        assert_eq!((status, error), (400, "invalid_request"), "{fault}");
        assert!(description.contains(expected), "{fault}: {description}");
        if let Ok(fault) = Fault::from_json(&fault.to_string()) {
            let error = emulator.add_fault(fault).unwrap_err();
            assert!(
                expected.starts_with(&format!("at {}", error.place()))
                    || description.contains(error.place())
            );
        }
    }
    assert_eq!(get(&emulator, PATH).json["faults"], json!([]));
    let form = post(&emulator, PATH, FORM, "then=reset");
    assert!(
        form.error().2.contains("The body is a form"),
        "{}",
        form.text
    );
}

#[test]
fn number_of_faults_is_limited() {
    let emulator = emulator();
    for _ in 0..256 {
        emulator.add_fault(Fault::new([FaultStep::pass()])).unwrap();
    }
    let error = emulator
        .add_fault(Fault::new([FaultStep::pass()]))
        .unwrap_err();
    assert!(error.to_string().contains("256 faults"), "{error}");
}
