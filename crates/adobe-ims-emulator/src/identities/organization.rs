//! Organizations, their groups and products, and the memberships of people.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// An organization.
///
/// An account or a client refers to an organization by its id. The emulator gives such an
/// organization a default name and country. If an organization is described twice, the first
/// description counts.
///
/// ```
/// use adobe_ims_emulator::identities::Organization;
///
/// let organization = Organization::new("0123456789ABCDEF01234567@AdobeOrg").name("Müller & Söhne");
/// assert_eq!(organization.ident(), "0123456789ABCDEF01234567");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Organization {
    id: String,
    name: String,
    country: String,
    kind: String,
}

impl Organization {
    /// Creates an organization with this id, `<24 hex>@AdobeOrg`.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: "Emulated Organization".to_owned(),
            country: "US".to_owned(),
            kind: "Enterprise".to_owned(),
        }
    }

    /// Sets the display name; the default is `Emulated Organization`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the country, two letters; the default is `US`.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = code.into();
        self
    }

    /// Sets the type, the `orgType` of IMS; the default is `Enterprise`.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Returns the whole id, `<24 hex>@AdobeOrg`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the part of the id before the `@`.
    pub fn ident(&self) -> &str {
        self.id.split_once('@').map_or(&self.id, |(ident, _)| ident)
    }

    /// Returns the part of the id after the `@`, `AdobeOrg`.
    pub fn auth_source(&self) -> &str {
        self.id.split_once('@').map_or("", |(_, source)| source)
    }

    /// Returns the display name.
    pub fn display_name(&self) -> &str {
        &self.name
    }

    /// Returns the country, two letters.
    pub fn country_code(&self) -> &str {
        &self.country
    }

    /// Returns the type, the `orgType` of IMS.
    pub fn organization_type(&self) -> &str {
        &self.kind
    }
}

/// A group of an organization, with the role of one member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// The number of the group within the organization.
    pub ident: u64,
    /// The name.
    pub name: String,
    /// The role of the member. The tests of a published client show `TEAM_MEMBER`.
    pub role: String,
    /// The type: `USER_GROUP`, or `PRODUCT_GROUP` for a product profile (inferred).
    pub kind: String,
}

impl Group {
    /// Creates a user group with the role `TEAM_MEMBER`.
    pub fn new(ident: u64, name: impl Into<String>) -> Self {
        Self {
            ident,
            name: name.into(),
            role: "TEAM_MEMBER".to_owned(),
            kind: "USER_GROUP".to_owned(),
        }
    }
}

/// The membership of a person in an organization.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The groups of the organization that the person belongs to.
    pub groups: Vec<Group>,
}

/// A role of a person in an organization that no group gives: an entry of the profile's `roles`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Role {
    /// The organization, `<24 hex>@AdobeOrg`.
    pub organization: String,
    /// The name, such as `org_admin`.
    pub named_role: String,
    /// The id of what the role is about. The default is the organization (inferred).
    pub target: String,
    /// The type of what the role is about. The default is `TRG_ORG` (inferred).
    pub target_type: String,
    /// More about it, a JSON object. The profile shows `null` for `None`.
    pub target_data: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Role {
    /// Creates a role in a whole organization.
    pub fn new(organization: impl Into<String>, named_role: impl Into<String>) -> Self {
        let organization = organization.into();
        Self {
            named_role: named_role.into(),
            target: organization.clone(),
            target_type: "TRG_ORG".to_owned(),
            target_data: None,
            organization,
        }
    }
}

/// A product that a person may use through an organization: an entry of the profile's
/// `projectedProductContext`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ProductContext {
    /// The code of the product, such as `dma_aem_cloud`.
    pub service_code: String,
    /// The organization that owns the product, `<24 hex>@AdobeOrg`.
    pub owning_entity: String,
    /// The state of the product, such as `ACTIVE`.
    pub status_code: String,
    /// The id of the product. The default is made from the code and the organization.
    pub ident: String,
    /// The name of the product for people. The default is the code.
    pub label: String,
    /// The number of the product's group. The profile omits it if it is `None`.
    pub group_id: Option<String>,
    /// The tenant of the organization at the product. The profile omits it if it is `None`.
    pub tenant_id: Option<String>,
    /// The data about the instance. Published clients decode it as base64 of gzipped JSON. The
    /// profile omits it if it is `None`.
    pub fulfillable_data: Option<String>,
}

impl ProductContext {
    /// Creates the product of an organization.
    pub fn new(service_code: impl Into<String>, owning_entity: impl Into<String>) -> Self {
        let (service_code, owning_entity) = (service_code.into(), owning_entity.into());
        Self {
            status_code: "ACTIVE".to_owned(),
            ident: product_ident(&service_code, &owning_entity),
            label: service_code.clone(),
            service_code,
            owning_entity,
            group_id: None,
            tenant_id: None,
            fulfillable_data: None,
        }
    }

    /// Sets the tenant of the organization at the product, such as `example`.
    #[must_use]
    pub fn tenant_id(mut self, id: impl Into<String>) -> Self {
        self.tenant_id = Some(id.into());
        self
    }

    /// Sets the data about the instance.
    #[must_use]
    pub fn fulfillable_data(mut self, data: impl Into<String>) -> Self {
        self.fulfillable_data = Some(data.into());
        self
    }
}

/// Returns an id of the observed form: 26 letters and digits.
fn product_ident(service_code: &str, owning_entity: &str) -> String {
    let hash = digest(
        &SHA256,
        format!("{service_code} {owning_entity}").as_bytes(),
    );
    let hex = hash.as_ref().iter().map(|byte| format!("{byte:02X}"));
    hex.take(13).collect()
}
