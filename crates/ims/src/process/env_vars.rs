//! The environment variables of the command of `ims exec`.

use adobe_ims::Secret;

use crate::args::{EnvVarSpec, EnvVarValue};
use crate::auth::AcquiredToken;
use crate::auth::output::formats;
use crate::environment::variables;
use crate::error::{CommandProblem, Failure};

/// Returns the environment variables for a token: those that were asked for, or the usual two. The usual expiry is left
/// out if it is unknown.
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
    let variable = |it: &EnvVarSpec| Ok((it.name.clone(), value(it.value, found)?));
    asked.iter().map(variable).collect()
}

fn value(value: EnvVarValue, found: &AcquiredToken) -> Result<Secret, Failure> {
    let (name, value) = match value {
        EnvVarValue::Token => return Ok(found.token.as_secret().clone()),
        EnvVarValue::Header => return Ok(formats::header(found)),
        EnvVarValue::ExpiresAt => ("expiry", formats::expires_at(found)),
        EnvVarValue::ClientId => ("client id", formats::client_id(found)?.map(str::to_owned)),
        EnvVarValue::Organization => (
            "organisation",
            formats::organization_id(found)?.map(str::to_owned),
        ),
    };
    value.map(Secret::new).ok_or_else(|| {
        Failure::new(
            CommandProblem::ValueUnknown,
            format!("the {name} of this token is not known"),
        )
        .with_hint("use credentials instead of a given token: they contain the value")
        .with_hint("or leave out this --var")
    })
}
