//! `ims validate`: asks IMS whether a token is valid.

use adobe_ims::api::Validation;
use adobe_ims::internal::time;
use serde::Serialize;

use crate::args::{TextFormat, ValidateArgs};
use crate::auth::token_argument::TokenArgument;
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::ANSWER_IS_NO;
use crate::settings::{CommonSettings, ConfigurationSource, SettingFlags};

/// Returns the exit code: scripts tell a valid token from another one by it.
pub(super) fn run(
    args: &ValidateArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let flags = SettingFlags::of_connection(&args.token.connection);
    let settings = CommonSettings::resolve(flags, source)?;
    let token = TokenArgument::find(&args.token, &settings.connection, context)?;
    let response = context.wait(token.ims.validate(
        &token.token,
        token.kind,
        &token.client_id,
        &token.environment,
    ))??;
    match args.output {
        TextFormat::Json => {
            let left = response.expires_at.map(|end| {
                let left = end.duration_since(context.now());
                left.unwrap_or_default()
            });
            context.console.json(&ValidateJson {
                schema: "ims.validate/1",
                valid: response.valid,
                reason: response.reason.as_deref(),
                ims_url: token.environment.base_url(),
                client_id: response.client_id.as_deref(),
                user_id: response.user_id.as_deref(),
                expires_at: response.expires_at.and_then(time::rfc3339),
                expires_at_unix: response.expires_at.map(time::unix_seconds),
                expires_in: left.map(|left| left.as_secs()),
            })?;
        }
        TextFormat::Text => context.console.result(&as_text(&response))?,
    }
    Ok(if response.valid { 0 } else { ANSWER_IS_NO })
}

fn as_text(response: &Validation) -> String {
    match (response.valid, response.expires_at, &response.reason) {
        (true, Some(end), _) => format!("valid until {}", time::display(end)),
        (true, None, _) => "valid".to_owned(),
        (false, _, Some(reason)) => format!("not valid: {reason}"),
        (false, _, None) => "not valid".to_owned(),
    }
}

/// `ims.validate/1`: fields are added, never removed.
#[derive(Serialize)]
struct ValidateJson<'a> {
    schema: &'static str,
    valid: bool,
    reason: Option<&'a str>,
    ims_url: &'a str,
    client_id: Option<&'a str>,
    user_id: Option<&'a str>,
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    expires_in: Option<u64>,
}
