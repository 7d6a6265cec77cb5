//! The product contexts of a profile: the products that a person may use.

use serde_json::{Map, Value};

use super::json;

/// A product that the owner of a token may use: an entry of `projectedProductContext`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProductContext {
    /// `serviceCode`: the product, such as `dma_aem_cloud`.
    pub service_code: Option<String>,
    /// `owningEntity`: the organisation that owns the product.
    pub owning_entity: Option<String>,
    /// The whole entry, without tokens.
    pub raw: Map<String, Value>,
}

impl ProductContext {
    /// Reads `projectedProductContext` of a profile.
    pub(super) fn from_profile(profile: &Map<String, Value>) -> Vec<Self> {
        let contexts = json::objects(profile.get("projectedProductContext"));
        contexts
            .filter_map(|entry| entry.get("prodCtx")?.as_object())
            .map(|entry| Self {
                service_code: json::text(entry, "serviceCode"),
                owning_entity: json::text(entry, "owningEntity"),
                raw: entry.clone(),
            })
            .collect()
    }
}
