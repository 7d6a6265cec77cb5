//! A fault, as it is asked for.

use serde::{Deserialize, Serialize};

use crate::faults::invalid_fault::InvalidFault;
use crate::faults::step::FaultStep;

/// A fault: which requests get it, and what the emulator does with them.
///
/// The emulator takes one step for each request, and repeats the last one. Without conditions every
/// request to the emulated services gets the fault. Requests to the remote control never do.
///
/// ```
/// use adobe_ims_emulator::{Emulator, Fault, FaultStep};
///
/// let emulator = Emulator::start()?;
/// let outage = FaultStep::status(503).header("Retry-After", "1");
/// // Two requests fail, then all goes as usual.
/// emulator.add_fault(Fault::new([outage]).path("/ims/token/*").times(2))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default)]
    pub(crate) when: When,
    pub(crate) then: Vec<FaultStep>,
}

/// The conditions of a fault.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// A path, or with `*` at its end the beginning of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grant: Option<String>,
    /// The number of matching requests that the fault lets pass first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<u64>,
    /// The number of requests that get the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
}

impl Fault {
    /// Creates a fault of these steps for every request.
    pub fn new(then: impl IntoIterator<Item = FaultStep>) -> Self {
        Self {
            when: When::default(),
            then: then.into_iter().collect(),
        }
    }

    /// Reads a fault in the JSON of `POST /_emu/faults`.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is no such JSON.
    pub fn from_json(text: &str) -> Result<Self, InvalidFault> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| InvalidFault::new(error.path().to_string(), error.inner().to_string()))
    }

    /// Only for requests to this path. A path with `*` at its end is the beginning of a path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.when.path = Some(path.into());
        self
    }

    /// Only for requests with this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.when.method = Some(method.into());
        self
    }

    /// Only for requests of this client.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.when.client_id = Some(id.into());
        self
    }

    /// Only for requests with this `grant_type`. The JWT exchange is `jwt_exchange`.
    #[must_use]
    pub fn grant(mut self, grant: impl Into<String>) -> Self {
        self.when.grant = Some(grant.into());
        self
    }

    /// Lets this number of matching requests pass first.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.when.after = Some(requests);
        self
    }

    /// Ends after this number of requests.
    #[must_use]
    pub fn times(mut self, requests: u64) -> Self {
        self.when.times = Some(requests);
        self
    }

    /// Only for a part of the matching requests, from 0 to 1. The same seed gives the same choice.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.when.probability = Some(probability);
        self.when.seed = Some(seed);
        self
    }
}
