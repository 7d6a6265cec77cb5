//! The data of AEM beside repository and settings.

use std::collections::{BTreeMap, BTreeSet};

use crate::aem_data::graphql::QueryStore;
use crate::aem_data::uploads::UploadStore;
use crate::identities::aem_tier::AemTier;

/// The data of AEM beside repository and settings.
#[derive(Clone, Default)]
pub(crate) struct AemStore {
    pub(crate) uploads: UploadStore,
    pub(crate) queries: QueryStore,
    /// The tiers on which each client id of OAuth server-to-server is listed.
    pub(crate) allow_list: BTreeMap<String, BTreeSet<AemTier>>,
}

impl AemStore {
    /// Returns whether a client id is listed on a tier.
    pub(crate) fn is_listed(&self, client_id: &str, tier: AemTier) -> bool {
        let tiers = self.allow_list.get(client_id);
        tiers.is_some_and(|tiers| tiers.contains(&tier))
    }

    /// Lists a client id on these tiers and no others.
    pub(crate) fn list(&mut self, client_id: &str, tiers: impl IntoIterator<Item = AemTier>) {
        let tiers = tiers.into_iter().collect();
        self.allow_list.insert(client_id.to_owned(), tiers);
    }
}
