//! `ims profile list`.

use adobe_ims_config::{Configuration, Identity, Profile, SecretReference, Settings};
use serde::Serialize;

use super::cells;
use super::profile_view::{ListedProfile, ProfileJson};
use crate::args::TextFormat;
use crate::auth::sessions;
use crate::console::Stream;
use crate::console::colour::{Palette, Tone};
use crate::console::table::{Cell, Column, Table};
use crate::console::wrap::line_width;
use crate::context::Context;
use crate::error::Failure;

pub(super) fn run(
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
        TextFormat::Text => {
            let width = line_width(Stream::Stdout);
            let palette = context.palette(Stream::Stdout);
            let text = as_text(&profiles, defaults, width, palette);
            context.console.result(&text)
        }
    }
}

#[derive(Serialize)]
struct ProfilesJson<'a> {
    schema: &'static str,
    profiles: Vec<ProfileJson<'a>>,
}

/// Warns about sessions that belong to no profile.
fn warn_orphans(configuration: &Configuration, context: &Context) {
    let console = &context.console;
    match sessions::orphans(configuration, &context.variables) {
        Err(failure) => console.notice(&failure.line()),
        Ok(orphans) => {
            for (key, session) in orphans {
                console.notice(&sessions::orphan_note(&key, &session));
            }
        }
    }
}

fn as_text(
    profiles: &[ListedProfile<'_>],
    defaults: &Settings,
    width: usize,
    palette: Palette,
) -> String {
    let differences = differences(profiles, defaults);
    let mut columns = vec![
        Column::whole(""),
        Column::ends("profile", 10).kept_longest(),
        Column::start("type", 9),
        Column::start("environment", 5),
        Column::ends("credentials", 10),
        Column::start("targets", 8),
    ];
    columns.extend(differences.iter().map(|it| Column::ends(it.title, 8)));
    columns.push(Column::whole("sign-in ends"));
    let mut table = Table::new(columns);
    for listed in profiles {
        let profile = listed.profile;
        let mark = if listed.is_default { "*" } else { "" };
        let mut cells = vec![Cell::new(mark), Cell::new(&profile.name)];
        cells.extend(shown(profile, defaults).iter().map(Cell::new));
        cells.extend(differences.iter().map(|it| Cell::new((it.text)(profile))));
        cells.push(sign_in(listed));
        table.push(cells);
    }
    table.fit(width, palette)
}

/// Returns the cells that every list has: type, environment, credentials and targets.
fn shown(profile: &Profile, defaults: &Settings) -> [String; 4] {
    let targets = profile.targets.iter().flat_map(|it| &it.value);
    let targets: Vec<&str> = targets.map(|it| cells::host(it)).collect();
    [
        profile.type_name().to_owned(),
        environment(profile, defaults),
        credentials(profile),
        targets.join(", "),
    ]
}

/// Returns the identity service that the configuration names. A document or a token names its own.
fn environment(profile: &Profile, defaults: &Settings) -> String {
    let own = profile.settings.environment.as_ref();
    let general = defaults.environment.as_ref();
    let named = own.or(general.filter(|_| profile.client().is_some()));
    match named {
        Some(named) => cells::environment(named.value.base_url()).to_owned(),
        None if profile.client().is_some() => "prod".to_owned(),
        None => String::new(),
    }
}

/// Returns the client id, or the place of the document or the token.
fn credentials(profile: &Profile) -> String {
    if let Some(client) = profile.client() {
        return client.id.clone();
    }
    let secrets = profile.secrets();
    secrets.first().map(|(_, it)| place(it)).unwrap_or_default()
}

fn place(reference: &SecretReference) -> String {
    match reference {
        SecretReference::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str());
            name.to_string_lossy().into_owned()
        }
        SecretReference::Variable(name) => format!("${name}"),
        other => other.to_string(),
    }
}

fn sign_in(listed: &ListedProfile<'_>) -> Cell {
    match &listed.session {
        _ if !matches!(listed.profile.identity, Identity::UserPkce { .. }) => Cell::new(""),
        None => Cell::toned("no sign-in", Tone::Faint),
        Some(session) if sessions::is_over(session, listed.now) => {
            Cell::toned("ended", Tone::Problem)
        }
        Some(session) => Cell::new(cells::day(session.expires_at())),
    }
}

/// A column that is shown only where profiles would look alike without it.
#[derive(Clone, Copy)]
struct Difference {
    title: &'static str,
    text: fn(&Profile) -> String,
}

const DIFFERENCES: [Difference; 4] = [
    Difference {
        title: "organisation",
        text: |profile| {
            let client = profile.client();
            let id = client.and_then(|it| it.organization_id.clone());
            id.unwrap_or_default()
        },
    },
    Difference {
        title: "scopes",
        text: |profile| profile.scopes().join(","),
    },
    Difference {
        title: "account",
        text: |profile| account(profile).to_owned(),
    },
    Difference {
        title: "secrets",
        text: |profile| {
            let secrets = profile.secrets();
            let places = secrets.iter().map(|(_, it)| it.to_string());
            places.collect::<Vec<_>>().join(", ")
        },
    },
];

/// Returns the one field beside client, scopes and secrets that changes which token IMS issues.
fn account(profile: &Profile) -> &str {
    match &profile.identity {
        Identity::Jwt {
            technical_account_id: id,
            ..
        } => id,
        Identity::OauthServerToServer {
            technical_account_id: id,
            ..
        } => id.as_deref().unwrap_or_default(),
        Identity::Document { context, .. } => context.as_deref().unwrap_or_default(),
        Identity::Device { device_id, .. } => device_id,
        _ => "",
    }
}

/// Returns columns that tell apart that tell apart the profiles whose other cells are equal.
fn differences(profiles: &[ListedProfile<'_>], defaults: &Settings) -> Vec<Difference> {
    let mut chosen: Vec<Difference> = Vec::new();
    for (at, one) in profiles.iter().enumerate() {
        let is_alike = |other: &&ListedProfile<'_>| {
            shown(one.profile, defaults) == shown(other.profile, defaults)
        };
        for other in profiles[at + 1..].iter().filter(is_alike) {
            let differs = |it: &&Difference| (it.text)(one.profile) != (it.text)(other.profile);
            if chosen.iter().any(|it| differs(&it)) {
                continue;
            }
            chosen.extend(DIFFERENCES.iter().find(differs));
        }
    }
    chosen
}
