//! The discovery document of OpenID Connect.

use http::{Request, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, json};
use crate::ims::base_url::{base_url, issuer};
use crate::state::State;

#[derive(Serialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    jwks_uri: String,
    registration_endpoint: String,
    response_types_supported: [&'static str; 5],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    scopes_supported: [&'static str; 3],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    claims_supported: [&'static str; 7],
    grant_types_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 2],
}

/// Returns the document, with the base URL that the client uses.
pub(crate) fn discovery<B>(state: &State, request: &Request<B>) -> Response {
    let base = base_url(state, request);
    let at = |path: &str| format!("{base}{path}");
    let document = Document {
        issuer: issuer(state, request),
        authorization_endpoint: at("/ims/authorize/v2"),
        token_endpoint: at("/ims/token/v3"),
        userinfo_endpoint: at("/ims/userinfo/v2"),
        revocation_endpoint: at("/ims/revoke"),
        jwks_uri: at("/ims/keys"),
        registration_endpoint: at("/ims/register"),
        response_types_supported: [
            "code",
            "token",
            "id_token",
            "id_token token",
            "code id_token",
        ],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        scopes_supported: ["openid", "email", "profile"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        claims_supported: [
            "sub",
            "given_name",
            "family_name",
            "name",
            "email",
            "email_verified",
            "address",
        ],
        grant_types_supported: ["authorization_code", "implicit_grant", "refresh_token"],
        code_challenge_methods_supported: ["S256", "plain"],
    };
    json(StatusCode::OK, &document)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Discovery.documented(
        "discovery-endpoints",
        "The document names `/ims/authorize/v2`, `/ims/token/v3`, `/ims/userinfo/v2`, `/ims/revoke` and `/ims/keys`.",
        source::CONSOLE_USER,
    ),
    Area::Discovery.documented(
        "discovery-grants",
        "Its grants are `authorization_code`, `implicit_grant` and `refresh_token`; `client_credentials` is missing.",
        source::CONSOLE_USER,
    ),
    Area::Discovery.observed(
        "discovery-newer-fields",
        "It also names `/ims/register` and the methods S256 and plain of PKCE.",
        "copies of the live document in public repositories",
    ),
    Area::Discovery.observed(
        "discovery-paths",
        "It is at `/ims/.well-known/openid-configuration` and at `/.well-known/openid-configuration`.",
        "aiscalestudio/frameio-mcp (2026) uses the second path",
    ),
];
