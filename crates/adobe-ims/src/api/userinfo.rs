//! `GET /ims/userinfo/v2`: who a token stands for, in the words of OpenID Connect.

use serde_json::{Map, Value};

use super::version::versions;
use super::{ImsClient, bearer, raw};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;

versions! {
    /// The versions of `/ims/userinfo`: Adobe's discovery document names v2, published clients ask for v1 as
    /// well.
    UserinfoVersion {
        V1 = "v1",
        #[default]
        V2 = "v2",
    }
}

/// Who a token stands for, as OpenID Connect has it. The texts are IMS's own, without tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Userinfo {
    /// `sub`: the user id.
    pub subject: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`, a boolean (documented by Adobe) or, in older answers, a text.
    pub email_verified: Option<bool>,
    /// `name`.
    pub name: Option<String>,
    /// `given_name`.
    pub given_name: Option<String>,
    /// `family_name`.
    pub family_name: Option<String>,
    /// `country` of `address`.
    pub country: Option<String>,
    /// `account_type`: `ind` for an individual's, `ent` for an enterprise's (documented by Adobe).
    pub account_type: Option<String>,
    /// The whole answer, without tokens.
    pub raw: Map<String, Value>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Asks who a token stands for: one GET of `/ims/userinfo/v2` (or another version) with the token in the
    /// header `Authorization`, and the parameter `client_id` if a client is named (documented by Adobe). It
    /// needs the scope `openid`; what comes depends on `email` and `profile`.
    ///
    /// # Errors
    /// As for [`profile`](Self::profile).
    pub async fn userinfo(
        &self,
        token: &AccessToken,
        version: UserinfoVersion,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<Userinfo> {
        let endpoint = environment.endpoint(&format!("/ims/userinfo/{version}"));
        let request = bearer::get(&endpoint, client_id)?;
        let reported = self.emit(&endpoint, request, token).await?;
        let (raw, server) = reported.object()?;
        let text = |name: &str| raw::text(&raw, name);
        let address = raw.get("address").and_then(Value::as_object);
        Ok(Userinfo {
            subject: text("sub"),
            email: text("email"),
            email_verified: raw.get("email_verified").and_then(truth),
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            country: address.and_then(|address| raw::text(address, "country")),
            account_type: text("account_type"),
            raw,
            server,
        })
    }
}

fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
