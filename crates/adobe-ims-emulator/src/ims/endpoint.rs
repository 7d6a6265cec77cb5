//! The paths of IMS, and the methods of each.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, Request};

use crate::http::content_disposition::percent_decode;
use crate::http::error_response::ErrorResponse;
use crate::http::methods::Methods;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
use crate::ims::authorize::endpoint::authorize;
use crate::ims::authorize::logout::{logout, logout_token};
use crate::ims::authorize::pages::FORM_PATH;
use crate::ims::authorize::sign_in_form;
use crate::ims::client_registration::register;
use crate::ims::discovery::discovery;
use crate::ims::jwt_exchange::endpoint::exchange;
use crate::ims::key_set::{key_certificate, key_set};
use crate::ims::profile::account_cluster::account_cluster;
use crate::ims::profile::admin::{admin_organizations, admin_profile};
use crate::ims::profile::organization_details::{group_members, organization, product_contexts};
use crate::ims::profile::organizations::organizations;
use crate::ims::profile::user_profile::profile;
use crate::ims::profile::userinfo::userinfo;
use crate::ims::token_endpoint::endpoint::token;
use crate::ims::token_endpoint::request::Version;
use crate::ims::token_status::invalidate_token::invalidate_token;
use crate::ims::token_status::revoke::revoke;
use crate::ims::token_status::validate_token::validate_token;
use crate::state::State;
use crate::tokens::token_keys::TokenKeys;

/// An endpoint of IMS.
pub(crate) enum ImsEndpoint<'a> {
    Exchange,
    Token(Version),
    Authorize,
    SignInForm,
    Logout,
    LogoutToken,
    Register,
    Revoke,
    Discovery,
    ValidateToken,
    InvalidateToken,
    Profile,
    Userinfo,
    Organizations,
    /// The organization of an id.
    Organization(Cow<'a, str>),
    /// The members of a group of an organization.
    GroupMembers(Cow<'a, str>, &'a str),
    ProductContexts,
    AccountCluster,
    AdminProfile,
    AdminOrganizations,
    KeySet,
    KeyCertificate(&'a str),
}

impl<'a> ImsEndpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        let path = normalize(path);
        Self::for_tokens(path)
            .or_else(|| Self::for_users(path))
            .or_else(|| Self::for_organization(path))
            .or_else(|| Self::for_key_certificate(path))
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
            "/ims/logout/v1/token" => Self::LogoutToken,
            "/ims/logout" | "/ims/logout/v1" => Self::Logout,
            "/ims/register" => Self::Register,
            "/ims/.well-known/openid-configuration" | "/.well-known/openid-configuration" => {
                Self::Discovery
            }
            "/ims/profile" | "/ims/profile/v1" | "/ims/profile/v2" | "/ims/profile/v3" => {
                Self::Profile
            }
            "/ims/userinfo" | "/ims/userinfo/v1" | "/ims/userinfo/v2" => Self::Userinfo,
            "/ims/organizations/v1"
            | "/ims/organizations/v2"
            | "/ims/organizations/v3"
            | "/ims/organizations/v4"
            | "/ims/organizations/v5"
            | "/ims/organizations/v6" => Self::Organizations,
            "/ims/fetch_pc_by_org/v1" => Self::ProductContexts,
            "/ims/account_cluster/v2" | "/ims/account_cluster/v3" => Self::AccountCluster,
            "/ims/admin_profile/v1" | "/ims/admin_profile/v2" | "/ims/admin_profile/v3" => {
                Self::AdminProfile
            }
            "/ims/admin_organizations/v1"
            | "/ims/admin_organizations/v2"
            | "/ims/admin_organizations/v3"
            | "/ims/admin_organizations/v4"
            | "/ims/admin_organizations/v5"
            | "/ims/admin_organizations/v6" => Self::AdminOrganizations,
            _ => return None,
        })
    }

    fn for_organization(path: &'a str) -> Option<Self> {
        let rest = path.strip_prefix("/ims/organizations/")?;
        let (organization, rest) = rest.split_once('/')?;
        let organization = match percent_decode(organization) {
            Cow::Borrowed(_) => Cow::Borrowed(organization),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).ok()?),
        };
        if rest == "v2" {
            return Some(Self::Organization(organization));
        }
        let group = rest.strip_prefix("groups/")?.strip_suffix("/members")?;
        Some(Self::GroupMembers(organization, group))
    }

    fn for_key_certificate(path: &'a str) -> Option<Self> {
        let file = path.strip_prefix("/keys/")?;
        let file = file
            .strip_prefix("prod/")
            .or_else(|| file.strip_prefix("nonprod/"))?;
        TokenKeys::is_certificate_file(file).then_some(Self::KeyCertificate(file))
    }

    /// Returns the methods of the endpoint.
    pub(crate) fn methods(&self) -> Methods {
        match self {
            Self::Exchange
            | Self::Token(_)
            | Self::SignInForm
            | Self::Register
            | Self::Revoke
            | Self::InvalidateToken
            | Self::ProductContexts
            | Self::AdminProfile
            | Self::AdminOrganizations => Methods::new(&[Method::POST]),
            Self::ValidateToken
            | Self::Authorize
            | Self::Logout
            | Self::LogoutToken
            | Self::Profile => Methods::new(&[Method::GET, Method::POST]),
            Self::Discovery
            | Self::Userinfo
            | Self::Organizations
            | Self::Organization(_)
            | Self::GroupMembers(..)
            | Self::AccountCluster
            | Self::KeySet
            | Self::KeyCertificate(_) => Methods::new(&[Method::GET, Method::HEAD]),
        }
    }

    /// Returns whether pages of single-page clients call the endpoint.
    pub(crate) fn is_for_pages(&self) -> bool {
        matches!(
            self,
            Self::Token(_)
                | Self::Revoke
                | Self::LogoutToken
                | Self::Discovery
                | Self::ValidateToken
                | Self::InvalidateToken
                | Self::Profile
                | Self::Userinfo
                | Self::Organizations
                | Self::AccountCluster
                | Self::KeySet
        )
    }

    /// Returns the response of the endpoint.
    pub(crate) fn respond(
        self,
        state: &State,
        http: &Request<Bytes>,
    ) -> Result<Response, ErrorResponse> {
        let headers = http.headers();
        let parameters = || Parameters::from_request(http);
        match self {
            Self::Exchange => exchange(state, headers, &parameters()?),
            Self::Token(version) => token(state, http, version),
            Self::Authorize => Ok(authorize(state, http)),
            Self::SignInForm => Ok(sign_in_form::submit(state, http)),
            Self::Logout => logout(state, http),
            Self::LogoutToken => logout_token(state, http),
            Self::Register => register(state, http),
            Self::Revoke => revoke(state, headers, &parameters()?),
            Self::Discovery => Ok(discovery(state, http)),
            Self::ValidateToken => validate_token(state, headers, &parameters()?),
            Self::InvalidateToken => invalidate_token(state, headers, &parameters()?),
            Self::Profile => profile(state, headers),
            Self::Userinfo => userinfo(state, headers),
            Self::Organizations => organizations(state, headers),
            Self::Organization(id) => organization(state, headers, &id),
            Self::GroupMembers(organization, group) => {
                group_members(state, (headers, &parameters()?), (&organization, group))
            }
            Self::ProductContexts => product_contexts(state, headers, &parameters()?),
            Self::AccountCluster => account_cluster(state, headers),
            Self::AdminProfile => admin_profile(state, headers, &parameters()?),
            Self::AdminOrganizations => admin_organizations(state, headers, &parameters()?),
            Self::KeySet => Ok(key_set(state)),
            Self::KeyCertificate(file) => key_certificate(state, file),
        }
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
