//! Reads a table of the configuration key by key. An error names its location and quotes no value.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::{Environment, Secret};
use toml_edit::{Array, InlineTable, Item, TableLike, Value};

use crate::error::{ConfigError, Result};
use crate::location::{Located, Location, SourceText};
use crate::problem::ConfigProblem;
use crate::secret_reference::SecretReference;
use crate::suggest;
use crate::values::{parse_duration, parse_environment};

/// The kinds of a secret reference, as keys of its table.
const REFERENCE_KINDS: [&str; 5] = ["file", "env", "command", "keyring", "systemd_credential"];

/// A table and its name, such as `profiles.author`.
pub(crate) struct TableReader<'a> {
    pub(crate) source: &'a SourceText<'a>,
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) table: &'a dyn TableLike,
    /// The directory that `~/` stands for.
    pub(crate) home: Option<&'a Path>,
}

/// The keys that a table may have.
pub(crate) struct KnownKeys<'a> {
    /// The keys of this table.
    pub(crate) here: Vec<&'a str>,
    /// The keys of other tables of this kind.
    pub(crate) elsewhere: Vec<&'a str>,
    /// The name of this kind of table in a message.
    pub(crate) subject: String,
}

impl<'a> TableReader<'a> {
    /// Refuses every key that is not known here.
    pub(crate) fn check_keys(&self, known: &KnownKeys<'_>) -> Result<()> {
        let unknown = self.table.iter().find(|(key, _)| !known.here.contains(key));
        let Some((key, item)) = unknown else {
            return Ok(());
        };
        let span = self.table.key(key).and_then(toml_edit::Key::span);
        let location = self.source.location(span.or_else(|| item.span()));
        if known.elsewhere.contains(&key) {
            let subject = &known.subject;
            let message = format!("`{key}` has no meaning for {subject}");
            return Err(invalid(&location, &message));
        }
        let message = if suggest::is_name(key) {
            format!("there is no key `{key}` here")
        } else {
            "a key is not known here".to_owned()
        };
        Err(
            invalid(&location, &message).with_hint(match suggest::nearest(key, &known.here) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Known here: {}.", known.here.join(", ")),
            }),
        )
    }

    /// Returns the location of a key's value.
    pub(crate) fn location_of(&self, key: &str) -> Location {
        let key_span = || self.table.key(key).and_then(toml_edit::Key::span);
        let span = self.table.get(key).and_then(Item::span);
        self.source.location(span.or_else(key_span))
    }

    /// Reads a string, which must not be empty.
    pub(crate) fn string(&self, key: &str) -> Result<Option<Located<String>>> {
        self.value(key, "a string", |value| non_empty(value).map(str::to_owned))
    }

    /// Reads a list of strings.
    pub(crate) fn strings(&self, key: &str) -> Result<Option<Located<Vec<String>>>> {
        self.value(key, "a list of strings", |value| {
            let items = value.as_array()?.iter();
            items
                .map(|item| non_empty(item).map(str::to_owned))
                .collect()
        })
    }

    /// Reads words: a list of strings or one string, divided at commas and blanks, each word once.
    pub(crate) fn words(&self, key: &str) -> Result<Option<Located<Vec<String>>>> {
        self.value(key, "a list of strings, or a string", |value| {
            let parts = match value.as_array() {
                Some(array) => array.iter().map(non_empty).collect::<Option<Vec<_>>>()?,
                None => vec![non_empty(value)?],
            };
            let is_separator = |c: char| c == ',' || c.is_whitespace();
            let mut words: Vec<String> = Vec::new();
            for word in parts.iter().flat_map(|part| part.split(is_separator)) {
                if !word.is_empty() && !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
            (!words.is_empty()).then_some(words)
        })
    }

    /// Reads the path of a file. A relative path starts at the directory of the configuration.
    pub(crate) fn path(&self, key: &str) -> Result<Option<Located<PathBuf>>> {
        self.value(key, "the path of a file", |value| {
            non_empty(value).map(|path| self.absolute(path))
        })
    }

    pub(crate) fn paths(&self, key: &str) -> Result<Option<Located<Vec<PathBuf>>>> {
        self.value(key, "a list of paths", |value| {
            let items = value.as_array()?.iter();
            items
                .map(|item| non_empty(item).map(|path| self.absolute(path)))
                .collect()
        })
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<Located<bool>>> {
        self.value(key, "true or false", Value::as_bool)
    }

    pub(crate) fn retries(&self) -> Result<Option<Located<u32>>> {
        self.value("retries", "a number from 0 to 9", |value| {
            let number = u32::try_from(value.as_integer()?).ok()?;
            (number <= 9).then_some(number)
        })
    }

    pub(crate) fn duration(&self, key: &str) -> Result<Option<Located<Duration>>> {
        self.value(
            key,
            "a time such as \"30s\", at most a day",
            |value| match value.as_integer() {
                Some(seconds) => parse_duration(&seconds.to_string()).ok(),
                None => parse_duration(value.as_str()?).ok(),
            },
        )
    }

    /// Reads `environment`: `prod`, `stage`, or the address of another identity service.
    pub(crate) fn environment(&self) -> Result<Option<Located<Environment>>> {
        let Some(Located { value, location }) = self.string("environment")? else {
            return Ok(None);
        };
        let value = parse_environment(&value).map_err(|error| {
            let message = format!("{location}: {error}");
            error.with_message(message).with_hint(
                "`environment` is \"prod\", \"stage\", or the URL of an identity service.",
            )
        })?;
        Ok(Some(Located { value, location }))
    }

    /// Reads one secret reference.
    pub(crate) fn secret(&self, key: &str) -> Result<Option<Located<SecretReference>>> {
        let Some(item) = self.table.get(key) else {
            return Ok(None);
        };
        let location = self.location_of(key);
        let value = match item {
            Item::Value(value) => self.reference(key, value, &location)?,
            // [profiles.NAME.key] instead of key = { … }
            Item::Table(table) => {
                let inline = table.clone().into_inline_table();
                self.reference_in(key, &inline, &location)?
            }
            _ => return Err(not_a_reference(key, &location)),
        };
        Ok(Some(Located { value, location }))
    }

    /// Reads one secret reference or a list of them, newest first.
    pub(crate) fn secrets(&self, key: &str) -> Result<Option<Located<Vec<SecretReference>>>> {
        let Some(array) = self.table.get(key).and_then(Item::as_array) else {
            let one = self.secret(key)?;
            return Ok(one.map(|Located { value, location }| Located {
                value: vec![value],
                location,
            }));
        };
        let location = self.location_of(key);
        let items = array.iter().map(|item| {
            let location = self.source.location(item.span());
            self.reference(key, item, &location)
        });
        let value = items.collect::<Result<Vec<_>>>()?;
        if value.is_empty() {
            return Err(not_a_reference(key, &location));
        }
        Ok(Some(Located { value, location }))
    }

    /// Refuses a table without this key.
    pub(crate) fn required<T>(&self, key: &str, found: Option<Located<T>>) -> Result<T> {
        let found = found.map(|it| it.value);
        found.ok_or_else(|| {
            let Self { name, location, .. } = self;
            let message = format!("{location}: [{name}] lacks `{key}`");
            ConfigError::new(ConfigProblem::ProfileIncomplete, message)
        })
    }

    fn reference(&self, key: &str, value: &Value, location: &Location) -> Result<SecretReference> {
        match value {
            Value::String(text) if !text.value().is_empty() => {
                Ok(SecretReference::Inline(Secret::new(text.value().as_str())))
            }
            Value::InlineTable(table) => self.reference_in(key, table, location),
            _ => Err(not_a_reference(key, location)),
        }
    }

    fn reference_in(
        &self,
        key: &str,
        table: &InlineTable,
        location: &Location,
    ) -> Result<SecretReference> {
        let mut entries = table.iter();
        let (Some((kind, value)), None) = (entries.next(), entries.next()) else {
            return Err(not_a_reference(key, location));
        };
        let wrong = |reason: &str| invalid(location, &format!("`{key}`: {reason}"));
        let string = || {
            let shown = suggest::shown(kind);
            non_empty(value).ok_or_else(|| wrong(&format!("`{shown}` takes a string")))
        };
        let parsed = match kind {
            "file" => return Ok(SecretReference::File(self.absolute(string()?))),
            "command" => {
                let words = value.as_array().and_then(command).ok_or_else(|| {
                    wrong(
                        "`command` takes a list: the program and its arguments; there is no shell",
                    )
                })?;
                return Ok(SecretReference::Command(words));
            }
            "env" => SecretReference::variable(string()?),
            "keyring" => SecretReference::keyring(string()?),
            "systemd_credential" => SecretReference::systemd_credential(string()?),
            other => {
                let error = not_a_reference(key, location);
                return Err(match suggest::nearest(other, &REFERENCE_KINDS) {
                    Some(near) => error.with_hint(format!("Did you mean `{near}`?")),
                    None => error,
                });
            }
        };
        parsed.map_err(|error| wrong(&error.to_string()))
    }

    fn value<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<Located<T>>> {
        let Some(item) = self.table.get(key) else {
            return Ok(None);
        };
        let location = self.location_of(key);
        match item.as_value().and_then(read) {
            Some(value) => Ok(Some(Located { value, location })),
            None => Err(invalid(&location, &format!("`{key}` takes {expected}"))),
        }
    }

    fn absolute(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => {
                let directory = self.source.file.parent();
                directory.unwrap_or(Path::new("")).join(path)
            }
        }
    }
}

/// Returns the error for a part of the configuration that cannot be understood.
pub(crate) fn invalid(location: &Location, message: &str) -> ConfigError {
    let message = format!("{location}: {message}");
    ConfigError::new(ConfigProblem::ConfigurationInvalid, message)
}

fn not_a_reference(key: &str, location: &Location) -> ConfigError {
    let message = format!(
        "`{key}` takes one of {{ file = \"…\" }}, {{ env = \"…\" }}, {{ command = [\"…\"] }}, {{ keyring = \"service/name\" }}, {{ systemd_credential = \"…\" }}"
    );
    invalid(location, &message)
}

/// Returns the program and its arguments. Arguments may be empty.
fn command(words: &Array) -> Option<Vec<String>> {
    let words = words.iter().map(|word| word.as_str().map(str::to_owned));
    let words = words.collect::<Option<Vec<_>>>()?;
    words
        .first()
        .is_some_and(|program| !program.is_empty())
        .then_some(words)
}

fn non_empty(value: &Value) -> Option<&str> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}
