//! The comparisons of an answer with the behaviour of the emulator. They are pure.

use adobe_ims::Secret;
use adobe_ims::internal::server_text;
use serde_json::Value;

use super::answer::Answer;
use super::request::Probe;
use super::token_facts::TokenFacts;

/// A behaviour, and what was seen instead or as well. Neither text holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) expected: String,
    pub(super) seen: String,
    pub(super) is_same: bool,
}

/// The answers to all requests, and the token among them.
pub(super) struct Results<'a> {
    pub(super) client_id: &'a str,
    pub(super) metascopes: &'a [String],
    pub(super) answers: Vec<(Probe, Answer)>,
    pub(super) token: Option<TokenFacts>,
    pub(super) secrets: Vec<Secret>,
}

impl Results<'_> {
    pub(super) fn answer(&self, probe: Probe) -> Option<&Answer> {
        let mut answers = self.answers.iter();
        answers.find(|(it, _)| *it == probe).map(|(_, it)| it)
    }

    fn shown(&self, text: &str) -> String {
        server_text(text, &self.secrets).to_string()
    }

    fn summary(&self, answer: &Answer) -> String {
        answer.summary(&self.secrets)
    }
}

impl Comparison {
    /// Compares texts.
    fn texts(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        let (expected, seen) = (expected.into(), seen.into());
        Self {
            is_same: expected == seen,
            expected,
            seen,
        }
    }

    /// Creates the comparison of a fact that an answer has, or else of the answer itself.
    fn fact(expected: &str, is_same: bool, seen: impl FnOnce() -> String) -> Self {
        Self {
            expected: expected.to_owned(),
            seen: if is_same { expected.to_owned() } else { seen() },
            is_same,
        }
    }
}

/// An error that is expected. Where the text is the emulator's own, it is not compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpectedError {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) text: Option<&'static str>,
}

pub(super) fn error(expected: ExpectedError, results: &Results<'_>, answer: &Answer) -> Comparison {
    let ExpectedError { status, code, text } = expected;
    let is_text = text.is_none_or(|text| answer.description() == Some(text));
    Comparison {
        expected: match text {
            Some(text) => format!("{status} {code} \"{text}\""),
            None => format!("{status} {code}"),
        },
        seen: results.summary(answer),
        is_same: answer.status == status && answer.error() == Some(code) && is_text,
    }
}

pub(super) fn method_not_allowed(results: &Results<'_>, answer: &Answer) -> Comparison {
    let is_same = answer.status == 405 && answer.error().is_some();
    Comparison::fact("405 with an error in JSON", is_same, || {
        results.summary(answer)
    })
}

pub(super) fn error_body(results: &Results<'_>, answer: &Answer) -> Comparison {
    let names = ["error_description", "error"];
    let mut places: Vec<_> = names
        .iter()
        .filter_map(|name| Some((answer.text.find(&format!("\"{name}\""))?, *name)))
        .collect();
    places.sort_unstable();
    let places: Vec<_> = places.into_iter().map(|(_, name)| name).collect();
    let is_line = !answer.text.trim_end().contains('\n');
    let is_same = is_line && places == names && answer.field_names().len() == 2;
    Comparison::fact("one line: error_description, error", is_same, || {
        let lines = if is_line { "one line" } else { "several lines" };
        let fields = answer.field_names().join(", ");
        match places.as_slice() {
            ["error", "error_description"] => format!("{lines}: error, error_description"),
            _ => format!("{lines}: {}", results.shown(&fields)),
        }
    })
}

pub(super) fn json_type(results: &Results<'_>, answer: &Answer) -> Comparison {
    let plain = |text: &str| text.to_ascii_lowercase().replace(' ', "");
    let expected = "application/json;charset=UTF-8";
    let seen = answer.content_type();
    Comparison::fact(expected, plain(seen) == plain(expected), || {
        results.shown(seen)
    })
}

pub(super) fn debug_id(_: &Results<'_>, answer: &Answer) -> Comparison {
    Comparison::fact("x-debug-id", answer.has_debug_id(), || {
        "no x-debug-id".to_owned()
    })
}

pub(super) fn no_store(results: &Results<'_>, answer: &Answer) -> Comparison {
    let seen = answer.cache_control();
    let is_same = seen.split(',').any(|it| it.trim() == "no-store");
    Comparison::fact("Cache-Control: no-store", is_same, || match seen {
        "" => "no Cache-Control".to_owned(),
        seen => format!("Cache-Control: {}", results.shown(seen)),
    })
}

/// Compares the fields of a response with a token of a client.
pub(super) fn token_response(results: &Results<'_>, answer: &Answer) -> Comparison {
    let expected = "200 access_token, expires_in, token_type bearer";
    let names = answer.field_names();
    let token_type = answer.json["token_type"].as_str().unwrap_or("missing");
    let has_fields = names == ["access_token", "expires_in", "token_type"];
    let is_same = answer.status == 200 && has_fields && token_type == "bearer";
    Comparison::fact(expected, is_same, || {
        if answer.json["access_token"].is_string() {
            let seen = format!("{}, token_type {token_type}", names.join(", "));
            format!("{} {}", answer.status, results.shown(&seen))
        } else {
            results.summary(answer)
        }
    })
}

pub(super) fn has_token(results: &Results<'_>, answer: &Answer) -> Comparison {
    let is_same = answer.status == 200 && answer.json["access_token"].is_string();
    Comparison::fact("200 with a token", is_same, || results.summary(answer))
}

pub(super) fn milliseconds(results: &Results<'_>, answer: &Answer) -> Comparison {
    unit("milliseconds", 1, results, answer)
}

pub(super) fn seconds(results: &Results<'_>, answer: &Answer) -> Comparison {
    unit("seconds", 1000, results, answer)
}

/// Compares `expires_in` of a response with the lifetime in the token, which is in milliseconds.
fn unit(name: &str, millis: u64, results: &Results<'_>, answer: &Answer) -> Comparison {
    /// A response says a little less than the token.
    const TOLERANCE: u64 = 60_000;
    let lifetime = results
        .token
        .as_ref()
        .and_then(|token| token.claim("expires_in")?.parse().ok());
    let lifetime: u64 = lifetime.unwrap_or(86_400_000);
    let is_in = |millis: u64| {
        let value = answer.json["expires_in"].as_u64()?;
        let value = value.checked_mul(millis)?;
        Some(value.abs_diff(lifetime) <= TOLERANCE)
    };
    let is_same = is_in(millis) == Some(true);
    Comparison::fact(&format!("an integer in {name}"), is_same, || {
        let value = &answer.json["expires_in"];
        let kind = match value {
            Value::Null => return "missing".to_owned(),
            Value::Number(_) if is_in(1) == Some(true) => "in milliseconds",
            Value::Number(_) if is_in(1000) == Some(true) => "in seconds",
            Value::Number(_) => "in another unit",
            _ => "no number",
        };
        format!("{}: {kind}", results.shown(&value.to_string()))
    })
}

/// Returns the comparison of a token that is not there. Checks of tokens are made with one only.
fn without_token(expected: &str) -> Comparison {
    Comparison::fact(expected, false, || "no token".to_owned())
}

pub(super) fn token_times(results: &Results<'_>, _: &Answer) -> Comparison {
    let expected = "created_at, expires_in: texts of milliseconds; no exp, iat, iss";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let is_millis = |name: &str| {
        let text = token.claim(name).unwrap_or_default();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let times = ["created_at", "expires_in"];
    let others = ["exp", "iat", "iss"];
    let is_same = times.iter().all(|it| is_millis(it))
        && !others.iter().any(|it| token.claims.contains_key(*it));
    Comparison::fact(expected, is_same, || {
        let kind = |name: &&str| match token.claims.get(*name) {
            None => None,
            Some(Value::String(_)) => Some(format!("{name} a text")),
            Some(Value::Number(_)) => Some(format!("{name} a number")),
            Some(_) => Some(format!("{name} something else")),
        };
        let seen: Vec<_> = times.iter().chain(&others).filter_map(kind).collect();
        if seen.is_empty() {
            "none of these claims".to_owned()
        } else {
            seen.join(", ")
        }
    })
}

pub(super) fn token_client(results: &Results<'_>, _: &Answer) -> Comparison {
    let expected = "type access_token, client_id of the request";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let kind = token.claim("type").unwrap_or("missing");
    let is_client = token.claim("client_id") == Some(results.client_id);
    Comparison::fact(expected, kind == "access_token" && is_client, || {
        let client = if is_client {
            "of the request"
        } else {
            "another one"
        };
        format!("type {}, client_id {client}", results.shown(kind))
    })
}

pub(super) fn token_claims(results: &Results<'_>, _: &Answer) -> Comparison {
    const CLAIMS: [&str; 12] = [
        "id",
        "type",
        "client_id",
        "user_id",
        "state",
        "as",
        "aa_id",
        "ctp",
        "fg",
        "moi",
        "pba",
        "scope",
    ];
    let expected = "all claims";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let is_missing = |name: &&str| !token.claims.contains_key(*name);
    let missing: Vec<_> = CLAIMS.into_iter().filter(is_missing).collect();
    Comparison::fact(expected, missing.is_empty(), || {
        format!("without {}", missing.join(", "))
    })
}

pub(super) fn token_header(results: &Results<'_>, _: &Answer) -> Comparison {
    let expected = "alg RS256, kid, itt, x5u a file name, no typ";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let alg = token.header("alg").unwrap_or("missing");
    let has = |name: &str| token.header.contains_key(name);
    let is_file = token.certificate_file().is_some();
    let is_same = alg == "RS256" && has("kid") && has("itt") && is_file && !has("typ");
    Comparison::fact(expected, is_same, || {
        let mut names: Vec<_> = token.header.keys().map(String::as_str).collect();
        names.sort_unstable();
        let seen = format!("alg {alg}; fields {}", names.join(", "));
        results.shown(&seen)
    })
}

pub(super) fn scope_of_account(results: &Results<'_>, _: &Answer) -> Comparison {
    let expected = "scopes of the client, no metascopes";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let has_metascope = results.metascopes.iter().any(|it| token.has_scope(it));
    let scope = token.claim("scope").unwrap_or_default();
    Comparison::fact(expected, !has_metascope && !scope.is_empty(), || {
        if scope.is_empty() {
            "no scope".to_owned()
        } else {
            results.shown(scope)
        }
    })
}

pub(super) fn token_lifetime(results: &Results<'_>, _: &Answer) -> Comparison {
    let expected = "86400000";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let seen = token.claim("expires_in").unwrap_or("missing");
    Comparison::texts(expected, results.shown(seen))
}

pub(super) fn validated(results: &Results<'_>, answer: &Answer) -> Comparison {
    let claims = answer.json["token"].as_object();
    let has_scope = claims.is_some_and(|it| it.contains_key("scope"));
    let is_valid = answer.json["valid"] == true;
    let is_same = answer.status == 200 && is_valid && claims.is_some() && !has_scope;
    Comparison::fact("200 valid, claims without scope", is_same, || {
        let claims = match claims {
            None => "no claims",
            Some(_) if has_scope => "claims with scope",
            Some(_) => "claims without scope",
        };
        verdict(results, answer).map_or_else(
            || results.summary(answer),
            |verdict| format!("{verdict}, {claims}"),
        )
    })
}

pub(super) fn bad_signature(results: &Results<'_>, answer: &Answer) -> Comparison {
    not_valid("bad_signature", results, answer)
}

pub(super) fn revoked(results: &Results<'_>, answer: &Answer) -> Comparison {
    not_valid("revoked", results, answer)
}

fn not_valid(reason: &str, results: &Results<'_>, answer: &Answer) -> Comparison {
    let seen = verdict(results, answer).unwrap_or_else(|| results.summary(answer));
    Comparison::texts(format!("200 not valid, reason {reason}"), seen)
}

/// Returns what a validation says, in words.
fn verdict(results: &Results<'_>, answer: &Answer) -> Option<String> {
    let status = answer.status;
    if answer.json["valid"].as_bool()? {
        return Some(format!("{status} valid"));
    }
    let reason = answer.json["reason"].as_str().unwrap_or("missing");
    Some(format!(
        "{status} not valid, reason {}",
        results.shown(reason)
    ))
}

pub(super) fn profile(results: &Results<'_>, answer: &Answer) -> Comparison {
    const FIELDS: [&str; 6] = [
        "account_type",
        "authId",
        "countryCode",
        "displayName",
        "email",
        "name",
    ];
    let names = answer.field_names();
    let missing: Vec<_> = FIELDS
        .into_iter()
        .filter(|it| !names.contains(it))
        .collect();
    let is_user = is_user(results, &answer.json["userId"]);
    let is_same = answer.status == 200 && is_user && missing.is_empty();
    Comparison::fact("200 with userId of the token", is_same, || {
        if answer.status != 200 {
            results.summary(answer)
        } else if is_user {
            format!("200 without {}", missing.join(", "))
        } else {
            "200 without the userId of the token".to_owned()
        }
    })
}

/// Compares `/ims/userinfo` with what the scopes of the token give.
pub(super) fn userinfo(results: &Results<'_>, answer: &Answer) -> Comparison {
    let has_scope = results
        .token
        .as_ref()
        .is_some_and(|it| it.has_scope("openid"));
    if !has_scope {
        let expected = ExpectedError {
            status: 403,
            code: "insufficient_scope",
            text: None,
        };
        return error(expected, results, answer);
    }
    let is_same = answer.status == 200 && is_user(results, &answer.json["sub"]);
    Comparison::fact("200 with sub of the token", is_same, || {
        match answer.status {
            200 => "200 without the sub of the token".to_owned(),
            _ => results.summary(answer),
        }
    })
}

fn is_user(results: &Results<'_>, value: &Value) -> bool {
    let user = results.token.as_ref().and_then(|it| it.claim("user_id"));
    user.is_some() && value.as_str() == user
}

pub(super) fn discovery_endpoints(results: &Results<'_>, answer: &Answer) -> Comparison {
    const ENDPOINTS: [(&str, &str); 5] = [
        ("authorization_endpoint", "/ims/authorize/v2"),
        ("token_endpoint", "/ims/token/v3"),
        ("userinfo_endpoint", "/ims/userinfo/v2"),
        ("revocation_endpoint", "/ims/revoke"),
        ("jwks_uri", "/ims/keys"),
    ];
    let is_other = |(name, path): &(&str, &str)| {
        let url = answer.json[*name].as_str().unwrap_or_default();
        !url.trim_end_matches('/').ends_with(path)
    };
    let others: Vec<_> = ENDPOINTS.into_iter().filter(is_other).collect();
    let is_same = answer.status == 200 && others.is_empty();
    Comparison::fact("200 with the documented paths", is_same, || {
        if !answer.json.is_object() {
            return results.summary(answer);
        }
        let seen = others.iter().map(|(name, _)| {
            let url = answer.json[*name].as_str().unwrap_or("missing");
            format!("{name} {}", results.shown(url))
        });
        format!("{} {}", answer.status, seen.collect::<Vec<_>>().join(", "))
    })
}

pub(super) fn discovery_grants(results: &Results<'_>, answer: &Answer) -> Comparison {
    let grants = answer.json["grant_types_supported"].as_array();
    let seen = match grants {
        None => results.summary(answer),
        Some(grants) => {
            let mut names: Vec<_> = grants.iter().filter_map(Value::as_str).collect();
            names.sort_unstable();
            results.shown(&names.join(", "))
        }
    };
    Comparison::texts("authorization_code, implicit_grant, refresh_token", seen)
}

pub(super) fn keys(results: &Results<'_>, answer: &Answer) -> Comparison {
    let empty = Vec::new();
    let keys = answer.json["keys"].as_array().unwrap_or(&empty);
    let form = |key: &Value| {
        ["kty", "use", "alg"].map(|it| key[it].as_str().unwrap_or("missing").to_owned())
    };
    let mut forms: Vec<_> = keys.iter().map(|key| form(key).join(" ")).collect();
    forms.sort_unstable();
    forms.dedup();
    let seen = if forms.is_empty() {
        results.summary(answer)
    } else {
        results.shown(&forms.join(", "))
    };
    Comparison::texts("RSA sig RS256", seen)
}

pub(super) fn key_of_token(results: &Results<'_>, answer: &Answer) -> Comparison {
    let expected = "kid of the token is in the key set";
    let Some(token) = &results.token else {
        return without_token(expected);
    };
    let kid = token.header("kid");
    let keys = answer.json["keys"].as_array().into_iter().flatten();
    let is_in = kid.is_some() && keys.into_iter().any(|key| key["kid"].as_str() == kid);
    Comparison::fact(expected, is_in, || match kid {
        None => "the token has no kid".to_owned(),
        Some(kid) => format!("{} is not", results.shown(kid)),
    })
}

pub(super) fn certificate(results: &Results<'_>, answer: &Answer) -> Comparison {
    let is_same = answer.status == 200 && answer.text.starts_with("-----BEGIN");
    Comparison::fact("200 with PEM", is_same, || results.summary(answer))
}

pub(super) fn no_content(results: &Results<'_>, answer: &Answer) -> Comparison {
    Comparison::texts("200 without content", results.summary(answer))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn results(token: Option<&Value>) -> Results<'static> {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = token.and_then(|claims| {
            let token = format!("{}.{}.c2ln", part(&json!({"kid": "k"})), part(claims));
            TokenFacts::of_response(&json!({"access_token": token}))
        });
        Results {
            client_id: "client",
            metascopes: &[],
            answers: Vec::new(),
            token,
            secrets: vec![Secret::new("SECRET-OF-THE-CLIENT")],
        }
    }

    #[test]
    fn error_is_compared_by_status_code_and_known_text() {
        let expected = ExpectedError {
            status: 400,
            code: "invalid_client",
            text: Some("invalid client_secret parameter"),
        };
        for (status, body, is_same) in [
            (
                400,
                r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#,
                true,
            ),
            (
                401,
                r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#,
                false,
            ),
            (
                400,
                r#"{"error_description":"no","error":"invalid_client"}"#,
                false,
            ),
            (
                400,
                r#"{"error_description":"invalid client_secret parameter","error":"x"}"#,
                false,
            ),
            (400, r#"{"error":"invalid_client"}"#, false),
            (400, "<html>", false),
        ] {
            let found = error(expected, &results(None), &Answer::of(status, &[], body));
            assert_eq!(found.is_same, is_same, "{found:?}");
        }
        let without_text = ExpectedError {
            text: None,
            ..expected
        };
        let answer = Answer::of(
            400,
            &[],
            r#"{"error_description":"own","error":"invalid_client"}"#,
        );
        assert!(error(without_text, &results(None), &answer).is_same);
    }

    #[test]
    fn secret_in_an_answer_is_not_shown() {
        let body =
            r#"{"error_description":"bad SECRET-OF-THE-CLIENT","error":"SECRET-OF-THE-CLIENT"}"#;
        let expected = ExpectedError {
            status: 400,
            code: "x",
            text: None,
        };
        let found = error(expected, &results(None), &Answer::of(400, &[], body));
        assert!(!found.seen.contains("SECRET"), "{found:?}");
    }

    #[test]
    fn unit_is_told_from_the_lifetime_of_the_token() {
        let claims = json!({"expires_in": "600000"});
        for (value, is_millis, is_seconds, seen) in [
            (json!(599_998), true, false, "599998: in milliseconds"),
            (json!(599), false, true, "599: in seconds"),
            (json!("599"), false, false, "\"599\": no number"),
            (json!(86_400), false, false, "86400: in another unit"),
            (json!(null), false, false, "missing"),
            (
                json!(u64::MAX),
                false,
                false,
                "18446744073709551615: in another unit",
            ),
        ] {
            let body = json!({"expires_in": value}).to_string();
            let (results, answer) = (results(Some(&claims)), Answer::of(200, &[], &body));
            let (millis, secs) = (milliseconds(&results, &answer), seconds(&results, &answer));
            assert_eq!(
                (millis.is_same, secs.is_same),
                (is_millis, is_seconds),
                "{value}"
            );
            for found in [millis, secs].into_iter().filter(|it| !it.is_same) {
                assert_eq!(found.seen, seen);
            }
        }
    }

    #[test]
    fn error_body_is_one_line_with_the_keys_in_order() {
        for (body, seen) in [
            (
                r#"{"error_description":"a","error":"b"}"#,
                "one line: error_description, error",
            ),
            (
                r#"{"error":"b","error_description":"a"}"#,
                "one line: error, error_description",
            ),
            (
                "{\n\"error_description\":\"a\",\"error\":\"b\"}",
                "several lines: error, error_description",
            ),
            (r#"{"error":"b"}"#, "one line: error"),
            ("no", "one line: "),
        ] {
            let found = error_body(&results(None), &Answer::of(400, &[], body));
            assert_eq!(found.seen, seen);
        }
    }

    #[test]
    fn claims_of_a_token_are_compared() {
        let good = json!({"created_at": "1", "expires_in": "86400000", "type": "access_token", "client_id": "client"});
        let answer = Answer::of(200, &[], "{}");
        let good = results(Some(&good));
        assert!(token_times(&good, &answer).is_same);
        assert!(token_client(&good, &answer).is_same);
        assert!(token_lifetime(&good, &answer).is_same);
        let bad = json!({"created_at": 1, "exp": 2, "expires_in": "1", "client_id": "other"});
        let bad = results(Some(&bad));
        assert_eq!(
            token_times(&bad, &answer).seen,
            "created_at a number, expires_in a text, exp a number"
        );
        assert_eq!(
            token_client(&bad, &answer).seen,
            "type missing, client_id another one"
        );
        assert_eq!(token_lifetime(&bad, &answer).seen, "1");
        assert_eq!(
            token_claims(&bad, &answer).seen,
            "without id, type, user_id, state, as, aa_id, ctp, fg, moi, pba, scope"
        );
    }

    #[test]
    fn headers_are_compared() {
        let headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("cache-control", "private, no-store"),
            ("x-debug-id", "x"),
        ];
        let (good, bad) = (Answer::of(200, &headers, ""), Answer::of(200, &[], ""));
        let results = results(None);
        for compare in [json_type, no_store, debug_id] {
            assert!(compare(&results, &good).is_same);
            assert!(!compare(&results, &bad).is_same);
        }
    }
}
