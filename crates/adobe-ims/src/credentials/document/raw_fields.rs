use std::time::SystemTime;

use super::aliases::FieldNames;
use super::field::Field;
use super::field_reader::FieldReader;
use super::identity_service::IdentityServiceFields;
use super::scopes::split_scopes;
use crate::value::ValueKind;

/// Everything that credentials can consist of, unchecked.
#[derive(Clone, Debug, Default)]
pub(super) struct RawFields {
    pub(super) identity_service: IdentityServiceFields,
    pub(super) client_id: Field,
    pub(super) client_secrets: Field,
    pub(super) scopes: Field,
    pub(super) metascopes: Field,
    pub(super) organization_id: Field,
    pub(super) technical_account_id: Field,
    pub(super) email: Field,
    pub(super) private_key: Field,
    pub(super) passphrase: Field,
    pub(super) certificate: Field,
    pub(super) certificate_expires_at: Option<SystemTime>,
}

impl RawFields {
    /// Returns the fields that a caller can set.
    fn caller_fields(&self) -> [&Field; 7] {
        [
            &self.client_id,
            &self.client_secrets,
            &self.scopes,
            &self.metascopes,
            &self.organization_id,
            &self.technical_account_id,
            &self.private_key,
        ]
    }

    /// Returns true if a field that a caller can set has a value.
    pub(super) fn is_present(&self) -> bool {
        self.caller_fields().iter().any(|field| field.is_present())
    }

    /// Returns true if there are fields that only a technical account has.
    pub(super) fn has_assertion_fields(&self) -> bool {
        self.metascopes.is_present() || self.private_key.is_present()
    }

    /// Returns true if the values themselves say that they are Adobe's.
    pub(super) fn is_of_adobe(&self) -> bool {
        let ids = [
            &self.organization_id,
            &self.technical_account_id,
            &self.email,
        ];
        let endings = ["@AdobeOrg", "@techacct.adobe.com"];
        let has_id = ids.into_iter().any(|id| match id {
            Field::Text(id) => endings.iter().any(|ending| id.expose().contains(ending)),
            _ => false,
        });
        has_id || self.scope_list().iter().any(|scope| scope == "AdobeID")
    }

    /// Reads each field that a caller has set, so that the reader knows what cannot be right.
    pub(super) fn check(&self, reader: &mut FieldReader, names: &FieldNames) {
        for (kind, name, field) in [
            (ValueKind::ClientId, names.client_id, &self.client_id),
            (
                ValueKind::ClientSecret,
                names.client_secret,
                &self.client_secrets,
            ),
            (ValueKind::Scopes, names.scopes, &self.scopes),
            (ValueKind::Scopes, names.metascopes, &self.metascopes),
            (
                ValueKind::Organization,
                names.organization_id,
                &self.organization_id,
            ),
            (
                ValueKind::TechnicalAccountId,
                names.technical_account_id,
                &self.technical_account_id,
            ),
            (ValueKind::PrivateKey, names.private_key, &self.private_key),
        ] {
            if kind == ValueKind::Scopes {
                reader.lists(name, field.clone());
            } else {
                reader.values(kind, name, field.clone());
            }
        }
    }

    /// Returns the scopes, each once.
    pub(super) fn scope_list(&self) -> Vec<String> {
        split_scopes(&FieldReader::new("").texts("", self.scopes.clone()))
    }

    /// Replaces the fields that the caller has set.
    pub(super) fn override_with(&mut self, overrides: &Self) {
        let fields = [
            &mut self.client_id,
            &mut self.client_secrets,
            &mut self.scopes,
            &mut self.metascopes,
            &mut self.organization_id,
            &mut self.technical_account_id,
            &mut self.private_key,
        ];
        for (field, value) in fields.into_iter().zip(overrides.caller_fields()) {
            field.replace(value.clone());
        }
    }
}
