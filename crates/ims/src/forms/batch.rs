//! The state of batches for people.

use adobe_ims::internal::time;
use aem_forms::batch::{BatchState, BatchStatus};

/// Returns status and counts in one line.
pub(crate) fn counts(state: &BatchState) -> String {
    let mut text = status(state.status).to_owned();
    for output in &state.outputs {
        let kind = output.render_type.as_deref().unwrap_or(&output.output_type);
        text.push_str(&format!(
            ", {kind}: {} done, {} failed, {} in progress",
            output.succeeded, output.failed, output.in_progress
        ));
    }
    if let Some(count) = state.record_count {
        text.push_str(&format!(", {count} records"));
    }
    if let Some(error) = &state.error {
        text.push_str(&format!(", {error}"));
    }
    text
}

/// Returns a row for each run: id, start, status and counts.
pub(crate) fn state_rows(runs: &[BatchState]) -> Vec<[String; 3]> {
    let rows = runs.iter().map(|state| {
        [
            state.id.clone().unwrap_or_default(),
            state.started_at.map(time::display).unwrap_or_default(),
            counts(state),
        ]
    });
    rows.collect()
}

fn status(status: BatchStatus) -> &'static str {
    match status {
        BatchStatus::Processing => "running",
        BatchStatus::Success => "ended",
        BatchStatus::Failed => "failed",
        _ => "ended with an unknown status",
    }
}
