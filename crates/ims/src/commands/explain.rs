//! `ims explain`: the catalogue of known causes, offline.

use adobe_ims::Problem;
use adobe_ims_config::{Cause, ConfigProblem};

use crate::arguments::Explain;
use crate::console::failure::{Failure, OWN, commands_for, flags_for};
use crate::console::output::Console;

pub(crate) fn run(arguments: &Explain, console: &Console) -> Result<(), Failure> {
    let Some(id) = &arguments.id else {
        return console.result(&list());
    };
    let id = id.trim_matches(['[', ']']);
    if let Some((id, meaning)) = OWN.iter().find(|(own, _)| *own == id) {
        return console.result(&format!("{id}\n\n{meaning}"));
    }
    let cause = cause(id).ok_or_else(|| {
        Failure::usage("there is no error with this id")
            .with_hint("`ims explain` without an id lists them all")
    })?;
    let advice = match cause {
        Cause::Ims(problem) => flags_for(problem),
        Cause::Config(problem) => commands_for(problem),
    };
    let again = if cause.is_transient() {
        "may help"
    } else {
        "does not help"
    };
    let mut text = format!(
        "{}\n\n{}\n\nclass: {}; trying again without a change {again}",
        cause.id(),
        cause.meaning(),
        cause.class().as_str(),
    );
    for fix in cause.fixes().iter().copied().chain(advice) {
        text.push_str(&format!("\n- {fix}"));
    }
    console.result(&text)
}

fn cause(id: &str) -> Option<Cause> {
    let config = || ConfigProblem::from_id(id).map(Cause::from);
    Problem::from_id(id).map(Cause::from).or_else(config)
}

fn list() -> String {
    let ims = Problem::ALL.iter().copied().map(Cause::from);
    let config = ConfigProblem::ALL.iter().copied().map(Cause::from);
    let known = ims.chain(config).map(|cause| (cause.id(), cause.meaning()));
    let all: Vec<_> = known.chain(OWN.iter().copied()).collect();
    let width = all.iter().map(|(id, _)| id.len()).max().unwrap_or_default();
    let lines: Vec<_> = all
        .iter()
        .map(|(id, meaning)| format!("{id:width$}  {meaning}"))
        .collect();
    lines.join("\n")
}
