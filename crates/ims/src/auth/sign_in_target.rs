//! Who signs in, with which client, under which name.

use std::path::{Path, PathBuf, absolute};

use adobe_ims::credentials::OauthClient;
use adobe_ims::session::UserSession;
use adobe_ims::{Environment, Error, Problem};
use adobe_ims_config::{Entry, Identity, Profile, SecretReference};

use crate::args::{ConnectionFlags, LoginArgs};
use crate::auth::client::{self, Client};
use crate::auth::stores;
use crate::commands::profile;
use crate::context::Context;
use crate::environment::variables::Variables;
use crate::error::Failure;
use crate::settings::configuration;

/// Where the browser comes back to unless something else is said; imscli has the same.
pub(crate) const REDIRECT_URI: &str = "http://localhost:8888";

/// The name of a profile for which none was given.
const NAME: &str = "default";

/// Who is to sign in.
pub(crate) struct SignInTarget {
    pub(crate) name: String,
    pub(crate) client: OauthClient,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uri: Option<String>,
    /// The profile that is to be written.
    pub(crate) new_profile: Option<NewProfile>,
}

impl SignInTarget {
    pub(crate) fn of(
        arguments: &LoginArgs,
        config: Option<&Path>,
        context: &Context,
    ) -> Result<Self, Failure> {
        let selected = arguments.client.connection.selected.as_deref();
        if let Some(profile) = selected {
            if !arguments.scope.is_empty() {
                let what = "--scope goes with --client-id; a profile says itself what it asks for";
                return Err(Failure::usage(what));
            }
            let client = || Ok(Client::find(&arguments.client, context)?.oauth);
            return Self::of_profile(profile, client);
        }
        Self::of_fields(arguments, config, context)
    }

    /// The one who signed in, or did not, under this profile.
    pub(crate) fn of_selected(
        connection: &ConnectionFlags,
        context: &Context,
    ) -> Result<Self, Failure> {
        let profile = connection.selected.as_deref().ok_or_else(|| {
            Failure::usage("no profile is named, and there is no default one")
                .with_hint("`ims profile list` shows those that there are")
        })?;
        Self::of_profile(profile, || client::of_profile(profile, connection, context))
    }

    /// Where what the sign-in leaves is kept.
    pub(crate) fn user(
        &self,
        key_file: Option<&Path>,
        variables: &Variables,
    ) -> Result<UserSession, Failure> {
        let sessions = stores::sessions(key_file, variables)?.ok_or_else(|| {
            let what = "there is no folder in which sign-ins are kept";
            Error::new(Problem::SessionUnusable, what)
        })?;
        let (client, scopes) = (self.client.clone(), self.scopes.clone());
        Ok(UserSession::new(client, sessions, &self.name, scopes))
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
            let what = format!("the profile {name} is of type {kind}; nobody signs in with it");
            return Err(
                Failure::usage(what).with_hint("people sign in with a profile of type user-pkce")
            );
        };
        Ok(Self {
            name: profile.name.clone(),
            client: client()?,
            scopes: scopes.clone(),
            redirect_uri: redirect_uri.clone(),
            new_profile: None,
        })
    }

    fn of_fields(
        arguments: &LoginArgs,
        config: Option<&Path>,
        context: &Context,
    ) -> Result<Self, Failure> {
        let Client { oauth, secret } = Client::find(&arguments.client, context)?;
        if secret.is_none() && !oauth.is_public() {
            let what = "the client secret comes from stdin, where nobody finds it the next time";
            return Err(Failure::usage(what)
                .with_hint("put it into a file that only you can read, and name that: the profile refers to it"));
        }
        let scopes = scopes(arguments, &context.variables)?;
        let name = arguments.name.clone().or_else(|| arguments.profile.clone());
        let profile = NewProfile {
            name: name.unwrap_or_else(|| NAME.to_owned()),
            client_id: oauth.client_id().to_owned(),
            environment: oauth.environment().clone(),
            secret,
            scopes: scopes.clone(),
            redirect_uri: arguments.redirect_uri.clone().or_else(|| {
                let port = arguments.port.filter(|port| ![0, 8888].contains(port))?;
                Some(format!("http://localhost:{port}"))
            }),
            ca_files: arguments.client.connection.ca_file.clone(),
        };
        let (name, redirect_uri) = (profile.name.clone(), profile.redirect_uri.clone());
        let is_there = profile.is_there(config, &context.variables)?;
        Ok(Self {
            name,
            client: oauth,
            scopes,
            redirect_uri,
            new_profile: (!is_there).then_some(profile),
        })
    }
}

fn scopes(arguments: &LoginArgs, variables: &Variables) -> Result<Vec<String>, Failure> {
    let scopes = client::scopes(&arguments.scope, true, variables)?;
    match scopes.is_empty() {
        false => Ok(scopes),
        true => Err(Failure::usage("it is not said which scopes to ask for")
            .with_hint("name them with --scope, such as openid,AdobeID,offline_access")),
    }
}

/// A profile that is written once the sign-in has gone well.
pub(crate) struct NewProfile {
    pub(crate) name: String,
    client_id: String,
    environment: Environment,
    secret: Option<SecretReference>,
    scopes: Vec<String>,
    redirect_uri: Option<String>,
    ca_files: Vec<PathBuf>,
}

impl NewProfile {
    /// Whether there is such a profile already. Another one of this name is in the way.
    fn is_there(&self, config: Option<&Path>, variables: &Variables) -> Result<bool, Failure> {
        let configuration = configuration::load(config, variables)?;
        let name = &self.name;
        let found = configuration
            .as_ref()
            .and_then(|it| it.profiles.iter().find(|it| it.name == *name));
        let Some(found) = found else {
            // Whether it can be added is better known before anybody signs in.
            let (_, mut editor) = profile::editor(config, variables)?;
            editor.add(name, &self.entry()?)?;
            return Ok(false);
        };
        if self.says(found) {
            return Ok(true);
        }
        let what = format!("there is a profile {name} already, and it says something else");
        Err(Failure::from(Error::new(Problem::ProfileExists, what))
            .with_hint(format!("`ims login {name}` signs in with what it says; with another name a new one is written")))
    }

    fn says(&self, found: &Profile) -> bool {
        let secrets = found.client().map(|client| client.secrets.as_slice());
        let environment = found.settings.environment.as_ref();
        matches!(found.identity, Identity::UserPkce { .. })
            && found.client().is_some_and(|it| it.id == self.client_id)
            && found.scopes() == self.scopes
            && environment.is_some_and(|it| it.value == self.environment)
            && match (secrets.unwrap_or_default(), &self.secret) {
                ([], None) => true,
                ([SecretReference::File(one)], Some(SecretReference::File(other))) => one == other,
                ([SecretReference::Variable(one)], Some(SecretReference::Variable(other))) => {
                    one == other
                }
                _ => false,
            }
    }

    fn entry(&self) -> Result<Entry, Failure> {
        let files = self.ca_files.iter().map(absolute);
        let files = files.collect::<Result<Vec<_>, _>>();
        let files = files.map_err(|error| Failure::usage(format!("this is no path: {error}")))?;
        let files: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        let secrets: Vec<_> = self.secret.iter().cloned().collect();
        let environment = match &self.environment {
            it if *it == Environment::production() => "prod",
            it if *it == Environment::stage() => "stage",
            other => other.base_url(),
        };
        Ok(Entry::new("user-pkce")
            .text("environment", Some(environment))
            .text("client_id", Some(&self.client_id))
            .secrets("client_secrets", &secrets)
            .list("scopes", &self.scopes)
            .text("redirect_uri", self.redirect_uri.as_deref())
            .list("ca_files", &files))
    }

    /// Writes it, and makes it the default one if there is none; the file, and whether it is. The file is read
    /// once more: minutes have passed.
    pub(crate) fn write(
        &self,
        config: Option<&Path>,
        variables: &Variables,
    ) -> Result<(PathBuf, bool), Failure> {
        let (path, mut editor) = profile::editor(config, variables)?;
        editor.add(&self.name, &self.entry()?)?;
        let is_default = editor.default_profile().is_none();
        if is_default {
            editor.set_default(&self.name)?;
        }
        editor.save()?;
        Ok((path, is_default))
    }
}
