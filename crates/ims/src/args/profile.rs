//! `ims profile`.

use std::path::PathBuf;

use adobe_ims_config::{Profile, SecretReference};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the profiles, and the sign-ins
    #[command(after_help = LIST_HELP)]
    List {
        /// The output format
        #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
        output: TextFormat,
    },
    /// Show a profile and the places of its secrets
    Show(ProfileShow),
    /// Add a profile
    #[command(after_help = ADD_HELP)]
    Add(Box<ProfileAdd>),
    /// Add a profile for a credential document, a configuration of aio, or an imscli.yaml
    #[command(after_help = IMPORT_HELP)]
    Import(ProfileImport),
    /// Make a profile the default profile
    Use {
        /// The profile
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Remove a profile from the configuration; the files that it refers to stay
    Remove {
        /// The profile
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ProfileShow {
    /// The profile [default: the default profile]
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

const LIST_HELP: &str = "\
The command works offline. `ims cache list` lists the cached access tokens, also those of credentials without a profile.";

const ADD_HELP: &str = "\
REF is the place of a secret: file:PATH, env:NAME, command:PROGRAM ARGUMENTS (run without a shell), \
keyring:SERVICE/NAME or systemd:NAME. No flag takes the secret itself.";

#[derive(Debug, Args)]
pub(crate) struct ProfileAdd {
    /// The name of the profile
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The type of the credentials
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(Profile::types()))]
    pub(crate) type_name: String,
    /// The credential document, for `document` and `aem-service-credentials`
    #[arg(long, value_name = "REF")]
    pub(crate) credentials: Option<SecretReference>,
    /// The credentials of the document to use, if it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The client id
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The client secret; several are tried in this order
    #[arg(long, value_name = "REF")]
    pub(crate) client_secret: Vec<SecretReference>,
    /// The organisation id
    #[arg(long, value_name = "ID")]
    pub(crate) org: Option<String>,
    /// The scopes, separated by commas; may be repeated
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(crate) scope: Vec<String>,
    /// The metascopes, separated by commas; may be repeated
    #[arg(long, value_name = "METASCOPE", value_delimiter = ',')]
    pub(crate) metascope: Vec<String>,
    /// The id of the technical account
    #[arg(long, value_name = "ID")]
    pub(crate) technical_account: Option<String>,
    /// The private key
    #[arg(long, value_name = "REF")]
    pub(crate) private_key: Option<SecretReference>,
    /// The passphrase of the private key
    #[arg(long, value_name = "REF")]
    pub(crate) passphrase: Option<SecretReference>,
    /// The access token, for `static`
    #[arg(long, value_name = "REF")]
    pub(crate) token: Option<SecretReference>,
    /// The redirect URI that the client is registered with, for `user-pkce`
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// The permanent authorization code, for `service-code`
    #[arg(long, value_name = "REF")]
    pub(crate) code: Option<SecretReference>,
    /// The device id, for `device`
    #[arg(long, value_name = "ID")]
    pub(crate) device_id: Option<String>,
    /// The device token, for `device`
    #[arg(long, value_name = "REF")]
    pub(crate) device_token: Option<SecretReference>,
    #[command(flatten)]
    pub(crate) binding: Binding,
}

const IMPORT_HELP: &str = "\
The profile refers to the document by its path. --copy copies the document to the folder of the configuration, \
readable by you alone. Each secret of an imscli.yaml is always copied to a file of its own.

Variables of aio can be piped in:
  env | grep ^AIO_ | ims profile import - --copy --name NAME";

#[derive(Debug, Args)]
pub(crate) struct ProfileImport {
    /// The document; `-` reads stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The name of the profile [default: the context, or the name of the file]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The credentials of the document to use, if it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Copy the document to the folder of the configuration, readable by you alone
    #[arg(long)]
    pub(crate) copy: bool,
    #[command(flatten)]
    pub(crate) binding: Binding,
}

/// The servers that receive the secrets and tokens of a profile.
#[derive(Debug, Args)]
pub(crate) struct Binding {
    /// The identity service: an address, `prod` or `stage`
    #[arg(long, value_name = "ENV")]
    pub(crate) environment: Option<String>,
    /// The only host that receives the tokens of the profile; may be repeated
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) target: Vec<String>,
    /// Make the profile the default profile
    #[arg(long)]
    pub(crate) default: bool,
}
