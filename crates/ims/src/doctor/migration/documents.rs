//! The kinds of the two documents, and the mistakes of the new one.

use adobe_ims::error::Certainty;

use super::side::{Console, Found, Pair};
use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};
use crate::error::{CommandProblem, Failure};

/// The checks of a document that say something of the document alone, and not of this machine.
const OF_A_DOCUMENT: [CheckId; 8] = [
    CheckId::Document,
    CheckId::DocumentKind,
    CheckId::Values,
    CheckId::Grant,
    CheckId::Identities,
    CheckId::Scopes,
    CheckId::ClientSecrets,
    CheckId::SecretFiles,
];

/// The names of the two documents in messages.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

/// Compares the kinds. Other checks make sense only for a pair.
pub(super) fn kinds<'a>(
    old: &'a Found,
    new: &'a Found,
    is_same_document: bool,
    names: Names<'_>,
) -> (Check, Option<Pair<'a>>) {
    const ID: CheckId = CheckId::MigrateDocuments;
    let sides = [("old", names.old, old), ("new", names.new, new)];
    let sides = sides.map(|(side, name, found)| format!("{side}, {name}: {}", kind(found)));
    let problem = |summary: &str, problem: CommandProblem| {
        let cause = FoundCause::new(problem, Certainty::Certain);
        Check::problem(ID, summary, cause)
    };
    let check = match (old, new) {
        (Found::Jwt(_), Found::Oauth(_)) => Check::ok(ID, "from JWT to OAuth server-to-server"),
        (Found::Unreadable, Found::Unreadable) => {
            Check::skipped(ID, "neither is readable as credentials")
        }
        _ if is_same_document => problem(
            "both have the same content",
            CommandProblem::MigrationDocumentTwice,
        ),
        (Found::Oauth(_), Found::Jwt(_)) => problem(
            "the two arguments are swapped",
            CommandProblem::MigrationSwapped,
        ),
        (Found::Oauth(one), Found::Oauth(other)) if one.client_id == other.client_id => problem(
            "both are the same OAuth credential",
            CommandProblem::MigrationDocumentTwice,
        ),
        (Found::Oauth(_) | Found::Token | Found::Other, _) => problem(
            "the old credentials are of the wrong kind",
            CommandProblem::MigrationOldKindWrong,
        ),
        (_, Found::Jwt(_) | Found::Token | Found::Other) => problem(
            "the new credentials are of the wrong kind",
            CommandProblem::MigrationNewKindWrong,
        ),
        (Found::Unreadable, _) => Check::skipped(ID, "the old credentials could not be read"),
        (_, Found::Unreadable) => Check::skipped(ID, "the new credentials could not be read"),
    };
    let pair = match (old, new) {
        (Found::Jwt(old), Found::Oauth(new)) => Some(Pair { old, new }),
        _ => None,
    };
    (sides.into_iter().fold(check, Check::seen), pair)
}

/// Returns what credentials are, with the console that issued them.
fn kind(found: &Found) -> &'static str {
    match found {
        Found::Jwt(side) => match side.own.console {
            Some(Console::Aem) => "service credentials of the AEM Developer Console",
            Some(Console::Adobe) => "JWT credential of the Adobe Developer Console",
            None => "JWT credential of a console that is not known",
        },
        Found::Oauth(_) => "OAuth server-to-server",
        Found::Token => "access token",
        Found::Other => "a person, a service or a device",
        Found::Unreadable => "not readable",
    }
}

/// The reason why the new document is not usable by itself.
pub(super) enum Flaw<'a> {
    OfFile(&'a Failure),
    OfContent(Failure),
}

impl Flaw<'_> {
    fn cause(&self, name: &str) -> FoundCause {
        let failure = match self {
            Self::OfFile(failure) => failure,
            Self::OfContent(failure) => failure,
        };
        let cause = FoundCause::of(failure, Certainty::Certain);
        if failure.lacks_a_value() {
            return cause.fix_first(format!(
                "write the missing values into {name}: flags and variables add to the old credentials only"
            ));
        }
        cause
    }
}

/// Returns the mistakes of the new document: why it is not usable by itself, or what its own checks found.
pub(super) fn new_document(flaw: Option<&Flaw<'_>>, own: &[Check], name: &str) -> Check {
    const ID: CheckId = CheckId::MigrateNewDocument;
    if let Some(flaw) = flaw {
        let summary = format!("{name} is not usable as it is");
        return Check::problem(ID, summary, flaw.cause(name));
    }
    let own = || own.iter().filter(|it| OF_A_DOCUMENT.contains(&it.id()));
    let worst = own().map(Check::verdict).max().unwrap_or(Verdict::Ok);
    if worst < Verdict::Warning {
        return Check::ok(ID, format!("no mistake was found in {name}"));
    }
    let mut bad = own().filter(|it| it.verdict() == worst);
    let check = bad.next().map(|first| first.about(ID, name));
    let check = check.unwrap_or_else(|| Check::ok(ID, name));
    bad.fold(check, |check, other| {
        let causes = other.causes().iter().cloned();
        let check = check.seen(format!("also: {}", other.summary()));
        causes.fold(check, Check::because)
    })
}

#[cfg(test)]
mod tests {
    use adobe_ims::{Error, Problem};

    use super::*;
    use crate::doctor::migration::side::examples;

    const NAMES: Names<'_> = Names {
        old: "OLD",
        new: "NEW",
    };

    fn found(old: &Found, new: &Found, is_same: bool) -> (Verdict, Option<&'static str>) {
        let (check, pair) = kinds(old, new, is_same, NAMES);
        assert_eq!(pair.is_some(), check.verdict() == Verdict::Ok);
        let cause = check.causes().first();
        (check.verdict(), cause.map(|it| it.cause.id()))
    }

    #[test]
    fn kinds_that_do_not_fit_are_named() {
        let (jwt, oauth) = (Found::Jwt(examples::old()), Found::Oauth(examples::new()));
        let mut other = examples::new();
        other.client_id = "other".to_owned();
        let other = Found::Oauth(other);
        let (ok, problem, skipped) = (Verdict::Ok, Verdict::Problem, Verdict::Skipped);
        for (old, new, is_same, verdict, id) in [
            (&jwt, &oauth, false, ok, None),
            // One document can hold both kinds: a workspace of which flags select one.
            (&jwt, &oauth, true, ok, None),
            (&jwt, &jwt, true, problem, Some("migration-document-twice")),
            (&jwt, &jwt, false, problem, Some("migration-new-kind-wrong")),
            (&oauth, &jwt, false, problem, Some("migration-swapped")),
            (
                &oauth,
                &oauth,
                false,
                problem,
                Some("migration-document-twice"),
            ),
            (
                &oauth,
                &other,
                false,
                problem,
                Some("migration-old-kind-wrong"),
            ),
            (
                &Found::Token,
                &oauth,
                false,
                problem,
                Some("migration-old-kind-wrong"),
            ),
            (
                &Found::Other,
                &oauth,
                false,
                problem,
                Some("migration-old-kind-wrong"),
            ),
            (
                &jwt,
                &Found::Token,
                false,
                problem,
                Some("migration-new-kind-wrong"),
            ),
            (&jwt, &Found::Unreadable, false, skipped, None),
            (&Found::Unreadable, &oauth, false, skipped, None),
            (
                &Found::Unreadable,
                &jwt,
                false,
                problem,
                Some("migration-new-kind-wrong"),
            ),
            (&Found::Unreadable, &Found::Unreadable, true, skipped, None),
        ] {
            assert_eq!(found(old, new, is_same), (verdict, id), "{old:?} {new:?}");
        }
    }

    #[test]
    fn mistakes_of_the_new_document_are_named_with_it() {
        let cause = |problem: Problem| FoundCause::new(problem, Certainty::Certain);
        let missing = Problem::ScopeInvalid;
        let checks = [
            Check::warning(CheckId::SecretFiles, "others can read it"),
            Check::problem(CheckId::Sources, "not of the document", cause(missing)),
            Check::problem(
                CheckId::Values,
                "a placeholder",
                cause(Problem::ValueInvalid),
            ),
            Check::problem(CheckId::Scopes, "a blank", cause(missing)),
        ];
        let check = new_document(None, &checks, "NEW");
        assert_eq!(check.id(), CheckId::MigrateNewDocument);
        assert_eq!(check.summary(), "NEW: a placeholder");
        assert_eq!(check.evidence(), ["also: a blank"]);
        let ids: Vec<_> = check.causes().iter().map(|it| it.cause.id()).collect();
        assert_eq!(ids, ["value-invalid", "scope-invalid"]);
        let check = new_document(None, &checks[..2], "NEW");
        assert_eq!(check.verdict(), Verdict::Warning);
        assert_eq!(check.summary(), "NEW: others can read it");
        assert_eq!(
            new_document(None, &checks[1..2], "NEW").verdict(),
            Verdict::Ok
        );
        let failure = Failure::from(Error::new(Problem::DocumentNotJson, "no JSON"));
        let check = new_document(Some(&Flaw::OfContent(failure)), &checks, "NEW");
        assert_eq!(check.causes()[0].cause.id(), "document-not-json");
        assert_eq!(check.causes()[0].evidence, ["no JSON"]);
    }
}
