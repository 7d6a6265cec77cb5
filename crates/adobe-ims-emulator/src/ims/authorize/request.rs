//! Reading and checking the parameters of the authorization endpoint.

use crate::http::parameters::Parameters;
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims_settings::ImsSettings;
use crate::sessions::authorization_request::{
    AuthorizationRequest, RedirectTarget, ResponseMode, ResponseType,
};
use crate::tokens::pkce::CodeChallenge;
use crate::tokens::scopes::{self, OPENID};

/// The maximum length of `state` in characters (documented by Adobe).
const STATE_LIMIT: usize = 4096;

/// The maximum length of `state` in Adobe's documentation of 2019.
const SHORT_STATE_LIMIT: usize = 255;

/// An error that the redirect reports to the client.
#[derive(Clone, Copy)]
pub(crate) struct AuthorizationError {
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

/// The error of `prompt=none` if the page would be needed.
pub(crate) const LOGIN_REQUIRED: AuthorizationError = AuthorizationError {
    error: "login_required",
    description: "Nobody is signed in, or they have to sign in again.",
};

/// The parameters `prompt` and `reauth`: when the page is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    IfNeeded,
    Always,
    Never,
}

/// Reads the parameters. Sets state and mode of `redirect` as soon as they are known, so that
/// errors use them.
pub(crate) fn read(
    settings: &ImsSettings,
    client: &Client,
    parameters: &Parameters,
    redirect: &mut RedirectTarget,
) -> Result<(AuthorizationRequest, Prompt), AuthorizationError> {
    let reader = Reader { client, parameters };
    redirect.state = reader.state(settings)?;
    let response_type = reader.response_type()?;
    redirect.mode = response_type.default_mode();
    if let Some(mode) = reader.response_mode()? {
        redirect.mode = mode;
    }
    reader.check_grant(response_type)?;
    let requested = reader.get("scope")?.unwrap_or_default();
    let scopes = scopes::granted(requested, &client.scopes)
        .map_err(|_| AuthorizationError::new("invalid_scope", "Invalid scope value"))?;
    let nonce = reader.get("nonce")?;
    if response_type.has_id_token() {
        check_id_token(&scopes, nonce)?;
    }
    let challenge = reader.challenge(response_type)?;
    let prompt = reader.prompt()?;
    let request = AuthorizationRequest {
        client_id: client.id.clone(),
        redirect: redirect.clone(),
        response_type,
        scopes,
        challenge,
        nonce: nonce.map(str::to_owned),
        resources: parameters.get_all("resource").map(str::to_owned).collect(),
        device_id: reader.device_id(response_type)?,
    };
    Ok((request, prompt))
}

/// The parameters of a client's request.
struct Reader<'a> {
    client: &'a Client,
    parameters: &'a Parameters,
}

impl<'a> Reader<'a> {
    fn get(&self, name: &'static str) -> Result<Option<&'a str>, AuthorizationError> {
        self.parameters
            .get(name)
            .map_err(|_| AuthorizationError::invalid_request("A parameter is given twice."))
    }

    fn state(&self, settings: &ImsSettings) -> Result<Option<String>, AuthorizationError> {
        let state = self.get("state")?;
        let (limit, description) = if settings.short_state {
            (
                SHORT_STATE_LIMIT,
                "The state is longer than 255 characters.",
            )
        } else {
            (STATE_LIMIT, "The state is longer than 4096 characters.")
        };
        if state.is_some_and(|text| text.chars().count() > limit) {
            return Err(AuthorizationError::invalid_request(description));
        }
        Ok(state.map(str::to_owned))
    }

    fn response_type(&self) -> Result<ResponseType, AuthorizationError> {
        let text = self.get("response_type")?.unwrap_or("code");
        ResponseType::parse(text).ok_or(AuthorizationError::new(
            "unsupported_response_type",
            "IMS does not support this response_type.",
        ))
    }

    fn response_mode(&self) -> Result<Option<ResponseMode>, AuthorizationError> {
        match self.get("response_mode")? {
            None => Ok(None),
            Some("query") => Ok(Some(ResponseMode::Query)),
            Some("fragment") => Ok(Some(ResponseMode::Fragment)),
            Some(_) => Err(AuthorizationError::invalid_request(
                "The response_mode is neither query nor fragment.",
            )),
        }
    }

    fn check_grant(&self, response_type: ResponseType) -> Result<(), AuthorizationError> {
        let grant = if response_type == ResponseType::Device {
            GrantType::Device
        } else if response_type.has_code() {
            GrantType::AuthorizationCode
        } else {
            GrantType::Implicit
        };
        if self.client.is_allowed(grant) {
            Ok(())
        } else {
            Err(AuthorizationError::new(
                "unauthorized_client",
                "The client is not registered for this response_type.",
            ))
        }
    }

    fn device_id(&self, response_type: ResponseType) -> Result<Option<String>, AuthorizationError> {
        if response_type != ResponseType::Device {
            return Ok(None);
        }
        let device_id = self.get("device_id")?.filter(|id| !id.is_empty());
        let device_id = device_id.ok_or(AuthorizationError::invalid_request(
            "A device token needs a device_id.",
        ))?;
        Ok(Some(device_id.to_owned()))
    }

    fn challenge(
        &self,
        response_type: ResponseType,
    ) -> Result<Option<CodeChallenge>, AuthorizationError> {
        let method = self.get("code_challenge_method")?;
        let text = self.get("code_challenge")?;
        let challenge = text.and_then(|text| CodeChallenge::new(text, method));
        if text.is_some() && challenge.is_none() {
            return Err(AuthorizationError::invalid_request(
                "The code_challenge is malformed, or its method is unknown.",
            ));
        }
        if response_type.has_code() && self.client.is_public() && challenge.is_none() {
            return Err(AuthorizationError::invalid_request(
                "A public client has to send a code_challenge.",
            ));
        }
        Ok(challenge)
    }

    /// Reads `prompt` and `reauth`. `prompt=none` excludes all other values (OpenID Connect Core
    /// §3.1.2.1).
    fn prompt(&self) -> Result<Prompt, AuthorizationError> {
        let reauth = self.get("reauth")? == Some("check");
        let prompt = self.get("prompt")?.unwrap_or_default();
        let names: Vec<&str> = prompt.split(' ').filter(|name| !name.is_empty()).collect();
        let login = reauth || names.contains(&"login");
        if names.contains(&"none") {
            if names.len() > 1 {
                return Err(AuthorizationError::invalid_request(
                    "The prompt has none together with another value.",
                ));
            }
            if login {
                return Err(LOGIN_REQUIRED);
            }
            return Ok(Prompt::Never);
        }
        Ok(if login {
            Prompt::Always
        } else {
            Prompt::IfNeeded
        })
    }
}

fn check_id_token(scopes: &[String], nonce: Option<&str>) -> Result<(), AuthorizationError> {
    if !scopes::contains(scopes, OPENID) {
        return Err(AuthorizationError::new(
            "invalid_scope",
            "An id token needs the scope openid.",
        ));
    }
    if nonce.is_none() {
        return Err(AuthorizationError::invalid_request(
            "An id token in a redirect needs a nonce.",
        ));
    }
    Ok(())
}

impl AuthorizationError {
    fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }
}
