//! A token that asks IMS itself, and where.

use std::io::{self, IsTerminal};
use std::path::Path;

use adobe_ims::{AccessToken, Environment, ImsClient, Problem};

use crate::args::{self, IdentityFlags};
use crate::auth::acquire::{AcquiredToken, TokenAcquirer};
use crate::auth::token_argument;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::transport;

/// The token, who gets it, and how to get another one.
pub(crate) struct Caller<'a> {
    arguments: &'a args::CallerArgs,
    context: &'a Context,
    token: AccessToken,
    pub(crate) client_id: Option<String>,
    pub(crate) environment: Environment,
    /// Whose token it is, if it is one of the cache that IMS may be asked to replace.
    replaceable: Option<TokenAcquirer<'a>>,
}

impl<'a> Caller<'a> {
    pub(crate) fn find(
        arguments: &'a args::CallerArgs,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let identity = &arguments.identity;
        let (found, acquirer) = match &arguments.file {
            Some(file) => (given(file, identity)?, None),
            None => match TokenAcquirer::open(identity, context) {
                Ok(acquirer) => (acquirer.token()?, Some(acquirer)),
                Err(failure) if failure.is(CommandProblem::CredentialsMissing) => {
                    if io::stdin().is_terminal() {
                        let hint = "or name a file with a token, or pipe one in";
                        return Err(failure.with_hint(hint));
                    }
                    (given(Path::new("-"), identity)?, None)
                }
                Err(failure) => return Err(failure),
            },
        };
        let environment = match &found.environment {
            Some(url) => Environment::parse(url)?,
            None => token_argument::environment(
                identity.url.as_deref(),
                found.token.claims(),
                &context.variables,
            )?,
        };
        let replaceable = found.source == "cache" && !identity.freshness.cached_only;
        Ok(Self {
            arguments,
            context,
            token: found.token,
            client_id: found.client_id,
            environment,
            replaceable: acquirer.filter(|_| replaceable),
        })
    }

    /// Asks, and once more with another token if the one of the cache is not accepted.
    pub(crate) fn ask<T>(
        &self,
        question: impl AsyncFn(&ImsClient, &AccessToken) -> adobe_ims::Result<T>,
    ) -> Result<T, Failure> {
        self.context
            .console
            .detail(&format!("asking {}", self.environment));
        let refused = match self.context.wait(question(&self.ims()?, &self.token))? {
            Err(error) if error.problem() == Problem::TokenRefused => error,
            other => return Ok(other?),
        };
        let Some(acquirer) = &self.replaceable else {
            return Err(refused.into());
        };
        self.context
            .console
            .detail("the token from the cache was not accepted; another one is asked for");
        match acquirer.another(&self.token) {
            Ok(another) => Ok(self
                .context
                .wait(question(&self.ims()?, &another.token))??),
            Err(failure) => {
                self.context.console.notice(&format!(
                    "the token was not accepted, and no other could be had: {}",
                    failure.line()
                ));
                Err(refused.into())
            }
        }
    }

    /// With connections of its own: those of another runtime are of no use.
    fn ims(&self) -> Result<ImsClient, Failure> {
        let identity = &self.arguments.identity;
        let timeout = transport::timeout(identity.timeout, &self.context.variables)?;
        let transport = transport::transport(&identity.ca_file, timeout, &self.context.variables)?;
        Ok(ImsClient::new(transport))
    }
}

/// A token as it was given. Whose it is, it says itself, or else the flag.
fn given(file: &Path, identity: &IdentityFlags) -> Result<AcquiredToken, Failure> {
    let mut found = AcquiredToken::ready(token_argument::read(file)?);
    if let Some(client_id) = &identity.fields.client_id {
        found.client_id = Some(client_id.clone());
    }
    Ok(found)
}

/// The version of an endpoint that was asked for, or the usual one.
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
