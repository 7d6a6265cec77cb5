//! `ims emulator call`: any request of the remote control.

use http::{HeaderValue, Method};

use super::client::{Answer, Remote};
use super::request::{Content, ControlRequest, path_of_user};
use crate::args::{CallArgs, CallMethod, TextFormat};
use crate::error::{CommandProblem, Failure};

pub(super) fn call(args: &CallArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let request = ControlRequest::new(method(args.method), path_of_user(&args.path));
    let answer = remote.send(request.content(content(args)?))?;
    if let Some(name) = &args.field {
        return remote.context.console.result(&field(&answer, name)?);
    }
    let fields = Some(&answer).filter(|it| it.is_json && remote.output == TextFormat::Text);
    let fields = fields.and_then(|answer| answer.fields().ok());
    match fields {
        Some(fields) => remote.context.console.result(&fields.text()),
        None => remote.print_as_it_came(&answer),
    }
}

fn method(method: CallMethod) -> Method {
    match method {
        CallMethod::Get => Method::GET,
        CallMethod::Post => Method::POST,
        CallMethod::Put => Method::PUT,
        CallMethod::Patch => Method::PATCH,
        CallMethod::Delete => Method::DELETE,
    }
}

fn content(args: &CallArgs) -> Result<Content, Failure> {
    if let Some(json) = &args.json {
        return Ok(Content::json(json));
    }
    let Some(path) = &args.body else {
        return Ok(Content::default());
    };
    let content_type = args.content_type.clone();
    if content_type
        .as_deref()
        .is_some_and(|it| HeaderValue::from_str(it).is_err())
    {
        return Err(Failure::usage(
            "--content-type: this is no type of a content",
        ));
    }
    Ok(Content {
        content_type,
        ..Content::file("--body", path)?
    })
}

fn field(answer: &Answer, name: &str) -> Result<String, Failure> {
    let fields = answer.fields()?;
    fields.get(name).ok_or_else(|| {
        let message = format!("--field: the answer has no field {name}");
        Failure::new(CommandProblem::EmulatorRefused, message)
            .with_hint(format!("it has: {}", fields.names().join(", ")))
    })
}
