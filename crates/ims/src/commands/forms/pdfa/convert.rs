//! `ims forms pdfa convert`.

use std::path::{Path, PathBuf};

use aem_forms::FormsClient;
use aem_forms::known_options::Operation;
use aem_forms::lint::Api;
use aem_forms::options::PdfaOptions;
use aem_forms::pdfa::PdfaConversion;

use super::documents::{FileJson, PdfaJson, SentOptions, read, shown, stem};
use crate::args::TextFormat;
use crate::args::forms::PdfaConvertArgs;
use crate::context::Context;
use crate::error::Failure;
use crate::forms::aem::Aem;
use crate::forms::documents::NamedDocument;
use crate::forms::logs;
use crate::forms::options::{self, OptionsFile};
use crate::forms::output::{self, Output};
use crate::settings::ConfigurationSource;

pub(super) fn run(
    args: &PdfaConvertArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let file = OptionsFile::read(args.options.as_deref())?;
    let options = conversion_options(args, file.as_ref())?;
    let sent = SentOptions {
        file: file.as_ref(),
        json: options.to_json(),
        operation: Operation::PdfaConvert,
    };
    let documents = read(&args.files, &sent, &args.sending, context)?;
    let conversions = Conversions {
        args,
        requests: documents
            .iter()
            .map(|it| PdfaConversion::new(it.document.clone(), options.clone()))
            .collect(),
        documents,
        sent,
    };
    if args.sending.dry_run {
        return conversions.show(context);
    }
    let strict = args.sending.strict;
    let aem = Aem::resolve(&args.aem, Api::Synchronous, strict, source, context)?;
    if args.sending.as_curl {
        return conversions.show_curl(&aem, context);
    }
    let output = conversions.output()?;
    let acquirer = aem.acquirer()?;
    let open = aem.open(&acquirer, aem.retries())?;
    let converted = context.wait(async {
        let outcome = conversions.send(&open.client, &output, context).await;
        open.tokens.finish().await;
        outcome
    })??;
    match args.aem.output {
        TextFormat::Json => context.console.json(&PdfaJson::new(converted)),
        TextFormat::Text => Ok(()),
    }
}

fn conversion_options(
    args: &PdfaConvertArgs,
    file: Option<&OptionsFile>,
) -> Result<PdfaOptions, Failure> {
    let mut options = PdfaOptions::new();
    if let Some(level) = args.level {
        options = options.compliance(level.into());
    }
    if args.verify {
        options = options.verify(true);
    }
    options::over(file, options, PdfaOptions::over_json)
}

/// The conversions of a call, one for each file.
struct Conversions<'a> {
    args: &'a PdfaConvertArgs,
    documents: Vec<NamedDocument>,
    requests: Vec<PdfaConversion>,
    sent: SentOptions<'a>,
}

impl Conversions<'_> {
    fn show(&self, context: &Context) -> Result<(), Failure> {
        for (request, document) in self.requests.iter().zip(&self.documents) {
            let shown = shown(request.path(), request.parts()?, document, &self.sent);
            shown.print(self.args.aem.output, None, context)?;
        }
        Ok(())
    }

    fn show_curl(&self, aem: &Aem<'_>, context: &Context) -> Result<(), Failure> {
        let has_several = self.args.files.len() > 1;
        let output = self.args.out.as_deref();
        let output = output.map(|out| Output::parse(out, has_several));
        let output = output.transpose()?;
        for (request, document) in self.requests.iter().zip(&self.documents) {
            let shown = shown(request.path(), request.parts()?, document, &self.sent);
            let file = document.path.as_deref().zip(output.as_ref());
            let file = file.and_then(|(file, output)| result_path(output, file));
            shown.print_curl(aem, file.as_deref(), context)?;
        }
        Ok(())
    }

    /// Returns the place of the results, which replaces none of the files that are read.
    fn output(&self) -> Result<Output, Failure> {
        let args = self.args;
        let out = args.out.as_deref().unwrap_or_default();
        let output = Output::parse(out, args.files.len() > 1)?;
        if output == Output::Stdout && args.aem.output == TextFormat::Json {
            return Err(Failure::usage("--out - and -o json both want stdout"));
        }
        if let Output::Folder(_) = &output {
            refuse_names_twice(&args.files)?;
        }
        for file in &args.files {
            let sources = args.files.iter().chain(&args.options);
            if let Some(path) = result_path(&output, file) {
                output::refuse_replacing(&path, sources.map(PathBuf::as_path))?;
            }
        }
        Ok(output)
    }

    async fn send(
        &self,
        client: &FormsClient,
        output: &Output,
        context: &Context,
    ) -> Result<Vec<FileJson>, Failure> {
        let keep = self.args.sending.keep_log.as_deref();
        let mut converted = Vec::new();
        for (request, file) in self.requests.iter().zip(&self.args.files) {
            let path = result_path(output, file);
            let outcome = async {
                let mut received = client.convert_to_pdfa(request).await?;
                match &path {
                    Some(path) => {
                        let _folder = output::create_folder_of(path)?;
                        received.write_to_file(path).await?;
                    }
                    None => output::print(&mut received, &context.console).await?,
                }
                Ok(received)
            };
            let outcome: Result<_, Failure> = outcome.await;
            let outcome = outcome.map_err(|failure| failure.in_place(&format!("{file:?}")));
            let received = logs::keep_of_failure(outcome, keep, &stem(file))?;
            logs::keep(keep, &stem(file), received.logs())?;
            converted.push(FileJson {
                file: file.clone(),
                is_pdfa: None,
                out: path,
                bytes: Some(received.length()),
                answer: None,
            });
        }
        Ok(converted)
    }
}

/// Returns the file that a result is written to; `None` for stdout.
fn result_path(output: &Output, file: &Path) -> Option<PathBuf> {
    match output {
        Output::File(path) => Some(path.clone()),
        Output::Folder(folder) => Some(folder.join(file.file_name().unwrap_or_default())),
        Output::Stdout => None,
    }
}

fn refuse_names_twice(files: &[PathBuf]) -> Result<(), Failure> {
    for (index, file) in files.iter().enumerate() {
        let is_same = |other: &&PathBuf| other.file_name() == file.file_name();
        if let Some(first) = files[..index].iter().find(is_same) {
            let message = format!("{first:?} and {file:?} would be written to one file");
            return Err(Failure::usage(message).with_hint("convert them in two calls"));
        }
    }
    Ok(())
}
