//! The token endpoint, `/ims/token`, in its versions, with one file per grant.
//!
//! Published clients show which grant is known in which version. Where they differ, the emulator
//! knows it in more versions:
//!
//! | Grant | Versions |
//! |---|---|
//! | `authorization_code`, `refresh_token`, `device` | all |
//! | `client_credentials`, `cluster_at_exchange` | v2, v3, v4 |
//! | token exchange, `promise`, `promise_exchange` | v4 |
//!
//! Errors of all grants:
//!
//! | Case | Error | Description |
//! |---|---|---|
//! | `grant_type` is missing | `invalid_request` (inferred) | inferred |
//! | `grant_type` is not known in this version | `unsupported_grant_type` (RFC 6749) | inferred |
//! | the client id is unknown | 400 `invalid_client` (observed) | matched |
//! | the client secret is wrong, or a public client sends one | 400 `invalid_client` (observed) | matched |
//! | client id or secret is missing | the error of an unknown id or a wrong secret (inferred) | inferred |
//! | the client is not registered for the grant | 400 `unauthorized_client` (observed) | inferred |
//! | a public client uses a grant without sign-in or device | 400 `unauthorized_client` (RFC 6749 §4.4; inferred for the other grants) | inferred |
//! | a parameter of the grant is missing | `invalid_request` (inferred) | inferred |
//! | a scope is not allowed | `invalid_scope` (observed) | from a client's tests |
//!
//! The order of the checks is inferred. `expires_in` is in seconds in v2, v3 and v4, and in
//! milliseconds in v1 and without a version. Two published clients rely on milliseconds there, one
//! on seconds.

pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod client_credentials;
pub(crate) mod authorization_code;
pub(crate) mod refresh_token;
pub(crate) mod device;
pub(crate) mod cluster_at_exchange;
pub(crate) mod token_exchange;
pub(crate) mod promise;
pub(crate) mod endpoint;
