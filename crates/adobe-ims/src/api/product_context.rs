//! What a person may use: the product contexts of a profile.

use serde_json::{Map, Value};

use super::raw;

/// A product that the owner of a token may use: an entry of `projectedProductContext`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProductContext {
    /// `serviceCode`: the product, such as `dma_aem_cloud`.
    pub service_code: Option<String>,
    /// `owningEntity`: the organisation whose product it is.
    pub owning_entity: Option<String>,
    /// The whole entry, without tokens.
    pub raw: Map<String, Value>,
}

impl ProductContext {
    /// Of a profile, or of anything else with `projectedProductContext`.
    pub(super) fn all_of(profile: &Map<String, Value>) -> Vec<Self> {
        let contexts = raw::objects(profile.get("projectedProductContext"));
        contexts
            .filter_map(|entry| entry.get("prodCtx")?.as_object())
            .map(|entry| Self {
                service_code: raw::text(entry, "serviceCode"),
                owning_entity: raw::text(entry, "owningEntity"),
                raw: entry.clone(),
            })
            .collect()
    }
}
