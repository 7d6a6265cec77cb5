//! A product in a profile. Published clients and a page of Adobe's documentation show its fields.

use serde::Serialize;

use crate::identities::organization::ProductContext;

#[derive(Serialize)]
pub(crate) struct ProductContextBody {
    #[serde(rename = "serviceCode")]
    service_code: String,
    #[serde(rename = "owningEntity")]
    owning_entity: String,
    #[serde(rename = "statusCode")]
    status_code: String,
    ident: String,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    groupid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fulfillable_data: Option<String>,
}

impl From<&ProductContext> for ProductContextBody {
    fn from(context: &ProductContext) -> Self {
        Self {
            service_code: context.service_code.clone(),
            owning_entity: context.owning_entity.clone(),
            status_code: context.status_code.clone(),
            ident: context.ident.clone(),
            label: context.label.clone(),
            groupid: context.group_id.clone(),
            tenant_id: context.tenant_id.clone(),
            fulfillable_data: context.fulfillable_data.clone(),
        }
    }
}
