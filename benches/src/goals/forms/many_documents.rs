//! Compares a run of many documents, with its journal, with as many POSTs on as many connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{Pair, in_turn};
use adobe_ims_benches::table::{Goal, Row};
use aem_forms::run::{Job, Key, KeyBuilder, Made, Run, RunOptions};
use aem_forms::{Document, FormsClient, Generation};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::aem::{Aem, DOCUMENT, Recorded};
use super::bare::Connection;
use super::client;
use super::one_document::WORK;
use crate::programs;

const PARALLEL: usize = 4;
/// The number of documents in a round.
const DOCUMENTS: u32 = 100;
const ROUNDS: usize = 11;
const ROUNDS_AT_ONCE: usize = 51;

pub(super) fn measure() -> Result<Vec<Row>> {
    Ok(vec![
        Row::rate(
            "forms: -j 4 with a journal / four bare connections, 20 ms",
            Setting::new(WORK)?.compare(ROUNDS)?,
            Goal::AtLeast(0.95),
        ),
        Row::rate(
            "forms: the same, answered at once",
            Setting::new(Duration::ZERO)?.compare(ROUNDS_AT_ONCE)?,
            Goal::None,
        ),
    ])
}

/// Both clients of one server. The runtime drives the connections of both.
struct Setting {
    runtime: Runtime,
    client: FormsClient,
    template: Document,
    /// The key of what all documents share.
    key: KeyBuilder,
    connections: Vec<Connection>,
    /// A request as the library sent it.
    recorded: Arc<Recorded>,
}

impl Setting {
    fn new(pause: Duration) -> Result<Self> {
        let aem = Aem::start(pause)?;
        let client = client::open(&aem)?;
        // `ims forms generate --each` holds the template in memory, too.
        let template = Document::bytes("letter.xdp", std::fs::read(client::template()?)?);
        let request = client::request(&template, 1);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let record = async || client.generate(&request).await?.bytes(DOCUMENT).await;
        runtime.block_on(record())?;
        let open = async |_| Connection::open(&aem.host).await;
        let connections = (0..PARALLEL).map(|number| runtime.block_on(open(number)));
        let connections = connections.collect::<Result<_>>()?;
        Ok(Self {
            runtime,
            client,
            key: KeyBuilder::new().text(client::PATH).document(&template)?,
            template,
            connections,
            recorded: Arc::new(aem.last()?),
        })
    }

    fn compare(&mut self, rounds: usize) -> Result<Pair> {
        let mut connections = std::mem::take(&mut self.connections);
        let [pair] = in_turn(
            rounds,
            || Ok([self.ours()? / DOCUMENTS]),
            || Ok([self.floor(&mut connections)? / DOCUMENTS]),
        )?;
        Ok(pair)
    }

    fn job(&self, number: u64) -> Job<Generation> {
        let content = || -> aem_forms::Result<(Key, Generation)> {
            let key = self.key.clone().document(&client::data(number))?;
            Ok((key.finish(), client::request(&self.template, number)))
        };
        Job::new(number, format!("{number}.pdf"), content())
    }

    /// Returns the time of a run in a new folder, from the lock of the folder to the summary.
    fn ours(&self) -> Result<Duration> {
        let folder = programs::empty_folder("run")?;
        let total = u64::from(DOCUMENTS);
        let start = Instant::now();
        let run = Run::open(folder, RunOptions::default().parallel(PARALLEL))?;
        let jobs = (1..=total).map(|number| self.job(number));
        let make = |request: Arc<Generation>, path| self.make(request, path);
        let summary = self
            .runtime
            .block_on(run.execute(total, jobs, make, |_| {}))?;
        let time = start.elapsed();
        if summary.made != total {
            return Err(format!("the run made {} documents", summary.made).into());
        }
        Ok(time)
    }

    async fn make(&self, request: Arc<Generation>, path: PathBuf) -> aem_forms::Result<Made> {
        let mut received = self.client.generate(&request).await?;
        received.write_to_file(path).await?;
        let mut made = Made::new(received.length());
        made.request_id = received.request_id().map(String::from);
        Ok(made)
    }

    /// Returns the time of as many POSTs. Nothing is written.
    fn floor(&self, connections: &mut Vec<Connection>) -> Result<Duration> {
        let start = Instant::now();
        self.runtime.block_on(self.post_all(connections))?;
        Ok(start.elapsed())
    }

    async fn post_all(&self, connections: &mut Vec<Connection>) -> Result<()> {
        let share = DOCUMENTS as usize / PARALLEL;
        let mut tasks = JoinSet::<Result<Connection>>::new();
        for mut connection in connections.drain(..) {
            let recorded = self.recorded.clone();
            tasks.spawn(async move {
                for _ in 0..share {
                    connection.post(&recorded).await?;
                }
                Ok(connection)
            });
        }
        while let Some(done) = tasks.join_next().await {
            connections.push(done??);
        }
        Ok(())
    }
}
