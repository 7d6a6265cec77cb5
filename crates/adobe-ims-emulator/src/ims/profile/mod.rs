//! The endpoints that describe the user of a token, and that describe any user to a service.

pub(crate) mod caller;
pub(crate) mod principal;
pub(crate) mod product_context;
pub(crate) mod user_profile;
pub(crate) mod userinfo;
pub(crate) mod organizations;
pub(crate) mod organization_details;
pub(crate) mod account_cluster;
pub(crate) mod admin;

use crate::behaviour::{Area, Behaviour};

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.observed(
        "users-invalid-token",
        "A missing or invalid token gets 401 `invalid_token`, `Invalid or expired token.`",
        "answers of `/ims/profile` quoted in public issues",
    ),
    Area::Users.standard(
        "users-insufficient-scope",
        "A token without a needed scope gets 403 `insufficient_scope`.",
        "RFC 6750",
    ),
    Area::Users.matched(
        "users-client-id-ignored",
        "The parameter `client_id` is ignored.",
        "adobe/imscli sends it",
    ),
];
