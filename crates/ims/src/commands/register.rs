//! `ims register`: a new client, registered with IMS.

use adobe_ims::ImsClient;
use adobe_ims::api::Registration;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::args::{RegisterArgs, TextFormat};
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;
use crate::http::transport;

/// What is printed of any answer first, in this order.
const FIRST: [&str; 2] = ["client_id", "client_secret"];

pub(crate) fn run(arguments: &RegisterArgs, context: &Context) -> Result<(), Failure> {
    let named = transport::named_service(arguments.url.as_deref(), &context.variables)?;
    let environment = named.unwrap_or_default();
    let scopes = arguments.scopes.iter();
    let scopes: Vec<String> = scopes
        .flat_map(|list| list.split([',', ' ']))
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    let registration = Registration {
        name: &arguments.name,
        redirect_uris: &arguments.redirect_uris,
        scopes: &scopes,
    };
    context.console.detail(&format!("asking {environment}"));
    let timeout = transport::timeout(arguments.timeout, &context.variables)?;
    let transport = transport::transport(&arguments.ca_file, timeout, &context.variables)?;
    let ims = ImsClient::new(transport);
    let client = context.wait(ims.register(&registration, &environment))??;
    match arguments.output {
        TextFormat::Json => {
            // `ims.register/1`: fields are added, never removed. The answer is JSON as it came.
            let line = Zeroizing::new(format!(
                r#"{{"schema":"ims.register/1","ims_url":{},"client_id":{},"answer":{}}}"#,
                quoted(Some(environment.base_url())),
                quoted(client.client_id.as_deref()),
                client.raw.expose()
            ));
            context.console.result(&line)
        }
        TextFormat::Text => context.console.result(&as_text(client.raw.expose())),
    }
}

fn quoted(text: Option<&str>) -> String {
    text.map_or(Value::Null, Value::from).to_string()
}

/// A line for each field of the answer.
fn as_text(answer: &str) -> Zeroizing<String> {
    let fields: Map<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    let first = FIRST.iter().filter_map(|name| fields.get_key_value(*name));
    let others = fields
        .iter()
        .filter(|(name, _)| !FIRST.contains(&name.as_str()));
    let lines = first.chain(others).map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        rows::clean(&format!("{name:<13} {value}"))
    });
    Zeroizing::new(lines.collect::<Vec<_>>().join("\n"))
}
