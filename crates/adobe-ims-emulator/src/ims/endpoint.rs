//! The paths of IMS, and the methods of each.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, Request};

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Requests.matched(
        "paths-trailing-slash",
        "Paths below `/ims/` may end in a slash, and may begin with two slashes.",
        "adobe/jwt-auth 2.0.0 and umapi-client.py 3 end paths so; adobe/ims-go begins them so with a base URL that ends in a slash",
    ),
    Area::Requests.documented(
        "parameters-in-query-or-body",
        "Parameters count in the query, in the body, or in both.",
        source::CONSOLE_S2S,
    ),
    Area::Requests.matched(
        "body-encodings",
        "A form may be urlencoded, with or without a charset, or multipart. Without a content type it is urlencoded.",
        "adobe/aio-lib-ims 8.1.1 and adobe/jwt-auth 2.0.0 send multipart, adobe/aio-lib-java a charset, the sample of adobeio-auth no type",
    ),
    Area::Requests.matched(
        "equal-duplicates-accepted",
        "The same parameter twice with one value counts once.",
        "benrwoodard/adobeanalyticsr (2026) sends `grant_type` and `client_id` twice",
    ),
    Area::Requests.inferred(
        "different-duplicates-refused",
        "The same parameter with two values gets 400 `invalid_request`.",
        "RFC 6749 §3.1 forbids repeated parameters",
    ),
    Area::Requests.standard(
        "empty-parameter-is-absent",
        "A parameter without a value counts as missing.",
        "RFC 6749 §3.1",
    ),
    Area::Requests.documented(
        "client-secret-basic",
        "A client may authenticate by HTTP Basic, where parameters carry no other secret. The setting `basic_authentication` switches this off.",
        "Adobe Developer Console documentation, user authentication (2026); pages of 2019 to 2021 say that it is not supported",
    ),
    Area::Requests.documented(
        "json-content-type",
        "JSON has the type `application/json;charset=UTF-8`.",
        "Adobe's samples of 2019, AdobeDocs/adobeio-auth",
    ),
    Area::Requests.observed(
        "error-body",
        "An error is one line of JSON with the keys `error_description` and `error`, in this order.",
        "answers quoted in AdobeDocs/adobeio-auth#67 (2020), adobe/jwt-auth#6 and adobe-dev-console#124 (2024)",
    ),
    Area::Requests.inferred(
        "error-texts",
        "Where an entry quotes no text of `error_description`, the text is the emulator's own.",
        "nobody published the text",
    ),
    Area::Requests.matched(
        "x-debug-id",
        "Every response has the header `x-debug-id`.",
        "adobe/ims-go and adobe/aio-lib-core-auth read it",
    ),
    Area::Requests.standard(
        "no-store",
        "Every response has `Cache-Control: no-store`.",
        "RFC 6749 §5.1, for responses with tokens",
    ),
    Area::Requests.inferred(
        "method-not-allowed",
        "A method that a path does not have gets 405 with `Allow` and an error in JSON. This includes `OPTIONS`, except for the preflight of a page.",
        "no client sends another method; clients want JSON with every status",
    ),
    Area::Requests.inferred(
        "unknown-path",
        "An unknown path below `/ims/` gets 404 `not_found` in JSON.",
        "a published client reads a 404 as a response, so it must not look like tokens",
    ),
    Area::Requests.inferred(
        "request-limits",
        "A large body gets 413, a slow request 408, a body that is no form 415, all in JSON.",
        "limits of the emulator",
    ),
    Area::Requests.inferred(
        "no-throttling",
        "The emulator refuses no client for the number of its requests, unless a fault says so.",
        "Adobe documents that it may throttle and names no number",
    ),
];
