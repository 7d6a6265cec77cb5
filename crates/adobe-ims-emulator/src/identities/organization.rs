//! An organization, and the groups in it that a person belongs to.

/// An organization, to be registered with the emulator.
///
/// Organizations that are only named, by an account or a client, get a name and a country from the
/// emulator. One that is described twice is as it was described first.
///
/// ```
/// use adobe_ims_emulator::Organization;
///
/// let organization = Organization::new("0123456789ABCDEF01234567@AdobeOrg").name("Müller & Söhne");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    id: String,
    name: String,
    country: String,
    kind: String,
}

impl Organization {
    /// An organization of this id, `<24 hex>@AdobeOrg`.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: "Emulated Organization".to_owned(),
            country: "US".to_owned(),
            kind: "Enterprise".to_owned(),
        }
    }

    /// The name that people know it by; `Emulated Organization` by default.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Its country, two letters; `US` by default.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = code.into();
        self
    }

    /// What IMS calls its type; `Enterprise` by default.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// The whole id, `<24 hex>@AdobeOrg`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The part of the id before the `@`.
    pub fn ident(&self) -> &str {
        self.id.split_once('@').map_or(&self.id, |(ident, _)| ident)
    }

    /// The part of the id after the `@`, `AdobeOrg`.
    pub fn auth_source(&self) -> &str {
        self.id.split_once('@').map_or("", |(_, source)| source)
    }

    /// The name, as [`name`](Self::name) set it.
    pub fn display_name(&self) -> &str {
        &self.name
    }

    /// The country, as [`country`](Self::country) set it.
    pub fn country_code(&self) -> &str {
        &self.country
    }

    /// The type, as [`kind`](Self::kind) set it.
    pub fn organization_type(&self) -> &str {
        &self.kind
    }
}

/// A group of an organization, as seen by a person who belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Its number within the organization.
    pub ident: u64,
    /// Its name.
    pub name: String,
    /// The person's role in it: a client's tests show `TEAM_MEMBER`.
    pub role: String,
    /// Its type: `USER_GROUP`, or `PRODUCT_GROUP` for a product profile (inferred).
    pub kind: String,
}

impl Group {
    /// A user group, of which the person is a member and no more.
    pub fn new(ident: u64, name: impl Into<String>) -> Self {
        Self {
            ident,
            name: name.into(),
            role: "TEAM_MEMBER".to_owned(),
            kind: "USER_GROUP".to_owned(),
        }
    }
}

/// A person's membership of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The groups in it that the person belongs to.
    pub groups: Vec<Group>,
}

/// A product that a person may use through an organization: an entry of the profile's
/// `projectedProductContext`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductContext {
    /// Which product, such as `dma_aem_cloud`.
    pub service_code: String,
    /// The organization that owns it, `<24 hex>@AdobeOrg`.
    pub owning_entity: String,
    /// The data about the instance, base64 of gzipped JSON as published clients decode it; absent
    /// unless it is set.
    pub fulfillable_data: Option<String>,
}

impl ProductContext {
    /// A product of an organization.
    pub fn new(service_code: impl Into<String>, owning_entity: impl Into<String>) -> Self {
        Self {
            service_code: service_code.into(),
            owning_entity: owning_entity.into(),
            fulfillable_data: None,
        }
    }

    /// Sets the data about the instance.
    #[must_use]
    pub fn fulfillable_data(mut self, data: impl Into<String>) -> Self {
        self.fulfillable_data = Some(data.into());
        self
    }
}
