//! The state of a running emulator.

pub(crate) mod snapshot;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use self::snapshot::{Snapshot, Snapshots};
#[cfg(feature = "forms")]
use crate::aem_data::batch::BatchStore;
use crate::aem_data::repository::Repository;
use crate::aem_data::settings::AemSettings;
use crate::aem_data::store::AemStore;
use crate::clock::Clock;
use crate::control_hosts::ControlHosts;
use crate::faults::store::FaultStore;
use crate::identities::aem_allow_list::AllowList;
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::aem_group::AemGroup;
use crate::identities::aem_users::{AemGroups, AemUsers};
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identity_hosts::IdentityHosts;
use crate::ims_settings::ImsSettings;
use crate::journal::ring::Journal;
use crate::random::Random;
use crate::sessions::session_store::SessionStore;
use crate::tokens::lifetimes::Lifetimes;
use crate::tokens::token_keys::TokenKeys;

/// The configuration of a running emulator.
pub(crate) struct Config {
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
    pub(crate) identity_hosts: IdentityHosts,
    pub(crate) control_hosts: ControlHosts,
    /// The `imsEndpoint` of credential documents: a host, or host and port.
    pub(crate) ims_endpoint: String,
    pub(crate) environment: AemEnvironment,
    /// The lifetimes at the start.
    pub(crate) lifetimes: Lifetimes,
    /// The base URL of the server.
    pub(crate) url: String,
    /// The URL of the proxy.
    pub(crate) proxy_url: Option<String>,
    /// The issuer of id tokens. Without it the issuer is the base URL that the client uses.
    pub(crate) issuer: Option<String>,
    /// The maximum size of a request with documents, in bytes.
    pub(crate) document_limit: usize,
    /// The size of the journal, in bytes.
    pub(crate) journal_size: usize,
}

/// The configuration and the data of a running emulator.
///
/// A thread that locks several of the data locks them in the order of their fields; above all the
/// directory before the sessions and the users of AEM.
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) token_keys: TokenKeys,
    pub(crate) token_random: Random,
    pub(crate) session_random: Random,
    pub(crate) debug_id_random: Random,
    fault_random: Random,
    directory: Mutex<Directory>,
    aem_users: Mutex<AemUsers>,
    allow_list: Mutex<AllowList>,
    issued: Mutex<BTreeMap<GrantType, u64>>,
    sessions: Mutex<SessionStore>,
    journal: Mutex<Journal>,
    #[cfg(feature = "forms")]
    batch: Mutex<BatchStore>,
    repository: Mutex<Repository>,
    aem_store: Mutex<AemStore>,
    aem_settings: Mutex<AemSettings>,
    ims_settings: Mutex<ImsSettings>,
    lifetimes: Mutex<Lifetimes>,
    faults: Mutex<FaultStore>,
    snapshots: Mutex<Snapshots>,
    start: OnceLock<Snapshot>,
    /// The number of times at which somebody may have changed what a state file keeps.
    uses: AtomicU64,
}

impl State {
    pub(crate) fn new(config: Config, directory: Directory) -> Self {
        Self {
            token_keys: TokenKeys::built_in(),
            token_random: Random::new(config.seed, "tokens"),
            session_random: Random::new(config.seed, "sign-ins"),
            debug_id_random: Random::new(config.seed, "debug ids"),
            fault_random: Random::new(config.seed, "faults"),
            journal: Mutex::new(Journal::new(config.journal_size)),
            lifetimes: Mutex::new(config.lifetimes),
            config,
            directory: Mutex::new(directory),
            aem_users: Mutex::default(),
            allow_list: Mutex::default(),
            issued: Mutex::default(),
            sessions: Mutex::default(),
            repository: Mutex::default(),
            aem_store: Mutex::default(),
            aem_settings: Mutex::default(),
            ims_settings: Mutex::default(),
            faults: Mutex::default(),
            snapshots: Mutex::default(),
            start: OnceLock::new(),
            uses: AtomicU64::new(0),
            #[cfg(feature = "forms")]
            batch: Mutex::default(),
        }
    }

    fn note_use(&self) {
        self.uses.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns a number that is another one if the kept data may have changed.
    pub(crate) fn uses(&self) -> u64 {
        self.uses.load(Ordering::Relaxed)
    }

    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.note_use();
        lock(&self.directory)
    }

    pub(crate) fn aem_users(&self) -> MutexGuard<'_, AemUsers> {
        self.note_use();
        lock(&self.aem_users)
    }

    pub(crate) fn allow_list(&self) -> MutexGuard<'_, AllowList> {
        self.note_use();
        lock(&self.allow_list)
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, SessionStore> {
        self.note_use();
        lock(&self.sessions)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    pub(crate) fn repository(&self) -> MutexGuard<'_, Repository> {
        lock(&self.repository)
    }

    pub(crate) fn aem_store(&self) -> MutexGuard<'_, AemStore> {
        lock(&self.aem_store)
    }

    pub(crate) fn aem_settings(&self) -> MutexGuard<'_, AemSettings> {
        lock(&self.aem_settings)
    }

    #[cfg(feature = "forms")]
    pub(crate) fn batch(&self) -> MutexGuard<'_, BatchStore> {
        lock(&self.batch)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultStore> {
        lock(&self.faults)
    }

    /// Returns the seed of a new fault.
    pub(crate) fn fault_seed(&self) -> u64 {
        u64::from_be_bytes(self.fault_random.bytes())
    }

    /// Returns the settings of IMS.
    pub(crate) fn ims_settings(&self) -> ImsSettings {
        *lock(&self.ims_settings)
    }

    pub(crate) fn change_ims_settings(&self, change: impl FnOnce(&mut ImsSettings)) {
        change(&mut lock(&self.ims_settings));
    }

    /// Returns the lifetimes of new tokens.
    pub(crate) fn lifetimes(&self) -> Lifetimes {
        *lock(&self.lifetimes)
    }

    pub(crate) fn change_lifetimes(&self, change: impl FnOnce(&mut Lifetimes)) {
        change(&mut lock(&self.lifetimes));
    }

    /// Returns the `sid` of a new session.
    pub(crate) fn new_session_id(&self) -> String {
        format!("{}_emulator", self.session_random.uuid())
    }

    /// Adds a technical account or a person to `forms-users`. Returns whether there is one with this
    /// id or e-mail address.
    pub(crate) fn grant_aem_rights(&self, id_or_email: &str) -> bool {
        let directory = self.directory();
        let Some(user_id) = directory.user_id(id_or_email) else {
            return false;
        };
        let now = self.config.clock.unix_millis();
        self.aem_users()
            .add_to_group(user_id, AemGroup::FormsUsers, now);
        true
    }

    /// Replaces the groups of a technical account or a person after a time. Returns whether there
    /// is one with this id or e-mail address.
    pub(crate) fn set_aem_groups(
        &self,
        id_or_email: &str,
        groups: AemGroups,
        after: Duration,
    ) -> bool {
        let directory = self.directory();
        let Some(user_id) = directory.user_id(id_or_email) else {
            return false;
        };
        let now = self.config.clock.unix_millis();
        let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        self.aem_users()
            .set_groups(user_id, groups, now, now.saturating_add(after));
        true
    }

    /// Counts an access token that was issued by a grant.
    pub(crate) fn count_issued(&self, grant: GrantType) {
        *lock(&self.issued).entry(grant).or_default() += 1;
    }

    pub(crate) fn tokens_issued(&self) -> u64 {
        lock(&self.issued).values().sum()
    }

    pub(crate) fn tokens_issued_by(&self, grant: GrantType) -> u64 {
        lock(&self.issued).get(&grant).copied().unwrap_or_default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
