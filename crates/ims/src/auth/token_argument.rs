//! A token that IMS is asked about, and where.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::api::TokenType;
use adobe_ims::token::TokenClaims;
use adobe_ims::token::inspect::find_token;
use adobe_ims::{AccessToken, Environment, Error, ImsClient, Problem, Secret};
use serde_json::{Map, Value};

use crate::args;
use crate::context::Context;
use crate::environment::input;
use crate::environment::variables::{self, Variables};
use crate::error::Failure;
use crate::http::transport;

/// The token, whose it is, and who knows about it.
pub(crate) struct TokenArgument {
    pub(crate) token: Secret,
    pub(crate) kind: TokenType,
    pub(crate) client_id: String,
    pub(crate) environment: Environment,
    pub(crate) ims: ImsClient,
}

impl TokenArgument {
    pub(crate) fn find(
        arguments: &args::TokenArgumentFlags,
        context: &Context,
    ) -> Result<Self, Failure> {
        let kind = arguments.kind.token_type();
        let token = token(kind, arguments.file.as_deref(), context)?;
        let claims = TokenClaims::decode(token.expose());
        let claims = claims.as_ref();
        let client_id = arguments
            .client_id
            .clone()
            .or_else(|| claims?.client_id.clone())
            .ok_or_else(|| {
                Failure::usage("the token does not say which client it was issued to")
                    .with_hint("name the client with --client-id")
            })?;
        let environment = environment(arguments.url.as_deref(), claims, &context.variables)?;
        context
            .console
            .detail(&format!("asking {environment} as client {client_id:?}"));
        let timeout = transport::timeout(arguments.timeout, &context.variables)?;
        let transport = transport::transport(&arguments.ca_file, timeout, &context.variables)?;
        Ok(Self {
            token,
            kind,
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
    let environment = transport::named_service(url, variables)?;
    let named = claims.and_then(|claims| claims.authorization_server.as_deref());
    match (environment, named) {
        (Some(environment), _) => Ok(environment),
        (None, None) => Ok(Environment::production()),
        (None, Some(name)) => Environment::of_authorization_server(name).ok_or_else(|| {
            Failure::usage("the token names an identity service that is not known")
                .with_hint("if you trust one with it, name that with --url")
        }),
    }
}

/// A token of this kind: in a file, in stdin for `-`, else in the variable for such, or in stdin.
pub(crate) fn token(
    kind: TokenType,
    file: Option<&Path>,
    context: &Context,
) -> Result<Secret, Failure> {
    let names = variables::of_token(kind).into_iter();
    for name in names.filter(|_| file.is_none()) {
        if let Some(text) = context.variables.text(name)?.map(Secret::new) {
            context
                .console
                .detail(&format!("the token is taken from {name}"));
            return of_text(kind, text.expose());
        }
    }
    if file.is_none() && io::stdin().is_terminal() {
        return Err(Failure::usage("there is no token to ask about")
            .with_hint("name a file, or pipe a token in"));
    }
    read_kind(kind, file.unwrap_or(Path::new("-")))
}

/// The access token in a file, or in stdin for `-`.
pub(crate) fn read(file: &Path) -> Result<AccessToken, Failure> {
    Ok(AccessToken::new(read_kind(TokenType::Access, file)?)?)
}

/// The token of a kind in a file, or in stdin for `-`.
pub(crate) fn read_kind(kind: TokenType, file: &Path) -> Result<Secret, Failure> {
    let content = input::read(file)?;
    let text = str::from_utf8(&content).map_err(|_| {
        let what = "this is not text, so it is no token";
        Error::new(Problem::TokenUnreadable, what)
    })?;
    of_text(kind, text)
}

fn of_text(kind: TokenType, text: &str) -> Result<Secret, Failure> {
    if kind == TokenType::Access {
        let found = find_token(text).map_err(|error| match text.trim_start().starts_with('{') {
            true => {
                error.with_hint("Of credentials, pipe the token in: ims token -c FILE | ims …; whoami and orgs take -c themselves.")
            }
            false => error,
        })?;
        let token = AccessToken::new(found)?;
        return Ok(token.as_secret().clone());
    }
    let unreadable = |what: &str| Failure::from(Error::new(Problem::TokenUnreadable, what));
    let text = text.trim().trim_start_matches('\u{feff}');
    if !text.starts_with('{') {
        // A code may be any text.
        return match text.is_empty() || text.contains(|c: char| c.is_control() || c == ' ') {
            true => Err(unreadable("the token is empty or holds blanks")),
            false => Ok(Secret::new(text)),
        };
    }
    // What IMS, or this command, gave as JSON.
    let object: Map<String, Value> = serde_json::from_str(text)
        .map_err(|_| unreadable("this looks like JSON, but is not valid"))?;
    let found = object.get(kind.as_str()).and_then(Value::as_str);
    found
        .map(Secret::new)
        .ok_or_else(|| unreadable(&format!("this JSON holds no {kind}")))
}
