//! The caller of an API of IMS: an access token, and the service that it is sent to.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::{AccessToken, Environment, ImsClient, Problem};

use super::acquire::TokenAcquirer;
use super::acquired_token::{AcquiredToken, TokenOrigin};
use super::token_argument;
use crate::args::CallerArgs;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::transport::ims_client;
use crate::settings::{ConfigurationSource, Lookup, TokenSettings};

/// Resolves the settings of a caller. A token that is given needs no profile, only a connection to IMS.
pub(crate) fn settings(
    args: &CallerArgs,
    source: &ConfigurationSource<'_>,
) -> Result<TokenSettings, Failure> {
    if args.file.is_some() {
        TokenSettings::without_profile(&args.identity, source)
    } else {
        TokenSettings::resolve(&args.identity, source)
    }
}

/// The token, the service that it is sent to, and a way to get another token.
pub(crate) struct Caller<'a> {
    settings: &'a TokenSettings,
    context: &'a Context,
    token: AccessToken,
    client_id: Option<String>,
    pub(crate) environment: Environment,
    /// The source of another token, if this one is from the cache and IMS may be asked.
    acquirer: Option<TokenAcquirer<'a>>,
}

impl<'a> Caller<'a> {
    pub(crate) fn find(
        args: &CallerArgs,
        settings: &'a TokenSettings,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let (found, acquirer) = match &args.file {
            Some(file) => (given(file, settings)?, None),
            None => match TokenAcquirer::open(settings, context) {
                Ok(acquirer) => (acquirer.token()?, Some(acquirer)),
                Err(failure) if failure.is(CommandProblem::CredentialsMissing) => {
                    if io::stdin().is_terminal() {
                        let hint = "or name a file with a token, or pipe one in";
                        return Err(failure.with_hint(hint));
                    }
                    (given(Path::new("-"), settings)?, None)
                }
                Err(failure) => return Err(failure),
            },
        };
        let environment = match &found.environment {
            Some(url) => Environment::parse(url)?,
            None => token_argument::environment(&settings.connection, found.token.claims())?,
        };
        let is_replaceable =
            found.origin == TokenOrigin::Cache && settings.lookup != Lookup::CacheOnly;
        Ok(Self {
            settings,
            context,
            token: found.token,
            client_id: found.client_id,
            environment,
            acquirer: acquirer.filter(|_| is_replaceable),
        })
    }

    /// Returns the client that the token was issued to.
    pub(crate) fn client_id(&self) -> Result<&str, Failure> {
        let client_id = self.client_id.as_deref();
        client_id.ok_or_else(token_argument::client_unknown)
    }

    /// Sends a request, and once more with another token if IMS does not accept the one of the cache.
    pub(crate) fn ask<T>(
        &self,
        request: impl AsyncFn(&ImsClient, &AccessToken) -> adobe_ims::Result<T>,
    ) -> Result<T, Failure> {
        let (context, console) = (self.context, &self.context.console);
        console.detail(&format!("asking {}", self.environment));
        let refused = match context.wait(request(&self.ims()?, &self.token))? {
            Err(error) if error.problem() == Problem::TokenRefused => error,
            other => return Ok(other?),
        };
        let Some(acquirer) = &self.acquirer else {
            return Err(refused.into());
        };
        console.detail("the token from the cache was not accepted; another one is requested");
        match acquirer.replace(&self.token) {
            Ok(other) => Ok(context.wait(request(&self.ims()?, &other.token))??),
            Err(failure) => {
                console.notice(&format!(
                    "the token was not accepted, and no other could be fetched: {}",
                    failure.line()
                ));
                Err(refused.into())
            }
        }
    }

    /// Makes a client with new connections: IMS may have closed the earlier ones while another token was fetched.
    fn ims(&self) -> Result<ImsClient, Failure> {
        ims_client(&self.settings.connection, &self.context.variables)
    }
}

/// Reads a token that the caller passes. The flag names its client if the token does not.
fn given(file: &Path, settings: &TokenSettings) -> Result<AcquiredToken, Failure> {
    let mut found = AcquiredToken::given(token_argument::read(file)?);
    if let Some(client_id) = &settings.fields.client_id {
        found.client_id = Some(client_id.clone());
    }
    Ok(found)
}

/// Returns the version of an endpoint that was asked for, or the usual one.
pub(crate) fn version<V: Copy + Default + ToString + std::str::FromStr>(
    asked: Option<&str>,
    all: &[V],
) -> Result<V, Failure> {
    let Some(asked) = asked else {
        return Ok(V::default());
    };
    asked.parse().map_err(|_| {
        let all: Vec<_> = all.iter().map(ToString::to_string).collect();
        Failure::usage(format!("--api-version takes one of: {}", all.join(", ")))
    })
}
