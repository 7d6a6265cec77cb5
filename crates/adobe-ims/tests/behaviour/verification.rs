//! Verification of tokens that an independent JOSE library signed.

use std::time::Duration;

use adobe_ims::api::KeySet;
use adobe_ims::api::TokenType;
use adobe_ims::crypto::Crypto;
use adobe_ims::verify::{Rejection, Verdict, VerifyOptions};
use adobe_ims::{Environment, Error, Problem, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::canned::NOW;
use crate::signed_tokens::{KID, claims, jwk, key_set, now, signed, signed_with};
use crate::support::{CLIENT_ID, TECHNICAL_ACCOUNT, fixture};

fn keys(keys: &[Value]) -> KeySet {
    let set = key_set(keys).to_string();
    KeySet::parse(set.as_bytes(), &Crypto::ring()).unwrap()
}

fn known() -> KeySet {
    keys(&[
        jwk(Some("ims_na1-key-rt-1"), "other.pem"),
        jwk(Some(KID), "pkcs1.pem"),
    ])
}

fn valid() -> Secret {
    signed(Some(KID), &claims(json!({})), "pkcs1.pem")
}

fn check(token: &Secret) -> Verdict {
    let expected = VerifyOptions::token(TokenType::Access)
        .with_client_id(CLIENT_ID)
        .with_authorization_server("ims-na1");
    known().verify(token, &expected, now())
}

/// Returns a token with an arbitrary signature.
fn forged(header: &Value, claims: &Value, signature: &[u8]) -> Secret {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode(signature);
    Secret::new(format!("{}.{}.{signature}", part(header), part(claims)))
}

#[test]
fn valid_token_is_verified_by_its_kid_or_by_any_key() {
    let verified = check(&valid()).unwrap();
    assert_eq!(verified.key_id.as_deref(), Some(KID));
    assert_eq!(verified.expires_at, now() + Duration::from_secs(86_400));
    assert_eq!(Value::Object(verified.claims.clone()), claims(json!({})));
    let claims_of_it = verified.token_claims();
    assert_eq!(claims_of_it.user_id.as_deref(), Some(TECHNICAL_ACCOUNT));

    let nameless = signed(None, &claims(json!({})), "pkcs1.pem");
    assert_eq!(check(&nameless), check(&valid()));
    // Two keys with the same id, as during a replacement.
    let twice = keys(&[jwk(Some(KID), "other.pem"), jwk(Some(KID), "pkcs1.pem")]);
    let anything = VerifyOptions::any_token();
    assert!(twice.verify(&valid(), &anything, now()).is_ok());
    // A key without an id does not match a token with one.
    let unnamed = keys(&[jwk(None, "pkcs1.pem")]);
    assert!(unnamed.verify(&nameless, &anything, now()).is_ok());
    let verdict = unnamed.verify(&valid(), &anything, now());
    assert_eq!(verdict, Err(Rejection::UnknownKey));
    for file in ["rsa2056.pem", "rsa3072.pem", "rsa4096.pem"] {
        let of_that = keys(&[jwk(Some(KID), file)]);
        let token = signed(Some(KID), &claims(json!({})), file);
        assert!(of_that.verify(&token, &anything, now()).is_ok(), "{file}");
    }
}

#[test]
fn wrong_signature_and_unknown_key_are_rejected() {
    let other = signed(Some(KID), &claims(json!({})), "other.pem");
    assert_eq!(check(&other), Err(Rejection::SignatureWrong));
    let nameless = signed(None, &claims(json!({})), "rsa3072.pem");
    assert_eq!(check(&nameless), Err(Rejection::SignatureWrong));
    let strange = signed(Some("strange"), &claims(json!({})), "pkcs1.pem");
    assert_eq!(check(&strange), Err(Rejection::UnknownKey));
    for kid in [json!(7), json!(null), json!([KID])] {
        let unknown = forged(
            &json!({"alg": "RS256", "kid": kid}),
            &claims(json!({})),
            b"x",
        );
        assert_eq!(check(&unknown), Err(Rejection::UnknownKey), "{kid}");
    }
    for signature in [&b""[..], b"x", &[0; 256], &[255; 256], &[1; 512]] {
        let forged = forged(
            &json!({"alg": "RS256", "kid": KID}),
            &claims(json!({})),
            signature,
        );
        assert_eq!(check(&forged), Err(Rejection::SignatureWrong));
    }
}

#[test]
fn other_algorithm_than_rs256_is_rejected() {
    // The public key as the secret of an HMAC, in each encoding that a verifier might use.
    for secret in [
        fixture("public.pem"),
        fixture("public-pkcs1.pem"),
        String::new(),
    ] {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(KID.to_owned());
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = Secret::new(encode(&header, &claims(json!({})), &key).unwrap());
        assert_eq!(check(&token), Err(Rejection::AlgorithmNotAllowed));
    }
    for algorithm in [
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::PS256,
        Algorithm::PS512,
    ] {
        let mut header = Header::new(algorithm);
        header.kid = Some(KID.to_owned());
        let token = signed_with(&header, &claims(json!({})), "pkcs1.pem");
        assert_eq!(check(&token), Err(Rejection::AlgorithmNotAllowed));
    }
    for alg in [
        json!("none"),
        json!("None"),
        json!("rs256"),
        json!("ES256"),
        json!(""),
        json!(null),
        json!(["RS256"]),
    ] {
        for signature in [&b""[..], b"x"] {
            let header = json!({"alg": alg, "kid": KID});
            let token = forged(&header, &claims(json!({})), signature);
            assert_eq!(check(&token), Err(Rejection::AlgorithmNotAllowed), "{alg}");
        }
    }
    // A valid signature under a header with another algorithm.
    let text = valid().expose().to_owned();
    let (_, rest) = text.split_once('.').unwrap();
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "RS512", "kid": KID}).to_string());
    let verdict = check(&Secret::new(format!("{header}.{rest}")));
    assert_eq!(verdict, Err(Rejection::AlgorithmNotAllowed));
}

#[test]
fn keys_in_the_header_are_ignored_and_crit_is_rejected() {
    // A key in the header, or at a URL of the header, is no key of IMS.
    let own = jwk(Some(KID), "other.pem");
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(KID.to_owned());
    header.jku = Some("http://127.0.0.1:9/keys".to_owned());
    header.x5u = Some("http://127.0.0.1:9/key.cer".to_owned());
    header.jwk = serde_json::from_value(own).unwrap();
    let token = signed_with(&header, &claims(json!({})), "other.pem");
    assert_eq!(check(&token), Err(Rejection::SignatureWrong));
    let token = signed_with(&header, &claims(json!({})), "pkcs1.pem");
    assert!(check(&token).is_ok());
    for crit in [json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({"alg": "RS256", "kid": KID, "crit": crit, "b64": false});
        let token = forged(&header, &claims(json!({})), b"x");
        assert_eq!(check(&token), Err(Rejection::HeaderNotUnderstood));
    }
}

#[test]
fn each_unexpected_claim_has_its_rejection() {
    let verdict = |other: Value| check(&signed(Some(KID), &claims(other), "pkcs1.pem"));
    for kind in [
        json!("refresh_token"),
        json!("service_token"),
        json!(7),
        json!(null),
    ] {
        let rejected = verdict(json!({"type": kind}));
        assert_eq!(rejected, Err(Rejection::OtherType), "{kind}");
    }
    for name in [json!("ims-na1-stg1"), json!(null)] {
        let rejected = verdict(json!({"as": name}));
        assert_eq!(rejected, Err(Rejection::OtherEnvironment), "{name}");
    }
    for client in [json!("other"), json!(""), json!(null)] {
        let rejected = verdict(json!({"client_id": client}));
        assert_eq!(rejected, Err(Rejection::OtherClient), "{client}");
    }
    for gone in ["created_at", "expires_in"] {
        assert_eq!(verdict(json!({gone: null})), Err(Rejection::WithoutExpiry));
    }
    let ago = |millis: u64| json!({"created_at": (NOW * 1000 - 86_400_000 - millis).to_string()});
    assert_eq!(verdict(ago(0)), Err(Rejection::Expired));
    assert_eq!(verdict(json!({"expires_in": "0"})), Err(Rejection::Expired));
    let last = json!({"created_at": (NOW * 1000 - 86_400_000 + 1).to_string()});
    assert!(verdict(last).is_ok());
    let late = signed(Some(KID), &claims(ago(29_999)), "pkcs1.pem");
    let lenient = VerifyOptions::any_token().with_leeway(Duration::from_secs(30));
    assert!(known().verify(&late, &lenient, now()).is_ok());
    let strict = known().verify(&late, &VerifyOptions::any_token(), now());
    assert_eq!(strict, Err(Rejection::Expired));
    // The signature is checked before the expiry.
    let both = signed(Some(KID), &claims(ago(1)), "other.pem");
    assert_eq!(check(&both), Err(Rejection::SignatureWrong));
}

#[test]
fn id_token_must_match_client_issuer_and_nonce() {
    let claims_of_it = json!({
        "iss": "https://ims-na1.adobelogin.com", "sub": "0123@AdobeID", "aud": CLIENT_ID,
        "iat": NOW, "exp": NOW + 60, "nonce": "NONCE",
    });
    let expected =
        VerifyOptions::id_token(CLIENT_ID, &Environment::production()).with_nonce("NONCE");
    let verdict = |change: Value| {
        let mut claims: Map<String, Value> = claims_of_it.as_object().unwrap().clone();
        for (name, value) in change.as_object().unwrap() {
            claims.insert(name.clone(), value.clone());
        }
        let token = signed(Some(KID), &Value::Object(claims), "pkcs1.pem");
        known().verify(&token, &expected, now())
    };
    for fine in [
        json!({}),
        json!({"iss": "https://ims-na1.adobelogin.com/ims"}),
        json!({"aud": ["other", CLIENT_ID], "azp": CLIENT_ID}),
        json!({"aud": [CLIENT_ID]}),
        json!({"type": "id_token"}),
    ] {
        let verified = verdict(fine).unwrap();
        assert_eq!(verified.expires_at, now() + Duration::from_secs(60));
    }
    for (change, rejection) in [
        (json!({"type": "access_token"}), Rejection::OtherType),
        (json!({"aud": "other"}), Rejection::OtherClient),
        (json!({"aud": ["other"]}), Rejection::OtherClient),
        (json!({"aud": null}), Rejection::OtherClient),
        (
            json!({"aud": [CLIENT_ID, "other"], "azp": "other"}),
            Rejection::OtherClient,
        ),
        (
            json!({"iss": "https://ims-na1-stg1.adobelogin.com"}),
            Rejection::OtherIssuer,
        ),
        (json!({"iss": null}), Rejection::OtherIssuer),
        (json!({"nonce": "other"}), Rejection::OtherNonce),
        (json!({"nonce": null}), Rejection::OtherNonce),
        (json!({"exp": null}), Rejection::WithoutExpiry),
        (json!({"exp": NOW}), Rejection::Expired),
    ] {
        assert_eq!(verdict(change.clone()), Err(rejection), "{change}");
    }
    // The other expectations hold for id tokens too.
    let nonce = VerifyOptions::any_token().with_nonce("NONCE");
    let verdict = known().verify(&valid(), &nonce, now());
    assert_eq!(verdict, Err(Rejection::OtherNonce));
    // An access token is rejected as an id token.
    let access = signed(Some(KID), &claims(json!({})), "pkcs1.pem");
    let verdict = known().verify(&access, &expected, now());
    assert_eq!(verdict, Err(Rejection::OtherType));
}

#[test]
fn each_rejection_is_an_error_with_its_problem() {
    for (rejection, problem) in [
        (Rejection::Expired, Problem::TokenExpired),
        (Rejection::SignatureWrong, Problem::TokenNotVerified),
        (Rejection::OtherClient, Problem::TokenNotVerified),
        (Rejection::Unreadable, Problem::TokenUnreadable),
    ] {
        let error = Error::from(rejection);
        assert_eq!(error.problem(), problem);
        assert_eq!(error.to_string(), rejection.to_string());
    }
}

#[test]
fn keys_unfit_for_rs256_are_left_out() {
    let changed = |name: &str, value: Value| {
        let mut entry = jwk(Some("changed"), "pkcs1.pem");
        entry[name] = value;
        entry
    };
    let useless = [
        changed("kty", json!("EC")),
        changed("kty", json!("oct")),
        changed("use", json!("enc")),
        changed("alg", json!("RS512")),
        changed("alg", json!("HS256")),
        changed("n", json!("!")),
        changed("n", json!("")),
        changed("n", json!(7)),
        changed("e", json!("")),
        changed("e", json!(null)),
        jwk(Some("short"), "rsa1024.pem"),
        json!(7),
        json!({}),
    ];
    for entry in &useless {
        let set = key_set(std::slice::from_ref(entry)).to_string();
        let error = KeySet::parse(set.as_bytes(), &Crypto::ring()).unwrap_err();
        assert_eq!(error.problem(), Problem::AnswerWithoutKeys, "{entry}");
    }
    let mut all = useless.to_vec();
    all.push(jwk(Some(KID), "pkcs1.pem"));
    let set = keys(&all);
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [KID]);
    assert!(
        set.verify(&valid(), &VerifyOptions::any_token(), now())
            .is_ok()
    );
    for text in ["", "[]", "{}", r#"{"keys":7}"#, r#"{"keys":[]}"#] {
        let parsed = KeySet::parse(text.as_bytes(), &Crypto::ring());
        assert_eq!(parsed.unwrap_err().problem(), Problem::AnswerWithoutKeys);
    }
}

/// Tells whether the oracle accepts the signature of a token with the key in `public.pem`.
fn oracle(token: &str) -> bool {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_rsa_pem(fixture("public.pem").as_bytes()).unwrap();
    decode::<Map<String, Value>>(token, &key, &validation).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn tampered_token_is_rejected(
        at in any::<prop::sample::Index>(), byte in "[A-Za-z0-9_.=-]", cut in any::<bool>(),
    ) {
        let valid = valid().expose().to_owned();
        let at = at.index(valid.len());
        let end = if cut { valid.len() } else { at + 1 };
        let tampered = format!("{}{byte}{}", &valid[..at], &valid[end..]);
        prop_assume!(tampered != valid);
        let verdict = known().verify(&Secret::new(tampered.clone()), &VerifyOptions::any_token(), now());
        prop_assert!(verdict.is_err(), "{tampered}");
        prop_assert!(!oracle(&tampered));
    }

    #[test]
    fn verdict_agrees_with_the_oracle(user in "\\PC{0,40}", more in any::<u32>()) {
        let claims = claims(json!({"user_id": user, "more": more}));
        let token = signed(Some(KID), &claims, "pkcs1.pem");
        let verified = known().verify(&token, &VerifyOptions::token(TokenType::Access), now());
        prop_assert_eq!(Value::Object(verified.unwrap().claims), claims);
        prop_assert!(oracle(token.expose()));
    }

    #[test]
    fn arbitrary_text_does_not_panic(text in "[A-Za-z0-9_.=\\-\\PC]{0,80}") {
        let verdict = known().verify(&Secret::new(text), &VerifyOptions::any_token(), now());
        prop_assert!(verdict.is_err());
    }
}
