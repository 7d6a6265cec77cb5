//! The paths of the emulator, and the methods of each.

use std::borrow::Cow;

use http::Method;

#[cfg(feature = "forms")]
use crate::aem::forms::endpoint::FormsEndpoint;
use crate::http::content_disposition::percent_decode;
use crate::http::error_response::ErrorResponse;
use crate::ims::authorize::pages::FORM_PATH;
use crate::ims::token_endpoint::request::Version;
use crate::tokens::token_keys::TokenKeys;

/// The maximum size of a request body without documents, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// An endpoint of the emulator.
pub(crate) enum Endpoint<'a> {
    Exchange,
    Token(Version),
    Authorize,
    SignInForm,
    Logout,
    Register,
    Revoke,
    Discovery,
    ValidateToken,
    InvalidateToken,
    Profile,
    Userinfo,
    Organizations,
    AdminProfile,
    AdminOrganizations,
    KeySet,
    KeyCertificate(&'a str),
    Dam,
    Assets,
    #[cfg(feature = "forms")]
    Forms(FormsEndpoint<'a>),
    /// A path below `/adobe/` that nothing answers.
    UnknownApi,
    /// A path that leads to the overview.
    Root,
    Overview,
    Health,
    Clock,
    AdvanceClock,
    Reset,
    Snapshots,
    /// The restoration of the snapshot with this id.
    RestoreSnapshot(Cow<'a, str>),
    Lifetimes,
    AemRights,
    /// The rights of this account, or person.
    AemRightsOf(Cow<'a, str>),
    /// A file below `/content/dam/`.
    AemFile(Cow<'a, str>),
    AemSettings,
    Faults,
    /// The fault with this id.
    Fault(Cow<'a, str>),
    Requests,
    Verify,
    AddClient,
    AddPerson,
    AddServiceCode,
    SignIn,
}

impl<'a> Endpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        let path = normalize(path);
        Self::for_tokens(path)
            .or_else(|| Self::for_users(path))
            .or_else(|| Self::for_aem_and_control(path))
            .or_else(|| Self::for_named_resource(path))
            .or_else(|| Self::for_key_certificate(path))
            .or_else(|| Self::for_aem_api(path))
    }

    fn for_tokens(path: &str) -> Option<Self> {
        Some(match path {
            "/ims/exchange/jwt" | "/ims/exchange/v1/jwt" => Self::Exchange,
            "/ims/token" => Self::Token(Version::Unversioned),
            "/ims/token/v1" => Self::Token(Version::V1),
            "/ims/token/v2" => Self::Token(Version::V2),
            "/ims/token/v3" => Self::Token(Version::V3),
            "/ims/token/v4" => Self::Token(Version::V4),
            "/ims/validate_token" | "/ims/validate_token/v1" => Self::ValidateToken,
            "/ims/invalidate_token/v2" => Self::InvalidateToken,
            "/ims/revoke" => Self::Revoke,
            "/ims/keys" => Self::KeySet,
            _ => return None,
        })
    }

    fn for_users(path: &str) -> Option<Self> {
        Some(match path {
            "/ims/authorize" | "/ims/authorize/v1" | "/ims/authorize/v2" => Self::Authorize,
            FORM_PATH => Self::SignInForm,
            "/ims/logout" | "/ims/logout/v1" => Self::Logout,
            "/ims/register" => Self::Register,
            "/ims/.well-known/openid-configuration" | "/.well-known/openid-configuration" => {
                Self::Discovery
            }
            "/ims/profile" | "/ims/profile/v1" | "/ims/profile/v2" | "/ims/profile/v3" => {
                Self::Profile
            }
            "/ims/userinfo/v1" | "/ims/userinfo/v2" => Self::Userinfo,
            "/ims/organizations/v1"
            | "/ims/organizations/v2"
            | "/ims/organizations/v3"
            | "/ims/organizations/v4"
            | "/ims/organizations/v5"
            | "/ims/organizations/v6" => Self::Organizations,
            "/ims/admin_profile/v1" | "/ims/admin_profile/v3" => Self::AdminProfile,
            "/ims/admin_organizations/v4" | "/ims/admin_organizations/v5" => {
                Self::AdminOrganizations
            }
            _ => return None,
        })
    }

    fn for_aem_and_control(path: &str) -> Option<Self> {
        Some(match path {
            "/content/dam.json" => Self::Dam,
            "/api/assets.json" => Self::Assets,
            "/" | "/_emu" => Self::Root,
            "/_emu/" => Self::Overview,
            "/_emu/health" => Self::Health,
            "/_emu/clock" => Self::Clock,
            "/_emu/clock/advance" => Self::AdvanceClock,
            "/_emu/reset" => Self::Reset,
            "/_emu/snapshots" => Self::Snapshots,
            "/_emu/lifetimes" => Self::Lifetimes,
            "/_emu/aem/rights" => Self::AemRights,
            "/_emu/aem/settings" => Self::AemSettings,
            "/_emu/faults" => Self::Faults,
            "/_emu/requests" => Self::Requests,
            "/_emu/verify" => Self::Verify,
            "/_emu/clients" => Self::AddClient,
            "/_emu/people" => Self::AddPerson,
            "/_emu/service_codes" => Self::AddServiceCode,
            "/_emu/sign_ins" => Self::SignIn,
            _ => return None,
        })
    }

    fn for_named_resource(path: &'a str) -> Option<Self> {
        let decoded = |name: &'a str| match percent_decode(name) {
            Cow::Borrowed(_) => Some(Cow::Borrowed(name)),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        if let Some(account) = path.strip_prefix("/_emu/aem/rights/") {
            return decoded(account).map(Self::AemRightsOf);
        }
        if let Some(id) = path.strip_prefix("/_emu/snapshots/") {
            let id = id.strip_suffix("/restore")?;
            return decoded(id).map(Self::RestoreSnapshot);
        }
        if let Some(id) = path.strip_prefix("/_emu/faults/") {
            return decoded(id).map(Self::Fault);
        }
        let file = path.strip_prefix("/_emu/aem/dam/")?;
        decoded(file).map(Self::AemFile)
    }

    fn for_aem_api(path: &'a str) -> Option<Self> {
        if !path.starts_with("/adobe/") {
            return None;
        }
        #[cfg(feature = "forms")]
        if let Some(endpoint) = FormsEndpoint::from_path(path) {
            return Some(Self::Forms(endpoint));
        }
        Some(Self::UnknownApi)
    }

    fn for_key_certificate(path: &'a str) -> Option<Self> {
        let file = path.strip_prefix("/keys/")?;
        let file = file
            .strip_prefix("prod/")
            .or_else(|| file.strip_prefix("nonprod/"))?;
        TokenKeys::is_certificate_file(file).then_some(Self::KeyCertificate(file))
    }

    /// Returns the maximum size of a request body in bytes. `documents` is that of requests with
    /// documents.
    pub(crate) fn body_limit(&self, documents: usize) -> usize {
        match self {
            Self::AemFile(_) => documents,
            #[cfg(feature = "forms")]
            Self::Forms(_) => documents,
            _ => BODY_LIMIT,
        }
    }

    /// Checks the method of a request.
    pub(crate) fn check_method(&self, method: &Method) -> Result<(), ErrorResponse> {
        let Some((allowed, names)) = self.allowed_methods() else {
            return Ok(());
        };
        if allowed.contains(method) {
            Ok(())
        } else {
            Err(ErrorResponse::method_not_allowed(names))
        }
    }

    /// Returns the methods, and their names for the header `Allow`. Returns `None` if the endpoint
    /// checks the method, because its errors have another form.
    fn allowed_methods(&self) -> Option<(&'static [Method], &'static str)> {
        Some(match self {
            #[cfg(feature = "forms")]
            Self::Forms(_) => return None,
            Self::UnknownApi => return None,
            Self::Exchange
            | Self::Token(_)
            | Self::SignInForm
            | Self::Register
            | Self::Revoke
            | Self::InvalidateToken
            | Self::AdminProfile
            | Self::AdminOrganizations
            | Self::AdvanceClock
            | Self::Reset
            | Self::Snapshots
            | Self::RestoreSnapshot(_)
            | Self::AemRights
            | Self::Verify
            | Self::AddClient
            | Self::AddPerson
            | Self::AddServiceCode
            | Self::SignIn => (&[Method::POST], "POST"),
            Self::AemRightsOf(_) => (&[Method::PUT, Method::DELETE], "PUT, DELETE"),
            Self::AemFile(_) => (
                &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE],
                "GET, HEAD, PUT, DELETE",
            ),
            Self::Clock | Self::Lifetimes | Self::AemSettings => (
                &[Method::GET, Method::HEAD, Method::PATCH],
                "GET, HEAD, PATCH",
            ),
            Self::Faults => (
                &[Method::GET, Method::HEAD, Method::POST, Method::DELETE],
                "GET, HEAD, POST, DELETE",
            ),
            Self::Fault(_) | Self::Requests => (
                &[Method::GET, Method::HEAD, Method::DELETE],
                "GET, HEAD, DELETE",
            ),
            Self::ValidateToken | Self::Authorize | Self::Logout | Self::Profile => {
                (&[Method::GET, Method::POST], "GET, POST")
            }
            Self::Discovery
            | Self::Userinfo
            | Self::Organizations
            | Self::KeySet
            | Self::KeyCertificate(_)
            | Self::Dam
            | Self::Assets
            | Self::Root
            | Self::Overview
            | Self::Health => (&[Method::GET, Method::HEAD], "GET, HEAD"),
        })
    }
}

/// Removes a second slash at the start and a slash at the end of paths below `/ims/`. Published
/// clients send both; the first comes from a base URL with a slash at its end.
fn normalize(path: &str) -> &str {
    let path = match path.strip_prefix('/') {
        Some(rest) if rest.starts_with("/ims/") => rest,
        _ => path,
    };
    match path.strip_suffix('/') {
        Some(stripped) if stripped.starts_with("/ims/") => stripped,
        _ => path,
    }
}
