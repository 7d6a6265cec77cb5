//! The paths of AEM.

use bytes::Bytes;
use http::{Method, Request};

use crate::aem::access::{unknown_host, visit};
use crate::aem::blob_storage;
#[cfg(feature = "forms")]
use crate::aem::forms::endpoint::{self as forms, FormsEndpoint};
use crate::aem::upload::{self, UploadStep};
use crate::aem::{
    assets_api, content, csrf, graphql, page, persisted_queries, problem, site, sling,
};
use crate::http::response::Response;
use crate::state::State;

/// An endpoint of AEM. Each checks the method, because the errors of AEM have forms of their own.
#[derive(Clone, Copy)]
pub(crate) enum AemEndpoint<'a> {
    AssetsApi,
    /// Below `/content/dam`.
    Content,
    Upload(UploadStep),
    /// A part of this upload, with its number.
    UploadPart(&'a str, usize),
    ExecuteQuery,
    PersistQuery,
    ListQueries,
    /// The endpoint of this configuration for queries in request bodies.
    Query(&'a str),
    CsrfToken,
    #[cfg(feature = "forms")]
    Forms(FormsEndpoint<'a>),
    /// A path below `/adobe/` that nothing answers.
    UnknownApi,
    /// Another path that nothing answers.
    Unknown,
}

impl<'a> AemEndpoint<'a> {
    /// Returns the endpoint of a path. Paths of IMS are none of AEM's.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        #[cfg(feature = "forms")]
        if let Some(endpoint) = FormsEndpoint::from_path(path) {
            return Some(Self::Forms(endpoint));
        }
        if path.starts_with("/adobe/") {
            return Some(Self::UnknownApi);
        }
        Self::for_content(path)
            .or_else(|| Self::for_graphql(path))
            .or_else(|| (!is_of_ims(path)).then_some(Self::Unknown))
    }

    fn for_content(path: &'a str) -> Option<Self> {
        if let Some((upload, part)) = blob_storage::part(path) {
            return Some(Self::UploadPart(upload, part));
        }
        if let Some(step) = UploadStep::from_path(path) {
            return Some(Self::Upload(step));
        }
        if path == "/libs/granite/csrf/token.json" {
            return Some(Self::CsrfToken);
        }
        if assets_api::below_api(path).is_some() {
            return Some(Self::AssetsApi);
        }
        content::below_dam(path).map(|_| Self::Content)
    }

    fn for_graphql(path: &'a str) -> Option<Self> {
        if graphql::is_execution(path) {
            return Some(Self::ExecuteQuery);
        }
        if persisted_queries::is_persist(path) {
            return Some(Self::PersistQuery);
        }
        if persisted_queries::is_list(path) {
            return Some(Self::ListQueries);
        }
        graphql::endpoint_configuration(path).map(Self::Query)
    }

    /// Returns whether requests of the endpoint have documents.
    pub(crate) fn takes_documents(self) -> bool {
        match self {
            #[cfg(feature = "forms")]
            Self::Forms(_) => true,
            Self::UploadPart(..) => true,
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
        let answer = match self {
            Self::AssetsApi => assets_api::respond(state, http),
            Self::Content => match *http.method() {
                Method::GET | Method::HEAD => content::respond(state, http),
                Method::POST => sling::respond(state, http),
                _ => Err(page::method_not_allowed("GET, HEAD, POST")),
            },
            Self::Upload(step) => upload::respond(state, http, step),
            Self::UploadPart(upload, part) => {
                Ok(blob_storage::respond(state, http, (upload, part)))
            }
            Self::ExecuteQuery => graphql::execute(state, http),
            Self::PersistQuery => persisted_queries::persist(state, http),
            Self::ListQueries => persisted_queries::list(state, http),
            Self::Query(configuration) => graphql::query(state, http, configuration),
            Self::CsrfToken => csrf::respond(state, http),
            #[cfg(feature = "forms")]
            Self::Forms(endpoint) => Ok(forms::respond(state, http, endpoint)),
            Self::UnknownApi => match site::site(state, http) {
                Some(_) => Ok(problem::unknown_api(state)),
                None => Err(unknown_host(http)),
            },
            Self::Unknown => unknown(state, http),
        };
        answer.unwrap_or_else(|refused| refused)
    }
}

/// Returns the answer to a path that nothing answers. A browser without a valid token is led to the
/// login. Programs get the 404 with and without a token, which tells more than author's 401.
fn unknown(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    let not_found = page::not_found(http.uri().path());
    match visit(state, http) {
        Err(refused) if refused.status() != http::StatusCode::UNAUTHORIZED => Err(refused),
        _ => Err(not_found),
    }
}

/// Returns whether a path belongs to IMS, or to the emulator itself.
fn is_of_ims(path: &str) -> bool {
    ["/ims", "/keys", "/.well-known", "/_emu"]
        .iter()
        .any(|root| {
            let rest = path.strip_prefix(root);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
