//! A request before it is sent.

use adobe_ims::transport::UploadBody;
use bytes::Bytes;
use http::Method;

use super::retry::Repetition;
use crate::multipart::form::Form;
use crate::multipart::form_body::{self, DocumentFailure};

/// A request to an API.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path of the API, or a URL that the server named.
    pub(crate) path: String,
    pub(crate) accept: &'static str,
    pub(crate) content: CallContent,
    pub(crate) repetition: Repetition,
}

#[derive(Clone, Debug)]
pub(crate) enum CallContent {
    None,
    Json(Bytes),
    Form(Form),
}

impl Call {
    /// Creates the request that makes a document.
    pub(crate) fn form(path: impl Into<String>, accept: &'static str, form: Form) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            accept,
            content: CallContent::Form(form),
            repetition: Repetition::Harmless,
        }
    }
}

impl CallContent {
    /// Returns the content for one attempt, and its type.
    pub(crate) fn open(
        &self,
        random: u128,
        failure: &DocumentFailure,
    ) -> (UploadBody, Option<String>) {
        match self {
            Self::None => (UploadBody::from(Bytes::new()), None),
            Self::Json(json) => {
                let content_type = "application/json".to_owned();
                (UploadBody::from(json.clone()), Some(content_type))
            }
            Self::Form(form) => {
                // Files are sent as they are read, so nobody can search them for the boundary. 128 random bits occur in
                // none.
                let boundary = format!("ims-{random:032x}");
                let content_type = format!("multipart/form-data; boundary={boundary}");
                let upload = form_body::upload(form.segments(&boundary), failure);
                (upload, Some(content_type))
            }
        }
    }
}
