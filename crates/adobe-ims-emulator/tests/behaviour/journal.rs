//! The journal of requests.

use adobe_ims_emulator::Emulator;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, decode, emulator, form, frozen_builder,
    get, hostile_account, multipart, post, send,
};

fn requests(emulator: &Emulator, query: &str) -> Vec<Value> {
    let response = get(emulator, &format!("/_emu/requests{query}"));
    assert_eq!(response.status, 200, "{}", response.text);
    response.json["requests"].as_array().unwrap().clone()
}

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn token_id(response: &TestResponse) -> Value {
    decode(response.json["access_token"].as_str().unwrap()).1["id"].clone()
}

#[test]
fn exchange_is_recorded_with_digests_instead_of_values() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let assertion = signer.sign(&signer.claims());
    let response = post(
        &emulator,
        "/ims/exchange/jwt?a=b",
        FORM,
        signer.form(&assertion),
    );
    let entry = &requests(&emulator, "")[0];
    assert_eq!(entry["seq"], 1);
    assert_eq!(entry["method"], "POST");
    assert_eq!(entry["path"], "/ims/exchange/jwt");
    assert_eq!(entry["client_id"], CLIENT_ID);
    assert_eq!(entry["grant"], "jwt_exchange");
    assert_eq!(entry["status"], 200);
    assert_eq!(entry["fault"], Value::Null);
    assert_eq!(entry["token_id"], token_id(&response));
    assert_eq!(entry["virtual_time"], "2027-01-15T08:00:00.000Z");
    let time = entry["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z') && time != entry["virtual_time"]);
    let field = |name: &str, value: &str| json!({"name": name, "type": null, "size": value.len(), "sha256": sha256(value)});
    assert_eq!(
        entry["fields"],
        json!([
            field("a", "b"),
            field("client_id", CLIENT_ID),
            field("client_secret", SECRET),
            field("jwt_token", &assertion),
        ])
    );
    let text = get(&emulator, "/_emu/requests").text;
    assert!(!text.contains(SECRET) && !text.contains(&assertion));
    assert!(!text.contains(response.json["access_token"].as_str().unwrap()));
    let recorded = &emulator.requests()[0];
    assert_eq!(recorded.fields[1].sha256, sha256(CLIENT_ID));
    assert_eq!(recorded.token_id.as_deref(), entry["token_id"].as_str());
}

#[test]
fn requests_of_all_kinds_are_recorded() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let id = decode(&token).1["id"].clone();
    let bearer = format!("Bearer {token}");
    let aem = Request::get("/content/dam.json").header("authorization", &bearer);
    assert_eq!(send(&emulator, aem, b"").status, 200);
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{SECRET}")));
    let grant = form(&[("grant_type", "client_credentials")]);
    let of_client = Request::post("/ims/token/v3")
        .header("authorization", basic)
        .header("content-type", FORM);
    send(&emulator, of_client, grant.as_bytes());
    let parts = multipart("b", "\r\n", &[("x", "1"), ("y", "")]);
    post(
        &emulator,
        "/ims/revoke",
        "multipart/form-data; boundary=b",
        parts,
    );
    post(&emulator, "/nothing/here", "application/json", "{}");
    get(&emulator, "/_emu/health");

    let entries = requests(&emulator, "?since=1");
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                &entry["path"],
                &entry["client_id"],
                &entry["grant"],
                &entry["status"],
                &entry["token_id"],
            )
        })
        .collect();
    let (client, null) = (&json!(CLIENT_ID), &Value::Null);
    assert_eq!(shown.len(), 4, "the remote control is not recorded");
    assert_eq!(
        shown[0],
        (&json!("/content/dam.json"), client, null, &json!(200), &id)
    );
    assert_eq!(
        (shown[1].1, shown[1].2),
        (client, &json!("client_credentials"))
    );
    assert_eq!(
        entries[2]["fields"][1],
        json!({"name": "y", "type": null, "size": 0, "sha256": sha256("")})
    );
    assert_eq!(shown[3].3, &json!(404));
    assert_eq!(
        entries[3]["fields"],
        json!([{"name": null, "type": "application/json", "size": 2, "sha256": sha256("{}")}])
    );
}

#[test]
fn filters_choose_requests() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    signer.token(&emulator);
    let wrong = form(&[
        ("client_id", "other"),
        ("client_secret", "x"),
        ("jwt_token", "y"),
    ]);
    post(&emulator, "/ims/exchange/jwt/", FORM, wrong);
    get(&emulator, "/content/dam.json");
    for (query, expected) in [
        ("", vec![1, 2, 3]),
        ("?path=/ims/exchange/jwt", vec![1, 2]),
        ("?path=/ims/*", vec![1, 2]),
        ("?path=/content/dam.json", vec![3]),
        ("?path=/content", vec![]),
        ("?client_id=client!%2BID", vec![1]),
        ("?client_id=other&grant=jwt_exchange", vec![2]),
        ("?grant=refresh_token", vec![]),
        ("?status=401", vec![3]),
        ("?since=2", vec![3]),
        ("?since=3", vec![]),
    ] {
        let seqs: Vec<_> = requests(&emulator, query)
            .iter()
            .map(|entry| entry["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(seqs, expected, "{query}");
    }
    for (query, word) in [
        ("?clientid=x", "client_id"),
        ("?status=ok", "status"),
        ("?since=-1", "since"),
    ] {
        let response = get(&emulator, &format!("/_emu/requests{query}"));
        let (status, _, description) = response.error();
        assert_eq!(status, 400);
        assert!(description.contains(word), "{description}");
    }
}

#[test]
fn journal_is_cleared_and_goes_on_counting() {
    let emulator = emulator();
    get(&emulator, "/ims/keys");
    let response = send(&emulator, Request::delete("/_emu/requests"), b"");
    assert_eq!((response.status, response.text.as_str()), (204, ""));
    assert!(emulator.requests().is_empty());
    get(&emulator, "/ims/keys");
    assert_eq!(requests(&emulator, "")[0]["seq"], 2);
    emulator.clear_requests();
    assert!(requests(&emulator, "").is_empty());
    assert_eq!(
        send(&emulator, Request::post("/_emu/requests"), b"").status,
        405
    );
}

#[test]
fn journal_keeps_a_bounded_number_of_bytes() {
    let emulator = frozen_builder()
        .account(hostile_account())
        .journal_size(4096)
        .start()
        .unwrap();
    for at in 0..200 {
        get(&emulator, &format!("/ims/keys?number={at}"));
    }
    let response = get(&emulator, "/_emu/requests");
    let requests = response.json["requests"].as_array().unwrap();
    assert!((20..100).contains(&requests.len()), "{}", requests.len());
    assert_eq!(requests.last().unwrap()["seq"], 200);
    assert_eq!(response.json["first_seq"], requests[0]["seq"]);
    // A request with a long path, many fields and long names takes its place in the journal only.
    let path = format!("/{}?{}", "x".repeat(5000), "y=1&".repeat(2000));
    get(&emulator, &path);
    get(&emulator, "/ims/keys");
    assert_eq!(emulator.requests().last().unwrap().seq, 202);
}
