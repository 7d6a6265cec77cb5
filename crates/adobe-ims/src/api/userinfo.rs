//! `GET /ims/userinfo/v2`: the owner of a token, by OpenID Connect.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, json, request};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/userinfo`. Adobe's discovery document names v2; published clients also use v1.
    UserinfoVersion {
        V1 = "v1",
        #[default]
        V2 = "v2",
    }
}

/// The owner of a token, by OpenID Connect. The texts are those of IMS, without tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Userinfo {
    /// `sub`: the user id.
    pub subject: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`: a boolean (documented by Adobe), or a text in older responses.
    pub email_verified: Option<bool>,
    /// `name`.
    pub name: Option<String>,
    /// `given_name`.
    pub given_name: Option<String>,
    /// `family_name`.
    pub family_name: Option<String>,
    /// `country` of `address`.
    pub country: Option<String>,
    /// `account_type`: `ind` for an individual, `ent` for an enterprise (documented by Adobe).
    pub account_type: Option<String>,
    /// The whole response, without tokens.
    pub raw: Map<String, Value>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Fetches the claims about the owner of a token.
    ///
    /// It sends one GET of `/ims/userinfo/v2` (or another version) with the token in the header `Authorization`, and
    /// the parameter `client_id` if a client is given (documented by Adobe). The token needs the scope `openid`; the
    /// scopes `email` and `profile` add fields.
    ///
    /// # Errors
    /// The errors of [`profile`](Self::profile).
    pub async fn userinfo(
        &self,
        token: &AccessToken,
        version: UserinfoVersion,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<Userinfo> {
        let endpoint = environment.endpoint(&format!("/ims/userinfo/{version}"));
        let request = request::get(&endpoint, client_id)?;
        let response = self.send_with_token(&endpoint, request, token).await?;
        let (raw, server) = response.into_object()?;
        let text = |name: &str| json::text(&raw, name);
        let address = raw.get("address").and_then(Value::as_object);
        Ok(Userinfo {
            subject: text("sub"),
            email: text("email"),
            email_verified: raw.get("email_verified").and_then(as_bool),
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            country: address.and_then(|address| json::text(address, "country")),
            account_type: text("account_type"),
            raw,
            server,
        })
    }
}

fn as_bool(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
