//! The state at a time: snapshots, the state of the start, and what a state file keeps.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

#[cfg(feature = "forms")]
use crate::aem_data::batch::BatchStore;
use crate::aem_data::repository::Repository;
use crate::aem_data::settings::AemSettings;
use crate::aem_data::store::AemStore;
use crate::clock::Reading;
use crate::faults::store::FaultStore;
use crate::identities::aem_allow_list::AllowList;
use crate::identities::aem_users::AemUsers;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::ims_settings::ImsSettings;
use crate::journal::ring::Journal;
use crate::random::Random;
use crate::sessions::session_store::SessionStore;
use crate::state::{State, lock};
use crate::tokens::lifetimes::Lifetimes;

/// The data that a state file keeps: registrations with their keys, rights, sign-ins, and what is
/// known of tokens.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Kept {
    /// The draws of the random sources.
    draws: [u64; 4],
    directory: Directory,
    aem_users: AemUsers,
    allow_list: AllowList,
    issued: BTreeMap<GrantType, u64>,
    sessions: SessionStore,
}

/// All data of an emulator at a time. The files of batches in folders outside are not part of it.
pub(super) struct Snapshot {
    clock: Reading,
    kept: Kept,
    journal: Journal,
    #[cfg(feature = "forms")]
    batch: BatchStore,
    repository: Repository,
    aem_store: AemStore,
    aem_settings: AemSettings,
    ims_settings: ImsSettings,
    lifetimes: Lifetimes,
    faults: FaultStore,
}

/// The last snapshots that were asked for.
#[derive(Default)]
pub(super) struct Snapshots {
    kept: VecDeque<(String, Arc<Snapshot>)>,
    made: u64,
}

/// The number of snapshots that are kept.
const MAX_SNAPSHOTS: usize = 32;

impl State {
    /// Notes the present state as that of the start.
    pub(crate) fn note_start(&self) {
        let start = self.capture(self.config.clock.reading());
        // Only the first call counts.
        let _ = self.start.set(start);
    }

    /// Brings back the state of the start. Snapshots stay.
    pub(crate) fn reset(&self) {
        if let Some(start) = self.start.get() {
            self.restore(start);
            self.config.clock.restart(start.clock);
        }
    }

    /// Keeps the present state, and returns the id of the snapshot. The oldest snapshot may be
    /// forgotten for it.
    pub(crate) fn add_snapshot(&self) -> String {
        let snapshot = Arc::new(self.capture(self.config.clock.reading_now()));
        let mut snapshots = lock(&self.snapshots);
        snapshots.made += 1;
        let id = format!("snapshot-{}", snapshots.made);
        if snapshots.kept.len() == MAX_SNAPSHOTS {
            snapshots.kept.pop_front();
        }
        snapshots.kept.push_back((id.clone(), snapshot));
        id
    }

    /// Brings back the state of a snapshot. The clock runs on from its time. Returns whether there is
    /// such a snapshot.
    pub(crate) fn restore_snapshot(&self, id: &str) -> bool {
        let snapshot = {
            let snapshots = lock(&self.snapshots);
            let mut kept = snapshots.kept.iter();
            let found = kept.find(|(own, _)| own == id);
            found.map(|(_, snapshot)| Arc::clone(snapshot))
        };
        let Some(snapshot) = snapshot else {
            return false;
        };
        self.restore(&snapshot);
        self.config.clock.run_on(snapshot.clock);
        true
    }

    fn random_sources(&self) -> [&Random; 4] {
        [
            &self.token_random,
            &self.session_random,
            &self.debug_id_random,
            &self.fault_random,
        ]
    }

    /// Returns a copy of the kept data. This is no use.
    pub(crate) fn keep(&self) -> Kept {
        let directory = lock(&self.directory);
        let aem_users = lock(&self.aem_users);
        let allow_list = lock(&self.allow_list);
        let issued = lock(&self.issued);
        let sessions = lock(&self.sessions);
        Kept {
            draws: self.random_sources().map(Random::draws),
            directory: directory.clone(),
            aem_users: aem_users.clone(),
            allow_list: allow_list.clone(),
            issued: issued.clone(),
            sessions: sessions.clone(),
        }
    }

    /// Replaces the kept data. The configuration of the directory stays.
    pub(crate) fn replace_kept(&self, kept: Kept) {
        let mut directory = self.directory();
        let mut aem_users = self.aem_users();
        let mut issued = lock(&self.issued);
        let mut sessions = self.sessions();
        *directory = kept.directory.configured_as(&directory);
        *aem_users = kept.aem_users;
        *self.allow_list() = kept.allow_list;
        *issued = kept.issued;
        *sessions = kept.sessions;
        for (random, draws) in self.random_sources().into_iter().zip(kept.draws) {
            random.continue_after(draws);
        }
    }

    fn capture(&self, clock: Reading) -> Snapshot {
        let kept = self.keep();
        let journal = self.journal();
        #[cfg(feature = "forms")]
        let batch = self.batch();
        Snapshot {
            clock,
            kept,
            journal: journal.clone(),
            #[cfg(feature = "forms")]
            batch: batch.clone(),
            repository: self.repository().clone(),
            aem_store: self.aem_store().clone(),
            aem_settings: self.aem_settings().clone(),
            ims_settings: self.ims_settings(),
            lifetimes: self.lifetimes(),
            faults: self.faults().clone(),
        }
    }

    fn restore(&self, snapshot: &Snapshot) {
        self.replace_kept(snapshot.kept.clone());
        self.journal().clone_from(&snapshot.journal);
        #[cfg(feature = "forms")]
        self.batch().clone_from(&snapshot.batch);
        self.repository().clone_from(&snapshot.repository);
        self.aem_store().clone_from(&snapshot.aem_store);
        self.aem_settings().clone_from(&snapshot.aem_settings);
        self.change_ims_settings(|settings| *settings = snapshot.ims_settings);
        self.change_lifetimes(|lifetimes| *lifetimes = snapshot.lifetimes);
        self.faults().clone_from(&snapshot.faults);
    }
}
