//! Comparisons of the header and the claims of the access token.

use serde_json::Value;

use super::answer::Answer;
use super::comparison::{Comparison, Results};

/// Returns the comparison of a token that is not there. Checks of tokens are made with one only.
pub(super) fn without_token(expected: &str) -> Comparison {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_of_a_token_are_compared() {
        let good = json!({"created_at": "1", "expires_in": "86400000", "type": "access_token", "client_id": "client"});
        let answer = Answer::of(200, &[], "{}");
        let good = Results::of(Some(&good));
        assert!(token_times(&good, &answer).is_same);
        assert!(token_client(&good, &answer).is_same);
        assert!(token_lifetime(&good, &answer).is_same);
        let bad = json!({"created_at": 1, "exp": 2, "expires_in": "1", "client_id": "other"});
        let bad = Results::of(Some(&bad));
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
}
