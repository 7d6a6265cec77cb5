//! `ims emulator trust`: what a program needs to trust the running emulator.

mod lines;
mod overview;
mod running_emulator;
mod trust_store;

use std::path::Path;

use self::lines::{Address, lines};
use self::overview::overview;
use self::running_emulator::RunningEmulator;
use crate::args::{TrustArgs, TrustedBy};
use crate::context::Context;
use crate::error::Failure;

pub(super) fn trust(args: &TrustArgs, context: &Context) -> Result<(), Failure> {
    check_trust_store(args)?;
    let emulator = RunningEmulator::find(args.ready_file.as_deref(), context)?;
    let RunningEmulator { url, ca, proxy } = emulator;
    let Some(ca) = ca else {
        let what =
            format!("the emulator at {url} serves http and has no proxy: it has no CA to trust");
        return Err(Failure::usage(what)
            .with_hint("start it with --connect-port 0, with --tls, or with both"));
    };
    let address = Address { url, ca, proxy };
    let Some(program) = args.program else {
        return context.console.result(&overview(&address, args));
    };
    let trust_store = match &args.trust_store {
        None => None,
        Some(path) => Some(trust_store::write(path, &address.ca)?),
    };
    if program == TrustedBy::Java && trust_store.is_none() {
        return Err(java_without_trust_store(&address.ca));
    }
    let lines = lines(program, &address, trust_store.as_deref());
    context.console.result(&lines.join("\n"))
}

fn check_trust_store(args: &TrustArgs) -> Result<(), Failure> {
    match args.program {
        Some(program) if program != TrustedBy::Java && args.trust_store.is_some() => {
            Err(Failure::usage("--trust-store is for --for java")
                .with_hint("other programs read the certificate of the CA itself"))
        }
        _ => Ok(()),
    }
}

fn java_without_trust_store(ca: &Path) -> Failure {
    let ca = lines::quoted(&ca.to_string_lossy());
    Failure::usage(
        "Java reads no certificate, but a trust store: name a file for it with --trust-store FILE",
    )
    .with_hint(format!(
        "or make one: keytool -importcert -noprompt -alias adobe-ims-emulator -file {ca} \
             -keystore FILE -storetype PKCS12 -storepass changeit"
    ))
}
