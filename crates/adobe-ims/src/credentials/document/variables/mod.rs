//! Credentials in variables of the environment or of a `.env` file, under the names that Adobe's tools and starter
//! kits use.

mod set;

use set::{NamePattern, OAUTH_S2S, Requirement, VariableSet, Variables, no_credentials};

use super::env_file;
use super::options::DocumentOptions;
use super::partial::PartialCredentials;
use crate::credentials::Credentials;
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
#[derive(Default)]
pub struct CredentialVariables {
    sets: Vec<VariableSet>,
}

impl CredentialVariables {
    /// Collects credentials from the variables of an environment. Unknown names are ignored.
    pub fn collect<N: AsRef<str>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .filter(|(name, _)| is_known(name.as_ref()))
            .map(|(name, value)| (name.as_ref().to_owned(), value.into()));
        Self::group(&variables.collect(), Requirement::AdobeOnly)
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

    /// Returns the credentials of the set that counts; `None` if there is none. `options` have the meaning that they
    /// have for a document.
    ///
    /// # Errors
    /// Those of [`Credentials::parse_with`]. Missing values are
    /// [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete).
    pub fn credentials(&self, options: &DocumentOptions) -> Result<Option<Credentials>> {
        let Some(set) = self.sets.first() else {
            return Ok(None);
        };
        let mut partial = set.partial(options.context.as_deref())?;
        partial.needs_supplement = false;
        partial.names = partial
            .names
            .with_subject("the credentials in the environment");
        options.complete(partial).map(Some)
    }

    fn group(variables: &Variables, requirement: Requirement) -> Self {
        let matching = |pattern| VariableSet::matching(pattern, variables, requirement);
        let sets = VariableSet::contexts(variables, requirement)
            .into_iter()
            .chain(VariableSet::json(variables))
            .chain(NAME_PATTERNS.iter().filter_map(matching));
        Self {
            sets: sets.collect(),
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
    !text.starts_with(['{', '[', '<']) && !in_file(text).is_empty()
}

/// Reads the credentials in a `.env` file. `context` selects one of several contexts of aio.
pub(super) fn parse(text: &str, context: Option<&str>) -> Result<PartialCredentials> {
    let variables = in_file(text);
    let set = variables.sets.first().ok_or_else(no_credentials)?;
    let mut partial = set.partial(context)?;
    partial.needs_supplement = true;
    Ok(partial)
}

/// Returns the complete sets of a file, or the incomplete ones if there are no others.
fn in_file(text: &str) -> CredentialVariables {
    let variables = env_file::assignments(text).into_iter().collect();
    let complete = CredentialVariables::group(&variables, Requirement::IdAndSecret);
    if complete.is_empty() {
        CredentialVariables::group(&variables, Requirement::AnyPart)
    } else {
        complete
    }
}

fn is_known(name: &str) -> bool {
    let starts_with = |prefix: &str| {
        let start = name.as_bytes().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    ["AIO_", "OAUTH_", OAUTH_S2S]
        .iter()
        .any(|prefix| starts_with(prefix))
}
