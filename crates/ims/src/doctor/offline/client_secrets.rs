//! The client secrets: how many there are, and whether another value stands in their place.

use adobe_ims::error::Certainty;
use adobe_ims::internal::client_secrets_of;
use adobe_ims::{Credentials, Problem, Secret};

use super::facts::Facts;
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::ClientSecrets;

/// The prefixes of the secrets that the consoles issue (documented by Adobe).
const PREFIXES: [&str; 2] = ["p8e-", "s8e-"];

/// Shorter than the rest of any such secret (32 characters were observed).
const MIN_RANDOM: usize = 24;

pub(super) fn client_secrets(facts: &Facts<'_>) -> Check {
    let credentials = match facts.credentials_or_skip(ID) {
        Ok(credentials) => credentials,
        Err(skipped) => return skipped,
    };
    if matches!(credentials, Credentials::AccessToken(_)) {
        return Check::skipped(ID, "a token needs no client secret");
    }
    decide(client_secrets_of(credentials), &others(credentials))
}

/// Returns the other values of the credentials, and their names.
fn others(credentials: &Credentials) -> Vec<(&str, &'static str)> {
    let (client, organization, account, email) = match credentials {
        Credentials::Service(it) => (
            it.client_id(),
            Some(it.organization_id()),
            Some(it.technical_account_id()),
            it.email(),
        ),
        Credentials::OauthServerToServer(it) => (
            it.client_id(),
            it.client().organization_id(),
            it.technical_account_id(),
            it.email(),
        ),
        Credentials::User(it) => (it.client().client_id(), None, None, None),
        Credentials::PermanentCode(it) => (it.client().client_id(), None, None, None),
        Credentials::Device(it) => (it.client().client_id(), None, None, None),
        _ => return Vec::new(),
    };
    let all = [
        (Some(client), "the client id"),
        (organization, "the organisation"),
        (account, "the id of the technical account"),
        (email, "the e-mail address of the technical account"),
    ];
    let known = all
        .into_iter()
        .filter_map(|(value, name)| Some((value?, name)));
    known.collect()
}

fn decide(secrets: &[Secret], others: &[(&str, &str)]) -> Check {
    for secret in secrets {
        if let Some(check) = judged(secret.expose(), others) {
            return check;
        }
    }
    match secrets.len() {
        0 => Check::ok(ID, "the client has no secret, as a public client"),
        1 => Check::ok(ID, "there is one client secret"),
        number => Check::ok(ID, format!("there are {number} client secrets"))
            .seen("if IMS refuses the first, the next is tried: each is valid until it is deleted in the console"),
    }
}

/// Reports a secret that is none, or has an unusual form. Nothing of it is shown.
fn judged(secret: &str, others: &[(&str, &str)]) -> Option<Check> {
    let misplaced = |what: &str| {
        let cause = FoundCause::new(CommandProblem::ClientSecretMisplaced, Certainty::Certain);
        let summary = format!("the client secret is {what}");
        Some(Check::problem(ID, summary, cause))
    };
    let same = others.iter().find(|(value, _)| *value == secret);
    if let Some((_, name)) = same {
        return misplaced(name);
    }
    if secret.ends_with("@techacct.adobe.com") {
        return misplaced("a technical account (…@techacct.adobe.com)");
    }
    if secret.ends_with("@AdobeOrg") {
        return misplaced("an organisation (…@AdobeOrg)");
    }
    if secret.starts_with("ent_") {
        return misplaced("a metascope");
    }
    if is_filler(secret) {
        let cause = FoundCause::new(CommandProblem::ValueUnusual, Certainty::Likely)
            .fix_first("copy the client secret from the console");
        let summary = "the client secret is a word that people write in its place";
        return Some(Check::warning(ID, summary).because(cause));
    }
    let random = PREFIXES.iter().find_map(|it| secret.strip_prefix(it));
    let is_shortened = random.is_some_and(|it| it.contains('…') || it.contains("..."));
    if is_shortened {
        let cause = FoundCause::new(Problem::ValueInvalid, Certainty::Likely)
            .fix_first("copy the whole client secret from the console");
        let summary = "the client secret has dots in the place of a part that was left out";
        return Some(Check::problem(ID, summary, cause));
    }
    if random.is_some_and(|random| random.len() < MIN_RANDOM) {
        let cause = FoundCause::new(CommandProblem::ValueUnusual, Certainty::Likely)
            .seen(format!(
                "it has {} characters; secrets of this kind (p8e-…, s8e-…) were seen with 36",
                secret.chars().count()
            ))
            .fix_first("copy the whole client secret from the console again");
        let summary = "the client secret is short, so a part may be missing";
        return Some(Check::warning(ID, summary).because(cause));
    }
    let is_id = ClientForm::of(secret) == ClientForm::Console;
    is_id.then(|| {
        let cause = FoundCause::new(CommandProblem::ValueUnusual, Certainty::Possible)
            .seen("32 hex digits are the form of client ids; secrets begin with p8e- or s8e-")
            .fix_first(
                "copy the client secret from the console, not the client id of a credential",
            );
        Check::warning(ID, "the client secret has the form of a client id").because(cause)
    })
}

/// Returns true for words that stand in the place of a secret, and for a row of x.
fn is_filler(text: &str) -> bool {
    const WORDS: [&str; 6] = [
        "changeit",
        "changeme",
        "fixme",
        "placeholder",
        "tbd",
        "todo",
    ];
    let plain: String = text.chars().filter(|c| !"-_ ".contains(*c)).collect();
    let is_row = plain.len() >= 3 && plain.chars().all(|c| "xX.".contains(c));
    is_row || WORDS.contains(&plain.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    const ACCOUNT: &str = "0A1B2C3D4E5F60718293A4B5@techacct.adobe.com";

    fn check(secrets: &[&str]) -> Check {
        let secrets: Vec<Secret> = secrets.iter().map(|&it| Secret::new(it)).collect();
        let others = [
            ("client!+ID", "the client id"),
            (ACCOUNT, "the id of the technical account"),
        ];
        decide(&secrets, &others)
    }

    #[test]
    fn other_value_in_place_of_the_secret_is_a_problem() {
        for (secret, summary) in [
            ("client!+ID", "the client secret is the client id"),
            (
                ACCOUNT,
                "the client secret is the id of the technical account",
            ),
            (
                "1@techacct.adobe.com",
                "the client secret is a technical account (…@techacct.adobe.com)",
            ),
            (
                "1@AdobeOrg",
                "the client secret is an organisation (…@AdobeOrg)",
            ),
            ("ent_user_sdk", "the client secret is a metascope"),
        ] {
            let check = check(&["SECRET?%&=ü", secret]);
            assert_eq!(check.verdict(), Verdict::Problem, "{secret}");
            assert_eq!(check.summary(), summary);
            let found = &check.causes()[0];
            assert_eq!(found.cause.id(), "client-secret-misplaced");
            assert_eq!(found.certainty, Certainty::Certain);
        }
    }

    #[test]
    fn secret_of_any_form_is_good_and_an_unusual_one_is_a_warning() {
        for (secrets, verdict, summary) in [
            (
                &[][..],
                Verdict::Ok,
                "the client has no secret, as a public client",
            ),
            (&["SECRET?%&=ü"], Verdict::Ok, "there is one client secret"),
            (
                &["0f3c1b1a-1111-4222-8333-444455556666"],
                Verdict::Ok,
                "there is one client secret",
            ),
            (
                &["p8e-abcdefghijklmnopqrstuvwxyz012345", "SECRET?%&=ü"],
                Verdict::Ok,
                "there are 2 client secrets",
            ),
            (
                &["change-me"],
                Verdict::Warning,
                "the client secret is a word that people write in its place",
            ),
            (
                &["XXXX"],
                Verdict::Warning,
                "the client secret is a word that people write in its place",
            ),
            (
                &["p8e-abcd…"],
                Verdict::Problem,
                "the client secret has dots in the place of a part that was left out",
            ),
            (
                &["p8e-abcdefgh"],
                Verdict::Warning,
                "the client secret is short, so a part may be missing",
            ),
            (
                &["0123456789abcdef0123456789abcdef"],
                Verdict::Warning,
                "the client secret has the form of a client id",
            ),
        ] {
            let check = check(secrets);
            assert_eq!(check.verdict(), verdict, "{secrets:?}");
            assert_eq!(check.summary(), summary);
        }
    }
}
