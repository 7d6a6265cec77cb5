//! The configurations and executions of the batch API.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::xfa::data::Record;

/// A configuration as the client sent it.
pub(crate) type ConfigDocument = serde_json::Map<String, Value>;

/// All configurations by their name, and their executions.
#[derive(Clone, Default)]
pub(crate) struct BatchStore {
    pub(crate) configs: BTreeMap<String, ConfigDocument>,
    pub(crate) executions: Vec<Execution>,
}

impl BatchStore {
    /// Returns an execution of a configuration.
    pub(crate) fn execution(&mut self, config: &str, id: &str) -> Option<&mut Execution> {
        let mut executions = self.executions.iter_mut();
        executions.find(|execution| execution.config_name == config && execution.id == id)
    }
}

/// A run of a configuration. Times are in milliseconds since 1970.
#[derive(Clone)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(crate) config_name: String,
    /// The configuration, with what the execution overrides.
    pub(crate) config: ConfigDocument,
    pub(crate) started: i64,
    pub(crate) ended: Option<i64>,
    pub(crate) status: Status,
    pub(crate) outputs: Vec<OutputState>,
    /// The records once they are read. Those that were processed are empty.
    pub(crate) records: Option<Vec<RecordInput>>,
    /// The number of records that were processed.
    pub(crate) processed: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Processing,
    Success,
    /// With a code and a message.
    Failed(&'static str, String),
}

/// The counts of one kind of output.
#[derive(Clone)]
pub(crate) struct OutputState {
    /// The name of the print language, or `None` for PDF.
    pub(crate) render_type: Option<&'static str>,
    /// The folder of the results.
    pub(crate) folder: &'static str,
    pub(crate) success: usize,
    pub(crate) failure: usize,
}

/// A record of the input.
#[derive(Clone)]
pub(crate) enum RecordInput {
    Record(Record),
    /// A file that is no XML, with the reason.
    Unreadable(String),
}
