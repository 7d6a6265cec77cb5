//! OAuth server-to-server: a client's id and secret for an access token.
//!
//! What is refused, and how. *Observed* is what the live service or Adobe's own tests against it
//! showed; *matched* is what a published client looks for; *inferred* texts are the emulator's own.
//!
//! | Case | Error | Text |
//! |---|---|---|
//! | `grant_type` missing | `invalid_request` (inferred) | inferred |
//! | `grant_type` not `client_credentials` | `unsupported_grant_type` (RFC 6749) | inferred |
//! | client id unknown | 400 `invalid_client` (observed) | matched |
//! | client secret wrong | 400 `invalid_client` (observed) | matched |
//! | client id or secret missing | as if unknown or wrong (inferred) | inferred |
//! | client of another kind | 400 `unauthorized_client` (observed) | inferred |
//! | `org_id` of another organization | `invalid_request` (inferred) | inferred |
//! | a scope beyond the client's | `invalid_scope` (observed) | from a client's tests |
//!
//! The order of the checks is inferred. Adobe documents `scope` as mandatory, but two of its clients
//! leave it out or empty when they have none: the token then carries all scopes of the client
//! (inferred). Adobe's clients separate scopes by commas, others by spaces; both are taken, though
//! lists with spaces were reported to have failed at Adobe.

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::answer::{Answer, Refusal, json};
use crate::client::Client;
use crate::client_authentication::ClientAuthentication;
use crate::grant_type::GrantType;
use crate::ims::Minting;
use crate::request::Parameters;
use crate::state::State;

const GRANT_TYPE: &str = "client_credentials";

/// The answer, in the documented order of keys.
#[derive(Serialize)]
struct Granted {
    access_token: String,
    token_type: &'static str,
    /// Seconds, unlike in the JWT exchange.
    expires_in: u64,
}

/// Answers a request for a token.
pub(crate) fn client_credentials(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Answer, Refusal> {
    check_grant_type(parameters)?;
    let authentication = ClientAuthentication::read(headers, parameters)?;
    let asked = Asked {
        organization: parameters.one("org_id")?,
        scope: parameters.one("scope")?.unwrap_or_default(),
    };
    let resources: Vec<&str> = parameters.all("resource").collect();
    let access_token = {
        let mut directory = state.directory();
        // The 401 that Adobe documented is the JWT exchange's.
        let client = authentication.client(&mut directory, StatusCode::BAD_REQUEST)?;
        let scope = asked.granted(client)?;
        Minting {
            client,
            scope,
            resources: &resources,
            created_at: state.clock.unix_millis(),
        }
        .mint(state)
    };
    let answer = Granted {
        access_token,
        token_type: "bearer",
        expires_in: state.answered_millis() / 1000,
    };
    Ok(json(StatusCode::OK, &answer))
}

fn check_grant_type(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.one("grant_type")? {
        Some(GRANT_TYPE) => Ok(()),
        Some(_) => Err(Refusal::bad(
            "unsupported_grant_type",
            "The emulator knows no grant_type but client_credentials here.",
        )),
        None => Err(Refusal::unreadable("The parameter grant_type is missing.")),
    }
}

/// What is asked of a client that is who it says.
struct Asked<'a> {
    organization: Option<&'a str>,
    scope: &'a str,
}

impl Asked<'_> {
    /// The `scope` claim of the token.
    fn granted(&self, client: &Client) -> Result<String, Refusal> {
        if !client.may(GrantType::ClientCredentials) {
            return Err(Refusal::bad(
                "unauthorized_client",
                "The client is not registered for the grant client_credentials.",
            ));
        }
        let own = &client.binding.organization;
        if self.organization.is_some_and(|asked| asked != own) {
            return Err(Refusal::unreadable(
                "The org_id parameter is not the organization of the client.",
            ));
        }
        let mut scopes: Vec<&str> = Vec::new();
        for name in self.scope.split([',', ' ']).filter(|name| !name.is_empty()) {
            if !client.scopes.iter().any(|granted| granted == name) {
                return Err(Refusal::bad("invalid_scope", "Invalid scope value"));
            }
            if !scopes.contains(&name) {
                scopes.push(name);
            }
        }
        Ok(if scopes.is_empty() {
            client.scopes.join(",")
        } else {
            scopes.join(",")
        })
    }
}
