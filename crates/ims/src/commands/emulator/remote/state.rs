//! `ims emulator health`, `reset`, `snapshot` and `restore`.

use super::client::Remote;
use super::request::{ControlRequest, segment};
use crate::args::RestoreArgs;
use crate::error::Failure;

pub(super) fn health(remote: &Remote<'_>) -> Result<(), Failure> {
    let answer = remote.send(ControlRequest::get("health"))?;
    remote.print(&answer, |answer| Ok(answer.fields()?.text()))
}

pub(super) fn reset(remote: &Remote<'_>) -> Result<(), Failure> {
    remote.send(ControlRequest::post("reset")).map(drop)
}

pub(super) fn snapshot(remote: &Remote<'_>) -> Result<(), Failure> {
    let answer = remote.send(ControlRequest::post("snapshots"))?;
    remote.print(&answer, |answer| {
        Ok(answer.fields()?.get("id").unwrap_or_default())
    })
}

pub(super) fn restore(args: &RestoreArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let path = format!("snapshots/{}/restore", segment(&args.id));
    remote.send(ControlRequest::post(path)).map(drop)
}
