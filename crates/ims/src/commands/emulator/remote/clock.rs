//! `ims emulator clock`, `advance` and `lifetimes`.

use super::client::Remote;
use super::request::{ControlRequest, JsonObject};
use crate::args::{AdvanceArgs, ClockArgs, LifetimesArgs};
use crate::error::Failure;

pub(super) fn clock(args: &ClockArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let frozen = match (args.frozen, args.running) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let changes = JsonObject::default()
        .with("now", args.now.clone())
        .with("frozen", frozen)
        .with("rate", args.rate)
        .with("offset_seconds", args.offset);
    show(ControlRequest::show_or_change("clock", changes), remote)
}

pub(super) fn advance(args: &AdvanceArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let by = JsonObject::default().with("seconds", Some(args.seconds));
    show(ControlRequest::post("clock/advance").json(by), remote)
}

pub(super) fn lifetimes(args: &LifetimesArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let changes = JsonObject::default()
        .with("access_token_seconds", args.access_token)
        .with("refresh_token_seconds", args.refresh_token)
        .with("code_seconds", args.code)
        .with("device_token_seconds", args.device_token)
        .with("consented_token_seconds", args.consented_token)
        .with("promise_token_seconds", args.promise_token)
        .with("promised_access_token_seconds", args.promised_access_token);
    show(ControlRequest::show_or_change("lifetimes", changes), remote)
}

fn show(request: ControlRequest, remote: &Remote<'_>) -> Result<(), Failure> {
    let answer = remote.send(request)?;
    remote.print(&answer, |answer| Ok(answer.fields()?.text()))
}
