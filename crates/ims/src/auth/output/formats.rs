//! The texts in which a token is printed.

use std::time::SystemTime;

use adobe_ims::Secret;
use adobe_ims::internal::time;
use serde::Serialize;
use zeroize::Zeroizing;

use super::shell;
use crate::args::Shell;
use crate::auth::AcquiredToken;
use crate::environment::variables;
use crate::error::{CommandProblem, Failure};

/// Returns `Authorization: Bearer …`.
pub(crate) fn header(found: &AcquiredToken) -> Secret {
    let token = found.token.as_secret().expose();
    Secret::new(["Authorization: Bearer ", token].concat())
}

/// Returns the headers that Adobe's APIs expect, one per line; headers with an unknown value are left out.
pub(crate) fn headers(found: &AcquiredToken) -> Result<Secret, Failure> {
    Ok(Secret::new(all_headers(found)?.join("\n")))
}

/// Returns the headers as lines of curl's configuration.
pub(crate) fn curl(found: &AcquiredToken) -> Result<Secret, Failure> {
    let quoted = all_headers(found)?
        .iter()
        .map(|header| {
            let header = Zeroizing::new(header.replace('\\', r"\\").replace('"', "\\\""));
            ["header = \"", &header, "\""].concat()
        })
        .collect::<Vec<_>>();
    Ok(Secret::new(Zeroizing::new(quoted).join("\n")))
}

fn all_headers(found: &AcquiredToken) -> Result<Zeroizing<Vec<String>>, Failure> {
    let mut headers = Zeroizing::new(vec![header(found).expose().to_owned()]);
    for (name, value) in [
        ("x-api-key", client_id(found)?),
        ("x-gw-ims-org-id", organization_id(found)?),
    ] {
        headers.extend(value.map(|value| format!("{name}: {value}")));
    }
    Ok(headers)
}

/// Returns lines that set the environment variables for the token and its expiry.
pub(crate) fn assignments(found: &AcquiredToken, shell: Shell) -> Result<Secret, Failure> {
    let line = |name, value: &str| {
        shell::assignment(shell, name, value).ok_or_else(|| {
            let what =
                format!("{name} holds characters that cannot be quoted safely in this syntax");
            Failure::new(CommandProblem::ValueUnsafe, what)
                .with_hint("use another --shell, or `ims exec`")
        })
    };
    let token = line(variables::ACCESS_TOKEN, found.token.as_secret().expose())?;
    let expiry = line(
        variables::EXPIRES_AT,
        &expires_at(found).unwrap_or_default(),
    )?;
    Ok(Secret::new(
        [token.expose(), "\n", expiry.expose()].concat(),
    ))
}

/// Returns the expiry as RFC 3339; `None` if the token does not state it.
pub(crate) fn expires_at(found: &AcquiredToken) -> Option<String> {
    found.token.expires_at().and_then(time::rfc3339)
}

/// Returns the client id, which is safe in a header.
pub(crate) fn client_id(found: &AcquiredToken) -> Result<Option<&str>, Failure> {
    safe_in_header("client id", found.client_id.as_deref())
}

/// Returns the organisation id, which is safe in a header.
pub(crate) fn organization_id(found: &AcquiredToken) -> Result<Option<&str>, Failure> {
    safe_in_header("organisation", found.organization_id.as_deref())
}

/// Refuses a value with characters that are not allowed in a header, such as line ends. (The type of the token checks
/// the token itself.)
fn safe_in_header<'a>(what: &str, value: Option<&'a str>) -> Result<Option<&'a str>, Failure> {
    let value = value.filter(|value| !value.is_empty());
    if value.is_some_and(|value| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
        let what =
            format!("the {what} holds spaces or other characters that are not allowed in a header");
        return Err(Failure::new(CommandProblem::ValueUnsafe, what));
    }
    Ok(value)
}

/// `ims.token/1`: fields are added, never removed.
pub(crate) fn json(found: &AcquiredToken, now: SystemTime) -> impl Serialize {
    let token = &found.token;
    TokenJson {
        schema: "ims.token/1",
        access_token: token.as_secret().expose(),
        token_type: "bearer",
        issued_at: token
            .claims()
            .and_then(|claims| claims.created_at)
            .and_then(time::rfc3339),
        expires_at: token.expires_at().and_then(time::rfc3339),
        expires_at_unix: token.expires_at().map(time::unix_seconds),
        expires_in: token.remaining(now).map(|left| left.as_secs()),
        source: found.origin.as_str(),
        ims_url: found.environment.as_deref(),
        profile: found.profile.as_deref(),
        client_id: found.client_id.as_deref(),
        org_id: found.organization_id.as_deref(),
        scopes: token.claims().map_or(&[], |claims| &claims.scopes),
    }
}

#[derive(Serialize)]
struct TokenJson<'a> {
    schema: &'static str,
    access_token: &'a str,
    token_type: &'static str,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    expires_in: Option<u64>,
    source: &'static str,
    ims_url: Option<&'a str>,
    profile: Option<&'a str>,
    client_id: Option<&'a str>,
    org_id: Option<&'a str>,
    scopes: &'a [String],
}

#[cfg(test)]
mod tests {
    use adobe_ims::AccessToken;

    use super::*;

    fn found(token: &str, client_id: Option<&str>, organization_id: Option<&str>) -> AcquiredToken {
        AcquiredToken {
            token: AccessToken::new(Secret::new(token)).unwrap(),
            origin: crate::auth::TokenOrigin::Given,
            environment: None,
            organization_id: organization_id.map(str::to_owned),
            client_id: client_id.map(str::to_owned),
            profile: None,
        }
    }

    fn text(result: Result<Secret, Failure>) -> Option<String> {
        Some(result.ok()?.expose().to_owned())
    }

    #[test]
    fn header_with_unknown_value_is_left_out() {
        let all = found("T", Some("client!+ID"), Some("1@AdobeOrg"));
        assert_eq!(
            text(headers(&all)).unwrap(),
            "Authorization: Bearer T\nx-api-key: client!+ID\nx-gw-ims-org-id: 1@AdobeOrg"
        );
        assert_eq!(
            text(headers(&found("T", None, Some("")))).unwrap(),
            "Authorization: Bearer T"
        );
    }

    #[test]
    fn curl_configuration_is_quoted() {
        assert_eq!(
            text(curl(&found(r#"a"b\c"#, Some(r#"\""#), None))).unwrap(),
            "header = \"Authorization: Bearer a\\\"b\\\\c\"\nheader = \"x-api-key: \\\\\\\"\""
        );
    }

    #[test]
    fn value_that_ends_a_header_is_refused() {
        for bad in ["a\nX: y", "a\rb", "a\0", " ", "ü"] {
            for found in [found("T", Some(bad), None), found("T", None, Some(bad))] {
                assert!(headers(&found).is_err(), "{bad:?}");
                assert!(curl(&found).is_err(), "{bad:?}");
            }
        }
    }

    #[test]
    fn unknown_expiry_is_empty_and_unsafe_token_is_refused() {
        assert_eq!(
            text(assignments(&found("T", None, None), Shell::Dotenv)).unwrap(),
            "IMS_ACCESS_TOKEN=T\nIMS_EXPIRES_AT="
        );
        assert!(assignments(&found("100%", None, None), Shell::Cmd).is_err());
    }
}
