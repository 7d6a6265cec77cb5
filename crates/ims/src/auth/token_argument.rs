//! A token that the caller passes: in a file, on stdin or in a variable.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::api::TokenType;
use adobe_ims::token::TokenClaims;
use adobe_ims::token::inspect::find_token;
use adobe_ims::{AccessToken, Environment, Error, ImsClient, Problem, Secret};
use serde_json::{Map, Value};

use crate::args::TokenArgumentFlags;
use crate::context::Context;
use crate::environment::{input, variables};
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::Connection;

/// A token that IMS is asked about, with its client and its identity service.
pub(crate) struct TokenArgument {
    pub(crate) token: Secret,
    pub(crate) kind: TokenType,
    pub(crate) client_id: String,
    pub(crate) environment: Environment,
    pub(crate) ims: ImsClient,
}

impl TokenArgument {
    pub(crate) fn find(
        flags: &TokenArgumentFlags,
        connection: &Connection,
        context: &Context,
    ) -> Result<Self, Failure> {
        let kind = flags.kind.token_type();
        let token = find(kind, flags.file.as_deref(), context)?;
        let claims = TokenClaims::decode(token.expose());
        let claims = claims.as_ref();
        let client_id = flags.client_id.clone();
        let client_id = client_id.or_else(|| claims?.client_id.clone());
        let client_id = client_id.ok_or_else(client_unknown)?;
        let environment = environment(connection, claims)?;
        context
            .console
            .detail(&format!("asking {environment} as client {client_id:?}"));
        Ok(Self {
            token,
            kind,
            client_id,
            environment,
            ims: ims_client(connection, &context.variables)?,
        })
    }
}

/// Returns the failure for a token without a client id.
pub(crate) fn client_unknown() -> Failure {
    Failure::usage("the token does not say which client it was issued to")
        .with_hint("name the client with --client-id")
}

/// Returns the identity service that a token may be sent to: the one that was named, else Adobe's that issued it.
pub(crate) fn environment(
    connection: &Connection,
    claims: Option<&TokenClaims>,
) -> Result<Environment, Failure> {
    if let Some(service) = connection.service()? {
        return Ok(service);
    }
    let issuer = claims.and_then(|claims| claims.authorization_server.as_deref());
    let Some(issuer) = issuer else {
        return Ok(Environment::production());
    };
    Environment::from_authorization_server(issuer).ok_or_else(|| {
        Failure::usage("the token names an unknown identity service")
            .with_hint("if you trust a service with the token, name it with --url")
    })
}

/// Finds a token of this kind: in the file (`-` is stdin), else in the variable for this kind, else on stdin.
pub(crate) fn find(
    kind: TokenType,
    file: Option<&Path>,
    context: &Context,
) -> Result<Secret, Failure> {
    if let Some(file) = file {
        return read_kind(kind, file);
    }
    for name in variables::of_token(kind) {
        if let Some(text) = context.variables.text(name)?.map(Secret::new) {
            let console = &context.console;
            console.detail(&format!("the token is taken from {name}"));
            return parse(kind, text.expose());
        }
    }
    if io::stdin().is_terminal() {
        return Err(
            Failure::usage("no token is given").with_hint("name a file, or pipe a token in")
        );
    }
    read_kind(kind, Path::new("-"))
}

/// Reads the access token in a file, or on stdin for `-`.
pub(crate) fn read(file: &Path) -> Result<AccessToken, Failure> {
    Ok(AccessToken::new(read_kind(TokenType::Access, file)?)?)
}

/// Reads the token of a kind in a file, or on stdin for `-`.
pub(crate) fn read_kind(kind: TokenType, file: &Path) -> Result<Secret, Failure> {
    let content = input::read(file)?;
    parse(kind, text(&content)?)
}

/// Returns the content of a file of a token as text.
pub(crate) fn text(content: &[u8]) -> Result<&str, Failure> {
    str::from_utf8(content).map_err(|_| unreadable("the input is not text, so it is not a token"))
}

fn unreadable(message: &str) -> Failure {
    Error::new(Problem::TokenUnreadable, message).into()
}

fn parse(kind: TokenType, text: &str) -> Result<Secret, Failure> {
    if kind == TokenType::Access {
        return parse_access_token(text);
    }
    let text = text.trim().trim_start_matches('\u{feff}');
    if text.starts_with('{') {
        return parse_json(kind, text);
    }
    // A code may be any text.
    if text.is_empty() || text.contains(|c: char| c.is_control() || c == ' ') {
        return Err(unreadable("the token is empty or contains spaces"));
    }
    Ok(Secret::new(text))
}

fn parse_access_token(text: &str) -> Result<Secret, Failure> {
    let found = find_token(text).map_err(|error| {
        if text.trim_start().starts_with('{') {
            error.with_hint("For credentials, pipe the token in: ims token -c FILE | ims …; whoami and orgs take -c themselves.")
        } else {
            error
        }
    })?;
    let token = AccessToken::new(found)?;
    Ok(token.as_secret().clone())
}

/// Takes the token out of JSON that IMS or this command printed.
fn parse_json(kind: TokenType, text: &str) -> Result<Secret, Failure> {
    let object: Map<String, Value> = serde_json::from_str(text)
        .map_err(|_| unreadable("the input looks like JSON, but is not valid"))?;
    let found = object.get(kind.as_str()).and_then(Value::as_str);
    found
        .map(Secret::new)
        .ok_or_else(|| unreadable(&format!("the JSON holds no {kind}")))
}
