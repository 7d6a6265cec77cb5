//! A valid access token, from the nearest place that has one.

use std::cell::OnceCell;

use adobe_ims::api::TokenType;
use adobe_ims::api_error::TokenFacts;
use adobe_ims::cache::FileStore;
use adobe_ims::internal::time;
use adobe_ims::{AccessToken, Credentials, Error, Problem, Secret};

use super::acquired_token::AcquiredToken;
use super::cached::CacheLookup;
use super::credential_selection::{CredentialSelection, SelectedCredentials};
use super::facts::CredentialFacts;
use super::fetch::{LastingProvider, TokenRequest};
use super::known_secrets::{KnownSecrets, Passphrase};
use super::{credential_source, stores, token_argument};
use crate::context::Context;
use crate::environment::variables;
use crate::error::Failure;
use crate::settings::{CacheSettings, Lookup, TokenSettings};

/// Returns a token that has not expired.
pub(crate) fn acquire(
    settings: &TokenSettings,
    context: &Context,
) -> Result<AcquiredToken, Failure> {
    TokenAcquirer::open(settings, context)?.token()
}

/// Acquires tokens for one set of credentials, which is read once: it may come from stdin.
pub(crate) struct TokenAcquirer<'a> {
    settings: &'a TokenSettings,
    context: &'a Context,
    input: CredentialInput,
    /// The credentials, if they were read: a token from the cache may need none.
    credentials: OnceCell<ReadCredentials>,
    passphrase: Passphrase<'a>,
}

struct ReadCredentials {
    credentials: Credentials,
    by_document_alone: bool,
}

/// The credentials, or a token that takes their place.
enum CredentialInput {
    Token(Secret),
    Credentials {
        selection: Box<CredentialSelection>,
        cache: Option<Box<FileStore>>,
    },
}

impl CredentialInput {
    fn read(settings: &TokenSettings, context: &Context) -> Result<Self, Failure> {
        let variables = &context.variables;
        if !settings.names_credentials()
            && let Some(token) = variables.text(variables::ACCESS_TOKEN)?
        {
            let console = &context.console;
            console.detail("the token is taken from IMS_ACCESS_TOKEN");
            let name = variables::ACCESS_TOKEN;
            let token = token_argument::parse(TokenType::Access, name, &token)?;
            return Ok(Self::Token(token));
        }
        let selection = Box::new(CredentialSelection::find(settings, context)?);
        CacheSettings::check_variable(variables)?;
        let cache = if settings.cache.is_enabled {
            stores::token_cache(settings.cache.key_file.as_deref(), variables)?.map(Box::new)
        } else {
            None
        };
        Ok(Self::Credentials { selection, cache })
    }
}

impl<'a> TokenAcquirer<'a> {
    pub(crate) fn open(settings: &'a TokenSettings, context: &'a Context) -> Result<Self, Failure> {
        Ok(Self {
            settings,
            context,
            input: CredentialInput::read(settings, context)?,
            credentials: OnceCell::new(),
            passphrase: Passphrase::new(settings, context),
        })
    }

    /// Returns the secrets of the credentials, after a token was acquired.
    pub(crate) fn secrets(&self) -> KnownSecrets {
        match &self.input {
            CredentialInput::Token(_) => KnownSecrets::default(),
            CredentialInput::Credentials { selection, .. } => {
                let credentials = self.credentials.get().map(|it| &it.credentials);
                KnownSecrets::collect(selection, credentials, &self.passphrase)
            }
        }
    }

    /// Returns the names of the variables of other programs whose secrets are used here.
    pub(crate) fn foreign_secrets(&self) -> Vec<String> {
        match &self.input {
            CredentialInput::Token(_) => Vec::new(),
            CredentialInput::Credentials { selection, .. } => selection.foreign_secrets(),
        }
    }

    /// Returns what is known about a token, for the diagnosis of an answer to it.
    pub(crate) fn facts(&self, found: &AcquiredToken) -> TokenFacts {
        self.credential_facts(found).of(&found.token)
    }

    /// Returns what is known about the credentials of a token.
    pub(crate) fn credential_facts(&self, found: &AcquiredToken) -> CredentialFacts {
        let document = match &self.input {
            CredentialInput::Token(_) => None,
            CredentialInput::Credentials { selection, .. } => selection.document_credentials(),
        };
        CredentialFacts::new(found, document.as_ref())
    }

    /// Returns a token from the nearest place that has one.
    pub(crate) fn token(&self) -> Result<AcquiredToken, Failure> {
        self.acquire(None)
    }

    /// Returns another token than this one, which an API did not accept.
    pub(crate) fn replace(&self, rejected: &AccessToken) -> Result<AcquiredToken, Failure> {
        self.acquire(Some(rejected))
    }

    fn acquire(&self, rejected: Option<&AccessToken>) -> Result<AcquiredToken, Failure> {
        let found = self.find(rejected);
        let found = match &self.settings.profile {
            Some(profile) => found.map_err(|failure| failure.of_profile(&profile.name)),
            None => found,
        };
        self.checked(found?)
    }

    fn find(&self, rejected: Option<&AccessToken>) -> Result<AcquiredToken, Failure> {
        let (selection, cache) = match &self.input {
            CredentialInput::Token(token) => {
                return Ok(AcquiredToken::given(AccessToken::new(token.clone())?));
            }
            CredentialInput::Credentials { selection, cache } => (selection, cache.as_deref()),
        };
        let document = selection
            .document_alone()
            .filter(|_| self.settings.resources.is_empty());
        let lookup = cache.map(|cache| CacheLookup {
            cache,
            settings: self.settings,
            context: self.context,
        });
        if let (Some(lookup), None, Some(document)) = (lookup, rejected, document)
            && let Some(found) = lookup.of_document(document)
        {
            return Ok(found);
        }
        let ReadCredentials {
            credentials,
            by_document_alone,
        } = self.read(selection)?;
        if let Credentials::AccessToken(token) = credentials {
            let console = &self.context.console;
            console.detail("the document holds an access token; IMS is not asked");
            return Ok(AcquiredToken::given(token.clone()));
        }
        let request = self.request(credentials, selection, cache);
        let found = request.token(rejected)?;
        if let (Some(lookup), Some(document), true) = (lookup, document, *by_document_alone) {
            lookup.remember(document, credentials);
        }
        Ok(found)
    }

    /// Returns a provider for many requests, which begins with this token.
    pub(crate) fn provider(&self, first: &AcquiredToken) -> Result<LastingProvider<'_>, Failure> {
        let of_token = || Ok(LastingProvider::of_token(first.token.clone()));
        let (selection, cache) = match &self.input {
            CredentialInput::Credentials { selection, cache }
                if self.settings.lookup != Lookup::CacheOnly =>
            {
                (selection, cache.as_deref())
            }
            _ => return of_token(),
        };
        match &self.read(selection)?.credentials {
            Credentials::AccessToken(_) => of_token(),
            credentials => self
                .request(credentials, selection, cache)
                .lasting_provider(&first.token),
        }
    }

    fn request<'r>(
        &'r self,
        credentials: &'r Credentials,
        selection: &'r CredentialSelection,
        cache: Option<&'r FileStore>,
    ) -> TokenRequest<'r> {
        TokenRequest {
            credentials,
            selection,
            cache,
            settings: self.settings,
            passphrase: &self.passphrase,
            context: self.context,
        }
    }

    /// Reads the credentials once.
    fn read(&self, selection: &CredentialSelection) -> Result<&ReadCredentials, Failure> {
        if let Some(read) = self.credentials.get() {
            return Ok(read);
        }
        let SelectedCredentials {
            credentials,
            by_document_alone,
        } = selection.read(&self.settings.connection, self.context)?;
        let read = ReadCredentials {
            credentials: with_request_options(credentials, self.settings)?,
            by_document_alone,
        };
        Ok(self.credentials.get_or_init(|| read))
    }

    /// Refuses a token of the wrong environment, and one that has expired or expires too soon.
    fn checked(&self, mut found: AcquiredToken) -> Result<AcquiredToken, Failure> {
        if let Some(profile) = &self.settings.profile {
            found.profile = Some(profile.name.clone());
            let url = found.environment.as_ref();
            if let Some(url) = url.or(self.settings.connection.url.as_ref()) {
                let environment = adobe_ims_config::values::parse_environment(url)?;
                found.token.check_environment(&environment)?;
            }
        }
        let now = self.context.now();
        if found.token.is_expired(now) {
            let end = found.token.expires_at();
            let when = end.map(time::display).unwrap_or_default();
            let place = if self.is_given() {
                " in IMS_ACCESS_TOKEN"
            } else {
                ""
            };
            let message = format!("the access token{place} expired on {when}");
            let error = Error::new(Problem::TokenExpired, message);
            return Err(self.with_hidden_credentials(error).into());
        }
        if let (Some(left), Some(wanted)) = (found.token.remaining(now), self.settings.min_ttl)
            && left < wanted
        {
            let (left, wanted) = (time::human(left), time::human(wanted));
            let place = if self.is_given() {
                " in IMS_ACCESS_TOKEN"
            } else {
                ""
            };
            let message =
                format!("the access token{place} expires in {left}, but --min-ttl is {wanted}");
            let error = Error::new(Problem::TokenShortLived, message);
            return Err(self.with_hidden_credentials(error).into());
        }
        Ok(found)
    }

    /// Returns true if a variable holds the token itself.
    fn is_given(&self) -> bool {
        matches!(self.input, CredentialInput::Token(_))
    }

    /// Names the credentials in variables that are not used because a variable holds a token.
    fn with_hidden_credentials(&self, error: Error) -> Error {
        if !self.is_given() {
            return error;
        }
        match credential_source::name_of_variables(&self.context.variables) {
            Some(name) => error.with_hint(format!(
                "IMS_ACCESS_TOKEN comes before the credentials in {name}: unset it, and they are used"
            )),
            None => error.with_hint("IMS_ACCESS_TOKEN is used as it is, and never renewed: set it again, or unset it and name credentials"),
        }
    }
}

/// Applies `--token-version` and `--resource` to the credentials.
pub(super) fn with_request_options(
    credentials: Credentials,
    settings: &TokenSettings,
) -> Result<Credentials, Failure> {
    let credentials = match (credentials, settings.token_version) {
        (credentials, None) => credentials,
        (Credentials::OauthServerToServer(oauth), Some(version)) => {
            Credentials::OauthServerToServer(oauth.at_version(version.into()))
        }
        (_, Some(_)) => {
            let message = "--token-version goes with OAuth server-to-server only";
            return Err(Failure::usage(message));
        }
    };
    if settings.resources.is_empty() {
        return Ok(credentials);
    }
    let with_resources = credentials.for_resources(settings.resources.clone());
    with_resources.ok_or_else(|| {
        let profile = settings.profile.as_ref();
        let name = profile.map(|it| format!(" {}", it.name));
        Failure::usage("--resource does not go with an access token, a device, or a person")
            .with_hint(format!(
                "for a person, name the audience at the sign-in: ims login{} --resource URI",
                name.unwrap_or_default()
            ))
    })
}
