//! `GET /ims/profile/v1`: the profile of the owner of a token.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, ProductContext, json, request};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/profile` that published clients use. Adobe does not publish their differences; they are
    /// read alike.
    ProfileVersion {
        #[default]
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
    }
}

/// The owner of a token: a person or a technical account. The scopes of the token decide which fields are set. The
/// texts are those of IMS, without tokens.
///
/// ```
/// use adobe_ims::api::ProfileVersion;
/// use adobe_ims::{AccessToken, Environment, ImsClient, Result};
///
/// # async fn example(ims: ImsClient, token: AccessToken) -> Result<()> {
/// let environment = Environment::production();
/// let profile = ims.profile(&token, ProfileVersion::default(), None, &environment).await?;
/// println!("{:?} belongs to {:?}", profile.name, profile.organizations());
/// # Ok(())
/// # }
/// ```
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
    /// `account_type`: `ind` for an individual, `ent` for an enterprise (documented by Adobe for another endpoint);
    /// other values were observed.
    pub account_type: Option<String>,
    /// `roles`.
    pub roles: Vec<Role>,
    /// `projectedProductContext`, for a token with the scope `additional_info.projectedProductContext`.
    pub product_contexts: Vec<ProductContext>,
    /// The whole response, without tokens.
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
    /// Reads the fields of a response of `/ims/profile` or `/ims/admin_profile`.
    pub(super) fn from_fields((raw, server): (Map<String, Value>, ServerResponse)) -> Self {
        let text = |name: &str| json::text(&raw, name);
        let role = |role: &Map<String, Value>| Role {
            organization: json::text(role, "organization"),
            name: json::text(role, "named_role"),
        };
        Self {
            user_id: text("userId"),
            email: text("email"),
            name: text("displayName").or_else(|| text("name")),
            first_name: text("first_name"),
            last_name: text("last_name"),
            country: text("countryCode"),
            account_type: text("account_type"),
            roles: json::objects(raw.get("roles")).map(role).collect(),
            product_contexts: ProductContext::from_profile(&raw),
            raw,
            server,
        }
    }

    /// Returns the organisations of the profile, each once: those of its roles and the owners of its products.
    pub fn organizations(&self) -> Vec<&str> {
        let of_roles = self.roles.iter().map(|role| &role.organization);
        let of_products = self
            .product_contexts
            .iter()
            .map(|context| &context.owning_entity);
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
    /// Fetches the profile of the owner of a token.
    ///
    /// It sends one GET of `/ims/profile/v1` (or another version) with the token in the header `Authorization`, and
    /// the parameter `client_id` if a client is given (relied upon by published clients).
    ///
    /// The token is sent to this environment, even when its claims name another one.
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
        let request = request::get(&endpoint, client_id)?;
        let response = self.send_with_token(&endpoint, request, token).await?;
        response.into_object().map(Profile::from_fields)
    }
}
