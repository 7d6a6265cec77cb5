//! Compares the whole process of `ims token` with a program that does one exchange and nothing else.

use std::process::Command;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;

use crate::programs;

const ROUNDS: usize = 201;
const ROUNDS_OF_NODE: usize = 41;

/// The folder of Adobe's own client for node. The client is measured only if it is installed there.
const NODE_MODULES: &str = "interop/clients/node_modules";
const JWT_AUTH: &str = "@adobe/jwt-auth/index.js";

pub(crate) fn measure() -> Result<Vec<Row>> {
    let ims = programs::ims()?;
    let emulator = Emulator::builder().tls(true).start()?;
    let document =
        programs::write_file("service_token.json", emulator.credentials_json().as_bytes())?;
    let ca = emulator.ca_pem().ok_or("the emulator has no CA")?;
    let ca = programs::write_file("ca.pem", ca.as_bytes())?;
    let url = emulator.url();

    let tool = || {
        let mut command = Command::new(&ims);
        command.env_clear().arg("token").arg("-c").arg(&document);
        command.args(["--url", url, "--ca-file"]).arg(&ca);
        timed(|| token(&mut command))
    };
    let minimal = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minimal_exchange"));
        command.env_clear().arg(&document).arg(url).arg(&ca);
        timed(|| token(&mut command))
    };
    let node_modules = programs::workspace().join(NODE_MODULES);
    let node = || {
        let mut command = Command::new("node");
        command
            .env("NODE_EXTRA_CA_CERTS", &ca)
            .env("NODE_PATH", &node_modules)
            .arg(programs::workspace().join("benches/src/jwt_auth.cjs"))
            .arg(&document)
            .arg(url);
        timed(|| token(&mut command))
    };

    let [pair] = in_turn(ROUNDS, || Ok([tool()?]), || Ok([minimal()?]))?;
    let mut rows = vec![Row::ratio(
        "one-shot: process of ims token / minimal program",
        pair,
        Goal::AtMost(1.3),
    )];
    if node_modules.join(JWT_AUTH).exists() {
        let [pair] = in_turn(ROUNDS_OF_NODE, || Ok([tool()?]), || Ok([node()?]))?;
        let what = "one-shot: process of ims token / node with @adobe/jwt-auth";
        rows.push(Row::ratio(what, pair, Goal::None));
    }
    Ok(rows)
}

fn token(command: &mut Command) -> Result<String> {
    let token = programs::output(command)?;
    if token.split('.').count() != 3 {
        return Err(format!("{:?} printed no token", command.get_program()).into());
    }
    Ok(token)
}
