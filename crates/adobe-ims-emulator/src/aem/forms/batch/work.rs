//! The work of a batch when its time has come.

use std::fs;
use std::io;
use std::path::Path;

use bytes::Bytes;

use crate::aem::forms::batch::config::{BatchConfig, Output};
use crate::aem::forms::batch::records;
use crate::aem::forms::error::FormsError;
use crate::aem::forms::generate_print::print;
use crate::aem::forms::generation::read_xci;
use crate::aem::forms::properties::{Xci, apply, properties};
use crate::aem::forms::reference::{Document, resolve};
use crate::aem::forms::template::fill_record;
use crate::aem_data::batch::{Execution, RecordInput, Status};
use crate::aem_data::settings::DataSource;
use crate::pdf::{Page, compose};
use crate::state::State;

/// Does what is due of an execution at a time.
pub(crate) fn advance(state: &State, execution: &mut Execution, now: i64) {
    if execution.status != Status::Processing {
        return;
    }
    let due = due_steps(state, execution, now);
    // The first step reads the records. Each further one processes a record.
    let Some(due_records) = due.checked_sub(1) else {
        return;
    };
    if let Err(error) = process(state, execution, due_records) {
        execution.status = Status::Failed(error.code, error.message);
        execution.ended = Some(now);
    } else if execution.processed == execution.records.as_ref().map_or(0, Vec::len) {
        execution.status = Status::Success;
        execution.ended = Some(now);
        execution.records = Some(Vec::new());
    }
}

fn due_steps(state: &State, execution: &Execution, now: i64) -> usize {
    let step = state.aem_settings().batch_record_ms;
    let elapsed = u64::try_from(now.saturating_sub(execution.started)).unwrap_or(0);
    let steps = elapsed.checked_div(step).unwrap_or(u64::MAX);
    usize::try_from(steps).unwrap_or(usize::MAX)
}

/// The inputs that all records of a batch share.
struct Job {
    config: BatchConfig,
    template: Document,
    xci: Xci,
    folders: DataSource,
}

impl Job {
    fn new(state: &State, execution: &Execution) -> Result<Self, FormsError> {
        let config = BatchConfig::read(&execution.config)?;
        let uri = &config.data_source_config_uri;
        let folders = state
            .aem_settings()
            .data_source(uri)
            .cloned()
            .ok_or_else(|| {
                let message = format!("There is no data source {uri}.");
                FormsError::engine("DATA_SOURCE_NOT_FOUND", message)
            })?;
        let repository = state.repository();
        let root = config.content_root.as_deref();
        let template = resolve(&repository, "template", &config.template, root)?;
        let xci = config.xci.as_deref();
        let xci = xci
            .map(|xci| resolve(&repository, "xci", xci, root))
            .transpose()?;
        let xci = xci.map(|xci| read_xci(&xci.content)).transpose()?;
        Ok(Self {
            template,
            xci: xci.unwrap_or_default(),
            folders,
            config,
        })
    }
}

/// Reads the records if that was not done yet, and processes those that are due.
fn process(state: &State, execution: &mut Execution, due: usize) -> Result<(), FormsError> {
    let storage = |error: io::Error| {
        FormsError::engine("STORAGE_ERROR", format!("The storage failed: {error}."))
    };
    let job = Job::new(state, execution)?;
    if execution.records.is_none() {
        let limit = state.config.document_limit;
        let level = &job.xci.record_level;
        let records = records::read(&job.folders.source, level, limit).map_err(storage)?;
        execution.records = Some(records);
    }
    let records = execution
        .records
        .as_mut()
        .map_or(&mut [][..], |records| records);
    let end = due.min(records.len());
    for (at, record) in records
        .iter_mut()
        .enumerate()
        .take(end)
        .skip(execution.processed)
    {
        let record = std::mem::replace(record, RecordInput::Unreadable(String::new()));
        let pages = pages(&job, record);
        for (output, counts) in job.config.outputs().iter().zip(&mut execution.outputs) {
            let made = pages.as_deref().map_err(Clone::clone);
            let made = made.and_then(|pages| make(state, &job, output, pages));
            let folder = job.folders.destination.join(counts.folder);
            let name = format!("record{}", at + 1);
            match made {
                Ok(content) => {
                    counts.success += 1;
                    let name = format!("{name}.{}", counts.folder);
                    write(&folder.join("success"), &name, &content).map_err(storage)?;
                }
                Err(error) => {
                    counts.failure += 1;
                    let name = format!("{name}.error.txt");
                    write(&folder.join("failure"), &name, error.as_bytes()).map_err(storage)?;
                }
            }
        }
    }
    execution.processed = end.max(execution.processed);
    Ok(())
}

/// Returns the pages of a record, or the text of its error.
fn pages(job: &Job, record: RecordInput) -> Result<Vec<Page>, String> {
    match record {
        RecordInput::Record(record) => {
            fill_record(&job.template, record).map_err(|error| error.message)
        }
        RecordInput::Unreadable(error) => Err(error),
    }
}

fn make(state: &State, job: &Job, output: &Output, pages: &[Page]) -> Result<Bytes, String> {
    match output {
        Output::Pdf => {
            let mut properties = properties(state, &[&job.template.content]);
            apply(&mut properties, &job.config.pdf_output_options, &job.xci);
            Ok(compose(pages, &properties).into())
        }
        Output::Print(render_type, options) => {
            Ok(print(job.template.stem(), pages, options, *render_type).content)
        }
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), content)
}
