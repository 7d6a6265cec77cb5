//! The parts of a request to AEM Forms.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::aem::forms::error::FormsError;
use crate::http::multipart::{self, Part};
use crate::http::parameters::content_type;

/// The parts of a form.
pub(crate) struct Parts(pub(crate) Vec<Part>);

impl Parts {
    /// Reads the form of a request.
    pub(crate) fn read(http: &Request<Bytes>) -> Result<Self, FormsError> {
        let content_type = content_type(http.headers()).unwrap_or_default();
        let boundary = multipart::boundary(&content_type).ok_or_else(|| {
            FormsError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                format!("The content type is not multipart/form-data but {content_type:?}."),
            )
        })?;
        boundary
            .and_then(|boundary| multipart::read(http.body(), &boundary))
            .map(Self)
            .map_err(|error| {
                let message = format!("The multipart body is malformed: {error}.");
                FormsError::bad_request("INVALID_REQUEST", message)
            })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }

    /// Returns a part that the request must have.
    pub(crate) fn required(&self, name: &str) -> Result<&Part, FormsError> {
        self.get(name).ok_or_else(|| {
            let given: Vec<_> = self.0.iter().map(|part| part.name.as_str()).collect();
            let message = format!(
                "The part {name} is missing. The request has: {}.",
                given.join(", ")
            );
            FormsError::bad_request("MISSING_PART", message)
        })
    }

    /// Reads the part `options`, whose type does not count. Without it all options have their
    /// defaults. Options that nobody knows are ignored (inferred).
    pub(crate) fn options<T: DeserializeOwned + Default>(&self) -> Result<T, FormsError> {
        let Some(part) = self.get("options") else {
            return Ok(T::default());
        };
        // A struct would also be read from an array.
        serde_json::from_slice::<Map<String, Value>>(&part.body)
            .and_then(|options| serde_json::from_value(Value::Object(options)))
            .map_err(|error| {
                let message = format!("The part options cannot be read: {error}.");
                FormsError::bad_request("INVALID_OPTIONS", message)
            })
    }
}
