//! `BatchState`: how an execution is shown.

use serde::Serialize;

use crate::aem_data::batch::{ConfigDocument, Execution, OutputState, Status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateView<'a> {
    config_name: &'a str,
    execution_id: &'a str,
    config: &'a ConfigDocument,
    status: &'static str,
    output_statuses: Vec<OutputView>,
    /// The number of records, or -1 until all are read.
    records_count: i64,
    start_time: i64,
    /// The end in seconds since 1970, or -1 while the batch is running.
    end_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_info: Option<ErrorInfo<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputView {
    output_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    render_type: Option<&'static str>,
    in_progress_count: usize,
    success_count: usize,
    failure_count: usize,
}

#[derive(Serialize)]
struct ErrorInfo<'a> {
    code: &'a str,
    message: &'a str,
}

impl<'a> StateView<'a> {
    pub(crate) fn new(execution: &'a Execution) -> Self {
        let seconds = |millis: i64| millis.div_euclid(1000);
        let (status, error_info) = match &execution.status {
            Status::Processing => ("PROCESSING", None),
            Status::Success => ("SUCCESS", None),
            Status::Failed(code, message) => ("FAILED", Some(ErrorInfo { code, message })),
        };
        let total = match (&execution.status, &execution.records) {
            (Status::Success, _) => Some(execution.processed),
            (_, records) => records.as_ref().map(Vec::len),
        };
        let output = |output: &OutputState| OutputView {
            output_type: if output.render_type.is_some() {
                "PRINT"
            } else {
                "PDF"
            },
            render_type: output.render_type,
            in_progress_count: total
                .unwrap_or_default()
                .saturating_sub(output.success + output.failure),
            success_count: output.success,
            failure_count: output.failure,
        };
        Self {
            config_name: &execution.config_name,
            execution_id: &execution.id,
            config: &execution.config,
            status,
            output_statuses: execution.outputs.iter().map(output).collect(),
            records_count: total
                .and_then(|total| i64::try_from(total).ok())
                .unwrap_or(-1),
            start_time: seconds(execution.started),
            end_time: execution.ended.map_or(-1, seconds),
            error_info,
        }
    }
}
