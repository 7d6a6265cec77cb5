//! The claims of a token: its type, its client, its environment and its scopes.

use adobe_ims::error::Certainty;
use adobe_ims::internal::{server_text, time};
use adobe_ims::token::TokenClaims;
use adobe_ims::{AccessToken, Environment, Problem, Secret};

use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::Failure;

const ID: CheckId = CheckId::TokenClaims;
const SCOPES: CheckId = CheckId::GrantedScopes;

/// `offline_access` requests a refresh token; an access token does not list it.
const NOT_LISTED: &str = "offline_access";

/// A token, and what was asked for.
pub(super) struct Examined<'a> {
    pub(super) token: &'a AccessToken,
    /// The client that asked for the token.
    pub(super) client_id: Option<&'a str>,
    pub(super) environment: &'a Environment,
    /// The secrets that a server could hide in claims.
    pub(super) secrets: &'a [Secret],
}

/// Compares the claims with what was asked for.
pub(super) fn claims(examined: &Examined<'_>) -> Check {
    let Some(claims) = examined.token.claims() else {
        return Check::skipped(ID, "the token is opaque: it has no claims that can be read");
    };
    let differs =
        |claim: &Option<String>, expected| claim.as_deref().is_some_and(|claim| claim != expected);
    let check = if differs(&claims.kind, "access_token") {
        let cause = FoundCause::new(Problem::TokenOfOtherType, Certainty::Certain);
        Check::problem(ID, "the token is of another type than access_token", cause)
    } else if let Err(error) = examined.token.check_environment(examined.environment) {
        let message = error.to_string();
        let cause = FoundCause::summarized(&Failure::from(error), Certainty::Certain);
        Check::problem(ID, message, cause)
    } else if let Some(expected) = examined
        .client_id
        .filter(|id| differs(&claims.client_id, id))
    {
        let cause = FoundCause::new(Problem::TokenOfOtherClient, Certainty::Certain)
            .seen(format!("asked for as {expected:?}"));
        Check::problem(ID, "the token was issued to another client", cause)
    } else {
        Check::ok(
            ID,
            "the token is an access token of this client and environment",
        )
    };
    facts(claims, examined.secrets)
        .into_iter()
        .fold(check, Check::seen)
}

fn facts(claims: &TokenClaims, secrets: &[Secret]) -> Vec<String> {
    let shown = |text: &str| server_text(text, secrets).to_string();
    let text = |name: &str, value: Option<&str>| {
        let value = value.map_or("missing".to_owned(), shown);
        format!("{name}: {value}")
    };
    let mut facts = vec![
        text("type", claims.kind.as_deref()),
        text("client_id", claims.client_id.as_deref()),
        text("user_id", claims.user_id.as_deref()),
        text("as", claims.authorization_server.as_deref()),
        if claims.scopes.is_empty() {
            "scope: none".to_owned()
        } else {
            format!("scope: {}", shown(&claims.scopes.join(", ")))
        },
    ];
    let created = claims.created_at.map(time::display);
    facts.extend(created.map(|at| format!("created: {at}")));
    let end = claims.expires_at().map(time::display);
    facts.extend(end.map(|at| format!("expires: {at}")));
    facts
}

/// The scopes that were requested.
#[derive(Clone, Copy, Debug)]
pub(super) enum Requested<'a> {
    Scopes(&'a [String]),
    /// Metascopes, which no token lists.
    Metascopes(&'a [String]),
    /// Nobody requested the token just now.
    Unknown,
}

/// Compares the requested scopes with those that the token lists.
pub(super) fn scopes(token: &AccessToken, requested: Requested<'_>, secrets: &[Secret]) -> Check {
    let scopes = match requested {
        Requested::Scopes([]) => return Check::skipped(SCOPES, "no scopes are requested"),
        Requested::Scopes(scopes) => scopes,
        Requested::Metascopes(metascopes) => {
            let reason = "a token does not list metascopes; IMS refuses one that is not granted";
            let names = metascopes.join(", ");
            return Check::skipped(SCOPES, reason).seen(format!("requested metascopes: {names}"));
        }
        Requested::Unknown => {
            return Check::skipped(SCOPES, "the token was given, so nothing was requested");
        }
    };
    let granted = token.claims().map_or(&[][..], |claims| &claims.scopes);
    if granted.is_empty() {
        return Check::skipped(SCOPES, "the token does not list its scopes");
    }
    let missing = scopes
        .iter()
        .filter(|it| *it != NOT_LISTED && !granted.contains(it));
    let missing: Vec<_> = missing.map(String::as_str).collect();
    let check = if missing.is_empty() {
        Check::ok(SCOPES, "the token lists all scopes that were requested")
    } else {
        let cause = FoundCause::new(Problem::ScopesNotGranted, Certainty::Certain);
        let summary = format!("IMS did not grant the scope {}", missing.join(", "));
        Check::problem(SCOPES, summary, cause)
    };
    let granted = server_text(&granted.join(", "), secrets);
    check
        .seen(format!("requested: {}", scopes.join(", ")))
        .seen(format!("granted: {granted}"))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;
    use crate::doctor::check::Verdict;

    fn token(claims: &Value) -> AccessToken {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let jws = format!(
            "{}.{}.c2ln",
            part(r#"{"alg":"RS256"}"#),
            part(&claims.to_string())
        );
        AccessToken::new(jws.into()).unwrap()
    }

    fn examine(claims_of: &Value, environment: &Environment) -> Check {
        let token = token(claims_of);
        let secrets = [Secret::new("SECRET?%&=ü")];
        claims(&Examined {
            token: &token,
            client_id: Some("client!+ID"),
            environment,
            secrets: &secrets,
        })
    }

    #[test]
    fn token_of_another_kind_client_or_environment_is_a_problem() {
        let good = json!({"type": "access_token", "client_id": "client!+ID", "as": "ims-na1"});
        let with = |name: &str, value: &str| {
            let mut claims = good.clone();
            claims[name] = json!(value);
            claims
        };
        for (claims, environment, expected) in [
            (good.clone(), Environment::production(), None),
            (json!({}), Environment::production(), None),
            (
                with("type", "refresh_token"),
                Environment::production(),
                Some("token-of-other-type"),
            ),
            (
                with("client_id", "other"),
                Environment::production(),
                Some("token-of-other-client"),
            ),
            (
                good.clone(),
                Environment::stage(),
                Some("environment-mismatch"),
            ),
            (
                good.clone(),
                Environment::parse("http://127.0.0.1:1").unwrap(),
                None,
            ),
        ] {
            let check = examine(&claims, &environment);
            let found = check.causes().first().map(|it| it.cause.id());
            assert_eq!(found, expected, "{claims}");
            assert_eq!(
                check.verdict() == Verdict::Problem,
                expected.is_some(),
                "{claims}"
            );
        }
    }

    #[test]
    fn secret_in_a_claim_is_not_shown() {
        let claims = json!({"type": "SECRET?%&=ü", "scope": "a,SECRET?%&=ü", "created_at": "0"});
        let check = examine(&claims, &Environment::production());
        assert_eq!(
            check.evidence(),
            [
                "type: [redacted]",
                "client_id: missing",
                "user_id: missing",
                "as: missing",
                "scope: a, [redacted]",
                "created: 1970-01-01T00:00:00Z",
            ]
        );
    }

    #[test]
    fn scopes_are_compared_exactly_where_the_token_lists_them() {
        let list = |names: &[&str]| -> Vec<_> { names.iter().map(|it| (*it).to_owned()).collect() };
        let granted = token(&json!({"scope": "openid,AdobeID"}));
        let verdict = |token: &AccessToken, names: &[&str]| {
            scopes(token, Requested::Scopes(&list(names)), &[]).verdict()
        };
        assert_eq!(verdict(&granted, &["AdobeID"]), Verdict::Ok);
        assert_eq!(
            verdict(&granted, &["AdobeID", "offline_access"]),
            Verdict::Ok
        );
        assert_eq!(verdict(&granted, &[]), Verdict::Skipped);
        assert_eq!(verdict(&granted, &["adobeid"]), Verdict::Problem);
        assert_eq!(verdict(&token(&json!({})), &["openid"]), Verdict::Skipped);
        let requested = list(&["openid", "a", "b"]);
        let check = scopes(&granted, Requested::Scopes(&requested), &[]);
        assert_eq!(check.summary(), "IMS did not grant the scope a, b");
        assert_eq!(check.causes()[0].cause, Problem::ScopesNotGranted.into());
        let metascopes = scopes(&granted, Requested::Metascopes(&requested), &[]);
        assert_eq!(metascopes.verdict(), Verdict::Skipped);
    }
}
