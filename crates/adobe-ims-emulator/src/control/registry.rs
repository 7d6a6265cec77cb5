//! The paths of what a test registers: `/_emu/accounts`, `/_emu/clients`, `/_emu/people` and what
//! belongs to them.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, Request};

use crate::control::secrets::SecretHolder;
use crate::control::{accounts, certificates, clients, people, secrets, service_codes, tokens};
use crate::http::content_disposition::percent_decode;
use crate::http::error_response::ErrorResponse;
use crate::http::methods::Methods;
use crate::http::response::Response;
use crate::state::State;

/// An endpoint of registrations. Ids are decoded.
pub(crate) enum RegistryEndpoint<'a> {
    Accounts,
    Account(Cow<'a, str>),
    Certificates(Cow<'a, str>),
    Certificate {
        account: Cow<'a, str>,
        fingerprint: Cow<'a, str>,
    },
    Clients,
    Client(Cow<'a, str>),
    Secrets(SecretHolder<'a>),
    Secret {
        holder: SecretHolder<'a>,
        number: Cow<'a, str>,
    },
    People,
    Person(Cow<'a, str>),
    ServiceCodes,
    Tokens,
}

impl<'a> RegistryEndpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        let (kind, rest) = match path.strip_prefix("/_emu/")?.split_once('/') {
            Some((kind, rest)) => (kind, Some(rest)),
            None => (path.strip_prefix("/_emu/")?, None),
        };
        let Some(rest) = rest else {
            return Some(match kind {
                "accounts" => Self::Accounts,
                "clients" => Self::Clients,
                "people" => Self::People,
                "service_codes" => Self::ServiceCodes,
                "tokens" => Self::Tokens,
                _ => return None,
            });
        };
        let mut segments = rest.splitn(4, '/');
        let mut next = || segments.next();
        let id = decoded(next()?)?;
        Some(match (kind, next(), next(), next()) {
            ("accounts", None, ..) => Self::Account(id),
            ("accounts", Some("certificates"), None, _) => Self::Certificates(id),
            ("accounts", Some("certificates"), Some(fingerprint), None) => Self::Certificate {
                account: id,
                fingerprint: decoded(fingerprint)?,
            },
            ("accounts", Some("secrets"), None, _) => Self::Secrets(SecretHolder::Account(id)),
            ("accounts", Some("secrets"), Some(number), None) => Self::Secret {
                holder: SecretHolder::Account(id),
                number: decoded(number)?,
            },
            ("clients", None, ..) => Self::Client(id),
            ("clients", Some("secrets"), None, _) => Self::Secrets(SecretHolder::Client(id)),
            ("clients", Some("secrets"), Some(number), None) => Self::Secret {
                holder: SecretHolder::Client(id),
                number: decoded(number)?,
            },
            ("people", None, ..) => Self::Person(id),
            _ => return None,
        })
    }

    /// Returns the methods of the endpoint.
    pub(crate) fn methods(&self) -> Methods {
        match self {
            Self::Accounts | Self::Clients | Self::People | Self::ServiceCodes => {
                Methods::new(&[Method::GET, Method::HEAD, Method::POST])
            }
            Self::Account(_) | Self::Client(_) | Self::Person(_) => {
                Methods::new(&[Method::GET, Method::HEAD, Method::PATCH, Method::DELETE])
            }
            Self::Certificates(_) | Self::Secrets(_) | Self::Tokens => {
                Methods::new(&[Method::POST])
            }
            Self::Certificate { .. } | Self::Secret { .. } => Methods::new(&[Method::DELETE]),
        }
    }

    /// Returns the response of the endpoint.
    pub(crate) fn respond(
        self,
        state: &State,
        http: &Request<Bytes>,
    ) -> Result<Response, ErrorResponse> {
        match self {
            Self::Accounts => accounts::handle(state, http),
            Self::Account(id) => accounts::handle_one(state, http, &id),
            Self::Certificates(account) => certificates::add(state, http, &account),
            Self::Certificate {
                account,
                fingerprint,
            } => certificates::retire(state, &account, &fingerprint),
            Self::Clients => clients::handle(state, http),
            Self::Client(id) => clients::handle_one(state, http, &id),
            Self::Secrets(holder) => secrets::add(state, http, &holder),
            Self::Secret { holder, number } => secrets::remove(state, &holder, &number),
            Self::People => people::handle(state, http),
            Self::Person(id) => people::handle_one(state, http, &id),
            Self::ServiceCodes => service_codes::handle(state, http),
            Self::Tokens => tokens::make(state, http),
        }
    }
}

/// Decodes a segment of a path. An empty one is no id.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    let text = match percent_decode(segment) {
        Cow::Borrowed(_) => Some(Cow::Borrowed(segment)),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    };
    text.filter(|text| !text.is_empty())
}
