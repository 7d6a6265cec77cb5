//! `POST /ims/token/v3` with `grant_type=authorization_code`: what a sign-in came back with for tokens; and
//! the permanent codes of services.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::{OauthClient, PermanentCode};
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// v3 is what Adobe documents for people; v1 and v2 are in use by clients of Adobe's.
const ENDPOINT: Endpoint = Endpoint::TokenV3;

/// Nothing is documented for permanent codes: v2 is what Adobe's own command line uses for them; another
/// client of Adobe's uses v1, a third one v4.
const PERMANENT: Endpoint = Endpoint::TokenV2;

impl ImsClient {
    /// Exchanges the code of a sign-in for tokens: one POST to `/ims/token/v3`, form fields `client_id`,
    /// `client_secret`, `grant_type`, `code` and `code_verifier` (documented by Adobe; the secret as a field
    /// instead of in a header is relied upon by published clients). A public client sends its id and no
    /// secret; the verifier is what it proves itself with. `redirect_uri`, as it stood in the address of the
    /// sign-in, is what RFC 6749 demands where it stood there; Adobe's clients leave it out, standard clients
    /// send it. `expires_in` is in seconds.
    ///
    /// A code is good once: this is not to be tried again after an answer came.
    ///
    /// # Errors
    /// [`Problem::CodeRefused`] when IMS does not take the code; everything of class refused, throttled,
    /// unavailable, unusable and unreachable.
    pub async fn authorization_code(
        &self,
        client: &OauthClient,
        code: &Secret,
        verifier: Option<&Secret>,
        redirect_uri: Option<&str>,
    ) -> Result<UserTokenResponse> {
        let mut request = TokenRequest::new(client, ENDPOINT, "authorization_code")
            .secret("code", code)
            .refused(Problem::CodeRefused);
        if let Some(uri) = redirect_uri {
            request = request.field("redirect_uri", uri);
        }
        if let Some(verifier) = verifier {
            request = request.secret("code_verifier", verifier);
        }
        self.ask(&request).await
    }

    /// Exchanges the permanent code of a service for an access token: one POST to `/ims/token/v2`, form
    /// fields `client_id`, `client_secret`, `grant_type`, `code`, `scope` where scopes are asked for, and
    /// `resource` where audiences are (relied upon by a published client). `expires_in` is in seconds. The code
    /// stays good.
    ///
    /// # Errors
    /// [`Problem::ClientSecretMissing`] for a public client; as for
    /// [`authorization_code`](Self::authorization_code) otherwise.
    pub async fn permanent_code(&self, service: &PermanentCode) -> Result<UserTokenResponse> {
        service.client.confidential("a permanent code")?;
        let request = TokenRequest::new(&service.client, PERMANENT, "authorization_code")
            .secret("code", &service.code)
            .scopes(&service.scopes)
            .resources(&service.resources)
            .refused(Problem::CodeRefused);
        self.ask(&request).await
    }
}
