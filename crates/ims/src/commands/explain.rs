//! `ims explain`: the catalogue of known causes, offline.

use adobe_ims::Problem;

use crate::arguments::Explain;
use crate::failure::Failure;
use crate::output::Console;

pub(crate) fn run(arguments: &Explain, console: &Console) -> Result<(), Failure> {
    let Some(id) = &arguments.id else {
        let widest = Problem::ALL.iter().map(|problem| problem.id().len()).max();
        let width = widest.unwrap_or_default();
        let line = |problem: &Problem| format!("{:width$}  {}", problem.id(), problem.meaning());
        let lines: Vec<_> = Problem::ALL.iter().map(line).collect();
        return console.result(&lines.join("\n"));
    };
    let id = id.trim_matches(['[', ']']);
    let problem = Problem::from_id(id).ok_or_else(|| {
        Failure::usage(format!("there is no error with the id {id:?}"))
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
    for fix in problem.fixes() {
        text.push_str(&format!("\n- {fix}"));
    }
    console.result(&text)
}
