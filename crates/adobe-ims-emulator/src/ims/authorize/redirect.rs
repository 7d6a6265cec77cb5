//! The redirect with which a sign-in ends.

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::LOCATION;
use http::{HeaderValue, Request, StatusCode};

use crate::http::response::Response;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::authorize::endpoint::AuthorizationRequest;
use crate::ims::base_url;
use crate::ims::id_token::{HashedValues, IdToken};
use crate::ims::user_tokens::UserTokens;
use crate::sessions::authorization::Authorization;
use crate::state::State;

/// What a redirect carries: one of the documented combinations.
#[derive(Clone, Copy)]
pub(crate) struct ResponseType {
    pub(crate) code: bool,
    pub(crate) token: bool,
    pub(crate) id_token: bool,
}

impl ResponseType {
    /// In whatever order the names are given.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut names: Vec<&str> = text.split(' ').filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        let (code, token, id_token) = match &names[..] {
            ["code"] => (true, false, false),
            ["token"] => (false, true, false),
            ["id_token"] => (false, false, true),
            ["id_token", "token"] => (false, true, true),
            ["code", "id_token"] => (true, false, true),
            _ => return None,
        };
        Some(Self {
            code,
            token,
            id_token,
        })
    }

    /// Where the answer is put unless the request says (documented by Adobe).
    pub(crate) fn in_fragment(self) -> bool {
        self.token || self.id_token
    }
}

/// Where a browser is sent, and how the answer is put there.
#[derive(Clone)]
pub(crate) struct Redirect {
    uri: String,
    pub(crate) state: Option<String>,
    pub(crate) in_fragment: bool,
}

impl Redirect {
    /// To a URI that is one of the client's.
    pub(crate) fn to(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            state: None,
            in_fragment: false,
        }
    }

    pub(crate) fn error(&self, error: &str, description: &str) -> Response {
        self.with(&[("error", error), ("error_description", description)])
    }

    fn with(&self, pairs: &[(&str, &str)]) -> Response {
        let mut answer = Serializer::new(String::new());
        answer.extend_pairs(pairs);
        if let Some(state) = &self.state {
            answer.append_pair("state", state);
        }
        let separator = match (self.in_fragment, self.uri.contains('?')) {
            (true, _) => '#',
            (false, true) => '&',
            (false, false) => '?',
        };
        found(&format!("{}{separator}{}", self.uri, answer.finish()))
    }
}

/// Sends a browser elsewhere.
pub(crate) fn found(uri: &str) -> Response {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::FOUND;
    let location = HeaderValue::try_from(uri).expect("redirect URIs and what is added are ASCII");
    answer.headers_mut().insert(LOCATION, location);
    answer
}

impl AuthorizationRequest {
    /// The way back to the client, with all that it asked for on behalf of `person`.
    pub(crate) fn agreed<B>(
        self,
        state: &State,
        request: &Request<B>,
        person: &RegisteredPerson,
    ) -> Response {
        let wanted = self.response_type;
        let issuer = base_url::of(state, request);
        let authorization = Authorization {
            redirect_uri: Some(self.redirect.uri.clone()),
            challenge: self.challenge,
            nonce: self.nonce,
            resources: self.resources,
            ..Authorization::new(state, &self.client_id, person, self.scopes)
        };
        let code = wanted.code.then(|| authorization.clone().code(state));
        let access_token = wanted.token.then(|| {
            let tokens = UserTokens {
                authorization: &authorization,
                scopes: &authorization.scopes,
                with_refresh_token: false,
                grant: GrantType::Implicit,
                now: state.clock.unix_millis(),
            };
            tokens.issue(state).access_token
        });
        let id_token = wanted.id_token.then(|| {
            let id_token = IdToken {
                issuer: &issuer,
                authorization: &authorization,
                person,
            };
            let hashes = HashedValues {
                access_token: access_token.as_deref(),
                code: code.as_deref(),
            };
            id_token.issue(state, hashes)
        });
        let seconds = (state.reported_lifetime_millis() / 1000).to_string();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        pairs.extend(code.as_deref().map(|code| ("code", code)));
        if let Some(token) = &access_token {
            pairs.push(("access_token", token));
            pairs.push(("token_type", "bearer"));
            pairs.push(("expires_in", &seconds));
        }
        pairs.extend(id_token.as_deref().map(|token| ("id_token", token)));
        self.redirect.with(&pairs)
    }

    /// The way back of somebody who does not want to.
    pub(crate) fn cancelled(&self) -> Response {
        self.redirect
            .error("access_denied", "The person has cancelled the sign-in.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_combinations_are_response_types() {
        for good in [
            "code",
            "token",
            "id_token",
            "id_token token",
            "token id_token",
            "code id_token",
        ] {
            assert!(ResponseType::parse(good).is_some(), "{good}");
        }
        for bad in ["", "code token", "code id_token token", "code code", "Code"] {
            assert!(ResponseType::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_answer_is_added_to_what_the_uri_has() {
        let location = |uri: &str, in_fragment| {
            let redirect = Redirect {
                state: Some("a&b=ü".to_owned()),
                in_fragment,
                ..Redirect::to(uri)
            };
            let answer = redirect.with(&[("code", "x")]);
            answer.headers()[LOCATION].to_str().unwrap().to_owned()
        };
        let tail = "code=x&state=a%26b%3D%C3%BC";
        for (uri, in_fragment, separator) in [
            ("https://a.example/", false, '?'),
            ("https://a.example/?b=c", false, '&'),
            ("https://a.example/?b=c", true, '#'),
        ] {
            assert_eq!(
                location(uri, in_fragment),
                format!("{uri}{separator}{tail}")
            );
        }
    }
}
