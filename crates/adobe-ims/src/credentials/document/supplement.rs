use super::aliases::FieldNames;
use super::field_reader::FieldReader;
use crate::error::{Error, Problem};

/// A field that documents of some kinds never have, and that the caller adds.
#[derive(Clone, Copy)]
pub(super) enum Supplement {
    PrivateKey,
    Metascopes,
    Scopes,
}

impl Supplement {
    /// Returns the place where the user finds the value.
    fn hint(self) -> &'static str {
        match self {
            Self::PrivateKey => {
                "the private key is never in such a document: it is the one whose certificate is attached to the credential in the console (`private.key` of the zip that the console once made, or your own)"
            }
            Self::Metascopes => {
                "the metascopes are those of the APIs of the project, such as ent_aem_cloud_api; the console shows them with the credential"
            }
            Self::Scopes => "the scopes are shown in the console with the credential",
        }
    }

    fn name(self, names: &FieldNames) -> &'static str {
        match self {
            Self::PrivateKey => names.private_key,
            Self::Metascopes => names.metascopes,
            Self::Scopes => names.scopes,
        }
    }
}

/// Returns one error for the values that cannot be right, else one for all that is missing or wrong, or `None` if nothing is. `supplements` are the fields that
/// documents of this kind never have.
pub(super) fn check(
    reader: FieldReader,
    names: &FieldNames,
    supplements: &[Supplement],
) -> Option<Error> {
    if let Some(error) = reader.refusal(names.is_document().then_some(&*names.subject)) {
        return Some(error);
    }
    let missing: Vec<Supplement> = supplements
        .iter()
        .copied()
        .filter(|supplement| reader.is_missing(supplement.name(names)))
        .collect();
    let complaint = reader.complaint()?;
    let problem = if !missing.is_empty() {
        Problem::DocumentNeedsMore
    } else if names.is_document() {
        Problem::DocumentIncomplete
    } else {
        Problem::CredentialsIncomplete
    };
    let subject = names.subject_with_verb("is", "are");
    let error = Error::new(problem, format!("{subject} incomplete; {complaint}"));
    let hints = missing.into_iter().map(Supplement::hint);
    Some(hints.fold(error, Error::with_hint))
}
