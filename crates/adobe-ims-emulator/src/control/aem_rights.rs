//! `POST /_emu/aem/rights`.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use serde::Deserialize;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, no_content};
use crate::state::State;

const PARAMETER: &str = "technical_account_id";

#[derive(Deserialize)]
struct Body {
    technical_account_id: String,
}

/// Handles `POST /_emu/aem/rights`. The request has `technical_account_id`, an id or an e-mail
/// address, in a form or in JSON.
pub(crate) fn grant_rights(
    state: &State,
    http: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let account = if has_json(http) {
        let body: Body = serde_json::from_slice(http.body())
            .map_err(|_| ErrorResponse::missing_parameter(PARAMETER))?;
        body.technical_account_id
    } else {
        let parameters = Parameters::from_request(http)?;
        parameters.required(PARAMETER)?.to_owned()
    };
    if state.grant_aem_rights(&account) {
        Ok(no_content())
    } else {
        Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "No technical account or person has this id or e-mail address.",
        ))
    }
}

fn has_json(http: &Request<Bytes>) -> bool {
    let content_type = http.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|value| {
        let media_type = value.as_bytes().split(|byte| *byte == b';').next();
        media_type.is_some_and(|text| text.trim_ascii().eq_ignore_ascii_case(b"application/json"))
    })
}
