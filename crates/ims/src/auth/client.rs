//! The OAuth client that sends a request: of a profile, or in fields.

use std::path::{Path, PathBuf};

use adobe_ims::Credentials;
use adobe_ims::api::{TokenResponse, UserTokenResponse};
use adobe_ims::credentials::CredentialFields;
use adobe_ims::credentials::OauthClient;
use adobe_ims::error::ServerResponse;
use adobe_ims::internal::file;
use adobe_ims_config::{Profile, SecretReference};

use super::fields::{self, FieldValues, SecretLocation};
use crate::args::ClientFlags;
use crate::console::Console;
use crate::context::Context;
use crate::environment::{Variables, machine, variables};
use crate::error::{CommandProblem, Failure};
use crate::settings::{ClientSettings, Connection};

/// A client, and the place of its secret if the client came in fields.
pub(crate) struct Client {
    pub(crate) oauth: OauthClient,
    pub(crate) secret: Option<SecretReference>,
}

impl Client {
    pub(crate) fn find(
        flags: &ClientFlags,
        settings: &ClientSettings,
        context: &Context,
    ) -> Result<Self, Failure> {
        let Some(profile) = &settings.profile else {
            return Self::of_fields(flags, &settings.connection, context);
        };
        if flags.client_secret_file.is_some() {
            return Err(Failure::usage(
                "--client-secret-file goes with --client-id; the secret of a profile is named in the configuration",
            ));
        }
        Ok(Self {
            oauth: of_profile(profile, &settings.connection, context)?,
            secret: None,
        })
    }

    fn of_fields(
        flags: &ClientFlags,
        connection: &Connection,
        context: &Context,
    ) -> Result<Self, Failure> {
        let (variables, console) = (&context.variables, &context.console);
        let client_id = match &flags.client_id {
            Some(id) => Some(("--client-id", id.clone())),
            None => fields::first(variables, variables::CLIENT_ID)?,
        };
        let client_id = client_id.ok_or_else(|| {
            Failure::new(CommandProblem::CredentialsMissing, "no client was named")
                .with_hint("name a profile of the configuration: -p NAME, or IMS_PROFILE")
                .with_hint("or the client: --client-id, and --client-secret-file if it has a secret, or IMS_CLIENT_ID and IMS_CLIENT_SECRET")
        })?;
        let location = SecretLocation::of(flags.client_secret_file.as_deref(), variables);
        let (name, id) = client_id;
        let fields = FieldValues::of_client((name, &id), location.as_ref(), variables)?;
        warn_exposed(&fields.exposed, console);
        let mut values = fields.values;
        if let Some(environment) = connection.service()? {
            values = values.environment(environment);
        }
        Ok(Self {
            oauth: values.client(fields::field_names())?,
            secret: location.and_then(|location| location.reference()),
        })
    }
}

/// Returns the client that a profile names, or the one of its OAuth document.
pub(crate) fn of_profile(
    profile: &Profile,
    connection: &Connection,
    context: &Context,
) -> Result<OauthClient, Failure> {
    let environment = connection.service()?;
    let machine = machine(&context.variables);
    if let Some(found) = profile.oauth_client(environment.as_ref(), &machine)? {
        warn_exposed(&found.exposed_files, &context.console);
        return Ok(found.client);
    }
    let found = profile.credentials(environment.as_ref(), &machine)?;
    warn_exposed(&found.exposed_files, &context.console);
    match found.credentials {
        Credentials::OauthServerToServer(oauth) => Ok(oauth.client().clone()),
        _ => {
            let message = format!("the profile {} names no OAuth client", profile.name);
            Err(Failure::usage(message)
                .with_hint("name another profile, or the client with --client-id"))
        }
    }
}

/// Warns about files with secrets that other users can read.
pub(crate) fn warn_exposed(paths: &[PathBuf], console: &Console) {
    for path in paths.iter().filter(|path| file::is_reachable(path)) {
        console.notice(&format!(
            "{path:?} holds a secret, and other users can read it: chmod 600"
        ));
    }
}

/// Returns the scopes that the flags name.
pub(crate) fn scopes(flags: &[String]) -> Vec<String> {
    let fields = flags.iter();
    let fields = fields.fold(CredentialFields::new(), CredentialFields::scopes);
    fields.scope_list()
}

/// Returns the scopes that the flags name, or else the variable.
pub(crate) fn scopes_or_variable(
    flags: &[String],
    variables: &Variables,
) -> Result<Vec<String>, Failure> {
    if !flags.is_empty() {
        return Ok(scopes(flags));
    }
    let variable = variables.text(variables::SCOPES)?;
    Ok(scopes(variable.as_slice()))
}

/// Refuses stdin for both the client secret and a token: it can be read once.
pub(crate) fn refuse_stdin_twice(
    flags: &ClientFlags,
    token: Option<&Path>,
    token_name: &str,
) -> Result<(), Failure> {
    let stdin = Some(Path::new("-"));
    if flags.client_secret_file.as_deref() == stdin && token == stdin {
        let message = format!("stdin is named for the client secret and for {token_name}");
        return Err(Failure::usage(message).with_hint("name a file for one of them"));
    }
    Ok(())
}

/// Reports the request, if the user asked for details.
pub(crate) fn log_request(client: &OauthClient, console: &Console) {
    console.detail(&format!(
        "asking {} as client {:?}",
        client.environment(),
        client.client_id()
    ));
}

/// Reports the response if the user asked for details, and warns about anything odd in it.
pub(crate) fn report_response(granted: &UserTokenResponse, console: &Console) {
    let TokenResponse {
        server,
        raw_expires_in,
        warnings,
        ..
    } = &granted.response;
    report_answer(Some(server), raw_expires_in.as_deref(), console);
    for warning in warnings {
        console.notice(&warning.to_string());
    }
}

/// Reports an answer of IMS, if the user asked for details. Otherwise nobody looks for secrets in its texts, which takes
/// most of a millisecond.
pub(super) fn report_answer(
    server: Option<&ServerResponse>,
    raw_expires_in: Option<&str>,
    console: &Console,
) {
    if !console.is_verbose() {
        return;
    }
    let debug_id = server.and_then(|server| server.debug_id.as_deref());
    console.detail(&format!(
        "IMS answered {}, expires_in {}, x-debug-id {}",
        server.map_or(0, |server| server.status),
        raw_expires_in.unwrap_or("missing"),
        debug_id.unwrap_or("none"),
    ));
}
