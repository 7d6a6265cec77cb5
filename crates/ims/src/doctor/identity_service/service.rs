//! The identity service that is examined.

use adobe_ims::credentials::OauthClient;
use adobe_ims::{AccessToken, Credentials, Environment};

use crate::auth::token_argument;
use crate::doctor::subject::Subject;
use crate::settings::Connection;

/// Returns the service that the credentials or the settings name, or the reason why none is known. Production is not
/// assumed: without credentials nobody means it.
pub(super) fn find(subject: &Subject<'_>) -> Result<Environment, String> {
    let connection = &subject.settings.connection;
    match subject.examination.token_of_variable() {
        Some(Ok(token)) => {
            let token = AccessToken::new(token.clone());
            return of_token(connection, token.ok().as_ref());
        }
        Some(Err(_)) => return named(connection, "the token cannot be read"),
        None => {}
    }
    match subject.credentials() {
        Some(Credentials::AccessToken(token)) => of_token(connection, Some(token)),
        Some(credentials) => of_credentials(credentials)
            .ok_or_else(|| "these credentials name no identity service".to_owned()),
        None => named(connection, "there are no credentials that can be used"),
    }
}

fn named(connection: &Connection, lack: &str) -> Result<Environment, String> {
    match connection.service() {
        Ok(Some(environment)) => Ok(environment),
        Ok(None) => Err(format!("{lack}, and --url names no identity service")),
        Err(failure) => Err(failure.message().to_owned()),
    }
}

/// Returns the service that issued a token. A token that names none is not sent to Adobe on suspicion.
fn of_token(connection: &Connection, token: Option<&AccessToken>) -> Result<Environment, String> {
    let claims = token.and_then(AccessToken::claims);
    let names_issuer = claims.is_some_and(|claims| claims.authorization_server.is_some());
    if !names_issuer {
        return named(connection, "the token does not say who issued it");
    }
    token_argument::environment(connection, claims)
        .map_err(|failure| format!("{}; --url names one", failure.message()))
}

fn of_credentials(credentials: &Credentials) -> Option<Environment> {
    Some(match credentials {
        Credentials::Service(service) => service.environment().clone(),
        other => client(other)?.environment().clone(),
    })
}

/// Returns the OAuth client of credentials that have one.
pub(super) fn client(credentials: &Credentials) -> Option<&OauthClient> {
    Some(match credentials {
        Credentials::OauthServerToServer(oauth) => oauth.client(),
        Credentials::User(user) => user.client(),
        Credentials::PermanentCode(code) => code.client(),
        Credentials::Device(device) => device.client(),
        _ => return None,
    })
}
