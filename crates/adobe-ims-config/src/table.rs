//! A table of the configuration, read key by key. What is wrong is told with its location, and never quoted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::{Environment, Secret};
use toml_edit::{InlineTable, Item, TableLike, Value};

use crate::error::{ConfigError, Result};
use crate::location::{Located, Location, SourceText};
use crate::problem::ConfigProblem;
use crate::secret_reference::SecretReference;
use crate::suggest;
use crate::values::{parse_duration, parse_environment};

/// A table and its name, such as `profiles.author`.
pub(crate) struct TableReader<'a> {
    pub(crate) text: &'a SourceText<'a>,
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) table: &'a dyn TableLike,
    /// What `~/` stands for.
    pub(crate) home: Option<&'a Path>,
}

impl<'a> TableReader<'a> {
    /// Refuses what stands here besides these keys. `elsewhere` are keys of other sections of this kind,
    /// which have no meaning in `what` this is.
    pub(crate) fn allow_keys(
        &self,
        known: &[&[&str]],
        elsewhere: &[&str],
        what: &str,
    ) -> Result<()> {
        let known: Vec<&str> = known.concat();
        for (key, item) in self.table.iter() {
            if known.contains(&key) {
                continue;
            }
            let span = self.table.key(key).and_then(toml_edit::Key::span);
            let location = self.text.location(span.or_else(|| item.span()));
            if elsewhere.contains(&key) {
                return Err(invalid(
                    &location,
                    &format!("`{key}` has no meaning for {what}"),
                ));
            }
            let shown = match suggest::is_name(key) {
                true => format!("there is no key `{key}` here"),
                false => "a key is not known here".to_owned(),
            };
            let error = invalid(&location, &shown);
            return Err(match suggest::nearest(key, &known) {
                Some(near) => error.with_hint(format!("Did you mean `{near}`?")),
                None => error.with_hint(format!("Known here: {}.", known.join(", "))),
            });
        }
        Ok(())
    }

    pub(crate) fn location_of(&self, key: &str) -> Location {
        let key_span = || self.table.key(key).and_then(toml_edit::Key::span);
        let span = self.table.get(key).and_then(Item::span);
        self.text.location(span.or_else(key_span))
    }

    /// A text; empty is as wrong as another type.
    pub(crate) fn text(&self, key: &str) -> Result<Option<Located<String>>> {
        self.value(key, "a text", |value| plain(value).map(str::to_owned))
    }

    /// Several texts: a list of them, or one with commas or blanks between.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Located<Vec<String>>>> {
        self.value(key, "a list of texts, or a text", |value| {
            let parts = match value.as_array() {
                Some(array) => array.iter().map(plain).collect::<Option<Vec<_>>>()?,
                None => vec![plain(value)?],
            };
            let ends = |c: char| c == ',' || c.is_whitespace();
            let mut texts: Vec<String> = Vec::new();
            for text in parts.iter().flat_map(|part| part.split(ends)) {
                if !text.is_empty() && !texts.iter().any(|known| known == text) {
                    texts.push(text.to_owned());
                }
            }
            (!texts.is_empty()).then_some(texts)
        })
    }

    pub(crate) fn list(&self, key: &str) -> Result<Option<Located<Vec<String>>>> {
        self.value(key, "a list of texts", |value| {
            let items = value.as_array()?.iter();
            items.map(|item| plain(item).map(str::to_owned)).collect()
        })
    }

    /// The path of a file. A relative one starts at the folder of the configuration.
    pub(crate) fn path(&self, key: &str) -> Result<Option<Located<PathBuf>>> {
        self.value(key, "the path of a file", |value| {
            plain(value).map(|path| self.absolute(path))
        })
    }

    pub(crate) fn paths(&self, key: &str) -> Result<Option<Located<Vec<PathBuf>>>> {
        self.value(key, "a list of paths", |value| {
            let items = value.as_array()?.iter();
            items
                .map(|item| plain(item).map(|path| self.absolute(path)))
                .collect()
        })
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<Located<bool>>> {
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
            "a time such as \"30s\", a day at most",
            |value| match value.as_integer() {
                Some(seconds) => parse_duration(&seconds.to_string()).ok(),
                None => parse_duration(value.as_str()?).ok(),
            },
        )
    }

    /// `prod`, `stage`, or the address of another identity service.
    pub(crate) fn environment(&self) -> Result<Option<Located<Environment>>> {
        let Some(text) = self.text("environment")? else {
            return Ok(None);
        };
        let value = parse_environment(&text.value).map_err(|error| {
            let message = format!("{}: {error}", text.location);
            error.with_message(message).with_hint(
                "`environment` is \"prod\", \"stage\", or the URL of an identity service.",
            )
        })?;
        let location = text.location;
        Ok(Some(Located { value, location }))
    }

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
            _ => return Err(invalid(&location, &wants_reference(key))),
        };
        Ok(Some(Located { value, location }))
    }

    /// One secret or several, newest first.
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
            let location = self.text.location(item.span());
            self.reference(key, item, &location)
        });
        let value = items.collect::<Result<Vec<_>>>()?;
        if value.is_empty() {
            return Err(invalid(&location, &wants_reference(key)));
        }
        Ok(Some(Located { value, location }))
    }

    /// What must be there.
    pub(crate) fn required<T>(&self, key: &str, found: Option<Located<T>>) -> Result<Located<T>> {
        found.ok_or_else(|| {
            let Self { name, location, .. } = self;
            let what = format!("{location}: [{name}] lacks `{key}`");
            ConfigError::new(ConfigProblem::ProfileIncomplete, what)
        })
    }

    fn reference(&self, key: &str, value: &Value, location: &Location) -> Result<SecretReference> {
        match value {
            Value::String(text) if !text.value().is_empty() => {
                Ok(SecretReference::Inline(Secret::new(text.value().as_str())))
            }
            Value::InlineTable(table) => self.reference_in(key, table, location),
            _ => Err(invalid(location, &wants_reference(key))),
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
            return Err(invalid(location, &wants_reference(key)));
        };
        let wrong = |why: String| invalid(location, &format!("`{key}`: {why}"));
        let text = || {
            plain(value).ok_or_else(|| wrong(format!("`{}` takes a text", suggest::shown(kind))))
        };
        match kind {
            "file" => Ok(SecretReference::File(self.absolute(text()?))),
            "env" => SecretReference::variable(text()?).map_err(wrong),
            "keyring" => SecretReference::keyring(text()?).map_err(wrong),
            "systemd_credential" => SecretReference::systemd_credential(text()?).map_err(wrong),
            "command" => {
                let words = value.as_array().and_then(|words| {
                    let words = words.iter().map(|word| word.as_str().map(str::to_owned));
                    words.collect::<Option<Vec<_>>>()
                });
                match words {
                    Some(words) if words.first().is_some_and(|it| !it.is_empty()) => {
                        Ok(SecretReference::Command(words))
                    }
                    _ => Err(wrong(
                        "`command` takes a list: the program and its arguments; there is no shell"
                            .to_owned(),
                    )),
                }
            }
            other => {
                let known = ["file", "env", "command", "keyring", "systemd_credential"];
                let error = invalid(location, &wants_reference(key));
                Err(match suggest::nearest(other, &known) {
                    Some(near) => error.with_hint(format!("Did you mean `{near}`?")),
                    None => error,
                })
            }
        }
    }

    fn value<T>(
        &self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<Located<T>>> {
        let Some(item) = self.table.get(key) else {
            return Ok(None);
        };
        let location = self.location_of(key);
        match item.as_value().and_then(read) {
            Some(value) => Ok(Some(Located { value, location })),
            None => Err(invalid(&location, &format!("`{key}` takes {wanted}"))),
        }
    }

    fn absolute(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.text.file.parent().unwrap_or(Path::new("")).join(path),
        }
    }
}

/// Something in the configuration cannot be understood.
pub(crate) fn invalid(location: &Location, what: &str) -> ConfigError {
    ConfigError::new(
        ConfigProblem::ConfigurationInvalid,
        format!("{location}: {what}"),
    )
}

fn plain(value: &Value) -> Option<&str> {
    value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn wants_reference(key: &str) -> String {
    format!(
        "`{key}` takes one of {{ file = \"…\" }}, {{ env = \"…\" }}, {{ command = [\"…\"] }}, {{ keyring = \"service/name\" }}, {{ systemd_credential = \"…\" }}"
    )
}
