//! A strict stand-in for Adobe IMS, and for a very little of AEM, on loopback: for tests that must
//! not touch Adobe.
//!
//! It is strict in meaning (signature, expiry, audience, binding, secret and metascopes are all
//! checked) and liberal in transport (every path, encoding and content type that published clients
//! use). It hands out credentials documents of the form that AEM's Developer Console hands out, so
//! that clients run against it unchanged. It hands out access in every way that IMS does: the JWT
//! exchange, OAuth server-to-server, sign-ins of people with what follows from them, devices,
//! permanent codes, and tokens for tokens. Promise tokens are not among them.
//!
//! ```
//! use adobe_ims_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! let document = emulator.credentials_json();
//! assert!(document.contains("BEGIN RSA PRIVATE KEY"));
//! // POST a signed assertion to {url}/ims/exchange/jwt, then
//! // GET {url}/api/assets.json with the token: 403, until
//! let account = &emulator.accounts()[0];
//! emulator.grant_aem_rights(account.technical_account_id());
//! # Ok::<(), adobe_ims_emulator::StartError>(())
//! ```
//!
//! A test signs a person in without a browser, and goes on from a code or from tokens:
//!
//! ```
//! use adobe_ims_emulator::{Emulator, SignIn};
//!
//! let emulator = Emulator::start()?;
//! let client = &emulator.user_clients()[0];
//! let person = &emulator.people()[0];
//! let sign_in = SignIn::new(client.client_id(), person.email()).scopes(["openid", "AdobeID"]);
//! let tokens = emulator.user_tokens(&sign_in)?;
//! // POST tokens.refresh_token to {url}/ims/token/v3, GET {url}/ims/authorize/v2 in a browser, …
//! # assert!(tokens.refresh_token.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Its tokens are unmistakably an emulator's: the key id, the `id`, the `fg` and the `state` claims
//! say so. Its keys are published and its credentials are worthless at Adobe. The project is
//! independent of Adobe.
//!
//! # What it serves
//!
//! | Request | Answer |
//! |---|---|
//! | `POST /ims/exchange/jwt`, `/ims/exchange/v1/jwt`, each also with `/` | an access token for an assertion |
//! | `POST /ims/token`, `/ims/token/v1` to `/v4`, each also with `/` | tokens, by `grant_type` |
//! | `GET` or `POST /ims/authorize`, `/ims/authorize/v1`, `/v2`, each also with `/` | the sign-in page, or the redirect to the client |
//! | `GET` or `POST /ims/logout`, `/ims/logout/v1` | the end of a browser's session |
//! | `POST /ims/register` | a client, registered dynamically |
//! | `GET /ims/.well-known/openid-configuration`, `/.well-known/openid-configuration` | where all that is |
//! | `POST` or `GET /ims/validate_token/v1`, `/ims/validate_token`, each also with `/` | whether a token is valid |
//! | `POST /ims/invalidate_token/v2`, also with `/` | nothing; the token is not good any more |
//! | `GET` or `POST /ims/profile/v1` to `v3`, `/ims/profile` | who a token stands for |
//! | `GET /ims/userinfo/v1`, `v2` | the same in the words of OpenID Connect |
//! | `GET /ims/organizations/v1` to `v6` | the organizations of whom a token stands for |
//! | `POST /ims/admin_profile/v1`, `v3`, `/ims/admin_organizations/v4`, `v5` | the same about others, for the token of a service |
//! | `POST /ims/revoke` | nothing; the token is not good any more |
//! | `GET /ims/keys` | the public keys of the tokens, as a key set |
//! | `GET /keys/prod/FILE`, `/keys/nonprod/FILE` | each as a certificate, under the name in a token's `x5u` |
//! | `GET /content/dam.json`, `/api/assets.json` | AEM: 401 without a good token, 403 without rights, else a listing |
//! | `GET /_emu/health` | the emulator's own state |
//! | `POST /_emu/aem/rights` | gives `technical_account_id` rights in AEM |
//! | `POST /_emu/clients`, `/_emu/people` | registers what the JSON describes, by the names that [`OauthClient`] and [`Person`] have |
//! | `POST /_emu/service_codes` | a permanent authorization code for `client_id` |
//! | `POST /_emu/sign_ins` | an authorization code for `client_id` and `email`, as of a [`SignIn`]; with `device_id` a device token |
//!
//! Errors of IMS are one line `{"error_description":"…","error":"…"}` with both keys, whatever the
//! status.

mod clock;
mod random;
mod crypto;
mod http;
pub mod identities;
mod identity_hosts;
mod tokens;
mod sessions;
mod state;
mod ims;
mod sign_in;
mod aem;
mod control;
mod server;
mod emulator;

pub use clock::Clock;
pub use emulator::builder::EmulatorBuilder;
pub use emulator::running::Emulator;
pub use emulator::start_error::StartError;
pub use identities::account::Account;
pub use identities::credential_document::is_emulator_document;
pub use identities::grant_type::GrantType;
pub use identities::oauth_client::OauthClient;
pub use identities::person::Person;
pub use identities::registration_error::RegistrationError;
pub use sign_in::{SignIn, UserTokens};
