//! `ims profile`.

use std::path::PathBuf;

use adobe_ims_config::{Profile, SecretReference};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Show the profiles that there are, and who is signed in
    #[command(after_help = LIST_HELP)]
    List {
        /// How to print it
        #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
        output: TextFormat,
    },
    /// Show a profile, with the places of its secrets
    Show(ProfileShow),
    /// Add a profile
    #[command(after_help = ADD_HELP)]
    Add(Box<ProfileAdd>),
    /// Add a profile for a credential document, a configuration of aio, or an imscli.yaml
    #[command(after_help = IMPORT_HELP)]
    Import(ProfileImport),
    /// Make a profile the default one
    Use {
        /// The profile
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Take a profile out of the configuration; files that it refers to stay
    Remove {
        /// The profile
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ProfileShow {
    /// The profile [default: the default one]
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

const LIST_HELP: &str = "\
Nobody is asked. `ims cache list` shows the access tokens that are kept, also those of credentials without a profile.";

const ADD_HELP: &str = "\
A secret is named by its place (REF), never given: file:PATH, env:NAME, command:PROGRAM ARGUMENTS (no shell), \
keyring:SERVICE/NAME or systemd:NAME.";

#[derive(Debug, Args)]
pub(crate) struct ProfileAdd {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How it proves itself
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(Profile::types()))]
    pub(crate) type_name: String,
    /// The credential document, for `document` and `aem-service-credentials`
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) credentials: Option<SecretReference>,
    /// Which credentials of the document are meant, where it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The client id
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Where the client secret is; several are tried in this order
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) client_secret: Vec<SecretReference>,
    /// The organisation
    #[arg(long, value_name = "ID")]
    pub(crate) org: Option<String>,
    /// A scope, or several with commas between
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(crate) scope: Vec<String>,
    /// A metascope, or several with commas between
    #[arg(long, value_name = "METASCOPE", value_delimiter = ',')]
    pub(crate) metascope: Vec<String>,
    /// The technical account's id
    #[arg(long, value_name = "ID")]
    pub(crate) technical_account: Option<String>,
    /// Where the private key is
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) private_key: Option<SecretReference>,
    /// Where the key's passphrase is
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) passphrase: Option<SecretReference>,
    /// Where the token is, for `static`
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) token: Option<SecretReference>,
    /// The redirect URI that the client is registered with, for `user-pkce`
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// Where the permanent code is, for `service-code`
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) code: Option<SecretReference>,
    /// The device, for `device`
    #[arg(long, value_name = "ID")]
    pub(crate) device_id: Option<String>,
    /// Where the device token is, for `device`
    #[arg(long, value_name = "REF", value_parser = SecretReference::parse)]
    pub(crate) device_token: Option<SecretReference>,
    #[command(flatten)]
    pub(crate) binding: Binding,
}

const IMPORT_HELP: &str = "\
The document stays where it is, and the profile names that place; --copy makes a copy beside the configuration \
that only you can read. Variables of aio can be piped in: env | grep ^AIO_ | ims profile import - --copy --name NAME. \
The secrets of an imscli.yaml are copied in any case, each into a file of its own.";

#[derive(Debug, Args)]
pub(crate) struct ProfileImport {
    /// The document
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The name of the profile [default: as the file, or the context]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Which credentials of the document are meant, where it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Keep a copy that only you can read, beside the configuration
    #[arg(long)]
    pub(crate) copy: bool,
    #[command(flatten)]
    pub(crate) binding: Binding,
}

/// Where the profile's secrets and tokens may go.
#[derive(Debug, Args)]
pub(crate) struct Binding {
    /// The environment of IMS: prod, stage, or the URL of an identity service
    #[arg(long, value_name = "ENV")]
    pub(crate) environment: Option<String>,
    /// The only place that its tokens may go to; several may be named
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) target: Vec<String>,
    /// Make it the default profile
    #[arg(long)]
    pub(crate) default: bool,
}
