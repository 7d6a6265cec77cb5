//! The grant `cluster_at_exchange`: a person's access token for one of another account of that
//! person.

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::token::Token;
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::ims::user_tokens::NewUserTokens;
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.confidential_client(&directory)?;
    let user_token = request.parameters.required("user_token")?;
    let account = RequestedAccount::read(request)?;
    let holder = Token::verify_access_token(state, user_token)
        .ok()
        .and_then(|token| directory.people.by_user_id(&token.user_id))
        .ok_or_else(|| {
            ErrorResponse::bad_request("invalid_grant", "Invalid or expired user token.")
        })?;
    let mut people = directory.people.all().iter();
    let person = people
        .find(|person| person.auth_id() == holder.auth_id() && account.is_of(person))
        .ok_or_else(|| {
            ErrorResponse::bad_request(
                "access_denied",
                "The person has no such account, or none in this organization.",
            )
        })?;
    let scopes = scopes::granted(request.scope()?, &client.scopes)?;
    let session = state.new_session_id();
    let authorization = Authorization {
        resources: request.resources().into_iter().map(str::to_owned).collect(),
        ..Authorization::new(session, &client.id, person, scopes.clone())
    };
    let tokens = NewUserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: false,
        grant: GrantType::ClusterAtExchange,
        now: request.now,
    };
    Ok(tokens.issue(state).into())
}

/// The account that the request names.
enum RequestedAccount<'a> {
    UserId(&'a str),
    Organization(&'a str),
}

impl<'a> RequestedAccount<'a> {
    fn read(request: &'a TokenRequest<'_>) -> Result<Self, ErrorResponse> {
        let user_id = request.parameters.get("user_id")?;
        let organization = request.parameters.get("owning_org_id")?;
        match (user_id, organization) {
            (Some(user_id), None) => Ok(Self::UserId(user_id)),
            (None, Some(organization)) => Ok(Self::Organization(organization)),
            _ => Err(ErrorResponse::invalid_request(
                "The request needs exactly one of user_id and owning_org_id.",
            )),
        }
    }

    fn is_of(&self, person: &RegisteredPerson) -> bool {
        match self {
            Self::UserId(id) => person.user_id() == *id,
            Self::Organization(id) => person
                .memberships()
                .iter()
                .any(|membership| membership.organization.id() == *id),
        }
    }
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.matched(
        "cluster-exchange",
        "`user_token` with `user_id` or `owning_org_id` gives a token of another account of the person, from a token of any client.",
        "adobe/ims-go (2026)",
    ),
    Area::Grants.inferred(
        "cluster-accounts",
        "The accounts of a person have the same auth id.",
        "nobody published how accounts are linked",
    ),
    Area::Grants.inferred(
        "cluster-errors",
        "Both or neither of `user_id` and `owning_org_id` get 400 `invalid_request`, a bad `user_token` `invalid_grant`, an unknown account `access_denied`.",
        "nobody published the answers",
    ),
];
