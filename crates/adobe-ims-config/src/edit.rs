//! Changes a configuration file and keeps its comments and order.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use adobe_ims::Secret;
use tempfile::NamedTempFile;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use crate::configuration::Configuration;
use crate::error::{ConfigError, Result};
use crate::problem::ConfigProblem;
use crate::profile::Profile;
use crate::secret_reference::SecretReference;

/// Changes a configuration file. What it does not touch stays as it is, with comments and order.
#[derive(Debug)]
pub struct Editor {
    path: PathBuf,
    before: Option<String>,
    document: DocumentMut,
}

impl Editor {
    /// Takes up the text of the file at `path`; `None` begins a new one.
    ///
    /// # Errors
    /// [`ConfigProblem::ConfigurationInvalid`], as for [`Configuration::parse`].
    pub fn new(path: &Path, text: Option<&str>) -> Result<Self> {
        let before = text.map(str::to_owned);
        let text = text.unwrap_or("version = 1\n");
        Configuration::parse(text, path, None)?;
        let invalid = |_| {
            let what = format!("{}: this is not TOML", path.display());
            ConfigError::new(ConfigProblem::ConfigurationInvalid, what)
        };
        let mut document: DocumentMut = text.parse().map_err(invalid)?;
        if document.is_empty() {
            document.insert("version", toml_edit::value(1));
        }
        Ok(Self {
            path: path.to_owned(),
            before,
            document,
        })
    }

    /// Adds a profile at the end.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileExists`]; [`ConfigProblem::ConfigurationInvalid`] for a name that is none, and what
    /// [`Configuration::parse`] has against the profile.
    pub fn add(&mut self, name: &str, entry: &ProfileEntry) -> Result<()> {
        if !Profile::is_valid_name(name) {
            let what = "this cannot be the name of a profile";
            return Err(ConfigError::new(ConfigProblem::ConfigurationInvalid, what).with_hint(
                "Use letters, digits, `.`, `_` and `-`, 64 at most, with a letter or digit first.",
            ));
        }
        let before = self.document.clone();
        let profiles = self.document.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(profiles) = profiles.as_table_like_mut() else {
            return Err(ConfigError::new(
                ConfigProblem::ConfigurationInvalid,
                "`profiles` is no table",
            ));
        };
        if profiles.contains_key(name) {
            let what = format!("there is a profile {name:?} already");
            return Err(ConfigError::new(ConfigProblem::ProfileExists, what));
        }
        profiles.insert(name, Item::Table(entry.0.clone()));
        let checked = Configuration::parse(&self.text(), &self.path, None);
        if let Err(error) = checked {
            self.document = before;
            let told = error.to_string();
            // Its place is one that is not there.
            let told = told.rsplit_once(": ").map_or(told.as_str(), |(_, it)| it);
            let message = format!("the profile was not added: {told}");
            return Err(error.with_message(message));
        }
        Ok(())
    }

    /// Takes a profile out, and with it that it is the default one.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileUnknown`].
    pub fn remove(&mut self, name: &str) -> Result<()> {
        self.configuration()?.profile(name)?;
        let profiles = self.document.get_mut("profiles");
        if let Some(profiles) = profiles.and_then(Item::as_table_like_mut) {
            profiles.remove(name);
        }
        if self.default_profile() == Some(name) {
            self.document.remove("default_profile");
        }
        Ok(())
    }

    /// Makes a profile the default one.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileUnknown`].
    pub fn set_default(&mut self, name: &str) -> Result<()> {
        self.configuration()?.profile(name)?;
        match self.document.get_mut("default_profile") {
            // What stands beside it, a comment, stays.
            Some(Item::Value(value)) => {
                let decor = value.decor().clone();
                *value = Value::from(name);
                *value.decor_mut() = decor;
            }
            _ => {
                self.document
                    .insert("default_profile", toml_edit::value(name));
            }
        }
        Ok(())
    }

    /// The default profile as of now.
    pub fn default_profile(&self) -> Option<&str> {
        self.document.get("default_profile")?.as_str()
    }

    /// The text of the file as it would be written.
    pub fn text(&self) -> String {
        let text = self.document.to_string();
        match self.before.as_deref().is_some_and(has_windows_lines) {
            true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            false => text,
        }
    }

    /// Writes it, readable by its owner alone: to a file beside it, which then takes its place. A symbolic
    /// link stays one.
    ///
    /// # Errors
    /// [`ConfigProblem::ConfigurationUnwritable`], also when somebody else has changed the file since it was read.
    pub fn save(&self) -> Result<()> {
        let path = fs::canonicalize(&self.path);
        let path = path.as_deref().unwrap_or(&self.path);
        let unwritable = |error: io::Error| {
            let what = format!("the configuration {path:?} cannot be written: {error}");
            ConfigError::new(ConfigProblem::ConfigurationUnwritable, what)
        };
        if fs::read_to_string(path).ok() != self.before {
            let changed = "somebody else has changed it just now; try again";
            return Err(unwritable(io::Error::other(changed)));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        make_folder(folder).map_err(unwritable)?;
        let written = write_beside(folder, self.text().as_bytes()).map_err(unwritable)?;
        written
            .persist(path)
            .map_err(|error| unwritable(error.error))?;
        Ok(())
    }

    fn configuration(&self) -> Result<Configuration> {
        Configuration::parse(&self.text(), &self.path, None)
    }
}

/// Keeps a secret or a document in a file of its own, readable by its owner alone. A file that is there
/// already is left as it is.
///
/// # Errors
/// [`ConfigProblem::ConfigurationUnwritable`], also when there is such a file already.
pub fn write_secret_file(path: &Path, content: &Secret) -> Result<()> {
    let unwritable = |error: io::Error| {
        let what = format!("{path:?} cannot be written: {error}");
        ConfigError::new(ConfigProblem::ConfigurationUnwritable, what)
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder).map_err(unwritable)?;
    let written = write_beside(folder, content.expose().as_bytes()).map_err(unwritable)?;
    written
        .persist_noclobber(path)
        .map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// A profile that is to be written.
#[derive(Clone, Debug)]
pub struct ProfileEntry(Table);

impl ProfileEntry {
    /// One of this type, so far without fields.
    pub fn new(type_name: &str) -> Self {
        let mut table = Table::new();
        table.insert("type", toml_edit::value(type_name));
        Self(table)
    }

    /// Adds a text, if there is one.
    #[must_use]
    pub fn text(mut self, key: &str, text: Option<&str>) -> Self {
        if let Some(text) = text {
            self.0.insert(key, toml_edit::value(text));
        }
        self
    }

    /// Adds a list of texts, unless it is empty.
    #[must_use]
    pub fn list<S: AsRef<str>>(mut self, key: &str, texts: &[S]) -> Self {
        if !texts.is_empty() {
            let array: Array = texts.iter().map(AsRef::as_ref).collect();
            self.0.insert(key, toml_edit::value(array));
        }
        self
    }

    /// Adds secrets by reference: one as it is, several as a list, newest first.
    #[must_use]
    pub fn secrets(mut self, key: &str, references: &[SecretReference]) -> Self {
        let value = match references {
            [] => return self,
            [one] => reference(one),
            several => Value::Array(several.iter().map(reference).collect()),
        };
        self.0.insert(key, Item::Value(value));
        self
    }
}

/// The parser makes one kind of line ends of both.
fn has_windows_lines(text: &str) -> bool {
    text.matches('\n').count() == text.matches("\r\n").count() && text.contains('\n')
}

fn reference(reference: &SecretReference) -> Value {
    let (kind, value): (_, Value) = match reference {
        SecretReference::Inline(secret) => return secret.expose().into(),
        SecretReference::File(path) => ("file", path.to_string_lossy().into_owned().into()),
        SecretReference::Variable(name) => ("env", name.into()),
        SecretReference::Command(words) => {
            ("command", Value::Array(words.iter().collect::<Array>()))
        }
        SecretReference::Keyring { service, name } => {
            ("keyring", format!("{service}/{name}").into())
        }
        SecretReference::SystemdCredential(name) => ("systemd_credential", name.into()),
    };
    let mut table = InlineTable::new();
    table.insert(kind, value);
    Value::InlineTable(table)
}

/// `tempfile` makes it readable by its owner alone.
fn write_beside(folder: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
