//! The commands and variables in the documentation exist.

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use super::Arguments;

const DOCUMENTS: [(&str, &str); 18] = [
    ("crates/ims/README.md", include_str!("../../README.md")),
    ("README.md", include_str!("../../../../README.md")),
    (
        "architecture.md",
        include_str!("../../../../docs/architecture.md"),
    ),
    (
        "configuration.md",
        include_str!("../../../../docs/configuration.md"),
    ),
    (
        "credentials.md",
        include_str!("../../../../docs/credentials.md"),
    ),
    ("curl.md", include_str!("../../../../docs/curl.md")),
    ("doctor.md", include_str!("../../../../docs/doctor.md")),
    ("emulator.md", include_str!("../../../../docs/emulator.md")),
    ("errors.md", include_str!("../../../../docs/errors.md")),
    ("forms.md", include_str!("../../../../docs/forms.md")),
    (
        "forms-courses.md",
        include_str!("../../../../docs/forms-courses.md"),
    ),
    (
        "forms-many.md",
        include_str!("../../../../docs/forms-many.md"),
    ),
    ("imscli.md", include_str!("../../../../docs/imscli.md")),
    (
        "migrating-from-jwt.md",
        include_str!("../../../../docs/migrating-from-jwt.md"),
    ),
    ("sessions.md", include_str!("../../../../docs/sessions.md")),
    (
        "signing-in.md",
        include_str!("../../../../docs/signing-in.md"),
    ),
    (
        "token-cache.md",
        include_str!("../../../../docs/token-cache.md"),
    ),
    (
        "troubleshooting.md",
        include_str!("../../../../docs/troubleshooting.md"),
    ),
];

/// Returns the commands in code as words, up to shell syntax and placeholders.
fn commands(document: &str) -> Vec<Vec<String>> {
    let joined = document.replace("\\\n", " ");
    let mut is_block = false;
    let mut code = Vec::new();
    for line in joined.lines() {
        if line.starts_with("```") {
            is_block = !is_block;
        } else if is_block {
            code.push(line);
        } else {
            code.extend(line.split('`').skip(1).step_by(2));
        }
    }
    let words = |code: &str| -> Vec<String> {
        let words = code.split(' ').filter(|it| !it.is_empty());
        let mut is_over = false;
        let words = words.take_while(|it| {
            let is_of_it = !is_over && !it.starts_with(['|', '>', '#', '…', '&']);
            is_over = it.ends_with([';', ')']);
            is_of_it
        });
        let words = words.map(|it| it.trim_matches(['\'', ';', ')']));
        words.map(str::to_owned).collect()
    };
    let pieces = code.into_iter().flat_map(|it| it.split(" | "));
    let pieces = pieces.map(|it| it.trim_start_matches("$ ").trim_start_matches("TOKEN=$("));
    pieces
        .filter(|it| it.starts_with("ims ") && !it.contains("[-") && !it.contains(" [ims"))
        .map(words)
        // `list|show|add` are several in one word.
        .filter(|it| it.len() > 1 && !it.iter().any(|word| word.contains('|')))
        .collect()
}

#[test]
fn every_command_in_the_documentation_is_valid() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let has_doctor = Arguments::command().find_subcommand("doctor").is_some();
    for (name, document) in DOCUMENTS {
        for command in commands(document) {
            count += 1;
            // The guides name it before it is there.
            if command[1] == "doctor" && !has_doctor {
                continue;
            }
            let Err(error) = Arguments::try_parse_from(&command) else {
                continue;
            };
            // A sentence may name a command without all that it takes.
            let is_valid = [
                ErrorKind::DisplayHelp,
                ErrorKind::DisplayVersion,
                ErrorKind::MissingRequiredArgument,
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
            ];
            if !is_valid.contains(&error.kind()) {
                wrong.push(format!("{name}: {command:?}: {:?}", error.kind()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 60, "{count}");
}

#[test]
fn every_variable_is_in_the_documentation() {
    let names = include_str!("../environment/variables.rs")
        .split('"')
        .skip(1)
        .step_by(2);
    let names: Vec<_> = names.filter(|it| it.starts_with("IMS_")).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        let is_told = DOCUMENTS.iter().any(|(_, document)| {
            let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            document.split(|c| !is_of_a_name(c)).any(|it| it == name)
        });
        assert!(is_told, "{name}");
    }
}
