//! The paths of AEM, and the methods of each.

use bytes::Bytes;
use http::{Method, Request};

#[cfg(feature = "forms")]
use crate::aem::forms::endpoint::{self as forms, FormsEndpoint};
use crate::aem::{listing, problem};
use crate::http::methods::Methods;
use crate::http::response::Response;
use crate::state::State;

/// An endpoint of AEM.
#[derive(Clone, Copy)]
pub(crate) enum AemEndpoint<'a> {
    /// A listing at this path.
    Listing(&'a str),
    #[cfg(feature = "forms")]
    Forms(FormsEndpoint<'a>),
    /// A path below `/adobe/` that nothing answers.
    UnknownApi,
}

impl<'a> AemEndpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        if listing::is_listing(path) {
            return Some(Self::Listing(path));
        }
        #[cfg(feature = "forms")]
        if let Some(endpoint) = FormsEndpoint::from_path(path) {
            return Some(Self::Forms(endpoint));
        }
        path.starts_with("/adobe/").then_some(Self::UnknownApi)
    }

    /// Returns the methods of the endpoint. Returns `None` if the endpoint checks the method,
    /// because its errors have another form.
    pub(crate) fn methods(self) -> Option<Methods> {
        match self {
            Self::Listing(_) => Some(Methods::new(&[Method::GET, Method::HEAD])),
            #[cfg(feature = "forms")]
            Self::Forms(_) => None,
            Self::UnknownApi => None,
        }
    }

    /// Returns whether requests of the endpoint have documents.
    pub(crate) fn takes_documents(self) -> bool {
        match self {
            #[cfg(feature = "forms")]
            Self::Forms(_) => true,
            _ => false,
        }
    }

    /// Returns the 413 in the form of the endpoint, if it has one of its own.
    pub(crate) fn refuse_size(self, limit: usize) -> Option<Response> {
        match self {
            #[cfg(feature = "forms")]
            Self::Forms(endpoint) => Some(forms::refuse_size(endpoint, limit)),
            _ => {
                let _ = limit;
                None
            }
        }
    }

    /// Returns the response of the endpoint.
    pub(crate) fn respond(self, state: &State, http: &Request<Bytes>) -> Response {
        match self {
            Self::Listing(path) => listing::respond(state, http, path),
            #[cfg(feature = "forms")]
            Self::Forms(endpoint) => forms::respond(state, http, endpoint),
            Self::UnknownApi => problem::unknown_api(state),
        }
    }
}
