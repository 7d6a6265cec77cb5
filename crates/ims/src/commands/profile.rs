//! `ims profile`: shows the profiles of the configuration.

use adobe_ims::internal::time;
use adobe_ims_config::{Configuration, Identity};
use serde::Serialize;

use super::profile_view::{ListedProfile, ProfileJson};
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
