//! Comparisons of validation, users, discovery and keys.

use serde_json::Value;

use super::answer::Answer;
use super::claims::without_token;
use super::comparison::{Comparison, ExpectedError, Results, error};

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
