//! `ims explain`: the catalogue of known causes, offline.

mod section;
mod search;
mod text;
mod json;
#[cfg(test)]
mod page_tests;

use crate::args::{ExplainArgs, TextFormat};
use crate::console::Stream;
use crate::console::wrap::line_width;
use crate::context::Context;
use crate::error::{Cause, Failure};
use json::ExplainJson;
use search::Found;

pub(crate) fn run(arguments: &ExplainArgs, context: &Context) -> Result<(), Failure> {
    let query = arguments.query.join(" ");
    let console = &context.console;
    if query.trim().is_empty() {
        return match arguments.output {
            TextFormat::Json => console.json(&ExplainJson::new(Cause::all())),
            TextFormat::Text => {
                let width = line_width(Stream::Stdout);
                console.result(&text::list(&section::all(), width))
            }
        };
    }
    let causes = match search::search(&query) {
        Found::Entry(cause) => vec![cause],
        Found::LooksLike(causes) => causes,
        Found::Nothing(near) => return Err(not_found(&near)),
    };
    if arguments.output == TextFormat::Json {
        return console.json(&ExplainJson::new(causes));
    }
    let width = line_width(Stream::Stdout);
    console.result(&match causes[..] {
        [cause] => text::entry(cause, width),
        _ => text::alike(&causes, width),
    })
}

/// The query is not repeated: people paste what holds a secret.
fn not_found(near: &[&str]) -> Failure {
    let message = "the catalogue has no such id, code or text";
    let failure = Failure::usage(message);
    let failure = match near {
        [] => failure,
        [id] => failure.with_hint(format!("did you mean {id}?")),
        ids => failure.with_hint(format!("did you mean one of {}?", ids.join(", "))),
    };
    failure.with_hint("`ims explain` without an id lists them all")
}
