//! `ims emulator fault`.

use serde::Deserialize;
use serde_json::Value;

use super::client::{Answer, Remote};
use super::fields::Fields;
use super::request::{Content, ControlRequest, JsonObject, segment};
use crate::args::{FaultAdd, FaultCommand, FaultFlags, FaultRemove, HeaderField};
use crate::console::Stream;
use crate::console::table::{Cell, Column, Table};
use crate::console::wrap::line_width;
use crate::error::Failure;

/// The answer of `GET /_emu/faults`, as far as the table shows it.
#[derive(Deserialize)]
struct List {
    faults: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    when: Fields,
    then: Vec<Fields>,
    matched: u64,
    acted: u64,
}

pub(super) fn run(command: &FaultCommand, remote: &Remote<'_>) -> Result<(), Failure> {
    match command {
        FaultCommand::Add(args) => add(args, remote),
        FaultCommand::List(_) => list(remote),
        FaultCommand::Remove(args) => remove(args, remote),
    }
}

fn add(args: &FaultAdd, remote: &Remote<'_>) -> Result<(), Failure> {
    let content = match (&args.file, &args.json) {
        (Some(path), _) => Content::file("FILE", path)?,
        (None, Some(json)) => Content::json(json),
        (None, None) => Content::json(Value::from(fault(&args.flags)?).to_string()),
    };
    let answer = remote.send(ControlRequest::post("faults").content(content))?;
    remote.print(&answer, |answer| {
        Ok(answer.fields()?.get("id").unwrap_or_default())
    })
}

/// Returns the fault of one step that the flags describe.
fn fault(flags: &FaultFlags) -> Result<JsonObject, Failure> {
    let when = JsonObject::default()
        .with("path", flags.path.clone())
        .with("method", flags.method.clone())
        .with("client_id", flags.client_id.clone())
        .with("grant", flags.grant.clone())
        .with("after", flags.after)
        .with("times", flags.times);
    let delay = flags.delay.map(|delay| delay.as_millis());
    let delay = delay.map(|ms| u64::try_from(ms).unwrap_or(u64::MAX));
    let headers = headers(&flags.header)?;
    let step = JsonObject::default()
        .with("status", flags.status)
        .with("headers", Some(headers).filter(|it| !it.is_empty()))
        .with("ims_error", flags.ims_error.clone())
        .with("html", flags.html.clone())
        .with("delay_ms", delay)
        .with("reset", flags.reset.then_some(true))
        .with("hang", flags.hang.then_some(true));
    if step.is_empty() {
        let message = "nothing says what happens to the requests";
        return Err(Failure::usage(message)
            .with_hint("give --status, --ims-error, --html, --delay, --reset, --hang or --header")
            .with_hint("or give the whole fault as JSON: FILE, - or --json"));
    }
    Ok(JsonObject::default()
        .with("when", Some(when))
        .with("then", Some(vec![Value::from(step)])))
}

/// Returns the headers as the fault has them. One without a value is removed from the answer.
fn headers(fields: &[HeaderField]) -> Result<JsonObject, Failure> {
    let mut headers = JsonObject::default();
    for HeaderField { name, value } in fields {
        let value = value.as_ref().map(|value| value.to_str()).transpose();
        let value = value
            .map_err(|_| Failure::usage(format!("--header {name}: the value is not ASCII text")))?;
        headers = headers.with(name.as_str(), Some(value.map_or(Value::Null, Value::from)));
    }
    Ok(headers)
}

fn list(remote: &Remote<'_>) -> Result<(), Failure> {
    let answer = remote.send(ControlRequest::get("faults"))?;
    remote.print(&answer, |answer| table(answer, remote))
}

fn table(answer: &Answer, remote: &Remote<'_>) -> Result<String, Failure> {
    let list: List = answer.parse()?;
    if list.faults.is_empty() {
        remote.context.console.notice("the emulator has no faults");
        return Ok(String::new());
    }
    let mut table = Table::new(vec![
        Column::whole("id"),
        Column::start("when", 12),
        Column::start("then", 12),
        Column::whole("matched"),
        Column::whole("acted"),
    ]);
    for fault in list.faults {
        let steps: Vec<String> = fault.then.iter().map(Fields::line).collect();
        table.push(vec![
            Cell::new(fault.id),
            Cell::new(fault.when.line()),
            Cell::new(steps.join(", ")),
            Cell::new(fault.matched.to_string()),
            Cell::new(fault.acted.to_string()),
        ]);
    }
    let palette = remote.context.palette(Stream::Stdout);
    Ok(table.fit(line_width(Stream::Stdout), palette))
}

fn remove(args: &FaultRemove, remote: &Remote<'_>) -> Result<(), Failure> {
    let path = match &args.target.id {
        Some(id) => format!("faults/{}", segment(id)),
        None => "faults".to_owned(),
    };
    remote.send(ControlRequest::delete(path)).map(drop)
}
