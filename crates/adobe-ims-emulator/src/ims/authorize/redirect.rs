//! The redirect that ends a sign-in.

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::LOCATION;
use http::{HeaderValue, Request, StatusCode};

use crate::http::response::Response;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::base_url::issuer;
use crate::ims::id_token::{Companions, IdToken};
use crate::ims::user_tokens::{NewUserTokens, issue_code, issue_device_token};
use crate::sessions::authorization::Authorization;
use crate::sessions::authorization_request::{AuthorizationRequest, RedirectTarget, ResponseMode};
use crate::state::State;

/// Returns the redirect with all that the client requested on behalf of `person`.
pub(crate) fn authorization_response<B>(
    state: &State,
    http: &Request<B>,
    request: AuthorizationRequest,
    person: &RegisteredPerson,
) -> Response {
    let response_type = request.response_type;
    let authorization = Authorization {
        redirect_uri: Some(request.redirect.uri.clone()),
        challenge: request.challenge,
        nonce: request.nonce,
        resources: request.resources,
        ..Authorization::new(
            state.new_session_id(),
            &request.client_id,
            person,
            request.scopes,
        )
    };
    let device_token = request
        .device_id
        .map(|id| issue_device_token(state, &authorization, &id));
    let code = response_type
        .has_code()
        .then(|| issue_code(state, authorization.clone()));
    let access_token = response_type
        .has_token()
        .then(|| implicit_access_token(state, &authorization));
    let id_token = response_type.has_id_token().then(|| {
        let id_token = IdToken {
            issuer: &issuer(state, http),
            authorization: &authorization,
            person,
            companions: Companions {
                access_token: access_token.as_deref(),
                code: code.as_deref(),
            },
        };
        id_token.issue(state)
    });
    let seconds = (state.lifetimes().reported_millis() / 1000).to_string();
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    parameters.extend(code.as_deref().map(|code| ("code", code)));
    if let Some(token) = &access_token {
        parameters.push(("access_token", token));
        parameters.push(("token_type", "bearer"));
        parameters.push(("expires_in", &seconds));
    }
    parameters.extend(device_token.as_deref().map(|token| ("device_token", token)));
    parameters.extend(id_token.as_deref().map(|token| ("id_token", token)));
    redirect_with(&request.redirect, &parameters)
}

fn implicit_access_token(state: &State, authorization: &Authorization) -> String {
    let tokens = NewUserTokens {
        authorization,
        scopes: &authorization.scopes,
        with_refresh_token: false,
        grant: GrantType::Implicit,
        now: state.config.clock.unix_millis(),
    };
    tokens.issue(state).access_token
}

/// Returns the redirect that tells the client about an error.
pub(crate) fn error_redirect(target: &RedirectTarget, error: &str, description: &str) -> Response {
    redirect_with(
        target,
        &[("error", error), ("error_description", description)],
    )
}

/// Returns a redirect to a URI.
pub(crate) fn redirect_to(uri: &str) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    let location = HeaderValue::try_from(uri).expect("redirect URIs and parameters are ASCII");
    response.headers_mut().insert(LOCATION, location);
    response
}

fn redirect_with(target: &RedirectTarget, parameters: &[(&str, &str)]) -> Response {
    let mut text = Serializer::new(String::new());
    text.extend_pairs(parameters);
    if let Some(state) = &target.state {
        text.append_pair("state", state);
    }
    let separator = match target.mode {
        ResponseMode::Fragment => '#',
        ResponseMode::Query if target.uri.contains('?') => '&',
        ResponseMode::Query => '?',
    };
    redirect_to(&format!("{}{separator}{}", target.uri, text.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_appended_to_query_or_fragment() {
        let location = |uri: &str, mode| {
            let target = RedirectTarget {
                uri: uri.to_owned(),
                state: Some("a&b=ü".to_owned()),
                mode,
            };
            let response = redirect_with(&target, &[("code", "x")]);
            response.headers()[LOCATION].to_str().unwrap().to_owned()
        };
        let tail = "code=x&state=a%26b%3D%C3%BC";
        for (uri, mode, separator) in [
            ("https://a.example/", ResponseMode::Query, '?'),
            ("https://a.example/?b=c", ResponseMode::Query, '&'),
            ("https://a.example/?b=c", ResponseMode::Fragment, '#'),
        ] {
            assert_eq!(location(uri, mode), format!("{uri}{separator}{tail}"));
        }
    }
}
