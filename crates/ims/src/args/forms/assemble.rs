//! `ims forms assemble`.

use std::path::PathBuf;

use clap::Args;

use super::common::{AemFlags, SendingFlags};

pub(super) const HELP: &str = "\
Each FILE is sent under its file name, or under NAME. Sources of the DDX that are not named are looked for beside it.

--merge joins PDF files in this order, with a DDX that the program writes itself; --print-ddx shows it.

With several results --out is a folder, and each result is written under its name in the DDX.

Exit codes: those of `ims curl`; 3 if a check refuses the files; 8 if results are missing (--no-fail-on-error)

Examples:
  ims forms assemble book.ddx part1.pdf part2.pdf --out book.pdf -c service_token.json --target author-p1-e2.adobeaemcloud.com
  ims forms assemble --merge cover.pdf letter.pdf --footer 'Page {page} of {pages}' --out all.pdf -p prod";

#[derive(Debug, Args)]
pub(crate) struct AssembleArgs {
    /// The DDX, then the documents; with --merge the PDF files
    #[arg(value_name = "DDX [NAME=]FILE", required = true)]
    pub(crate) files: Vec<String>,
    /// The file to write, or a folder for several results; `-` is stdout
    #[arg(long, value_name = "FILE|FOLDER|-", required_unless_present_any = ["dry_run", "as_curl", "validate_only", "print_ddx"])]
    pub(crate) out: Option<String>,
    /// Join PDF files
    #[arg(long)]
    pub(crate) merge: bool,
    /// The title of the joined PDF
    #[arg(long, value_name = "TEXT", requires = "merge")]
    pub(crate) title: Option<String>,
    /// The footer of each page; {page} and {pages} are numbers
    #[arg(long, value_name = "TEXT", requires = "merge")]
    pub(crate) footer: Option<String>,
    /// A text across each page
    #[arg(long, value_name = "TEXT", requires = "merge")]
    pub(crate) watermark: Option<String>,
    /// Print the DDX of --merge; nothing is sent
    #[arg(long, requires = "merge")]
    pub(crate) print_ddx: bool,
    /// Let AEM check the DDX, without any result
    #[arg(long)]
    pub(crate) validate_only: bool,
    /// The style of texts without one of their own, such as 'font: 10pt Arial'
    #[arg(long, value_name = "CSS")]
    pub(crate) default_style: Option<String>,
    /// Take the results that can be made if others fail
    #[arg(long)]
    pub(crate) no_fail_on_error: bool,
    /// The first Bates number
    #[arg(long, value_name = "N")]
    pub(crate) first_bates_number: Option<u32>,
    /// A file of options as a JSON object; the flags come before it
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sending: SendingFlags,
    #[command(flatten)]
    pub(crate) aem: AemFlags,
}
