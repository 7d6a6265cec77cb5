//! The memory that idle connections take.

use std::path::Path;

use adobe_ims_benches::Result;
use adobe_ims_benches::table::{Goal, Row};
use tokio::runtime::Runtime;

use super::plain::{self, Connection};
use super::process::Process;

const CONNECTIONS: usize = 500;

pub(super) fn measure(name: &str, ims: &Path, runtime: &Runtime) -> Result<Row> {
    let process = Process::start(ims)?;
    let resident = runtime.block_on(async {
        let request = plain::get(&process.host, "/ims/keys", None);
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            let mut connection = Connection::open(&process.host).await?;
            connection.exchange(&request).await?;
            connections.push(connection);
        }
        process.resident_mib()
    })?;
    Ok(Row::value(
        &format!("{name}: resident with 500 connections"),
        resident,
        "MiB",
        Goal::AtMost(16.0),
    ))
}
