//! The processes, each with a provider of its own.

use std::panic::resume_unwind;
use std::sync::Arc;

use adobe_ims::AccessToken;
use adobe_ims::provider::{TokenProvider, TokenReader};
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::clocks::HostClock;
use crate::model::ProviderModel;
use crate::source::SimulatedSource;
use crate::store::SimulatedStore;
use crate::world::World;

/// A provider in a process of its own.
pub(crate) struct Process {
    /// The number of the provider in the model.
    pub(crate) number: usize,
    pub(crate) provider: TokenProvider,
    pub(crate) reader: TokenReader,
    /// A host that calls `refresh_due` in a loop.
    pub(crate) is_driven: bool,
    /// The time of the loop's next call.
    pub(crate) drive_at: Option<Instant>,
    /// The calls of the loop since the last action.
    pub(crate) drives: u32,
}

impl Process {
    /// Starts a process with a new provider. Its stores are the host's, the shared one, both or none.
    pub(crate) fn start(world: &Arc<World>) -> Self {
        let hosts = world.lock().ahead.len();
        let host = world.below(hosts);
        let stores = match world.below(8) {
            0 => Vec::new(),
            1 => vec![1 + host],
            2 | 3 => vec![1 + host, 0],
            _ => vec![0],
        };
        let number = world.lock().providers.len();
        world.log(format!(
            "provider {number} starts on host {host} with stores {stores:?}"
        ));
        world.lock().providers.push(ProviderModel {
            host,
            stores: stores.clone(),
            ..ProviderModel::default()
        });
        let provider = build(world, number, host, stores);
        Self {
            number,
            reader: provider.reader(),
            provider,
            is_driven: world.chance(30),
            drive_at: Some(Instant::now()),
            drives: 0,
        }
    }

    /// Reads the token without waiting.
    pub(crate) fn read(&mut self) -> Option<Arc<AccessToken>> {
        self.reader.token().map(|token| Arc::new(token.clone()))
    }
}

fn build(world: &Arc<World>, number: usize, host: usize, stores: Vec<usize>) -> TokenProvider {
    let seed = world.lock().random.u64(..);
    let clock = HostClock {
        world: Arc::clone(world),
        host,
    };
    let mut builder = TokenProvider::builder(SimulatedSource::new(world, number))
        .runtime(Handle::current())
        .clock(clock)
        .seed(seed);
    for store in stores {
        builder = builder.store(SimulatedStore {
            world: Arc::clone(world),
            number: store,
            provider: number,
        });
    }
    let listener = Arc::clone(world);
    builder
        .on_event(move |event| {
            listener.observe(number, event);
            if listener.lock().listeners_panic && listener.chance(50) {
                resume_unwind(Box::new("the simulated listener panics"));
            }
        })
        .build()
}
