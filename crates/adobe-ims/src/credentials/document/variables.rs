//! Credentials in variables, of the environment or of a `.env` file, under the names that Adobe's tools
//! and starter kits use.

use std::collections::BTreeMap;

use super::aio_context;
use super::aio_variable;
use super::aliases::FieldNames;
use super::choice::{Candidate, choose};
use super::env_file;
use super::field::Field;
use super::flat::Found;
use super::partial::{Kind, PartialCredentials, RawFields};
use crate::credentials::{Credentials, DocumentOptions};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// One JSON object (written by aio, proposed in public and merged).
const OAUTH_S2S: &str = "IMS_OAUTH_S2S";

/// Names that begin alike, and what they are called together. Bare names are too common to mean Adobe's
/// credentials in an environment.
const SPELLINGS: &[Spelling] = &[
    Spelling {
        prefix: "IMS_OAUTH_S2S_",
        label: "IMS_OAUTH_S2S_*",
        in_environment: true,
    },
    Spelling {
        prefix: "OAUTH_",
        label: "OAUTH_*",
        in_environment: true,
    },
    Spelling {
        prefix: "IMS_",
        label: "IMS_*",
        in_environment: false,
    },
    Spelling {
        prefix: "",
        label: "CLIENT_ID, CLIENT_SECRET",
        in_environment: false,
    },
];

struct Spelling {
    prefix: &'static str,
    label: &'static str,
    in_environment: bool,
}

/// The credentials that stand in environment variables for other programs: contexts of Adobe's aio
/// (`AIO_ims_contexts_NAME_client__id`, documented by Adobe), `IMS_OAUTH_S2S` as one JSON object or as
/// `IMS_OAUTH_S2S_CLIENT_ID` and so on (aio), and `OAUTH_CLIENT_ID` and so on of Adobe's Commerce starter
/// kits. The first of these that is there counts.
///
/// `OAUTH_…` is used for much else: it counts if an organisation or a technical account of Adobe is there as
/// well.
///
/// ```
/// use adobe_ims::credentials::{CredentialVariables, DocumentOptions};
///
/// let found = CredentialVariables::collect([
///     ("OAUTH_CLIENT_ID", "0123456789abcdef"),
///     ("OAUTH_CLIENT_SECRET", "p8e-…"),
///     ("OAUTH_ORG_ID", "FFEEDDCCBBAA998877665544@AdobeOrg"),
///     ("OAUTH_SCOPES", "[\"openid\", \"AdobeID\"]"),
/// ]);
/// assert!(found.sources().eq(["OAUTH_*"]));
/// let credentials = found.credentials(&DocumentOptions::default())?;
/// # assert!(credentials.is_some());
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Default)]
pub struct CredentialVariables {
    sets: Vec<Set>,
}

/// What goes by one spelling.
struct Set {
    label: &'static str,
    /// The names that the variables have which hold a secret.
    secrets: Vec<String>,
    content: Content,
}

enum Content {
    /// By their names, with what stands before the keys; and which counts if no other is meant.
    Contexts(BTreeMap<String, (String, RawFields)>, Option<String>),
    Json(Secret),
    Fields(&'static str, Box<RawFields>),
}

/// What it takes to be seen as credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Requirement {
    AnyPart,
    IdAndSecret,
    /// The same in an environment, where much else is.
    Adobes,
}

impl CredentialVariables {
    /// Looks through an environment. Names that are not known are passed over.
    pub fn collect<N: AsRef<str>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .filter(|(name, _)| is_known(name.as_ref()))
            .map(|(name, value)| (name.as_ref().to_owned(), value.into()));
        Self::sort(&variables.collect(), Requirement::Adobes)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Where credentials are, by the names of the variables: first that which counts, then those which are
    /// passed over.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> {
        self.sets.iter().map(|set| set.label)
    }

    /// The names of the variables that hold a secret of what counts.
    pub fn secret_names(&self) -> impl Iterator<Item = &str> {
        let first = self.sets.first().into_iter();
        first.flat_map(|set| set.secrets.iter().map(String::as_str))
    }

    /// The credentials that count; `None` when there are none. `options` are as for a document.
    ///
    /// # Errors
    /// As for [`Credentials::parse_with`], with [`Problem::CredentialsIncomplete`] for what is missing.
    pub fn credentials(&self, options: &DocumentOptions) -> Result<Option<Credentials>> {
        let Some(set) = self.sets.first() else {
            return Ok(None);
        };
        let mut draft = set.draft(options.context.as_deref())?;
        draft.lacks_some = false;
        draft.names = draft.names.of("the credentials in the environment");
        options.complete(draft).map(Some)
    }

    fn sort(variables: &BTreeMap<String, Secret>, requirement: Requirement) -> Self {
        let mut contexts = BTreeMap::new();
        let mut aio_secrets = Vec::new();
        let mut current = None;
        for (name, value) in variables {
            if aio_variable::names_the_current(name) {
                current = Some(value.expose().trim().to_owned());
            }
            let Some((context, key, prefix)) = aio_variable::context_and_key(name) else {
                continue;
            };
            let (_, parts) = contexts
                .entry(context)
                .or_insert_with(|| (prefix.to_owned(), RawFields::default()));
            match key.eq_ignore_ascii_case("env") {
                true => parts.environment_name = Field::Text(value.clone()),
                false => _ = place(parts, &key, value),
            }
            if is_secret(&key) {
                aio_secrets.push(name.clone());
            }
        }
        let is_credential = |(_, parts): &(String, RawFields)| {
            requirement == Requirement::AnyPart || aio_context::is_credential(parts)
        };
        contexts.retain(|_, context| is_credential(context));
        let mut sets = Vec::new();
        if !contexts.is_empty() {
            sets.push(Set {
                label: "AIO_ims_contexts_*",
                secrets: aio_secrets,
                content: Content::Contexts(contexts, current),
            });
        }
        if let Some(json) = variables.get(OAUTH_S2S).filter(|json| !json.is_empty()) {
            sets.push(Set {
                label: OAUTH_S2S,
                secrets: vec![OAUTH_S2S.to_owned()],
                content: Content::Json(json.clone()),
            });
        }
        let spellings = SPELLINGS.iter();
        for spelling in
            spellings.filter(|it| it.in_environment || requirement != Requirement::Adobes)
        {
            sets.extend(Set::spelt(spelling, variables, requirement));
        }
        if requirement == Requirement::Adobes {
            sets.retain(Set::is_of_adobe);
        }
        Self { sets }
    }
}

impl core::fmt::Debug for CredentialVariables {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.sources()).finish()
    }
}

impl Set {
    fn spelt(
        spelling: &Spelling,
        variables: &BTreeMap<String, Secret>,
        requirement: Requirement,
    ) -> Option<Self> {
        let mut parts = RawFields::default();
        let mut secrets = Vec::new();
        for (name, value) in variables {
            if let Some(key) = name.strip_prefix(spelling.prefix)
                && place(&mut parts, key, value)
                && is_secret(key)
            {
                secrets.push(name.clone());
            }
        }
        let has = [
            parts.client_id.is_present(),
            parts.client_secrets.is_present(),
        ];
        let is_one =
            has == [true, true] || requirement == Requirement::AnyPart && has != [false, false];
        is_one.then(|| Self {
            label: spelling.label,
            secrets,
            content: Content::Fields(spelling.prefix, Box::new(parts)),
        })
    }

    fn is_of_adobe(&self) -> bool {
        match &self.content {
            Content::Fields("OAUTH_", parts) => [&parts.organization_id, &parts.technical_account_id]
                .iter()
                .any(|id| matches!(id, Field::Text(id) if id.expose().contains("@AdobeOrg") || id.expose().contains("@techacct.adobe.com"))),
            _ => true,
        }
    }

    fn draft(&self, meant: Option<&str>) -> Result<PartialCredentials> {
        match &self.content {
            Content::Contexts(contexts, current) => {
                let candidates = contexts.iter().map(|(name, (prefix, parts))| {
                    let mut draft = aio_context::draft(parts.clone());
                    draft.names = aio_variable::names(&draft).within(prefix);
                    Candidate {
                        names: vec![name.clone()],
                        draft,
                    }
                });
                let whole = "the set of variables AIO_ims_contexts_*";
                choose(candidates.collect(), meant, current.as_deref(), whole)?.ok_or_else(nothing)
            }
            Content::Json(json) => {
                // A list would be read as an object without names.
                let object = json.expose().trim_start().starts_with('{');
                let found = serde_json::from_str::<Found>(json.expose()).ok();
                let found = found.filter(|_| object).ok_or_else(|| {
                    let what = "IMS_OAUTH_S2S is no JSON object with the fields of credentials";
                    Error::new(Problem::DocumentNotJson, what)
                        .with_hint("a `.env` file or a pipeline may have removed its quotes")
                })?;
                let names = FieldNames {
                    client_secret: "client_secret",
                    ..FieldNames::AIO
                };
                let names = names.below("IMS_OAUTH_S2S.");
                Ok(PartialCredentials::new(
                    found.into(),
                    names,
                    Kind::ClientCredentials,
                ))
            }
            Content::Fields(prefix, parts) => {
                let names = FieldNames {
                    client_secret: "CLIENT_SECRET",
                    ..FieldNames::CONSOLE
                };
                let parts = RawFields::clone(parts);
                // A private key among so many variables may be for anything.
                let kind = match parts.scopes.is_present() && !parts.metascopes.is_present() {
                    true => Kind::ClientCredentials,
                    false => Kind::ByContent,
                };
                Ok(PartialCredentials::new(parts, names.below(*prefix), kind))
            }
        }
    }
}

fn nothing() -> Error {
    let what = "the variables hold no credentials";
    Error::new(Problem::CredentialsIncomplete, what)
}

/// Whether a text is an environment file with credentials in it.
pub(super) fn are_in(text: &str) -> bool {
    !text.starts_with(['{', '[', '<']) && !in_file(text).sets.is_empty()
}

/// The credentials in an environment file.
pub(super) fn parse(text: &str, meant: Option<&str>) -> Result<PartialCredentials> {
    let found = in_file(text);
    let set = found.sets.first().ok_or_else(nothing)?;
    let mut draft = set.draft(meant)?;
    draft.lacks_some = true;
    Ok(draft)
}

/// What is complete, or else what may have been meant.
fn in_file(text: &str) -> CredentialVariables {
    let variables = env_file::assignments(text).into_iter().collect();
    match CredentialVariables::sort(&variables, Requirement::IdAndSecret) {
        none if none.is_empty() => CredentialVariables::sort(&variables, Requirement::AnyPart),
        found => found,
    }
}

/// Takes a value if the key is one of a credential's.
fn place(parts: &mut RawFields, key: &str, value: &Secret) -> bool {
    let field = match key.to_ascii_uppercase().as_str() {
        "CLIENT_ID" | "API_KEY" => &mut parts.client_id,
        // In the order of the names: the list counts.
        "CLIENT_SECRET" | "CLIENT_SECRETS" => &mut parts.client_secrets,
        "SCOPES" | "SCOPE" => &mut parts.scopes,
        "META_SCOPES" | "METASCOPES" => &mut parts.metascopes,
        "ORG_ID" | "IMS_ORG_ID" => &mut parts.organization_id,
        "TECHNICAL_ACCOUNT_ID" => &mut parts.technical_account_id,
        "TECHNICAL_ACCOUNT_EMAIL" => &mut parts.email,
        "PRIVATE_KEY" | "PRIVATE_KEY_FILE" => &mut parts.private_key,
        "PASSPHRASE" => &mut parts.passphrase,
        "IMS_HOST" => &mut parts.environment,
        _ => return false,
    };
    let value = match serde_json::from_str(value.expose()) {
        Ok(list @ Field::Lines(_)) => list,
        _ => Field::Text(value.clone()),
    };
    value.over(field);
    true
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    key.starts_with("CLIENT_SECRET") || ["PRIVATE_KEY", "PASSPHRASE"].contains(&key.as_str())
}

fn is_known(name: &str) -> bool {
    let starts = |prefix: &str| {
        let start = name.as_bytes().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    ["AIO_", "OAUTH_", OAUTH_S2S].iter().any(|it| starts(it))
}
