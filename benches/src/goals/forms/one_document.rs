//! Compares a document with a POST of the same bytes.

use std::time::Duration;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{Pair, in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use aem_forms::{Document, FormsClient, Generation};
use bytes::Bytes;
use tokio::runtime::Runtime;

use super::aem::{Aem, DOCUMENT, Recorded};
use super::bare::Connection;
use super::client;
use crate::programs;

/// The time that the server takes for a document: less than AEM, which takes 100 ms and more.
pub(super) const WORK: Duration = Duration::from_millis(20);

const ROUNDS: usize = 2000;
const ROUNDS_WITH_WORK: usize = 150;

pub(super) fn measure() -> Result<Vec<Row>> {
    let working = Setting::new(WORK)?.compare_files(ROUNDS_WITH_WORK)?;
    let mut quick = Setting::new(Duration::ZERO)?;
    Ok(vec![
        Row::ratio(
            "forms: a document / bare POST + file, 20 ms of the server",
            working,
            Goal::AtMost(1.05),
        ),
        Row::ratio(
            "forms: the same, answered at once",
            quick.compare_files(ROUNDS)?,
            Goal::None,
        ),
        Row::ratio(
            "forms: the same, answered at once, without the file",
            quick.compare_bytes(ROUNDS)?,
            Goal::None,
        ),
    ])
}

/// Both clients of one server. The runtime drives the connections of both.
struct Setting {
    runtime: Runtime,
    client: FormsClient,
    request: Generation,
    connection: Connection,
    /// The request as the library sent it.
    recorded: Recorded,
}

impl Setting {
    fn new(pause: Duration) -> Result<Self> {
        let aem = Aem::start(pause)?;
        let client = client::open(&aem)?;
        let request = client::request(&Document::file(client::template()?)?, 1);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let connection = runtime.block_on(async {
            client.generate(&request).await?.bytes(DOCUMENT).await?;
            Connection::open(&aem.host).await
        })?;
        Ok(Self {
            runtime,
            client,
            request,
            connection,
            recorded: aem.last()?,
        })
    }

    /// Compares documents in new files.
    fn compare_files(&mut self, rounds: usize) -> Result<Pair> {
        let folder = programs::empty_folder("letters")?;
        let paths = ["ours.pdf", "floor.pdf"].map(|name| folder.join(name));
        let [ours, floor] = &paths;
        let work = async || {
            let mut received = self.client.generate(&self.request).await?;
            Ok(received.write_to_file(ours).await?)
        };
        let connection = &mut self.connection;
        let mut bare = async || {
            let document = connection.post(&self.recorded).await?;
            Ok(std::fs::write(floor, document)?)
        };
        let [pair] = in_turn(
            rounds,
            || {
                let time = timed(|| self.runtime.block_on(work()))?;
                std::fs::remove_file(ours)?;
                Ok([time])
            },
            || {
                let time = timed(|| self.runtime.block_on(bare()))?;
                std::fs::remove_file(floor)?;
                Ok([time])
            },
        )?;
        Ok(pair)
    }

    /// Compares documents in memory.
    fn compare_bytes(&mut self, rounds: usize) -> Result<Pair> {
        let work = async || -> Result<Bytes> {
            let mut received = self.client.generate(&self.request).await?;
            Ok(received.bytes(DOCUMENT).await?)
        };
        let connection = &mut self.connection;
        let [pair] = in_turn(
            rounds,
            || Ok([timed(|| self.runtime.block_on(work()))?]),
            || {
                let bare = connection.post(&self.recorded);
                Ok([timed(|| self.runtime.block_on(bare))?])
            },
        )?;
        Ok(pair)
    }
}
