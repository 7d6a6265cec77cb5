//! From a request to its answer: a pure function of the state, without sockets.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, HeaderName};
use http::{HeaderValue, Method, Request};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response};
use crate::ims::authorize::endpoint::authorize;
use crate::ims::authorize::logout::logout;
use crate::ims::authorize::pages::FORM_PATH;
use crate::ims::authorize::sign_in_form::sign_in;
use crate::ims::client_registration::register;
use crate::ims::discovery::discovery;
use crate::ims::jwt_exchange::endpoint::exchange;
use crate::ims::key_set::{key_certificate, key_set};
use crate::ims::profile::admin::{admin_organizations, admin_profile};
use crate::ims::profile::organizations::organizations;
use crate::ims::profile::user_profile::profile;
use crate::ims::profile::userinfo::userinfo;
use crate::ims::token_endpoint::endpoint::Version;
use crate::ims::token_endpoint::endpoint::token;
use crate::ims::token_status::invalidate_token::invalidate_token;
use crate::ims::token_status::revoke::revoke;
use crate::ims::token_status::validate_token::validate_token;
use crate::state::State;
use crate::tokens::token_keys::TokenKeys;
use crate::{aem, control};

/// The largest body that is looked at, in bytes.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

const X_DEBUG_ID: HeaderName = HeaderName::from_static("x-debug-id");

/// What lies at a path.
enum Endpoint<'a> {
    Exchange,
    Token(Version),
    Authorize,
    SignIn,
    Logout,
    Register,
    Revoke,
    Discovery,
    Validate,
    Invalidate,
    Profile,
    Userinfo,
    Organizations,
    AdminProfile,
    AdminOrganizations,
    KeySet,
    KeyCertificate(&'a str),
    Dam,
    Assets,
    Health,
    Rights,
    ControlClients,
    ControlPeople,
    ControlServiceCodes,
    ControlSignIns,
}

/// Answers any request.
pub(crate) fn answer(state: &State, request: &Request<Bytes>) -> Response {
    let answer = route(state, request).unwrap_or_else(ErrorResponse::into_response);
    add_common_headers(state, answer)
}

/// Gives an answer the headers that every answer has.
pub(crate) fn add_common_headers(state: &State, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    let debug_id = HeaderValue::try_from(format!("emulator-{}", state.debug_ids.uuid()));
    headers.insert(X_DEBUG_ID, debug_id.expect("a UUID is ASCII"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let date = HeaderValue::try_from(httpdate::HttpDate::from(state.date()).to_string());
    headers.insert(DATE, date.expect("a date is ASCII"));
    answer
}

fn route(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let endpoint =
        Endpoint::from_path(request.uri().path()).ok_or_else(ErrorResponse::not_found)?;
    endpoint.allows(request.method())?;
    if request.body().len() > BODY_LIMIT {
        return Err(ErrorResponse::payload_too_large());
    }
    match endpoint {
        Endpoint::Exchange => exchange(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::Authorize => Ok(authorize(state, request)),
        Endpoint::SignIn => Ok(sign_in(state, request)),
        Endpoint::Token(version) => token(state, request, version),
        Endpoint::Validate => validate_token(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::Invalidate => invalidate_token(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::Revoke => revoke(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::Register => register(state, request),
        Endpoint::Logout => logout(state, request),
        Endpoint::Discovery => Ok(discovery(state, request)),
        Endpoint::Profile => profile(state, request.headers()),
        Endpoint::Userinfo => userinfo(state, request.headers()),
        Endpoint::Organizations => organizations(state, request.headers()),
        Endpoint::AdminProfile => admin_profile(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::AdminOrganizations => admin_organizations(
            state,
            request.headers(),
            &Parameters::from_request(request)?,
        ),
        Endpoint::KeySet => Ok(key_set(state)),
        Endpoint::KeyCertificate(file) => key_certificate(state, file),
        Endpoint::Dam => Ok(aem::dam(state, request)),
        Endpoint::Assets => Ok(aem::assets(state, request)),
        Endpoint::Health => Ok(control::health(state)),
        Endpoint::Rights => control::grant_rights(state, request),
        Endpoint::ControlClients => control::add_client(state, request),
        Endpoint::ControlPeople => control::add_person(state, request),
        Endpoint::ControlServiceCodes => control::add_service_code(state, request),
        Endpoint::ControlSignIns => control::sign_in(state, request),
    }
}

impl<'a> Endpoint<'a> {
    /// Under `/ims/` a trailing slash makes no difference: published clients send both.
    fn from_path(path: &'a str) -> Option<Self> {
        // A base URL with a slash at its end makes two of them (ims-go).
        let path = match path.strip_prefix('/') {
            Some(rest) if rest.starts_with("/ims/") => rest,
            _ => path,
        };
        let path = match path.strip_suffix('/') {
            Some(stripped) if stripped.starts_with("/ims/") => stripped,
            _ => path,
        };
        Some(match path {
            "/ims/exchange/jwt" | "/ims/exchange/v1/jwt" => Self::Exchange,
            "/ims/token" => Self::Token(Version::Unversioned),
            "/ims/token/v1" => Self::Token(Version::V1),
            "/ims/token/v2" => Self::Token(Version::V2),
            "/ims/token/v3" => Self::Token(Version::V3),
            "/ims/token/v4" => Self::Token(Version::V4),
            "/ims/authorize" | "/ims/authorize/v1" | "/ims/authorize/v2" => Self::Authorize,
            FORM_PATH => Self::SignIn,
            "/ims/validate_token" | "/ims/validate_token/v1" => Self::Validate,
            "/ims/invalidate_token/v2" => Self::Invalidate,
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
            "/ims/revoke" => Self::Revoke,
            "/ims/register" => Self::Register,
            "/ims/logout" | "/ims/logout/v1" => Self::Logout,
            "/ims/.well-known/openid-configuration" | "/.well-known/openid-configuration" => {
                Self::Discovery
            }
            "/ims/keys" => Self::KeySet,
            "/content/dam.json" => Self::Dam,
            "/api/assets.json" => Self::Assets,
            "/_emu/health" => Self::Health,
            "/_emu/aem/rights" => Self::Rights,
            "/_emu/clients" => Self::ControlClients,
            "/_emu/people" => Self::ControlPeople,
            "/_emu/service_codes" => Self::ControlServiceCodes,
            "/_emu/sign_ins" => Self::ControlSignIns,
            _ => {
                let file = path.strip_prefix("/keys/")?;
                let file = file
                    .strip_prefix("prod/")
                    .or_else(|| file.strip_prefix("nonprod/"))?;
                if !TokenKeys::is_file(file) {
                    return None;
                }
                Self::KeyCertificate(file)
            }
        })
    }

    fn allows(&self, method: &Method) -> Result<(), ErrorResponse> {
        let (allowed, allow) = match self {
            Self::Exchange
            | Self::Token(_)
            | Self::Invalidate
            | Self::Rights
            | Self::ControlClients
            | Self::ControlPeople
            | Self::ControlServiceCodes
            | Self::ControlSignIns
            | Self::SignIn
            | Self::Register
            | Self::Revoke
            | Self::AdminProfile
            | Self::AdminOrganizations => (method == Method::POST, "POST"),
            Self::Validate | Self::Authorize | Self::Logout | Self::Profile => {
                (method == Method::POST || method == Method::GET, "GET, POST")
            }
            _ => (method == Method::GET || method == Method::HEAD, "GET, HEAD"),
        };
        if allowed {
            Ok(())
        } else {
            Err(ErrorResponse::method_not_allowed(allow))
        }
    }
}
