//! A set of variables that together hold credentials.

use std::collections::BTreeMap;

use super::super::aio_context;
use super::super::aio_variable;
use super::super::aliases::FieldNames;
use super::super::choice::{Candidate, Rank, Selection, choose};
use super::super::field::Field;
use super::super::flat;
use super::super::identity_service::{Certainty, IdentityServiceFields};
use super::super::known_key::KnownKey;
use super::super::node::Node;
use super::super::partial::{Kind, PartialCredentials};
use super::super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;

/// The variable with one JSON object (written by aio, proposed in public and merged).
pub(super) const OAUTH_S2S: &str = "IMS_OAUTH_S2S";

/// Variables by their names.
pub(in super::super) type Variables = BTreeMap<String, Secret>;

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
#[derive(Clone)]
pub(in super::super) struct VariableSet {
    pub(super) label: &'static str,
    /// The names of the variables that hold a secret.
    pub(super) secret_names: Vec<String>,
    /// The values of the other variables of a file. Those of an environment may belong to other programs.
    of_file: IdentityServiceFields,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Contexts {
        by_name: BTreeMap<String, Context>,
        /// The context that counts if the caller names none.
        current: Option<String>,
    },
    Json(Secret),
    Fields {
        prefix: &'static str,
        /// The name of the variable with the secrets, after the prefix.
        client_secret: &'static str,
        fields: Box<RawFields>,
    },
    /// Those of each prefix of a person's.
    Prefixes(Vec<(String, RawFields)>),
}

/// An IMS context of aio.
#[derive(Clone, Default)]
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
            match KnownKey::of(&key) {
                Some(KnownKey::Environment) => {
                    let service = &mut context.fields.identity_service;
                    service.add(Certainty::Sure, name, Field::Text(value.clone()));
                }
                Some(known) => {
                    set_field(&mut context.fields, known, value);
                    if known.is_secret() {
                        secret_names.push(name.clone());
                    }
                }
                None => {}
            }
        }
        by_name.retain(|_, context| {
            requirement == Requirement::AnyPart || aio_context::is_credential(&context.fields)
        });
        (!by_name.is_empty()).then_some(Self {
            label: "AIO_ims_contexts_*",
            secret_names,
            of_file: of_file(variables, requirement),
            content: Content::Contexts { by_name, current },
        })
    }

    /// Reads the variable with one JSON object.
    pub(super) fn json(variables: &Variables, requirement: Requirement) -> Option<Self> {
        let json = variables.get(OAUTH_S2S).filter(|json| !json.is_empty())?;
        Some(Self {
            label: OAUTH_S2S,
            secret_names: vec![OAUTH_S2S.to_owned()],
            of_file: of_file(variables, requirement),
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
            let key = name.strip_prefix(pattern.prefix);
            let Some((key, known)) = key.and_then(|key| Some((key, KnownKey::of(key)?))) else {
                continue;
            };
            // So short a name may belong to anything.
            if pattern.prefix.is_empty() && ["SECRET", "ORG"].contains(&key) {
                continue;
            }
            if known.is_of_credentials() {
                set_field(&mut fields, known, value);
                if known.is_secret() {
                    secret_names.push(name.clone());
                }
            } else if !pattern.prefix.is_empty() {
                let certainty = match KnownKey::of(name) {
                    Some(KnownKey::IdentityService) => Certainty::Sure,
                    _ => Certainty::Likely,
                };
                (fields.identity_service).add(certainty, name, Field::Text(value.clone()));
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
        let has_list = secret_names
            .iter()
            .any(|name| name.ends_with("CLIENT_SECRETS"));
        is_credential.then(|| Self {
            label: pattern.label,
            secret_names,
            of_file: of_file(variables, requirement),
            content: Content::Fields {
                prefix: pattern.prefix,
                client_secret: if has_list {
                    "CLIENT_SECRETS"
                } else {
                    "CLIENT_SECRET"
                },
                fields: Box::new(fields),
            },
        })
    }

    /// Creates the set of the variables with prefixes of a person's; `None` without any.
    pub(super) fn with_prefixes(
        prefixes: Vec<(String, RawFields)>,
        variables: &Variables,
    ) -> Option<Self> {
        (!prefixes.is_empty()).then(|| Self {
            label: "variables of one prefix",
            secret_names: Vec::new(),
            of_file: of_file(variables, Requirement::IdAndSecret),
            content: Content::Prefixes(prefixes),
        })
    }

    /// Returns true if there is a context of aio with this name.
    pub(in super::super) fn has_context(&self, name: &str) -> bool {
        matches!(&self.content, Content::Contexts { by_name, .. } if by_name.contains_key(name))
    }

    /// Returns the credentials. `context` selects one of several contexts of aio.
    pub(in super::super) fn partial(&self, context: Option<&str>) -> Result<PartialCredentials> {
        let mut partial = self.own_partial(context)?;
        (partial.fields.identity_service).extend(&self.of_file);
        Ok(partial)
    }

    fn own_partial(&self, context: Option<&str>) -> Result<PartialCredentials> {
        match &self.content {
            Content::Contexts { by_name, current } => {
                let candidates = by_name.iter().map(|(name, context)| {
                    let mut partial = aio_context::partial(context.fields.clone());
                    partial.names =
                        aio_variable::names(&partial).with_foreign_prefix(&context.prefix);
                    Candidate {
                        names: vec![name.clone()],
                        partial,
                        rank: Rank::Credentials,
                    }
                });
                let container = "the set of variables AIO_ims_contexts_*";
                let selection = Selection {
                    name: context,
                    current: current.as_deref().filter(|name| !name.is_empty()),
                };
                choose(candidates.collect(), selection, container)?.ok_or_else(no_credentials)
            }
            Content::Json(json) => from_json(json),
            Content::Fields {
                prefix,
                client_secret,
                fields,
            } => Ok(from_fields(prefix, client_secret, fields)),
            Content::Prefixes(prefixes) => {
                let candidates = prefixes.iter().map(|(prefix, fields)| Candidate {
                    names: vec![
                        prefix.trim_end_matches(['_', '-', '.']).to_owned(),
                        prefix.clone(),
                    ],
                    partial: from_fields(prefix, "CLIENT_SECRET", fields),
                    rank: Rank::Credentials,
                });
                let selection = Selection {
                    name: context.filter(|_| prefixes.len() > 1),
                    current: None,
                };
                let container = "the credential document";
                choose(candidates.collect(), selection, container)?.ok_or_else(no_credentials)
            }
        }
    }
}

fn from_json(json: &Secret) -> Result<PartialCredentials> {
    let document = serde_json::from_str::<Node>(json.expose()).ok();
    let map = document.as_ref().and_then(Node::as_map).ok_or_else(|| {
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
        flat::read(map)?,
        names,
        Kind::ClientCredentials,
    ))
}

fn from_fields(
    prefix: &str,
    client_secret: &'static str,
    fields: &RawFields,
) -> PartialCredentials {
    let names = FieldNames {
        client_secret,
        ..FieldNames::CONSOLE
    };
    // A private key among so many variables may be that of another program.
    let kind = if fields.scopes.is_present() && !fields.metascopes.is_present() {
        Kind::ClientCredentials
    } else {
        Kind::ByContent
    };
    PartialCredentials::new(fields.clone(), names.with_foreign_prefix(prefix), kind)
}

/// Creates the error of variables without credentials.
pub(super) fn no_credentials() -> Error {
    let message = "the variables hold no credentials";
    Error::new(Problem::CredentialsIncomplete, message)
}

/// Returns what all variables of a file say about the identity service.
fn of_file(variables: &Variables, requirement: Requirement) -> IdentityServiceFields {
    let mut found = IdentityServiceFields::default();
    if requirement == Requirement::AdobeOnly {
        return found;
    }
    for (name, value) in variables {
        let certainty = match KnownKey::of(name) {
            Some(KnownKey::IdentityService) => Certainty::Sure,
            Some(KnownKey::Environment | KnownKey::Server) => Certainty::Possible,
            _ => continue,
        };
        found.add(certainty, name, Field::Text(value.clone()));
    }
    found
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

/// Sets a field of credentials. The variables come in the order of their names, so a list of secrets counts.
pub(super) fn set_field(fields: &mut RawFields, known: KnownKey, value: &Secret) {
    let field = match known {
        KnownKey::ClientId => &mut fields.client_id,
        KnownKey::ClientSecret | KnownKey::ClientSecrets => &mut fields.client_secrets,
        KnownKey::Scopes => &mut fields.scopes,
        KnownKey::Metascopes => &mut fields.metascopes,
        KnownKey::OrganizationId => &mut fields.organization_id,
        KnownKey::TechnicalAccountId => &mut fields.technical_account_id,
        KnownKey::Email => &mut fields.email,
        KnownKey::PrivateKey => &mut fields.private_key,
        KnownKey::Passphrase => &mut fields.passphrase,
        KnownKey::IdentityService | KnownKey::Environment | KnownKey::Server => return,
    };
    let value = match serde_json::from_str(value.expose()) {
        Ok(list @ Field::List(_)) => list,
        _ => Field::Text(value.clone()),
    };
    field.replace(value);
}
