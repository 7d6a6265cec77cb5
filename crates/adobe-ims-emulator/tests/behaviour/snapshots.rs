//! The reset and snapshots.

use std::time::Duration;

use adobe_ims_emulator::{AemGroup, AemTier, Emulator, OauthClient, Person};
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, FORM, emulator, form, get, hostile_account, now, post, send,
};
use crate::time::patch;
use crate::user_clients::{SCOPES, refresh, sign_in, text};

fn post_empty(emulator: &Emulator, path: &str) -> (u16, Value) {
    let response = post(emulator, path, "", "");
    (response.status, response.json)
}

/// Returns what a test can see of the state.
fn view(emulator: &Emulator) -> Value {
    let read = |path: &str| {
        let mut response = get(emulator, path).json;
        for request in response["requests"].as_array_mut().into_iter().flatten() {
            request["time"] = Value::Null;
        }
        response
    };
    json!({
        "clock": read("/_emu/clock"),
        "lifetimes": read("/_emu/lifetimes"),
        "faults": read("/_emu/faults"),
        "requests": read("/_emu/requests"),
        "health": read("/_emu/health"),
        "settings": read("/_emu/aem/settings"),
        "allow list": read("/_emu/aem/allow_list"),
        "queries": read("/_emu/aem/graphql"),
        "file": get(emulator, "/_emu/aem/dam/a.xdp").status,
        "clients": emulator.user_clients().len() + emulator.oauth_clients().len(),
        "people": emulator.people().len(),
        "users": emulator.aem_users().len(),
        "secret": emulator.credentials_json(),
    })
}

/// Changes all that a reset brings back.
fn change_everything(emulator: &Emulator) {
    let signer = AssertionSigner::of(emulator);
    let token = signer.token(emulator);
    let authorization = format!("Bearer {token}");
    let assets = Request::get("/api/assets.json").header("authorization", authorization);
    send(emulator, assets, b"");
    emulator
        .add_person(Person::new().email("jane@example.com"))
        .unwrap();
    emulator
        .add_oauth_client(OauthClient::new().client_id("more"))
        .unwrap();
    emulator.add_client_secret(&signer.client_id).unwrap();
    let account = emulator.accounts()[0].email().to_owned();
    assert!(emulator.set_aem_groups(&account, [AemGroup::FormsUsers], Duration::ZERO));
    assert!(emulator.put_aem_file("a.xdp", "<template/>"));
    emulator.allow_client("more", AemTier::ALL);
    let query = Request::put("/_emu/aem/graphql/a/b");
    assert_eq!(send(emulator, query, br#"{"answer":{}}"#).status, 201);
    patch(
        emulator,
        "/_emu/aem/settings",
        &json!({"batch_record_ms": 5}),
    );
    patch(emulator, "/_emu/lifetimes", &json!({"code_seconds": 5}));
    patch(
        emulator,
        "/_emu/clock",
        &json!({"now": "2030-01-01T00:00:00Z", "rate": 2, "offset_seconds": 5}),
    );
    crate::faults::add(emulator, &json!({"then": [{"status": 500}]}));
    get(emulator, "/ims/keys");
}

fn revoke(emulator: &Emulator, token: &str) {
    let client = &emulator.accounts()[0];
    let pairs = [
        ("token", token),
        ("token_type", "access_token"),
        ("client_id", client.client_id()),
    ];
    let response = post(emulator, "/ims/invalidate_token/v2", FORM, form(&pairs));
    assert_eq!(response.status, 200, "{}", response.text);
}

fn is_valid(emulator: &Emulator, token: &str) -> bool {
    let client = emulator.accounts()[0].client_id().to_owned();
    let pairs = [
        ("type", "access_token"),
        ("client_id", &*client),
        ("token", token),
    ];
    post(emulator, "/ims/validate_token/v1", FORM, form(&pairs)).json["valid"] == true
}

#[test]
fn reset_brings_back_the_start() {
    let emulator = emulator();
    let start = view(&emulator);
    let first = AssertionSigner::of(&emulator).token(&emulator);
    emulator.reset();
    assert_eq!(view(&emulator), start);
    change_everything(&emulator);
    let changed = view(&emulator);
    for (name, value) in start.as_object().unwrap() {
        assert_ne!(changed[name], *value, "{name} was changed");
    }
    assert_eq!(post_empty(&emulator, "/_emu/reset"), (204, Value::Null));
    assert_eq!(view(&emulator), start);
    // The seed gives the same values again.
    assert_eq!(AssertionSigner::of(&emulator).token(&emulator), first);
}

#[test]
fn snapshot_is_restored_as_often_as_wanted() {
    let emulator = emulator();
    let kept = AssertionSigner::of(&emulator).token(&emulator);
    let (status, body) = post_empty(&emulator, "/_emu/snapshots");
    assert_eq!((status, &body), (201, &json!({"id": "snapshot-1"})));
    let restore = "/_emu/snapshots/snapshot-1/restore";
    let before = view(&emulator);
    for _ in 0..2 {
        change_everything(&emulator);
        emulator.clear_faults();
        emulator.clock().set(now());
        revoke(&emulator, &kept);
        assert!(!is_valid(&emulator, &kept));
        assert_eq!(post_empty(&emulator, restore).0, 204);
        assert_eq!(view(&emulator), before);
        assert!(is_valid(&emulator, &kept));
        assert!(emulator.restore("snapshot-1"));
    }
    emulator.reset();
    assert_eq!(post_empty(&emulator, restore).0, 204);
    assert_eq!(view(&emulator), before);
    let missing = post(&emulator, "/_emu/snapshots/x%2Fy/restore", "", "");
    let (status, error, description) = missing.error();
    assert_eq!((status, error), (404, "not_found"));
    assert!(
        description.starts_with("There is no snapshot x/y."),
        "{description}"
    );
}

#[test]
fn refresh_token_of_a_snapshot_can_be_used_again() {
    let emulator = crate::user_clients::emulator();
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let token = tokens.refresh_token.unwrap();
    let snapshot = emulator.snapshot();
    let refresh = || refresh(&emulator, "/v3", &token);
    let first = refresh();
    text(&first, "access_token");
    assert_eq!(refresh().error().1, "invalid_grant");
    assert!(emulator.restore(&snapshot));
    text(&refresh(), "access_token");
}

#[test]
fn oldest_snapshot_is_forgotten() {
    let emulator = emulator();
    let ids: Vec<String> = (0..33).map(|_| emulator.snapshot()).collect();
    assert!(!emulator.restore(&ids[0]));
    assert!(ids[1..].iter().all(|id| emulator.restore(id)));
}

#[test]
fn clock_that_followed_real_time_follows_it_after_a_reset() {
    let emulator = Emulator::builder()
        .account(hostile_account())
        .start()
        .unwrap();
    let real = adobe_ims_emulator::Clock::system();
    let distance = || {
        let real = real.now();
        let own = emulator.clock().now();
        own.duration_since(real)
            .unwrap_or_else(|error| error.duration())
    };
    emulator.clock().advance(Duration::from_secs(3600));
    let snapshot = emulator.snapshot();
    emulator.reset();
    assert!(distance() < Duration::from_secs(600));
    assert!(emulator.restore(&snapshot));
    assert!(distance() > Duration::from_secs(3000));
}
