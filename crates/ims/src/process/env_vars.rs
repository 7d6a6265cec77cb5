//! What of a token is handed to a command, and under which name.

use adobe_ims::Secret;

use crate::auth::acquire::AcquiredToken;
use crate::auth::output::formats;
use crate::environment::variables;
use crate::error::{CommandProblem, Failure};

/// `NAME=what`, as in `--var`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvVarSpec {
    name: String,
    what: EnvVarValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EnvVarValue {
    Token,
    Header,
    ExpiresAt,
    ClientId,
    Organization,
}

const KNOWN: &[(&str, EnvVarValue)] = &[
    ("token", EnvVarValue::Token),
    ("header", EnvVarValue::Header),
    ("expires-at", EnvVarValue::ExpiresAt),
    ("client-id", EnvVarValue::ClientId),
    ("org", EnvVarValue::Organization),
];

/// Reads `NAME` or `NAME=what`. What was given is not repeated: it may be a secret.
pub(crate) fn parse(text: &str) -> Result<EnvVarSpec, String> {
    let (name, what) = text.split_once('=').unwrap_or((text, "token"));
    let is_name = !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let known = KNOWN.iter().find(|(known, _)| *known == what);
    match known {
        Some((_, what)) if is_name && !name.is_empty() => Ok(EnvVarSpec {
            name: name.to_owned(),
            what: *what,
        }),
        _ => {
            let known: Vec<_> = KNOWN.iter().map(|(known, _)| *known).collect();
            Err(format!("give NAME or NAME={}", known.join("|")))
        }
    }
}

/// The environment variables for a token: those that were asked for, or the usual two. An expiry that
/// nobody asked for may be unknown.
pub(crate) fn variables(
    asked: &[EnvVarSpec],
    found: &AcquiredToken,
) -> Result<Vec<(String, Secret)>, Failure> {
    if asked.is_empty() {
        let token = found.token.as_secret().clone();
        let expiry = formats::expires_at(found).map(Secret::new);
        let expiry = expiry.map(|expiry| (variables::EXPIRES_AT.to_owned(), expiry));
        return Ok([(variables::ACCESS_TOKEN.to_owned(), token)]
            .into_iter()
            .chain(expiry)
            .collect());
    }
    let variable = |it: &EnvVarSpec| Ok((it.name.clone(), it.what.of(found)?));
    asked.iter().map(variable).collect()
}

impl EnvVarValue {
    fn of(self, found: &AcquiredToken) -> Result<Secret, Failure> {
        let (name, value) = match self {
            Self::Token => return Ok(found.token.as_secret().clone()),
            Self::Header => return Ok(formats::header(found)),
            Self::ExpiresAt => ("expiry", formats::expires_at(found)),
            Self::ClientId => ("client id", formats::client_id(found)?.map(str::to_owned)),
            Self::Organization => (
                "organisation",
                formats::organization_id(found)?.map(str::to_owned),
            ),
        };
        value.map(Secret::new).ok_or_else(|| {
            Failure::new(CommandProblem::ValueUnknown, format!("the {name} of this token is not known"))
                .with_hint("a token that is given as it is says little of itself; service credentials say it all")
                .with_hint("leave this --var out")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_means_the_token() {
        let handout = |name: &str, what| EnvVarSpec {
            name: name.to_owned(),
            what,
        };
        for (text, expected) in [
            ("TOKEN", handout("TOKEN", EnvVarValue::Token)),
            ("_t1=token", handout("_t1", EnvVarValue::Token)),
            ("A=header", handout("A", EnvVarValue::Header)),
            ("A=expires-at", handout("A", EnvVarValue::ExpiresAt)),
            ("A=client-id", handout("A", EnvVarValue::ClientId)),
            ("A=org", handout("A", EnvVarValue::Organization)),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "=",
            "=token",
            "1A",
            "A B",
            "A-B",
            "ü",
            "A=",
            "A=Token",
            "A=token=x",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
