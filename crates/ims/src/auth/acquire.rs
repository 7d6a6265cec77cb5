//! A valid access token, from the nearest place that has one.

use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::credentials::OauthClient;
use adobe_ims::internal::time;
use adobe_ims::{AccessToken, Clock, Credentials, Error, Problem, Secret};
use adobe_ims_config::Profile;

use crate::args::IdentityFlags;
use crate::auth::credential_selection::{CredentialSelection, SelectedCredentials};
use crate::auth::{fetch, stores};
use crate::context::Context;
use crate::environment::variables::{self};
use crate::error::Failure;

/// A token and where it is from.
pub(crate) struct AcquiredToken {
    pub(crate) token: AccessToken,
    pub(crate) source: &'static str,
    pub(crate) environment: Option<String>,
    pub(crate) organization_id: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) profile: Option<String>,
}

impl AcquiredToken {
    pub(crate) fn of(key: &StoreKey, token: AccessToken, source: &'static str) -> Self {
        Self {
            source,
            environment: Some(key.environment().to_owned()),
            organization_id: token.organization_id().map(str::to_owned),
            client_id: Some(key.client_id().to_owned()),
            profile: None,
            token,
        }
    }

    /// One that IMS was asked for just now.
    pub(crate) fn asked(
        token: AccessToken,
        client: &OauthClient,
        profile: Option<&Profile>,
    ) -> Self {
        Self {
            source: "ims",
            environment: Some(client.environment().base_url().to_owned()),
            organization_id: token.organization_id().map(str::to_owned),
            client_id: Some(client.client_id().to_owned()),
            profile: profile.map(|profile| profile.name.clone()),
            token,
        }
    }

    pub(crate) fn ready(token: AccessToken) -> Self {
        Self {
            client_id: token.claims().and_then(|claims| claims.client_id.clone()),
            token,
            source: "ready",
            environment: None,
            organization_id: None,
            profile: None,
        }
    }
}

/// Finds a token that has not expired.
pub(crate) fn acquire(
    arguments: &IdentityFlags,
    context: &Context,
) -> Result<AcquiredToken, Failure> {
    TokenAcquirer::open(arguments, context)?.token()
}

/// Whose token it is. What names them is read once: it may come from stdin.
pub(crate) struct TokenAcquirer<'a> {
    arguments: &'a IdentityFlags,
    context: &'a Context,
    input: CredentialInput,
}

enum CredentialInput {
    /// The token itself.
    Token(Secret),
    Credentials {
        named: Box<CredentialSelection>,
        url: Option<String>,
        cache: Option<Box<FileStore>>,
    },
}

impl<'a> TokenAcquirer<'a> {
    pub(crate) fn open(
        arguments: &'a IdentityFlags,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let is_named = arguments.credentials.is_some()
            || arguments.selected.is_some()
            || !arguments.fields.is_empty();
        let token = match is_named {
            false => context.variables.text(variables::ACCESS_TOKEN)?,
            true => None,
        };
        let input = match token {
            Some(token) => {
                context
                    .console
                    .detail("the token is taken from IMS_ACCESS_TOKEN");
                CredentialInput::Token(Secret::new(token.trim()))
            }
            None => CredentialInput::Credentials {
                named: Box::new(CredentialSelection::find(arguments, context)?),
                url: match &arguments.url {
                    Some(url) => Some(url.clone()),
                    None => context.variables.text(variables::URL)?,
                },
                cache: stores::open(&arguments.freshness, &context.variables)?.map(Box::new),
            },
        };
        Ok(Self {
            arguments,
            context,
            input,
        })
    }

    /// The variables of other programs whose secrets are in use here.
    pub(crate) fn foreign_secrets(&self) -> Vec<String> {
        match &self.input {
            CredentialInput::Token(_) => Vec::new(),
            CredentialInput::Credentials { named, .. } => named.foreign_secrets(),
        }
    }

    /// A token from the nearest place that has one.
    pub(crate) fn token(&self) -> Result<AcquiredToken, Failure> {
        self.checked(self.found(None)?)
    }

    /// Another token than this one, which an API did not accept.
    pub(crate) fn another(&self, rejected: &AccessToken) -> Result<AcquiredToken, Failure> {
        self.checked(self.found(Some(rejected))?)
    }

    fn found(&self, rejected: Option<&AccessToken>) -> Result<AcquiredToken, Failure> {
        let found = self.find(rejected);
        match &self.arguments.selected {
            Some(profile) => found.map_err(|failure| failure.of_profile(&profile.name)),
            None => found,
        }
    }

    fn find(&self, rejected: Option<&AccessToken>) -> Result<AcquiredToken, Failure> {
        let (arguments, context) = (self.arguments, self.context);
        let (named, url, cache) = match &self.input {
            CredentialInput::Token(token) => {
                return Ok(AcquiredToken::ready(AccessToken::new(token.clone())?));
            }
            CredentialInput::Credentials { named, url, cache } => {
                (named, url.as_deref(), cache.as_deref())
            }
        };
        let document = named
            .document_alone()
            .filter(|_| arguments.resource.is_empty());
        if let (Some(cache), None, Some(document)) = (cache, rejected, document)
            && let Some(found) = fetch::recall(cache, document, url, arguments, context)
        {
            return Ok(found);
        }
        let SelectedCredentials {
            credentials,
            by_document_alone,
        } = named.read(url, context)?;
        let credentials = as_asked(credentials, arguments)?;
        if let Credentials::AccessToken(token) = credentials {
            context
                .console
                .detail("the document holds a token that is ready; IMS is not asked");
            return Ok(AcquiredToken::ready(token));
        }
        let owner = (&credentials, &**named);
        let found = fetch::token(owner, cache, rejected, arguments, context)?;
        if let (Some(cache), Some(document)) = (cache, document)
            && by_document_alone
            && let Some(known) = fetch::known(&credentials)
        {
            // The note about a cache that cannot be written was made when the token was kept.
            let _ = cache.remember(&document.content, url.unwrap_or_default(), &known);
        }
        Ok(found)
    }

    fn checked(&self, mut found: AcquiredToken) -> Result<AcquiredToken, Failure> {
        if let Some(profile) = &self.arguments.selected {
            found.profile = Some(profile.name.clone());
            let asked = found.environment.as_ref().or(self.arguments.url.as_ref());
            if let Some(asked) = asked {
                found
                    .token
                    .check_environment(&adobe_ims_config::environment(asked)?)?;
            }
        }
        let now = self.context.now();
        if found.token.is_expired(now) {
            let end = found.token.expires_at();
            let when = end.map(time::display).unwrap_or_default();
            let what = format!("the access token expired on {when}");
            return Err(Error::new(Problem::TokenExpired, what).into());
        }
        if let (Some(left), Some(wanted)) =
            (found.token.remaining(now), self.arguments.freshness.min_ttl)
            && left < wanted
        {
            let (left, wanted) = (time::human(left), time::human(wanted));
            let what = format!("the access token lives {left}, and {wanted} were asked for");
            return Err(Error::new(Problem::TokenShortLived, what).into());
        }
        Ok(found)
    }
}

/// The credentials with what flags say of the request.
fn as_asked(credentials: Credentials, arguments: &IdentityFlags) -> Result<Credentials, Failure> {
    let credentials = match (credentials, arguments.token_version) {
        (credentials, None) => credentials,
        (Credentials::OauthServerToServer(oauth), Some(version)) => {
            Credentials::OauthServerToServer(oauth.at_version(version.into()))
        }
        (_, Some(_)) => {
            let what = "--token-version goes with OAuth server-to-server only";
            return Err(Failure::usage(what));
        }
    };
    let resources = &arguments.resource;
    if resources.is_empty() {
        return Ok(credentials);
    }
    credentials
        .for_resources(resources.to_vec())
        .ok_or_else(|| {
            let name = arguments
                .selected
                .as_ref()
                .map(|it| format!(" {}", it.name));
            Failure::usage("--resource does not go with a ready token, a device, or a person")
                .with_hint(format!(
                    "for a person, name it at the sign-in: ims login{} --resource URI",
                    name.unwrap_or_default()
                ))
        })
}
