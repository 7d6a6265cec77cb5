//! The document can be read, and in which notation.

use adobe_ims::error::Certainty;
use adobe_ims::internal::document::{DocumentFacts, DocumentForm, Notation};

use super::facts::Facts;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::Document;

pub(super) fn document(facts: &Facts<'_>) -> Check {
    if let Err(skipped) = facts.selection_or_skip(ID) {
        return skipped;
    }
    let source = facts.source();
    if let Some(failure) = facts.failure_for(ID) {
        let cause = FoundCause::of(failure, Certainty::Certain);
        return Check::problem(
            ID,
            format!("the document of {source} cannot be read"),
            cause,
        );
    }
    match &facts.document {
        Some(document) => decide(document, &source),
        None => Check::skipped(
            ID,
            "the credentials are in no document that can be read here",
        ),
    }
}

fn decide(document: &DocumentFacts, source: &str) -> Check {
    // aio writes Hjson.
    let is_of_aio = document.form == Some(DocumentForm::AioConfiguration)
        && document.notation == Some(Notation::Hjson);
    let check = if let Some(damage) = document.damage.as_ref().filter(|_| !is_of_aio) {
        let repaired = FoundCause::new(CommandProblem::DocumentRepaired, Certainty::Certain);
        let place = format!(
            "correct line {}, column {} of the document",
            damage.line, damage.column
        );
        let summary = format!("the document of {source} is read, although it is not JSON");
        Check::warning(ID, summary).because(repaired.seen(damage.to_string()).fix_first(place))
    } else if document.encoding == Some("UTF-16") {
        let repaired = FoundCause::new(CommandProblem::DocumentRepaired, Certainty::Certain)
            .fix_first("save it as UTF-8; PowerShell: Set-Content -Encoding utf8");
        let summary = format!("the document of {source} is read, although it is in UTF-16");
        Check::warning(ID, summary).because(repaired)
    } else {
        let summary = match document.notation {
            Some(notation) => format!("the document of {source} is readable: {notation}"),
            None => format!("the document of {source} is readable"),
        };
        Check::ok(ID, summary)
    };
    let encoding = document.encoding.map(|it| format!("its encoding is {it}"));
    let around = (!document.wrappings.is_empty())
        .then(|| format!("it is inside of {}", document.wrappings.join(", then ")));
    encoding.into_iter().chain(around).fold(check, Check::seen)
}

#[cfg(test)]
mod tests {
    use adobe_ims::credentials::DocumentOptions;
    use adobe_ims::internal::document::examine;

    use super::*;
    use crate::doctor::check::Verdict;

    const CONSOLE: &str = r#"{"CLIENT_ID": "x", "CLIENT_SECRETS": ["y"], "SCOPES": ["openid"]}"#;

    fn check(document: &[u8]) -> Check {
        decide(&examine(document, &DocumentOptions::default()), "-c")
    }

    #[test]
    fn document_as_it_was_downloaded_is_good() {
        let check = check(CONSOLE.as_bytes());
        assert_eq!(check.verdict(), Verdict::Ok);
        assert_eq!(check.summary(), "the document of -c is readable: JSON");
        assert_eq!(check.evidence(), [""; 0]);
    }

    #[test]
    fn repairs_are_warnings_with_their_place() {
        for (document, damage) in [
            (
                CONSOLE.replace('"', "'"),
                "single quotes in place of double quotes at line 1, column 2",
            ),
            (
                CONSOLE.replace('}', ",\n}"),
                "a comma before the closing bracket at line 2, column 1",
            ),
            (
                CONSOLE.replace('{', "{\n# dev\n"),
                "a comment, which JSON does not have, at line 2, column 1",
            ),
            (
                CONSOLE.replace('y', "y\n"),
                "a line end or another control character inside of a text at line 1, column 41",
            ),
            (
                format!("\n\n{}", CONSOLE.replace('}', ",}")),
                "a comma before the closing bracket at line 3, column 66",
            ),
        ] {
            let check = check(document.as_bytes());
            assert_eq!(check.verdict(), Verdict::Warning, "{document}");
            let cause = &check.causes()[0];
            assert_eq!(cause.cause.id(), "document-repaired", "{document}");
            assert_eq!(cause.evidence, [damage], "{document}");
        }
        let utf16 = CONSOLE.encode_utf16().flat_map(u16::to_le_bytes);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16).collect();
        assert_eq!(check(&utf16).verdict(), Verdict::Warning);
    }

    #[test]
    fn other_notations_encodings_and_wrappings_are_facts() {
        for (document, summary, evidence) in [
            (
                "CLIENT_ID=x\nCLIENT_SECRET=y\nSCOPES=openid".to_owned(),
                "the document of -c is readable: a file of variables",
                &[][..],
            ),
            (
                format!("\u{feff}{CONSOLE}"),
                "the document of -c is readable: JSON",
                &["its encoding is UTF-8 with a byte order mark"],
            ),
            (
                serde_json::json!({"SecretString": CONSOLE}).to_string(),
                "the document of -c is readable: JSON",
                &["it is inside of an answer of AWS"],
            ),
            (
                "{ims: {contexts: {a: {\nclient_id: x\nclient_secrets: [\"y\"]\nscopes: [\"openid\"]}}}}"
                    .to_owned(),
                "the document of -c is readable: Hjson",
                &[],
            ),
        ] {
            let check = check(document.as_bytes());
            assert_eq!(check.verdict(), Verdict::Ok, "{document}");
            assert_eq!(check.summary(), summary, "{document}");
            assert_eq!(check.evidence(), evidence, "{document}");
        }
    }
}
