use core::fmt::Debug;
use std::sync::Arc;

use adobe_ims::api_error::TokenFacts;
use adobe_ims::token::{API_KEY, ORGANIZATION_ID};
use adobe_ims::{AccessToken, BoxFuture, Secret, TokenProvider};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// A source of the headers that authorise a request. A [`TokenProvider`] is one.
pub trait HeaderSource: Debug + Send + Sync {
    /// Returns the headers for one request.
    fn headers(&self) -> BoxFuture<'_, adobe_ims::Result<RequestHeaders>>;

    /// Takes the report that AEM refused these headers with 401. The request is sent once more if the next headers differ
    /// from them.
    fn report_refused(&self, headers: &RequestHeaders);
}

/// The headers that authorise a request. All of them come from one token.
#[derive(Clone, Debug)]
pub struct RequestHeaders {
    headers: HeaderMap,
    token: Option<Arc<AccessToken>>,
    facts: Option<TokenFacts>,
}

impl RequestHeaders {
    /// Creates the headers that carry a token.
    pub fn of_token(token: Arc<AccessToken>) -> Self {
        let mut headers = HeaderMap::new();
        token.headers().apply(&mut headers);
        Self {
            headers,
            token: Some(token),
            facts: None,
        }
    }

    /// Creates the headers from any. Errors explain a bearer token among them. `Debug` hides the values.
    pub fn new(mut headers: HeaderMap) -> Self {
        headers
            .values_mut()
            .for_each(|value| value.set_sensitive(true));
        Self {
            headers,
            token: None,
            facts: None,
        }
    }

    /// Sets what is known about the token. Errors are explained by it.
    #[must_use]
    pub fn with_facts(mut self, facts: TokenFacts) -> Self {
        self.facts = Some(facts);
        self
    }

    /// Returns the token, unless the headers were made without one.
    pub fn token(&self) -> Option<&AccessToken> {
        self.token.as_deref()
    }

    pub(crate) fn map(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns what is known about the token. It is read when a request has failed.
    pub(crate) fn facts(&self) -> TokenFacts {
        if let Some(facts) = &self.facts {
            return facts.clone();
        }
        if let Some(token) = &self.token {
            return TokenFacts::of(token);
        }
        let authorization = self.headers.get(AUTHORIZATION).and_then(text);
        let bearer = authorization.and_then(|value| value.split_once(' '));
        bearer
            .map(|(_, token)| TokenFacts::of_text(&Secret::new(token.trim())))
            .unwrap_or_default()
    }

    /// Returns what a server could repeat and nobody else may read.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let harmless = [API_KEY, ORGANIZATION_ID];
        let values = self.headers.iter();
        let values = values.filter(|(name, _)| !harmless.contains(name));
        values
            .filter_map(|(_, value)| text(value))
            .flat_map(|value| {
                let credentials = value.split_once(' ').map(|(_, credentials)| credentials);
                [Some(value), credentials].into_iter().flatten()
            })
            .map(|value| Secret::new(value.trim()))
            .filter(|secret| secret.expose().len() >= MIN_SECRET)
            .collect()
    }
}

/// In bytes. Shorter values are words such as `true`, and no secrets.
const MIN_SECRET: usize = 8;

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

impl HeaderSource for TokenProvider {
    fn headers(&self) -> BoxFuture<'_, adobe_ims::Result<RequestHeaders>> {
        Box::pin(async { Ok(RequestHeaders::of_token(self.token().await?)) })
    }

    fn report_refused(&self, headers: &RequestHeaders) {
        if let Some(token) = headers.token() {
            self.invalidate(token);
        }
    }
}

impl<T: HeaderSource + ?Sized> HeaderSource for Arc<T> {
    fn headers(&self) -> BoxFuture<'_, adobe_ims::Result<RequestHeaders>> {
        (**self).headers()
    }

    fn report_refused(&self, headers: &RequestHeaders) {
        (**self).report_refused(headers);
    }
}
