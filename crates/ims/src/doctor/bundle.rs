//! The support file: the report and its surroundings, without secrets.

use std::io::Write;
use std::path::Path;

use adobe_ims::Secret;
use adobe_ims::internal::{redact, time};
use serde::Serialize;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::json::ReportJson;
use super::report::Report;
use super::subject::Subject;
use crate::context::Context;
use crate::environment::variables;
use crate::error::{CommandProblem, Failure};

/// Deeper fields of a document are not listed.
const MAX_DEPTH: usize = 8;

/// `ims.doctor-bundle/1`: fields are added, never removed.
#[derive(Serialize)]
struct BundleJson<'a> {
    schema: &'static str,
    created: Option<String>,
    version: &'static str,
    system: &'static str,
    architecture: &'static str,
    /// The names of the variables of this command and of proxies that are set. Their values may be secret.
    variables: Vec<&'static str>,
    settings: Option<SettingsJson>,
    /// The fields of the document, each with the form of its value.
    document: Vec<String>,
    report: ReportJson<'a>,
}

#[derive(Serialize)]
struct SettingsJson {
    profile: Option<String>,
    credentials: Option<&'static str>,
    url: Option<String>,
    ca_files: usize,
    timeout_ms: u128,
    retries: u32,
    cache: bool,
}

/// Refuses a file that exists, before the checks are made.
pub(crate) fn check_path(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        let message = format!("--bundle {path:?}: the file exists");
        return Err(Failure::new(CommandProblem::BundleUnwritable, message));
    }
    Ok(())
}

/// Writes the support file. Only its owner can read it.
pub(crate) fn write(
    path: &Path,
    report: &Report,
    subject: Option<&Subject<'_>>,
    context: &Context,
) -> Result<(), Failure> {
    let content = content(report, subject, context)
        .map_err(|error| Failure::unexpected(format!("the support file: {error}")))?;
    save(path, &content).map_err(|error| {
        let message = format!("--bundle {path:?}: {error}");
        Failure::new(CommandProblem::BundleUnwritable, message)
    })
}

fn content(
    report: &Report,
    subject: Option<&Subject<'_>>,
    context: &Context,
) -> serde_json::Result<String> {
    let known = variables::known().filter(|name| context.variables.has(name));
    let document = subject.and_then(|it| it.examination.selection().ok()?.document());
    let bundle = BundleJson {
        schema: "ims.doctor-bundle/1",
        created: time::rfc3339(context.now()),
        version: env!("CARGO_PKG_VERSION"),
        system: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        variables: known.collect(),
        settings: subject.map(SettingsJson::of),
        document: document.map(fields).unwrap_or_default(),
        report: ReportJson::from(report),
    };
    let mut secrets = context.variables.secret_values();
    if let Some(subject) = subject {
        secrets.extend(subject.examination.secrets());
    }
    let mut json = serde_json::to_value(bundle)?;
    without_secrets(&mut json, &secrets);
    serde_json::to_string_pretty(&json)
}

impl SettingsJson {
    fn of(subject: &Subject<'_>) -> Self {
        let settings = subject.settings;
        let profile = settings.profile.as_ref();
        let selection = subject.examination.selection().ok();
        Self {
            profile: profile.map(|it| it.name.clone()),
            credentials: selection.map(|it| it.name()),
            url: settings.connection.url.clone(),
            ca_files: settings.connection.ca_files.len(),
            timeout_ms: settings.connection.timeout.as_millis(),
            retries: settings.connection.retries,
            cache: settings.cache.is_enabled,
        }
    }
}

/// Lists the fields of a JSON document, with the form of each value. A name that is no word is left out: it may be a
/// secret.
fn fields(document: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    match serde_json::from_slice(document) {
        Ok(json) => list_fields(&json, "", MAX_DEPTH, &mut lines),
        Err(_) => lines.push(format!("not JSON, {} bytes", document.len())),
    }
    lines
}

fn list_fields(value: &Value, path: &str, depth: usize, lines: &mut Vec<String>) {
    let form = match value {
        Value::Object(fields) if depth > 0 => {
            for (name, value) in fields {
                let is_name = name
                    .bytes()
                    .all(|it| it.is_ascii_alphabetic() || it == b'_');
                let shown = if is_name { name.as_str() } else { "…" };
                let dot = if path.is_empty() { "" } else { "." };
                list_fields(value, &format!("{path}{dot}{shown}"), depth - 1, lines);
            }
            return;
        }
        Value::Object(_) => "an object".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("a text of {} lines", text.lines().count()),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Null => "null".to_owned(),
    };
    lines.push(format!("{path}: {form}"));
}

/// Removes secrets from every text. No check writes one; this is for the case that one does.
fn without_secrets(json: &mut Value, secrets: &[Secret]) {
    match json {
        Value::String(text) => *text = redact(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|it| without_secrets(it, secrets)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|it| without_secrets(it, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn save(path: &Path, content: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(content.as_bytes())?;
    file.write_all(b"\n")?;
    file.persist_noclobber(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_listed_without_values() {
        let document = br#"{"a": {"b": "SECRET?%&=", "list": [1]}, "p8e-x": "", "n": null}"#;
        let lines = fields(document);
        assert_eq!(
            lines,
            [
                "a.b: a text of 1 lines",
                "a.list: a list of 1",
                "n: null",
                "…: an empty text",
            ]
        );
    }

    #[test]
    fn a_known_secret_is_removed_from_every_text() {
        let mut json = serde_json::json!({"a": ["x SECRET?%&=ü y"]});
        without_secrets(&mut json, &[Secret::new("SECRET?%&=ü")]);
        assert_eq!(json, serde_json::json!({"a": ["x [redacted] y"]}));
    }
}
