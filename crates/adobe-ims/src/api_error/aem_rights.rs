//! Causes of a 403 of AEM: the client, the account, or the network in front of it.

use std::time::Duration;

use super::allowed_clients;
use super::diagnosis::ApiCause;
use super::error_body::Form;
use super::exchange::Exchange;
use super::page::PageKind;
use super::place::Area;
use super::problem::ApiProblem;
use super::token_causes;
use super::token_facts::CredentialKind;
use crate::error::Certainty;

/// A technical account of such a token may have made its first request just now.
const NEW_TOKEN: Duration = Duration::from_secs(15 * 60);

/// Returns the causes of a 403 of AEM whose text [names](named) none.
pub(super) fn forbidden(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let mut causes = blocked_on_the_way(exchange);
    // AEM was observed to answer 403, too, for a token that it does not accept.
    let flaws = token_causes::known_flaws(exchange).into_iter();
    causes.extend(flaws.map(ApiCause::doubted));
    causes.extend(match exchange.token().credential_kind {
        Some(CredentialKind::OauthServerToServer) => of_oauth_client(exchange),
        Some(CredentialKind::AemTechnicalAccount) => of_technical_account(exchange),
        Some(CredentialKind::Person) => vec![lacks_rights(exchange, Certainty::Likely)],
        None => of_unknown_account(exchange),
    });
    let speaks_for_edge = matches!(exchange.body.form, Form::Empty | Form::Text | Form::Page(_));
    if speaks_for_edge && exchange.place.aem().is_some() {
        causes.push(ApiCause::possible(ApiProblem::IpNotAllowed));
    }
    only_one_favourite(causes)
}

/// Returns the cause that the text of AEM names.
pub(super) fn named(exchange: &Exchange<'_>) -> Option<ApiCause> {
    let body = &exchange.body;
    if body.says_any(&[
        "client id not allowlisted",
        "client id not allow-listed",
        "allowlist the client id",
    ]) {
        return Some(client_not_allowed(exchange, Certainty::Certain));
    }
    if body.says_any(&["missing required scope"]) {
        return Some(lacks_scopes(exchange, Certainty::Certain));
    }
    if body.says("forms-users") && body.says_any(&["not a member", "not in "]) {
        return Some(not_in_forms_users(exchange, Certainty::Certain));
    }
    let no_user = [
        "user does not exist",
        "user not found",
        "no such user",
        "unknown user",
    ];
    if body.says_any(&no_user) {
        let cause = ApiCause::likely(ApiProblem::AccountNew);
        return Some(with_login(exchange, cause));
    }
    if body.says_any(&["accessdeniedexception", "access denied to the repository"]) {
        return Some(lacks_rights(exchange, Certainty::Certain));
    }
    None
}

/// Returns true for a cause whose words no other API uses.
pub(super) fn is_of_aem_only(cause: &ApiCause) -> bool {
    matches!(
        cause.problem(),
        ApiProblem::ClientNotAllowed | ApiProblem::NotInFormsUsers
    )
}

fn blocked_on_the_way(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    match exchange.body.page() {
        Some(PageKind::Edge) => {
            let seen = "the page is one of the network in front of AEM, not of AEM";
            vec![ApiCause::likely(ApiProblem::IpNotAllowed).seen(seen)]
        }
        Some(PageKind::Intermediary) => vec![ApiCause::likely(ApiProblem::PageFromElsewhere)],
        _ => Vec::new(),
    }
}

fn of_oauth_client(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let area = exchange.place.area;
    let lacking = required_scope(exchange).is_some_and(|scope| !exchange.token().has_scope(scope));
    let (scopes, client) = if lacking {
        (Certainty::Likely, Certainty::Possible)
    } else {
        (Certainty::Possible, Certainty::Likely)
    };
    let mut causes = vec![client_not_allowed(exchange, client)];
    if lacking || !area.is_oauth_only() {
        causes.push(lacks_scopes(exchange, scopes));
    }
    if area.is_forms() {
        causes.push(not_in_forms_users(exchange, Certainty::Possible));
        causes.push(ApiCause::possible(ApiProblem::NeedsTechnicalAccount));
    } else {
        causes.push(lacks_rights(exchange, Certainty::Possible));
    }
    causes.push(ApiCause::possible(ApiProblem::AemProfilePending));
    causes
}

fn of_technical_account(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let area = exchange.place.area;
    let first = if area.is_oauth_only() {
        ApiCause::likely(ApiProblem::NeedsOauth)
    } else if area.is_forms() {
        not_in_forms_users(exchange, Certainty::Likely)
    } else {
        lacks_rights(exchange, Certainty::Likely)
    };
    let mut causes = vec![first];
    // An older token has probably made its first request before.
    if exchange.token_age().is_none_or(|age| age < NEW_TOKEN) {
        causes.push(ApiCause::possible(ApiProblem::AccountNew));
    }
    causes.push(ApiCause::possible(ApiProblem::AemProfilePending));
    causes
}

fn of_unknown_account(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let first = if exchange.place.area.is_forms() {
        not_in_forms_users(exchange, Certainty::Likely)
    } else {
        lacks_rights(exchange, Certainty::Likely)
    };
    vec![
        first,
        client_not_allowed(exchange, Certainty::Possible),
        ApiCause::possible(ApiProblem::AccountNew),
        ApiCause::possible(ApiProblem::AemProfilePending),
    ]
}

fn client_not_allowed(exchange: &Exchange<'_>, certainty: Certainty) -> ApiCause {
    let step = allowed_clients::step(exchange.token().shown_client_id(), exchange.place.tier());
    ApiCause::new(ApiProblem::ClientNotAllowed, certainty).step(step)
}

fn lacks_scopes(exchange: &Exchange<'_>, certainty: Certainty) -> ApiCause {
    let cause = ApiCause::new(ApiProblem::TokenLacksScopes, certainty);
    match required_scope(exchange) {
        Some(scope) if !exchange.token().has_scope(scope) => cause
            .seen(format!("the token does not have the scope {scope}"))
            .step(format!(
                "Request the scope {scope}, which Adobe's documentation names for this API."
            )),
        _ => cause,
    }
}

/// Returns the scope that Adobe's documentation uses with an API.
fn required_scope(exchange: &Exchange<'_>) -> Option<&'static str> {
    let path = exchange.request.url.path();
    let scopes = [
        ("/adobe/document/", "aem.document"),
        ("/adobe/assets", "aem.assets.author"),
        ("/adobe/folders", "aem.folders"),
        ("/adobe/sites/cf/", "aem.fragments.management"),
    ];
    let found = scopes
        .into_iter()
        .find(|(start, _)| path.starts_with(start));
    found.map(|(_, scope)| scope)
}

fn not_in_forms_users(exchange: &Exchange<'_>, certainty: Certainty) -> ApiCause {
    let cause = ApiCause::new(ApiProblem::NotInFormsUsers, certainty);
    let cause = match exchange.place.area {
        Area::FormsBatch => {
            cause.step("The batch API also asks for the rights of an AEM administrator.")
        }
        _ => cause,
    };
    with_login(exchange, cause)
}

fn lacks_rights(exchange: &Exchange<'_>, certainty: Certainty) -> ApiCause {
    let cause = ApiCause::new(ApiProblem::AccountLacksRights, certainty);
    let cause = if exchange.request.changes_something() {
        cause.seen(format!(
            "{} changes something, and a new account may only read",
            exchange.request.method
        ))
    } else {
        cause
    };
    with_login(exchange, cause)
}

/// Adds the name of the account in AEM.
fn with_login(exchange: &Exchange<'_>, cause: ApiCause) -> ApiCause {
    match (&exchange.token().email, exchange.token().credential_kind) {
        (Some(email), _) => cause.step(format!("The account is {email} in AEM.")),
        (None, Some(CredentialKind::Person)) => cause,
        (None, _) => cause.step("The login name of the account in AEM is the `email` of the credentials (…@techacct.adobe.com)."),
    }
}

/// Leaves only the first likely cause likely, unless two have evidence of their own.
fn only_one_favourite(causes: Vec<ApiCause>) -> Vec<ApiCause> {
    let mut is_taken = false;
    let weigh = |cause: ApiCause| match cause.certainty() {
        Certainty::Likely if is_taken && cause.evidence().is_empty() => cause.weakened(),
        Certainty::Likely => {
            is_taken = true;
            cause
        }
        _ => cause,
    };
    causes.into_iter().map(weigh).collect()
}
