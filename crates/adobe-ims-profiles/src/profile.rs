use adobe_ims::{AllowedHosts, Environment, Error, Problem, Result};

use crate::place::{Located, Place};
use crate::reference::SecretReference;
use crate::retold::retold;
use crate::section::{Section, invalid};
use crate::settings::{self, Settings};
use crate::suggest;

/// One identity: how it proves itself to IMS, and where its tokens may go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Its name, without blanks and signs other than `.`, `_` and `-`.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// How it proves itself.
    pub identity: Identity,
    /// What it says of how tokens are got.
    pub settings: Settings,
    /// `targets`: the only places that its tokens may go to, where any are named.
    pub targets: Option<Located<Vec<String>>>,
}

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
        of_aem: bool,
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
    /// [sessions](adobe_ims::store::Sessions), under the name of the profile.
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
const TYPES: &[(&str, &[&str])] = &[
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

impl Profile {
    /// The types that a profile may have.
    pub fn types() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|(name, _)| *name)
    }

    /// Whether a text can be the name of a profile: up to 64 letters, digits, `.`, `_` and `-`, with a
    /// letter or digit first.
    pub fn is_name(text: &str) -> bool {
        text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }

    /// Its `type`.
    pub fn type_name(&self) -> &'static str {
        match &self.identity {
            Identity::Document { of_aem: false, .. } => "document",
            Identity::Document { of_aem: true, .. } => "aem-service-credentials",
            Identity::OauthServerToServer { .. } => "oauth-s2s",
            Identity::Jwt { .. } => "jwt",
            Identity::UserPkce { .. } => "user-pkce",
            Identity::ServiceCode { .. } => "service-code",
            Identity::Device { .. } => "device",
            Identity::Static { .. } => "static",
        }
    }

    /// The client, where the profile says itself who it is.
    pub fn client(&self) -> Option<&Client> {
        match &self.identity {
            Identity::Document { .. } | Identity::Static { .. } => None,
            Identity::OauthServerToServer { client, .. }
            | Identity::Jwt { client, .. }
            | Identity::UserPkce { client, .. }
            | Identity::ServiceCode { client, .. }
            | Identity::Device { client, .. } => Some(client),
        }
    }

    /// The scopes or metascopes, where the profile says itself which it asks for.
    pub fn scopes(&self) -> &[String] {
        match &self.identity {
            Identity::Static { .. } => &[],
            Identity::Document { metascopes, .. } | Identity::Jwt { metascopes, .. } => metascopes,
            Identity::OauthServerToServer { scopes, .. }
            | Identity::UserPkce { scopes, .. }
            | Identity::ServiceCode { scopes, .. }
            | Identity::Device { scopes, .. } => scopes,
        }
    }

    /// The key's passphrase, where it is kept.
    pub fn passphrase(&self) -> Option<&SecretReference> {
        match &self.identity {
            Identity::Document { passphrase, .. } | Identity::Jwt { passphrase, .. } => {
                passphrase.as_ref()
            }
            _ => None,
        }
    }

    /// Every secret of it, with its key.
    pub fn secrets(&self) -> Vec<(&'static str, &SecretReference)> {
        let client = self.client().into_iter().flat_map(|it| &it.secrets);
        let mut secrets: Vec<_> = client.map(|it| ("client_secrets", it)).collect();
        match &self.identity {
            Identity::Document {
                credentials,
                private_key,
                ..
            } => {
                secrets.push(("credentials", credentials));
                secrets.extend(private_key.iter().map(|it| ("private_key", it)));
            }
            Identity::Jwt { private_key, .. } => secrets.push(("private_key", private_key)),
            Identity::ServiceCode { code, .. } => secrets.push(("code", code)),
            Identity::Device { device_token, .. } => secrets.push(("device_token", device_token)),
            Identity::Static { token } => secrets.push(("token", token)),
            Identity::OauthServerToServer { .. } | Identity::UserPkce { .. } => {}
        }
        secrets.extend(self.passphrase().map(|it| ("passphrase", it)));
        secrets
    }

    /// Where its tokens may go: to the `targets` and nowhere else. `None` when it names none.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`]; not after the
    /// configuration was read.
    pub fn allowed_hosts(&self) -> Result<Option<AllowedHosts>> {
        let Some(targets) = &self.targets else {
            return Ok(None);
        };
        let places = targets.value.iter();
        places
            .map(String::as_str)
            .try_fold(AllowedHosts::none(), AllowedHosts::allow)
            .map(Some)
    }

    /// Refuses to send the secrets of this profile to an identity service that somebody else names: they go
    /// to Adobe, to this machine, and to the `environment` of the profile. What the document of a profile
    /// names (`imsEndpoint`) counts as named by the profile, and is not asked about here.
    ///
    /// # Errors
    /// [`Problem::IdentityServiceNotNamed`].
    pub fn check_identity_service(&self, environment: &Environment) -> Result<()> {
        let named = self.settings.environment.as_ref();
        let is_named = named.is_some_and(|it| it.value == *environment);
        if is_named || environment.is_adobe() || environment.is_this_machine() {
            return Ok(());
        }
        let name = &self.name;
        let what = format!(
            "the secrets of the profile {name} are not sent to {environment}, which it does not name"
        );
        Err(
            Error::new(Problem::IdentityServiceNotNamed, what).with_hint(format!(
                "If you trust it with them: environment = \"{environment}\" in [profiles.{name}]."
            )),
        )
    }

    pub(crate) fn read(section: &Section<'_>, name: &str) -> Result<Self> {
        let (type_name, own) = own_keys(section)?;
        let all: Vec<&str> = TYPES.iter().flat_map(|(_, keys)| *keys).copied().collect();
        let known = [&["type", "targets"][..], settings::KEYS, own];
        section.allow(&known, &all, &format!("a profile of type {type_name}"))?;
        let targets = section.list("targets")?;
        for target in targets.iter().flat_map(|it| &it.value) {
            AllowedHosts::none().allow(target).map_err(|error| {
                let place = section.place_of("targets");
                retold(&error, format!("{place}: {error}"))
            })?;
        }
        let profile = Self {
            name: name.to_owned(),
            place: section.place.clone(),
            identity: identity(section, type_name)?,
            settings: Settings::read(section)?,
            targets,
        };
        if let (Some(_), Some(file)) = (profile.passphrase(), &profile.settings.passphrase_file) {
            let what = "`passphrase` and `passphrase_file` say the same; leave one out";
            return Err(invalid(&file.place, what));
        }
        Ok(profile)
    }
}

fn own_keys(section: &Section<'_>) -> Result<(&'static str, &'static [&'static str])> {
    let named = section.text("type")?;
    let Located { value, place } = section.required("type", named)?;
    if let Some(found) = TYPES.iter().find(|(name, _)| *name == value) {
        return Ok(*found);
    }
    let known: Vec<_> = Profile::types().collect();
    let error = invalid(&place, "there is no such `type`");
    Err(match suggest::nearest(&value, &known) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint(format!("There are {}.", known.join(", "))),
    })
}

fn identity(section: &Section<'_>, type_name: &str) -> Result<Identity> {
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
            of_aem: type_name != "document",
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

fn client(section: &Section<'_>, needs_secret: bool) -> Result<Client> {
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
