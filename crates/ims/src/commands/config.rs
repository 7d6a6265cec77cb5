//! `ims config`: the configuration, and where every value is from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims_config::{Configuration, Decision, Given, Origin};
use serde::Serialize;

use crate::args::{ConfigCommand, ConfigShow, TextFormat};
use crate::auth::stores;
use crate::console::table;
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::settings::configuration::{self, Selection};
use crate::settings::layers::EffectiveSettings;

/// Returns the exit code: a check that found something is a result.
pub(crate) fn run(
    command: &ConfigCommand,
    config: Option<&Path>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        ConfigCommand::Path => path(config, context)?,
        ConfigCommand::Show(arguments) => show(arguments, config, context)?,
        ConfigCommand::Check => return check(config, context),
    }
    Ok(0)
}

fn path(config: Option<&Path>, context: &Context) -> Result<(), Failure> {
    match configuration::path(config, &context.variables)? {
        Some(place) => context.console.result(&place.value.to_string_lossy()),
        None => Err(configuration::no_configuration(config, &context.variables)?),
    }
}

/// A setting in words.
struct Row {
    name: &'static str,
    value: String,
    origin: Origin,
    overruled: Vec<(String, Origin)>,
}

impl Row {
    fn of<T>(
        name: &'static str,
        decision: Option<Decision<T>>,
        in_words: impl Fn(T) -> String,
    ) -> Option<Self> {
        let Decision { winner, overruled } = decision?;
        let in_words = |given: Given<T>| (in_words(given.value), given.origin);
        let (value, origin) = in_words(winner);
        Some(Self {
            name,
            value,
            origin,
            overruled: overruled.into_iter().map(in_words).collect(),
        })
    }
}

fn show(arguments: &ConfigShow, config: Option<&Path>, context: &Context) -> Result<(), Failure> {
    let identity = &arguments.identity;
    let place = configuration::path(config, &context.variables)?;
    let loaded = configuration::load(config, &context.variables)?;
    let is_there = loaded.is_some();
    let configuration = loaded.unwrap_or_default();
    let selection = Selection::of(identity, Some(&configuration), &context.variables)?;
    let profile = match selection.name() {
        Some(_) if !is_there => {
            return Err(configuration::no_configuration(config, &context.variables)?);
        }
        Some(name) => Some(configuration.profile(name)?),
        None => None,
    };
    let effective = EffectiveSettings::of(
        identity,
        profile,
        &configuration.defaults,
        &context.variables,
    )?;
    let rows = rows(selection.profile, effective);
    match arguments.output {
        TextFormat::Json => {
            let place = place.as_ref();
            let told = rows.iter().map(SettingJson::of).collect();
            context.console.json(&ConfigJson {
                schema: "ims.config/1",
                path: place.map(|it| it.value.to_string_lossy().into_owned()),
                exists: is_there,
                profile: profile.map(|it| it.name.as_str()),
                credentials: selection.instead,
                settings: told,
            })
        }
        TextFormat::Text => {
            if let Some(place) = &place {
                let state = if is_there { "" } else { " (not there)" };
                let from = match arguments.origin {
                    true => format!("  {}", place.origin),
                    false => String::new(),
                };
                context
                    .console
                    .result(&format!("{}{state}{from}", place.value.display()))?;
            }
            if let (Some(instead), Some(_)) = (selection.instead, rows.first()) {
                context
                    .console
                    .notice(&format!("{instead} names the credentials, not a profile"));
            }
            match arguments.origin {
                true => context.console.result(&with_origins(&rows)),
                false => {
                    let cells = rows
                        .iter()
                        .map(|row| [row.name.to_owned(), row.value.clone()]);
                    context
                        .console
                        .result(&table::aligned(&cells.collect::<Vec<_>>()))
                }
            }
        }
    }
}

fn rows(profile: Option<Decision<String>>, effective: EffectiveSettings) -> Vec<Row> {
    let path = |path: PathBuf| path.to_string_lossy().into_owned();
    let paths = |paths: Vec<PathBuf>| {
        let shown: Vec<_> = paths.iter().map(|it| it.to_string_lossy()).collect();
        shown.join(", ")
    };
    let on_or_off = |on: bool| if on { "on" } else { "off" }.to_owned();
    let rows = [
        Row::of("profile", profile, |name| name),
        Row::of("environment", effective.environment, |url| url),
        Row::of("min_ttl", effective.min_ttl, span),
        Row::of("timeout", effective.timeout, span),
        Row::of("retries", effective.retries, |number| number.to_string()),
        Row::of("ca_files", effective.ca_files, paths),
        Row::of("passphrase_file", effective.passphrase_file, path),
        Row::of("cache", effective.cache, on_or_off),
        Row::of("cache_key_file", effective.cache_key_file, path),
    ];
    rows.into_iter().flatten().collect()
}

fn span(time: Duration) -> String {
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

/// Every profile, with all of its secrets.
fn check(config: Option<&Path>, context: &Context) -> Result<i32, Failure> {
    let Some(configuration) = configuration::load(config, &context.variables)? else {
        return Err(configuration::no_configuration(config, &context.variables)?);
    };
    let Configuration { profiles, .. } = &configuration;
    let machine = configuration::machine(&context.variables);
    let sessions = stores::sessions(None, &context.variables)?;
    let sessions = sessions.as_ref();
    let mut failed = false;
    for profile in profiles {
        let name = &profile.name;
        let environment = profile.settings.environment.as_ref().map(|it| &it.value);
        let passphrase = profile
            .passphrase()
            .map(|it| it.fetch(&machine))
            .transpose();
        let found = passphrase.and_then(|passphrase| {
            let exposed = passphrase.and_then(|it| it.exposed);
            let found = profile.credentials(environment, sessions, &machine)?;
            Ok(found.exposed.into_iter().chain(exposed))
        });
        match found {
            Ok(exposed) => {
                context.console.result(&format!("{name}: good"))?;
                for path in exposed {
                    context.console.notice(&format!(
                        "{name}: {path:?} holds a secret, and other users can read it: chmod 600"
                    ));
                }
            }
            Err(error) => {
                failed = true;
                context
                    .console
                    .result(&format!("{name}: {}", Failure::from(error).line()))?;
            }
        }
    }
    Ok(if failed { CHECK_FAILED } else { 0 })
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
            origin: origin.sort(),
            from: origin.to_string(),
        }
    }
}
