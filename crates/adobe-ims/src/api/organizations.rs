//! `GET /ims/organizations/v6`: the organisations of whom a token stands for.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, bearer, raw};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/organizations` that published clients ask for: v6 a library of Adobe's, v5 its
    /// command line, the older ones on request. What differs is not published; they are read alike.
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

/// The organisations of whom a token stands for. The texts are IMS's own, without tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Organizations {
    /// One by one.
    pub list: Vec<Organization>,
    /// The whole answer, without tokens.
    pub raw: Vec<Map<String, Value>>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

/// An organisation, and the part that one has in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organization {
    /// `orgRef` as everything else spells it: `IDENT@AUTHSRC`, such as `0123…@AdobeOrg`.
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
    /// Of the entries of an answer; [`admin_organizations`](ImsClient::admin_organizations) has the same.
    pub(super) fn of((raw, server): (Vec<Map<String, Value>>, ServerResponse)) -> Self {
        Self {
            list: raw.iter().map(Organization::of).collect(),
            raw,
            server,
        }
    }
}

impl Organization {
    fn of(entry: &Map<String, Value>) -> Self {
        let reference = entry.get("orgRef").and_then(Value::as_object);
        let part = |name| reference.and_then(|reference| raw::text(reference, name));
        Self {
            id: part("ident").map(|ident| match part("authSrc") {
                Some(source) => format!("{ident}@{source}"),
                None => ident,
            }),
            name: raw::text(entry, "orgName"),
            kind: raw::text(entry, "orgType"),
            country: raw::text(entry, "countryCode"),
            groups: raw::objects(entry.get("groups")).map(Group::of).collect(),
        }
    }
}

impl Group {
    fn of(entry: &Map<String, Value>) -> Self {
        let id = match entry.get("ident") {
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => raw::text(entry, "ident"),
        };
        Self {
            id,
            name: raw::text(entry, "groupDisplayName").or_else(|| raw::text(entry, "groupName")),
            kind: raw::text(entry, "groupType"),
            role: raw::text(entry, "role"),
        }
    }
}

impl ImsClient {
    /// Asks for the organisations of whom a token stands for: one GET of `/ims/organizations/v6` (or another
    /// version) with the token in the header `Authorization` (relied upon by published clients). It needs
    /// the scope `read_organizations` (documented by Adobe).
    ///
    /// # Errors
    /// As for [`profile`](Self::profile).
    pub async fn organizations(
        &self,
        token: &AccessToken,
        version: OrganizationsVersion,
        environment: &Environment,
    ) -> Result<Organizations> {
        let endpoint = environment.endpoint(&format!("/ims/organizations/{version}"));
        let request = bearer::get(&endpoint, None)?;
        let reported = self.emit(&endpoint, request, token).await?;
        reported.list().map(Organizations::of)
    }
}
