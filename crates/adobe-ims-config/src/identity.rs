//! The credentials that a profile names, by its type.

use crate::error::Result;
use crate::location::Located;
use crate::secret_reference::SecretReference;
use crate::table::{KnownKeys, TableReader, invalid};
use crate::{settings, suggest};

/// The credentials that a profile names: its `type` and the fields of that type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Identity {
    /// `document`: a credential document as Adobe hands it out, recognised by its content, or
    /// `aem-service-credentials`: a document that must be of this kind.
    Document {
        /// `credentials`: the document.
        credentials: SecretReference,
        /// `context`: the name of the credentials to use, for a document with several.
        context: Option<String>,
        /// `metascopes`, for a document without metascopes.
        metascopes: Vec<String>,
        /// `private_key`, for a document without a key.
        private_key: Option<SecretReference>,
        /// `passphrase` of the key.
        passphrase: Option<SecretReference>,
        /// True for the type `aem-service-credentials`.
        aem_only: bool,
    },
    /// `oauth-s2s`: an OAuth server-to-server client.
    OauthServerToServer {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `scopes`
        scopes: Vec<String>,
        /// `technical_account_id`
        technical_account_id: Option<String>,
    },
    /// `jwt`: a technical account that signs assertions.
    Jwt {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `metascopes`
        metascopes: Vec<String>,
        /// `technical_account_id`
        technical_account_id: String,
        /// `private_key`
        private_key: SecretReference,
        /// `passphrase` of the key.
        passphrase: Option<SecretReference>,
    },
    /// `user-pkce`: a person who signs in. The refresh token of the sign-in changes with each use. It is kept
    /// in the session store of `adobe-ims`, under the name of the profile.
    UserPkce {
        /// `client_id`, and `client_secrets` for a confidential client.
        client: Client,
        /// `scopes`
        scopes: Vec<String>,
        /// `redirect_uri`, as it is registered for the client.
        redirect_uri: Option<String>,
    },
    /// `service-code`: a client with a permanent authorization code.
    ServiceCode {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `code`
        code: SecretReference,
        /// `scopes`
        scopes: Vec<String>,
    },
    /// `device`: a registered device.
    Device {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `device_id`
        device_id: String,
        /// `device_token`
        device_token: SecretReference,
        /// `scopes`
        scopes: Vec<String>,
    },
    /// `static`: an access token.
    Static {
        /// `token`
        token: SecretReference,
    },
}

/// The client of a profile.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Client {
    /// `client_id`
    pub id: String,
    /// `client_secrets`, newest first.
    pub secrets: Vec<SecretReference>,
    /// `org_id`
    pub organization_id: Option<String>,
}

/// The `type` of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileType {
    Document,
    AemServiceCredentials,
    OauthServerToServer,
    Jwt,
    UserPkce,
    ServiceCode,
    Device,
    Static,
}

impl ProfileType {
    pub(crate) const ALL: [Self; 8] = [
        Self::Document,
        Self::AemServiceCredentials,
        Self::OauthServerToServer,
        Self::Jwt,
        Self::UserPkce,
        Self::ServiceCode,
        Self::Device,
        Self::Static,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::AemServiceCredentials => "aem-service-credentials",
            Self::OauthServerToServer => "oauth-s2s",
            Self::Jwt => "jwt",
            Self::UserPkce => "user-pkce",
            Self::ServiceCode => "service-code",
            Self::Device => "device",
            Self::Static => "static",
        }
    }

    /// Returns the keys of this type, beside those that every profile may have.
    pub(crate) fn keys(self) -> Vec<&'static str> {
        let client = ["client_id", "client_secrets", "org_id"];
        let (client, own): (&[_], &[_]) = match self {
            Self::Document => (
                &[],
                &[
                    "credentials",
                    "context",
                    "metascopes",
                    "private_key",
                    "passphrase",
                ],
            ),
            Self::AemServiceCredentials => (&[], &["credentials", "passphrase"]),
            Self::OauthServerToServer => (&client, &["scopes", "technical_account_id"]),
            Self::Jwt => (
                &client,
                &[
                    "metascopes",
                    "technical_account_id",
                    "private_key",
                    "passphrase",
                ],
            ),
            Self::UserPkce => (&client, &["scopes", "redirect_uri"]),
            Self::ServiceCode => (&client, &["scopes", "code"]),
            Self::Device => (&client, &["scopes", "device_id", "device_token"]),
            Self::Static => (&[], &["token"]),
        };
        [client, own].concat()
    }

    /// Returns the keys of all types.
    pub(crate) fn all_keys() -> Vec<&'static str> {
        Self::ALL.into_iter().flat_map(Self::keys).collect()
    }

    /// Reads the key `type`.
    pub(crate) fn read(table: &TableReader<'_>) -> Result<Self> {
        let named = table.string("type")?;
        let Some(Located { value, location }) = named else {
            // The key may be there under a misspelt name, which makes the better message.
            table.check_keys(&KnownKeys {
                here: [
                    &["type", "targets"],
                    settings::KEYS,
                    &ProfileType::all_keys(),
                ]
                .concat(),
                elsewhere: Vec::new(),
                subject: "a profile".to_owned(),
            })?;
            return table.required("type", None);
        };
        if let Some(found) = Self::ALL.into_iter().find(|it| it.name() == value) {
            return Ok(found);
        }
        let known = Self::ALL.map(Self::name);
        let error = invalid(&location, "there is no such `type`");
        Err(error.with_hint(match suggest::nearest(&value, &known) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => format!("The types are {}.", known.join(", ")),
        }))
    }
}

impl Identity {
    /// The keys of secrets, of all types.
    pub(crate) const SECRETS: [&str; 7] = [
        "client_secrets",
        "credentials",
        "private_key",
        "passphrase",
        "code",
        "device_token",
        "token",
    ];

    /// Reads the keys of a type.
    pub(crate) fn read(table: &TableReader<'_>, profile_type: ProfileType) -> Result<Self> {
        match profile_type {
            ProfileType::Document | ProfileType::AemServiceCredentials => {
                Self::read_document(table, profile_type)
            }
            ProfileType::OauthServerToServer => Ok(Self::OauthServerToServer {
                client: confidential_client(table)?,
                scopes: table.required("scopes", table.words("scopes")?)?,
                technical_account_id: optional_string(table, "technical_account_id")?,
            }),
            ProfileType::Jwt => Self::read_jwt(table),
            ProfileType::UserPkce => Ok(Self::UserPkce {
                client: client(table)?,
                scopes: optional_words(table, "scopes")?,
                redirect_uri: optional_string(table, "redirect_uri")?,
            }),
            ProfileType::ServiceCode => Ok(Self::ServiceCode {
                client: confidential_client(table)?,
                code: required_secret(table, "code")?,
                scopes: optional_words(table, "scopes")?,
            }),
            ProfileType::Device => Ok(Self::Device {
                client: client(table)?,
                device_id: required_string(table, "device_id")?,
                device_token: required_secret(table, "device_token")?,
                scopes: optional_words(table, "scopes")?,
            }),
            ProfileType::Static => Ok(Self::Static {
                token: required_secret(table, "token")?,
            }),
        }
    }

    fn read_document(table: &TableReader<'_>, profile_type: ProfileType) -> Result<Self> {
        Ok(Self::Document {
            credentials: required_secret(table, "credentials")?,
            context: optional_string(table, "context")?,
            metascopes: optional_words(table, "metascopes")?,
            private_key: optional_secret(table, "private_key")?,
            passphrase: optional_secret(table, "passphrase")?,
            aem_only: profile_type == ProfileType::AemServiceCredentials,
        })
    }

    fn read_jwt(table: &TableReader<'_>) -> Result<Self> {
        required_string(table, "org_id")?;
        Ok(Self::Jwt {
            client: confidential_client(table)?,
            metascopes: table.required("metascopes", table.words("metascopes")?)?,
            technical_account_id: required_string(table, "technical_account_id")?,
            private_key: required_secret(table, "private_key")?,
            passphrase: optional_secret(table, "passphrase")?,
        })
    }

    pub(crate) fn profile_type(&self) -> ProfileType {
        match self {
            Self::Document { aem_only: true, .. } => ProfileType::AemServiceCredentials,
            Self::Document { .. } => ProfileType::Document,
            Self::OauthServerToServer { .. } => ProfileType::OauthServerToServer,
            Self::Jwt { .. } => ProfileType::Jwt,
            Self::UserPkce { .. } => ProfileType::UserPkce,
            Self::ServiceCode { .. } => ProfileType::ServiceCode,
            Self::Device { .. } => ProfileType::Device,
            Self::Static { .. } => ProfileType::Static,
        }
    }
}

/// Reads a client that may have no secret.
fn client(table: &TableReader<'_>) -> Result<Client> {
    Ok(Client {
        id: required_string(table, "client_id")?,
        secrets: table
            .secrets("client_secrets")?
            .map(|it| it.value)
            .unwrap_or_default(),
        organization_id: optional_string(table, "org_id")?,
    })
}

/// Reads a client that must have a secret.
fn confidential_client(table: &TableReader<'_>) -> Result<Client> {
    let client = client(table)?;
    table.required("client_secrets", table.secrets("client_secrets")?)?;
    Ok(client)
}

fn required_string(table: &TableReader<'_>, key: &str) -> Result<String> {
    table.required(key, table.string(key)?)
}

fn optional_string(table: &TableReader<'_>, key: &str) -> Result<Option<String>> {
    Ok(table.string(key)?.map(|it| it.value))
}

fn optional_words(table: &TableReader<'_>, key: &str) -> Result<Vec<String>> {
    Ok(table.words(key)?.map(|it| it.value).unwrap_or_default())
}

fn required_secret(table: &TableReader<'_>, key: &str) -> Result<SecretReference> {
    table.required(key, table.secret(key)?)
}

fn optional_secret(table: &TableReader<'_>, key: &str) -> Result<Option<SecretReference>> {
    Ok(table.secret(key)?.map(|it| it.value))
}
