//! The behaviour of the emulator through its public API and its HTTP endpoints.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod accounts;
mod aem;
mod assertion;
mod authorization_code;
mod authorize;
mod browser;
mod client_authentication;
mod client_credentials;
mod clients;
mod consents;
mod control;
mod control_callers;
mod control_errors;
mod cross_origin;
mod custom_token;
mod encodings;
mod errors;
mod fault_registration;
mod faults;
mod faults_on_the_wire;
#[cfg(feature = "forms")]
mod forms;
mod ims_settings;
mod invalidate_token;
mod journal;
mod lifecycle;
mod migration;
mod oauth_client;
mod openapi;
mod openid;
mod organization_details;
mod other_grants;
mod people;
mod profile;
mod promise;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod proxy;
mod refresh_token;
mod registered_people;
mod scenario;
mod service_credentials;
mod snapshots;
mod socket;
mod state;
mod support;
mod time;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod tls;
mod token;
mod token_types;
mod user_clients;
mod validate_token;
mod verify;
