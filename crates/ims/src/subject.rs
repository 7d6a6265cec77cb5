//! A token that IMS is asked about, and where.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::inspect::find_token;
use adobe_ims::{AccessToken, Environment, Error, ImsClient, Problem, Secret, TokenClaims};

use crate::arguments;
use crate::failure::Failure;
use crate::output::Console;
use crate::variables::{self, Variables};
use crate::{input, network};

/// The token, whose it is, and who knows about it.
pub(crate) struct Subject {
    pub(crate) token: AccessToken,
    pub(crate) client_id: String,
    pub(crate) environment: Environment,
    pub(crate) ims: ImsClient,
}

impl Subject {
    pub(crate) fn find(
        arguments: &arguments::Subject,
        console: &Console,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let token = token(arguments.file.as_deref(), console, variables)?;
        let claims = token.claims();
        let client_id = arguments
            .client_id
            .clone()
            .or_else(|| claims?.client_id.clone())
            .ok_or_else(|| {
                Failure::usage("the token does not say which client it was issued to")
                    .with_hint("name the client with --client-id")
            })?;
        let environment = environment(arguments.url.as_deref(), claims, variables)?;
        console.detail(&format!("asking {environment} as client {client_id:?}"));
        let timeout = network::timeout(arguments.timeout, variables)?;
        let transport = network::transport(&arguments.ca_file, timeout, variables)?;
        Ok(Self {
            token,
            client_id,
            environment,
            ims: ImsClient::new(transport),
        })
    }
}

/// Where a token may go: to the place that was named, else to the one of Adobe's that it is from.
pub(crate) fn environment(
    url: Option<&str>,
    claims: Option<&TokenClaims>,
    variables: &Variables,
) -> Result<Environment, Failure> {
    let url = match url {
        Some(url) => Some(url.to_owned()),
        None => variables.text(variables::URL)?,
    };
    let named = claims.and_then(|claims| claims.authorization_server.as_deref());
    match (url, named) {
        (Some(url), _) => Ok(Environment::parse(&url)?),
        (None, None) => Ok(Environment::production()),
        (None, Some(name)) => Environment::of_authorization_server(name).ok_or_else(|| {
            Failure::usage("the token names an identity service that is not known")
                .with_hint("if you trust one with it, name that with --url")
        }),
    }
}

fn token(
    file: Option<&Path>,
    console: &Console,
    variables: &Variables,
) -> Result<AccessToken, Failure> {
    let from_variable = match file {
        Some(_) => None,
        None => variables.text(variables::ACCESS_TOKEN)?.map(Secret::new),
    };
    if let Some(text) = from_variable {
        console.detail("the token is taken from IMS_ACCESS_TOKEN");
        return Ok(AccessToken::ready(find_token(text.expose())?)?);
    }
    if file.is_none() && io::stdin().is_terminal() {
        return Err(Failure::usage("there is no token to ask about")
            .with_hint("name a file, or pipe a token in"));
    }
    read(file.unwrap_or(Path::new("-")))
}

/// The token in a file, or in stdin for `-`.
pub(crate) fn read(file: &Path) -> Result<AccessToken, Failure> {
    let content = input::read(file)?;
    let text = str::from_utf8(&content).map_err(|_| {
        let what = "this is not text, so it is no token";
        Error::new(Problem::TokenUnreadable, what)
    })?;
    Ok(AccessToken::ready(find_token(text)?)?)
}
