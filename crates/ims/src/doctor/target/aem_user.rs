//! The user of the token in AEM, and its groups.

use adobe_ims::api_error::ApiProblem;
use adobe_ims::error::Certainty;

use super::destination::PathChoice;
use super::findings::Findings;
use super::reading::Reading;
use super::user::{Account, AemUser};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::Cause;

const ID: CheckId = CheckId::AemUser;

const ONLY_NEW: &str = "AEM shows no other group than those of a new account, which may only read";

/// Reports the user. What AEM shows of its groups need not be all, so nothing here is a problem.
pub(super) fn aem_user(findings: &Findings<'_>) -> Check {
    match &findings.user {
        AemUser::NotAsked(reason) => Check::skipped(ID, reason),
        AemUser::Visitor => Check::warning(ID, "AEM answers as to a visitor: it did not use the token")
            .fix("Check that nothing between this machine and AEM removes the header `Authorization`.")
            .fix("Check the tier: an account of author is not known on publish before its first request there."),
        AemUser::Known(account) => known(findings, account),
    }
}

fn known(findings: &Findings<'_>, account: &Account) -> Check {
    let summary = format!("AEM knows the account as {}", account.id());
    let check = match shortage(findings, account) {
        None => Check::ok(ID, summary),
        Some(Shortage::FormsUsers) => {
            let cause = FoundCause::new(Cause::Api(ApiProblem::NotInFormsUsers), Certainty::Likely);
            let summary = format!("{summary}, and does not show it in the group forms-users");
            Check::warning(ID, summary).because(cause)
        }
        Some(Shortage::Rights) => {
            let new = FoundCause::new(Cause::Api(ApiProblem::AccountNew), Certainty::Likely);
            let pending = FoundCause::new(
                Cause::Api(ApiProblem::AemProfilePending),
                Certainty::Possible,
            );
            let summary = format!("{summary}, in the groups of a new account only");
            Check::warning(ID, summary).because(new).because(pending)
        }
    };
    let check = account.groups().into_iter().fold(check, Check::seen);
    if account.has_groups_of_new_account() {
        check.seen(ONLY_NEW)
    } else {
        check
    }
}

/// The rights that the account lacks, as far as AEM shows them.
enum Shortage {
    FormsUsers,
    Rights,
}

/// Returns what the account lacks, unless the answer of the API shows that it has enough, or the answer is a problem,
/// whose causes hold it.
fn shortage(findings: &Findings<'_>, account: &Account) -> Option<Shortage> {
    if matches!(findings.reading, Reading::Refused(_)) {
        return None;
    }
    let is_forms = findings.destination.place.is_forms();
    if is_forms {
        let has_called = findings.answer.status.is_success();
        let is_outside = account.is_in_forms_users() == Some(false);
        return (is_outside && !has_called).then_some(Shortage::FormsUsers);
    }
    let is_unknown_what_for = findings.destination.path != PathChoice::User;
    (is_unknown_what_for && account.has_groups_of_new_account()).then_some(Shortage::Rights)
}
