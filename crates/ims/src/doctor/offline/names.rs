//! Names of scopes and metascopes, and the known name that a similar one probably means.

use adobe_ims::internal::distance;
use adobe_ims::internal::value::{may_be_secret, shown_id};

/// The scopes that every credential has (observed).
pub(super) const DEFAULT_SCOPES: [&str; 2] = ["openid", "AdobeID"];

/// The scopes of IMS itself. Those of products are many, and their number grows.
pub(super) const SCOPES: [&str; 8] = [
    "openid",
    "AdobeID",
    "read_organizations",
    "additional_info.projectedProductContext",
    "additional_info.roles",
    "additional_info.job_function",
    "session",
    "offline_access",
];

/// The metascopes that Adobe documents, and those of AEM service credentials. The list is not complete.
pub(super) const METASCOPES: [&str; 26] = [
    "ent_aem_cloud_api",
    "ent_aem_cloud_sdk",
    "ent_adobeio_sdk",
    "ent_analytics_bulk_ingest_sdk",
    "ent_brand_portal_sdk",
    "ent_campaign_sdk",
    "ent_ccas_sdk",
    "ent_cloudmgr_sdk",
    "ent_dataservices_sdk",
    "ent_default_sdk",
    "ent_documentcloud_sdk",
    "ent_gdpr_sdk",
    "ent_marketing_sdk",
    "ent_places_sdk",
    "ent_reactor_admin_sdk",
    "ent_reactor_approver_sdk",
    "ent_reactor_developer_sdk",
    "ent_reactor_extension_developer_sdk",
    "ent_reactor_it_admin_sdk",
    "ent_reactor_publisher_sdk",
    "ent_reactor_sdk",
    "ent_sensei_image_sdk",
    "ent_smartcontent_sdk",
    "ent_stocksearch_sdk",
    "ent_user_sdk",
    "event_receiver_api",
];

/// Returns the known name that this one probably means: at most this many letters differ. Returns `None` if it is one
/// itself, or is like none.
pub(super) fn nearest(name: &str, known: &[&'static str], most: usize) -> Option<&'static str> {
    if known.contains(&name) {
        return None;
    }
    let plain = |name: &str| {
        let letters = name.chars().filter(|c| !"-_. ".contains(*c));
        letters.collect::<String>().to_ascii_lowercase()
    };
    let name = plain(name);
    let distances = known.iter().map(|it| (distance(&plain(it), &name), *it));
    let (distance, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    // Two short words are often similar by chance.
    let limit = (name.len() / 4).min(most);
    (distance <= limit).then_some(nearest)
}

/// Returns a name for a message. A text that may be a secret in the wrong place is not shown.
pub(super) fn shown(name: &str) -> String {
    let parts = name.split(['_', '.']);
    let is_word = |part: &str| part.len() <= 24 && part.bytes().all(|b| b.is_ascii_alphabetic());
    if parts.into_iter().all(is_word) || !may_be_secret(name) {
        name.to_owned()
    } else {
        "…".to_owned()
    }
}

/// Returns a client id for a message.
pub(super) fn shown_client(id: &str) -> String {
    shown_id(id)
}

/// Returns what separates names in a text that should be one name, such as `openid;AdobeID`.
pub(super) fn separator(name: &str) -> Option<&'static str> {
    const SEPARATORS: [(&str, &str); 5] = [
        (";", "semicolons"),
        ("|", "vertical bars"),
        ("+", "plus signs"),
        ("%2C", "%2C"),
        ("%20", "%20"),
    ];
    SEPARATORS
        .iter()
        .find(|(sign, _)| name.contains(sign))
        .map(|(_, shown)| *shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_name_is_found() {
        for (name, known) in [
            ("ent_aem_cloud_api", None),
            ("ent_aem_cloud_apis", Some("ent_aem_cloud_api")),
            ("ent_aem_cloud_ap", Some("ent_aem_cloud_api")),
            ("ENT_AEM_CLOUD_API", Some("ent_aem_cloud_api")),
            ("ent-user-sdk", Some("ent_user_sdk")),
            ("ent_cloudmanager_sdk", Some("ent_cloudmgr_sdk")),
            ("ent_future_sdk", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &METASCOPES, 4), known, "{name}");
        }
        assert_eq!(nearest("adobeid", &SCOPES, 2), Some("AdobeID"));
        assert_eq!(nearest("profile", &SCOPES, 2), None);
        // A scope of another product may share most of its letters.
        assert_eq!(nearest("additional_info.email", &SCOPES, 2), None);
    }

    #[test]
    fn secret_among_names_is_not_shown() {
        for name in [
            "openid",
            "AdobeID",
            "additional_info.projectedProductContext",
            "read_pc.dma_aem_cloud",
        ] {
            assert_eq!(shown(name), name);
        }
        for secret in ["p8e-0123456789abcdefghijklmn", "SECRET?%&=ü", "a1B2c3"] {
            assert_eq!(shown(secret), "…");
        }
    }
}
