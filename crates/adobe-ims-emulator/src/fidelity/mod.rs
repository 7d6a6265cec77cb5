//! The catalogue of behaviours: what the emulator claims about Adobe, and from where it is known.
//!
//! ```
//! use adobe_ims_emulator::fidelity::{Certainty, behaviour, behaviours};
//!
//! let wrong_secret = behaviour("exchange-wrong-secret").unwrap();
//! assert_eq!(wrong_secret.certainty, Certainty::Observed);
//! let inferred = behaviours().filter(|it| it.certainty == Certainty::Inferred);
//! assert!(inferred.count() > 0);
//! ```

#[cfg(all(test, feature = "forms"))]
mod page_tests;

pub use crate::behaviour::{Area, Behaviour, Certainty};

#[cfg(feature = "forms")]
use crate::aem::forms;
use crate::aem::{
    access, assets_api, blob_storage, content, csrf, graphql, page, persisted_queries, problem,
    site, sling, upload,
};
use crate::http::cors;
use crate::ims::profile::{
    account_cluster, admin, organization_details, organizations, user_profile, userinfo,
};
use crate::ims::token_endpoint::{
    authorization_code, client_credentials, cluster_at_exchange, device, promise, refresh_token,
    token_exchange,
};
use crate::ims::token_status::{invalidate_token, revoke, validate_token};
use crate::ims::{authorize, client_registration, discovery, id_token, jwt_exchange, key_set};
use crate::ims::{endpoint, new_token, profile, removal, token_endpoint};
use crate::tokens::{lifetimes, token_keys};

/// The constants of the endpoints, in the order of the page.
const SECTIONS: &[&[Behaviour]] = &[
    endpoint::BEHAVIOURS,
    cors::BEHAVIOURS,
    jwt_exchange::endpoint::BEHAVIOURS,
    token_endpoint::BEHAVIOURS,
    client_credentials::BEHAVIOURS,
    authorization_code::BEHAVIOURS,
    refresh_token::BEHAVIOURS,
    device::BEHAVIOURS,
    cluster_at_exchange::BEHAVIOURS,
    token_exchange::BEHAVIOURS,
    promise::BEHAVIOURS,
    new_token::BEHAVIOURS,
    lifetimes::BEHAVIOURS,
    id_token::BEHAVIOURS,
    validate_token::BEHAVIOURS,
    invalidate_token::BEHAVIOURS,
    revoke::BEHAVIOURS,
    removal::BEHAVIOURS,
    profile::BEHAVIOURS,
    user_profile::BEHAVIOURS,
    userinfo::BEHAVIOURS,
    organizations::BEHAVIOURS,
    organization_details::BEHAVIOURS,
    account_cluster::BEHAVIOURS,
    admin::BEHAVIOURS,
    discovery::BEHAVIOURS,
    key_set::BEHAVIOURS,
    authorize::endpoint::BEHAVIOURS,
    authorize::logout::BEHAVIOURS,
    client_registration::BEHAVIOURS,
    site::BEHAVIOURS,
    access::BEHAVIOURS,
    page::BEHAVIOURS,
    problem::BEHAVIOURS,
    content::BEHAVIOURS,
    sling::BEHAVIOURS,
    assets_api::BEHAVIOURS,
    upload::BEHAVIOURS,
    blob_storage::BEHAVIOURS,
    graphql::BEHAVIOURS,
    persisted_queries::BEHAVIOURS,
    csrf::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::endpoint::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::error::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::generation::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::assemble::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::pdfa::BEHAVIOURS,
    #[cfg(feature = "forms")]
    forms::batch::BEHAVIOURS,
];

/// Returns all behaviours, by area. Those of AEM Forms are there with the feature `forms`.
pub fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    SECTIONS.iter().copied().flatten()
}

/// Returns the behaviour with this id.
pub fn behaviour(id: &str) -> Option<&'static Behaviour> {
    behaviours().find(|it| it.id == id)
}

/// Returns an RSA key in PEM that belongs to no account. It is public: the emulator signs id tokens with it. A check of
/// an IMS signs with it what must be refused.
pub fn foreign_key_pem() -> &'static str {
    token_keys::IDENTITY_PEM
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::ims_settings::ImsSettings;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let mut seen = HashSet::new();
        for it in behaviours() {
            assert!(seen.insert(it.id), "{} twice", it.id);
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(it.id.chars().all(is_kebab), "{}", it.id);
            assert_eq!(behaviour(it.id), Some(it));
        }
        assert_eq!(behaviour("no-such-behaviour"), None);
    }

    #[test]
    fn areas_are_in_the_order_of_the_page() {
        let areas: Vec<Area> = behaviours().map(|it| it.area).collect();
        assert!(areas.is_sorted(), "{areas:?}");
    }

    #[test]
    fn every_setting_of_ims_is_in_a_behaviour() {
        for setting in ImsSettings::table() {
            let name = format!("`{}`", setting.name());
            let mut all = behaviours();
            assert!(all.any(|it| it.statement.contains(&name)), "{name}");
        }
    }

    #[test]
    fn texts_are_sentences_without_pipes() {
        for it in behaviours() {
            assert!(it.statement.ends_with(['.', '`']), "{}", it.id);
            assert!(!it.source.ends_with('.'), "{}", it.id);
            let is_plain = |text: &str| !text.is_empty() && !text.contains(['\n', '|']);
            assert!(is_plain(it.statement) && is_plain(it.source), "{}", it.id);
        }
    }
}
