//! The offline inspection of tokens and assertions.

use std::time::{Duration, SystemTime};

use adobe_ims::Problem;
use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::token::inspect::{Inspection, TokenKind};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{self, ORGANIZATION, TECHNICAL_ACCOUNT};

const NOW: u64 = 1_800_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

fn jwt(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(header), part(claims))
}

fn access_token() -> String {
    let header = json!({"alg": "RS256", "kid": "ims_na1-key-at-1", "x5u": "ims_na1-key-at-1.cer"});
    let claims = json!({
        "type": "access_token", "client_id": "x", "as": "ims-na1", "scope": "openid,AdobeID",
        "created_at": (NOW * 1000).to_string(), "expires_in": "86400000",
    });
    jwt(&header, &claims)
}

#[test]
fn token_is_found_in_pasted_text() {
    let token = access_token();
    for pasted in [
        token.clone(),
        format!(" {token}\n"),
        format!("Bearer {token}"),
        format!("Authorization: bearer {token}\r\n"),
        format!("\"{token}\""),
        json!({"token_type": "bearer", "access_token": token, "expires_in": 1}).to_string(),
        json!({"ok": true, "accessToken": token}).to_string(),
    ] {
        let inspection = Inspection::parse(&pasted, now()).unwrap();
        assert_eq!(
            inspection.kind,
            TokenKind::Ims("access_token".to_owned()),
            "{pasted}"
        );
        assert_eq!(inspection.scopes, ["openid", "AdobeID"]);
        assert_eq!(inspection.issued_at, Some(now()));
        assert_eq!(
            inspection.expires_at,
            Some(now() + Duration::from_secs(86_400))
        );
        assert_eq!(inspection.findings, [""; 0]);
    }
}

#[test]
fn own_assertion_has_no_findings_until_it_expires() {
    let options = AssertionOptions::default();
    let account = support::account();
    let assertion = Assertion::sign(&account, now(), &options).unwrap();
    let inspection = Inspection::parse(assertion.as_secret().expose(), now()).unwrap();
    assert_eq!(inspection.kind, TokenKind::Assertion);
    assert_eq!(inspection.scopes, ["ent_aem_cloud_api"]);
    assert_eq!(inspection.findings, [""; 0]);
    let later = now() + Duration::from_secs(360);
    let inspection = Inspection::parse(assertion.as_secret().expose(), later).unwrap();
    assert_eq!(inspection.findings, ["it expired 1 min 0 s ago"]);
}

#[test]
fn flaws_of_an_assertion_are_listed() {
    let good = json!({
        "exp": NOW + 300, "iss": ORGANIZATION, "sub": TECHNICAL_ACCOUNT,
        "aud": "https://ims/c/x", "https://ims/s/y": true,
    });
    let flaw = |claim: &str, value: Value| {
        let mut claims = good.clone();
        claims[claim] = value;
        let inspection = Inspection::parse(&jwt(&json!({"alg": "RS256"}), &claims), now()).unwrap();
        inspection.findings.join("; ")
    };
    assert_eq!(flaw("extra", json!(1)), "");
    for (claim, value, part) in [
        ("exp", json!((NOW + 300) * 1000), "milliseconds"),
        ("exp", json!((NOW + 300).to_string()), "not an integer"),
        ("exp", json!("Fri Nov 20 2026"), "not an integer"),
        ("exp", json!(NOW - 60), "expired 1 min"),
        ("exp", Value::Null, "not an integer"),
        (
            "iss",
            json!(TECHNICAL_ACCOUNT),
            "iss should be the organisation",
        ),
        (
            "sub",
            json!(ORGANIZATION),
            "sub should be the technical account",
        ),
        ("aud", json!("https://other/c/x"), "another host"),
        ("aud", json!(["https://ims/c/x"]), "aud should be"),
        (
            "https://ims/s/y",
            json!("true"),
            "should have the value true",
        ),
    ] {
        let findings = flaw(claim, value.clone());
        assert!(findings.contains(part), "{claim} {value}: {findings}");
    }
    let hs256 = Inspection::parse(&jwt(&json!({"alg": "HS256"}), &good), now()).unwrap();
    assert_eq!(hs256.findings, ["it is not signed with RS256"]);
}

#[test]
fn kind_of_a_token_is_recognised() {
    let refresh = jwt(&json!({}), &json!({"type": "refresh_token"}));
    let inspection = Inspection::parse(&refresh, now()).unwrap();
    assert_eq!(inspection.kind, TokenKind::Ims("refresh_token".to_owned()));
    assert!(inspection.findings[0].contains("no access token"));
    let other = jwt(&json!({}), &json!({"exp": NOW + 5, "iat": NOW}));
    let inspection = Inspection::parse(&other, now()).unwrap();
    assert_eq!(inspection.kind, TokenKind::Other);
    assert_eq!(inspection.expires_at, Some(now() + Duration::from_secs(5)));
}

#[test]
fn other_text_is_refused_and_not_shown() {
    for text in [
        "",
        "SECRET",
        "a.b",
        "a.b.c.d",
        "SECRET.SECRET.SECRET",
        "{",
        "{}",
        "eyJ.eyJ.x",
        "Bearer ",
    ] {
        let error = Inspection::parse(text, now()).unwrap_err();
        assert_eq!(error.problem(), Problem::TokenUnreadable, "{text}");
        assert!(
            !format!("{error} {error:?}").contains("SECRET"),
            "{error:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_is_inspected_or_refused(text in "\\PC{0,200}", claims in "\\PC{0,80}") {
        let _ = Inspection::parse(&text, now());
        let part = URL_SAFE_NO_PAD.encode(format!("{{{claims}}}"));
        let _ = Inspection::parse(&format!("{part}.{part}.x"), now());
    }

    #[test]
    fn hostile_numbers_do_not_panic(exp in any::<i64>(), created in any::<u64>(), life in any::<u64>(), at in any::<u32>()) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(at));
        let _ = Inspection::parse(&jwt(&json!({}), &json!({"exp": exp, "aud": "h/c/x"})), now);
        let claims = json!({"type": "t", "created_at": created, "expires_in": life.to_string()});
        let _ = Inspection::parse(&jwt(&json!({}), &claims), now);
    }
}
