//! The requests to the remote control that an emulator plays at its start.

use std::fmt;

use bytes::Bytes;
use http::{Method, Request};
use serde::Deserialize;
use serde_json::Value;

use crate::control::caller::is_control;
use crate::http::response::Response;
use crate::server::router;
use crate::state::State;

/// A request of a scenario.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    method: String,
    path: String,
    body: Option<Value>,
}

/// The reason why a scenario cannot be played. It names the entry, counted from 0.
#[derive(Debug)]
pub struct ScenarioError(String);

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScenarioError {}

/// Sends the requests of a scenario to an emulator.
pub(crate) fn play(state: &State, scenario: &str) -> Result<(), ScenarioError> {
    for (index, entry) in read(scenario)?.into_iter().enumerate() {
        let fail = |reason: &str| {
            let Entry { method, path, .. } = &entry;
            ScenarioError(format!("entry [{index}] ({method} {path}): {reason}"))
        };
        let request = entry.request().map_err(|reason| fail(&reason))?;
        let response = router::respond(state, &request);
        if !response.status().is_success() {
            return Err(fail(&refusal(&response)));
        }
    }
    Ok(())
}

fn read(scenario: &str) -> Result<Vec<Entry>, ScenarioError> {
    let mut deserializer = serde_json::Deserializer::from_str(scenario);
    let entries = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let place = error.path().to_string();
        let cause = error.into_inner();
        ScenarioError(match &*place {
            _ if !cause.is_data() => format!("it is no JSON: {cause}"),
            "." => format!("it is no list of requests with method, path and body: {cause}"),
            place => format!("entry {place}: {cause}"),
        })
    })?;
    deserializer
        .end()
        .map_err(|error| ScenarioError(format!("it goes on after its JSON: {error}")))?;
    Ok(entries)
}

impl Entry {
    /// Returns the request. A body that is a text is sent as it is, and any other one as JSON.
    fn request(&self) -> Result<Request<Bytes>, String> {
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| "the method is no method of HTTP".to_owned())?;
        let body = match &self.body {
            None | Some(Value::Null) => Bytes::new(),
            Some(Value::String(text)) => Bytes::from(text.clone()),
            Some(value) => Bytes::from(value.to_string()),
        };
        let request = Request::builder().method(method).uri(&self.path).body(body);
        let request = request.map_err(|error| format!("the path is no path of HTTP: {error}"))?;
        let uri = request.uri();
        if uri.authority().is_some() || !is_control(uri.path()) {
            let reason = "a scenario has requests to the remote control only, whose paths begin with \
                          /_emu/";
            return Err(reason.to_owned());
        }
        Ok(request)
    }
}

/// Returns the status of a refusal, and what the emulator said.
fn refusal(response: &Response) -> String {
    #[derive(Deserialize)]
    struct Body {
        error_description: String,
    }
    let status = response.status().as_u16();
    match serde_json::from_slice::<Body>(response.body()) {
        Ok(body) => format!("{status}: {}", body.error_description),
        Err(_) => format!("the emulator answered {status}"),
    }
}
