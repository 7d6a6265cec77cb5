//! A person's access token for one of another account of theirs.
//!
//! The accounts of a person are those with one auth id (inferred). Beside what is refused whatever
//! the grant, all inferred:
//!
//! | Case | Error |
//! |---|---|
//! | not exactly one of `user_id` and `owning_org_id` | 400 `invalid_request` |
//! | `user_token` no good access token of a person | 400 `invalid_grant` |
//! | no such account of that person | 400 `access_denied` |
//!
//! The user token may have been minted for any client.

use crate::http::response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::token::AccessToken;
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse};
use crate::ims::user_tokens::UserTokens;
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes;

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = ask.state;
    let directory = state.directory();
    let client = ask.confidential_client(&directory)?;
    let user_token = ask.needed("user_token")?;
    let user_id = ask.parameters.one("user_id")?;
    let organization = ask.parameters.one("owning_org_id")?;
    if user_id.is_some() == organization.is_some() {
        return Err(ErrorResponse::invalid_request(
            "Exactly one of user_id and owning_org_id is to be given.",
        ));
    }
    let holder = AccessToken::verify(state, user_token).ok();
    let holder = holder.and_then(|token| directory.people.by_user_id(&token.user_id));
    let holder = holder.ok_or_else(|| {
        ErrorResponse::bad_request("invalid_grant", "Invalid or expired user token.")
    })?;
    let wanted = |person: &&RegisteredPerson| match (user_id, organization) {
        (Some(user_id), _) => person.user_id() == user_id,
        (None, Some(id)) => {
            let mut memberships = person.memberships().iter();
            memberships.any(|membership| membership.organization.id() == id)
        }
        (None, None) => false,
    };
    let mut cluster = directory.people.all().iter();
    let account = cluster.find(|person| person.auth_id() == holder.auth_id() && wanted(person));
    let account = account.ok_or_else(|| {
        ErrorResponse::bad_request(
            "access_denied",
            "The person has no such account, or none in this organization.",
        )
    })?;
    let scopes = scopes::granted(ask.scope()?, &client.scopes)?;
    let mut authorization = Authorization::new(state, &client.id, account, scopes.clone());
    authorization.resources = ask.resources().into_iter().map(str::to_owned).collect();
    let tokens = UserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: false,
        grant: GrantType::ClusterAtExchange,
        now: ask.now,
    };
    Ok(tokens.issue(state))
}
