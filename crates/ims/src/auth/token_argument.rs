//! A token that the caller passes: in a file, on stdin or in a variable.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use adobe_ims::api::TokenType;
use adobe_ims::internal::value::{self, ValueKind};
use adobe_ims::token::TokenClaims;
use adobe_ims::{AccessToken, Environment, Error, ImsClient, Problem, Secret};

use crate::args::TokenArgumentFlags;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::environment::variables;
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::Connection;

/// The name of the argument that names the file of a token.
const FILE: &str = "FILE";

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

/// A token that was read, and its file if other users can read it.
pub(crate) struct TokenFile {
    pub(crate) secret: Secret,
    pub(crate) exposed: Option<PathBuf>,
}

/// Finds a token of this kind: in the file (`-` is stdin), else in the variable for this kind, else on stdin.
pub(crate) fn find(
    kind: TokenType,
    file: Option<&Path>,
    context: &Context,
) -> Result<Secret, Failure> {
    if let Some(file) = file {
        return Ok(read_kind(kind, NamedFile::new(FILE, file))?.secret);
    }
    for name in variables::of_token(kind) {
        if let Some(text) = context.variables.text(name)?.map(Secret::new) {
            let console = &context.console;
            console.detail(&format!("the token is taken from {name}"));
            return parse(kind, name, text.expose());
        }
    }
    if io::stdin().is_terminal() {
        return Err(
            Failure::usage("no token is given").with_hint("name a file, or pipe a token in")
        );
    }
    Ok(read_kind(kind, NamedFile::new(FILE, Path::new("-")))?.secret)
}

/// Reads the access token in a file, or on stdin for `-`.
pub(crate) fn read(file: &Path) -> Result<AccessToken, Failure> {
    let token = read_kind(TokenType::Access, NamedFile::new(FILE, file))?;
    Ok(AccessToken::new(token.secret)?)
}

/// Reads the token of a kind in a file, or on stdin for `-`.
pub(crate) fn read_kind(kind: TokenType, file: NamedFile<'_>) -> Result<TokenFile, Failure> {
    let content = file.read()?;
    Ok(TokenFile {
        secret: parse(kind, &file.to_string(), text(&content.bytes)?)?,
        exposed: content.exposed,
    })
}

/// Returns the content of a file of a token as text.
pub(crate) fn text(content: &[u8]) -> Result<&str, Failure> {
    str::from_utf8(content).map_err(|_| {
        let message = "the input is not text, so it is not a token";
        Error::new(Problem::TokenUnreadable, message).into()
    })
}

/// Returns the token of a kind in a text: alone, in quotes, after `Bearer`, or in JSON. `name` names the place of the
/// text.
pub(crate) fn parse(kind: TokenType, name: &str, text: &str) -> Result<Secret, Failure> {
    let value_kind = match kind {
        TokenType::Access => ValueKind::AccessToken,
        TokenType::Refresh => ValueKind::RefreshToken,
        TokenType::Device => ValueKind::DeviceToken,
        TokenType::Service => ValueKind::ServiceToken,
        TokenType::AuthorizationCode => ValueKind::Code,
        _ => ValueKind::AnyToken,
    };
    let found = value::find_token(value_kind, text).map_err(|error| {
        let is_json = kind == TokenType::Access && text.trim_start().starts_with('{');
        let error = Error::new(error.problem(), format!("{name}: {error}"));
        if is_json {
            error.with_hint("For credentials, pipe the token in: ims token -c FILE | ims …; whoami and orgs take -c themselves.")
        } else {
            error
        }
    })?;
    let token = checked(value_kind, name, found.expose())?;
    if kind == TokenType::Access {
        let token = AccessToken::new(token).map_err(|error| {
            let problem = error.problem();
            Error::new(problem, format!("{name}: {error}"))
        })?;
        return Ok(token.as_secret().clone());
    }
    Ok(token)
}

/// Returns a value, repaired. `name` names the place of a value that cannot be right.
pub(crate) fn checked(kind: ValueKind, name: &str, text: &str) -> Result<Secret, Failure> {
    match value::read(kind, text) {
        Ok(value) => Ok(value.text),
        Err(content) => Err(value::refusal(name, content).into()),
    }
}
