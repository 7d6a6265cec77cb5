//! The methods of an endpoint.

use http::Method;

use crate::http::error_response::ErrorResponse;

/// The methods that an endpoint takes.
#[derive(Clone, Copy)]
pub(crate) struct Methods(&'static [Method]);

impl Methods {
    pub(crate) const fn new(methods: &'static [Method]) -> Self {
        Self(methods)
    }

    /// Checks the method of a request.
    pub(crate) fn check(self, method: &Method) -> Result<(), ErrorResponse> {
        if self.0.contains(method) {
            return Ok(());
        }
        Err(ErrorResponse::method_not_allowed(&self.names()))
    }

    /// Returns the names of the methods, separated by commas.
    pub(crate) fn names(self) -> String {
        let names: Vec<&str> = self.0.iter().map(Method::as_str).collect();
        names.join(", ")
    }
}
