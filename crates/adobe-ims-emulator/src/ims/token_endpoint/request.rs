//! A request at the token endpoint.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::ims::client_authentication::ClientAuthentication;
use crate::state::State;

/// The version of the token endpoint in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    Unversioned,
    V1,
    V2,
    V3,
    V4,
}

/// A request for tokens.
pub(crate) struct TokenRequest<'a> {
    pub(crate) state: &'a State,
    pub(crate) http: &'a Request<Bytes>,
    pub(crate) version: Version,
    pub(crate) parameters: &'a Parameters,
    pub(crate) grant: GrantType,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl TokenRequest<'_> {
    /// Returns the authenticated client, if it is registered for the grant.
    pub(crate) fn client<'d>(&self, directory: &'d Directory) -> Result<&'d Client, ErrorResponse> {
        let authentication = ClientAuthentication::from_request(
            &self.state.ims_settings(),
            self.http.headers(),
            self.parameters,
        )?;
        // Adobe documents a 401 for the JWT exchange only.
        let client = authentication.authenticate(directory, StatusCode::BAD_REQUEST)?;
        if client.is_allowed(self.grant) {
            Ok(client)
        } else {
            Err(ErrorResponse::bad_request(
                "unauthorized_client",
                format!(
                    "The client is not registered for the grant {}.",
                    self.grant.name()
                ),
            ))
        }
    }

    /// Returns the authenticated client for a grant that public clients may not use.
    pub(crate) fn confidential_client<'d>(
        &self,
        directory: &'d Directory,
    ) -> Result<&'d Client, ErrorResponse> {
        let client = self.client(directory)?;
        check_confidential(client)?;
        Ok(client)
    }

    /// Returns the parameter `scope`, or an empty text.
    pub(crate) fn scope(&self) -> Result<&str, ErrorResponse> {
        Ok(self.parameters.get("scope")?.unwrap_or_default())
    }

    pub(crate) fn resources(&self) -> Vec<&str> {
        self.parameters.get_all("resource").collect()
    }
}

/// Refuses a public client. Anybody could send its requests.
pub(crate) fn check_confidential(client: &Client) -> Result<(), ErrorResponse> {
    if client.is_public() {
        return Err(ErrorResponse::bad_request(
            "unauthorized_client",
            "This grant needs a client with a secret.",
        ));
    }
    Ok(())
}
