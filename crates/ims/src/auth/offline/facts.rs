//! The facts about credentials, from the configuration, a document, a token or the cache.

use std::path::Path;
use std::time::SystemTime;

use adobe_ims::cache::{Grant, StoreKey};
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::session::Session;
use adobe_ims::{AccessToken, Credentials, Environment};
use adobe_ims_config::{Identity, Profile, SecretReference};

use crate::error::Failure;

/// The kind, the identity and the lifetimes of credentials, as far as they are known offline.
#[derive(Debug, Default)]
pub(crate) struct CredentialFacts {
    pub(crate) kind: Option<Kind>,
    /// The base URL of the identity service.
    pub(crate) environment: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) organization_id: Option<String>,
    /// The scopes or metascopes.
    pub(crate) scopes: Vec<String>,
    pub(crate) token: TokenState,
    pub(crate) certificate_ends_at: Option<SystemTime>,
    /// The end that a device token states.
    pub(crate) device_token_ends_at: Option<SystemTime>,
    /// The sign-in, for a profile that a person signs in with.
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) not_read: Vec<NotRead>,
    /// The reason why the credentials cannot be used here.
    pub(crate) problem: Option<Failure>,
}

/// The kind of credentials. A document is of one of these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jwt,
    OauthServerToServer,
    Person,
    ServiceCode,
    Device,
    Static,
}

impl Kind {
    /// Returns the kind in the words of the key `type` of profiles.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::OauthServerToServer => "oauth-s2s",
            Self::Person => "user-pkce",
            Self::ServiceCode => "service-code",
            Self::Device => "device",
            Self::Static => "static",
        }
    }

    /// Returns the kind of a profile; `None` for a document, whose content decides.
    fn of_profile(profile: &Profile) -> Option<Self> {
        match profile.identity {
            Identity::OauthServerToServer { .. } => Some(Self::OauthServerToServer),
            Identity::Jwt { .. } => Some(Self::Jwt),
            Identity::UserPkce { .. } => Some(Self::Person),
            Identity::ServiceCode { .. } => Some(Self::ServiceCode),
            Identity::Device { .. } => Some(Self::Device),
            Identity::Static { .. } => Some(Self::Static),
            _ => None,
        }
    }
}

/// The access token of credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TokenState {
    /// Nobody looked for it.
    #[default]
    Unknown,
    /// The cache has none.
    Missing,
    /// Tokens are not cached.
    CacheOff,
    /// The cache has one until this time. Calls renew it.
    Cached(SystemTime),
    /// The credentials are an access token, which nothing renews. It may not state its end.
    Fixed(Option<SystemTime>),
}

/// The state of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    Nobody,
    Session {
        user_id: Option<String>,
        signed_in_at: SystemTime,
        /// The expiry of the refresh token, or the time at which IMS refused it.
        ends_at: SystemTime,
    },
}

/// A part of credentials that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotRead {
    /// The key of the configuration, or the field of the document.
    pub(crate) key: &'static str,
    pub(crate) reason: String,
}

impl NotRead {
    /// Returns true for a part that may state when the credentials end.
    pub(crate) fn may_state_an_end(&self) -> bool {
        ["credentials", "token", "device_token", "publicKey"].contains(&self.key)
    }
}

impl CredentialFacts {
    /// Returns the facts of credentials that cannot be used.
    pub(crate) fn of_problem(problem: Failure) -> Self {
        Self {
            problem: Some(problem),
            ..Self::default()
        }
    }

    pub(super) fn of_token(token: Result<AccessToken, Failure>) -> Self {
        match token {
            Ok(token) => {
                let mut facts = Self::default();
                facts.describe(&Credentials::AccessToken(token));
                facts
            }
            Err(failure) => Self::of_problem(failure),
        }
    }

    /// Returns what the configuration states itself.
    pub(crate) fn stated(profile: &Profile) -> Self {
        let client = profile.client();
        let environment = profile.settings.environment.as_ref();
        Self {
            kind: Kind::of_profile(profile),
            environment: environment.map(|it| it.value.base_url().to_owned()),
            client_id: client.map(|it| it.id.clone()),
            organization_id: client.and_then(|it| it.organization_id.clone()),
            scopes: profile.scopes().to_vec(),
            not_read: not_read(profile),
            ..Self::default()
        }
    }

    /// Takes over what credentials say of themselves.
    pub(super) fn describe(&mut self, credentials: &Credentials) {
        let (kind, client) = match credentials {
            Credentials::AccessToken(token) => return self.describe_token(token),
            Credentials::Service(service) => return self.describe_service(service),
            Credentials::OauthServerToServer(oauth) => {
                self.scopes = oauth.scopes().to_vec();
                (Kind::OauthServerToServer, oauth.client())
            }
            Credentials::User(user) => {
                self.scopes = user.scopes().to_vec();
                (Kind::Person, user.client())
            }
            Credentials::PermanentCode(service) => (Kind::ServiceCode, service.client()),
            Credentials::Device(device) => {
                self.scopes = device.scopes().to_vec();
                (Kind::Device, device.client())
            }
            _ => return,
        };
        self.kind = Some(kind);
        self.environment = Some(client.environment().base_url().to_owned());
        self.client_id = Some(client.client_id().to_owned());
        self.organization_id = client.organization_id().map(str::to_owned);
    }

    fn describe_service(&mut self, service: &ServiceCredentials) {
        self.kind = Some(Kind::Jwt);
        self.environment = Some(service.environment().base_url().to_owned());
        self.client_id = Some(service.client_id().to_owned());
        self.organization_id = Some(service.organization_id().to_owned());
        self.scopes = service.metascopes().to_vec();
        self.certificate_ends_at = service.certificate_expires_at();
        if let Some(Err(error)) = service.certificate() {
            self.not_read.push(NotRead {
                key: "publicKey",
                reason: error.to_string(),
            });
        }
    }

    fn describe_token(&mut self, token: &AccessToken) {
        self.kind = Some(Kind::Static);
        self.token = TokenState::Fixed(token.expires_at());
        if let Some(claims) = token.claims() {
            let server = claims.authorization_server.as_deref();
            let environment = server.and_then(Environment::from_authorization_server);
            let url = environment.map(|it| it.base_url().to_owned());
            self.environment = url.or_else(|| self.environment.take());
            self.client_id = claims.client_id.clone();
            self.scopes = claims.scopes.clone();
        }
    }

    pub(super) fn describe_key(&mut self, key: &StoreKey) {
        let kind = match key.grant() {
            Grant::Jwt => Some(Kind::Jwt),
            Grant::ClientCredentials => Some(Kind::OauthServerToServer),
            Grant::PermanentCode => Some(Kind::ServiceCode),
            Grant::Device => Some(Kind::Device),
            _ => None,
        };
        self.kind = kind.or(self.kind);
        self.environment = Some(key.environment().to_owned());
        self.client_id = Some(key.client_id().to_owned());
        self.scopes = key.scopes().to_vec();
    }
}

impl SignIn {
    pub(super) fn of(session: &Session) -> Self {
        Self::Session {
            user_id: session.user_id.clone(),
            signed_in_at: session.signed_in_at,
            ends_at: session.refused_at().unwrap_or(session.expires_at()),
        }
    }
}

/// Returns the secrets of a profile that stay unread, with the reason.
fn not_read(profile: &Profile) -> Vec<NotRead> {
    let secrets = profile.secrets().into_iter();
    let unread = secrets.filter_map(|(key, place)| {
        let reason = match place {
            SecretReference::Command(_) => format!("{place} is not run"),
            SecretReference::Keyring { .. } => format!("{place} is not opened"),
            _ if is_pipe(place) => format!("{place} is a pipe or a device"),
            _ => return None,
        };
        Some(NotRead { key, reason })
    });
    unread.collect()
}

pub(super) fn is_pipe(place: &SecretReference) -> bool {
    let is_other = |path: &Path| path.exists() && !path.is_file() && !path.is_dir();
    matches!(place, SecretReference::File(path) if is_other(path))
}
