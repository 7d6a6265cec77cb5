//! `GET /ims/organizations/v6`: the organisations of the owner of a token.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, json, request};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/organizations` that published clients use: v6 a library of Adobe's, v5 Adobe's command
    /// line, the older ones on request. Adobe does not publish their differences; they are read alike.
    OrganizationsVersion {
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
        V4 = "v4",
        V5 = "v5",
        #[default]
        V6 = "v6",
    }
}

/// The organisations of the owner of a token. The texts are those of IMS, without tokens.
///
/// ```
/// use adobe_ims::api::OrganizationsVersion;
/// use adobe_ims::{AccessToken, Environment, ImsClient, Result};
///
/// # async fn example(ims: ImsClient, token: AccessToken) -> Result<()> {
/// let environment = Environment::production();
/// let version = OrganizationsVersion::default();
/// for organization in ims.organizations(&token, version, &environment).await?.list {
///     println!("{:?} {:?}", organization.id, organization.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Organizations {
    /// The organisations.
    pub list: Vec<Organization>,
    /// The whole response, without tokens.
    pub raw: Vec<Map<String, Value>>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

/// An organisation, and the groups of the owner in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organization {
    /// `orgRef` in the usual form `IDENT@AUTHSRC`, such as `0123…@AdobeOrg`.
    pub id: Option<String>,
    /// `orgName`.
    pub name: Option<String>,
    /// `orgType`, such as `Enterprise`.
    pub kind: Option<String>,
    /// `countryCode`.
    pub country: Option<String>,
    /// `groups`.
    pub groups: Vec<Group>,
}

/// A group within an organisation: a product profile, or the administrators of something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// `ident`.
    pub id: Option<String>,
    /// `groupDisplayName`, or `groupName`.
    pub name: Option<String>,
    /// `groupType`.
    pub kind: Option<String>,
    /// `role`, such as `GRP_ADMIN`.
    pub role: Option<String>,
}

impl Organizations {
    /// Reads the entries of a response of `/ims/organizations` or `/ims/admin_organizations`.
    pub(super) fn from_list((raw, server): (Vec<Map<String, Value>>, ServerResponse)) -> Self {
        Self {
            list: raw.iter().map(Organization::from_fields).collect(),
            raw,
            server,
        }
    }
}

impl Organization {
    fn from_fields(entry: &Map<String, Value>) -> Self {
        let reference = entry.get("orgRef").and_then(Value::as_object);
        let reference_text = |name| reference.and_then(|reference| json::text(reference, name));
        Self {
            id: reference_text("ident").map(|ident| match reference_text("authSrc") {
                Some(source) => format!("{ident}@{source}"),
                None => ident,
            }),
            name: json::text(entry, "orgName"),
            kind: json::text(entry, "orgType"),
            country: json::text(entry, "countryCode"),
            groups: json::objects(entry.get("groups"))
                .map(Group::from_fields)
                .collect(),
        }
    }
}

impl Group {
    fn from_fields(entry: &Map<String, Value>) -> Self {
        let id = match entry.get("ident") {
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => json::text(entry, "ident"),
        };
        Self {
            id,
            name: json::text(entry, "groupDisplayName").or_else(|| json::text(entry, "groupName")),
            kind: json::text(entry, "groupType"),
            role: json::text(entry, "role"),
        }
    }
}

impl ImsClient {
    /// Fetches the organisations of the owner of a token.
    ///
    /// It sends one GET of `/ims/organizations/v6` (or another version) with the token in the header `Authorization`
    /// (relied upon by published clients). The token needs the scope `read_organizations` (documented by Adobe).
    ///
    /// # Errors
    /// The errors of [`profile`](Self::profile).
    pub async fn organizations(
        &self,
        token: &AccessToken,
        version: OrganizationsVersion,
        environment: &Environment,
    ) -> Result<Organizations> {
        let endpoint = environment.endpoint(&format!("/ims/organizations/{version}"));
        let request = request::get(&endpoint, None)?;
        let response = self.send_with_token(&endpoint, request, token).await?;
        response.into_list().map(Organizations::from_list)
    }
}
