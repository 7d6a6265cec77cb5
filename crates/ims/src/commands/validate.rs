//! `ims validate`: whether IMS takes a token for valid.

use adobe_ims::Clock;
use adobe_ims::api::Validation;
use adobe_ims::internal::time;
use serde::Serialize;

use crate::args::{TextFormat, ValidateArgs};
use crate::auth::token_argument::TokenArgument;
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::ANSWER_IS_NO;

/// Returns the exit code: a no is a result, and scripts need to tell it from a yes.
pub(crate) fn run(arguments: &ValidateArgs, context: &Context) -> Result<i32, Failure> {
    let subject = TokenArgument::find(&arguments.token, context)?;
    let said = context.wait(subject.ims.validate(
        &subject.token,
        subject.kind,
        &subject.client_id,
        &subject.environment,
    ))??;
    let left = said.expires_at.map(|end| {
        let left = end.duration_since(context.now());
        left.unwrap_or_default()
    });
    match arguments.output {
        TextFormat::Json => context.console.json(&ValidateJson {
            schema: "ims.validate/1",
            valid: said.valid,
            reason: said.reason.as_deref(),
            ims_url: subject.environment.base_url(),
            client_id: said.client_id.as_deref(),
            user_id: said.user_id.as_deref(),
            expires_at: said.expires_at.and_then(time::rfc3339),
            expires_at_unix: said.expires_at.map(time::unix_seconds),
            expires_in: left.map(|left| left.as_secs()),
        })?,
        TextFormat::Text => context.console.result(&as_text(&said))?,
    }
    Ok(match said.valid {
        true => 0,
        false => ANSWER_IS_NO,
    })
}

fn as_text(said: &Validation) -> String {
    match (said.valid, said.expires_at, &said.reason) {
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
