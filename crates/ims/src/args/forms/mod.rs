//! `ims forms`: documents from AEM Forms Communications.

mod common;
mod generate;
mod assemble;
mod pdfa;
mod check;
mod batch;

use clap::Subcommand;

use super::TextFormat;

pub(crate) use assemble::AssembleArgs;
pub(crate) use batch::{
    BatchCommand, BatchConfigArgs, BatchConfigCommand, BatchRunArgs, BatchStatusArgs,
};
pub(crate) use check::{FormsCheckArgs, OptionsFor};
pub(crate) use common::{AemFlags, SendingFlags};
pub(crate) use generate::{GenerateArgs, ManyFlags, OutputFlags, OutputName};
pub(crate) use pdfa::{PdfaCheckArgs, PdfaCommand, PdfaConvertArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum FormsCommand {
    /// Merge a template with data into a document, or into many
    #[command(after_help = generate::HELP)]
    Generate(Box<GenerateArgs>),
    /// Assemble documents by a DDX, or join PDF files
    #[command(after_help = assemble::HELP)]
    Assemble(Box<AssembleArgs>),
    /// Convert PDF files to PDF/A, or ask whether they are
    #[command(subcommand)]
    Pdfa(PdfaCommand),
    /// Check templates, data, DDX and options offline
    #[command(after_help = check::HELP)]
    Check(FormsCheckArgs),
    /// Run batches on the author tier, and manage their configurations
    #[command(subcommand)]
    Batch(BatchCommand),
}

impl FormsCommand {
    pub(super) fn output(&self) -> TextFormat {
        match self {
            Self::Generate(args) => args.aem.output,
            Self::Assemble(args) => args.aem.output,
            Self::Pdfa(PdfaCommand::Convert(args)) => args.aem.output,
            Self::Pdfa(PdfaCommand::Check(args)) => args.aem.output,
            Self::Check(args) => args.output,
            Self::Batch(BatchCommand::Run(args)) => args.aem.output,
            Self::Batch(BatchCommand::Status(args)) => args.aem.output,
            Self::Batch(BatchCommand::Config(command)) => match command {
                BatchConfigCommand::Create(args) | BatchConfigCommand::Update(args) => {
                    args.aem.output
                }
                BatchConfigCommand::Show(args) | BatchConfigCommand::Delete(args) => {
                    args.aem.output
                }
                BatchConfigCommand::List(args) => args.aem.output,
            },
        }
    }
}
