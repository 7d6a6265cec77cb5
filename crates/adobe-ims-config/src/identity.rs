use crate::error::Result;
use crate::location::Located;
use crate::secret_reference::SecretReference;
use crate::table::{TableReader, invalid};
use crate::{settings, suggest};

/// How a profile proves itself: its `type` and the fields of that.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Identity {
    /// `document`: whatever Adobe hands out, unchanged and recognised by its content, or
    /// `aem-service-credentials`: such a document that must be of this kind.
    Document {
        /// `credentials`
        credentials: SecretReference,
        /// `context`: which are meant, where the document has several.
        context: Option<String>,
        /// `metascopes`, for a document without.
        metascopes: Vec<String>,
        /// `private_key`, for a document without.
        private_key: Option<SecretReference>,
        /// `passphrase`, of the key.
        passphrase: Option<SecretReference>,
        /// Whether the type names AEM service credentials.
        aem_only: bool,
    },
    /// `oauth-s2s`: a client and its secrets ask for scopes.
    OauthServerToServer {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `scopes`
        scopes: Vec<String>,
        /// `technical_account_id`
        technical_account_id: Option<String>,
    },
    /// `jwt`: a technical account signs assertions.
    Jwt {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `metascopes`
        metascopes: Vec<String>,
        /// `technical_account_id`
        technical_account_id: String,
        /// `private_key`
        private_key: SecretReference,
        /// `passphrase`, of the key.
        passphrase: Option<SecretReference>,
    },
    /// `user-pkce`: a person who signs in. What the sign-in leaves changes with each use and is kept among the
    /// [sessions](adobe_ims::session::SessionStore), under the name of the profile.
    UserPkce {
        /// `client_id`, and `client_secrets` for a client that has any.
        client: Client,
        /// `scopes`
        scopes: Vec<String>,
        /// `redirect_uri`, with which the client is registered.
        redirect_uri: Option<String>,
    },
    /// `service-code`: a client with a permanent authorisation code.
    ServiceCode {
        /// `client_id`, `client_secrets` and `org_id`
        client: Client,
        /// `code`
        code: SecretReference,
        /// `scopes`
        scopes: Vec<String>,
    },
    /// `device`: a device that was registered once.
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
    /// `static`: a token that is ready.
    Static {
        /// `token`
        token: SecretReference,
    },
}

/// Who asks.
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

/// Each type with its own keys.
pub(crate) const TYPES: &[(&str, &[&str])] = &[
    (
        "document",
        &[
            "credentials",
            "context",
            "metascopes",
            "private_key",
            "passphrase",
        ],
    ),
    ("aem-service-credentials", &["credentials", "passphrase"]),
    (
        "oauth-s2s",
        &[
            "client_id",
            "client_secrets",
            "org_id",
            "scopes",
            "technical_account_id",
        ],
    ),
    (
        "jwt",
        &[
            "client_id",
            "client_secrets",
            "org_id",
            "metascopes",
            "technical_account_id",
            "private_key",
            "passphrase",
        ],
    ),
    (
        "user-pkce",
        &[
            "client_id",
            "client_secrets",
            "org_id",
            "scopes",
            "redirect_uri",
        ],
    ),
    (
        "service-code",
        &["client_id", "client_secrets", "org_id", "scopes", "code"],
    ),
    (
        "device",
        &[
            "client_id",
            "client_secrets",
            "org_id",
            "scopes",
            "device_id",
            "device_token",
        ],
    ),
    ("static", &["token"]),
];

/// The type that a profile names, and its keys.
pub(crate) fn own_keys(
    section: &TableReader<'_>,
) -> Result<(&'static str, &'static [&'static str])> {
    let named = section.text("type")?;
    if named.is_none() {
        // It may be there, spelt in another way.
        let all: Vec<&str> = TYPES.iter().flat_map(|(_, keys)| *keys).copied().collect();
        let known = [&["type", "targets"][..], settings::KEYS, &all];
        section.allow_keys(&known, &[], "a profile")?;
    }
    let Located { value, location } = section.required("type", named)?;
    if let Some(found) = TYPES.iter().find(|(name, _)| *name == value) {
        return Ok(*found);
    }
    let known: Vec<_> = TYPES.iter().map(|(name, _)| *name).collect();
    let error = invalid(&location, "there is no such `type`");
    Err(match suggest::nearest(&value, &known) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint(format!("There are {}.", known.join(", "))),
    })
}

/// Reads the keys of a type.
pub(crate) fn identity(section: &TableReader<'_>, type_name: &str) -> Result<Identity> {
    let required = |key: &str| -> Result<SecretReference> {
        Ok(section.required(key, section.secret(key)?)?.value)
    };
    let optional = |key: &str| -> Result<Option<SecretReference>> {
        Ok(section.secret(key)?.map(|it| it.value))
    };
    let texts = |key: &str| section.texts(key);
    let scopes =
        || -> Result<Vec<String>> { Ok(texts("scopes")?.map(|it| it.value).unwrap_or_default()) };
    Ok(match type_name {
        "document" | "aem-service-credentials" => Identity::Document {
            credentials: required("credentials")?,
            context: section.text("context")?.map(|it| it.value),
            metascopes: texts("metascopes")?.map(|it| it.value).unwrap_or_default(),
            private_key: optional("private_key")?,
            passphrase: optional("passphrase")?,
            aem_only: type_name != "document",
        },
        "oauth-s2s" => Identity::OauthServerToServer {
            client: client(section, true)?,
            scopes: section.required("scopes", texts("scopes")?)?.value,
            technical_account_id: section.text("technical_account_id")?.map(|it| it.value),
        },
        "jwt" => {
            let account = section.text("technical_account_id")?;
            section.required("org_id", section.text("org_id")?)?;
            Identity::Jwt {
                client: client(section, true)?,
                metascopes: section.required("metascopes", texts("metascopes")?)?.value,
                technical_account_id: section.required("technical_account_id", account)?.value,
                private_key: required("private_key")?,
                passphrase: optional("passphrase")?,
            }
        }
        "user-pkce" => Identity::UserPkce {
            client: client(section, false)?,
            scopes: scopes()?,
            redirect_uri: section.text("redirect_uri")?.map(|it| it.value),
        },
        "service-code" => Identity::ServiceCode {
            client: client(section, true)?,
            code: required("code")?,
            scopes: scopes()?,
        },
        "device" => Identity::Device {
            client: client(section, false)?,
            device_id: section
                .required("device_id", section.text("device_id")?)?
                .value,
            device_token: required("device_token")?,
            scopes: scopes()?,
        },
        _ => Identity::Static {
            token: required("token")?,
        },
    })
}

fn client(section: &TableReader<'_>, needs_secret: bool) -> Result<Client> {
    let id = section.required("client_id", section.text("client_id")?)?;
    let secrets = section.secrets("client_secrets")?;
    let secrets = match needs_secret {
        true => section.required("client_secrets", secrets)?.value,
        false => secrets.map(|it| it.value).unwrap_or_default(),
    };
    Ok(Client {
        id: id.value,
        secrets,
        organization_id: section.text("org_id")?.map(|it| it.value),
    })
}
