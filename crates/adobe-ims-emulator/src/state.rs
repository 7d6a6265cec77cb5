//! All that the emulator knows while it runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;

use crate::aem::Aem;
use crate::clock::Clock;
use crate::identities::account::AccountError;
use crate::identities::aem_environment::Environment;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identity_hosts::IdentityHosts;
use crate::ims::new_token::{NewToken, TokenType};
use crate::random::Random;
use crate::sessions::session_store::Sessions;
use crate::tokens::lifetimes::Lifetimes;
use crate::tokens::token_keys::TokenKeys;

/// What an answer's `expires_in` lacks of the full life: the time that the answer took. The live
/// service shows values a few milliseconds under the day.
const RESPONSE_MILLIS: u64 = 2;

pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) identity: IdentityHosts,
    /// The `imsEndpoint` of the documents: a host, or host and port.
    pub(crate) ims_endpoint: String,
    pub(crate) environment: Environment,
    pub(crate) token_keys: TokenKeys,
    pub(crate) lifetimes: Lifetimes,
    /// The base URL of the server itself.
    pub(crate) url: String,
    /// The issuer of id tokens, unless it is the base URL that a client uses.
    pub(crate) issuer: Option<String>,
    /// Whether `expires_in` is in seconds in the first version of the token endpoint too.
    pub(crate) seconds_everywhere: bool,
    /// The status for a client that fails to authenticate: 400 is observed, 401 documented.
    pub(crate) client_authentication_status: StatusCode,
    pub(crate) token_ids: Random,
    /// For sign-ins and what belongs to them.
    pub(crate) session_ids: Random,
    pub(crate) debug_ids: Random,
    pub(crate) directory: Mutex<Directory>,
    pub(crate) aem: Mutex<Aem>,
    /// How many access tokens were minted by each grant.
    pub(crate) minted: Mutex<BTreeMap<GrantType, u64>>,
    /// Locked after the directory where both are needed.
    pub(crate) sessions: Mutex<Sessions>,
}

impl State {
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        lock(&self.directory)
    }

    pub(crate) fn aem(&self) -> MutexGuard<'_, Aem> {
        lock(&self.aem)
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.sessions)
    }

    /// Gives a technical account or a person rights in AEM; whether there is one of this id or e-mail address.
    pub(crate) fn grant_aem_rights(&self, id_or_email: &str) -> bool {
        let directory = self.directory();
        let account = directory.technical_account(id_or_email);
        let account = account.map(|client| client.binding.technical_account_id.as_str());
        let people = &directory.people;
        let person = || {
            people
                .by_user_id(id_or_email)
                .or_else(|| people.by_email(id_or_email))
        };
        let Some(user_id) = account.or_else(|| Some(person()?.user_id())) else {
            return false;
        };
        self.aem().grant(user_id);
        true
    }

    /// Gives a client a permanent authorization code. Like any code it is a JWS, because a published
    /// client looks into codes for their type; its dates mean nothing.
    pub(crate) fn add_service_code(&self, client_id: &str) -> Result<String, AccountError> {
        let mut directory = self.directory();
        let client = directory
            .client_mut(client_id)
            .ok_or_else(|| AccountError::UnknownClientId(client_id.to_owned()))?;
        if !client.is_allowed(GrantType::AuthorizationCode) {
            return Err(AccountError::NotAllowed(client_id.to_owned()));
        }
        let scope = client.scopes.join(",");
        let code = NewToken::for_client(client, scope, self.clock.unix_millis())
            .issue(self, TokenType::AuthorizationCode)
            .token;
        client.service_codes.push(code.clone());
        Ok(code)
    }

    /// The time for a `Date` header, which knows no years before 1970 or after 9999.
    pub(crate) fn date(&self) -> SystemTime {
        let seconds = self.clock.unix_seconds().clamp(0, 253_402_300_799);
        UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }

    /// The life of a token that was just made, as its answer tells it.
    pub(crate) fn reported_lifetime_millis(&self) -> u64 {
        let lifetime = self.lifetimes.millis(TokenType::Access);
        lifetime.saturating_sub(RESPONSE_MILLIS)
    }

    /// Counts an access token.
    pub(crate) fn count(&self, grant: GrantType) {
        *lock(&self.minted).entry(grant).or_default() += 1;
    }

    pub(crate) fn tokens_minted(&self) -> u64 {
        lock(&self.minted).values().sum()
    }

    pub(crate) fn tokens_minted_by(&self, grant: GrantType) -> u64 {
        lock(&self.minted).get(&grant).copied().unwrap_or_default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
