//! `ims forms generate --each`: one document for each record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aem_forms::lint::Api;
use aem_forms::records::{FileNamePattern, Plan, Record, RecordSource};
use aem_forms::run::{Event, Job, JournalMode, Key, KeyBuilder, Made, Run, RunOptions, Summary};
use aem_forms::{FormsClient, Generation};
use serde::Serialize;

use super::generate::{shown, sources};
use crate::args::TextFormat;
use crate::args::forms::{GenerateArgs, ManyFlags};
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::forms::aem::{Aem, OpenAem};
use crate::forms::data::{Data, record_document};
use crate::forms::documents::refuse_credentials;
use crate::forms::findings::{Samples, admit, strictness};
use crate::forms::generation::Shared;
use crate::forms::logs;
use crate::forms::output::refuse_replacing;
use crate::forms::progress::RunProgress;
use crate::settings::ConfigurationSource;

/// Returns the exit code: documents may have failed.
pub(super) fn run(
    args: &GenerateArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let plan = ManyDocuments::read(args, context)?;
    if args.sending.dry_run {
        plan.show(|shown| shown.print(args.aem.output, Some(plan.plan.total()), context))?;
        return Ok(0);
    }
    let aem = Aem::resolve(
        &args.aem,
        Api::Synchronous,
        args.sending.strict,
        source,
        context,
    )?;
    if args.sending.as_curl {
        let out = plan.first_file();
        plan.show(|shown| shown.print_curl(&aem, Some(&out), context))?;
        return Ok(0);
    }
    // The folder is locked before a token is requested.
    let run = Run::open(plan.pattern.folder(), plan.options(&args.many, &aem))?;
    let acquirer = aem.acquirer()?;
    // The run itself sends requests again.
    let open = aem.open(&acquirer, 0)?;
    let summary = context.wait(plan.execute(args, run, open, context))??;
    report(args, &plan, &summary, context)?;
    match summary.stopped_by {
        Some(error) => Err(stopped(error, summary.left)),
        None if summary.failed > 0 || summary.left > 0 => Ok(CHECK_FAILED),
        None => Ok(0),
    }
}

/// The documents of a run, before anything is sent.
struct ManyDocuments {
    shared: Shared,
    records: RecordSource,
    pattern: FileNamePattern,
    plan: Plan,
    /// The numbers of the records that cannot be read. Each fails alone.
    unreadable: BTreeSet<u64>,
    /// The key of what all documents share.
    key: KeyBuilder,
}

impl ManyDocuments {
    /// Reads the template and the records, and checks them. Warnings are printed.
    fn read(args: &GenerateArgs, context: &Context) -> Result<Self, Failure> {
        let mut shared = Shared::read(&args.template, &args.document)?;
        let source = args.many.each.as_deref().unwrap_or_default();
        if args.out.as_deref() == Some("-") {
            let message = "--out - takes one document, and --each makes one for each record";
            return Err(Failure::usage(message).with_hint("name a pattern: --out 'out/{name}.pdf'"));
        }
        let records = RecordSource::open(source)?;
        let pattern = FileNamePattern::parse(args.out.as_deref().unwrap_or("{n}"))?;
        let plan = Plan::new(&records, &pattern)?;
        let mut findings = std::mem::take(&mut shared.findings);
        let mut samples = Samples::default();
        let mut unreadable = BTreeSet::new();
        for record in records.records()? {
            if let Some(file) = plan.file_name(record.number()) {
                let file = pattern.folder().join(file);
                let record = record.place().file.as_deref().map(Path::new);
                refuse_replacing(&file, sources(args).chain(record))?;
            }
            let Ok(xml) = record.to_xml(shared.root_name()) else {
                unreadable.insert(record.number());
                continue;
            };
            let file = record.place().to_string();
            refuse_credentials(&file, xml.as_str().as_bytes())?;
            let of_record = match &shared.parsed {
                Some(template) => template.check_data(&file, xml.as_str().as_bytes()),
                None => aem_forms::lint::data(&file, xml.as_str().as_bytes()),
            };
            samples.add(xml.notes().iter().cloned().chain(of_record));
        }
        findings.extend(samples.finish());
        admit(findings, strictness(args.sending.strict), &context.console)?;
        shared.hold()?;
        let key = shared.key()?;
        Ok(Self {
            shared,
            records,
            pattern,
            plan,
            unreadable,
            key,
        })
    }

    fn options(&self, flags: &ManyFlags, aem: &Aem<'_>) -> RunOptions {
        let mode = match (flags.resume, flags.overwrite) {
            (true, _) => JournalMode::Resume,
            (false, true) => JournalMode::Overwrite,
            (false, false) => JournalMode::New,
        };
        let options = RunOptions::default()
            .parallel(usize::from(flags.jobs))
            .retries(aem.retries())
            .max_wait(aem.timeout())
            .journal(mode);
        let options = match flags.rate {
            Some(count) => options.per_minute(count),
            None => options,
        };
        match (flags.fail_fast, flags.max_failures) {
            (true, _) => options.max_failures(0),
            (false, Some(count)) => options.max_failures(count),
            (false, None) => options,
        }
    }

    /// Returns the file of the first record that has one.
    fn first_file(&self) -> PathBuf {
        let mut numbers = 1..=self.plan.total();
        let file = numbers.find_map(|number| self.plan.file_name(number));
        self.pattern.folder().join(file.unwrap_or(Path::new("")))
    }

    /// Shows the request of the first record that can be read.
    fn show(
        &self,
        print: impl FnOnce(crate::forms::parts::ShownRequest<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let readable = |record: &Record| record.to_xml(self.shared.root_name()).is_ok();
        let first = self.records.records()?.find(readable);
        let data = match &first {
            Some(record) => Some(Data::of_record(record, self.shared.root_name())?),
            None => None,
        };
        let request = match &data {
            Some(data) => self.shared.request().data(data.document.clone()),
            None => self.shared.request(),
        };
        print(shown(&self.shared, &request, data.as_ref())?)
    }

    fn job(&self, record: &Record) -> Job<Generation> {
        let number = record.number();
        let planned = self.plan.file_name(number).map(Path::to_path_buf);
        let file = planned.unwrap_or_else(|| PathBuf::from(format!("record-{number}")));
        Job::new(number, file.to_string_lossy(), self.content(record))
    }

    fn content(&self, record: &Record) -> aem_forms::Result<(Key, Generation)> {
        let number = record.number();
        if self.unreadable.contains(&number) {
            record.to_xml(self.shared.root_name())?;
        }
        if self.plan.file_name(number).is_none() {
            self.pattern.file_name(record, self.plan.total())?;
        }
        let file = record.file().map(Path::to_path_buf);
        let document = record_document(file, || record.to_xml(self.shared.root_name()))?;
        let key = self.key.clone().document(&document)?.finish();
        Ok((key, self.shared.request().data(document)))
    }

    async fn execute(
        &self,
        args: &GenerateArgs,
        run: Run,
        open: OpenAem<'_>,
        context: &Context,
    ) -> Result<Summary, Failure> {
        let keep = args.sending.keep_log.as_deref();
        let mut progress = RunProgress::new(self.plan.total(), context);
        let jobs = self.records.records()?.map(|record| self.job(&record));
        let client = &open.client;
        let make = |request: Arc<Generation>, path: PathBuf| make(client, request, path);
        let mut kept = Ok(());
        let outcome = run
            .execute(self.plan.total(), jobs, make, |event| {
                if let (Event::Failed { file, error, .. }, Ok(())) = (&event, &kept) {
                    let logs = error.answer().map_or(&[][..], |answer| &answer.logs);
                    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                    kept = logs::keep(keep, &stem, logs);
                }
                progress.observe(&event);
            })
            .await;
        progress.finish();
        open.tokens.finish().await;
        kept?;
        Ok(outcome?)
    }
}

/// Makes one document and writes it.
async fn make(
    client: &FormsClient,
    request: Arc<Generation>,
    path: PathBuf,
) -> aem_forms::Result<Made> {
    let mut received = client.generate(&request).await?;
    received.write_to_file(&path).await?;
    let mut made = Made::new(received.length());
    made.pages = received.page_count();
    made.request_id = received.request_id().map(String::from);
    Ok(made)
}

/// Returns the failure that ends a run which was stopped.
fn stopped(error: aem_forms::Error, left: u64) -> Failure {
    let failure = Failure::from(error);
    let message = match left {
        0 => "the run was stopped".to_owned(),
        1 => "the run was stopped, 1 document was not made".to_owned(),
        left => format!("the run was stopped, {left} documents were not made"),
    };
    failure
        .in_place(&message)
        .with_hint("--resume continues the run")
}

fn report(
    args: &GenerateArgs,
    plan: &ManyDocuments,
    summary: &Summary,
    context: &Context,
) -> Result<(), Failure> {
    let folder = plan.pattern.folder();
    match args.aem.output {
        TextFormat::Json => context.console.json(&EachJson::of(folder, summary)),
        TextFormat::Text => {
            context.console.event(&text(folder, summary));
            Ok(())
        }
    }
}

fn text(folder: &Path, summary: &Summary) -> String {
    let mut parts = vec![format!("{} made", summary.made)];
    for (count, what) in [
        (summary.skipped, "there already"),
        (summary.failed, "failed"),
        (summary.left, "not begun"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let seconds = summary.time.as_secs_f64();
    let mut text = format!("{} in {seconds:.1} s", parts.join(", "));
    if summary.failed > 0 {
        text.push_str(&format!("; the reasons are in {folder:?}: *.error.json"));
    }
    text
}

/// `ims.forms.each/1`: fields are added, never removed.
#[derive(Serialize)]
struct EachJson<'a> {
    schema: &'static str,
    folder: &'a Path,
    made: u64,
    skipped: u64,
    failed: u64,
    left: u64,
    bytes: u64,
    repeated: u64,
    seconds: f64,
    stopped_by: Option<&'static str>,
}

impl<'a> EachJson<'a> {
    fn of(folder: &'a Path, summary: &Summary) -> Self {
        Self {
            schema: "ims.forms.each/1",
            folder,
            made: summary.made,
            skipped: summary.skipped,
            failed: summary.failed,
            left: summary.left,
            bytes: summary.bytes,
            repeated: summary.repeated,
            seconds: summary.time.as_secs_f64(),
            stopped_by: summary.stopped_by.as_ref().map(|error| error.cause().id()),
        }
    }
}
