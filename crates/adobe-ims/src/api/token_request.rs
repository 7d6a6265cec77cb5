//! What the grants of `/ims/token` have in common: who asks, what it shows, and the token for it.

use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::response::ApiResponse;
use super::token_response;
use super::token_response::{TokenRequester, TokenResponse, Warning};
use super::{ImsClient, UserTokenResponse, form, response};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::TokenClaims;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// What IMS and OAuth say of a code, a refresh token or another token that was shown and is not taken:
/// `access_denied` was observed for a code, the others are relied upon by published clients or are those
/// of RFC 6749.
const PROOF_REFUSED: [&str; 5] = [
    "access_denied",
    "expired_token",
    "invalid_grant",
    "invalid_refresh_token",
    "invalid_token",
];

/// A request for a token.
pub(super) struct TokenRequest<'a> {
    pub(super) client: &'a OauthClient,
    pub(super) endpoint: Endpoint,
    /// Whether the client id stands in the URL instead of in the form.
    pub(super) id_in_url: bool,
    /// What follows client id and secret.
    pub(super) fields: Vec<(&'static str, &'a str)>,
    /// What of the fields must not be shown.
    pub(super) secrets: Vec<&'a Secret>,
    /// What the token should be good for; nothing where the request does not say.
    pub(super) scopes: &'a [String],
    pub(super) resources: &'a [String],
    /// Whose organisation the token is for, if not the client's.
    pub(super) organization_id: Option<&'a str>,
    /// What it means when IMS does not take what was shown.
    pub(super) refused: Option<Problem>,
    /// Another code that says so, in answers to this grant.
    pub(super) refusal: Option<&'static str>,
    /// The refresh token that came: it takes the place of the one that was shown, even when the access
    /// token beside it is useless.
    pub(super) rotated: OnceLock<Secret>,
}

impl<'a> TokenRequest<'a> {
    /// A request with nothing but its grant. The client id stands in the form, of a public client too: Adobe
    /// documents it in the URL there, and parameters in either place; other servers look into the form only.
    pub(super) fn new(client: &'a OauthClient, endpoint: Endpoint, grant: &'static str) -> Self {
        Self {
            client,
            endpoint,
            id_in_url: false,
            fields: vec![("grant_type", grant)],
            secrets: Vec::new(),
            scopes: &[],
            resources: &[],
            organization_id: None,
            refused: None,
            refusal: None,
            rotated: OnceLock::new(),
        }
    }

    pub(super) fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    pub(super) fn secret(mut self, name: &'static str, value: &'a Secret) -> Self {
        self.secrets.push(value);
        self.field(name, value.expose())
    }

    pub(super) fn scopes(mut self, scopes: &'a [String]) -> Self {
        self.scopes = scopes;
        self
    }

    pub(super) fn resources(mut self, resources: &'a [String]) -> Self {
        self.resources = resources;
        self
    }

    pub(super) fn refused(mut self, problem: Problem) -> Self {
        self.refused = Some(problem);
        self
    }

    fn form(&self, secret: Option<&'a Secret>, scopes: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        if !self.id_in_url {
            fields.push(("client_id", &self.client.client_id));
        }
        fields.extend(secret.map(|secret| ("client_secret", secret.expose())));
        fields.extend_from_slice(&self.fields);
        if !scopes.is_empty() {
            fields.push(("scope", scopes));
        }
        let resources = self.resources.iter();
        fields.extend(resources.map(|resource| ("resource", resource.as_str())));
        fields
    }

    /// Adds to a refusal what only the request can tell.
    fn explain(&self, error: Error) -> Error {
        let refused = error.server().filter(|server| self.is_refusal(server));
        let error = match (self.refused, refused) {
            (Some(problem), Some(server)) => {
                Error::new(problem, error.to_string()).with_server(server.clone())
            }
            _ => response::of_no_assertion(error),
        };
        match error.problem() {
            Problem::ScopeInvalid if !self.scopes.is_empty() => {
                error.with_hint(format!("asked for: {}", self.scopes.join(", ")))
            }
            Problem::ClientUnknown | Problem::ClientInvalid | Problem::GrantNotAllowed => error
                .with_hint(format!(
                    "asked as client {:?} at {}",
                    self.client.client_id, self.client.environment
                )),
            _ => error,
        }
    }

    fn is_refusal(&self, server: &ServerResponse) -> bool {
        let code = server.code.as_deref();
        let known = code.is_some_and(|code| PROOF_REFUSED.contains(&code));
        matches!(server.status, 400 | 401 | 403)
            && (known || (code.is_some() && code == self.refusal))
    }

    pub(super) fn granted(
        &self,
        mut answer: ApiResponse,
        received: SystemTime,
    ) -> Result<UserTokenResponse> {
        let refresh_token = take_secret(&mut answer.body, "refresh_token");
        if let Some(refresh_token) = &refresh_token {
            let _ = self.rotated.set(refresh_token.clone());
        }
        let id_token = take_secret(&mut answer.body, "id_token");
        let named = ["userId", "sub"].map(|name| take_text(&mut answer.body, name));
        let asked = TokenRequester {
            client_id: &self.client.client_id,
            organization_id: self.organization_id.or(self.client.organization_id()),
            unit: self.endpoint.unit(),
        };
        let mut exchanged = token_response::token(answer, &asked, received)?;
        let claims = exchanged.token.claims();
        let lacking = claims.map_or_else(Vec::new, |claims| self.lacking(claims));
        let claimed = claims.and_then(|claims| claims.user_id.clone());
        if !lacking.is_empty() {
            exchanged.warnings.push(Warning::ScopesLacking(lacking));
        }
        let mut user_ids = named.into_iter().flatten().chain(claimed);
        Ok(UserTokenResponse {
            user_id: user_ids.find(|id| is_user_id(id)),
            refresh_expires_at: match &refresh_token {
                Some(_) => refresh_expires_at(&exchanged, received),
                None => None,
            },
            refresh_token,
            id_token,
            response: exchanged,
        })
    }

    /// The scopes that were asked for and are not in the token. One that lists none says nothing, and
    /// `offline_access` asks for a refresh token, not for the access token.
    fn lacking(&self, claims: &TokenClaims) -> Vec<String> {
        if claims.scopes.is_empty() {
            return Vec::new();
        }
        let asked = self.scopes.iter();
        asked
            .filter(|scope| *scope != "offline_access" && !claims.scopes.contains(scope))
            .cloned()
            .collect()
    }
}

impl ImsClient {
    pub(super) async fn ask(&self, request: &TokenRequest<'_>) -> Result<UserTokenResponse> {
        let client = request.client;
        let endpoint = client.environment.endpoint(request.endpoint.path());
        let url = match request.id_in_url {
            true => form::with_client_id(&endpoint, &client.client_id),
            false => endpoint.clone(),
        };
        let scopes = request.scopes.join(",");
        let mut secrets: Vec<&Secret> = client.secrets.iter().collect();
        secrets.extend_from_slice(&request.secrets);
        let build = |secret: Option<&Secret>| form::post(&url, &request.form(secret, &scopes));
        let read = |response: &_, received| {
            let answer = response::read(&endpoint, response, &secrets, received)
                .map_err(|error| request.explain(error))?;
            request.granted(answer, received)
        };
        let (mut granted, refused_one) = self.with_each_secret(client, build, read).await?;
        if refused_one {
            granted.response.warnings.push(Warning::SecretRefused);
        }
        Ok(granted)
    }
}

/// The end of the refresh token by the access token's claim `rtea`, on this machine's clock.
fn refresh_expires_at(exchanged: &TokenResponse, received: SystemTime) -> Option<SystemTime> {
    let end = exchanged.token.claims()?.refresh_expires_at?;
    let there = exchanged.server.date.unwrap_or(received);
    received.checked_add(end.duration_since(there).unwrap_or_default())
}

fn take_text(body: &mut Map<String, Value>, name: &str) -> Option<String> {
    match body.remove(name)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn take_secret(body: &mut Map<String, Value>, name: &str) -> Option<Secret> {
    let secret = take_text(body, name).map(Secret::new)?;
    crate::token::fits_a_header(&secret).then_some(secret)
}

/// A server could put anything there; this is what ids of people and of technical accounts look like.
fn is_user_id(id: &str) -> bool {
    id.len() <= 100
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"@._-".contains(&byte))
}
