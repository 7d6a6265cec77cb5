//! The target of a sign-in: the client, the scopes and the name under which the session is stored.

use adobe_ims::credentials::{OauthClient, UserCredentials};
use adobe_ims::session::UserSession;
use adobe_ims::{Error, Problem};
use adobe_ims_config::{Identity, Profile};

use super::client::{self, Client};
use super::new_profile::NewProfile;
use super::stores;
use crate::args::LoginArgs;
use crate::context::Context;
use crate::environment::Variables;
use crate::error::Failure;
use crate::settings::{CacheSettings, ClientSettings, ConfigurationSource};

/// The redirect URI, unless a flag or the profile names another one; imscli has the same.
pub(crate) const REDIRECT_URI: &str = "http://localhost:8888";

/// The name of a profile for which none was given.
const DEFAULT_NAME: &str = "default";

/// The client that a person signs in with.
pub(crate) struct SignInTarget {
    /// The name of the profile, and of the session.
    pub(crate) name: String,
    pub(crate) client: OauthClient,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uri: Option<String>,
    /// The profile to write after the sign-in.
    pub(crate) new_profile: Option<NewProfile>,
}

impl SignInTarget {
    /// Finds the target of `ims login`: the selected profile, or a client in fields.
    pub(crate) fn of_login(
        args: &LoginArgs,
        settings: &ClientSettings,
        configuration: &ConfigurationSource<'_>,
        context: &Context,
    ) -> Result<Self, Failure> {
        let Client { oauth, secret } = match &settings.profile {
            Some(_) if !args.scope.is_empty() => {
                let message = "--scope goes with --client-id; the scopes of a profile are in the configuration";
                return Err(Failure::usage(message));
            }
            Some(profile) => {
                let client = || Ok(Client::find(&args.client, settings, context)?.oauth);
                return Self::of_profile(profile, client);
            }
            None => Client::find(&args.client, settings, context)?,
        };
        if secret.is_none() && !oauth.is_public() {
            let message =
                "the client secret comes from stdin, so that a profile cannot refer to it";
            return Err(Failure::usage(message).with_hint(
                "put the secret into a file that only you can read, and name the file",
            ));
        }
        let profile = NewProfile {
            name: (args.name.as_ref().or(args.profile.as_ref()))
                .map_or(DEFAULT_NAME.to_owned(), String::clone),
            client_id: oauth.client_id().to_owned(),
            environment: oauth.environment().clone(),
            secret,
            scopes: scopes(args, &context.variables)?,
            redirect_uri: args.redirect_uri.clone().or_else(|| {
                let port = args.port.filter(|port| ![0, 8888].contains(port))?;
                Some(format!("http://localhost:{port}"))
            }),
            ca_files: settings.connection.ca_files.clone(),
        };
        Ok(Self {
            name: profile.name.clone(),
            client: oauth,
            scopes: profile.scopes.clone(),
            redirect_uri: profile.redirect_uri.clone(),
            new_profile: (!profile.exists(configuration)?).then_some(profile),
        })
    }

    /// Finds the target of the selected profile, for a person who signed in with it earlier.
    pub(crate) fn of_selected(
        settings: &ClientSettings,
        context: &Context,
    ) -> Result<Self, Failure> {
        let profile = settings.profile.as_ref().ok_or_else(|| {
            Failure::usage("no profile is named, and there is no default profile")
                .with_hint("`ims profile list` lists the profiles")
        })?;
        Self::of_profile(profile, || {
            client::of_profile(profile, &settings.connection, context)
        })
    }

    /// Returns the session of the sign-in.
    pub(crate) fn user(
        &self,
        cache: &CacheSettings,
        variables: &Variables,
    ) -> Result<UserSession, Failure> {
        let sessions = stores::sessions(cache.key_file.as_deref(), variables)?;
        let sessions = sessions.ok_or_else(|| {
            let message = "there is no folder for sessions";
            Error::new(Problem::SessionUnusable, message)
        })?;
        let credentials =
            UserCredentials::new(self.client.clone(), &self.name, self.scopes.clone());
        Ok(UserSession::new(credentials, sessions))
    }

    fn of_profile(
        profile: &Profile,
        client: impl FnOnce() -> Result<OauthClient, Failure>,
    ) -> Result<Self, Failure> {
        let Identity::UserPkce {
            scopes,
            redirect_uri,
            ..
        } = &profile.identity
        else {
            let (name, kind) = (&profile.name, profile.type_name());
            let message = format!("the profile {name} is of type {kind}; it is not for signing in");
            return Err(Failure::usage(message).with_hint("use a profile of type user-pkce"));
        };
        Ok(Self {
            name: profile.name.clone(),
            client: client()?,
            scopes: scopes.clone(),
            redirect_uri: redirect_uri.clone(),
            new_profile: None,
        })
    }
}

fn scopes(args: &LoginArgs, variables: &Variables) -> Result<Vec<String>, Failure> {
    let scopes = client::scopes_or_variable(&args.scope, variables)?;
    if scopes.is_empty() {
        return Err(Failure::usage("no scopes are named")
            .with_hint("name the scopes with --scope, such as openid,AdobeID,offline_access"));
    }
    Ok(scopes)
}
