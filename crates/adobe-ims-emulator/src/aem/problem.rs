//! Errors in the form of AEM's newer endpoints (RFC 9457).

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::behaviour::{Area, Behaviour};
use crate::http::response::{self, Response};
use crate::state::State;

const PROBLEM_JSON: &str = "application/problem+json";

/// Returns the 404 of a path below `/adobe/` that nothing answers, as it was observed.
pub(crate) fn unknown_api(state: &State) -> Response {
    let body = json!({
        "type": "https://api.adobeaemcloud.com/adobe/meta/errors/not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "No RequestProcessor can handle this request.",
        "requestId": state.debug_id_random.uuid(),
    });
    let mut response = response::json(StatusCode::NOT_FOUND, &body);
    let content_type = HeaderValue::from_static(PROBLEM_JSON);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.observed(
        "aem-unknown-api",
        "An unknown path below `/adobe/` gets 404 with `type`, `title`, `status`, `detail` and `requestId`.",
        "an answer quoted in the Adobe Experience League community",
    ),
];
