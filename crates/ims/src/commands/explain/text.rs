//! Entries of the catalogue as a person reads them.

use adobe_ims::error::{Certainty, KnownFrom, Symptom, SymptomPlace};

use super::section::Section;
use crate::console::wrap::{hanging, shortened};
use crate::error::{Cause, advice};

const MORE: &str = "`ims explain ID` shows all of an entry: what it looks like and what to do.";

/// Returns an entry with all of its parts.
pub(super) fn entry(cause: Cause, width: usize) -> String {
    let mut lines = vec![
        cause.id().to_owned(),
        String::new(),
        hanging("", cause.meaning(), width),
        String::new(),
    ];
    let mut add = |label: &str, mark: &str, text: &str| {
        lines.push(hanging(&format!("{label:<14}{mark}"), text, width));
    };
    for (number, symptom) in cause.symptoms().enumerate() {
        add(label(number, "looks like"), "", &symptom_text(&symptom));
    }
    let steps: Vec<_> = steps(cause).collect();
    let mark = if steps.len() > 1 { "- " } else { "" };
    for (number, step) in steps.iter().enumerate() {
        add(label(number, "what to do"), mark, step);
    }
    add("trying again", "", retry(cause));
    add("certainty", "", certainty(cause.certainty()));
    add("known from", "", known_from(cause.known_from()));
    add("class", "", cause.class_name());
    lines.join("\n")
}

/// Returns the label of the first line of several.
fn label(number: usize, label: &'static str) -> &'static str {
    if number == 0 { label } else { "" }
}

/// Returns the steps of the catalogue, and how to follow them with this command.
pub(super) fn steps(cause: Cause) -> impl Iterator<Item = &'static str> {
    cause.fixes().iter().copied().chain(advice(cause))
}

/// Returns the causes that look alike, each with its id and its meaning.
pub(super) fn alike(causes: &[Cause], width: usize) -> String {
    let mut parts = vec![format!("{} causes look like this:", causes.len())];
    for cause in causes {
        parts.push(format!(
            "{}\n{}",
            cause.id(),
            hanging("  ", cause.meaning(), width)
        ));
    }
    parts.push(MORE.to_owned());
    parts.join("\n\n")
}

/// Returns all ids in their sections, each with the beginning of its meaning.
pub(super) fn list(sections: &[Section], width: usize) -> String {
    let ids = sections.iter().flat_map(|it| &it.causes);
    let longest = ids.map(|cause| cause.id().len()).max().unwrap_or_default();
    let mut parts = Vec::new();
    for section in sections {
        let mut lines = vec![section.title.to_owned()];
        for cause in &section.causes {
            let line = format!("  {:longest$}  {}", cause.id(), cause.meaning());
            lines.push(shortened(&line, width));
        }
        parts.push(lines.join("\n"));
    }
    parts.push(MORE.to_owned());
    parts.join("\n\n")
}

pub(super) fn symptom_text(symptom: &Symptom) -> String {
    let status = symptom.status.map(|status| status.to_string());
    let head: Vec<_> = status.as_deref().into_iter().chain(symptom.code).collect();
    let text = symptom.text.map(|text| format!("\"{text}\""));
    let head = (!head.is_empty()).then(|| head.join(" "));
    let parts: Vec<_> = head.into_iter().chain(text).collect();
    format!("{}: {}", place(symptom.place), parts.join(", "))
}

fn place(place: SymptomPlace) -> &'static str {
    match place {
        SymptomPlace::Ims => "IMS",
        SymptomPlace::Gateway => "gateway",
        SymptomPlace::Aem => "AEM",
        SymptomPlace::Proxy => "proxy",
        SymptomPlace::Network => "network",
        SymptomPlace::Tls => "TLS",
        SymptomPlace::Document => "document",
        SymptomPlace::Key => "key",
        _ => "elsewhere",
    }
}

pub(super) fn retry(cause: Cause) -> &'static str {
    if cause.is_transient() {
        "may help without any change"
    } else {
        "does not help without a change"
    }
}

pub(super) fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain, where it is named",
        Certainty::Likely => "likely: another cause may look the same",
        _ => "possible: other causes look the same",
    }
}

pub(super) fn known_from(source: KnownFrom) -> &'static str {
    match source {
        KnownFrom::Documented => "Adobe's documentation",
        KnownFrom::Observed => "public reports or published clients",
        KnownFrom::Inferred => "nobody published it: it follows from other facts",
        _ => "this program checks it",
    }
}
