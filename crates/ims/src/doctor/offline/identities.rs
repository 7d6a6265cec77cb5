//! Organisation, technical account and client id have their forms and their places.

use adobe_ims::error::Certainty;
use adobe_ims::internal::notes_of;
use adobe_ims::internal::value::{FieldNote, Note, ValueKind, read};
use adobe_ims::{Credentials, Problem};

use super::facts::Facts;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::Identities;

/// The identities of credentials. An empty one is not known.
#[derive(Clone, Copy, Default)]
struct Identities<'a> {
    client_id: &'a str,
    organization: &'a str,
    account: &'a str,
    email: &'a str,
    /// True if organisation and account are claims of an assertion, and not only information.
    are_claims: bool,
}

pub(super) fn identities(facts: &Facts<'_>) -> Check {
    if let Some(failure) = facts.failure_for(ID) {
        let summary = "organisation and technical account are swapped";
        let cause = FoundCause::of(failure, Certainty::Certain);
        return Check::problem(ID, summary, cause);
    }
    let credentials = match facts.credentials_or_skip(ID) {
        Ok(credentials) => credentials,
        Err(skipped) => return skipped,
    };
    let text = |text: Option<&'_ str>| text.unwrap_or_default().to_owned();
    let (organization, account, email);
    let identities = match credentials {
        Credentials::Service(it) => Identities {
            client_id: it.client_id(),
            organization: it.organization_id(),
            account: it.technical_account_id(),
            email: it.email().unwrap_or_default(),
            are_claims: true,
        },
        Credentials::OauthServerToServer(it) => {
            organization = text(it.client().organization_id());
            account = text(it.technical_account_id());
            email = text(it.email());
            Identities {
                client_id: it.client_id(),
                organization: &organization,
                account: &account,
                email: &email,
                are_claims: false,
            }
        }
        Credentials::User(it) => of_client(it.client()),
        Credentials::PermanentCode(it) => of_client(it.client()),
        Credentials::Device(it) => of_client(it.client()),
        _ => return Check::skipped(ID, "a token names its own identities"),
    };
    decide(identities, notes_of(credentials))
}

fn of_client(client: &adobe_ims::credentials::OauthClient) -> Identities<'_> {
    Identities {
        client_id: client.client_id(),
        organization: client.organization_id().unwrap_or_default(),
        ..Identities::default()
    }
}

fn is_organization(id: &str) -> bool {
    id.ends_with("@AdobeOrg")
}

fn is_account(id: &str) -> bool {
    id.ends_with("@techacct.adobe.com")
}

fn decide(ids: Identities<'_>, notes: &[FieldNote]) -> Check {
    if is_organization(ids.account) && is_account(ids.organization) {
        let cause = FoundCause::new(Problem::IdentitiesSwapped, Certainty::Certain);
        return Check::problem(ID, "organisation and technical account are swapped", cause);
    }
    if is_organization(ids.client_id) || is_account(ids.client_id) {
        let what = if is_organization(ids.client_id) {
            "the organisation (…@AdobeOrg)"
        } else {
            "a technical account (…@techacct.adobe.com)"
        };
        let summary = format!("the client id is {what}");
        let cause = FoundCause::new(CommandProblem::IdentityMisplaced, Certainty::Certain);
        return Check::problem(ID, summary, cause);
    }
    let wrong = [wrong_organization(ids), wrong_account(ids, notes)];
    let mut wrong = wrong.into_iter().flatten();
    if let Some((summary, certainty, evidence)) = wrong.next() {
        let problem = if ids.are_claims {
            FoundCause::new(Problem::IdentityMalformed, certainty)
        } else {
            FoundCause::new(CommandProblem::IdentityMisplaced, certainty)
        };
        let cause = evidence.into_iter().fold(problem, FoundCause::seen);
        let cause = wrong.fold(cause, |cause, (summary, ..)| cause.seen(summary));
        // Only an assertion carries them to IMS.
        return if ids.are_claims {
            Check::problem(ID, summary, cause)
        } else {
            Check::warning(ID, summary).because(cause)
        };
    }
    let repaired = notes.iter().find(|it| it.note == Note::LackedAdobeOrg);
    if let Some(note) = repaired {
        let cause = FoundCause::new(CommandProblem::ValueRepaired, Certainty::Certain);
        return Check::warning(ID, note.to_string()).because(cause);
    }
    let known = [
        (ids.organization, "the organisation ends in @AdobeOrg"),
        (ids.account, "the technical account in @techacct.adobe.com"),
    ];
    let known = known.into_iter().filter(|(id, _)| !id.is_empty());
    let known: Vec<&str> = known.map(|(_, text)| text).collect();
    match known.as_slice() {
        [] => Check::ok(ID, "the client id has no form of another identity"),
        known => Check::ok(ID, known.join(", ")),
    }
}

/// The fault of an identity: a summary, how certain that is, and a fact.
type Wrong = (String, Certainty, Option<String>);

fn wrong_organization(ids: Identities<'_>) -> Option<Wrong> {
    let id = ids.organization;
    if id.is_empty() || is_organization(id) {
        return None;
    }
    let (what, certainty) = if id == ids.client_id {
        ("is the client id", Certainty::Certain)
    } else if is_account(id) {
        (
            "is a technical account (…@techacct.adobe.com)",
            Certainty::Certain,
        )
    } else if id.contains('@') {
        ("is an e-mail address", Certainty::Likely)
    } else {
        ("does not end in @AdobeOrg", Certainty::Likely)
    };
    Some((format!("the organisation {what}"), certainty, None))
}

fn wrong_account(ids: Identities<'_>, notes: &[FieldNote]) -> Option<Wrong> {
    let id = ids.account;
    if id.is_empty() {
        return None;
    }
    let note = account_note(id);
    let wrong = |what: &str, certainty| {
        let field = notes.iter().find(|it| Some(it.note) == note);
        let evidence = field.map(ToString::to_string);
        let summary = format!("the id of the technical account {what}");
        Some((summary, certainty, evidence))
    };
    if id == ids.client_id {
        return wrong("is the client id", Certainty::Certain);
    }
    if is_organization(id) {
        return wrong("is an organisation (…@AdobeOrg)", Certainty::Certain);
    }
    match note? {
        // The document says so itself.
        Note::Email if is_account(ids.email) && account_note(ids.email).is_none() => {
            wrong("and its e-mail address are swapped", Certainty::Certain)
        }
        Note::Email if id == ids.email => wrong("is its e-mail address", Certainty::Certain),
        Note::Email => wrong("is an e-mail address", Certainty::Likely),
        Note::Uuid => wrong(
            "is a UUID, the first part of its e-mail address",
            Certainty::Likely,
        ),
        _ => wrong("does not end in @techacct.adobe.com", Certainty::Likely),
    }
}

/// Returns what an id of a technical account is instead.
fn account_note(id: &str) -> Option<Note> {
    let value = read(ValueKind::TechnicalAccountId, id).ok()?;
    let mut notes = value.notes.into_iter();
    notes.find(|note| note.is_about_identity())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    const ORG: &str = "FFEEDDCCBBAA998877665544@AdobeOrg";
    const ACCOUNT: &str = "0A1B2C3D4E5F60718293A4B5@techacct.adobe.com";
    const EMAIL: &str = "0f3c1b1a-1111-4222-8333-444455556666@techacct.adobe.com";
    const CLIENT: &str = "client!+ID";

    /// Returns the verdict, the id and the certainty of the first cause, and the summary.
    fn result(
        are_claims: bool,
        [client_id, organization, account, email]: [&str; 4],
    ) -> (Verdict, &'static str, Option<Certainty>, String) {
        let notes = |kind, text: &str| {
            let notes = read(kind, text).map(|it| it.notes).unwrap_or_default();
            notes.into_iter().map(|note| FieldNote {
                field: "id".to_owned(),
                note,
            })
        };
        let of_both = notes(ValueKind::Organization, organization)
            .chain(notes(ValueKind::TechnicalAccountId, account));
        let organization = match organization.len() {
            24 => format!("{organization}@AdobeOrg"),
            _ => organization.to_owned(),
        };
        let ids = Identities {
            client_id,
            organization: &organization,
            account,
            email,
            are_claims,
        };
        let check = decide(ids, &of_both.collect::<Vec<_>>());
        let first = check.causes().first();
        (
            check.verdict(),
            first.map_or("", |it| it.cause.id()),
            first.map(|it| it.certainty),
            check.summary().to_owned(),
        )
    }

    #[test]
    fn claims_of_an_assertion_must_have_their_forms() {
        let problem = Verdict::Problem;
        let malformed = "identity-malformed";
        let certain = Some(Certainty::Certain);
        let likely = Some(Certainty::Likely);
        for (ids, verdict, id, certainty, summary) in [
            (
                [CLIENT, ORG, ACCOUNT, EMAIL],
                Verdict::Ok,
                "",
                None,
                "the organisation ends in @AdobeOrg, the technical account in @techacct.adobe.com",
            ),
            (
                [CLIENT, ORG, EMAIL, EMAIL],
                problem,
                malformed,
                certain,
                "the id of the technical account is its e-mail address",
            ),
            (
                [CLIENT, ORG, EMAIL, ACCOUNT],
                problem,
                malformed,
                certain,
                "the id of the technical account and its e-mail address are swapped",
            ),
            (
                [CLIENT, ORG, EMAIL, ""],
                problem,
                malformed,
                likely,
                "the id of the technical account is an e-mail address",
            ),
            (
                [CLIENT, ORG, &EMAIL[..36], EMAIL],
                problem,
                malformed,
                likely,
                "the id of the technical account is a UUID, the first part of its e-mail address",
            ),
            (
                [CLIENT, ORG, CLIENT, EMAIL],
                problem,
                malformed,
                certain,
                "the id of the technical account is the client id",
            ),
            (
                [CLIENT, CLIENT, ACCOUNT, EMAIL],
                problem,
                malformed,
                certain,
                "the organisation is the client id",
            ),
            (
                [CLIENT, ACCOUNT, ACCOUNT, EMAIL],
                problem,
                malformed,
                certain,
                "the organisation is a technical account (…@techacct.adobe.com)",
            ),
            (
                [CLIENT, "acme", ACCOUNT, EMAIL],
                problem,
                malformed,
                likely,
                "the organisation does not end in @AdobeOrg",
            ),
            (
                [CLIENT, ORG, ORG, EMAIL],
                problem,
                malformed,
                certain,
                "the id of the technical account is an organisation (…@AdobeOrg)",
            ),
            (
                [ACCOUNT, ORG, ACCOUNT, EMAIL],
                problem,
                "identity-misplaced",
                certain,
                "the client id is a technical account (…@techacct.adobe.com)",
            ),
            (
                [ORG, ORG, ACCOUNT, EMAIL],
                problem,
                "identity-misplaced",
                certain,
                "the client id is the organisation (…@AdobeOrg)",
            ),
            (
                [CLIENT, &ORG[..24], ACCOUNT, EMAIL],
                Verdict::Warning,
                "value-repaired",
                certain,
                "id lacked its ending @AdobeOrg, which was added",
            ),
        ] {
            let expected = (verdict, id, certainty, summary.to_owned());
            assert_eq!(result(true, ids), expected, "{ids:?}");
        }
    }

    #[test]
    fn information_beside_an_oauth_client_is_a_warning_unless_it_is_swapped() {
        for (ids, verdict, id) in [
            ([CLIENT, "", "", ""], Verdict::Ok, ""),
            ([CLIENT, ORG, ACCOUNT, EMAIL], Verdict::Ok, ""),
            (
                [CLIENT, ORG, EMAIL, EMAIL],
                Verdict::Warning,
                "identity-misplaced",
            ),
            (
                [CLIENT, "acme", ACCOUNT, EMAIL],
                Verdict::Warning,
                "identity-misplaced",
            ),
            (
                [CLIENT, ACCOUNT, ORG, EMAIL],
                Verdict::Problem,
                "identities-swapped",
            ),
        ] {
            let (found, cause, ..) = result(false, ids);
            assert_eq!((found, cause), (verdict, id), "{ids:?}");
        }
    }
}
