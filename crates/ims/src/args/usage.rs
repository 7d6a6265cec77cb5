//! Failures of the argument parser. They repeat no value: it may be a secret in the wrong place.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::curl_flags;
use crate::error::Failure;

/// Returns the failure for an error of the argument parser.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let usage = context(error, ContextKind::Usage).join(" ");
    let usage = usage.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(refused) = refused_flag_of_curl(error, &usage) {
        return refused;
    }
    let mut failure = Failure::usage(message(error));
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
        for suggestion in context(error, kind) {
            failure = failure.with_hint(format!("did you mean {suggestion}?"));
        }
    }
    if error.kind() == ErrorKind::UnknownArgument && !is_flag(&argument(error)) {
        failure = place(&usage).into_iter().fold(failure, Failure::with_hint);
    }
    if !usage.is_empty() {
        failure = failure.with_hint(usage);
    }
    failure.with_hint("see --help")
}

/// Returns the failure for a flag of curl that `ims curl` does not have. It says why, and suggests no other flag.
fn refused_flag_of_curl(error: &clap::Error, usage: &str) -> Option<Failure> {
    let is_curl = usage.starts_with("Usage: ims curl ");
    let flag = argument(error);
    if !is_curl || error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let reason = curl_flags::refusal(&flag)?;
    let message = format!("`ims curl` has no {flag} of curl: {reason}");
    Some(Failure::usage(message).with_hint("see --help"))
}

fn message(error: &clap::Error) -> String {
    let argument = argument(error);
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "a command is missing".to_owned()
        }
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::InvalidValue => match context(error, ContextKind::ValidValue) {
            known if known.is_empty() => format!("{argument} lacks its value"),
            known => format!("{argument} takes one of: {}", known.join(", ")),
        },
        ErrorKind::MissingRequiredArgument => {
            let missing = context(error, ContextKind::InvalidArg).join(", ");
            format!("this is missing: {missing}")
        }
        ErrorKind::UnknownArgument if is_flag(&argument) => {
            format!("there is no flag {argument} for this command")
        }
        ErrorKind::UnknownArgument => "an argument is not expected here".to_owned(),
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(why) => format!("the value of {argument} is wrong: {why}"),
            None => format!("the value of {argument} is wrong"),
        },
        ErrorKind::ArgumentConflict => conflict(&argument, error),
        kind => kind
            .as_str()
            .unwrap_or("the command line is not valid")
            .to_owned(),
    }
}

fn conflict(argument: &str, error: &clap::Error) -> String {
    let others = context(error, ContextKind::PriorArg);
    let others = others.iter().map(|it| first_word(it));
    let others: Vec<_> = others.filter(|it| *it != argument).collect();
    if others.is_empty() {
        format!("{argument} is given twice")
    } else {
        format!("{argument} does not go with {}", others.join(", "))
    }
}

/// Returns the name of the argument that is wrong.
fn argument(error: &clap::Error) -> String {
    let argument = context(error, ContextKind::InvalidArg).join(", ");
    first_word(&argument).to_owned()
}

fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    error.get(kind).map(words).unwrap_or_default()
}

/// Returns the flag or place that an unexpected argument of a command most probably belongs to.
fn place(usage: &str) -> Option<&'static str> {
    let command = usage.strip_prefix("Usage: ims ")?;
    match first_word(command) {
        "token" => Some("name a credential document with -c FILE, a profile with -p NAME"),
        "exec" => Some("name the command to run after `--`, credentials before it: -c FILE"),
        "curl" => Some("name one URL; name a credential document with -c FILE"),
        _ => None,
    }
}

fn first_word(text: &str) -> &str {
    text.split(['=', ' ']).next().unwrap_or_default()
}

/// Returns true for a text in the form of a flag; any other text may be a value.
fn is_flag(text: &str) -> bool {
    if let [b'-', letter] = text.as_bytes() {
        return letter.is_ascii_alphabetic();
    }
    let name = text.trim_start_matches('-');
    text.starts_with('-')
        && (1..=24).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

fn words(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        ContextValue::StyledStr(text) => vec![text.to_string()],
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
