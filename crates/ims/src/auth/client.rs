//! The client of OAuth that asks: of a profile, or in fields.

use std::mem::take;
use std::path::{Path, PathBuf};

use adobe_ims::api::{TokenResponse, UserTokenResponse};
use adobe_ims::credentials::CredentialFields;
use adobe_ims::credentials::OauthClient;
use adobe_ims::{Credentials, Environment, ImsClient};
use adobe_ims_config::{Profile, SecretReference};

use crate::args::{ClientFlags, Command, ConnectionFlags, IdentityFlags};
use crate::auth::fields::{self, SecretLocation};
use crate::console::Console;
use crate::context::Context;
use crate::environment::variables::{self, Variables};
use crate::error::{CommandProblem, Failure};
use crate::http::transport;
use crate::settings::configuration;

/// The client, and where its secret is if it came in fields.
pub(crate) struct Client {
    pub(crate) oauth: OauthClient,
    pub(crate) secret: Option<SecretReference>,
}

impl Client {
    pub(crate) fn find(flags: &ClientFlags, context: &Context) -> Result<Self, Failure> {
        match &flags.connection.selected {
            None => Self::of_fields(flags, &context.variables),
            Some(_) if flags.client_secret_file.is_some() => Err(Failure::usage(
                "--client-secret-file goes with --client-id; a profile says itself where its secret is",
            )),
            Some(profile) => Ok(Self {
                oauth: of_profile(profile, &flags.connection, context)?,
                secret: None,
            }),
        }
    }

    fn of_fields(flags: &ClientFlags, variables: &Variables) -> Result<Self, Failure> {
        let client_id = match &flags.client_id {
            Some(id) => Some(id.clone()),
            None => fields::first(variables, variables::CLIENT_ID)?,
        };
        let client_id = client_id.ok_or_else(|| {
            Failure::new(CommandProblem::CredentialsMissing, "no client was named")
                .with_hint("name a profile of the configuration: -p NAME, or IMS_PROFILE")
                .with_hint("or the client: --client-id, and --client-secret-file if it has a secret, or IMS_CLIENT_ID and IMS_CLIENT_SECRET")
        })?;
        let place = SecretLocation::of(flags.client_secret_file.as_deref(), variables);
        let mut fields = CredentialFields::new().client_id(client_id);
        if let Some(place) = &place {
            fields = fields.client_secret(place.read(variables)?);
        }
        if let Some(environment) = flags.connection.environment(variables)? {
            fields = fields.environment(environment);
        }
        Ok(Self {
            oauth: fields.client(fields::names())?,
            secret: place.and_then(|place| place.reference()),
        })
    }
}

/// Puts what the configuration says where flags and variables of a command say nothing that needs a client, not a
/// token. A variable may name the client, unless it is that of a profile in any case.
pub(crate) fn resolve(
    command: &mut Command,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    let mut no_key_file = None;
    let by_variable = !matches!(command, Command::Logout(_));
    let (profile, client_id, connection, key_file) = match command {
        Command::Login(login) => {
            let login = &mut **login;
            let ClientFlags {
                client_id,
                connection,
                ..
            } = &mut login.client;
            let name = login.name.as_ref().or(login.profile.as_ref());
            // With a client in fields it is the name of what they become.
            let profile = name.filter(|_| client_id.is_none());
            (
                profile,
                client_id.clone(),
                connection,
                &mut login.cache_key_file,
            )
        }
        Command::Logout(logout) => {
            let profile = logout.name.as_ref().or(logout.profile.as_ref());
            (
                profile,
                None,
                &mut logout.connection,
                &mut logout.cache_key_file,
            )
        }
        Command::Refresh(refresh) => {
            let ClientFlags {
                client_id,
                connection,
                ..
            } = &mut refresh.client;
            let profile = refresh.profile.as_ref();
            (profile, client_id.clone(), connection, &mut no_key_file)
        }
        Command::Exchange(exchange) => {
            let ClientFlags {
                client_id,
                connection,
                ..
            } = &mut exchange.client;
            let profile = exchange.profile.as_ref();
            (profile, client_id.clone(), connection, &mut no_key_file)
        }
        _ => return Ok(()),
    };
    let mut asked = IdentityFlags {
        profile: profile.cloned(),
        url: connection.url.take(),
        ca_file: take(&mut connection.ca_file),
        timeout: connection.timeout,
        ..IdentityFlags::default()
    };
    asked.fields.client_id = client_id;
    asked.freshness.cache_key_file = key_file.take();
    let others: Option<&[_]> = by_variable.then_some(&[]);
    configuration::select(&mut asked, others, config, context)?;
    *key_file = asked.freshness.cache_key_file;
    connection.no_cache = asked.freshness.no_cache;
    connection.url = asked.url;
    connection.ca_file = asked.ca_file;
    connection.timeout = asked.timeout;
    connection.selected = asked.selected;
    Ok(())
}

/// What is odd about an answer, and for those who want to know, the answer.
pub(crate) fn report_response(granted: &UserTokenResponse, console: &Console) {
    let TokenResponse {
        answer,
        raw_expires_in,
        notices,
        ..
    } = &granted.response;
    console.detail(&format!(
        "IMS answered {}, expires_in {}, x-debug-id {}",
        answer.status,
        raw_expires_in.as_deref().unwrap_or("missing"),
        answer.debug_id.as_deref().unwrap_or("none"),
    ));
    for notice in notices {
        console.notice(&notice.to_string());
    }
}

/// The client that asks, and for what, for those who want to know.
pub(crate) fn log_request(client: &OauthClient, console: &Console) {
    console.detail(&format!(
        "asking {} as client {:?}",
        client.environment(),
        client.client_id()
    ));
}

/// The scopes that flags name, or else the variable where that counts.
pub(crate) fn scopes(
    flags: &[String],
    or_variable: bool,
    variables: &Variables,
) -> Result<Vec<String>, Failure> {
    let variable = match flags.is_empty() && or_variable {
        true => variables.text(variables::SCOPES)?,
        false => None,
    };
    let given = flags.iter().chain(&variable);
    let fields = given.fold(CredentialFields::new(), CredentialFields::scopes);
    Ok(fields.asked_scopes())
}

/// stdin can be read once. A token is read from there where nothing else names it.
pub(crate) fn refuse_stdin_twice(
    flags: &ClientFlags,
    token: Option<&Path>,
    what: &str,
) -> Result<(), Failure> {
    let stdin = Some(Path::new("-"));
    match flags.client_secret_file.as_deref() == stdin && token == stdin {
        false => Ok(()),
        true => {
            let what = format!("stdin is named for the client secret and for {what}");
            Err(Failure::usage(what).with_hint("name a file for one of them"))
        }
    }
}

/// The client that a profile names, or the OAuth document of a profile.
pub(crate) fn of_profile(
    profile: &Profile,
    connection: &ConnectionFlags,
    context: &Context,
) -> Result<OauthClient, Failure> {
    let environment = connection.environment(&context.variables)?;
    let machine = configuration::machine(&context.variables);
    if let Some(found) = profile.oauth_client(environment.as_ref(), &machine)? {
        warn_exposed(&found.exposed, &context.console);
        return Ok(found.client);
    }
    let found = profile.credentials(environment.as_ref(), None, &machine)?;
    warn_exposed(&found.exposed, &context.console);
    match found.credentials {
        Credentials::OauthServerToServer(oauth) => Ok(oauth.client().clone()),
        _ => {
            let what = format!("the profile {} names no client of OAuth", profile.name);
            Err(Failure::usage(what)
                .with_hint("name another profile, or the client with --client-id"))
        }
    }
}

/// Files with secrets that others may read.
pub(crate) fn warn_exposed(paths: &[PathBuf], console: &Console) {
    for path in paths {
        console.notice(&format!(
            "{path:?} holds a secret, and other users can read it: chmod 600"
        ));
    }
}

impl ConnectionFlags {
    /// Where to ask, if a flag, a variable or the configuration says it.
    pub(crate) fn environment(
        &self,
        variables: &Variables,
    ) -> Result<Option<Environment>, Failure> {
        transport::named_service(self.url.as_deref(), variables)
    }

    /// Who asks there.
    pub(crate) fn ims(&self, variables: &Variables) -> Result<ImsClient, Failure> {
        let timeout = transport::timeout(self.timeout, variables)?;
        let transport = transport::transport(&self.ca_file, timeout, variables)?;
        Ok(ImsClient::new(transport))
    }
}
