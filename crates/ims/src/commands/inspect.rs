//! `ims inspect`: what a token or an assertion says, offline.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::inspect::{Inspection, TokenKind};
use adobe_ims::{Clock, Error, Problem, SystemClock, timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::arguments::{Inspect, TextFormat};
use crate::failure::Failure;
use crate::input;
use crate::output::Console;

pub(crate) fn run(arguments: &Inspect, console: &Console) -> Result<(), Failure> {
    if arguments.file.is_none() && io::stdin().is_terminal() {
        return Err(Failure::usage("there is nothing to inspect")
            .with_hint("name a file, or pipe a token in: ims token -c FILE | ims inspect"));
    }
    let path = arguments.file.as_deref().unwrap_or(Path::new("-"));
    let content = input::read(path)?;
    let text = str::from_utf8(&content).map_err(|_| {
        Error::new(
            Problem::TokenUnreadable,
            "this is not text, so it is no token",
        )
    })?;
    let now = SystemClock.now();
    let inspection = Inspection::of(text, now)?;
    let left = inspection
        .expires_at
        .map(|end| end.duration_since(now).unwrap_or_default());
    match arguments.output {
        TextFormat::Json => console.json(&InspectJson {
            schema: "ims.inspect/1",
            kind: inspection.kind.to_string(),
            header: &inspection.header,
            claims: &inspection.claims,
            issued_at: inspection.issued_at.and_then(timestamp::rfc3339),
            expires_at: inspection.expires_at.and_then(timestamp::rfc3339),
            expires_at_unix: inspection.expires_at.map(timestamp::unix_seconds),
            expires_in: left.map(|left| left.as_secs()),
            scopes: &inspection.scopes,
            findings: &inspection.findings,
            signature: "not checked",
        }),
        TextFormat::Text => {
            let left = left.map(|left| match left.is_zero() {
                true => "expired".to_owned(),
                false => format!("{} left", timestamp::human(left)),
            });
            console.result(&as_text(&inspection, left))
        }
    }
}

/// `ims.inspect/1`: fields are added, never removed.
#[derive(Serialize)]
struct InspectJson<'a> {
    schema: &'static str,
    kind: String,
    header: &'a Map<String, Value>,
    claims: &'a Map<String, Value>,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    expires_in: Option<u64>,
    scopes: &'a [String],
    findings: &'a [String],
    signature: &'static str,
}

fn as_text(inspection: &Inspection, left: Option<String>) -> String {
    let is_assertion = inspection.kind == TokenKind::Assertion;
    let time = |time| Some(timestamp::shown(time));
    let expires = inspection
        .expires_at
        .map(|end| format!("{} ({})", timestamp::shown(end), left.unwrap_or_default()));
    let scopes = Some(inspection.scopes.join(", ")).filter(|scopes| !scopes.is_empty());
    let text = |claim| inspection.text(claim).map(str::to_owned);
    let key = inspection
        .header
        .get("kid")
        .or_else(|| inspection.header.get("x5u"));
    let mut rows = vec![
        ("kind", Some(inspection.kind.to_string())),
        ("client", text("client_id")),
        ("audience", text("aud")),
        ("issuer", text("iss")),
        ("subject", text("sub")),
        ("user", text("user_id")),
        ("environment", text("as")),
        (if is_assertion { "metascopes" } else { "scopes" }, scopes),
        ("issued", inspection.issued_at.and_then(time)),
        ("expires", expires),
        ("key", key.and_then(Value::as_str).map(str::to_owned)),
        ("signature", Some("not checked (offline)".to_owned())),
    ];
    rows.retain(|(_, value)| value.is_some());
    let mut lines: Vec<String> = rows
        .into_iter()
        .map(|(name, value)| format!("{name:<12} {}", value.unwrap_or_default()))
        .collect();
    lines.extend(
        inspection
            .findings
            .iter()
            .map(|finding| format!("! {finding}")),
    );
    let lines: Vec<_> = lines.iter().map(|line| clean(line)).collect();
    lines.join("\n")
}

/// A line of the output: a terminal must not obey what a token holds.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
