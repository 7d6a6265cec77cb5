//! The content of a request of `ims curl`. Flags of several names make one content, in the order of the command line.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::form_part::{self, FormPart};

/// One piece of the data of a form.
#[derive(Clone, Debug)]
pub(crate) enum DataPiece {
    /// Text, or a file without its line ends: `-d`.
    Text(String),
    /// Text alone.
    Raw(String),
    /// Text, or a file as it is.
    Binary(String),
    /// Text or a file, to be encoded, with a name before it.
    UrlEncoded(String),
}

/// The pieces of the data, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct DataPieces(pub(crate) Vec<DataPiece>);

/// The parts of a form with files, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormParts(pub(crate) Vec<FormPart>);

type MakePiece = fn(String) -> DataPiece;

/// The flags of data, and the piece that each one makes.
const DATA: [(&str, MakePiece); 4] = [
    ("data", DataPiece::Text),
    ("data-raw", DataPiece::Raw),
    ("data-binary", DataPiece::Binary),
    ("data-urlencode", DataPiece::UrlEncoded),
];

const FORM: [&str; 2] = ["form", "form-string"];

impl Args for DataPieces {
    fn augment_args(command: Command) -> Command {
        let arg = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .help(help)
                .action(ArgAction::Append)
                .allow_hyphen_values(true)
                .conflicts_with_all(["json", "form", "form-string", "upload_file"])
        };
        command
            .arg(
                arg(
                    "data",
                    "TEXT|@FILE|@-",
                    "Send text, or a file without its line ends, as a form; several values are joined by `&`",
                )
                .short('d')
                .alias("data-ascii"),
            )
            .arg(arg("data-raw", "TEXT", "Send text as a form, also if it begins with @"))
            .arg(arg(
                "data-binary",
                "TEXT|@FILE|@-",
                "Send text, or a file as it is, as a form",
            ))
            .arg(arg(
                "data-urlencode",
                "[NAME=]TEXT|[NAME]@FILE",
                "Send text, or a file, percent-encoded as a form",
            ))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for DataPieces {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let pieces = DATA.into_iter().flat_map(|(name, piece)| {
            let values = indexed::<String>(matches, name).into_iter();
            values.map(move |(at, text)| (at, piece(text)))
        });
        Ok(Self(in_order(pieces.collect())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for FormParts {
    fn augment_args(command: Command) -> Command {
        let arg = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .help(help)
                .action(ArgAction::Append)
                .conflicts_with_all(["json", "upload_file"])
        };
        command
            .arg(
                arg(
                    "form",
                    "NAME=CONTENT",
                    "Send a part of multipart/form-data: NAME=TEXT, NAME=@FILE, or NAME=<FILE without the file name; `;type=…` and `;filename=…` may follow",
                )
                .short('F')
                .value_parser(ValueParser::new(form_part::parse)),
            )
            .arg(
                arg(
                    "form-string",
                    "NAME=TEXT",
                    "Send a part of multipart/form-data whose text is taken as it is",
                )
                .value_parser(ValueParser::new(form_part::parse_text)),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FormParts {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let parts = FORM.into_iter().flat_map(|name| indexed(matches, name));
        Ok(Self(in_order(parts.collect())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the values of a flag and their places on the command line.
fn indexed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<(usize, T)> {
    let places = matches.indices_of(name).into_iter().flatten();
    let values = matches.get_many::<T>(name).into_iter().flatten();
    places.zip(values.cloned()).collect()
}

fn in_order<T>(mut found: Vec<(usize, T)>) -> Vec<T> {
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, value)| value).collect()
}
