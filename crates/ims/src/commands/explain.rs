//! `ims explain`: the catalogue of known causes, offline.

use adobe_ims::Problem;

use crate::args::ExplainArgs;
use crate::console::output::Console;
use crate::error::failure::{Failure, OWN, flags_for};

pub(crate) fn run(arguments: &ExplainArgs, console: &Console) -> Result<(), Failure> {
    let Some(id) = &arguments.id else {
        return console.result(&list());
    };
    let id = id.trim_matches(['[', ']']);
    if let Some((id, meaning)) = OWN.iter().find(|(own, _)| *own == id) {
        return console.result(&format!("{id}\n\n{meaning}"));
    }
    let problem = Problem::from_id(id).ok_or_else(|| {
        Failure::usage("there is no error with this id")
            .with_hint("`ims explain` without an id lists them all")
    })?;
    let again = if problem.is_transient() {
        "may help"
    } else {
        "does not help"
    };
    let mut text = format!(
        "{}\n\n{}\n\nclass: {}; trying again without a change {again}",
        problem.id(),
        problem.meaning(),
        problem.class().as_str(),
    );
    for fix in problem.fixes().iter().copied().chain(flags_for(problem)) {
        text.push_str(&format!("\n- {fix}"));
    }
    console.result(&text)
}

fn list() -> String {
    let known = Problem::ALL
        .iter()
        .map(|problem| (problem.id(), problem.meaning()));
    let all: Vec<_> = known.chain(OWN.iter().copied()).collect();
    let width = all.iter().map(|(id, _)| id.len()).max().unwrap_or_default();
    let lines: Vec<_> = all
        .iter()
        .map(|(id, meaning)| format!("{id:width$}  {meaning}"))
        .collect();
    lines.join("\n")
}
