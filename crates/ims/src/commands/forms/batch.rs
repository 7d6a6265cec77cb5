//! `ims forms batch`: batches on the author tier.

use aem_forms::FormsClient;
use aem_forms::batch::{BatchConfig, BatchState, BatchStatus};
use aem_forms::error::Place;
use aem_forms::lint::{self, Api};
use aem_forms::options::{PdfOptions, PrintOptions};
use serde::Serialize;
use serde_json::Value;

use crate::args::TextFormat;
use crate::args::forms::{
    AemFlags, BatchCommand, BatchConfigArgs, BatchConfigCommand, BatchRunArgs, BatchStatusArgs,
    OutputName,
};
use crate::console::table::aligned;
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::forms::aem::Aem;
use crate::forms::batch::{counts, state_rows};
use crate::forms::findings::{admit, strictness};
use crate::forms::generation::print_format;
use crate::forms::options::{self, OptionsFile};
use crate::settings::ConfigurationSource;

/// Returns the exit code: a run may have failed.
pub(super) fn run(
    command: &BatchCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        BatchCommand::Config(command) => config(command, source, context).map(|()| 0),
        BatchCommand::Run(args) => start(args, source, context),
        BatchCommand::Status(args) => status(args, source, context).map(|()| 0),
    }
}

fn config(
    command: &BatchConfigCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        BatchConfigCommand::Create(args) => {
            let config = read_config(args, true, context)?;
            let created = config.clone();
            ask(&args.aem, source, context, async |client| {
                client.batches().create(&config).await
            })?;
            print_configs(
                &args.aem,
                "created",
                std::slice::from_ref(&created),
                context,
            )
        }
        BatchConfigCommand::Update(args) => {
            let changes = read_config(args, false, context)?;
            let config = ask(&args.aem, source, context, async |client| {
                client.batches().update(&changes).await
            })?;
            print_configs(&args.aem, "changed", &[config], context)
        }
        BatchConfigCommand::Show(args) => {
            let config = ask(&args.aem, source, context, async |client| {
                client.batches().config(&args.name).await
            })?;
            print_configs(&args.aem, "", &[config], context)
        }
        BatchConfigCommand::List(args) => {
            let configs = ask(&args.aem, source, context, async |client| {
                client.batches().configs().await
            })?;
            print_configs(&args.aem, "", &configs, context)
        }
        BatchConfigCommand::Delete(args) => {
            ask(&args.aem, source, context, async |client| {
                client.batches().delete(&args.name).await
            })?;
            match args.aem.output {
                TextFormat::Json => context.console.json(&BatchJson::default()),
                TextFormat::Text => context.console.result(&format!("deleted {}", args.name)),
            }
        }
    }
}

/// Opens the AEM and asks it.
fn ask<T>(
    flags: &AemFlags,
    source: &ConfigurationSource<'_>,
    context: &Context,
    work: impl AsyncFnOnce(&FormsClient) -> aem_forms::Result<T>,
) -> Result<T, Failure> {
    let aem = Aem::resolve(flags, Api::Batch, false, source, context)?;
    let acquirer = aem.acquirer()?;
    let open = aem.open(&acquirer, aem.retries())?;
    let outcome = context.wait(async {
        let outcome = work(&open.client).await;
        open.tokens.finish().await;
        outcome
    })?;
    Ok(outcome?)
}

/// Reads a configuration from the flags and the file, and checks it. Changes need not be complete.
fn read_config(
    args: &BatchConfigArgs,
    is_whole: bool,
    context: &Context,
) -> Result<BatchConfig, Failure> {
    let mut config = BatchConfig::new(&args.name);
    if let Some(template) = &args.template {
        config = config.template(template);
    }
    if let Some(uri) = &args.data_source {
        config = config.data_source(uri);
    }
    if let Some(root) = &args.content_root {
        config = config.content_root(root);
    }
    if let Some(xci) = &args.xci {
        config = config.xci(xci);
    }
    for kind in &args.kinds {
        config = match print_format(*kind) {
            None if *kind == OutputName::Afp => {
                return Err(Failure::usage("batches make no AFP"));
            }
            None => config.pdf(&PdfOptions::new()),
            Some(format) => config.print(&PrintOptions::new(format, usual_xdc(*kind))),
        };
    }
    let file = OptionsFile::read(args.options.as_deref())?;
    let config = options::over(file.as_ref(), config, BatchConfig::over_json)?;
    if is_whole {
        let findings = lint::batch_configuration(Place::default(), config.to_json().as_bytes());
        admit(findings, strictness(false), &context.console).map_err(|failure| {
            failure.with_only_hint(
                "--template, --data-source and --as make the configuration, or --options FILE",
            )
        })?;
    }
    Ok(config)
}

/// Returns the device file of Adobe for a print language with the usual resolution.
fn usual_xdc(kind: OutputName) -> &'static str {
    match kind {
        OutputName::Ps => "ps_plain.xdc",
        OutputName::Pcl => "hppcl5c.xdc",
        OutputName::Zpl => "zpl300.xdc",
        OutputName::Dpl => "dpl300.xdc",
        OutputName::Ipl => "ipl300.xdc",
        OutputName::Tpcl => "tpcl600.xdc",
        OutputName::Pdf | OutputName::Afp => "",
    }
}

fn start(
    args: &BatchRunArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let mut progress = context.console.progress();
    let (id, state) = ask(&args.aem, source, context, async |client| {
        let batches = client.batches();
        let id = batches.run(&args.name, None).await?;
        if !args.wait {
            return Ok((id, None));
        }
        let state = batches
            .wait(&args.name, &id, |state| progress.show(&counts(state)))
            .await?;
        Ok((id, Some(state)))
    })?;
    progress.clear();
    match args.aem.output {
        TextFormat::Json => context.console.json(&BatchJson {
            id: Some(&id),
            runs: state.iter().map(json_of_state).collect(),
            ..BatchJson::default()
        })?,
        TextFormat::Text => {
            let text = match &state {
                None => id,
                Some(state) => format!("{id}: {}", counts(state)),
            };
            context.console.result(&text)?;
        }
    }
    Ok(match state {
        Some(state) if state.has_failed() || state.status != BatchStatus::Success => CHECK_FAILED,
        _ => 0,
    })
}

fn status(
    args: &BatchStatusArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let runs = ask(&args.aem, source, context, async |client| {
        let batches = client.batches();
        match &args.id {
            Some(id) => Ok(vec![batches.state(&args.name, id).await?]),
            None => batches.runs(&args.name).await,
        }
    })?;
    match args.aem.output {
        TextFormat::Json => context.console.json(&BatchJson {
            runs: runs.iter().map(json_of_state).collect(),
            ..BatchJson::default()
        }),
        TextFormat::Text if runs.is_empty() => context.console.result("AEM knows no run"),
        TextFormat::Text => context.console.result(&aligned(&state_rows(&runs))),
    }
}

fn print_configs(
    flags: &AemFlags,
    done: &str,
    configs: &[BatchConfig],
    context: &Context,
) -> Result<(), Failure> {
    if flags.output == TextFormat::Json {
        return context.console.json(&BatchJson {
            configs: configs.iter().map(json_of_config).collect(),
            ..BatchJson::default()
        });
    }
    let lines = configs.iter().map(|config| {
        let name = config.name().unwrap_or_default();
        if done.is_empty() {
            serde_json::to_string_pretty(&json_of_config(config)).unwrap_or_default()
        } else {
            format!("{done} {name}")
        }
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return context.console.result("AEM has no configuration");
    }
    context.console.result(&lines.join("\n"))
}

fn json_of_config(config: &BatchConfig) -> Value {
    serde_json::from_str(&config.to_json()).unwrap_or_default()
}

fn json_of_state(state: &BatchState) -> Value {
    serde_json::from_str(&state.to_json()).unwrap_or_default()
}

/// `ims.forms.batch/1`: fields are added, never removed.
#[derive(Serialize)]
struct BatchJson<'a> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    configs: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Value>,
}

impl Default for BatchJson<'_> {
    fn default() -> Self {
        Self {
            schema: "ims.forms.batch/1",
            id: None,
            configs: Vec::new(),
            runs: Vec::new(),
        }
    }
}
