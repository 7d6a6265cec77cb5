//! `ims forms pdfa check`.

use aem_forms::FormsClient;
use aem_forms::known_options::Operation;
use aem_forms::lint::Api;
use aem_forms::options::PdfaCheckOptions;
use aem_forms::pdfa::{PdfaCheck, PdfaVerdict};

use super::documents::{FileJson, PdfaJson, SentOptions, read, shown, stem};
use crate::args::TextFormat;
use crate::args::forms::PdfaCheckArgs;
use crate::console::colour::Tone;
use crate::console::rows::clean;
use crate::console::{Stream, table};
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::forms::aem::Aem;
use crate::forms::logs;
use crate::forms::options::{self, OptionsFile};
use crate::settings::ConfigurationSource;

/// Returns the exit code: the answer may be no.
pub(super) fn run(
    args: &PdfaCheckArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let file = OptionsFile::read(args.options.as_deref())?;
    let mut options = PdfaCheckOptions::new();
    if let Some(level) = args.level {
        options = options.compliance(level.into());
    }
    let options = options::over(file.as_ref(), options, PdfaCheckOptions::over_json)?;
    let sent = SentOptions {
        file: file.as_ref(),
        json: options.to_json(),
        operation: Operation::PdfaValidate,
    };
    let documents = read(&args.files, &sent, &args.sending, context)?;
    let mut requests = Vec::new();
    let mut shown_requests = Vec::new();
    for document in &documents {
        let request = PdfaCheck::new(document.document.clone(), options.clone());
        shown_requests.push(shown(request.path(), request.parts()?, document, &sent));
        requests.push(request);
    }
    if args.sending.dry_run {
        for shown in &shown_requests {
            shown.print(args.aem.output, None, context)?;
        }
        return Ok(0);
    }
    let strict = args.sending.strict;
    let aem = Aem::resolve(&args.aem, Api::Synchronous, strict, source, context)?;
    if args.sending.as_curl {
        for shown in &shown_requests {
            shown.print_curl(&aem, None, context)?;
        }
        return Ok(0);
    }
    let acquirer = aem.acquirer()?;
    let open = aem.open(&acquirer, aem.retries())?;
    let verdicts = context.wait(async {
        let outcome = ask(args, &requests, &open.client).await;
        open.tokens.finish().await;
        outcome
    })??;
    let all_are = verdicts.iter().all(|verdict| verdict.is_pdfa);
    print(args, verdicts, context)?;
    Ok(if all_are { 0 } else { CHECK_FAILED })
}

async fn ask(
    args: &PdfaCheckArgs,
    requests: &[PdfaCheck],
    client: &FormsClient,
) -> Result<Vec<PdfaVerdict>, Failure> {
    let keep = args.sending.keep_log.as_deref();
    let mut verdicts = Vec::new();
    for (request, file) in requests.iter().zip(&args.files) {
        let outcome = client.check_pdfa(request).await.map_err(Failure::from);
        let outcome = outcome.map_err(|failure| failure.in_place(&format!("{file:?}")));
        let verdict = logs::keep_of_failure(outcome, keep, &stem(file))?;
        logs::keep(keep, &stem(file), &verdict.logs)?;
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn print(
    args: &PdfaCheckArgs,
    verdicts: Vec<PdfaVerdict>,
    context: &Context,
) -> Result<(), Failure> {
    let files = args.files.iter().zip(verdicts);
    if args.aem.output == TextFormat::Json {
        let files = files.map(|(file, verdict)| FileJson {
            file: file.clone(),
            is_pdfa: Some(verdict.is_pdfa),
            out: None,
            bytes: None,
            answer: serde_json::from_str(&verdict.to_json()).ok(),
        });
        return context.console.json(&PdfaJson::new(files.collect()));
    }
    let palette = context.palette(Stream::Stdout);
    let rows: Vec<[String; 2]> = files
        .map(|(file, verdict)| {
            let (tone, text) = if verdict.is_pdfa {
                (Tone::Good, "PDF/A")
            } else {
                (Tone::Problem, "no PDF/A")
            };
            [clean(&file.to_string_lossy()), palette.paint(tone, text)]
        })
        .collect();
    context.console.result(&table::aligned(&rows))
}
