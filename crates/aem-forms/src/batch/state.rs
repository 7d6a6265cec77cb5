use std::time::{Duration, SystemTime};

use adobe_ims::error::ServerText;
use serde_json::{Map, Value};

/// The state of a run of a batch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BatchState {
    /// The id of the run.
    pub id: Option<String>,
    /// The status of the run. A run that succeeded may have records that failed.
    pub status: BatchStatus,
    /// The counts of each output.
    pub outputs: Vec<BatchOutput>,
    /// The number of records, once all are read.
    pub record_count: Option<u64>,
    /// The start of the run.
    pub started_at: Option<SystemTime>,
    /// The end of the run.
    pub ended_at: Option<SystemTime>,
    /// The code and the message of the failure.
    pub error: Option<ServerText>,
    pub(super) answer: Map<String, Value>,
}

/// The status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchStatus {
    /// It runs.
    Processing,
    /// It has ended.
    Success,
    /// It failed as a whole.
    Failed,
    /// A status that this program does not know. It counts as one of a run that has ended and failed.
    Unknown,
}

/// The counts of one output of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchOutput {
    /// `PDF` or `PRINT`.
    pub output_type: String,
    /// The print language. PDF has none.
    pub render_type: Option<String>,
    /// The records that are being processed.
    pub in_progress: u64,
    /// The records that succeeded.
    pub succeeded: u64,
    /// The records that failed.
    pub failed: u64,
}

impl BatchState {
    /// Reads a state. `shown` prepares a text of the server for display.
    pub(super) fn read(
        answer: Map<String, Value>,
        shown: impl Fn(&str) -> Option<ServerText>,
    ) -> Option<Self> {
        let status = match answer.get("status")?.as_str()? {
            "PROCESSING" => BatchStatus::Processing,
            "SUCCESS" => BatchStatus::Success,
            "FAILED" => BatchStatus::Failed,
            _ => BatchStatus::Unknown,
        };
        let outputs = answer.get("outputStatuses").and_then(Value::as_array);
        let outputs = outputs.into_iter().flatten().map(output).collect();
        let error = answer.get("errorInfo").and_then(|info| {
            let texts = ["code", "message"].map(|name| text(info.get(name)?));
            let texts: Vec<_> = texts.into_iter().flatten().collect();
            shown(&texts.join(": "))
        });
        Some(Self {
            id: answer.get("executionId").and_then(text),
            status,
            outputs,
            record_count: answer.get("recordsCount").and_then(Value::as_u64),
            started_at: answer.get("startTime").and_then(moment),
            ended_at: answer.get("endTime").and_then(moment),
            error,
            answer,
        })
    }

    /// Returns true while the run has not ended.
    pub fn is_running(&self) -> bool {
        self.status == BatchStatus::Processing
    }

    /// Returns true if the run or a record has failed.
    pub fn has_failed(&self) -> bool {
        let is_failed = matches!(self.status, BatchStatus::Failed | BatchStatus::Unknown);
        is_failed || self.outputs.iter().any(|output| output.failed > 0)
    }

    /// Returns the whole answer as JSON, with members that this program does not know.
    pub fn to_json(&self) -> String {
        Value::Object(self.answer.clone()).to_string()
    }
}

fn output(value: &Value) -> BatchOutput {
    let count = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    BatchOutput {
        output_type: value.get("outputType").and_then(text).unwrap_or_default(),
        render_type: value.get("renderType").and_then(text),
        in_progress: count("inProgressCount"),
        succeeded: count("successCount"),
        failed: count("failureCount"),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads seconds after the epoch; -1 stands for a moment that has not come.
fn moment(value: &Value) -> Option<SystemTime> {
    let seconds = value.as_u64().filter(|seconds| *seconds > 0)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: Value) -> Option<BatchState> {
        let answer = answer.as_object().cloned()?;
        BatchState::read(answer, |text| {
            adobe_ims::internal::text_of_server(text, &[])
        })
    }

    #[test]
    fn state_is_read_with_counts_and_without_a_print_language() {
        let running = read(json!({
            "status": "PROCESSING", "executionId": "e/1", "recordsCount": -1,
            "startTime": 1_700_000_000, "endTime": -1, "new": true,
            "outputStatuses": [{"outputType": "PDF", "inProgressCount": 2, "successCount": 1}],
        }))
        .unwrap();
        assert!(running.is_running() && !running.has_failed());
        assert_eq!((running.record_count, running.ended_at), (None, None));
        let output = &running.outputs[0];
        assert_eq!(
            (output.in_progress, output.succeeded, output.failed),
            (2, 1, 0)
        );
        assert_eq!(output.render_type, None);
        assert!(running.to_json().contains("\"new\":true"));
    }

    #[test]
    fn run_that_succeeded_with_failed_records_has_failed() {
        for (status, failures, expected) in [
            ("SUCCESS", 0, false),
            ("SUCCESS", 1, true),
            ("FAILED", 0, true),
            ("CANCELLED", 0, true),
        ] {
            let state = read(json!({
                "status": status,
                "outputStatuses": [{"outputType": "PRINT", "renderType": "PCL", "failureCount": failures}],
                "errorInfo": {"code": "E1", "message": "no storage"},
            }))
            .unwrap();
            assert_eq!(state.has_failed(), expected, "{status} {failures}");
            assert!(!state.is_running());
            assert_eq!(state.error.as_deref(), Some("E1: no storage"));
        }
    }

    #[test]
    fn answer_without_a_status_is_no_state() {
        for answer in [json!({}), json!({"status": 7}), json!([])] {
            assert_eq!(read(answer), None);
        }
        let odd = read(json!({"status": "SUCCESS", "outputStatuses": [7, {}], "startTime": 1e300}));
        assert_eq!(odd.unwrap().outputs.len(), 2);
    }
}
