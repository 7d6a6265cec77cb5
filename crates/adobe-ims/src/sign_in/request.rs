use http::Uri;

use super::pending::PendingAuthorization;
use super::pkce::{Pkce, token_of};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::token::lifetime::Endpoint;
use crate::util::origin::{Origin, display};

/// What the browser brings back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flow {
    /// A code, which is exchanged for tokens: `response_type=code`.
    #[default]
    Code,
    /// The access token itself, in the part of the address that is not sent to servers:
    /// `response_type=token`. There is no refresh token. OAuth advises against it; for clients that may do
    /// nothing else.
    Implicit,
}

impl Flow {
    fn response_type(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Implicit => "token",
        }
    }
}

/// Whether the person is asked (documented by Adobe).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// Never: it fails where somebody would have to be asked.
    None,
    /// Always for a login, also where the browser is signed in.
    Login,
}

/// A sign-in that is wanted.
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
    /// Of this client, with these scopes. `redirect_uri` must be one that the client is registered with;
    /// IMS sends the browser to the client's default one otherwise (documented by Adobe).
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

    /// Has something else brought back than a code.
    #[must_use]
    pub fn flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// Says whether the person is to be asked.
    #[must_use]
    pub fn prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Names audiences: `resource`, once for each (relied upon by a published client).
    #[must_use]
    pub fn resources(mut self, resources: Vec<String>) -> Self {
        self.resources = resources;
        self
    }

    /// Begins: everything that is random is drawn, three times 32 bytes; [`system_random`](super::system_random)
    /// draws them from the operating system. The URL is `/ims/authorize/v2` (documented by Adobe; v1 and a
    /// path without a version are in use by clients), scopes with blanks between them: documented by Adobe
    /// beside commas, and what every other authorization server understands.
    ///
    /// # Errors
    /// [`Problem::RedirectInvalid`]; what `random` says.
    pub fn start(
        self,
        mut random: impl FnMut(&mut [u8; 32]) -> Result<()>,
    ) -> Result<PendingAuthorization> {
        check(&self.redirect_uri)?;
        let mut draw = || {
            let mut bytes = [0; 32];
            random(&mut bytes).map(|()| bytes)
        };
        let (pkce, state, nonce) = (Pkce::new(&draw()?), token_of(&draw()?), token_of(&draw()?));
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
            let prompt = match prompt {
                Prompt::None => "none",
                Prompt::Login => "login",
            };
            query.append_pair("prompt", prompt);
        }
        for resource in &self.resources {
            query.append_pair("resource", resource);
        }
        Ok(PendingAuthorization {
            url: query.finish(),
            client: self.client,
            redirect_uri: self.redirect_uri,
            scopes: self.scopes,
            flow: self.flow,
            verifier: pkce.verifier().clone(),
            state,
            nonce,
        })
    }
}

/// What comes back opens an account: it goes over https, or stays on this machine.
fn check(redirect_uri: &str) -> Result<()> {
    let invalid = |why: &str| {
        let what = format!("the redirect URI {} {why}", display(redirect_uri));
        Err(Error::new(Problem::RedirectInvalid, what))
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
        Err(why) => invalid(&why.to_string()),
    }
}
