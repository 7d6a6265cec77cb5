//! The authorization request, and the URL that starts it.

use http::Uri;

use super::pending::PendingAuthorization;
use super::pkce::{Pkce, encode_random};
use super::{Flow, Prompt};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::token::lifetime::Endpoint;
use crate::util::origin::{Origin, display};
use crate::util::secret::Secret;
use crate::value::{self, ValueKind};

/// A request to sign a person in.
///
/// ```
/// use adobe_ims::Environment;
/// use adobe_ims::credentials::OauthClient;
/// use adobe_ims::sign_in::{AuthorizationRequest, Prompt, system_random};
///
/// # fn main() -> adobe_ims::Result<()> {
/// let client = OauthClient::new(Environment::production(), "client-id");
/// let pending = AuthorizationRequest::new(client, "http://localhost:8888", vec!["openid".to_owned()])
///     .prompt(Prompt::Login)
///     .start(system_random)?;
/// assert!(pending.url().starts_with("https://ims-na1.adobelogin.com/ims/authorize/v2?client_id=client-id&"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    client: OauthClient,
    redirect_uri: String,
    scopes: Vec<String>,
    flow: Flow,
    prompt: Option<Prompt>,
    resources: Vec<String>,
}

impl AuthorizationRequest {
    /// Creates a request of this client for these scopes.
    ///
    /// The client must be registered with `redirect_uri`. Otherwise IMS redirects the browser to the default redirect
    /// URI of the client (documented by Adobe).
    pub fn new(client: OauthClient, redirect_uri: impl Into<String>, scopes: Vec<String>) -> Self {
        Self {
            client,
            redirect_uri: redirect_uri.into(),
            scopes,
            flow: Flow::default(),
            prompt: None,
            resources: Vec::new(),
        }
    }

    /// Sets the flow; [`Flow::Code`] by default.
    #[must_use]
    pub fn flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// Sets the interaction with the person. IMS decides by default.
    #[must_use]
    pub fn prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Sets the audiences: `resource`, once for each (relied upon by a published client).
    #[must_use]
    pub fn resources(mut self, resources: Vec<String>) -> Self {
        self.resources = resources;
        self
    }

    /// Draws the random values of the sign-in, three times 32 bytes, and builds its URL.
    ///
    /// [`system_random`](super::system_random) draws them from the operating system. The endpoint is
    /// `/ims/authorize/v2` (documented by Adobe; clients also use v1 and a path without a version). The scopes are
    /// separated by blanks, which Adobe documents beside commas and every other authorization server expects.
    ///
    /// # Errors
    /// [`Problem::RedirectInvalid`] for a redirect URI that is none; [`Problem::ValueInvalid`] for a client id or a scope
    /// that cannot be one; the error of `random`.
    pub fn start(
        self,
        mut random: impl FnMut(&mut [u8; 32]) -> Result<()>,
    ) -> Result<PendingAuthorization> {
        check_redirect_uri(&self.redirect_uri)?;
        let client_id = &self.client.client_id;
        let scopes = self.scopes.iter().map(|it| (ValueKind::Scopes, it));
        for (kind, text) in scopes.chain([(ValueKind::ClientId, client_id)]) {
            if let Some(content) = value::impossible(kind, text) {
                return Err(value::refusal(&kind.to_string(), content));
            }
        }
        let mut draw = || {
            let mut bytes = [0; 32];
            random(&mut bytes).map(|()| bytes)
        };
        let pkce = Pkce::new(&draw()?);
        let state = encode_random(&draw()?);
        let nonce = encode_random(&draw()?);
        Ok(PendingAuthorization {
            url: self.url(&pkce, &state, &nonce),
            client: self.client,
            redirect_uri: self.redirect_uri,
            scopes: self.scopes,
            flow: self.flow,
            verifier: pkce.verifier().clone(),
            state,
            nonce,
        })
    }

    fn url(&self, pkce: &Pkce, state: &Secret, nonce: &Secret) -> String {
        let mut url = self.client.environment.endpoint(Endpoint::Authorize.path());
        url.push('?');
        let start = url.len();
        let mut query = form_urlencoded::Serializer::for_suffix(url, start);
        query
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("response_type", self.flow.response_type())
            .append_pair("state", state.expose())
            .append_pair("nonce", nonce.expose());
        if self.flow == Flow::Code {
            query
                .append_pair("code_challenge", pkce.challenge())
                .append_pair("code_challenge_method", "S256");
        }
        if let Some(prompt) = self.prompt {
            query.append_pair("prompt", prompt.as_str());
        }
        for resource in &self.resources {
            query.append_pair("resource", resource);
        }
        query.finish()
    }
}

/// Requires https, or this machine: the redirect carries a code or a token.
fn check_redirect_uri(redirect_uri: &str) -> Result<()> {
    let invalid = |reason: &str| {
        let message = format!("the redirect URI {} {reason}", display(redirect_uri));
        Err(Error::new(Problem::RedirectInvalid, message))
    };
    if redirect_uri.contains('#') {
        return invalid("has a fragment");
    }
    let Ok(uri) = redirect_uri.parse::<Uri>() else {
        return invalid("is no URL");
    };
    match Origin::of(&uri) {
        Ok(origin) if origin.is_cleartext() => invalid("leaves this machine without encryption"),
        Ok(_) => Ok(()),
        Err(reason) => invalid(&reason.to_string()),
    }
}
