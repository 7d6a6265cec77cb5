//! `ims forms pdfa`.

use std::path::PathBuf;

use aem_forms::options::Compliance;
use clap::{Args, Subcommand, ValueEnum};

use super::common::{AemFlags, SendingFlags};

const CONVERT_HELP: &str = "\
Fonts must be embedded in the PDF: generate it with --embed-fonts. Encrypted PDFs cannot be converted.

Example:
  ims forms pdfa convert letter.pdf --level 2b --out letter-a.pdf -p prod --target author-p1-e2.adobeaemcloud.com";

const CHECK_HELP: &str = "\
Exit codes: 0 all files are PDF/A · 8 one is not; else those of `ims curl`

Example:
  ims forms pdfa check letters/*.pdf --level 2b -p prod --target author-p1-e2.adobeaemcloud.com";

#[derive(Debug, Subcommand)]
pub(crate) enum PdfaCommand {
    /// Convert PDF files to PDF/A
    #[command(after_help = CONVERT_HELP)]
    Convert(Box<PdfaConvertArgs>),
    /// Ask whether PDF files are PDF/A
    #[command(after_help = CHECK_HELP)]
    Check(Box<PdfaCheckArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct PdfaConvertArgs {
    /// The PDF files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The file to write, or a folder for several files; `-` is stdout
    #[arg(long, value_name = "FILE|FOLDER|-", required_unless_present_any = ["dry_run", "as_curl"])]
    pub(crate) out: Option<String>,
    /// The conformance level [default: that of AEM]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) level: Option<LevelName>,
    /// Let AEM check the result
    #[arg(long)]
    pub(crate) verify: bool,
    /// A file of options as a JSON object (resultLevel, colorSpace, optionalContent, …); the flags come before it
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sending: SendingFlags,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Debug, Args)]
pub(crate) struct PdfaCheckArgs {
    /// The PDF files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The conformance level [default: that of AEM]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) level: Option<LevelName>,
    /// A file of options as a JSON object; the flags come before it
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sending: SendingFlags,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    #[value(name = "1b")]
    Level1b,
    #[value(name = "2b")]
    Level2b,
    #[value(name = "3b")]
    Level3b,
}

impl From<LevelName> for Compliance {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Level1b => Self::Pdfa1b,
            LevelName::Level2b => Self::Pdfa2b,
            LevelName::Level3b => Self::Pdfa3b,
        }
    }
}
