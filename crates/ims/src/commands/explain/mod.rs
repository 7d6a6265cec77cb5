//! `ims explain`: the catalogue of known causes, offline.

use crate::args::ExplainArgs;
use crate::context::Context;
use crate::error::{Cause, Failure, advice};

pub(crate) fn run(arguments: &ExplainArgs, context: &Context) -> Result<(), Failure> {
    let Some(id) = &arguments.id else {
        return context.console.result(&list());
    };
    let id = id.trim_matches(['[', ']']);
    let cause = Cause::from_id(id).ok_or_else(|| {
        Failure::usage("there is no error with this id")
            .with_hint("`ims explain` without an id lists them all")
    })?;
    context.console.result(&explanation(cause))
}

fn explanation(cause: Cause) -> String {
    let retry = if cause.is_transient() {
        "may help"
    } else {
        "does not help"
    };
    let mut text = format!(
        "{}\n\n{}\n\nclass: {}; trying again without a change {retry}",
        cause.id(),
        cause.meaning(),
        cause.class_name(),
    );
    let source = cause.known_from().as_str();
    text.push_str(&format!("; known from: {source}; {}", cause.certainty()));
    for fix in cause.fixes().iter().copied().chain(advice(cause)) {
        text.push_str(&format!("\n- {fix}"));
    }
    text
}

fn list() -> String {
    let all: Vec<_> = Cause::all().collect();
    let width = all.iter().map(|cause| cause.id().len()).max();
    let width = width.unwrap_or_default();
    let lines: Vec<_> = all
        .iter()
        .map(|cause| format!("{:width$}  {}", cause.id(), cause.meaning()))
        .collect();
    lines.join("\n")
}
