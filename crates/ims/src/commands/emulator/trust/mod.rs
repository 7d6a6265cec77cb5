//! `ims emulator trust`: what a program needs to trust the running emulator.

mod proxy_address;
mod lines;
mod overview;
mod trust_store;

use std::path::{Path, PathBuf};

use self::lines::{Address, lines};
use self::overview::overview;
use self::proxy_address::ProxyAddress;
use super::remote::{Remote, RunningEmulator};
use crate::args::{TrustArgs, TrustedBy};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn trust(
    args: &TrustArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    check_trust_store(args)?;
    let (emulator, health) = Remote::find(&args.emulator, source, context)?.health()?;
    let proxy = ProxyAddress::of(&emulator, &health)?;
    let address = Address {
        ca: ca(&emulator, proxy.is_some())?,
        url: emulator.url,
        proxy,
    };
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

/// Returns the absolute path of the CA, which a program with another working folder can read.
fn ca(emulator: &RunningEmulator, has_proxy: bool) -> Result<PathBuf, Failure> {
    let url = &emulator.url;
    match emulator.ca_files() {
        [path] => std::path::absolute(path)
            .map_err(|error| Failure::unexpected(format!("{path:?} is no path: {error}"))),
        [] if has_proxy || url.starts_with("https:") => {
            let what = format!("nothing names the file with the CA of the emulator at {url}");
            Err(Failure::usage(what).with_hint(
                "name it: --ca-file or IMS_CA_FILE, or --ready-file with the ready line",
            ))
        }
        [] => {
            let what = format!(
                "the emulator at {url} serves http and has no proxy: it has no CA to trust"
            );
            Err(Failure::usage(what)
                .with_hint("start it with --connect-port 0, with --tls, or with both"))
        }
        [_, _, ..] => {
            let what = format!("several files are named for the CA of the emulator at {url}");
            Err(Failure::usage(what).with_hint("name one: programs read one file"))
        }
    }
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
