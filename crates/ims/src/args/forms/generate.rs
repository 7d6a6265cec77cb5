//! `ims forms generate`.

use std::path::PathBuf;

use aem_forms::options::AcrobatVersion;
use clap::{Args, ValueEnum};

use super::common::{AemFlags, SendingFlags};

pub(super) const HELP: &str = "\
TEMPLATE, DATA and --xci: a path is sent as a file; crx:///…, /content/dam/… and https://… are references that AEM \
reads itself. DATA is XML, or JSON for one record, which becomes XML; `-` reads stdin.

--each SOURCE makes one document for each record: a folder of data files, FILE.csv, FILE.jsonl or FILE.xml#ELEMENT. \
--out is then a pattern: {name} is the file's stem or the column `name`, {n} the number, {COLUMN} any column. A journal in \
the folder lets --resume skip the documents that are done.

Nothing is written unless AEM answered with the whole document of the type that was asked for.

Exit codes: those of `ims curl`; 3 if a check refuses the files; 8 if some documents of --each failed

Examples:
  ims forms generate letter.xdp data.xml --out letter.pdf -c service_token.json --target author-p1-e2.adobeaemcloud.com
  ims forms generate letter.xdp --each people.csv --out 'letters/{name}.pdf' -p prod
  ims forms generate label.xdp data.xml --as zpl --xdc zpl300.xdc --out - | lp -o raw";

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// The template: an XDP or a PDF, or a reference to one
    #[arg(value_name = "TEMPLATE")]
    pub(crate) template: String,
    /// The data of one document: XML, JSON, or a reference; `-` reads stdin
    #[arg(value_name = "DATA", conflicts_with = "each")]
    pub(crate) data: Option<String>,
    /// The file to write; `-` is stdout; with --each a pattern such as 'out/{name}.pdf'
    #[arg(long, value_name = "FILE|-|PATTERN", required_unless_present_any = ["dry_run", "as_curl"])]
    pub(crate) out: Option<String>,
    #[command(flatten)]
    pub(crate) document: OutputFlags,
    #[command(flatten)]
    pub(crate) many: ManyFlags,
    #[command(flatten)]
    pub(crate) sending: SendingFlags,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}

/// The document that is asked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Document")]
pub(crate) struct OutputFlags {
    /// The type of the document
    #[arg(long = "as", value_enum, default_value_t, value_name = "TYPE")]
    pub(crate) kind: OutputName,
    /// The device file of a print language, such as zpl300.xdc; all but pdf and afp need one
    #[arg(long, value_name = "URI", required_if_eq_any = [
        ("kind", "ps"), ("kind", "pcl"), ("kind", "zpl"), ("kind", "dpl"), ("kind", "ipl"), ("kind", "tpcl"),
    ])]
    pub(crate) xdc: Option<String>,
    /// The locale, such as de_DE
    #[arg(long, value_name = "LOCALE")]
    pub(crate) locale: Option<String>,
    /// The folder in which AEM finds relative templates, images and fragments, such as crx:///content/dam/forms
    #[arg(long, value_name = "REF")]
    pub(crate) content_root: Option<String>,
    /// The XFA configuration: a file or a reference
    #[arg(long, value_name = "FILE|REF")]
    pub(crate) xci: Option<String>,
    /// A tagged PDF, for screen readers
    #[arg(long)]
    pub(crate) tagged: bool,
    /// Embed the fonts
    #[arg(long)]
    pub(crate) embed_fonts: bool,
    /// A PDF whose first page shows before the rest has come
    #[arg(long)]
    pub(crate) linearized: bool,
    /// Keep the state of the form (an XFA PDF without data only)
    #[arg(long)]
    pub(crate) retain_form_state: bool,
    /// The oldest Acrobat that opens the PDF
    #[arg(long, value_enum, value_name = "VERSION")]
    pub(crate) acrobat_version: Option<AcrobatName>,
    /// The number of copies (print languages)
    #[arg(long, value_name = "N")]
    pub(crate) copies: Option<u32>,
    /// A file of options as a JSON object; the flags come before it
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
}

/// Many documents in one run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many documents")]
pub(crate) struct ManyFlags {
    /// Make one document for each record: a folder, FILE.csv, FILE.jsonl or FILE.xml#ELEMENT
    #[arg(long, value_name = "SOURCE")]
    pub(crate) each: Option<String>,
    /// The number of requests at the same time; fewer while AEM has too much to do
    #[arg(short = 'j', long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64), requires = "each")]
    pub(crate) jobs: u16,
    /// Continue an earlier run: skip the documents that are done
    #[arg(long, requires = "each")]
    pub(crate) resume: bool,
    /// Begin the run again, over the documents of an earlier one
    #[arg(long, requires = "each", conflicts_with = "resume")]
    pub(crate) overwrite: bool,
    /// Stop after more failed documents than this
    #[arg(long, value_name = "N", requires = "each")]
    pub(crate) max_failures: Option<u64>,
    /// Stop at the first failed document
    #[arg(long, requires = "each", conflicts_with = "max_failures")]
    pub(crate) fail_fast: bool,
    /// The greatest number of requests in a minute
    #[arg(long, value_name = "N/min", value_parser = per_minute, requires = "each")]
    pub(crate) rate: Option<u32>,
}

fn per_minute(text: &str) -> Result<u32, &'static str> {
    let number = text.strip_suffix("/min").unwrap_or(text).trim();
    number
        .parse()
        .ok()
        .filter(|&number| number > 0)
        .ok_or("give a number of requests in a minute, such as 60/min")
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputName {
    #[default]
    Pdf,
    /// PostScript
    Ps,
    Pcl,
    Zpl,
    Dpl,
    Ipl,
    Tpcl,
    Afp,
}

impl OutputName {
    /// Returns true for a print language, which a device file belongs to.
    pub(crate) fn is_print(self) -> bool {
        !matches!(self, Self::Pdf | Self::Afp)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AcrobatName {
    #[value(name = "Acrobat_10", alias = "10")]
    Acrobat10,
    #[value(name = "Acrobat_10_1", alias = "10.1")]
    Acrobat10_1,
    #[value(name = "Acrobat_11", alias = "11")]
    Acrobat11,
}

impl From<AcrobatName> for AcrobatVersion {
    fn from(name: AcrobatName) -> Self {
        match name {
            AcrobatName::Acrobat10 => Self::Acrobat10,
            AcrobatName::Acrobat10_1 => Self::Acrobat10_1,
            AcrobatName::Acrobat11 => Self::Acrobat11,
        }
    }
}
