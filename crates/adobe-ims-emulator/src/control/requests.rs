//! `GET` and `DELETE /_emu/requests`: the journal.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Serialize;

use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::journal::{RecordedField, RecordedRequest, RequestFilter};
use crate::rfc3339::rfc3339;
use crate::state::State;

const FILTERS: [&str; 5] = ["path", "client_id", "grant", "status", "since"];

/// Handles `GET` and `DELETE /_emu/requests`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        state.journal().clear();
        return Ok(no_content());
    }
    let filter = filter(http.uri().query().unwrap_or_default())?;
    let journal = state.journal();
    let requests: Vec<RecordedRequest> = journal
        .since(filter.since)
        .filter(|request| filter.admits(request))
        .collect();
    let body = Body {
        first_seq: journal.first(),
        requests: requests.iter().map(Entry::from).collect(),
    };
    Ok(json(StatusCode::OK, &body))
}

/// Reads a filter from the query.
fn filter(query: &str) -> Result<RequestFilter, ErrorResponse> {
    let mut filter = RequestFilter::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.into_owned();
        match &*name {
            "path" => filter.path = Some(value),
            "client_id" => filter.client_id = Some(value),
            "grant" => filter.grant = Some(value),
            "status" => filter.status = Some(number(&name, &value)?),
            "since" => filter.since = number(&name, &value)?,
            _ => {
                return Err(ErrorResponse::invalid_request(format!(
                    "The journal has no filter {name}. It has {}.",
                    FILTERS.join(", ")
                )));
            }
        }
    }
    Ok(filter)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, ErrorResponse> {
    value.parse().map_err(|_| {
        ErrorResponse::invalid_request(format!("The filter {name} is no number: {value}."))
    })
}

#[derive(Serialize)]
struct Body<'a> {
    /// The number of the first request that the journal has. Earlier ones are forgotten.
    first_seq: u64,
    requests: Vec<Entry<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Entry<'a> {
    seq: u64,
    time: String,
    virtual_time: String,
    method: &'a str,
    path: &'a str,
    host: Option<&'a str>,
    client_id: Option<&'a str>,
    grant: Option<&'a str>,
    fields: Vec<Field<'a>>,
    /// Missing if a fault sent no response.
    status: Option<u16>,
    fault: Option<&'a str>,
    token_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: Option<&'a str>,
    r#type: Option<&'a str>,
    size: u64,
    sha256: &'a str,
}

impl<'a> From<&'a RecordedRequest> for Entry<'a> {
    fn from(request: &'a RecordedRequest) -> Self {
        Self {
            seq: request.seq,
            time: rfc3339(request.time),
            virtual_time: rfc3339(request.virtual_time),
            method: &request.method,
            path: &request.path,
            host: request.host.as_deref(),
            client_id: request.client_id.as_deref(),
            grant: request.grant.as_deref(),
            fields: request.fields.iter().map(Field::from).collect(),
            status: request.status,
            fault: request.fault.as_deref(),
            token_id: request.token_id.as_deref(),
        }
    }
}

impl<'a> From<&'a RecordedField> for Field<'a> {
    fn from(field: &'a RecordedField) -> Self {
        Self {
            name: field.name.as_deref(),
            r#type: field.content_type.as_deref(),
            size: field.size,
            sha256: &field.sha256,
        }
    }
}
