//! `POST /ims/admin_profile/v1` and `/ims/admin_organizations/v5`: the same about someone else, asked by a
//! service.

use http::Request;

use super::version::versions;
use super::{ImsClient, Organizations, Profile, form};
use crate::environment::Environment;
use crate::error::Result;
use crate::token::AccessToken;
use crate::transport::Body;

versions! {
    /// The versions of `/ims/admin_profile`; v1 and v3 are seen in a published client.
    AdminProfileVersion {
        #[default]
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
    }
}

versions! {
    /// The versions of `/ims/admin_organizations`; v4 and v5 are seen in a published client.
    AdminOrganizationsVersion {
        V1 = "v1",
        V2 = "v2",
        V3 = "v3",
        V4 = "v4",
        #[default]
        V5 = "v5",
    }
}

/// The id of the person that a service asks about, in its two halves: `GUID@AUTH_SRC`.
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
    /// Asks for someone's profile with a service token, one of type `service_token`: one POST to
    /// `/ims/admin_profile/v1` (or another version), form fields `guid` and `auth_src`, the token in the
    /// header `Authorization`, the client as `X-IMS-ClientId` (relied upon by a published client).
    ///
    /// # Errors
    /// As for [`profile`](Self::profile).
    pub async fn admin_profile(
        &self,
        token: &AccessToken,
        client_id: &str,
        user: UserReference<'_>,
        version: AdminProfileVersion,
        environment: &Environment,
    ) -> Result<Profile> {
        let endpoint = environment.endpoint(&format!("/ims/admin_profile/{version}"));
        let request = about(&endpoint, client_id, user)?;
        let reported = self.emit(&endpoint, request, token).await?;
        reported.object().map(Profile::of)
    }

    /// Asks for someone's organisations with a service token: one POST to `/ims/admin_organizations/v5` (or
    /// another version), otherwise as [`admin_profile`](Self::admin_profile).
    ///
    /// # Errors
    /// As for [`profile`](Self::profile).
    pub async fn admin_organizations(
        &self,
        token: &AccessToken,
        client_id: &str,
        user: UserReference<'_>,
        version: AdminOrganizationsVersion,
        environment: &Environment,
    ) -> Result<Organizations> {
        let endpoint = environment.endpoint(&format!("/ims/admin_organizations/{version}"));
        let request = about(&endpoint, client_id, user)?;
        let reported = self.emit(&endpoint, request, token).await?;
        reported.list().map(Organizations::of)
    }
}

fn about(endpoint: &str, client_id: &str, user: UserReference<'_>) -> Result<Request<Body>> {
    let fields = [("guid", user.guid), ("auth_src", user.auth_src)];
    Ok(form::of_client(form::post(endpoint, &fields)?, client_id))
}
