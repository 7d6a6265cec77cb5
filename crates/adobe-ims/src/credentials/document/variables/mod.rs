//! Credentials in variables of the environment or of a `.env` file, under the names that Adobe's tools and starter
//! kits use.

mod set;
mod prefixes;

pub(super) use prefixes::unsure;
use set::{NamePattern, OAUTH_S2S, Requirement, no_credentials};
pub(super) use set::{VariableSet, Variables};

use super::env_file;
use super::field::Field;
use super::identity_service::{Certainty, IdentityServiceFields};
use super::known_key::KnownKey;
use super::partial::PartialCredentials;
use crate::error::Result;
use crate::util::secret::Secret;

/// The patterns in the order in which they count. `IMS_` and bare names are read in `.env` files only.
const NAME_PATTERNS: &[NamePattern] = &[
    NamePattern {
        prefix: "IMS_OAUTH_S2S_",
        label: "IMS_OAUTH_S2S_*",
        in_environment: true,
    },
    NamePattern {
        prefix: "OAUTH_",
        label: "OAUTH_*",
        in_environment: true,
    },
    NamePattern {
        prefix: "IMS_",
        label: "IMS_*",
        in_environment: false,
    },
    NamePattern {
        prefix: "",
        label: "CLIENT_ID, CLIENT_SECRET",
        in_environment: false,
    },
];

/// The credentials that environment variables hold for other programs.
///
/// The first of these sets that is present counts:
///
/// 1. contexts of Adobe's aio (`AIO_ims_contexts_NAME_client__id`, documented by Adobe)
/// 2. `IMS_OAUTH_S2S` as one JSON object (aio)
/// 3. `IMS_OAUTH_S2S_CLIENT_ID` and so on (aio)
/// 4. `OAUTH_CLIENT_ID` and so on (Adobe's Commerce starter kits)
///
/// Other programs use `OAUTH_…` as well. So these names count only if there is also an organisation or a technical
/// account of Adobe.
///
/// ```
/// use adobe_ims::credentials::{CredentialVariables, DocumentOptions};
///
/// let variables = CredentialVariables::collect([
///     ("OAUTH_CLIENT_ID", "0123456789abcdef"),
///     ("OAUTH_CLIENT_SECRET", "p8e-…"),
///     ("OAUTH_ORG_ID", "FFEEDDCCBBAA998877665544@AdobeOrg"),
///     ("OAUTH_SCOPES", "[\"openid\", \"AdobeID\"]"),
/// ]);
/// assert!(variables.sources().eq(["OAUTH_*"]));
/// let credentials = variables.credentials(&DocumentOptions::default())?;
/// # assert!(credentials.is_some());
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct CredentialVariables {
    sets: Vec<VariableSet>,
    identity_service: IdentityServiceFields,
}

impl CredentialVariables {
    /// Collects credentials from the variables of an environment. Unknown names are ignored.
    pub fn collect<N: AsRef<str>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut known = Variables::new();
        let mut identity_service = IdentityServiceFields::default();
        for (name, value) in variables {
            let name = name.as_ref();
            if names_identity_service(name) {
                let value = Field::Text(value.into());
                identity_service.add(Certainty::Sure, name, value);
            } else if is_known(name) {
                known.insert(name.to_owned(), value.into());
            }
        }
        Self {
            identity_service,
            ..Self::group(&known, Requirement::AdobeOnly)
        }
    }

    /// Returns true if there are no credentials.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Returns the sets that hold credentials, by the names of their variables: first the set that counts, then
    /// those that are ignored.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> {
        self.sets.iter().map(|set| set.label)
    }

    /// Returns the names of the variables that hold a secret of the set that counts.
    pub fn secret_names(&self) -> impl Iterator<Item = &str> {
        let first = self.sets.first().into_iter();
        first.flat_map(|set| set.secret_names.iter().map(String::as_str))
    }

    /// Returns what `IMS_HOST`, `IMS_ENV`, `AIO_CLI_ENV` and the like say.
    pub(crate) fn identity_service(&self) -> &IdentityServiceFields {
        &self.identity_service
    }

    /// Returns true if there are variables that name an identity service ([`CredentialFields::environment_of`]).
    ///
    /// [`CredentialFields::environment_of`]: super::CredentialFields::environment_of
    pub fn names_environment(&self) -> bool {
        self.identity_service.is_named()
    }

    /// Returns the name of a variable of a file that may mean the identity service, such as `ENVIRONMENT`, and whose
    /// value does not: it is ignored.
    pub fn ignored_environment(&self) -> Option<String> {
        let partial = self.first()?.partial(None).ok()?;
        partial.fields.identity_service.ignored()
    }

    /// Returns the set that counts.
    pub(super) fn first(&self) -> Option<&VariableSet> {
        self.sets.first()
    }

    /// Collects credentials from the text of a `.env` file, with more names than an environment: `CLIENT_ID` and the
    /// names of any one prefix that belong to Adobe's credentials.
    pub fn of_env_file(text: &str) -> Self {
        Self::of_file(env_file::assignments(text))
    }

    /// Collects the complete sets of a file, or the incomplete ones if there are no others.
    pub(super) fn of_file(variables: impl IntoIterator<Item = (String, Secret)>) -> Self {
        let variables = variables.into_iter().collect();
        let complete = Self::group(&variables, Requirement::IdAndSecret);
        if !complete.is_empty() {
            return complete;
        }
        if let Some(set) = prefixes::set(&variables) {
            return Self {
                sets: vec![set],
                ..Self::default()
            };
        }
        Self::group(&variables, Requirement::AnyPart)
    }

    fn group(variables: &Variables, requirement: Requirement) -> Self {
        let matching = |pattern| VariableSet::matching(pattern, variables, requirement);
        let sets = VariableSet::contexts(variables, requirement)
            .into_iter()
            .chain(VariableSet::json(variables, requirement))
            .chain(NAME_PATTERNS.iter().filter_map(matching));
        Self {
            sets: sets.collect(),
            identity_service: IdentityServiceFields::default(),
        }
    }
}

impl core::fmt::Debug for CredentialVariables {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.sources()).finish()
    }
}

/// Returns true if a text is a `.env` file with credentials.
pub(super) fn is_env_file(text: &str) -> bool {
    !text.starts_with(['{', '[', '<']) && !CredentialVariables::of_env_file(text).is_empty()
}

/// Reads the credentials in a `.env` file. `context` selects one of several contexts of aio.
pub(super) fn parse(
    variables: &CredentialVariables,
    context: Option<&str>,
) -> Result<PartialCredentials> {
    let set = variables.first().ok_or_else(no_credentials)?;
    let mut partial = set.partial(context)?;
    partial.needs_supplement = true;
    Ok(partial)
}

/// Returns true for the variables of an environment that may belong to credentials.
fn is_known(name: &str) -> bool {
    let starts_with = |prefix: &str| {
        let start = name.as_bytes().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    ["AIO_", "OAUTH_", OAUTH_S2S]
        .iter()
        .any(|prefix| starts_with(prefix))
}

/// Returns true for a variable of an environment that means the identity service of Adobe. Other programs use names such
/// as `TOKEN_URL` as well, and the command has `IMS_URL` itself.
pub(crate) fn names_identity_service(name: &str) -> bool {
    let is_of_ims = name.starts_with("IMS_") || name.starts_with("ADOBE_IMS_");
    name == "AIO_CLI_ENV"
        || is_of_ims && name != "IMS_URL" && KnownKey::of(name) == Some(KnownKey::IdentityService)
}
