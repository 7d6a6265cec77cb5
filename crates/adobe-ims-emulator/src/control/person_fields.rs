//! The fields of a person in JSON: organizations, groups, roles and products.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identities::organization::{Group, Membership, Organization, ProductContext, Role};

/// The fields of an [`Organization`], with the groups of the person in it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationFields {
    id: String,
    name: Option<String>,
    country: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    groups: Vec<GroupFields>,
}

/// The fields of a [`Group`].
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupFields {
    ident: u64,
    name: String,
    role: Option<String>,
    kind: Option<String>,
}

/// The fields of a [`Role`].
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleFields {
    organization: String,
    named_role: String,
    target: Option<String>,
    target_type: Option<String>,
    target_data: Option<Map<String, Value>>,
}

/// The fields of a [`ProductContext`].
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductContextFields {
    service_code: String,
    owning_entity: String,
    status_code: Option<String>,
    ident: Option<String>,
    label: Option<String>,
    group_id: Option<String>,
    tenant_id: Option<String>,
    fulfillable_data: Option<String>,
}

/// Converts the entries of a list.
pub(crate) fn all<F: Into<T>, T>(fields: Option<Vec<F>>) -> Option<Vec<T>> {
    fields.map(|fields| fields.into_iter().map(Into::into).collect())
}

impl From<OrganizationFields> for Membership {
    fn from(fields: OrganizationFields) -> Self {
        let mut organization = Organization::new(fields.id);
        if let Some(name) = fields.name {
            organization = organization.name(name);
        }
        if let Some(country) = fields.country {
            organization = organization.country(country);
        }
        if let Some(kind) = fields.kind {
            organization = organization.kind(kind);
        }
        Self {
            organization,
            groups: fields.groups.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&Membership> for OrganizationFields {
    fn from(membership: &Membership) -> Self {
        let organization = &membership.organization;
        Self {
            id: organization.id().to_owned(),
            name: Some(organization.display_name().to_owned()),
            country: Some(organization.country_code().to_owned()),
            kind: Some(organization.organization_type().to_owned()),
            groups: membership.groups.iter().map(Into::into).collect(),
        }
    }
}

impl From<GroupFields> for Group {
    fn from(fields: GroupFields) -> Self {
        let default = Self::new(fields.ident, fields.name);
        Self {
            role: fields.role.unwrap_or(default.role),
            kind: fields.kind.unwrap_or(default.kind),
            ident: default.ident,
            name: default.name,
        }
    }
}

impl From<&Group> for GroupFields {
    fn from(group: &Group) -> Self {
        Self {
            ident: group.ident,
            name: group.name.clone(),
            role: Some(group.role.clone()),
            kind: Some(group.kind.clone()),
        }
    }
}

impl From<RoleFields> for Role {
    fn from(fields: RoleFields) -> Self {
        let default = Self::new(fields.organization, fields.named_role);
        Self {
            target: fields.target.unwrap_or(default.target),
            target_type: fields.target_type.unwrap_or(default.target_type),
            target_data: fields.target_data,
            organization: default.organization,
            named_role: default.named_role,
        }
    }
}

impl From<&Role> for RoleFields {
    fn from(role: &Role) -> Self {
        Self {
            organization: role.organization.clone(),
            named_role: role.named_role.clone(),
            target: Some(role.target.clone()),
            target_type: Some(role.target_type.clone()),
            target_data: role.target_data.clone(),
        }
    }
}

impl From<ProductContextFields> for ProductContext {
    fn from(fields: ProductContextFields) -> Self {
        let made = Self::new(fields.service_code, fields.owning_entity);
        Self {
            status_code: fields.status_code.unwrap_or(made.status_code),
            ident: fields.ident.unwrap_or(made.ident),
            label: fields.label.unwrap_or(made.label),
            group_id: fields.group_id,
            tenant_id: fields.tenant_id,
            fulfillable_data: fields.fulfillable_data,
            service_code: made.service_code,
            owning_entity: made.owning_entity,
        }
    }
}

impl From<&ProductContext> for ProductContextFields {
    fn from(product: &ProductContext) -> Self {
        Self {
            service_code: product.service_code.clone(),
            owning_entity: product.owning_entity.clone(),
            status_code: Some(product.status_code.clone()),
            ident: Some(product.ident.clone()),
            label: Some(product.label.clone()),
            group_id: product.group_id.clone(),
            tenant_id: product.tenant_id.clone(),
            fulfillable_data: product.fulfillable_data.clone(),
        }
    }
}
