//! The client, the organisation, the technical account and the environment of both credentials.

use adobe_ims::error::Certainty;

use super::side::{Console, Pair};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

/// The relation of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    Different,
    /// One of them is not known.
    Unknown,
}

impl Relation {
    pub(super) fn of(one: Option<&str>, other: Option<&str>) -> Self {
        match (one, other) {
            (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => Self::Same,
            (Some(_), Some(_)) => Self::Different,
            _ => Self::Unknown,
        }
    }
}

/// The technical account of each side: the one in the document, else the one in its token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Accounts<'a> {
    pub(super) old: Option<&'a str>,
    pub(super) new: Option<&'a str>,
}

impl<'a> Accounts<'a> {
    /// Returns the ids. The e-mail addresses take their place where a document lacks an id, and both have an address.
    pub(super) fn of_documents(pair: Pair<'a>) -> Self {
        let ids = Self {
            old: pair.old.account_id.as_deref(),
            new: pair.new.account_id.as_deref(),
        };
        let addresses = Self {
            old: pair.old.email.as_deref(),
            new: pair.new.email.as_deref(),
        };
        match (ids.relation(), addresses.relation()) {
            (Relation::Unknown, Relation::Same | Relation::Different) => addresses,
            _ => ids,
        }
    }

    pub(super) fn relation(self) -> Relation {
        Relation::of(self.old, self.new)
    }
}

/// Compares the clients, and their secrets if both are known.
pub(super) fn client(pair: Pair<'_>, has_same_secret: Option<bool>) -> Check {
    const ID: CheckId = CheckId::MigrateClient;
    let (old, new) = (&pair.old.client_id, &pair.new.client_id);
    let check = if pair.has_same_client() {
        Check::ok(ID, format!("both are {new}"))
            .seen("a converted credential keeps account, scopes and profiles (documented)")
    } else {
        Check::warning(ID, "the new credentials are another client")
            .seen(format!("old: {old}"))
            .seen(format!("new: {new}"))
            .fix("name the new client in x-api-key and in lists of allowed clients")
    };
    match has_same_secret {
        Some(true) => check.seen("the client secret stays, too"),
        Some(false) => check.seen("the client secret is another one"),
        None => check,
    }
}

/// Compares the organisations, which must be the same.
pub(super) fn organization(pair: Pair<'_>) -> Check {
    const ID: CheckId = CheckId::MigrateOrganization;
    let (old, new) = (
        pair.old.organization_id.as_deref(),
        pair.new.organization_id.as_deref(),
    );
    match (Relation::of(old, new), old, new) {
        (Relation::Same, Some(id), _) => Check::ok(ID, format!("both are of {id}")),
        (Relation::Different, Some(old), Some(new)) => {
            let cause = CommandProblem::MigrationOrganizationDiffers;
            let cause = FoundCause::new(cause, Certainty::Certain)
                .seen(format!("old: {old}"))
                .seen(format!("new: {new}"));
            let summary = "the new credentials are of another organisation";
            Check::problem(ID, summary, cause)
        }
        (_, None, _) => Check::skipped(ID, "the old document names no organisation"),
        _ => Check::skipped(ID, "the new document names no organisation"),
    }
}

/// Compares the technical accounts. Rights in AEM and in the Admin Console belong to the account.
pub(super) fn account(pair: Pair<'_>, accounts: Accounts<'_>) -> Check {
    const ID: CheckId = CheckId::MigrateAccount;
    match (accounts.relation(), accounts.old, accounts.new) {
        (Relation::Same, Some(id), _) => {
            let check = Check::ok(ID, "the technical account stays");
            check.seen(format!("both: {id}; its product profiles and groups stay"))
        }
        (Relation::Different, Some(old), Some(new)) => {
            let logins = [("old", &pair.old.email), ("new", &pair.new.email)];
            let logins = logins
                .into_iter()
                .filter_map(|(side, email)| Some(format!("{side} login: {}", email.as_ref()?)));
            let check = Check::warning(ID, "the new credentials are another account")
                .seen(format!("old: {old}"))
                .seen(format!("new: {new}"));
            let check = logins.fold(check, Check::seen);
            let check = if pair.has_same_client() {
                check.seen("the client is the same, so one of the documents may be out of date")
            } else {
                check
            };
            let check = match pair.old.own.console {
                Some(Console::Adobe) => check,
                _ => check.seen("AEM creates the new user at the first request of its token"),
            };
            check.fix("give the new account the product profiles and groups of the old one")
        }
        (_, None, _) => Check::skipped(ID, "the old document names no technical account"),
        _ => Check::skipped(ID, "the new document names no technical account"),
    }
}

/// Compares the environments of IMS, which must be the same.
pub(super) fn environment(pair: Pair<'_>) -> Check {
    const ID: CheckId = CheckId::MigrateEnvironment;
    let (old, new) = (&pair.old.environment, &pair.new.environment);
    if old == new {
        return Check::ok(ID, format!("both are of {new}"));
    }
    let cause = CommandProblem::MigrationEnvironmentDiffers;
    let cause = FoundCause::new(cause, Certainty::Certain)
        .seen(format!("old: {old}"))
        .seen(format!("new: {new}"));
    Check::problem(ID, "the environments of IMS are mixed", cause)
}

#[cfg(test)]
mod tests {
    use adobe_ims::Environment;

    use super::*;
    use crate::doctor::check::Verdict;
    use crate::doctor::migration::side::{Jwt, Oauth, Side, examples};

    fn with(
        change: impl FnOnce(&mut Side<Jwt>, &mut Side<Oauth>),
        check: impl FnOnce(Pair<'_>) -> Check,
    ) -> Check {
        let (mut old, mut new) = (examples::old(), examples::new());
        change(&mut old, &mut new);
        check(Pair {
            old: &old,
            new: &new,
        })
    }

    fn id(check: &Check) -> Option<&'static str> {
        Some(check.causes().first()?.cause.id())
    }

    #[test]
    fn client_that_stays_is_a_conversion() {
        let check = with(|_, _| {}, |pair| client(pair, Some(false)));
        assert_eq!(check.verdict(), Verdict::Warning);
        assert_eq!(check.evidence()[0], "old: cm-p1-e2-integration-0");
        assert!(
            check
                .evidence()
                .iter()
                .any(|it| it == "the client secret is another one")
        );
        let check = with(
            |old, new| old.client_id.clone_from(&new.client_id),
            |pair| client(pair, Some(true)),
        );
        assert_eq!(check.verdict(), Verdict::Ok);
        assert!(
            check
                .evidence()
                .iter()
                .any(|it| it == "the client secret stays, too")
        );
    }

    #[test]
    fn other_organization_is_a_problem() {
        let check = with(|_, _| {}, organization);
        assert_eq!(check.verdict(), Verdict::Ok);
        let change = |id: Option<&str>| {
            let id = id.map(str::to_owned);
            with(move |_, new| new.organization_id = id, organization)
        };
        let check = change(Some("ffeeddccbbaa998877665544@adobeorg"));
        assert_eq!(check.verdict(), Verdict::Ok);
        let check = change(Some("00@AdobeOrg"));
        assert_eq!(id(&check), Some("migration-organization-differs"));
        assert_eq!(check.causes()[0].evidence[1], "new: 00@AdobeOrg");
        assert_eq!(change(None).verdict(), Verdict::Skipped);
    }

    #[test]
    fn other_account_needs_its_rights_again() {
        let check = |old, new| {
            let accounts = Accounts { old, new };
            with(|_, _| {}, |pair| account(pair, accounts))
        };
        assert_eq!(check(Some("a@x"), Some("A@x")).verdict(), Verdict::Ok);
        assert_eq!(check(None, Some("a@x")).verdict(), Verdict::Skipped);
        assert_eq!(check(Some("a@x"), None).verdict(), Verdict::Skipped);
        let other = check(Some("a@x"), Some("b@x"));
        assert_eq!(other.verdict(), Verdict::Warning);
        let seen = [
            "old: a@x",
            "new: b@x",
            "old login: old@techacct.adobe.com",
            "new login: new@techacct.adobe.com",
        ];
        assert_eq!(other.evidence()[..4], seen);
        assert!(other.evidence()[4].starts_with("AEM creates the new user"));
    }

    #[test]
    fn addresses_take_the_place_of_missing_ids() {
        let relation = |id: Option<&str>, email: Option<&str>| {
            let (old, mut new) = (examples::old(), examples::new());
            new.account_id = id.map(str::to_owned);
            new.email = email.map(str::to_owned);
            let pair = Pair {
                old: &old,
                new: &new,
            };
            Accounts::of_documents(pair).relation()
        };
        let (id, email) = (examples::old().account_id, examples::old().email);
        assert_eq!(relation(None, email.as_deref()), Relation::Same);
        assert_eq!(
            relation(None, Some("x@techacct.adobe.com")),
            Relation::Different
        );
        assert_eq!(relation(None, None), Relation::Unknown);
        // An id counts more.
        assert_eq!(
            relation(id.as_deref(), Some("x@techacct.adobe.com")),
            Relation::Same
        );
    }

    #[test]
    fn mixed_environments_are_a_problem() {
        assert_eq!(with(|_, _| {}, environment).verdict(), Verdict::Ok);
        let check = with(|old, _| old.environment = Environment::stage(), environment);
        assert_eq!(id(&check), Some("migration-environment-differs"));
        let seen = [
            "old: https://ims-na1-stg1.adobelogin.com",
            "new: https://ims-na1.adobelogin.com",
        ];
        assert_eq!(check.causes()[0].evidence, seen);
    }
}
