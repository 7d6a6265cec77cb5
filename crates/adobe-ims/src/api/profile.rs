//! `GET /ims/profile/v1`: who a token stands for.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, ProductContext, bearer, raw};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/profile` that published clients ask for. What differs between them is not
    /// published; they are read alike.
    ProfileVersion {
        #[default]
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
    }
}

/// Who a token stands for, a person or a technical account, as far as its scopes allow to know. The texts
/// are IMS's own, without tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// `userId`.
    pub user_id: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `displayName`, or `name`.
    pub name: Option<String>,
    /// `first_name`.
    pub first_name: Option<String>,
    /// `last_name`.
    pub last_name: Option<String>,
    /// `countryCode`.
    pub country: Option<String>,
    /// `account_type`: `ind` for an individual's, `ent` for an enterprise's (documented by Adobe of another
    /// endpoint), others are seen.
    pub account_type: Option<String>,
    /// `roles`.
    pub roles: Vec<Role>,
    /// `projectedProductContext`, for a token with the scope `additional_info.projectedProductContext`.
    pub product_contexts: Vec<ProductContext>,
    /// The whole answer, without tokens.
    pub raw: Map<String, Value>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

/// A role in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Role {
    /// `organization`, such as `0123…@AdobeOrg`.
    pub organization: Option<String>,
    /// `named_role`, such as `org_admin`.
    pub name: Option<String>,
}

impl Profile {
    /// Of the fields of an answer; [`admin_profile`](ImsClient::admin_profile) has the same.
    pub(super) fn of((raw, server): (Map<String, Value>, ServerResponse)) -> Self {
        let text = |name: &str| raw::text(&raw, name);
        let role = |role: &Map<String, Value>| Role {
            organization: raw::text(role, "organization"),
            name: raw::text(role, "named_role"),
        };
        Self {
            user_id: text("userId"),
            email: text("email"),
            name: text("displayName").or_else(|| text("name")),
            first_name: text("first_name"),
            last_name: text("last_name"),
            country: text("countryCode"),
            account_type: text("account_type"),
            roles: raw::objects(raw.get("roles")).map(role).collect(),
            product_contexts: ProductContext::all_of(&raw),
            raw,
            server,
        }
    }

    /// The organisations that the profile names, in roles and as owners of products, each once.
    pub fn organizations(&self) -> Vec<&str> {
        let of_roles = self.roles.iter().map(|role| &role.organization);
        let of_products = self.product_contexts.iter().map(|it| &it.owning_entity);
        let mut organizations: Vec<&str> = Vec::new();
        for name in of_roles.chain(of_products).flatten() {
            if !organizations.contains(&name.as_str()) {
                organizations.push(name);
            }
        }
        organizations
    }
}

impl ImsClient {
    /// Asks who a token stands for: one GET of `/ims/profile/v1` (or another version) with the token in the
    /// header `Authorization`, and the parameter `client_id` if a client is named (relied upon by published
    /// clients). Which fields come depends on the scopes of the token.
    ///
    /// The token goes to this environment, whatever it says of its own; see
    /// [`Environment::from_authorization_server`].
    ///
    /// # Errors
    /// [`Problem::TokenRefused`](crate::error::Problem::TokenRefused) when IMS does not accept the token;
    /// everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn profile(
        &self,
        token: &AccessToken,
        version: ProfileVersion,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<Profile> {
        let endpoint = environment.endpoint(&format!("/ims/profile/{version}"));
        let request = bearer::get(&endpoint, client_id)?;
        let reported = self.emit(&endpoint, request, token).await?;
        reported.object().map(Profile::of)
    }
}
