//! Credentials in fields, instead of a document or in addition to one.

use std::path::PathBuf;

use clap::Args;

/// Credentials in fields. No flag takes a secret as its value.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CredentialFlags {
    /// The credentials to use if there are several: a context of aio, or a credential of a workspace [env: IMS_CONTEXT]
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The client id, instead of a document; with a document, flags replace its fields [env: IMS_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The file of the client secret [env: IMS_CLIENT_SECRET_FILE; IMS_CLIENT_SECRET holds the secret itself]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// The scopes, separated by commas or spaces (OAuth server-to-server) [env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// The metascopes, separated by commas or spaces (technical account) [env: IMS_METASCOPES]
    #[arg(long, value_name = "METASCOPE")]
    pub(crate) metascope: Vec<String>,
    /// The organisation id, …@AdobeOrg [env: IMS_ORG_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) org: Option<String>,
    /// The id of the technical account, …@techacct.adobe.com [env: IMS_TECHNICAL_ACCOUNT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) technical_account: Option<String>,
    /// The file of the private key (technical account) [env: IMS_PRIVATE_KEY_FILE; IMS_PRIVATE_KEY holds the key itself]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// The file of the permanent authorization code (service)
    #[arg(long, value_name = "FILE|-", conflicts_with_all = [
        "device_id", "device_token_file", "metascope", "technical_account", "private_key_file",
    ])]
    pub(crate) code_file: Option<PathBuf>,
    /// The device id, with --device-token-file
    #[arg(long, value_name = "ID", requires = "device_token_file", conflicts_with_all = [
        "metascope", "technical_account", "private_key_file",
    ])]
    pub(crate) device_id: Option<String>,
    /// The file of the device token
    #[arg(long, value_name = "FILE|-", requires = "device_id")]
    pub(crate) device_token_file: Option<PathBuf>,
}

impl CredentialFlags {
    /// Returns true if no flag is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.context.is_none() && !self.has_fields()
    }

    /// Returns true if a field is set.
    pub(crate) fn has_fields(&self) -> bool {
        self.client_id.is_some()
            || self.client_secret_file.is_some()
            || !self.scope.is_empty()
            || !self.metascope.is_empty()
            || self.org.is_some()
            || self.technical_account.is_some()
            || self.private_key_file.is_some()
            || self.has_proof()
    }

    /// Returns true for the proof of a service or a device, which no document holds.
    pub(crate) fn has_proof(&self) -> bool {
        self.code_file.is_some() || self.device_token_file.is_some()
    }
}
