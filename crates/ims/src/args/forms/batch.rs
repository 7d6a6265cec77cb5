//! `ims forms batch`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common::AemFlags;
use super::generate::OutputName;

const HELP: &str = "\
Batches run on the author tier. Their data and results are in storage that AEM is configured for.

Example:
  ims forms batch config create letters --template crx:///content/dam/forms/letter.xdp \\
    --data-source /conf/global/settings/forms/usc/batch/letters --as pdf -p prod --target author-p1-e2.adobeaemcloud.com
  ims forms batch run letters --wait -p prod --target author-p1-e2.adobeaemcloud.com";

#[derive(Debug, Subcommand)]
pub(crate) enum BatchCommand {
    /// Manage the configurations of batches
    #[command(subcommand, after_help = HELP)]
    Config(BatchConfigCommand),
    /// Start a run of a configuration; --wait shows its counts and ends with it
    #[command(
        after_help = "Exit codes: those of `ims curl`; with --wait 8 if the run or a record failed"
    )]
    Run(Box<BatchRunArgs>),
    /// Show the runs of a configuration, or one of them
    Status(Box<BatchStatusArgs>),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BatchConfigCommand {
    /// Create a configuration
    Create(Box<BatchConfigArgs>),
    /// Show a configuration
    Show(Box<BatchNameArgs>),
    /// List the configurations
    List(Box<BatchListArgs>),
    /// Change what is given of a configuration
    Update(Box<BatchConfigArgs>),
    /// Delete a configuration
    Delete(Box<BatchNameArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct BatchConfigArgs {
    /// The name of the configuration
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The template: a reference
    #[arg(long, value_name = "REF")]
    pub(crate) template: Option<String>,
    /// The configuration of the storage with data and results, below /conf/global/settings/forms/usc/batch/
    #[arg(long, value_name = "URI")]
    pub(crate) data_source: Option<String>,
    /// The types of the documents, separated by commas
    #[arg(long = "as", value_enum, value_delimiter = ',', value_name = "TYPE")]
    pub(crate) kinds: Vec<OutputName>,
    /// The folder in which AEM finds a relative template, images and fragments
    #[arg(long, value_name = "REF")]
    pub(crate) content_root: Option<String>,
    /// The XFA configuration: a reference
    #[arg(long, value_name = "REF")]
    pub(crate) xci: Option<String>,
    /// A file with more members of the configuration as a JSON object; the flags come before it
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Debug, Args)]
pub(crate) struct BatchNameArgs {
    /// The name of the configuration
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Debug, Args)]
pub(crate) struct BatchListArgs {
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Debug, Args)]
pub(crate) struct BatchRunArgs {
    /// The name of the configuration
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Wait until the run has ended
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Debug, Args)]
pub(crate) struct BatchStatusArgs {
    /// The name of the configuration
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The id of the run [default: all runs that AEM knows]
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}
