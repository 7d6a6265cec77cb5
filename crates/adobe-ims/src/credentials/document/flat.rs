//! Documents whose fields stand side by side, under any of their names.

use std::time::SystemTime;

use super::aliases::FieldNames;
use super::field::Field;
use super::jwt_payload;
use super::known_key::KnownKey;
use super::node::{Map, Node};
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};
use crate::util::time;

/// Returns true if a document has a client at its top level, and not that of another company's service account.
pub(super) fn has_client(map: &Map) -> bool {
    let has = |known| map.known(known).is_some();
    let beside_the_id = [
        KnownKey::ClientSecret,
        KnownKey::ClientSecrets,
        KnownKey::Scopes,
        KnownKey::Metascopes,
        KnownKey::TechnicalAccountId,
        KnownKey::IdentityService,
    ];
    let has_id = has(KnownKey::ClientId) && beside_the_id.into_iter().any(has);
    (has_id || map.has_any(&["CLIENT_SECRETS", "API_KEY", "jwt_payload"])) && !is_foreign(map)
}

/// Returns true for a service account of Google Cloud and a service principal of Azure, which have fields of the same
/// names.
pub(super) fn is_foreign(map: &Map) -> bool {
    map.text("type") == Some("service_account")
        || map.has_any(&["subscriptionId", "activeDirectoryEndpointUrl"])
}

/// Reads the fields.
///
/// # Errors
/// [`Problem::DocumentUnknown`] if a field has two values under two names.
pub(super) fn read(map: &Map) -> Result<RawFields> {
    let mut fields = RawFields::default();
    let mut list = Field::Missing;
    for (key, node) in map.entries() {
        let Some(known) = KnownKey::of(key) else {
            continue;
        };
        let value = node.to_field();
        let (field, name) = match known {
            KnownKey::ClientId => (&mut fields.client_id, "client_id"),
            KnownKey::ClientSecret => (&mut fields.client_secrets, "client_secret"),
            KnownKey::ClientSecrets => (&mut list, "client_secrets"),
            KnownKey::Scopes => (&mut fields.scopes, "scopes"),
            KnownKey::Metascopes => (&mut fields.metascopes, "meta_scopes"),
            KnownKey::OrganizationId => (&mut fields.organization_id, "org_id"),
            KnownKey::TechnicalAccountId => {
                (&mut fields.technical_account_id, "technical_account_id")
            }
            KnownKey::Email => (&mut fields.email, "technical_account_email"),
            KnownKey::PrivateKey => (&mut fields.private_key, "private_key"),
            KnownKey::Passphrase => (&mut fields.passphrase, "passphrase"),
            KnownKey::IdentityService | KnownKey::Environment | KnownKey::Server => {
                // An object of this name holds other fields.
                if !matches!(node, Node::Map(_)) {
                    fields.identity_service.add_known(known, key, value);
                }
                continue;
            }
        };
        if field.is_present() && value.is_present() && !field.is_same(&value) {
            let message =
                format!("the credential document gives {name} twice, with different values");
            return Err(Error::new(Problem::DocumentUnknown, message));
        }
        // A wrong or an empty value is reported only if there is no other.
        if !field.is_present() {
            *field = value;
        }
    }
    if !matches!(list, Field::Missing) {
        fields.client_secrets = list;
    }
    if let Some(payload) = map.map("jwt_payload") {
        jwt_payload::add(payload, &mut fields);
    }
    fields.certificate_expires_at = map.map("PUBLIC_KEYS_WITH_EXPIRY").and_then(last_expiry);
    Ok(fields)
}

/// Reads a document whose kind its fields decide. The names in messages are in its spelling.
pub(super) fn parse(map: &Map) -> Result<PartialCredentials> {
    let fields = read(map)?;
    let kind = kind(map, &fields);
    let names = names(map, kind);
    // A client without its secret lacks more than what the caller usually adds.
    let has_client = fields.client_id.is_present() && fields.client_secrets.is_present();
    Ok(PartialCredentials {
        needs_supplement: has_client || kind != Kind::ClientCredentials,
        jwt_ended: kind != Kind::ClientCredentials && !map.has("metaScopes"),
        ..PartialCredentials::new(fields, names, kind)
    })
}

/// Returns the kind of credentials that fields make. Credentials of a technical account without its key and metascopes
/// may become those of OAuth if the caller adds scopes: Adobe has converted them, under the same client id.
fn kind(map: &Map, fields: &RawFields) -> Kind {
    let is_list = matches!(fields.client_secrets, Field::List(_));
    if fields.has_assertion_fields() || map.has("metaScopes") {
        Kind::Assertion
    } else if fields.scopes.is_present() || is_list {
        Kind::ClientCredentials
    } else if fields.technical_account_id.is_present() || map.has("API_KEY") {
        Kind::AssertionUnlessScopes
    } else {
        Kind::ClientCredentials
    }
}

fn names(map: &Map, kind: Kind) -> FieldNames {
    let is_oauth = kind == Kind::ClientCredentials;
    let mut names = if map.has_any(&["clientId", "clientSecret"]) {
        if is_oauth {
            FieldNames::TUTORIAL
        } else {
            FieldNames::JWT_AUTH
        }
    } else if map.has("API_KEY") {
        FieldNames::CONSOLE_JWT
    } else if map.has_any(&["CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRETS"]) {
        FieldNames::CONSOLE
    } else if is_oauth {
        FieldNames::AIO
    } else {
        FieldNames::AIO_JWT
    };
    // One secret in the document: the message names it as it is written there.
    for single in ["client_secret", "CLIENT_SECRET", "secret"] {
        if map.has(single) {
            names.client_secret = single;
        }
    }
    names
}

/// Returns the last of the days on which certificates of a JWT download expire.
///
/// The console lists the fingerprints of the certificates with their dates, `MM/DD/YYYY`. It does not say to which
/// of them the key belongs, so the last one counts: until then there may be a key that works. The day begins at
/// midnight UTC, because the console states no hour.
fn last_expiry(certificates: &Map) -> Option<SystemTime> {
    let dates = certificates.entries();
    dates.filter_map(|(_, date)| day(date.as_text()?)).max()
}

fn day(text: &str) -> Option<SystemTime> {
    let mut fields = text.trim().split('/');
    let (month, day, year) = (fields.next()?, fields.next()?, fields.next()?);
    time::parse_rfc3339(&format!("{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"))
}
