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
        let names: Vec<&str> = self.0.iter().map(Method::as_str).collect();
        Err(ErrorResponse::method_not_allowed(&names.join(", ")))
    }
}
