//! A set of variables that together hold credentials.

use std::collections::BTreeMap;

use super::super::aio_context;
use super::super::aio_variable;
use super::super::aliases::FieldNames;
use super::super::choice::{Candidate, choose};
use super::super::field::Field;
use super::super::flat::FlatDocument;
use super::super::partial::{Kind, PartialCredentials};
use super::super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;

/// The variable with one JSON object (written by aio, proposed in public and merged).
pub(super) const OAUTH_S2S: &str = "IMS_OAUTH_S2S";

/// Variables by their names.
pub(super) type Variables = BTreeMap<String, Secret>;

/// A prefix of names that belong together, and the label of these in messages.
pub(super) struct NamePattern {
    pub(super) prefix: &'static str,
    pub(super) label: &'static str,
    /// False for names that are too common to mean Adobe's credentials in an environment.
    pub(super) in_environment: bool,
}

/// The fields that a set must have to count as credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Requirement {
    /// The client id or a client secret.
    AnyPart,
    /// The client id and a client secret.
    IdAndSecret,
    /// The client id and a client secret, and for `OAUTH_*` an Adobe organisation or technical account: an
    /// environment also holds variables of other programs.
    AdobeOnly,
}

/// Variables of one pattern that together hold credentials.
pub(super) struct VariableSet {
    pub(super) label: &'static str,
    /// The names of the variables that hold a secret.
    pub(super) secret_names: Vec<String>,
    content: Content,
}

enum Content {
    Contexts {
        by_name: BTreeMap<String, Context>,
        /// The context that counts if the caller names none.
        current: Option<String>,
    },
    Json(Secret),
    Fields {
        prefix: &'static str,
        fields: Box<RawFields>,
    },
}

/// An IMS context of aio.
#[derive(Default)]
struct Context {
    /// The part of the variable's name before the key.
    prefix: String,
    fields: RawFields,
}

impl VariableSet {
    /// Collects the contexts of aio.
    pub(super) fn contexts(variables: &Variables, requirement: Requirement) -> Option<Self> {
        let mut by_name: BTreeMap<String, Context> = BTreeMap::new();
        let mut secret_names = Vec::new();
        let mut current = None;
        for (name, value) in variables {
            if aio_variable::is_current_context(name) {
                current = Some(value.expose().trim().to_owned());
            }
            let Some((context, key, prefix)) = aio_variable::context_and_key(name) else {
                continue;
            };
            let context = by_name.entry(context).or_insert_with(|| Context {
                prefix: prefix.to_owned(),
                ..Context::default()
            });
            if key.eq_ignore_ascii_case("env") {
                context.fields.environment_name = Field::Text(value.clone());
            } else {
                set_field(&mut context.fields, &key, value);
            }
            if is_secret(&key) {
                secret_names.push(name.clone());
            }
        }
        by_name.retain(|_, context| {
            requirement == Requirement::AnyPart || aio_context::is_credential(&context.fields)
        });
        (!by_name.is_empty()).then_some(Self {
            label: "AIO_ims_contexts_*",
            secret_names,
            content: Content::Contexts { by_name, current },
        })
    }

    /// Reads the variable with one JSON object.
    pub(super) fn json(variables: &Variables) -> Option<Self> {
        let json = variables.get(OAUTH_S2S).filter(|json| !json.is_empty())?;
        Some(Self {
            label: OAUTH_S2S,
            secret_names: vec![OAUTH_S2S.to_owned()],
            content: Content::Json(json.clone()),
        })
    }

    /// Collects the variables whose names match the pattern.
    pub(super) fn matching(
        pattern: &NamePattern,
        variables: &Variables,
        requirement: Requirement,
    ) -> Option<Self> {
        if requirement == Requirement::AdobeOnly && !pattern.in_environment {
            return None;
        }
        let mut fields = RawFields::default();
        let mut secret_names = Vec::new();
        for (name, value) in variables {
            if let Some(key) = name.strip_prefix(pattern.prefix)
                && set_field(&mut fields, key, value)
                && is_secret(key)
            {
                secret_names.push(name.clone());
            }
        }
        let (has_id, has_secret) = (
            fields.client_id.is_present(),
            fields.client_secrets.is_present(),
        );
        let is_credential = match requirement {
            Requirement::AnyPart => has_id || has_secret,
            Requirement::IdAndSecret => has_id && has_secret,
            Requirement::AdobeOnly => {
                has_id && has_secret && (pattern.prefix != "OAUTH_" || names_adobe(&fields))
            }
        };
        is_credential.then(|| Self {
            label: pattern.label,
            secret_names,
            content: Content::Fields {
                prefix: pattern.prefix,
                fields: Box::new(fields),
            },
        })
    }

    /// Returns the credentials. `context` selects one of several contexts of aio.
    pub(super) fn partial(&self, context: Option<&str>) -> Result<PartialCredentials> {
        match &self.content {
            Content::Contexts { by_name, current } => {
                let candidates = by_name.iter().map(|(name, context)| {
                    let mut partial = aio_context::partial(context.fields.clone());
                    partial.names =
                        aio_variable::names(&partial).with_foreign_prefix(&context.prefix);
                    Candidate {
                        names: vec![name.clone()],
                        partial,
                    }
                });
                let container = "the set of variables AIO_ims_contexts_*";
                choose(candidates.collect(), context, current.as_deref(), container)?
                    .ok_or_else(no_credentials)
            }
            Content::Json(json) => from_json(json),
            Content::Fields { prefix, fields } => Ok(from_fields(prefix, fields)),
        }
    }
}

fn from_json(json: &Secret) -> Result<PartialCredentials> {
    // serde reads a list as an object without names.
    let is_object = json.expose().trim_start().starts_with('{');
    let document = serde_json::from_str::<FlatDocument>(json.expose()).ok();
    let document = document.filter(|_| is_object).ok_or_else(|| {
        let message = "IMS_OAUTH_S2S is no JSON object with the fields of credentials";
        Error::new(Problem::DocumentNotJson, message)
            .with_hint("a `.env` file or a pipeline may have removed its quotes")
    })?;
    let names = FieldNames {
        client_secret: "client_secret",
        ..FieldNames::AIO
    };
    let names = names.with_prefix("IMS_OAUTH_S2S.");
    Ok(PartialCredentials::new(
        document.into(),
        names,
        Kind::ClientCredentials,
    ))
}

fn from_fields(prefix: &'static str, fields: &RawFields) -> PartialCredentials {
    let names = FieldNames {
        client_secret: "CLIENT_SECRET",
        ..FieldNames::CONSOLE
    };
    // A private key among so many variables may be that of another program.
    let kind = if fields.scopes.is_present() && !fields.metascopes.is_present() {
        Kind::ClientCredentials
    } else {
        Kind::ByContent
    };
    PartialCredentials::new(fields.clone(), names.with_prefix(prefix), kind)
}

/// Creates the error of variables without credentials.
pub(super) fn no_credentials() -> Error {
    let message = "the variables hold no credentials";
    Error::new(Problem::CredentialsIncomplete, message)
}

/// Returns true if an id of Adobe is among the fields.
fn names_adobe(fields: &RawFields) -> bool {
    let ids = [&fields.organization_id, &fields.technical_account_id];
    let endings = ["@AdobeOrg", "@techacct.adobe.com"];
    ids.into_iter().any(|id| match id {
        Field::Text(id) => endings.iter().any(|ending| id.expose().contains(ending)),
        _ => false,
    })
}

/// Sets the field of this key. Returns false if the key is none of a credential's.
fn set_field(fields: &mut RawFields, key: &str, value: &Secret) -> bool {
    let field = match key.to_ascii_uppercase().as_str() {
        "CLIENT_ID" | "API_KEY" => &mut fields.client_id,
        // Variables come in the order of their names, so the list counts.
        "CLIENT_SECRET" | "CLIENT_SECRETS" => &mut fields.client_secrets,
        "SCOPES" | "SCOPE" => &mut fields.scopes,
        "META_SCOPES" | "METASCOPES" => &mut fields.metascopes,
        "ORG_ID" | "IMS_ORG_ID" => &mut fields.organization_id,
        "TECHNICAL_ACCOUNT_ID" => &mut fields.technical_account_id,
        "TECHNICAL_ACCOUNT_EMAIL" => &mut fields.email,
        "PRIVATE_KEY" | "PRIVATE_KEY_FILE" => &mut fields.private_key,
        "PASSPHRASE" => &mut fields.passphrase,
        "IMS_HOST" => &mut fields.environment,
        _ => return false,
    };
    let value = match serde_json::from_str(value.expose()) {
        Ok(list @ Field::List(_)) => list,
        _ => Field::Text(value.clone()),
    };
    field.replace(value);
    true
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    key.starts_with("CLIENT_SECRET") || ["PRIVATE_KEY", "PASSPHRASE"].contains(&key.as_str())
}
