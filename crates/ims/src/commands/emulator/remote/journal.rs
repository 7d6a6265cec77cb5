//! `ims emulator requests` and `verify`.

use http::StatusCode;
use serde::Deserialize;

use super::client::{Answer, Remote};
use super::request::{ControlRequest, JsonObject, with_query};
use crate::args::{JournalFilter, RequestsArgs, TextFormat, VerifyArgs};
use crate::console::Stream;
use crate::console::colour::Tone;
use crate::console::table::{Cell, Column, Table};
use crate::console::wrap::line_width;
use crate::error::{CommandProblem, Failure};

/// The answer of `GET /_emu/requests`, as far as the table shows it.
#[derive(Deserialize)]
struct Journal {
    requests: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    seq: u64,
    method: String,
    path: String,
    client_id: Option<String>,
    grant: Option<String>,
    status: Option<u16>,
    fault: Option<String>,
}

#[derive(Deserialize)]
struct Verified {
    count: u64,
}

/// The answer to a verification that failed. A 409 without it has another reason.
#[derive(Default, Deserialize)]
#[serde(default)]
struct VerificationError {
    error: String,
}

pub(super) fn requests(args: &RequestsArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    if args.clear {
        return remote.send(ControlRequest::delete("requests")).map(drop);
    }
    let filter = &args.filter;
    let parameters = [
        ("path", filter.path.clone()),
        ("client_id", filter.client_id.clone()),
        ("grant", filter.grant.clone()),
        ("status", filter.status.map(|it| it.to_string())),
        ("since", filter.since.map(|it| it.to_string())),
    ];
    let answer = remote.send(ControlRequest::get(with_query("requests", &parameters)))?;
    remote.print(&answer, |answer| table(answer, remote))
}

fn table(answer: &Answer, remote: &Remote<'_>) -> Result<String, Failure> {
    let journal: Journal = answer.parse()?;
    let console = &remote.context.console;
    if journal.requests.is_empty() {
        console.notice("the journal has no such requests");
        return Ok(String::new());
    }
    let mut table = Table::new(vec![
        Column::whole("seq"),
        Column::whole("method"),
        Column::ends("path", 12).kept_longest(),
        Column::ends("client", 8),
        Column::start("grant", 8),
        Column::whole("status"),
        Column::whole("fault"),
    ]);
    for entry in journal.requests {
        table.push(vec![
            Cell::new(entry.seq.to_string()),
            Cell::new(entry.method),
            Cell::new(entry.path),
            Cell::new(entry.client_id.unwrap_or_default()),
            Cell::new(entry.grant.unwrap_or_default()),
            status(entry.status),
            Cell::new(entry.fault.unwrap_or_default()),
        ]);
    }
    let palette = remote.context.palette(Stream::Stdout);
    Ok(table.fit(line_width(Stream::Stdout), palette))
}

fn status(status: Option<u16>) -> Cell {
    match status {
        None => Cell::toned("none", Tone::Problem),
        Some(status) if status >= 400 => Cell::toned(status.to_string(), Tone::Problem),
        Some(status) => Cell::new(status.to_string()),
    }
}

pub(super) fn verify(args: &VerifyArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let request = ControlRequest::post("verify").json(wanted(args));
    let answer = remote.ask(request)?;
    let failed: VerificationError = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    if answer.status == StatusCode::CONFLICT && failed.error == "verification_failed" {
        if remote.output == TextFormat::Json {
            remote.print_as_it_came(&answer)?;
        }
        return Err(verification_failed(&answer));
    }
    let answer = answer.accepted("POST /_emu/verify")?;
    remote.print(&answer, |answer| {
        let Verified { count } = answer.parse()?;
        Ok(match count {
            1 => "1 request".to_owned(),
            count => format!("{count} requests"),
        })
    })
}

fn wanted(args: &VerifyArgs) -> JsonObject {
    let JournalFilter {
        path,
        client_id,
        grant,
        status,
        since,
    } = &args.filter;
    JsonObject::default()
        .with("path", path.clone())
        .with("client_id", client_id.clone())
        .with("grant", grant.clone())
        .with("status", *status)
        .with("since", *since)
        .with("at_least", args.at_least)
        .with("at_most", args.at_most)
        .with("exactly", args.exactly)
}

fn verification_failed(answer: &Answer) -> Failure {
    let problem = CommandProblem::EmulatorVerificationFailed;
    Failure::new(problem, answer.description()).with_hint(
        "`ims emulator requests` lists the requests; --clear forgets those of an earlier test",
    )
}
