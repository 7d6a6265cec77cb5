//! `ims config`: the configuration, and the origin of every value.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims_config::precedence::{Origin, Resolved, Sourced};
use adobe_ims_config::{ConfigProblem, Profile};
use serde::Serialize;

use crate::args::{ConfigCommand, ConfigShow, TextFormat};
use crate::console::table;
use crate::context::Context;
use crate::environment::{Variables, machine};
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::settings::{
    CompetingVariables, ConfigurationSource, ProfileSelection, SelectionFlags, SettingFlags,
    SettingLayers,
};

/// Returns the exit code: a check that finds a mistake is a result.
pub(super) fn run(
    command: &ConfigCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        ConfigCommand::Path => path(source, context)?,
        ConfigCommand::Show(args) => show(args, source, context)?,
        ConfigCommand::Check => return check(source, context),
    }
    Ok(0)
}

fn path(source: &ConfigurationSource<'_>, context: &Context) -> Result<(), Failure> {
    match source.path()? {
        Some(place) => context.console.result(&place.value.to_string_lossy()),
        None => Err(source.missing()),
    }
}

/// A setting, its value and the values that it overrules, as text.
struct Row {
    name: &'static str,
    value: String,
    origin: Origin,
    overruled: Vec<(String, Origin)>,
}

impl Row {
    fn of<T>(
        name: &'static str,
        decision: Option<Resolved<T>>,
        in_words: impl Fn(T) -> String,
    ) -> Option<Self> {
        let Resolved {
            effective,
            overruled,
        } = decision?;
        let in_words = |given: Sourced<T>| (in_words(given.value), given.origin);
        let (value, origin) = in_words(effective);
        Some(Self {
            name,
            value,
            origin,
            overruled: overruled.into_iter().map(in_words).collect(),
        })
    }
}

fn show(
    args: &ConfigShow,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let place = source.path()?;
    let loaded = source.load()?;
    let exists = loaded.is_some();
    let configuration = loaded.unwrap_or_default();
    let selection = ProfileSelection::resolve(
        &SelectionFlags::of_identity(&args.identity),
        CompetingVariables::AnyCredentials,
        Some(&configuration),
        &context.variables,
    )?;
    if selection.name().is_some() && !exists {
        return Err(source.missing());
    }
    let profile = selection.find(&configuration)?;
    let layers = SettingLayers {
        flags: SettingFlags::of_identity(&args.identity),
        variables: &context.variables,
        profile,
        defaults: &configuration.defaults,
    };
    let rows = rows(selection.profile, &layers)?;
    if let Err(refused) = layers.check_identity_service() {
        context.console.notice(&refused.line());
    }
    if args.output == TextFormat::Json {
        return context.console.json(&ConfigJson {
            schema: "ims.config/1",
            path: place.map(|it| it.value.to_string_lossy().into_owned()),
            exists,
            profile: profile.map(|it| it.name.as_str()),
            credentials: selection.overridden_by,
            settings: rows.iter().map(SettingJson::of).collect(),
        });
    }
    if let Some(place) = &place {
        let mut line = place.value.display().to_string();
        if !exists {
            line.push_str(" (not there)");
        }
        if args.origin {
            line.push_str(&format!("  {}", place.origin));
        }
        context.console.result(&line)?;
    }
    if let (Some(overriding), Some(_)) = (selection.overridden_by, rows.first()) {
        let message = format!("{overriding} names the credentials, not a profile");
        context.console.notice(&message);
    }
    context.console.result(&if args.origin {
        with_origins(&rows)
    } else {
        without_origins(&rows)
    })
}

fn rows(
    profile: Option<Resolved<String>>,
    layers: &SettingLayers<'_>,
) -> Result<Vec<Row>, Failure> {
    let path = |path: PathBuf| path.to_string_lossy().into_owned();
    let paths = |paths: Vec<PathBuf>| {
        let shown: Vec<_> = paths.iter().map(|it| it.to_string_lossy()).collect();
        shown.join(", ")
    };
    let on_or_off = |on: bool| if on { "on" } else { "off" }.to_owned();
    let rows = [
        Row::of("profile", profile, |name| name),
        Row::of("environment", layers.environment()?, |url| url),
        Row::of("min_ttl", layers.min_ttl(), duration),
        Row::of("timeout", layers.timeout()?, duration),
        Row::of("retries", layers.retries()?, |number| number.to_string()),
        Row::of("ca_files", layers.ca_files(), paths),
        Row::of("passphrase_file", layers.passphrase_file(), path),
        Row::of("cache", layers.cache(), on_or_off),
        Row::of("cache_key_file", layers.cache_key_file(), path),
    ];
    Ok(rows.into_iter().flatten().collect())
}

fn without_origins(rows: &[Row]) -> String {
    let cells = rows
        .iter()
        .map(|row| [row.name.to_owned(), row.value.clone()]);
    table::aligned(&cells.collect::<Vec<_>>())
}

fn duration(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis()),
    }
}

fn with_origins(rows: &[Row]) -> String {
    let mut cells = Vec::new();
    for row in rows {
        let name = row.name.to_owned();
        cells.push([name, row.value.clone(), row.origin.to_string()]);
        for (value, origin) in &row.overruled {
            cells.push([String::new(), format!("not {value}"), origin.to_string()]);
        }
    }
    table::aligned(&cells)
}

/// The facts that the check has not found out.
const READABLE: &str = "readable means that the secrets were fetched and have the right form, not that IMS accepts them; `ims doctor -p NAME` finds that out";

/// Reports the mistakes in profiles, and fetches all secrets of every other profile.
fn check(source: &ConfigurationSource<'_>, context: &Context) -> Result<i32, Failure> {
    let configuration = source.load_existing()?;
    let console = &context.console;
    let mut code = 0;
    let default = configuration.default_profile().err();
    let unknown = default.filter(|it| it.cause() == ConfigProblem::ProfileUnknown.into());
    let mistakes = configuration.unusable_profiles.iter();
    for mistake in mistakes.map(|it| it.error.clone()).chain(unknown) {
        code = CHECK_FAILED;
        console.result(&Failure::from(mistake).line())?;
    }
    let mut is_any_readable = false;
    for profile in &configuration.profiles {
        let name = &profile.name;
        match exposed_files(profile, &context.variables) {
            Ok(exposed) => {
                is_any_readable = true;
                console.result(&format!("{name}: readable"))?;
                for path in exposed {
                    console.notice(&format!(
                        "{name}: {path:?} holds a secret, and other users can read it: chmod 600"
                    ));
                }
            }
            Err(failure) => {
                code = CHECK_FAILED;
                console.result(&format!("{name}: {}", failure.line()))?;
            }
        }
    }
    if is_any_readable {
        console.notice(READABLE);
    }
    Ok(code)
}

/// Fetches the secrets of a profile and returns their files that other users can read.
fn exposed_files(profile: &Profile, variables: &Variables) -> Result<Vec<PathBuf>, Failure> {
    let machine = machine(variables);
    let environment = profile.settings.environment.as_ref().map(|it| &it.value);
    let passphrase = match profile.passphrase() {
        Some(place) => place.fetch(&machine)?.exposed_file,
        None => None,
    };
    let found = profile.credentials(environment, &machine)?;
    Ok(found.exposed_files.into_iter().chain(passphrase).collect())
}

/// `ims.config/1`: fields are added, never removed.
#[derive(Serialize)]
struct ConfigJson<'a> {
    schema: &'static str,
    path: Option<String>,
    exists: bool,
    profile: Option<&'a str>,
    credentials: Option<&'static str>,
    settings: Vec<SettingJson<'a>>,
}

#[derive(Serialize)]
struct SettingJson<'a> {
    name: &'static str,
    #[serde(flatten)]
    given: GivenJson<'a>,
    overruled: Vec<GivenJson<'a>>,
}

#[derive(Serialize)]
struct GivenJson<'a> {
    value: &'a str,
    origin: &'static str,
    from: String,
}

impl<'a> SettingJson<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            name: row.name,
            given: GivenJson::of(&row.value, &row.origin),
            overruled: row
                .overruled
                .iter()
                .map(|(value, origin)| GivenJson::of(value, origin))
                .collect(),
        }
    }
}

impl<'a> GivenJson<'a> {
    fn of(value: &'a str, origin: &Origin) -> Self {
        Self {
            value,
            origin: origin.kind(),
            from: origin.to_string(),
        }
    }
}
