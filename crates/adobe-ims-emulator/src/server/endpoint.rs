//! The paths of the emulator.

use bytes::Bytes;
use http::{Method, Request};

use crate::aem::endpoint::AemEndpoint;
use crate::control::caller::is_control;
use crate::control::endpoint::ControlEndpoint;
use crate::control::overview::unknown_path;
use crate::http::error_response::ErrorResponse;
use crate::http::methods::Methods;
use crate::http::response::Response;
use crate::ims::endpoint::ImsEndpoint;
use crate::state::State;

/// The maximum size of a request body without documents, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// An endpoint of the emulator.
pub(crate) enum Endpoint<'a> {
    Ims(ImsEndpoint<'a>),
    Aem(AemEndpoint<'a>),
    Control(ControlEndpoint<'a>),
    /// A path that nothing answers.
    Unknown(&'a str),
}

impl<'a> Endpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Self {
        let control = || ControlEndpoint::from_path(path).map(Self::Control);
        let ims = || ImsEndpoint::from_path(path).map(Self::Ims);
        let aem = || AemEndpoint::from_path(path).map(Self::Aem);
        control()
            .or_else(ims)
            .or_else(aem)
            .unwrap_or(Self::Unknown(path))
    }

    /// Returns the maximum size of a request body in bytes. `documents` is that of requests with
    /// documents.
    pub(crate) fn body_limit(&self, documents: usize) -> usize {
        let takes_documents = match self {
            Self::Aem(endpoint) => endpoint.takes_documents(),
            Self::Control(endpoint) => endpoint.takes_documents(),
            Self::Ims(_) | Self::Unknown(_) => false,
        };
        if takes_documents {
            documents
        } else {
            BODY_LIMIT
        }
    }

    /// Returns the 413 in the form of the endpoint.
    pub(crate) fn refuse_size(&self, limit: usize) -> Response {
        let own = match self {
            Self::Aem(endpoint) => endpoint.refuse_size(limit),
            _ => None,
        };
        own.unwrap_or_else(|| ErrorResponse::payload_too_large(limit).into_response())
    }

    /// Checks the method of a request.
    pub(crate) fn check_method(&self, method: &Method) -> Result<(), ErrorResponse> {
        match self {
            Self::Ims(endpoint) => endpoint.methods().check(method),
            Self::Control(endpoint) => endpoint.methods().check(method),
            // Each endpoint of AEM checks the method.
            Self::Aem(_) | Self::Unknown(_) => Ok(()),
        }
    }

    /// Returns the methods that pages of any origin may use, if single-page clients use the endpoint.
    pub(crate) fn methods_for_pages(&self) -> Option<Methods> {
        match self {
            Self::Ims(endpoint) if endpoint.is_for_pages() => Some(endpoint.methods()),
            _ => None,
        }
    }

    /// Returns the response of the endpoint.
    pub(crate) fn respond(
        self,
        state: &State,
        http: &Request<Bytes>,
    ) -> Result<Response, ErrorResponse> {
        match self {
            Self::Ims(endpoint) => endpoint.respond(state, http),
            Self::Aem(endpoint) => Ok(endpoint.respond(state, http)),
            Self::Control(endpoint) => endpoint.respond(state, http),
            Self::Unknown(path) if is_control(path) => Err(unknown_path(path)),
            Self::Unknown(_) => Err(ErrorResponse::not_found()),
        }
    }
}
