//! The facts about credentials that are known offline: IMS is not asked, no program is run, and no keyring is opened.

mod facts;

use std::time::SystemTime;

use adobe_ims::api::TokenType;
use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::credentials::{OauthClient, UserCredentials};
use adobe_ims::crypto::KeyContext;
use adobe_ims::session::UserSession;
use adobe_ims::token::TokenClaims;
use adobe_ims::{AccessToken, Problem};
use adobe_ims_config::{Identity, Profile};

use self::facts::is_pipe;
pub(crate) use self::facts::{CredentialFacts, Kind, NotRead, SignIn, TokenState};
use super::credential_selection::CredentialSelection;
use super::credential_source;
use super::{stores, token_argument};
use crate::context::Context;
use crate::environment::{machine, variables};
use crate::error::{CommandProblem, Failure};
use crate::settings::TokenSettings;

impl CredentialFacts {
    /// Returns the facts of a profile, which `settings` are resolved with.
    pub(crate) fn of_profile(
        profile: &Profile,
        settings: &TokenSettings,
        context: &Context,
    ) -> Self {
        let mut facts = Self::stated(profile);
        let added = match &profile.identity {
            Identity::UserPkce { .. } => facts.add_person(profile, settings, context),
            _ => facts.add_secrets(profile, settings, context),
        };
        if let Err(failure) = added {
            facts.problem = Some(failure.of_profile(&profile.name));
        }
        facts
    }

    /// Returns the facts of the credentials that flags or variables name, and the flag or variable; `None` if there
    /// are none.
    pub(crate) fn of_flags_or_variables(
        settings: &TokenSettings,
        context: &Context,
    ) -> Option<(&'static str, Self)> {
        if !settings.names_credentials() && context.variables.has(variables::ACCESS_TOKEN) {
            let token = token_of_variable(context);
            return Some((variables::ACCESS_TOKEN, Self::of_token(token)));
        }
        let selection = match CredentialSelection::find(settings, context) {
            Ok(selection) => selection,
            Err(failure) if failure.is(CommandProblem::CredentialsMissing) => return None,
            Err(failure) => {
                let named = credential_source::name_of_variables(&context.variables);
                let name = if settings.document.is_some() {
                    "-c"
                } else {
                    named.unwrap_or(variables::FIELDS[0])
                };
                return Some((name, Self::of_problem(failure)));
            }
        };
        let mut facts = Self::default();
        if let Err(failure) = facts.add_selection(&selection, settings, context) {
            facts.problem = Some(failure);
        }
        Some((selection.name(), facts))
    }

    /// Adds the sign-in of a person and the access token of it. Neither depends on a secret of the profile.
    fn add_person(
        &mut self,
        profile: &Profile,
        settings: &TokenSettings,
        context: &Context,
    ) -> Result<(), Failure> {
        let environment = settings.connection.service()?.unwrap_or_default();
        self.environment = Some(environment.base_url().to_owned());
        self.sign_in = Some(SignIn::Nobody);
        let client = OauthClient::new(environment, self.client_id.as_deref().unwrap_or_default());
        let key_file = settings.cache.key_file.as_deref();
        let Some(sessions) = stores::sessions(key_file, &context.variables)? else {
            return Ok(());
        };
        let person = UserCredentials::new(client, &profile.name, profile.scopes().to_vec());
        let user = UserSession::new(person, sessions);
        let key = match user.session() {
            Ok(session) => {
                self.sign_in = Some(SignIn::of(&session));
                user.store_key()?
            }
            Err(error) if error.problem() == Problem::NotSignedIn => {
                user.store_key_without_session()
            }
            Err(error) => return Err(error.into()),
        };
        self.add_cached(&key, settings, context)
    }

    /// Adds what the secrets of a profile say, as far as they are at hand.
    fn add_secrets(
        &mut self,
        profile: &Profile,
        settings: &TokenSettings,
        context: &Context,
    ) -> Result<(), Failure> {
        if profile.client().is_some() {
            let environment = settings.connection.service()?.unwrap_or_default();
            self.environment = Some(environment.base_url().to_owned());
        }
        let secrets = profile.secrets();
        if secrets.iter().any(|(_, place)| is_pipe(place)) {
            // A pipe can be read once, and another call needs it.
            return Ok(());
        }
        self.device_token_ends_at = device_token_end(profile, context);
        let selection = CredentialSelection::find(settings, context)?;
        self.add_selection(&selection, settings, context)
    }

    fn add_selection(
        &mut self,
        selection: &CredentialSelection,
        settings: &TokenSettings,
        context: &Context,
    ) -> Result<(), Failure> {
        if let Some(credentials) = selection.at_hand(&settings.connection, context)? {
            self.describe(&credentials);
            let key = credentials.store_key(&KeyContext::with_files(selection.directory()));
            return match key {
                Some(key) => self.add_cached(&key, settings, context),
                None => Ok(()),
            };
        }
        // The cache knows what an earlier call found in a document that is not at hand.
        let (Some(cache), Some(document)) =
            (open_cache(settings, context)?, selection.document_alone())
        else {
            return Ok(());
        };
        let url = settings.connection.url.as_deref().unwrap_or_default();
        if let Some(known) = cache.indexed_document(&document.content, url) {
            self.describe_key(&known.key);
            self.certificate_ends_at = known.certificate_expires_at;
            self.token = cached(&cache, &known.key, context);
        }
        Ok(())
    }

    fn add_cached(
        &mut self,
        key: &StoreKey,
        settings: &TokenSettings,
        context: &Context,
    ) -> Result<(), Failure> {
        self.token = match open_cache(settings, context)? {
            Some(cache) => cached(&cache, key, context),
            None => TokenState::CacheOff,
        };
        Ok(())
    }
}

fn token_of_variable(context: &Context) -> Result<AccessToken, Failure> {
    let name = variables::ACCESS_TOKEN;
    let text = context.variables.text(name)?.unwrap_or_default();
    let token = token_argument::parse(TokenType::Access, name, &text)?;
    Ok(AccessToken::new(token)?)
}

/// Opens the cache; `None` if tokens are not cached.
fn open_cache(settings: &TokenSettings, context: &Context) -> Result<Option<FileStore>, Failure> {
    if !settings.cache.is_enabled {
        return Ok(None);
    }
    stores::token_cache(settings.cache.key_file.as_deref(), &context.variables)
}

/// Looks a token up. A cache that cannot be read causes a note.
fn cached(cache: &FileStore, key: &StoreKey, context: &Context) -> TokenState {
    let entry = match cache.read(key) {
        Ok(entry) => entry,
        Err(error) => {
            context.console.harmless_error(&error);
            return TokenState::Unknown;
        }
    };
    let now = context.now();
    // Calls do not use a token of earlier secrets, nor one that was stored in the future.
    let token = entry.token.filter(|token| {
        let is_distrusted = token.expires_at > now && token.remaining(now).is_zero();
        token.belongs_to(key) && !is_distrusted
    });
    token.map_or(TokenState::Missing, |it| TokenState::Cached(it.expires_at))
}

fn device_token_end(profile: &Profile, context: &Context) -> Option<SystemTime> {
    let secrets = profile.secrets();
    let (_, place) = secrets.iter().find(|(key, _)| *key == "device_token")?;
    if !place.is_local() {
        return None;
    }
    let fetched = place.fetch(&machine(&context.variables)).ok()?;
    TokenClaims::decode(fetched.secret.expose().trim())?.expires_at()
}
