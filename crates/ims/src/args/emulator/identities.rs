//! `ims emulator rights`, `allow`, `sign-in` and `rotate`.

use clap::{Args, ValueEnum};

use super::RemoteFlags;
use crate::args::duration::parse_virtual;

pub(super) const RIGHTS_HELP: &str = "\
The groups replace those that the account has. A new account only reads:
dam-users write assets, forms-users call AEM Forms, administrators do all.

Examples:
  ims emulator rights my-account@techacct.adobe.com forms-users dam-users
  ims emulator rights jane@example.com administrators --after 10m
  ims emulator rights my-account@techacct.adobe.com --remove";

#[derive(Debug, Args)]
pub(crate) struct RightsArgs {
    /// The id or the e-mail address of a technical account or a person
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: String,
    /// The groups of the account in AEM
    #[arg(value_name = "GROUP", required_unless_present = "remove")]
    pub(crate) groups: Vec<String>,
    /// Begin after this virtual time, such as 10m
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) after: Option<f64>,
    /// Remove the account from all groups but contributors
    #[arg(long, conflicts_with_all = ["groups", "after"])]
    pub(crate) remove: bool,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

pub(super) const ALLOW_HELP: &str = "\
Examples:
  ims emulator allow my-client
  ims emulator allow my-client --tier author
  ims emulator allow my-client --remove";

#[derive(Debug, Args)]
pub(crate) struct AllowArgs {
    /// The id of the OAuth client
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,
    /// author, preview or publish; may be repeated [default: all]
    #[arg(long, value_enum, value_name = "TIER", hide_possible_values = true)]
    pub(crate) tier: Vec<Tier>,
    /// Remove the client from the list
    #[arg(long, conflicts_with = "tier")]
    pub(crate) remove: bool,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

/// A tier of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    Author,
    Preview,
    Publish,
}

pub(super) const SIGN_IN_HELP: &str = "\
The command prints the authorization code, or with --device-id a device token.

Examples:
  ims emulator sign-in my-client jane@example.com --scope openid,AdobeID
  ims emulator sign-in my-client jane@example.com --device-id my-device";

#[derive(Debug, Args)]
pub(crate) struct SignInArgs {
    /// The id of the client
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,
    /// The e-mail address of the person
    #[arg(value_name = "EMAIL")]
    pub(crate) email: String,
    /// The scopes, separated by commas; may be repeated
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) scope: Vec<String>,
    /// The redirect URI [default: that of the client]
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// The PKCE challenge of the client (S256)
    #[arg(long, value_name = "TEXT")]
    pub(crate) code_challenge: Option<String>,
    /// The nonce of the client
    #[arg(long, value_name = "TEXT")]
    pub(crate) nonce: Option<String>,
    /// Issue a device token for this device, no code
    #[arg(long, value_name = "ID")]
    pub(crate) device_id: Option<String>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

pub(super) const ROTATE_HELP: &str = "\
The old secret or certificate stays valid until it is removed:
  ims emulator call DELETE clients/my-client/secrets/0

Examples:
  ims emulator rotate my-client > client_secret
  ims emulator rotate --account my-account@techacct.adobe.com > service.json";

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("rotated").required(true))]
pub(crate) struct RotateArgs {
    /// Add a secret to this OAuth client, and print it
    #[arg(value_name = "CLIENT", group = "rotated")]
    pub(crate) client: Option<String>,
    /// Add a certificate to this account, print its credentials
    #[arg(long, value_name = "ID", group = "rotated")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}
