//! `ims forms assemble`: documents from documents, by a DDX.

use std::path::{Path, PathBuf};

use aem_forms::assemble::AssemblySummary;
use aem_forms::ddx::{Ddx, Merge};
use aem_forms::error::Finding;
use aem_forms::known_options::Operation;
use aem_forms::lint::{self, Api};
use aem_forms::options::AssemblyOptions;
use aem_forms::{Assembly, Document, FormsClient};
use serde::Serialize;

use crate::args::TextFormat;
use crate::args::forms::AssembleArgs;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::forms::aem::{Aem, OpenAem};
use crate::forms::documents::NamedDocument;
use crate::forms::findings::{admit, strictness};
use crate::forms::logs;
use crate::forms::options::{self, OptionsFile};
use crate::forms::output::{self, Output, Staging};
use crate::forms::parts::ShownRequest;
use crate::forms::sources::{self, NamedSource};
use crate::settings::ConfigurationSource;

/// Returns the exit code: results may be missing.
pub(super) fn run(
    args: &AssembleArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let job = AssemblyJob::read(args, context)?;
    if args.print_ddx {
        context.console.result(job.xml.trim_end())?;
        return Ok(0);
    }
    if args.sending.dry_run {
        job.shown()?.print(args.aem.output, None, context)?;
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
        let output = job.output(args)?;
        let file = output.as_ref().and_then(Output::file);
        job.shown()?.print_curl(&aem, file, context)?;
        context
            .console
            .notice("the answer may have parts (multipart/mixed), which curl does not take apart");
        return Ok(0);
    }
    let output = job.output(args)?;
    if output == Some(Output::Stdout) && args.aem.output == TextFormat::Json {
        return Err(Failure::usage("--out - and -o json both want stdout"));
    }
    let acquirer = aem.acquirer()?;
    let open = aem.open(&acquirer, aem.retries())?;
    context.wait(job.send(args, open, output.as_ref(), context))?
}

/// An assembly that is ready to be sent.
struct AssemblyJob {
    /// The DDX, as far as it is read here.
    xml: String,
    ddx: Ddx,
    ddx_path: Option<PathBuf>,
    sources: Vec<NamedSource>,
    options: AssemblyOptions,
    assembly: Assembly,
    /// The name for logs.
    stem: String,
}

impl AssemblyJob {
    /// Reads the files and checks them. Warnings are printed.
    fn read(args: &AssembleArgs, context: &Context) -> Result<Self, Failure> {
        let (name, bytes, files) = if args.merge {
            let xml = merge(args).to_xml();
            (
                "the DDX of --merge".to_owned(),
                xml.into_bytes(),
                &args.files[..],
            )
        } else {
            let (ddx, files) = args.files.split_first().ok_or_else(no_ddx)?;
            let bytes = NamedFile::new("DDX", Path::new(ddx)).content()?;
            (ddx.clone(), bytes, files)
        };
        let ddx = Ddx::parse(&name, &bytes)?;
        let mut sources: Vec<_> = files.iter().map(|file| NamedSource::parse(file)).collect();
        refuse_names_twice(&sources)?;
        let ddx_path = (!args.merge).then(|| PathBuf::from(&name));
        if let Some(path) = &ddx_path {
            let given: Vec<String> = sources.iter().map(|it| it.name.clone()).collect();
            sources.extend(sources::beside(path, &ddx, &given));
        }
        let mut findings = lint::ddx(&ddx, sources.iter().map(|it| it.name.as_str()));
        let file = OptionsFile::read(args.options.as_deref())?;
        let options = options_of(args, file.as_ref())?;
        findings.extend(options::check(
            file.as_ref(),
            &options.to_json(),
            Operation::Assemble,
        ));
        let documents = open(&sources, &mut findings)?;
        admit(findings, strictness(args.sending.strict), &context.console)?;
        let part = Document::bytes("ddx.xml", bytes.clone()).with_content_type("application/xml");
        let mut assembly = Assembly::new(part)
            .options(options.clone())
            .results(ddx.returned());
        for (name, document) in documents {
            assembly = assembly.source(name, document.document);
        }
        let stem = Path::new(&name).file_stem().unwrap_or_default();
        Ok(Self {
            stem: if args.merge {
                "merge".to_owned()
            } else {
                output::file_name(&stem.to_string_lossy())
            },
            xml: String::from_utf8_lossy(&bytes).into_owned(),
            ddx,
            ddx_path,
            sources,
            options,
            assembly,
        })
    }

    fn shown(&self) -> Result<ShownRequest<'_>, Failure> {
        let mut files: Vec<(String, &Path)> = self
            .sources
            .iter()
            .map(|source| (source.name.clone(), source.path.as_path()))
            .collect();
        if let Some(path) = &self.ddx_path {
            files.push(("ddx".to_owned(), path));
        }
        Ok(ShownRequest {
            path: self.assembly.path(),
            parts: self.assembly.parts()?,
            files,
            texts: vec![
                ("options", self.options.to_json()),
                ("ddx", self.xml.clone()),
            ],
            data: None,
        })
    }

    /// Returns the place of the results; nothing if AEM only checks the DDX.
    fn output(&self, args: &AssembleArgs) -> Result<Option<Output>, Failure> {
        let Some(out) = args.out.as_deref().filter(|_| !args.validate_only) else {
            return Ok(None);
        };
        let has_several = self.ddx.has_open_results() || self.ddx.returned().count() > 1;
        let output = Output::parse(out, has_several)?;
        let files: Vec<PathBuf> = match &output {
            Output::Stdout => Vec::new(),
            Output::File(path) => vec![path.clone()],
            Output::Folder(folder) => self
                .ddx
                .returned()
                .map(|name| folder.join(output::file_name(name)))
                .collect(),
        };
        for file in &files {
            let sources = self.sources.iter().map(|source| source.path.as_path());
            let sources = sources.chain(self.ddx_path.as_deref());
            output::refuse_replacing(file, sources.chain(args.options.as_deref()))?;
        }
        Ok(Some(output))
    }

    async fn send(
        &self,
        args: &AssembleArgs,
        open: OpenAem<'_>,
        output: Option<&Output>,
        context: &Context,
    ) -> Result<i32, Failure> {
        let keep = args.sending.keep_log.as_deref();
        let outcome = self.receive(&open.client, output, context).await;
        open.tokens.finish().await;
        let (summary, files) = logs::keep_of_failure(outcome, keep, &self.stem)?;
        logs::keep(keep, &self.stem, &summary.logs)?;
        if !summary.missing.is_empty() {
            let missing = summary.missing.join(", ");
            context
                .console
                .notice(&format!("AEM could not make these results: {missing}"));
        }
        if args.aem.output == TextFormat::Json {
            context.console.json(&AssembleJson::of(&summary, files))?;
        }
        Ok(if summary.missing.is_empty() {
            0
        } else {
            CHECK_FAILED
        })
    }

    /// Reads the results. Files get their names when all results have come.
    async fn receive(
        &self,
        client: &FormsClient,
        output: Option<&Output>,
        context: &Context,
    ) -> Result<(AssemblySummary, Vec<FileJson>), Failure> {
        let mut assembled = client.assemble(&self.assembly).await?;
        let mut staging = match output {
            Some(Output::File(path)) => {
                Some(Staging::create(path.parent().unwrap_or(Path::new("")))?)
            }
            Some(Output::Folder(path)) => Some(Staging::create(path)?),
            Some(Output::Stdout) => Some(Staging::for_stdout()?),
            None => None,
        };
        let mut files = Vec::new();
        while let Some(mut received) = assembled.next().await? {
            let result = received.name().unwrap_or_default().to_owned();
            let (file, bytes) = match (output, &mut staging) {
                (Some(Output::File(_) | Output::Stdout), _) if !files.is_empty() => {
                    return Err(second_result(&result));
                }
                (Some(Output::File(path)), Some(staging)) => {
                    let bytes = staging.write(&mut received, path.clone()).await?;
                    (Some(path.clone()), bytes)
                }
                (Some(Output::Folder(folder)), Some(staging)) => {
                    let path = folder.join(output::file_name(&result));
                    let bytes = staging.write(&mut received, path.clone()).await?;
                    (Some(path), bytes)
                }
                (Some(Output::Stdout), Some(staging)) => {
                    let bytes = staging.write(&mut received, PathBuf::new()).await?;
                    (None, bytes)
                }
                // AEM only checks the DDX: a result is not read.
                _ => continue,
            };
            files.push(FileJson {
                result,
                file,
                bytes,
            });
        }
        let summary = assembled.finish()?;
        match staging {
            Some(staging) if output == Some(&Output::Stdout) => staging.print(&context.console)?,
            Some(staging) => staging.finish()?,
            None => {}
        }
        Ok((summary, files))
    }
}

fn second_result(result: &str) -> Failure {
    let message = format!("--out takes one result, and AEM answered with a second one, {result:?}");
    Failure::of_forms(aem_forms::error::FormsProblem::OutputNeedsFolder, message)
}

/// Opens the sources and checks them.
fn open(
    sources: &[NamedSource],
    findings: &mut Vec<Finding>,
) -> Result<Vec<(String, NamedDocument)>, Failure> {
    let mut documents = Vec::new();
    for source in sources {
        let document = NamedDocument::file("FILE", &source.path)?;
        if let Some(content) = document.content(findings)? {
            findings.extend(lint::pdf(&document.shown(), &content));
        }
        documents.push((source.name.clone(), document));
    }
    Ok(documents)
}

fn no_ddx() -> Failure {
    Failure::usage("the DDX is missing")
        .with_hint("name it first, then the documents; or use --merge")
}

fn merge(args: &AssembleArgs) -> Merge {
    let result = args.out.as_deref().map(Path::new).and_then(Path::file_name);
    let result = result.map(|it| it.to_string_lossy().into_owned());
    let result = result
        .filter(|it| it != "-")
        .unwrap_or_else(|| "merged.pdf".to_owned());
    let mut merge = Merge::new(result);
    for file in &args.files {
        merge = merge.source(NamedSource::parse(file).name);
    }
    if let Some(title) = &args.title {
        merge = merge.title(title);
    }
    if let Some(footer) = &args.footer {
        merge = merge.footer(footer);
    }
    if let Some(watermark) = &args.watermark {
        merge = merge.watermark(watermark);
    }
    merge
}

fn refuse_names_twice(sources: &[NamedSource]) -> Result<(), Failure> {
    for (index, source) in sources.iter().enumerate() {
        if let Some(first) = sources[..index].iter().find(|it| it.name == source.name) {
            let message = format!(
                "{:?} and {:?} would both be sent as {:?}",
                first.path, source.path, source.name
            );
            return Err(
                Failure::usage(message).with_hint("give one of them another name: NAME=FILE")
            );
        }
    }
    Ok(())
}

fn options_of(args: &AssembleArgs, file: Option<&OptionsFile>) -> Result<AssemblyOptions, Failure> {
    let mut options = AssemblyOptions::new();
    if let Some(style) = &args.default_style {
        options = options.default_style(style);
    }
    if args.validate_only {
        options = options.validate_only(true);
    }
    if args.no_fail_on_error {
        options = options.fail_on_error(false);
    }
    if let Some(number) = args.first_bates_number {
        options = options.first_bates_number(i64::from(number));
    }
    options::over(file, options, AssemblyOptions::over_json)
}

/// `ims.forms.assemble/1`: fields are added, never removed.
#[derive(Serialize)]
struct AssembleJson<'a> {
    schema: &'static str,
    results: Vec<FileJson>,
    missing: &'a [String],
    logs: Vec<&'a str>,
    request_id: Option<String>,
}

#[derive(Serialize)]
struct FileJson {
    result: String,
    file: Option<PathBuf>,
    bytes: u64,
}

impl<'a> AssembleJson<'a> {
    fn of(summary: &'a AssemblySummary, results: Vec<FileJson>) -> Self {
        Self {
            schema: "ims.forms.assemble/1",
            results,
            missing: &summary.missing,
            logs: summary.logs.iter().map(|log| log.name.as_str()).collect(),
            request_id: summary.request_id.clone().map(String::from),
        }
    }
}
