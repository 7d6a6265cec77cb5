//! The allow list of AEM: the clients of OAuth server-to-server that each tier lets in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::identities::aem_tier::AemTier;

/// The tiers on which each client id is listed.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct AllowList(BTreeMap<String, BTreeSet<AemTier>>);

impl AllowList {
    /// Returns whether a client id is listed on a tier.
    pub(crate) fn contains(&self, client_id: &str, tier: AemTier) -> bool {
        let tiers = self.0.get(client_id);
        tiers.is_some_and(|tiers| tiers.contains(&tier))
    }

    /// Lists a client id on these tiers and no others.
    pub(crate) fn set(&mut self, client_id: &str, tiers: impl IntoIterator<Item = AemTier>) {
        let tiers = tiers.into_iter().collect();
        self.0.insert(client_id.to_owned(), tiers);
    }

    /// Removes a client id. Returns whether it was listed.
    pub(crate) fn remove(&mut self, client_id: &str) -> bool {
        self.0.remove(client_id).is_some()
    }
}
