//! Causes that Forms Communications names with `{status, code, message}`.

use super::diagnosis::ApiCause;
use super::error_body::Form;
use super::exchange::Exchange;
use super::problem::ApiProblem;
use crate::error::Certainty;

/// Returns the causes of a refused request (400).
pub(super) fn invalid(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let cause = ApiCause::new(ApiProblem::FormsRequestInvalid, by_forms(exchange));
    vec![if exchange.body.says("ddx") {
        cause.step("The name of each part must be the `source` of the DDX that it belongs to.")
    } else {
        cause
    }]
}

/// Returns the cause of a request that took too long (408).
pub(super) fn timed_out(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    vec![ApiCause::new(ApiProblem::FormsTimeout, by_forms(exchange))]
}

/// Forms answers with data. Another body may be one of the network in front of it.
fn by_forms(exchange: &Exchange<'_>) -> Certainty {
    match exchange.body.form {
        Form::Json | Form::Multipart => Certainty::Certain,
        _ => Certainty::Likely,
    }
}

/// Returns the causes of a failure (500). A template that is not there is a failure to Forms, too (inferred).
pub(super) fn failed(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let body = &exchange.body;
    let names_file = body.says_any(&["template", "xdp", "contentroot", "crx:", "/content/dam"]);
    let is_missing = body.says_any(&[
        "not found",
        "cannot find",
        "can't find",
        "does not exist",
        "unable to find",
        "unable to load",
        "could not be found",
        "could not load",
    ]);
    let (template, processing) = if names_file && is_missing {
        (Certainty::Likely, Certainty::Possible)
    } else {
        (Certainty::Possible, Certainty::Likely)
    };
    vec![
        ApiCause::new(ApiProblem::FormsTemplateNotFound, template),
        ApiCause::new(ApiProblem::FormsProcessingFailed, processing),
    ]
}
