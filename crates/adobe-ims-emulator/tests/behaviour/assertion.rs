//! What an assertion must say, and who must have signed it.

use std::time::Duration;

use adobe_ims_emulator::Account;
use serde_json::{Value, json};

use crate::support::{AUDIENCE, Customer, FORM, NOW, emulator, frozen, hostile, now, post};

const UNDECODABLE: &str = "JWT token is incorrectly formatted, and can not be decoded.";
const UNBOUND: &str = "Could not match JWT signature to any of the bindings";
const BEYOND: &str = "The metascopes in the JWT are not a subset of the metascopes in the binding.";

#[test]
fn exp_may_be_any_time_from_30_s_ago() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let outcome = |exp: Value| {
        let answer = customer.exchange(&emulator, &customer.claims_with("exp", exp));
        match answer.status {
            200 => "granted".to_owned(),
            _ => {
                let (status, error, description) = answer.refusal();
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
fn an_assertion_serves_many_times_until_it_expires() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let body = customer.form(&customer.sign(&customer.claims()));
    let exchange = || post(&emulator, "/ims/exchange/jwt", FORM, &body);
    let tokens = [exchange(), exchange()].map(|answer| answer.json["access_token"].clone());
    assert_ne!(tokens[0], tokens[1], "each time a fresh one");
    emulator.clock().advance(Duration::from_secs(330));
    assert_eq!(exchange().status, 200);
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(exchange().refusal().1, "invalid_token");
}

#[test]
fn other_algorithms_and_broken_tokens_are_undecodable() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let claims = customer.claims().to_string();
    let refused = |jwt: &str| {
        let answer = post(&emulator, "/ims/exchange/jwt", FORM, customer.form(jwt));
        let refusal = answer.refusal();
        assert_eq!(refusal, (400, "invalid_token", UNDECODABLE), "{jwt}");
    };
    for alg in ["none", "HS256", "PS256", "RS384", "RS512", "ES256", "rs256"] {
        refused(&customer.sign_text(&json!({ "alg": alg }).to_string(), &claims));
    }
    refused(&customer.sign_text(r#"{"typ":"JWT"}"#, &claims));
    refused(&customer.sign_text(r#"{"alg":"RS256"}"#, "[]"));
    refused(&customer.sign_text(r#"{"alg":"RS256"}"#, "not JSON"));
    refused("");
    refused("a.b");
    refused("a.b.c");
    let good = customer.sign(&customer.claims());
    refused(&good.replacen('.', " .", 1));
    refused(&format!("{good}.{good}"));
    // More than anyone sends is fine.
    for header in [
        r#"{"alg":"RS256"}"#,
        r#"{"x":[1],"kid":"any","typ":"JOSE","alg":"RS256"}"#,
    ] {
        let jwt = customer.sign_text(header, &claims);
        let answer = post(&emulator, "/ims/exchange/jwt", FORM, customer.form(&jwt));
        assert_eq!(answer.status, 200);
    }
    let more = customer.claims_with("iat", json!(NOW + 9_999));
    assert_eq!(customer.exchange(&emulator, &more).status, 200);
    let text = customer.claims_with("iat", json!("now"));
    assert_eq!(customer.exchange(&emulator, &text).refusal().2, UNDECODABLE);
}

#[test]
fn escaped_slashes_are_slashes() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let claims = customer.claims().to_string().replace('/', "\\/");
    assert!(claims.contains("https:\\/\\/"));
    let jwt = customer.sign_text(r#"{"typ":"JWT","alg":"RS256"}"#, &claims);
    let answer = post(&emulator, "/ims/exchange/jwt/", FORM, customer.form(&jwt));
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn stage_and_production_do_not_know_each_other() {
    for (own, other) in [
        ("ims-na1.adobelogin.com", "ims-na1-stg1.adobelogin.com"),
        ("ims-na1-stg1.adobelogin.com", "ims-na1.adobelogin.com"),
    ] {
        let emulator = frozen()
            .account(hostile())
            .ims_endpoint(own)
            .start()
            .unwrap();
        let customer = Customer::of(&emulator);
        let claims = |host: &str| {
            let base = format!("https://{host}");
            let claims = customer.claims().to_string();
            serde_json::from_str::<Value>(&claims.replace(AUDIENCE, &base)).unwrap()
        };
        assert_eq!(
            customer.exchange(&emulator, &claims(own)).status,
            200,
            "{own}"
        );
        let refusal = customer.exchange(&emulator, &claims(other));
        assert_eq!(refusal.refusal().1, "invalid_client", "{own}");
    }
}

#[test]
fn the_audience_is_this_environment_and_this_client() {
    let emulator = frozen()
        .account(hostile())
        .audience_alias("https://ims.example.test:8443/")
        .ims_endpoint("own.example.test")
        .start()
        .unwrap();
    let customer = Customer::of(&emulator);
    let id = &customer.client_id;
    let port = emulator.port();
    let exchange = |aud: Value| customer.exchange(&emulator, &customer.claims_with("aud", aud));
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
    ] {
        let answer = exchange(aud.clone());
        assert_eq!(answer.status, 200, "{aud} {}", answer.text);
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
        let answer = exchange(aud.clone());
        assert_eq!(answer.refusal(), (400, "invalid_client", text), "{aud}");
    }
}

#[test]
fn any_certificate_of_the_binding_will_do_until_it_expires() {
    let emulator = emulator();
    let first = Customer::of(&emulator);
    emulator.clock().advance(Duration::from_secs(60 * 86_400));
    emulator.add_key(&first.client_id).unwrap();
    let second = Customer::of(&emulator);
    assert_eq!((&first.id, &first.org), (&second.id, &second.org));

    let answers = |day: u64| {
        emulator
            .clock()
            .set(now() + Duration::from_secs(day * 86_400));
        let exp = json!(NOW + day * 86_400 + 300);
        [&first, &second].map(|customer| {
            customer
                .exchange(&emulator, &customer.claims_with("exp", exp.clone()))
                .status
        })
    };
    assert_eq!(answers(60), [200, 200]);
    assert_eq!(answers(364), [200, 200]);
    assert_eq!(
        answers(366),
        [400, 200],
        "the first certificate is a year old"
    );
    assert_eq!(answers(427), [400, 400], "and now the second");
    let claims = second.claims_with("exp", json!(NOW + 427 * 86_400 + 300));
    let answer = second.exchange(&emulator, &claims);
    assert_eq!(answer.refusal(), (400, "invalid_token", UNBOUND));
}

#[test]
fn a_signature_counts_only_for_the_binding_of_its_certificate() {
    let emulator = frozen()
        .account(hostile())
        .account(Account::new())
        .start()
        .unwrap();
    let customer = Customer::of(&emulator);
    let other_id = emulator.accounts()[1].client_id().to_owned();
    let other = Customer::from_document(&emulator.credentials_json_of(&other_id).unwrap());
    let unbound = |answer: crate::support::Answer| {
        assert_eq!(answer.refusal(), (400, "invalid_token", UNBOUND));
    };
    let foreign = other.sign(&customer.claims());
    unbound(post(
        &emulator,
        "/ims/exchange/jwt",
        FORM,
        customer.form(&foreign),
    ));
    unbound(customer.exchange(&emulator, &customer.claims_with("sub", json!(other.id))));
    let org = json!("000000000000000000000000@AdobeOrg");
    unbound(customer.exchange(&emulator, &customer.claims_with("iss", org)));
    let mut forged = customer.sign(&customer.claims());
    forged.replace_range(forged.len() - 20.., "AAAAAAAAAAAAAAAAAAAA");
    unbound(post(
        &emulator,
        "/ims/exchange/jwt",
        FORM,
        customer.form(&forged),
    ));
    for (claim, value) in [
        ("sub", Value::Null),
        ("iss", Value::Null),
        ("sub", json!("no auth source")),
        ("sub", json!("@techacct.adobe.com")),
        ("iss", json!(7)),
    ] {
        let answer = customer.exchange(&emulator, &customer.claims_with(claim, value));
        let (status, error, _) = answer.refusal();
        assert_eq!((status, error), (400, "bad_request"), "{claim}");
    }
}

#[test]
fn of_several_faults_the_first_in_order_is_told() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let scope = format!("{AUDIENCE}/s/unknown");
    // Each row mends the first fault of the row before.
    let mut faults = vec![
        ("exp", json!(NOW - 60), json!(NOW + 60), "invalid_token"),
        (
            "aud",
            json!("x"),
            json!(format!("{AUDIENCE}/c/{}", customer.client_id)),
            "invalid_client",
        ),
        ("sub", json!("a@b"), json!(customer.id), "invalid_token"),
        (&scope, json!(true), json!(false), "invalid_scope"),
    ];
    let mut claims = customer.claims();
    for (claim, wrong, _, _) in &faults {
        claims[*claim] = wrong.clone();
    }
    while !faults.is_empty() {
        let (claim, _, right, error) = faults.remove(0);
        assert_eq!(
            customer.exchange(&emulator, &claims).refusal().1,
            error,
            "{claim}"
        );
        claims[claim] = right;
    }
    assert_eq!(customer.exchange(&emulator, &claims).status, 200);
}

#[test]
fn metascopes_are_some_of_those_of_the_binding() {
    let emulator = frozen()
        .account(hostile().metascopes(["ent_a", "ent_b"]))
        .start()
        .unwrap();
    let customer = Customer::of(&emulator);
    let exchange = |metascopes: &[(&str, Value)]| {
        let mut claims = customer.claims();
        let object = claims.as_object_mut().unwrap();
        object.retain(|name, _| !name.contains("/s/"));
        for (name, value) in metascopes {
            object.insert((*name).to_owned(), value.clone());
        }
        customer.exchange(&emulator, &claims)
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
        let answer = exchange(granted);
        assert_eq!(answer.status, 200, "{granted:?} {}", answer.text);
    }
    for beyond in [
        &[(unknown, yes.clone())][..],
        &[(a, yes.clone()), (unknown, yes.clone())],
        &[(both_in_one, yes.clone())],
    ] {
        let answer = exchange(beyond);
        assert_eq!(
            answer.refusal(),
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
        let answer = exchange(none);
        let (status, error, _) = answer.refusal();
        assert_eq!((status, error), (400, "invalid_scope"), "{none:?}");
    }
}

#[test]
fn a_jti_is_used_up_by_a_success_where_the_binding_demands_one() {
    let emulator = frozen().account(hostile().demand_jti()).start().unwrap();
    let customer = Customer::of(&emulator);
    let exchange = |jti: Value| {
        let answer = customer.exchange(&emulator, &customer.claims_with("jti", jti));
        match answer.status {
            200 => "granted".to_owned(),
            _ => answer.refusal().1.to_owned(),
        }
    };
    assert_eq!(exchange(Value::Null), "invalid_jti");
    assert_eq!(exchange(json!(1)), "granted");
    assert_eq!(exchange(json!(1)), "invalid_jti");
    assert_eq!(exchange(json!("1")), "invalid_jti");
    assert_eq!(exchange(json!("two")), "granted");
    assert_eq!(exchange(json!(1.5)), "invalid_jti");
    let mut claims = customer.claims_with("jti", json!(3));
    claims["https://ims-na1.adobelogin.com/s/unknown"] = json!(true);
    assert_eq!(
        customer.exchange(&emulator, &claims).refusal().1,
        "invalid_scope"
    );
    assert_eq!(exchange(json!(3)), "granted");

    let indifferent = self::emulator();
    let customer = Customer::of(&indifferent);
    for _ in 0..2 {
        let claims = customer.claims_with("jti", json!(1));
        assert_eq!(customer.exchange(&indifferent, &claims).status, 200);
    }
}
