//! Credentials in fields, instead of a document or beside one.

use std::path::PathBuf;

use clap::Args;

/// Credentials in fields. No flag takes a secret as its value.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CredentialFlags {
    /// Which credentials are meant where there are several: a context of aio, or a credential of a workspace [env: IMS_CONTEXT]
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The client, instead of a document; beside one, its fields count less than these flags [env: IMS_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The file with the client secret [env: IMS_CLIENT_SECRET_FILE, or the secret itself in IMS_CLIENT_SECRET]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Scopes of OAuth server-to-server, separated by commas or blanks [env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Metascopes of a technical account, separated by commas or blanks [env: IMS_METASCOPES]
    #[arg(long, value_name = "METASCOPE")]
    pub(crate) metascope: Vec<String>,
    /// The organisation, …@AdobeOrg [env: IMS_ORG_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) org: Option<String>,
    /// The technical account, …@techacct.adobe.com [env: IMS_TECHNICAL_ACCOUNT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) technical_account: Option<String>,
    /// The file with the private key of the technical account [env: IMS_PRIVATE_KEY_FILE, or the key itself in IMS_PRIVATE_KEY]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// The file with the permanent authorization code of a service
    #[arg(long, value_name = "FILE|-", conflicts_with_all = [
        "device_id", "device_token_file", "metascope", "technical_account", "private_key_file",
    ])]
    pub(crate) code_file: Option<PathBuf>,
    /// The device, with --device-token-file
    #[arg(long, value_name = "ID", requires = "device_token_file", conflicts_with_all = [
        "metascope", "technical_account", "private_key_file",
    ])]
    pub(crate) device_id: Option<String>,
    /// The file with the token of the device
    #[arg(long, value_name = "FILE|-", requires = "device_id")]
    pub(crate) device_token_file: Option<PathBuf>,
}

impl CredentialFlags {
    /// Whether none is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.context.is_none() && !self.has_fields()
    }

    /// Whether any field is there.
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

    /// Whether they are those of a service or a device, of which no document is known.
    pub(crate) fn has_proof(&self) -> bool {
        self.code_file.is_some() || self.device_token_file.is_some()
    }
}
