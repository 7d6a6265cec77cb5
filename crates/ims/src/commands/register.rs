//! `ims register`: registers a client with IMS.

use adobe_ims::api::Registration;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::args::{RegisterArgs, TextFormat};
use crate::auth::client;
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::{CommonSettings, ConfigurationSource, SettingFlags};

/// The fields of the response that are printed first, in this order.
const FIRST: [&str; 2] = ["client_id", "client_secret"];

pub(super) fn run(
    args: &RegisterArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let flags = SettingFlags::of_connection(&args.connection);
    let settings = CommonSettings::resolve(flags, source)?;
    let environment = settings.connection.service()?.unwrap_or_default();
    let scopes = client::scopes(&args.scopes);
    let registration = Registration::new(&args.name)
        .redirect_uris(args.redirect_uris.clone())
        .scopes(scopes);
    context.console.detail(&format!("asking {environment}"));
    let ims = ims_client(&settings.connection, &context.variables)?;
    let client = context.wait(ims.register(&registration, &environment))??;
    match args.output {
        TextFormat::Json => {
            // `ims.register/1`: fields are added, never removed. The response is inserted as it came.
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

/// Returns a line for each field of the response.
fn as_text(response: &str) -> Zeroizing<String> {
    let fields: Map<String, Value> = serde_json::from_str(response).unwrap_or_default();
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
