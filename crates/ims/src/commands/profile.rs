//! `ims profile`: shows the profiles of the configuration.

use std::time::SystemTime;

use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims_config::{Configuration, Identity, Profile};
use serde::Serialize;

use super::{profile_change, profile_import};
use crate::args::{ProfileCommand, ProfileShow, TextFormat};
use crate::auth::sessions;
use crate::console::{rows, table};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    command: &ProfileCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        ProfileCommand::List { output } => {
            let configuration = source.load()?.unwrap_or_default();
            list(&configuration, *output, context)
        }
        ProfileCommand::Show(args) => show(args, &source.load_existing()?, context),
        ProfileCommand::Add(args) => profile_change::add(args, source, context),
        ProfileCommand::Import(args) => profile_import::run(args, source, context),
        ProfileCommand::Use { name } => profile_change::make_default(name, source, context),
        ProfileCommand::Remove { name } => profile_change::remove(name, source, context),
    }
}

fn list(
    configuration: &Configuration,
    output: TextFormat,
    context: &Context,
) -> Result<(), Failure> {
    warn_orphans(configuration, context);
    for unusable in &configuration.unusable_profiles {
        let line = Failure::from(unusable.error.clone()).line();
        context.console.notice(&line);
    }
    let default = configuration.default_profile.as_ref();
    let is_default = |name: &str| default.is_some_and(|it| it.value == name);
    let defaults = &configuration.defaults;
    let profiles = configuration.profiles.iter().map(|profile| ListedProfile {
        profile,
        is_default: is_default(&profile.name),
        session: sessions::of_profile_or_note(profile, defaults, context),
        now: context.now(),
    });
    let profiles: Vec<_> = profiles.collect();
    match output {
        TextFormat::Json => context.console.json(&ProfilesJson {
            schema: "ims.profiles/1",
            profiles: profiles.iter().map(ProfileJson::of).collect(),
        }),
        TextFormat::Text if profiles.is_empty() => Ok(()),
        TextFormat::Text => context.console.result(&as_table(&profiles)),
    }
}

/// A profile and what is known beside the configuration.
struct ListedProfile<'a> {
    profile: &'a Profile,
    is_default: bool,
    session: Option<Session>,
    now: SystemTime,
}

impl ListedProfile<'_> {
    /// Returns the state of the sign-in.
    fn state(&self) -> String {
        sessions::state(self.profile, self.session.as_ref(), self.now)
    }
}

fn as_table(profiles: &[ListedProfile<'_>]) -> String {
    let has_sign_in = profiles
        .iter()
        .any(|it| matches!(it.profile.identity, Identity::UserPkce { .. }));
    let last = if has_sign_in { "signed in" } else { "" };
    let head = ["", "profile", "type", "client", "targets", last].map(str::to_owned);
    let rows = profiles.iter().map(|listed| {
        let profile = listed.profile;
        let client = profile.client().map(|it| it.id.clone());
        let targets = profile.targets.as_ref().map(|it| it.value.join(", "));
        [
            if listed.is_default { "*" } else { "" }.to_owned(),
            profile.name.clone(),
            profile.type_name().to_owned(),
            client.unwrap_or_default(),
            targets.unwrap_or_default(),
            listed.state(),
        ]
    });
    table::aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

/// Warns about sessions that belong to no profile: no other command shows them.
fn warn_orphans(configuration: &Configuration, context: &Context) {
    let console = &context.console;
    let orphans = match sessions::orphans(configuration, &context.variables) {
        Ok(orphans) => orphans,
        Err(failure) => return console.notice(&failure.line()),
    };
    for (key, session) in orphans {
        let name = rows::clean(key.name());
        console.notice(&format!(
            "a session belongs to no profile: {name}, of client {:?} at {}, until {}; to end it, add a profile {name} of type user-pkce for this client, then run `ims logout {name}`",
            key.client_id(),
            key.environment(),
            time::display(session.expires_at()),
        ));
    }
}

fn show(
    args: &ProfileShow,
    configuration: &Configuration,
    context: &Context,
) -> Result<(), Failure> {
    let profile = match &args.name {
        Some(name) => configuration.profile(name)?,
        None => configuration.default_profile()?.ok_or_else(|| {
            Failure::usage("no profile is named, and there is no default profile")
                .with_hint("`ims profile list` lists the profiles")
        })?,
    };
    let default = configuration.default_profile.as_ref();
    let listed = ListedProfile {
        profile,
        is_default: default.is_some_and(|it| it.value == profile.name),
        session: sessions::of_profile_or_note(profile, &configuration.defaults, context),
        now: context.now(),
    };
    let json = ProfileJson::of(&listed);
    match args.output {
        TextFormat::Json => context.console.json(&json),
        TextFormat::Text => {
            let rows = json.rows(listed.state());
            context.console.result(&table::aligned(&rows))
        }
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

/// The session of a sign-in.
#[derive(Serialize)]
struct SignInJson {
    user_id: Option<String>,
    signed_in_at: Option<String>,
    ends_at: Option<String>,
    over: bool,
}

/// The place of a secret.
#[derive(Serialize)]
struct SecretJson {
    key: &'static str,
    place: String,
}

impl<'a> ProfileJson<'a> {
    fn of(listed: &ListedProfile<'a>) -> Self {
        let profile = listed.profile;
        let client = profile.client();
        let secrets = profile.secrets().into_iter();
        Self {
            schema: "ims.profile/1",
            name: &profile.name,
            type_name: profile.type_name(),
            default: listed.is_default,
            place: profile.location.to_string(),
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
            sign_in: listed.session.as_ref().map(|session| SignInJson {
                user_id: session.user_id.clone(),
                signed_in_at: time::rfc3339(session.signed_in_at),
                ends_at: time::rfc3339(session.expires_at()),
                over: sessions::is_over(session, listed.now),
            }),
        }
    }

    fn rows(&self, state: String) -> Vec<[String; 2]> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let name = if self.default {
            format!("{} (default)", self.name)
        } else {
            self.name.to_owned()
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
