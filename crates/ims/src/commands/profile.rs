//! `ims profile`: shows the profiles of the configuration.

use adobe_ims_config::Configuration;

use super::profile_view::{ListedProfile, ProfileJson};
use super::{profile_change, profile_import, profile_list};
use crate::args::{ProfileCommand, ProfileShow, TextFormat};
use crate::auth::sessions;
use crate::console::table;
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
            profile_list::run(&configuration, *output, context)
        }
        ProfileCommand::Show(args) => show(args, &source.load_existing()?, context),
        ProfileCommand::Add(args) => profile_change::add(args, source, context),
        ProfileCommand::Import(args) => profile_import::run(args, source, context),
        ProfileCommand::Use { name } => profile_change::make_default(name, source, context),
        ProfileCommand::Remove { name } => profile_change::remove(name, source, context),
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
