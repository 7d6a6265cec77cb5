//! `POST /ims/admin_profile/v1` and `/ims/admin_organizations/v5`: profile and organisations of a person, fetched
//! with a service token.

use http::Request;

use super::version::versions;
use super::{ImsClient, Organizations, Profile, request};
use crate::environment::Environment;
use crate::error::Result;
use crate::token::AccessToken;
use crate::transport::Body;

versions! {
    /// The versions of `/ims/admin_profile`; a published client uses v1 and v3.
    AdminProfileVersion {
        #[default]
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
    }
}

versions! {
    /// The versions of `/ims/admin_organizations`; a published client uses v4 and v5.
    AdminOrganizationsVersion {
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
        V4 = "v4",
        #[default]
        V5 = "v5",
    }
}

/// The id of a person, `GUID@AUTH_SRC`, in its two parts.
///
/// ```
/// use adobe_ims::api::UserReference;
///
/// let user = UserReference::new("0123456789ABCDEF01234567", "AdobeID");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserReference<'a> {
    guid: &'a str,
    auth_src: &'a str,
}

impl<'a> UserReference<'a> {
    /// Creates the reference from `guid`, the part before the `@`, and `auth_src`, the part after it, such as
    /// `AdobeID`.
    pub fn new(guid: &'a str, auth_src: &'a str) -> Self {
        Self { guid, auth_src }
    }
}

impl ImsClient {
    /// Fetches the profile of a person with a service token (type `service_token`).
    ///
    /// It sends one POST to `/ims/admin_profile/v1` (or another version) with the form fields `guid` and `auth_src`,
    /// the token in the header `Authorization`, and the client id as `X-IMS-ClientId` (relied upon by a published
    /// client).
    ///
    /// # Errors
    /// The errors of [`profile`](Self::profile).
    pub async fn admin_profile(
        &self,
        token: &AccessToken,
        client_id: &str,
        user: UserReference<'_>,
        version: AdminProfileVersion,
        environment: &Environment,
    ) -> Result<Profile> {
        let endpoint = environment.endpoint(&format!("/ims/admin_profile/{version}"));
        let request = user_request(&endpoint, client_id, user)?;
        let response = self.send_with_token(&endpoint, request, token).await?;
        response.into_object().map(Profile::from_fields)
    }

    /// Fetches the organisations of a person with a service token: one POST to `/ims/admin_organizations/v5` (or
    /// another version), otherwise like [`admin_profile`](Self::admin_profile).
    ///
    /// # Errors
    /// The errors of [`profile`](Self::profile).
    pub async fn admin_organizations(
        &self,
        token: &AccessToken,
        client_id: &str,
        user: UserReference<'_>,
        version: AdminOrganizationsVersion,
        environment: &Environment,
    ) -> Result<Organizations> {
        let endpoint = environment.endpoint(&format!("/ims/admin_organizations/{version}"));
        let request = user_request(&endpoint, client_id, user)?;
        let response = self.send_with_token(&endpoint, request, token).await?;
        response.into_list().map(Organizations::from_list)
    }
}

fn user_request(endpoint: &str, client_id: &str, user: UserReference<'_>) -> Result<Request<Body>> {
    let fields = [("guid", user.guid), ("auth_src", user.auth_src)];
    request::with_client_header(request::post_form(endpoint, &fields)?, client_id)
}
