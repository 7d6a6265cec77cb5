//! The causes of an error that an API of Adobe answered with.
//!
//! [`diagnose`] compares the answer of an API with what is known about the request and its token. It sends nothing and
//! reads no clock. A cause is certain ([`Certainty`](crate::error::Certainty)) only if the API names it, or if nothing else
//! can be the reason.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use adobe_ims::AccessToken;
//! use adobe_ims::api_error::{ApiRequest, ApiResponse, BodyStart, TokenFacts, diagnose};
//! use adobe_ims::http::{Request, Response};
//!
//! # fn example(token: &AccessToken) -> Result<(), http::Error> {
//! let request = Request::get("https://author-p1-e2.adobeaemcloud.com/adobe/folders").body(())?;
//! let response = Response::builder().status(403).body(())?;
//! let mut body = BodyStart::default();
//! body.push(b"IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.");
//!
//! let token = TokenFacts::of(token);
//! let request = ApiRequest::new(&request, &token, SystemTime::now());
//! let diagnosis = diagnose(&request, &ApiResponse::new(&response, &body));
//! for cause in diagnosis.iter().flat_map(|diagnosis| diagnosis.causes()) {
//!     println!("{} ({})", cause.problem().meaning(), cause.certainty());
//!     for step in cause.steps() {
//!         println!("- {step}");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The facts about the answers of AEM and of Adobe's gateway come from Adobe's documentation and from public
//! reports; [`ApiProblem::known_from`] says which. Nothing has been verified against the live services.

mod problem;
mod symptoms;
mod diagnosis;
mod token_facts;
mod body_start;
mod page;
mod error_body;
mod aem_id;
mod aem_host;
pub(crate) mod place;
mod exchange;
mod allowed_clients;
mod token_causes;
mod gateway_causes;
mod aem_rights;
pub(crate) mod aem_path;
mod forms_causes;
mod by_status;

pub(crate) use allowed_clients::file_for as allowed_clients_file;
pub use body_start::BodyStart;
pub(crate) use by_status::answer;
pub use by_status::diagnose;
pub use diagnosis::{ApiAnswer, ApiCause, Diagnosis};
pub use exchange::{ApiRequest, ApiResponse};
pub use problem::ApiProblem;
pub use token_causes::check_host;
pub use token_facts::{CredentialKind, TokenFacts};
