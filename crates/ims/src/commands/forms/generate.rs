//! `ims forms generate`: one document.

use std::path::Path;

use aem_forms::Generation;
use aem_forms::lint::Api;
use aem_forms::received::Received;
use serde::Serialize;

use crate::args::TextFormat;
use crate::args::forms::GenerateArgs;
use crate::context::Context;
use crate::error::Failure;
use crate::forms::aem::{Aem, OpenAem};
use crate::forms::data::Data;
use crate::forms::findings::{admit, strictness};
use crate::forms::generation::Shared;
use crate::forms::logs;
use crate::forms::output::{self, Output, refuse_replacing};
use crate::forms::parts::ShownRequest;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    args: &GenerateArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let mut shared = Shared::read(&args.template, &args.document)?;
    let data = args.data.as_deref();
    let data = data
        .map(|data| Data::read(data, shared.root_name()))
        .transpose()?;
    let mut findings = std::mem::take(&mut shared.findings);
    if let Some(data) = &data {
        findings.extend(data.check(shared.parsed.as_ref())?);
    }
    admit(findings, strictness(args.sending.strict), &context.console)?;
    let request = match &data {
        Some(data) => shared.request().data(data.document.clone()),
        None => shared.request(),
    };
    if args.sending.dry_run {
        let shown = shown(&shared, &request, data.as_ref())?;
        return shown.print(args.aem.output, None, context);
    }
    let aem = Aem::resolve(
        &args.aem,
        Api::Synchronous,
        args.sending.strict,
        source,
        context,
    )?;
    if args.sending.as_curl {
        let shown = shown(&shared, &request, data.as_ref())?;
        let output = args.out.as_deref().map(|out| Output::parse(out, false));
        let output = output.transpose()?;
        return shown.print_curl(&aem, output.as_ref().and_then(Output::file), context);
    }
    let out = args.out.as_deref().unwrap_or_default();
    let output = match Output::parse(out, false)? {
        Output::Folder(path) => {
            let message = format!("--out {path:?} is a folder: name a file, or `-` for stdout");
            return Err(Failure::usage(message));
        }
        output => output,
    };
    if let Output::File(path) = &output {
        refuse_replacing(path, sources(args))?;
    }
    let is_printed = output == Output::Stdout;
    if is_printed && args.aem.output == TextFormat::Json {
        return Err(Failure::usage("--out - and -o json both want stdout"));
    }
    let acquirer = aem.acquirer()?;
    let open = aem.open(&acquirer, aem.retries())?;
    context.wait(send(args, &request, open, &output, context))?
}

/// Returns the files that the arguments name. References name none.
pub(super) fn sources(args: &GenerateArgs) -> impl Iterator<Item = &Path> {
    let named = [&args.data, &args.document.xci].into_iter().flatten();
    let named = std::iter::once(&args.template).chain(named).map(Path::new);
    named.chain(args.document.options.as_deref())
}

async fn send(
    args: &GenerateArgs,
    request: &Generation,
    open: OpenAem<'_>,
    output: &Output,
    context: &Context,
) -> Result<(), Failure> {
    let keep = args.sending.keep_log.as_deref();
    let outcome = async {
        let mut received = open.client.generate(request).await?;
        match output {
            Output::File(path) => {
                let _folder = output::create_folder_of(path)?;
                received.write_to_file(path).await?;
            }
            Output::Stdout | Output::Folder(_) => {
                output::print(&mut received, &context.console).await?;
            }
        }
        Ok(received)
    };
    let outcome: Result<Received<'_>, Failure> = outcome.await;
    open.tokens.finish().await;
    let stem = stem(&args.template);
    let received = logs::keep_of_failure(outcome, keep, &stem)?;
    logs::keep(keep, &stem, received.logs())?;
    if let (Output::File(path), TextFormat::Json) = (output, args.aem.output) {
        context.console.json(&GenerateJson::of(path, &received))?;
    }
    Ok(())
}

/// `ims.forms.generate/1`: fields are added, never removed.
#[derive(Serialize)]
struct GenerateJson<'a> {
    schema: &'static str,
    file: &'a Path,
    #[serde(rename = "type")]
    kind: &'static str,
    bytes: u64,
    pages: Option<u32>,
    request_id: Option<String>,
}

impl<'a> GenerateJson<'a> {
    fn of(file: &'a Path, received: &Received<'_>) -> Self {
        Self {
            schema: "ims.forms.generate/1",
            file,
            kind: received.kind().extension(),
            bytes: received.length(),
            pages: received.page_count(),
            request_id: received.request_id().map(String::from),
        }
    }
}

/// Returns the request as it is shown.
pub(super) fn shown<'a>(
    shared: &'a Shared,
    request: &Generation,
    data: Option<&'a Data>,
) -> Result<ShownRequest<'a>, Failure> {
    let mut files = Vec::new();
    let named = [
        ("template", Some(&shared.template)),
        ("xci", shared.xci.as_ref()),
    ];
    for (part, document) in named {
        if let Some(path) = document.and_then(|it| it.path.as_deref()) {
            files.push((part.to_owned(), path));
        }
    }
    if let Some(path) = data.and_then(Data::sent_file) {
        files.push(("data".to_owned(), path));
    }
    Ok(ShownRequest {
        path: request.path(),
        parts: request.parts()?,
        files,
        texts: vec![("options", shared.options_json())],
        data: data.and_then(Data::made).map(str::to_owned),
    })
}

/// Returns the name for the logs of a document.
fn stem(template: &str) -> String {
    let stem = Path::new(template).file_stem().unwrap_or_default();
    output::file_name(&stem.to_string_lossy())
}
