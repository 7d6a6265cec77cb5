//! An emulator of Adobe's identity service IMS, and of a part of AEM, for tests that must not touch
//! Adobe. The part of AEM is content, assets, uploads, GraphQL and AEM Forms Communications.
//!
//! - It checks signature, expiry, audience, binding, secret, grant, scopes and metascopes.
//! - It accepts every path, encoding and content type that published clients use.
//! - It issues credential documents in the form of Adobe's consoles, so that clients run unchanged.
//! - It issues tokens by all grants of IMS: the JWT exchange, OAuth server-to-server, sign-ins of
//!   people, refresh tokens, devices, permanent codes, promises, and tokens for tokens.
//!
//! # Example
//!
//! ```
//! use adobe_ims_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! let document = emulator.credentials_json();
//! assert!(document.contains("BEGIN RSA PRIVATE KEY"));
//!
//! // A client posts a signed assertion to {url}/ims/exchange/jwt, and uses the access token at
//! // {url}/api/assets.json. A new technical account reads. AEM Forms answers with 403 until the
//! // account is in its group:
//! let account = &emulator.accounts()[0];
//! emulator.grant_aem_rights(account.technical_account_id());
//! # Ok::<(), adobe_ims_emulator::StartError>(())
//! ```
//!
//! A test signs a person in without a browser, and continues with a code or with tokens:
//!
//! ```
//! use adobe_ims_emulator::{Emulator, SignIn};
//!
//! let emulator = Emulator::start()?;
//! let client = &emulator.user_clients()[0];
//! let person = &emulator.people()[0];
//! let sign_in = SignIn::new(client.client_id(), person.email()).scopes(["openid", "AdobeID"]);
//! let tokens = emulator.user_tokens(&sign_in)?;
//! assert!(tokens.refresh_token.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Independence from Adobe
//!
//! This project is independent of Adobe. Nothing in it was verified against the live service: its
//! behaviour comes from Adobe's documentation, from published clients and from published
//! observations, and the module [`fidelity`] says which. The tokens say that they are an emulator's, in the key
//! id and the claims `id`, `fg` and `state`. The keys are public, and the credentials are worthless
//! at Adobe.
//!
//! # Endpoints
//!
//! Paths below `/ims/` may end in a slash.
//!
//! | Request | Response |
//! |---|---|
//! | `POST /ims/exchange/jwt`, `/ims/exchange/v1/jwt` | an access token for an assertion |
//! | `POST /ims/token`, `/ims/token/v1` to `/v4` | tokens, by `grant_type` |
//! | `GET` or `POST /ims/authorize`, `/ims/authorize/v1`, `/v2` | the sign-in page, or the redirect to the client |
//! | `GET` or `POST /ims/logout`, `/ims/logout/v1` | ends the session of a browser |
//! | `GET` or `POST /ims/logout/v1/token` | the same without a page, as JSON or JSONP |
//! | `POST /ims/register` | registers a client (RFC 7591) |
//! | `GET /ims/.well-known/openid-configuration`, `/.well-known/openid-configuration` | the discovery document of OpenID Connect |
//! | `POST` or `GET /ims/validate_token`, `/ims/validate_token/v1` | whether a token is valid |
//! | `POST /ims/invalidate_token/v2` | revokes a token |
//! | `POST /ims/revoke` | revokes a token (RFC 7009) |
//! | `GET` or `POST /ims/profile`, `/ims/profile/v1` to `/v3` | the user of a token |
//! | `GET /ims/userinfo`, `/ims/userinfo/v1`, `/v2` | the user of a token, in the terms of OpenID Connect |
//! | `GET /ims/organizations/v1` to `/v6` | the organizations of the user |
//! | `GET /ims/organizations/ORG/v2`, `/ims/organizations/ORG/groups/ID/members` | an organization, and the members of a group |
//! | `POST /ims/fetch_pc_by_org/v1` | the products of an organization |
//! | `GET /ims/account_cluster/v2`, `/v3` | the organizations of all accounts of a person |
//! | `POST /ims/admin_profile/v1` to `/v3`, `/ims/admin_organizations/v1` to `/v6` | any user, for the token of a service |
//! | `GET /ims/keys` | the public keys of the tokens, as a key set |
//! | `GET /keys/prod/FILE`, `/keys/nonprod/FILE` | a public key as a certificate, by the `x5u` of a token |
//! | `GET /content/dam/…`, `/content/dam/….json` | AEM: a file, or a node as JSON; on author 401 without a valid token |
//! | `POST /content/dam/…` | AEM: the Sling POST servlet, for `dam-users` |
//! | `GET`, `POST`, `PUT`, `DELETE`, `COPY` or `MOVE /api/assets/…` | AEM: the Assets HTTP API; writes are for `dam-users` |
//! | `POST /content/dam/….initiateUpload.json`, `….completeUpload.json` | AEM: the direct binary upload, for `dam-users` |
//! | `PUT /aem-upload/ID/PART` | AEM: the storage of the upload |
//! | `GET` or `POST /graphql/execute.json/CONFIGURATION/NAME` | AEM: the answer that was set for a persisted query |
//! | `PUT /graphql/persist.json/CONFIGURATION/NAME`, `GET /graphql/list.json` | AEM: persists queries, for `administrators`, and lists them |
//! | `POST /content/graphql/global/endpoint.json`, `/content/cq:graphql/CONFIGURATION/endpoint.json` | AEM: the answer that was set for a query in the body |
//! | `GET /libs/granite/csrf/token.json` | AEM: a CSRF token |
//! | `POST /adobe/forms/doc/v1/generatePDFOutput`, `generatePrintedOutput`, `generate/afp` | AEM Forms: a document from a template and data |
//! | `POST /adobe/forms/assembler/ddx/invoke` | AEM Forms: PDFs that are put together as a DDX says |
//! | `POST /adobe/forms/assembler/pdfa/convert`, `/validate` | AEM Forms: PDF/A, which is marked and not certified |
//! | `/adobe/forms/batch/output/…` | AEM Forms: the batch API, for `administrators` |
//! | `GET /_emu/` | the paths of the remote control; `GET /` leads there |
//! | `GET /_emu/openapi.json` | the description of all endpoints in OpenAPI 3.1 |
//! | `GET /_emu/health` | the state of the emulator |
//! | `GET` or `PATCH /_emu/clock`, `POST /_emu/clock/advance` | the virtual time, as by [`Clock`] |
//! | `POST /_emu/reset`, `POST /_emu/snapshots`, `POST /_emu/snapshots/ID/restore` | the state of the start or of a snapshot, as by [`Emulator::reset`] |
//! | `GET` or `PATCH /_emu/settings` | how IMS answers where sources disagree, as [`ImsSettings`](ims_settings::ImsSettings) |
//! | `PUT` or `DELETE /_emu/clients/ID/consents/ORG` | the consent of another organization, as by [`Emulator::give_consent`] |
//! | `GET` or `PATCH /_emu/lifetimes` | how long new tokens live, as by [`Emulator::set_token_lifetime`] |
//! | `POST /_emu/aem/rights` | adds `technical_account_id` to `forms-users` |
//! | `PUT` or `DELETE /_emu/aem/rights/ACCOUNT` | the groups of an account in AEM, as by [`Emulator::set_aem_groups`] |
//! | `PUT`, `GET` or `DELETE /_emu/aem/dam/PATH` | a file of AEM's repository, to which templates and data can refer |
//! | `GET` or `PATCH /_emu/aem/settings` | how AEM answers where sources disagree; the folders of batches |
//! | `PUT` or `DELETE /_emu/aem/allow_list/CLIENT`, `GET /_emu/aem/allow_list` | the clients that AEM lets in, as by [`Emulator::allow_client`] |
//! | `PUT`, `GET` or `DELETE /_emu/aem/graphql/CONFIGURATION/NAME`, `GET /_emu/aem/graphql` | the answers of GraphQL queries |
//! | `GET`, `POST` or `DELETE /_emu/faults`, `GET` or `DELETE /_emu/faults/ID` | faults on demand, as [`Fault`] |
//! | `GET` or `DELETE /_emu/requests` | the journal of requests, as [`RecordedRequest`] |
//! | `POST /_emu/verify` | checks the number of requests, as by [`Emulator::verify`] |
//! | `GET`, `POST /_emu/accounts`; `GET`, `PATCH`, `DELETE /_emu/accounts/ID` | service accounts, as by [`Account`]; the answer of `POST` has the credential document |
//! | `POST /_emu/accounts/ID/certificates`, `DELETE …/certificates/FINGERPRINT` | makes a key or attaches a certificate, retires one, as by [`Emulator::add_key`] |
//! | `GET`, `POST /_emu/clients`; `GET`, `PATCH`, `DELETE /_emu/clients/ID` | OAuth clients, as by [`OauthClient`] |
//! | `POST /_emu/clients/ID/secrets`, `DELETE …/secrets/N` | adds a secret, ends one, as by [`Emulator::add_client_secret`]; also below `/_emu/accounts/ID` |
//! | `GET`, `POST /_emu/people`; `GET`, `PATCH`, `DELETE /_emu/people/ID` | people, as by [`Person`] |
//! | `POST /_emu/tokens` | makes up an access token, right or wrong, as by [`CustomToken`] |
//! | `GET`, `POST /_emu/service_codes` | counts permanent authorization codes; adds one to `client_id` |
//! | `POST /_emu/sign_ins` | an authorization code for `client_id` and `email`, as by [`SignIn`]; with `device_id` a device token |
//!
//! An error of IMS is one line, `{"error_description":"…","error":"…"}`.
//!
//! `/_emu/` answers programs, and pages of its own. It refuses with 403 a request that a web page of another origin
//! sent, and a `Host` that is neither loopback nor named at the start (by
//! [`ims_endpoint`](EmulatorBuilder::ims_endpoint),
//! [`audience_alias`](EmulatorBuilder::audience_alias) or
//! [`control_host`](EmulatorBuilder::control_host)).
//!
//! A request head and a request body have to arrive within 30 s each; otherwise the emulator answers
//! with 408. At 256 connections it closes the one that has been idle for the longest time in favour
//! of a new one.
//!
//! A client with built-in hosts reaches the emulator through a proxy
//! ([`connect_proxy`](EmulatorBuilder::connect_proxy)), which leads the host names of Adobe to it and
//! leads nowhere else.
//!
//! # Features
//!
//! `forms`, on by default, is AEM Forms Communications. Its code allocates nothing until it is used.
//! `docs/emulator.md` of the repository lists what it can do and what is inferred.
//!
//! ```
//! # #[cfg(feature = "forms")]
//! # fn main() -> Result<(), adobe_ims_emulator::StartError> {
//! use adobe_ims_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! emulator.grant_aem_rights(emulator.accounts()[0].technical_account_id());
//! // A template that a program names as crx:///content/dam/letter.xdp:
//! let template = "<template><subform name='form1'><field name='Name'/></subform></template>";
//! assert!(emulator.put_aem_file("letter.xdp", template));
//! // A program under test posts to {url}/adobe/forms/doc/v1/generatePDFOutput …
//! let documents = emulator.requests().len();
//! assert_eq!(documents, 0);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "forms"))]
//! # fn main() {}
//! ```
//!
//! `client`, off by default, connects the library `adobe-ims` to the emulator: `Emulator::environment`,
//! `Emulator::transport`, and `Emulator::token_provider`, which makes a provider of a credential document. Otherwise
//! the emulator shares no type with the library.
//!
//! The other features choose the crypto provider of TLS: `aws-lc-rs`, the default of rustls and of this
//! crate, or `ring`. With both, the emulator uses ring. With neither, it uses the provider that the
//! process has installed.

// In the order of the architecture: a module uses only those above it.
mod behaviour;
mod clock;
mod rfc3339;
mod random;
mod crypto;
#[cfg(feature = "forms")]
mod pdf;
mod http;
mod journal;
mod faults;
mod openapi;
#[cfg(feature = "forms")]
mod xml;
#[cfg(feature = "forms")]
mod xfa;
pub mod identities;
mod identity_hosts;
mod adobe_hosts;
mod control_hosts;
mod tokens;
mod sessions;
mod aem_data;
pub mod ims_settings;
mod state;
mod state_file_error;
mod state_file;
mod ims;
mod sign_in;
mod custom_token;
mod aem;
pub mod fidelity;
mod control;
mod server;
mod emulator;
#[cfg(feature = "client")]
mod client;

pub use aem_data::settings::{AssemblerAnswer, BrowserLogin};
pub use clock::Clock;
pub use custom_token::{CustomToken, MadeToken, TokenEnvironment, TokenSigner};
pub use emulator::builder::EmulatorBuilder;
pub use emulator::running::Emulator;
pub use emulator::scenario::ScenarioError;
pub use emulator::start_error::StartError;
pub use faults::fault::Fault;
pub use faults::invalid_fault::InvalidFault;
pub use faults::step::FaultStep;
pub use identities::account::Account;
pub use identities::aem_group::AemGroup;
pub use identities::aem_tier::AemTier;
pub use identities::credential_document::is_emulator_document;
pub use identities::grant_type::GrantType;
pub use identities::oauth_client::OauthClient;
pub use identities::person::Person;
pub use identities::registration_error::RegistrationError;
pub use journal::{RecordedField, RecordedRequest, RequestFilter, VerificationError};
#[cfg(feature = "forms")]
pub use pdf::document_text;
pub use sign_in::{SignIn, UserTokens};
pub use state_file_error::StateFileError;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
