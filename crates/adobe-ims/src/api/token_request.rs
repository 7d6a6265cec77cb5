//! The request of a grant of `/ims/token`: the part that all grants share.

use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::refusal::Asked;
use super::response::ApiResponse;
use super::token_response;
use super::token_response::{TokenRequester, TokenResponse, Warning};
use super::{ImsClient, UserTokenResponse, refusal, request, response};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::TokenClaims;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// The error codes that refuse the credential of a grant: a code, a refresh token or another token.
/// `access_denied` was observed for a code. Published clients rely on the others, or RFC 6749 has them.
const GRANT_REFUSED: [&str; 5] = [
    "access_denied",
    "expired_token",
    "invalid_grant",
    "invalid_refresh_token",
    "invalid_token",
];

/// In bytes. Ids of persons and of technical accounts are shorter.
const MAX_USER_ID: usize = 100;

/// A request for a token.
pub(super) struct TokenRequest<'a> {
    client: &'a OauthClient,
    endpoint: Endpoint,
    client_id_in_url: bool,
    /// The credential of the grant is valid once.
    is_spent: bool,
    /// The form fields after client id and secret.
    fields: Vec<(&'static str, &'a str)>,
    /// The secrets among the fields.
    secrets: Vec<&'a Secret>,
    /// The requested scopes; none when the request names none.
    scopes: &'a [String],
    resources: &'a [String],
    /// The organisation of the token, if it is not that of the client.
    organization_id: Option<&'a str>,
    /// The problem when IMS refuses the credential of the grant.
    refusal_problem: Option<Problem>,
    /// An error code, besides [`GRANT_REFUSED`], that refuses the credential of this grant.
    refusal_code: Option<&'static str>,
    /// The refresh token of the response. It replaces the one that was sent, even when the access token beside it
    /// is unusable.
    pub(super) next_refresh_token: OnceLock<Secret>,
}

impl<'a> TokenRequest<'a> {
    /// Creates a request with `grant_type` only.
    ///
    /// The client id stands in the form, for a public client too. Adobe documents it in the URL there, and
    /// parameters in either place; other servers read the form only.
    pub(super) fn new(client: &'a OauthClient, endpoint: Endpoint, grant: &'static str) -> Self {
        Self {
            client,
            endpoint,
            client_id_in_url: false,
            is_spent: false,
            fields: vec![("grant_type", grant)],
            secrets: Vec::new(),
            scopes: &[],
            resources: &[],
            organization_id: None,
            refusal_problem: None,
            refusal_code: None,
            next_refresh_token: OnceLock::new(),
        }
    }

    /// Sends the client id in the URL instead of in the form.
    pub(super) fn client_id_in_url(mut self) -> Self {
        self.client_id_in_url = true;
        self
    }

    /// Sends the request once only: its credential is valid once.
    pub(super) fn spent(mut self) -> Self {
        self.is_spent = true;
        self
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

    pub(super) fn organization_id(mut self, organization_id: &'a str) -> Self {
        self.organization_id = Some(organization_id);
        self
    }

    pub(super) fn on_refusal(mut self, problem: Problem) -> Self {
        self.refusal_problem = Some(problem);
        self
    }

    pub(super) fn refusal_code(mut self, code: &'static str) -> Self {
        self.refusal_code = Some(code);
        self
    }

    fn form(&self, secret: Option<&'a Secret>, scopes: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        if !self.client_id_in_url {
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

    /// Adds facts of the request to the error of its response.
    fn explain(&self, error: Error) -> Error {
        let refusal = error
            .server()
            .filter(|server| self.is_grant_refused(server));
        let error = match (self.refusal_problem, refusal) {
            (Some(problem), Some(server)) => {
                Error::new(problem, error.to_string()).with_server(server.clone())
            }
            _ => refusal::without_assertion(error),
        };
        let asked = Asked::from(self.client);
        let reason = match error.problem() {
            Problem::ClientUnknown | Problem::ClientInvalid => asked.other_environment(),
            _ => None,
        };
        let error = refusal::with_reason(error, reason, &self.client.notes);
        let error = match error.problem() {
            Problem::ScopeInvalid if !self.scopes.is_empty() => {
                error.with_hint(format!("requested scopes: {}", self.scopes.join(", ")))
            }
            Problem::ClientUnknown
            | Problem::ClientInvalid
            | Problem::ClientOfOtherEnvironment
            | Problem::GrantNotAllowed => error.with_hint(asked.hint()),
            _ => error,
        };
        asked.point_to_emulator(error)
    }

    fn is_grant_refused(&self, server: &ServerResponse) -> bool {
        let code = server.code.as_deref();
        let is_known = code.is_some_and(|code| GRANT_REFUSED.contains(&code));
        matches!(server.status, 400 | 401 | 403)
            && (is_known || (code.is_some() && code == self.refusal_code))
    }

    /// Takes the tokens out of a successful response.
    pub(super) fn read_tokens(
        &self,
        mut response: ApiResponse,
        received: SystemTime,
    ) -> Result<UserTokenResponse> {
        let refresh_token = take_secret(&mut response.body, "refresh_token");
        if let Some(refresh_token) = &refresh_token {
            let _ = self.next_refresh_token.set(refresh_token.clone());
        }
        let id_token = take_secret(&mut response.body, "id_token");
        let user_ids = ["userId", "sub"].map(|name| take_text(&mut response.body, name));
        let redactor = std::mem::take(&mut response.redactor);
        let requester = TokenRequester {
            client_id: &self.client.client_id,
            organization_id: self.organization_id.or(self.client.organization_id()),
            unit: self.endpoint.unit(),
        };
        let mut response = token_response::read_token(response, &requester, received)?;
        let claims = response.token.claims();
        let missing = claims.map_or_else(Vec::new, |claims| self.missing_scopes(claims));
        let claimed_user_id = claims.and_then(|claims| claims.user_id.clone());
        if !missing.is_empty() {
            response.warnings.push(Warning::MissingScopes(missing));
        }
        let mut user_ids = user_ids.into_iter().flatten().chain(claimed_user_id);
        Ok(UserTokenResponse {
            user_id: user_ids.find(|id| is_user_id(id) && !redactor.finds_secret(id)),
            refresh_expires_at: match &refresh_token {
                Some(_) => refresh_expires_at(&response, received),
                None => None,
            },
            refresh_token,
            id_token,
            response,
        })
    }

    /// Returns the requested scopes that the token does not list. A token without any scope lists none.
    /// `offline_access` requests a refresh token and is not listed in an access token.
    fn missing_scopes(&self, claims: &TokenClaims) -> Vec<String> {
        if claims.scopes.is_empty() {
            return Vec::new();
        }
        let requested = self.scopes.iter();
        requested
            .filter(|scope| *scope != "offline_access" && !claims.scopes.contains(scope))
            .cloned()
            .collect()
    }
}

impl ImsClient {
    pub(super) async fn request_token(
        &self,
        request: &TokenRequest<'_>,
    ) -> Result<UserTokenResponse> {
        let client = request.client;
        let endpoint = client.environment.endpoint(request.endpoint.path());
        let url = if request.client_id_in_url {
            request::with_client_id(&endpoint, &client.client_id)?
        } else {
            endpoint.clone()
        };
        let scopes = request.scopes.join(",");
        let mut secrets: Vec<&Secret> = client.secrets.iter().collect();
        secrets.extend_from_slice(&request.secrets);
        let build = |secret: Option<&Secret>| {
            let form = request::post_form(&url, &request.form(secret, &scopes))?;
            Ok(if request.is_spent {
                request::sent_once(form)
            } else {
                form
            })
        };
        let read = |response: &_, received| {
            let response = response::read(&endpoint, response, &secrets, received)
                .map_err(|error| request.explain(error))?;
            request.read_tokens(response, received)
        };
        let authenticated = self.with_each_secret(client, build, read).await?;
        let mut tokens = authenticated.value;
        if authenticated.was_secret_refused {
            tokens.response.warnings.push(Warning::SecretRefused);
        }
        Ok(tokens)
    }
}

/// Returns the expiry of the refresh token by the claim `rtea` of the access token, on this machine's clock.
fn refresh_expires_at(response: &TokenResponse, received: SystemTime) -> Option<SystemTime> {
    let expires_at = response.token.claims()?.refresh_expires_at?;
    let server_time = response.server.date.unwrap_or(received);
    received.checked_add(expires_at.duration_since(server_time).unwrap_or_default())
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

/// Tells whether a text looks like the id of a person or of a technical account. A server could write anything.
fn is_user_id(id: &str) -> bool {
    id.len() <= MAX_USER_ID
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"@._-".contains(&byte))
}
