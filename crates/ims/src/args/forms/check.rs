//! `ims forms check`.

use clap::{Args, ValueEnum};

use super::generate::OutputName;
use crate::args::TextFormat;

pub(super) const HELP: &str = "\
Offline: no token, no network. The program tells the files apart by their content: template (XDP or PDF), data (XML or \
JSON), DDX and the documents that it names, XFA configuration, options (JSON).

Exit codes: 0 nothing is wrong, there may be warnings · 8 a finding that `generate` or `assemble` would refuse

Examples:
  ims forms check letter.xdp data.xml
  ims forms check book.ddx part1.pdf part2.pdf -o json";

#[derive(Debug, Args)]
pub(crate) struct FormsCheckArgs {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<String>,
    /// The document that the template is for
    #[arg(long = "as", value_enum, default_value_t, value_name = "TYPE")]
    pub(crate) kind: OutputName,
    /// The request that a file of options is for
    #[arg(long, value_enum, value_name = "REQUEST")]
    pub(crate) options_for: Option<OptionsFor>,
    /// The content root that the template is used with
    #[arg(long, value_name = "REF")]
    pub(crate) content_root: Option<String>,
    /// Count warnings as refusals
    #[arg(long)]
    pub(crate) strict: bool,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OptionsFor {
    Generate,
    Assemble,
    PdfaConvert,
    PdfaCheck,
}
