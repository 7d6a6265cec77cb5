//! Entries of the catalogue as JSON.

use adobe_ims::error::Symptom;
use serde::Serialize;

use super::text;
use crate::error::Cause;

/// `ims.explain/1`: fields are added, never removed.
#[derive(Serialize)]
pub(super) struct ExplainJson {
    schema: &'static str,
    entries: Vec<EntryJson>,
}

#[derive(Serialize)]
struct EntryJson {
    id: &'static str,
    class: &'static str,
    transient: bool,
    meaning: &'static str,
    looks_like: Vec<SymptomJson>,
    fix: Vec<&'static str>,
    certainty: &'static str,
    known_from: &'static str,
}

#[derive(Serialize)]
struct SymptomJson {
    place: &'static str,
    status: Option<u16>,
    code: Option<&'static str>,
    text: Option<&'static str>,
}

impl ExplainJson {
    pub(super) fn new(causes: impl IntoIterator<Item = Cause>) -> Self {
        Self {
            schema: "ims.explain/1",
            entries: causes.into_iter().map(EntryJson::from).collect(),
        }
    }
}

impl From<Cause> for EntryJson {
    fn from(cause: Cause) -> Self {
        Self {
            id: cause.id(),
            class: cause.class_name(),
            transient: cause.is_transient(),
            meaning: cause.meaning(),
            looks_like: cause.symptoms().map(SymptomJson::from).collect(),
            fix: text::steps(cause).collect(),
            certainty: cause.certainty().as_str(),
            known_from: cause.known_from().as_str(),
        }
    }
}

impl From<Symptom> for SymptomJson {
    fn from(symptom: Symptom) -> Self {
        Self {
            place: symptom.place.as_str(),
            status: symptom.status,
            code: symptom.code,
            text: symptom.text,
        }
    }
}
