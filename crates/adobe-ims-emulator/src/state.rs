//! All that the emulator knows while it runs.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;

use crate::aem::Aem;
use crate::aem_environment::Environment;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::identity_hosts::IdentityHosts;
use crate::ims::TokenKey;
use crate::random::Random;

/// What an answer's `expires_in` lacks of the full life: the time that the answer took. The live
/// service shows values a few milliseconds under the day.
const ANSWERING_MILLIS: u64 = 2;

pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) identity: IdentityHosts,
    /// The `imsEndpoint` of the documents: a host, or host and port.
    pub(crate) ims_endpoint: String,
    pub(crate) environment: Environment,
    pub(crate) token_key: TokenKey,
    pub(crate) token_lifetime: Duration,
    /// The status for a client that fails to authenticate: 400 is observed, 401 documented.
    pub(crate) client_refused: StatusCode,
    pub(crate) token_ids: Random,
    pub(crate) debug_ids: Random,
    pub(crate) directory: Mutex<Directory>,
    pub(crate) aem: Mutex<Aem>,
    pub(crate) minted: AtomicU64,
    /// The ids of the tokens that were revoked.
    pub(crate) revoked: Mutex<HashSet<String>>,
}

impl State {
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        lock(&self.directory)
    }

    pub(crate) fn aem(&self) -> MutexGuard<'_, Aem> {
        lock(&self.aem)
    }

    pub(crate) fn revoked(&self) -> MutexGuard<'_, HashSet<String>> {
        lock(&self.revoked)
    }

    /// Gives a technical account rights in AEM; whether there is one of this id or e-mail address.
    pub(crate) fn grant_aem_rights(&self, id_or_email: &str) -> bool {
        let directory = self.directory();
        let Some(client) = directory.technical_account(id_or_email) else {
            return false;
        };
        self.aem().grant(&client.binding.technical_account_id);
        true
    }

    /// The time for a `Date` header, which knows no years before 1970 or after 9999.
    pub(crate) fn date(&self) -> SystemTime {
        let seconds = self.clock.unix_seconds().clamp(0, 253_402_300_799);
        UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }

    /// The life of a token that was just made, as its answer tells it.
    pub(crate) fn answered_millis(&self) -> u64 {
        let lifetime = u64::try_from(self.token_lifetime.as_millis()).unwrap_or(u64::MAX);
        lifetime.saturating_sub(ANSWERING_MILLIS)
    }

    pub(crate) fn tokens_minted(&self) -> u64 {
        self.minted.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
