//! The requests of the batch API.

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::aem::forms::batch::config::{BatchConfig, Output, invalid};
use crate::aem::forms::batch::state_view::StateView;
use crate::aem::forms::batch::work::advance;
use crate::aem::forms::error::FormsError;
use crate::aem_data::batch::{BatchStore, ConfigDocument, Execution, Status};
use crate::http::content_disposition::percent_decode;
use crate::http::response::{Response, empty, json as json_response};
use crate::state::State;

const BASE: &str = "/adobe/forms/batch/output/config/";

/// The number of executions that are kept. The oldest ones go first.
const MAX_EXECUTIONS: usize = 1000;

/// Handles a request to a path below `/adobe/forms/batch/output/`.
pub(crate) fn handle(
    state: &State,
    http: &Request<Bytes>,
    path: &str,
) -> Result<Response, FormsError> {
    let now = state.config.clock.unix_millis();
    let mut store = state.batch();
    for execution in &mut store.executions {
        advance(state, execution, now);
    }
    let words: Vec<String> = path
        .trim_end_matches('/')
        .split('/')
        .map(|word| String::from_utf8_lossy(&percent_decode(word)).into_owned())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let method = http.method();
    match (&words[..], method) {
        (["configs"], &Method::GET) => {
            let configs: Vec<_> = store.configs.values().collect();
            Ok(json_response(StatusCode::OK, &json!({"data": configs})))
        }
        (["config"], &Method::POST) => create(&mut store, http),
        (["config", name], &Method::GET | &Method::PUT | &Method::DELETE) => {
            config(&mut store, http, name)
        }
        (["config", name, "execution"], &Method::POST) => start(state, &mut store, http, name),
        (["config", name, "execution", id], &Method::GET) => show(&mut store, name, id),
        (["config", name, "execution", id, "cancel"], &Method::PUT) => {
            cancel(&mut store, name, id, now)
        }
        (["config", name, "executions"], &Method::GET) => list(&store, name),
        (["configs"] | ["config", _, "executions"] | ["config", _, "execution", _], _) => {
            Err(FormsError::method_not_allowed("GET"))
        }
        (["config", _], _) => Err(FormsError::method_not_allowed("GET, PUT, DELETE")),
        (["config"] | ["config", _, "execution"], _) => Err(FormsError::method_not_allowed("POST")),
        (["config", _, "execution", _, "cancel"], _) => Err(FormsError::method_not_allowed("PUT")),
        _ => Err(not_found(format!("There is nothing at {path}."))),
    }
}

fn not_found(message: String) -> FormsError {
    FormsError::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
}

fn no_config(name: &str) -> FormsError {
    not_found(format!("There is no configuration {name}."))
}

fn with_location(status: StatusCode, location: &str) -> Response {
    let mut response = empty();
    *response.status_mut() = status;
    let location = HeaderValue::try_from(location).ok();
    if let Some(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Returns the path of a configuration, with its name encoded.
fn config_path(name: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("{BASE}{}", encoded.replace('+', "%20"))
}

fn read_config(http: &Request<Bytes>) -> Result<(BatchConfig, ConfigDocument), FormsError> {
    let document: ConfigDocument = serde_json::from_slice(http.body())
        .map_err(|error| invalid(format!("The body is no JSON object: {error}.")))?;
    Ok((BatchConfig::read(&document)?, document))
}

fn create(store: &mut BatchStore, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let (config, document) = read_config(http)?;
    let name = config.config_name;
    if store.configs.contains_key(&name) {
        let message = format!("There is a configuration {name} already.");
        return Err(FormsError::new(StatusCode::CONFLICT, "CONFLICT", message));
    }
    let response = with_location(StatusCode::CREATED, &config_path(&name));
    store.configs.insert(name, document);
    Ok(response)
}

fn config(
    store: &mut BatchStore,
    http: &Request<Bytes>,
    name: &str,
) -> Result<Response, FormsError> {
    let Some(known) = store.configs.get_mut(name) else {
        return Err(no_config(name));
    };
    match *http.method() {
        Method::GET => Ok(json_response(StatusCode::OK, known)),
        Method::PUT => {
            let (config, document) = read_config(http)?;
            if config.config_name != name {
                return Err(invalid(
                    "The member configName is not the name in the path.",
                ));
            }
            *known = document;
            Ok(json_response(StatusCode::OK, known))
        }
        _ => {
            let response = json_response(StatusCode::OK, known);
            store.configs.remove(name);
            Ok(response)
        }
    }
}

#[derive(Deserialize)]
struct StartRequest {
    #[serde(default)]
    config: ConfigDocument,
}

fn start(
    state: &State,
    store: &mut BatchStore,
    http: &Request<Bytes>,
    name: &str,
) -> Result<Response, FormsError> {
    let known = store.configs.get(name).ok_or_else(|| no_config(name))?;
    let request: StartRequest = serde_json::from_slice(http.body()).map_err(|error| {
        invalid(format!(
            "The body is neither {{}} nor {{\"config\":{{…}}}}: {error}."
        ))
    })?;
    let mut document = known.clone();
    document.extend(request.config);
    let config = BatchConfig::read(&document)?;
    let execution = Execution {
        id: state.debug_id_random.uuid(),
        config_name: name.to_owned(),
        config: document,
        started: state.config.clock.unix_millis(),
        ended: None,
        status: Status::Processing,
        outputs: config.outputs().iter().map(Output::initial_state).collect(),
        records: None,
        processed: 0,
    };
    let location = format!("{}/execution/{}", config_path(name), execution.id);
    if store.executions.len() == MAX_EXECUTIONS {
        store.executions.remove(0);
    }
    store.executions.push(execution);
    Ok(with_location(StatusCode::ACCEPTED, &location))
}

fn execution<'s>(
    store: &'s mut BatchStore,
    name: &str,
    id: &str,
) -> Result<&'s mut Execution, FormsError> {
    if !store.configs.contains_key(name) {
        return Err(no_config(name));
    }
    let message = || format!("The configuration {name} has no execution {id}.");
    store
        .execution(name, id)
        .ok_or_else(|| not_found(message()))
}

fn show(store: &mut BatchStore, name: &str, id: &str) -> Result<Response, FormsError> {
    let execution = execution(store, name, id)?;
    Ok(json_response(StatusCode::OK, &StateView::new(execution)))
}

fn list(store: &BatchStore, name: &str) -> Result<Response, FormsError> {
    if !store.configs.contains_key(name) {
        return Err(no_config(name));
    }
    let executions = store.executions.iter();
    let own = executions.filter(|execution| execution.config_name == name);
    let views: Vec<_> = own.map(StateView::new).collect();
    Ok(json_response(StatusCode::OK, &json!({"data": views})))
}

/// Ends an execution. Adobe withdrew this request from its documentation.
fn cancel(store: &mut BatchStore, name: &str, id: &str, now: i64) -> Result<Response, FormsError> {
    let execution = execution(store, name, id)?;
    if execution.status == Status::Processing {
        let message = "The execution was cancelled.".to_owned();
        execution.status = Status::Failed("CANCELLED", message);
        execution.ended = Some(now);
    }
    let location = format!("{}/execution/{}", config_path(name), execution.id);
    Ok(with_location(StatusCode::ACCEPTED, &location))
}
