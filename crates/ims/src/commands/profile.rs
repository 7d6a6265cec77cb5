//! `ims profile`: several identities side by side.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims::{Clock, Problem, Secret};
use adobe_ims_config::{
    Configuration, Editor, Entry, Identity, Profile, SecretReference, Surroundings, environment,
    keep_secret,
};
use serde::Serialize;

use super::profile_import;
use crate::args::{Binding, ProfileAdd, ProfileCommand, ProfileShow, TextFormat};
use crate::auth::sessions;
use crate::console::Console;
use crate::console::{rows, table};
use crate::context::Context;
use crate::environment::variables::Variables;
use crate::error::{CommandProblem, Failure};
use crate::settings::configuration;

pub(crate) fn run(
    command: &ProfileCommand,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        ProfileCommand::List { output } => {
            let loaded = configuration::load(config, &context.variables)?;
            list(&loaded.unwrap_or_default(), *output, context)
        }
        ProfileCommand::Show(arguments) => match configuration::load(config, &context.variables)? {
            Some(configuration) => show(arguments, &configuration, context),
            None => Err(configuration::no_configuration(config, &context.variables)?),
        },
        ProfileCommand::Add(arguments) => add(arguments, config, context),
        ProfileCommand::Import(arguments) => profile_import::run(arguments, config, context),
        ProfileCommand::Use { name } => {
            let (path, mut editor) = editor(config, &context.variables)?;
            editor.set_default(name)?;
            editor.save()?;
            told(
                &context.console,
                &path,
                &format!("{name} is the default profile"),
            )
        }
        ProfileCommand::Remove { name } => {
            refuse_signed_in(name, config, &context.variables)?;
            let (path, mut editor) = editor(config, &context.variables)?;
            let was_default = editor.default_profile() == Some(name);
            editor.remove(name)?;
            editor.save()?;
            if was_default {
                context
                    .console
                    .notice("it was the default profile; there is none now");
            }
            told(&context.console, &path, &format!("{name} is removed"))
        }
    }
}

/// What a sign-in left could not be found again, nor revoked.
fn refuse_signed_in(
    name: &str,
    config: Option<&Path>,
    variables: &Variables,
) -> Result<(), Failure> {
    let Some(configuration) = configuration::load(config, variables)? else {
        return Ok(());
    };
    let profile = configuration.profile(name)?;
    match sessions::of_profile(profile, &configuration.defaults, variables)? {
        None => Ok(()),
        Some(_) => {
            let what = format!("somebody is signed in with the profile {name}");
            Err(
                Failure::new(CommandProblem::ProfileSignedIn, what).with_hint(format!(
                    "`ims logout {name}` signs them out first; with --local it asks nobody"
                )),
            )
        }
    }
}

/// The file as it is now, or a new one, to be changed; and where it is.
pub(crate) fn editor(
    config: Option<&Path>,
    variables: &Variables,
) -> Result<(PathBuf, Editor), Failure> {
    let Some(place) = configuration::path(config, variables)? else {
        return Err(configuration::no_configuration(config, variables)?);
    };
    let path = std::path::absolute(&place.value)
        .map_err(|error| Failure::unexpected(format!("no current directory: {error}")))?;
    let machine = configuration::machine(variables);
    let editor = match machine.read(&path) {
        Ok(content) => {
            let text = str::from_utf8(&content.bytes).unwrap_or("\u{0}");
            Editor::new(&path, Some(text))?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Editor::new(&path, None)?,
        Err(error) => {
            let what = format!("the configuration {path:?} cannot be read: {error}");
            return Err(adobe_ims::Error::new(Problem::FileUnreadable, what).into());
        }
    };
    Ok((path, editor))
}

/// Adds where the profile's secrets and tokens may go, and writes the file, after the secrets that it is to
/// refer to.
pub(super) fn finish(
    (path, mut editor): (PathBuf, Editor),
    name: &str,
    (entry, copies): (Entry, &[(PathBuf, Secret)]),
    binding: &Binding,
    console: &Console,
) -> Result<(), Failure> {
    if let Some(text) = &binding.environment {
        environment(text)?;
    }
    let entry = entry
        .text("environment", binding.environment.as_deref())
        .list("targets", &binding.target);
    editor.add(name, &entry)?;
    // As at a sign-in: whoever has one identity need not name it.
    let is_default = binding.default || editor.default_profile().is_none();
    if is_default {
        editor.set_default(name)?;
    }
    for (copy, secret) in copies {
        keep_secret(copy, secret)?;
        console.detail(&format!("{copy:?} is written, for you alone"));
    }
    editor.save()?;
    let what = match is_default {
        true => format!("{name} is added, as the default profile"),
        false => format!("{name} is added"),
    };
    told(console, &path, &what)
}

fn told(console: &Console, path: &Path, what: &str) -> Result<(), Failure> {
    console.result(&format!("{what} ({})", path.display()))
}

fn add(arguments: &ProfileAdd, config: Option<&Path>, context: &Context) -> Result<(), Failure> {
    let one = |reference: &Option<SecretReference>| -> Result<Vec<SecretReference>, Failure> {
        reference.iter().map(absolute).collect()
    };
    let client_secrets = arguments.client_secret.iter().map(absolute);
    let client_secrets = client_secrets.collect::<Result<Vec<_>, _>>()?;
    let entry = Entry::new(&arguments.type_name)
        .secrets("credentials", &one(&arguments.credentials)?)
        .text("context", arguments.context.as_deref())
        .text("client_id", arguments.client_id.as_deref())
        .secrets("client_secrets", &client_secrets)
        .text("org_id", arguments.org.as_deref())
        .list("scopes", &arguments.scope)
        .list("metascopes", &arguments.metascope)
        .text(
            "technical_account_id",
            arguments.technical_account.as_deref(),
        )
        .secrets("private_key", &one(&arguments.private_key)?)
        .secrets("passphrase", &one(&arguments.passphrase)?)
        .secrets("token", &one(&arguments.token)?)
        .text("redirect_uri", arguments.redirect_uri.as_deref())
        .secrets("code", &one(&arguments.code)?)
        .text("device_id", arguments.device_id.as_deref())
        .secrets("device_token", &one(&arguments.device_token)?);
    let editor = editor(config, &context.variables)?;
    let binding = &arguments.binding;
    finish(editor, &arguments.name, (entry, &[]), binding, &context.console).map_err(|failure| {
        match failure.is(Problem::ProfileIncomplete) {
            true => failure.with_hint("each key is a flag here: `client_secrets` is --client-secret, `scopes` is --scope, `org_id` is --org; see --help"),
            false => failure,
        }
    })
}

/// On the command line a path starts in the current directory, in the configuration it would not. `~/`, which
/// no shell sees behind `file:`, means the same there.
fn absolute(reference: &SecretReference) -> Result<SecretReference, Failure> {
    match reference {
        SecretReference::File(path) if path.starts_with("~") => Ok(reference.clone()),
        SecretReference::File(path) => match std::path::absolute(path) {
            Ok(path) => Ok(SecretReference::File(path)),
            Err(error) => Err(Failure::usage(format!("this is no path: {error}"))),
        },
        other => Ok(other.clone()),
    }
}

fn list(
    configuration: &Configuration,
    output: TextFormat,
    context: &Context,
) -> Result<(), Failure> {
    let now = context.now();
    let session = |profile: &Profile| sessions::known_of(profile, &configuration.defaults, context);
    let default = configuration.default_profile.as_ref();
    let is_default = |name: &str| default.is_some_and(|it| it.value == name);
    let profiles = &configuration.profiles;
    warn_orphans(configuration, context);
    match output {
        TextFormat::Json => context.console.json(&ProfilesJson {
            schema: "ims.profiles/1",
            profiles: profiles
                .iter()
                .map(|it| ProfileJson::of(it, is_default(&it.name), session(it).as_ref(), now))
                .collect(),
        }),
        TextFormat::Text if profiles.is_empty() => Ok(()),
        TextFormat::Text => {
            let signs_in = |it: &Profile| matches!(it.identity, Identity::UserPkce { .. });
            let last = match profiles.iter().any(signs_in) {
                true => "signed in",
                false => "",
            };
            let head = ["", "profile", "type", "client", "targets", last].map(str::to_owned);
            let rows = profiles.iter().map(|profile| {
                let mark = if is_default(&profile.name) { "*" } else { "" };
                let client = profile.client().map(|it| it.id.clone());
                let targets = profile.targets.as_ref().map(|it| it.value.join(", "));
                [
                    mark.to_owned(),
                    profile.name.clone(),
                    profile.type_name().to_owned(),
                    client.unwrap_or_default(),
                    targets.unwrap_or_default(),
                    sessions::state(profile, session(profile).as_ref(), now),
                ]
            });
            let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
            context.console.result(&table::aligned(&rows))
        }
    }
}

/// Nobody else would say that these are there.
fn warn_orphans(configuration: &Configuration, context: &Context) {
    let orphans = match sessions::orphans(configuration, &context.variables) {
        Ok(orphans) => orphans,
        Err(failure) => return context.console.notice(&failure.line()),
    };
    for (key, session) in orphans {
        let name = rows::clean(key.name());
        context.console.notice(&format!(
            "a sign-in is kept that no profile names: {name}, of client {:?} at {}, until {}; with a profile {name} of type user-pkce for this client, `ims logout {name}` ends it",
            key.client_id(),
            key.environment(),
            time::display(session.ends_at()),
        ));
    }
}

fn show(
    arguments: &ProfileShow,
    configuration: &Configuration,
    context: &Context,
) -> Result<(), Failure> {
    let default = configuration.default_profile.as_ref();
    let default = default.map(|it| it.value.as_str());
    let name = arguments.name.as_deref().or(default).ok_or_else(|| {
        Failure::usage("no profile is named, and there is no default one")
            .with_hint("`ims profile list` shows those that there are")
    })?;
    let profile = configuration.profile(name)?;
    let now = context.now();
    let session = sessions::known_of(profile, &configuration.defaults, context);
    let told = ProfileJson::of(profile, default == Some(name), session.as_ref(), now);
    let state = sessions::state(profile, session.as_ref(), now);
    match arguments.output {
        TextFormat::Json => context.console.json(&told),
        TextFormat::Text => context.console.result(&table::aligned(&told.rows(state))),
    }
}

#[derive(Serialize)]
struct ProfilesJson<'a> {
    schema: &'static str,
    profiles: Vec<ProfileJson<'a>>,
}

/// `ims.profile/1`: fields are added, never removed.
#[derive(Serialize)]
struct ProfileJson<'a> {
    schema: &'static str,
    name: &'a str,
    #[serde(rename = "type")]
    type_name: &'static str,
    default: bool,
    place: String,
    environment: Option<&'a str>,
    client_id: Option<&'a str>,
    org_id: Option<&'a str>,
    scopes: &'a [String],
    targets: Option<&'a [String]>,
    secrets: Vec<SecretJson>,
    sign_in: Option<SignInJson>,
}

/// What a sign-in left.
#[derive(Serialize)]
struct SignInJson {
    user_id: Option<String>,
    signed_in_at: Option<String>,
    ends_at: Option<String>,
    over: bool,
}

/// Where a secret is.
#[derive(Serialize)]
struct SecretJson {
    key: &'static str,
    place: String,
}

impl<'a> ProfileJson<'a> {
    fn of(profile: &'a Profile, default: bool, session: Option<&Session>, now: SystemTime) -> Self {
        let client = profile.client();
        let secrets = profile.secrets().into_iter();
        Self {
            schema: "ims.profile/1",
            name: &profile.name,
            type_name: profile.type_name(),
            default,
            place: profile.place.to_string(),
            environment: (profile.settings.environment.as_ref()).map(|it| it.value.base_url()),
            client_id: client.map(|it| it.id.as_str()),
            org_id: client.and_then(|it| it.organization_id.as_deref()),
            scopes: profile.scopes(),
            targets: profile.targets.as_ref().map(|it| it.value.as_slice()),
            secrets: secrets
                .map(|(key, place)| SecretJson {
                    key,
                    place: place.to_string(),
                })
                .collect(),
            sign_in: session.map(|session| SignInJson {
                user_id: session.user_id.clone(),
                signed_in_at: time::rfc3339(session.signed_in_at),
                ends_at: time::rfc3339(session.ends_at()),
                over: sessions::is_over(session, now),
            }),
        }
    }

    fn rows(&self, state: String) -> Vec<[String; 2]> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let name = match self.default {
            true => format!("{} (default)", self.name),
            false => self.name.to_owned(),
        };
        let mut rows = vec![
            ("profile", name),
            ("type", self.type_name.to_owned()),
            ("place", self.place.clone()),
            ("environment", text(self.environment)),
            ("client_id", text(self.client_id)),
            ("org_id", text(self.org_id)),
            ("scopes", self.scopes.join(", ")),
            ("targets", self.targets.unwrap_or_default().join(", ")),
            ("signed in", state),
        ];
        rows.extend(self.secrets.iter().map(|it| (it.key, it.place.clone())));
        rows.retain(|(_, value)| !value.is_empty());
        let named = rows.into_iter();
        named
            .map(|(name, value)| [name.to_owned(), value])
            .collect()
    }
}
