//! `--migrate`: from the JWT of a technical account to OAuth server-to-server.
//!
//! Each check compares the plain facts of both credentials. Only [`fetched::fetch`] and [`target::Api::get`] use
//! the network.

mod side;
mod identities;
mod documents;
mod scopes;
mod deprecation;
mod fetched;
mod tokens;
mod target;
mod online;
mod steps;

use adobe_ims::Credentials;
use adobe_ims::credentials::{CredentialFields, DocumentOptions};
use adobe_ims::crypto::KeyContext;
use adobe_ims::error::Certainty;
use adobe_ims::internal::secrets_of;
use adobe_ims::internal::value::may_be_secret;

use self::documents::{Flaw, Names};
use self::identities::Accounts;
use self::online::{CheckTarget, Online};
use self::side::{Found, Pair};
use self::steps::{NamedBy, Situation};
use super::check::{Check, CheckId, FoundCause, Verdict};
use super::offline;
use super::step::Step;
use super::subject::Subject;
use crate::environment::input::may_be_a_path;
use crate::error::Failure;

/// The flag that names the new document.
pub(crate) const FLAG: &str = "--migrate";

/// The use of the network.
pub(crate) enum Network<'a> {
    Offline,
    Online(CheckTarget<'a>),
}

/// The result of the comparison.
pub(crate) struct Migration {
    pub(crate) checks: Vec<Check>,
    pub(crate) steps: Vec<Step>,
}

/// Compares the old credentials with those of the new document.
pub(crate) fn compare(old: &Subject<'_>, new: &Subject<'_>, network: &Network<'_>) -> Migration {
    let (old_name, new_name) = (name(old, "-c"), name(new, FLAG));
    let flaw = flaw(new);
    let old_found = Found::of(old);
    let new_found = match &flaw {
        None => Found::of(new),
        Some(_) => Found::of_incomplete(new),
    };
    let names = Names {
        old: &old_name,
        new: &new_name,
    };
    let is_same = is_same_document(old, new);
    let (kinds, pair) = documents::kinds(&old_found, &new_found, is_same, names);
    let mut checks = vec![kinds];
    if let Found::Oauth(_) | Found::Unreadable = new_found {
        checks.push(new_document(new, flaw.as_ref(), &new_name));
    }
    let Some(pair) = pair else {
        checks.extend(not_comparable(network));
        return Migration {
            checks,
            steps: Vec::new(),
        };
    };
    let online = match network {
        Network::Offline => None,
        Network::Online(check_target) => Some((Online::fetch(old, new), check_target)),
    };
    let accounts = match &online {
        Some((Ok(online), _)) => online.accounts(pair),
        Some((Err(_), _)) | None => Accounts::of_documents(pair),
    };
    checks.extend(pair_checks(pair, accounts, old, new));
    checks.extend(
        online
            .iter()
            .flat_map(|(online, check_target)| match online {
                Ok(online) => [online.tokens(), online.target(old, pair, check_target)],
                Err(failure) => no_network(failure),
            }),
    );
    let situation = Situation {
        pair,
        accounts,
        named_by: named_by(old),
        document: &new_name,
        target: old.target.as_ref(),
        now: old.context.now(),
        has_problem: checks.iter().any(|it| it.verdict() == Verdict::Problem),
    };
    Migration {
        checks,
        steps: steps::steps(&situation),
    }
}

/// Compares what the credentials themselves say.
fn pair_checks(
    pair: Pair<'_>,
    accounts: Accounts<'_>,
    old: &Subject<'_>,
    new: &Subject<'_>,
) -> [Check; 6] {
    [
        deprecation::deprecation(pair, old.context.now()),
        identities::client(pair, has_same_secret(old, new)),
        identities::organization(pair),
        identities::account(pair, accounts),
        scopes::scopes(pair),
        identities::environment(pair),
    ]
}

/// Returns the check of the new document by itself.
fn new_document(new: &Subject<'_>, flaw: Option<&Flaw<'_>>, name: &str) -> Check {
    let own = match flaw {
        None => offline::checks(new),
        Some(_) => Vec::new(),
    };
    documents::new_document(flaw, &own, name)
}

/// Returns the checks for a transport that cannot be made.
fn no_network(failure: &Failure) -> [Check; 2] {
    let cause = FoundCause::of(failure, Certainty::Certain);
    let summary = "no request could be prepared";
    [
        Check::problem(CheckId::MigrateTokens, summary, cause),
        Check::skipped(CheckId::MigrateTarget, summary),
    ]
}

/// Returns the name of credentials in messages: the profile, the file that a flag names, or the variable.
fn name(subject: &Subject<'_>, flag: &str) -> String {
    if let Some(profile) = &subject.settings.profile {
        return format!("the profile {}", profile.name);
    }
    let Some(path) = &subject.settings.document else {
        let selection = subject.examination.selection();
        return selection.map_or("nothing", |it| it.name()).to_owned();
    };
    let text = path.to_string_lossy();
    // A word without a folder may be the secret that belongs into the file.
    let is_word = !text.contains(['/', '\\']);
    if !may_be_a_path(&text) || is_word && may_be_secret(&text) {
        format!("the document of {flag}")
    } else {
        text.into_owned()
    }
}

fn named_by<'a>(old: &'a Subject<'_>) -> NamedBy<'a> {
    let selection = old.examination.selection();
    match (&old.settings.profile, selection) {
        (Some(profile), _) => NamedBy::Profile(&profile.name),
        (None, Ok(selection)) if selection.document().is_some() => {
            NamedBy::Document(selection.name())
        }
        _ => NamedBy::Fields,
    }
}

fn is_same_document(old: &Subject<'_>, new: &Subject<'_>) -> bool {
    content(old).is_some_and(|old| content(new) == Some(old))
}

fn content<'a>(subject: &'a Subject<'_>) -> Option<&'a [u8]> {
    let selection = subject.examination.selection();
    Some(selection.ok()?.document()?.trim_ascii())
}

/// Returns the reason why the new document is not usable by itself. Variables do not complete it: they are those of the
/// old credentials.
fn flaw<'a>(new: &'a Subject<'_>) -> Option<Flaw<'a>> {
    if let Err(failure) = new.examination.selection() {
        return Some(Flaw::OfFile(failure));
    }
    let alone = || -> Result<(), Failure> {
        let mut options = DocumentOptions::default();
        if let Some(environment) = new.settings.connection.service()? {
            options.overrides = CredentialFields::new().environment(environment);
        }
        Credentials::parse_with(content(new).unwrap_or_default(), &options)?;
        Ok(())
    };
    alone().err().map(Flaw::OfContent)
}

/// Returns the checks that make no sense without a pair.
fn not_comparable(network: &Network<'_>) -> Vec<Check> {
    let offline = [
        CheckId::MigrateDeprecation,
        CheckId::MigrateClient,
        CheckId::MigrateOrganization,
        CheckId::MigrateAccount,
        CheckId::MigrateScopes,
        CheckId::MigrateEnvironment,
    ];
    let online = match network {
        Network::Offline => &[][..],
        Network::Online(_) => &[CheckId::MigrateTokens, CheckId::MigrateTarget],
    };
    let skipped = |id: &CheckId| Check::skipped(*id, "there is no pair to compare");
    offline.iter().chain(online).map(skipped).collect()
}

/// Returns true if both have a client secret in common; `None` if one of them is not known.
fn has_same_secret(old: &Subject<'_>, new: &Subject<'_>) -> Option<bool> {
    let secrets = |subject: &Subject<'_>| {
        let credentials = subject.credentials()?;
        Some(secrets_of(credentials, &KeyContext::default()))
    };
    let (old, new) = (secrets(old)?, secrets(new)?);
    let is_new = |secret: &str| new.iter().any(|it| it.expose() == secret);
    Some(old.iter().any(|it| is_new(it.expose())))
}
