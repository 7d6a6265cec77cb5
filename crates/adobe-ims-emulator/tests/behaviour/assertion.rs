//! The checks of assertions.

use std::time::Duration;

use adobe_ims_emulator::Account;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding};
use serde_json::{Value, json};

use crate::support::{
    AUDIENCE, AssertionSigner, FORM, NOW, emulator, frozen_builder, hostile_account, now, post,
};

const UNFIT: &str = "The signature of the JWT does not fit the alg in its header.";
const UNDECODABLE: &str = "JWT token is incorrectly formatted, and can not be decoded.";
const UNBOUND: &str = "Could not match JWT signature to any of the bindings";
const BEYOND: &str = "The metascopes in the JWT are not a subset of the metascopes in the binding.";

#[test]
fn exp_up_to_30_s_in_the_past_is_accepted() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let outcome = |exp: Value| {
        let response = signer.exchange(&emulator, &signer.claims_with("exp", exp));
        match response.status {
            200 => "granted".to_owned(),
            _ => {
                let (status, error, description) = response.error();
                assert_eq!((status, error), (400, "invalid_token"));
                description.to_owned()
            }
        }
    };
    let expired = "JWT token is expired.";
    let now = i64::try_from(NOW).unwrap();
    for (exp, expected) in [
        (json!(now + 29), "granted"),
        (json!(now + 60), "granted"),
        (json!(now + 300), "granted"),
        (json!(now + 86_400), "granted"),
        (json!(now + 87_000), "granted"),
        (json!((now + 300) * 1000), "granted"),
        (json!((now + 86_400) * 1000), "granted"),
        (json!(u64::MAX), "granted"),
        (json!(now), "granted"),
        (json!(now - 29), "granted"),
        (json!(now - 30), "granted"),
        (json!(now - 31), expired),
        (json!((now - 29) * 1000), "granted"),
        (json!((now - 31) * 1000), expired),
        (json!(now - 300), expired),
        (json!(0), expired),
        (json!(-1), expired),
        (json!(i64::MIN), expired),
        (json!((now + 300).to_string()), UNDECODABLE),
        (json!((NOW + 300) as f64), UNDECODABLE),
        (json!(true), UNDECODABLE),
        (json!([now]), UNDECODABLE),
        (Value::Null, UNDECODABLE),
    ] {
        assert_eq!(outcome(exp.clone()), expected, "exp {exp}");
    }
}

#[test]
fn assertion_is_accepted_repeatedly_until_it_expires() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let body = signer.form(&signer.sign(&signer.claims()));
    let exchange = || post(&emulator, "/ims/exchange/jwt", FORM, &body);
    let tokens = [exchange(), exchange()].map(|response| response.json["access_token"].clone());
    assert_ne!(tokens[0], tokens[1], "each exchange gives a new token");
    emulator.clock().advance(Duration::from_secs(330));
    assert_eq!(exchange().status, 200);
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(exchange().error().1, "invalid_token");
}

#[test]
fn other_algorithms_and_malformed_assertions_are_refused() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let claims = signer.claims().to_string();
    let refused = |jwt: &str| {
        let response = post(&emulator, "/ims/exchange/jwt", FORM, signer.form(jwt));
        let error = response.error();
        assert_eq!(error, (400, "invalid_token", UNDECODABLE), "{jwt}");
    };
    for alg in ["none", "rs256", "RS1", ""] {
        refused(&signer.sign_text(&json!({ "alg": alg }).to_string(), &claims));
    }
    for alg in ["HS256", "PS256", "RS384", "RS512", "ES256", "EdDSA"] {
        let jwt = signer.sign_text(&json!({ "alg": alg }).to_string(), &claims);
        let response = post(&emulator, "/ims/exchange/jwt", FORM, signer.form(&jwt));
        assert_eq!(response.error(), (400, "invalid_signature", UNFIT), "{alg}");
    }
    refused(&signer.sign_text(r#"{"typ":"JWT"}"#, &claims));
    refused(&signer.sign_text(r#"{"alg":"RS256"}"#, "[]"));
    refused(&signer.sign_text(r#"{"alg":"RS256"}"#, "not JSON"));
    refused("");
    refused("a.b");
    refused("a.b.c");
    let good = signer.sign(&signer.claims());
    refused(&good.replacen('.', " .", 1));
    refused(&format!("{good}.{good}"));
    // Larger assertions than clients send are accepted.
    for header in [
        r#"{"alg":"RS256"}"#,
        r#"{"x":[1],"kid":"any","typ":"JOSE","alg":"RS256"}"#,
    ] {
        let jwt = signer.sign_text(header, &claims);
        let response = post(&emulator, "/ims/exchange/jwt", FORM, signer.form(&jwt));
        assert_eq!(response.status, 200);
    }
    let more = signer.claims_with("iat", json!(NOW + 9_999));
    assert_eq!(signer.exchange(&emulator, &more).status, 200);
    let text = signer.claims_with("iat", json!("now"));
    assert_eq!(signer.exchange(&emulator, &text).error().2, UNDECODABLE);
}

#[test]
fn rs384_and_rs512_are_accepted_with_the_setting() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let claims = signer.claims().to_string();
    let exchange = |alg: &str, padding: &'static dyn RsaEncoding| {
        let jwt = signer.sign_with(padding, &json!({ "alg": alg }).to_string(), &claims);
        let response = post(&emulator, "/ims/exchange/jwt", FORM, signer.form(&jwt));
        let error = response.json["error"].as_str().map(str::to_owned);
        (response.status, error)
    };
    let unfit = (400, Some("invalid_signature".to_owned()));
    let all: [(&str, &'static dyn RsaEncoding); 3] = [
        ("RS256", &RSA_PKCS1_SHA256),
        ("RS384", &RSA_PKCS1_SHA384),
        ("RS512", &RSA_PKCS1_SHA512),
    ];
    for on in [false, true] {
        emulator.change_ims_settings(|settings| settings.rs384_rs512 = on);
        for (alg, _) in all {
            for (signed, padding) in all {
                let accepted = alg == signed && (on || alg == "RS256");
                let expected = if accepted { (200, None) } else { unfit.clone() };
                assert_eq!(exchange(alg, padding), expected, "{alg} {signed} {on}");
            }
        }
    }
}

#[test]
fn error_of_a_foreign_signature_follows_its_setting() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let (good, _) = signer
        .sign(&signer.claims())
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let forged = format!("{good}.c2ln");
    for (value, error, text) in [
        (
            "invalid_token",
            "invalid_token",
            "Could not match JWT signature to any of the bindings",
        ),
        (
            "invalid_token_newer",
            "invalid_token",
            "Could not match signature to any of the bindings",
        ),
        (
            "invalid_signature",
            "invalid_signature",
            "Could not match JWT signature to any of the bindings",
        ),
    ] {
        emulator.change_ims_settings(|settings| settings.set("signature_error", value).unwrap());
        let response = post(&emulator, "/ims/exchange/jwt", FORM, signer.form(&forged));
        assert_eq!(response.error(), (400, error, text));
        let other = signer.claims_with("sub", json!("0@techacct.adobe.com"));
        assert_eq!(
            signer.exchange(&emulator, &other).error(),
            (400, error, text)
        );
    }
}

#[test]
fn assertion_of_more_than_a_day_is_refused_with_the_setting() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let status = |exp: u64| {
        signer
            .exchange(&emulator, &signer.claims_with("exp", json!(exp)))
            .status
    };
    assert_eq!(status(NOW + 87_000), 200);
    emulator.change_ims_settings(|settings| settings.assertions_within_a_day = true);
    assert_eq!((status(NOW + 86_400), status(NOW + 86_401)), (200, 400));
    assert_eq!(
        (
            status((NOW + 86_400) * 1000),
            status((NOW + 86_400) * 1000 + 1)
        ),
        (200, 400)
    );
}

#[test]
fn escaped_slashes_in_claims_are_read() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let claims = signer.claims().to_string().replace('/', "\\/");
    assert!(claims.contains("https:\\/\\/"));
    let jwt = signer.sign_text(r#"{"typ":"JWT","alg":"RS256"}"#, &claims);
    let response = post(&emulator, "/ims/exchange/jwt/", FORM, signer.form(&jwt));
    assert_eq!(response.status, 200, "{}", response.text);
}

#[test]
fn stage_assertion_is_refused_in_production_and_vice_versa() {
    for (own, other) in [
        ("ims-na1.adobelogin.com", "ims-na1-stg1.adobelogin.com"),
        ("ims-na1-stg1.adobelogin.com", "ims-na1.adobelogin.com"),
    ] {
        let emulator = frozen_builder()
            .account(hostile_account())
            .ims_endpoint(own)
            .start()
            .unwrap();
        let signer = AssertionSigner::of(&emulator);
        let claims = |host: &str| {
            let base = format!("https://{host}");
            let claims = signer.claims().to_string();
            serde_json::from_str::<Value>(&claims.replace(AUDIENCE, &base)).unwrap()
        };
        assert_eq!(
            signer.exchange(&emulator, &claims(own)).status,
            200,
            "{own}"
        );
        let error = signer.exchange(&emulator, &claims(other));
        assert_eq!(error.error().1, "invalid_client", "{own}");
    }
}

#[test]
fn audience_of_other_environment_or_client_is_refused() {
    let emulator = frozen_builder()
        .account(hostile_account())
        .audience_alias("https://ims.example.test:8443/")
        .control_host("adobe")
        .control_host("2001:db8::1")
        .ims_endpoint("own.example.test")
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let id = &signer.client_id;
    let port = emulator.port();
    let exchange = |aud: Value| signer.exchange(&emulator, &signer.claims_with("aud", aud));
    for aud in [
        json!(format!("{AUDIENCE}/c/{id}")),
        json!([format!("{AUDIENCE}/c/{id}")]),
        json!(format!("{AUDIENCE}:443/c/{id}")),
        json!(format!("{AUDIENCE}//c/{id}")),
        json!(format!("http://127.0.0.1:{port}/c/{id}")),
        json!(format!("http://localhost:{port}/c/{id}")),
        json!(format!("http://[::1]:{port}/c/{id}")),
        json!(format!("https://own.example.test/c/{id}")),
        json!(format!("https://ims.example.test:8443/c/{id}")),
        json!(format!("http://adobe:{port}/c/{id}")),
        json!(format!("http://[2001:db8::1]:{port}/c/{id}")),
    ] {
        let response = exchange(aud.clone());
        assert_eq!(response.status, 200, "{aud} {}", response.text);
    }
    let other = "The audience of the JWT names another IMS environment.";
    let mismatch = "The client_id parameter is not the client in the audience of the JWT.";
    let none = "The JWT token must contain a valid claims for audience";
    for (aud, text) in [
        (
            json!(format!("https://ims-na1-stg1.adobelogin.com/c/{id}")),
            other,
        ),
        (
            json!(format!("http://127.0.0.1:{}/c/{id}", port ^ 1)),
            other,
        ),
        (json!(format!("{AUDIENCE}/{id}")), other),
        (json!(id), other),
        (json!(format!("{AUDIENCE}/c/another")), mismatch),
        (json!(format!("{AUDIENCE}/c/{id}/")), mismatch),
        (json!(format!("{AUDIENCE}/c/")), mismatch),
        (json!([]), none),
        (json!([format!("{AUDIENCE}/c/{id}"), "https://other"]), none),
        (json!(7), none),
        (Value::Null, none),
    ] {
        let response = exchange(aud.clone());
        assert_eq!(response.error(), (400, "invalid_client", text), "{aud}");
    }
}

#[test]
fn every_certificate_of_binding_is_accepted_until_it_expires() {
    let emulator = emulator();
    let first = AssertionSigner::of(&emulator);
    emulator.clock().advance(Duration::from_secs(60 * 86_400));
    emulator.add_key(&first.client_id).unwrap();
    let second = AssertionSigner::of(&emulator);
    assert_eq!((&first.id, &first.org), (&second.id, &second.org));

    let statuses = |day: u64| {
        emulator
            .clock()
            .set(now() + Duration::from_secs(day * 86_400));
        let exp = json!(NOW + day * 86_400 + 300);
        [&first, &second].map(|signer| {
            signer
                .exchange(&emulator, &signer.claims_with("exp", exp.clone()))
                .status
        })
    };
    assert_eq!(statuses(60), [200, 200]);
    assert_eq!(statuses(364), [200, 200]);
    assert_eq!(
        statuses(366),
        [400, 200],
        "the first certificate is a year old"
    );
    assert_eq!(
        statuses(427),
        [400, 400],
        "the second certificate has expired too"
    );
    let claims = second.claims_with("exp", json!(NOW + 427 * 86_400 + 300));
    let response = second.exchange(&emulator, &claims);
    assert_eq!(response.error(), (400, "invalid_token", UNBOUND));
}

#[test]
fn signature_of_other_binding_is_refused() {
    let emulator = frozen_builder()
        .account(hostile_account())
        .account(Account::new())
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let other_id = emulator.accounts()[1].client_id().to_owned();
    let other = AssertionSigner::from_document(&emulator.credentials_json_of(&other_id).unwrap());
    let unbound = |response: crate::support::TestResponse| {
        assert_eq!(response.error(), (400, "invalid_token", UNBOUND));
    };
    let foreign = other.sign(&signer.claims());
    unbound(post(
        &emulator,
        "/ims/exchange/jwt",
        FORM,
        signer.form(&foreign),
    ));
    unbound(signer.exchange(&emulator, &signer.claims_with("sub", json!(other.id))));
    let org = json!("000000000000000000000000@AdobeOrg");
    unbound(signer.exchange(&emulator, &signer.claims_with("iss", org)));
    let mut forged = signer.sign(&signer.claims());
    forged.replace_range(forged.len() - 20.., "AAAAAAAAAAAAAAAAAAAA");
    unbound(post(
        &emulator,
        "/ims/exchange/jwt",
        FORM,
        signer.form(&forged),
    ));
    for (claim, value) in [
        ("sub", Value::Null),
        ("iss", Value::Null),
        ("sub", json!("no auth source")),
        ("sub", json!("@techacct.adobe.com")),
        ("iss", json!(7)),
    ] {
        let response = signer.exchange(&emulator, &signer.claims_with(claim, value));
        let (status, error, _) = response.error();
        assert_eq!((status, error), (400, "bad_request"), "{claim}");
    }
}

#[test]
fn first_of_several_errors_is_reported() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let scope = format!("{AUDIENCE}/s/unknown");
    // Each row corrects the first error of the row before.
    let mut faults = vec![
        ("exp", json!(NOW - 60), json!(NOW + 60), "invalid_token"),
        (
            "aud",
            json!("x"),
            json!(format!("{AUDIENCE}/c/{}", signer.client_id)),
            "invalid_client",
        ),
        ("sub", json!("a@b"), json!(signer.id), "invalid_token"),
        (&scope, json!(true), json!(false), "invalid_scope"),
    ];
    let mut claims = signer.claims();
    for (claim, wrong, _, _) in &faults {
        claims[*claim] = wrong.clone();
    }
    while !faults.is_empty() {
        let (claim, _, right, error) = faults.remove(0);
        assert_eq!(
            signer.exchange(&emulator, &claims).error().1,
            error,
            "{claim}"
        );
        claims[claim] = right;
    }
    assert_eq!(signer.exchange(&emulator, &claims).status, 200);
}

#[test]
fn metascope_outside_binding_is_refused() {
    let emulator = frozen_builder()
        .account(hostile_account().metascopes(["ent_a", "ent_b"]))
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let exchange = |metascopes: &[(&str, Value)]| {
        let mut claims = signer.claims();
        let object = claims.as_object_mut().unwrap();
        object.retain(|name, _| !name.contains("/s/"));
        for (name, value) in metascopes {
            object.insert((*name).to_owned(), value.clone());
        }
        signer.exchange(&emulator, &claims)
    };
    let own = format!("{}/s/ent_b", emulator.url());
    let a = "https://ims-na1.adobelogin.com/s/ent_a";
    let b = "https://ims-na1.adobelogin.com/s/ent_b";
    let unknown = "https://ims-na1.adobelogin.com/s/ent_user_sdk";
    let both_in_one = "https://ims-na1.adobelogin.com/s/ent_a,ent_b";
    let elsewhere = "https://ims-na1-stg1.adobelogin.com/s/ent_a";
    let yes = json!(true);
    for granted in [
        &[(a, yes.clone())][..],
        &[(a, yes.clone()), (b, yes.clone())],
        &[(a, yes.clone()), (own.as_str(), yes.clone())],
        &[(a, yes.clone()), ("https://example.test/x", yes.clone())],
        &[(a, yes.clone()), (unknown, json!(false))],
    ] {
        let response = exchange(granted);
        assert_eq!(response.status, 200, "{granted:?} {}", response.text);
    }
    for beyond in [
        &[(unknown, yes.clone())][..],
        &[(a, yes.clone()), (unknown, yes.clone())],
        &[(both_in_one, yes.clone())],
    ] {
        let response = exchange(beyond);
        assert_eq!(
            response.error(),
            (400, "invalid_scope", BEYOND),
            "{beyond:?}"
        );
    }
    for none in [
        &[][..],
        &[(elsewhere, yes.clone())],
        &[(a, json!(false))],
        &[(a, json!("true"))],
        &[(a, json!(1))],
    ] {
        let response = exchange(none);
        let (status, error, _) = response.error();
        assert_eq!((status, error), (400, "invalid_scope"), "{none:?}");
    }
}

#[test]
fn demanded_jti_is_accepted_once() {
    let emulator = frozen_builder()
        .account(hostile_account().demand_jti())
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let exchange = |jti: Value| {
        let response = signer.exchange(&emulator, &signer.claims_with("jti", jti));
        match response.status {
            200 => "granted".to_owned(),
            _ => response.error().1.to_owned(),
        }
    };
    assert_eq!(exchange(Value::Null), "invalid_jti");
    assert_eq!(exchange(json!(1)), "granted");
    assert_eq!(exchange(json!(1)), "invalid_jti");
    assert_eq!(exchange(json!("1")), "invalid_jti");
    assert_eq!(exchange(json!("two")), "granted");
    assert_eq!(exchange(json!(1.5)), "invalid_jti");
    let mut claims = signer.claims_with("jti", json!(3));
    claims["https://ims-na1.adobelogin.com/s/unknown"] = json!(true);
    assert_eq!(
        signer.exchange(&emulator, &claims).error().1,
        "invalid_scope"
    );
    assert_eq!(exchange(json!(3)), "granted");

    let indifferent = self::emulator();
    let signer = AssertionSigner::of(&indifferent);
    for _ in 0..2 {
        let claims = signer.claims_with("jti", json!(1));
        assert_eq!(signer.exchange(&indifferent, &claims).status, 200);
    }
}
