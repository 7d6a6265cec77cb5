//! `ims emulator rights`, `allow`, `sign-in` and `rotate`.

use super::client::{Answer, Remote};
use super::request::{ControlRequest, JsonObject, segment};
use crate::args::{AllowArgs, RightsArgs, RotateArgs, SignInArgs, Tier};
use crate::error::Failure;

pub(super) fn rights(args: &RightsArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let path = format!("aem/rights/{}", segment(&args.account));
    let request = if args.remove {
        ControlRequest::delete(path)
    } else {
        let groups = JsonObject::default()
            .with("groups", Some(args.groups.clone()))
            .with("after_seconds", args.after);
        ControlRequest::put(path).json(groups)
    };
    remote.send(request).map(drop)
}

pub(super) fn allow(args: &AllowArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let path = format!("aem/allow_list/{}", segment(&args.client));
    let request = if args.remove {
        ControlRequest::delete(path)
    } else {
        let tiers = tiers(&args.tier);
        ControlRequest::put(path).json(JsonObject::default().with("tiers", Some(tiers)))
    };
    remote.send(request).map(drop)
}

fn tiers(given: &[Tier]) -> Vec<&'static str> {
    let is_given = |tier: &Tier| given.is_empty() || given.contains(tier);
    let tiers = [
        (Tier::Author, "author"),
        (Tier::Preview, "preview"),
        (Tier::Publish, "publish"),
    ];
    let tiers = tiers.into_iter().filter(|(tier, _)| is_given(tier));
    tiers.map(|(_, name)| name).collect()
}

pub(super) fn sign_in(args: &SignInArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let scopes = Some(args.scope.clone()).filter(|scopes| !scopes.is_empty());
    let sign_in = JsonObject::default()
        .with("client_id", Some(args.client.clone()))
        .with("email", Some(args.email.clone()))
        .with("scopes", scopes)
        .with("redirect_uri", args.redirect_uri.clone())
        .with("code_challenge", args.code_challenge.clone())
        .with("nonce", args.nonce.clone())
        .with("device_id", args.device_id.clone());
    let answer = remote.send(ControlRequest::post("sign_ins").json(sign_in))?;
    remote.print(&answer, |answer| field(answer, &["code", "device_token"]))
}

pub(super) fn rotate(args: &RotateArgs, remote: &Remote<'_>) -> Result<(), Failure> {
    let (path, result) = match (&args.client, &args.account) {
        (Some(client), _) => (
            format!("clients/{}/secrets", segment(client)),
            "client_secret",
        ),
        (None, account) => {
            let account = account.as_deref().unwrap_or_default();
            (
                format!("accounts/{}/certificates", segment(account)),
                "document",
            )
        }
    };
    let request = ControlRequest::post(path).json(JsonObject::default());
    let answer = remote.send(request)?;
    remote.print(&answer, |answer| field(answer, &[result]))
}

/// Returns the value that the user asked for, or all fields if the answer names it otherwise.
fn field(answer: &Answer, names: &[&str]) -> Result<String, Failure> {
    let fields = answer.fields()?;
    let value = names.iter().find_map(|name| fields.get(name));
    Ok(value.unwrap_or_else(|| fields.text()))
}
