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

/// Changes a configuration file. Parts that it does not change keep their comments and order.
///
/// ```
/// use adobe_ims_config::SecretReference;
/// use adobe_ims_config::edit::{Editor, ProfileEntry};
///
/// let before = "version = 1 # mine\n";
/// let mut editor = Editor::new("config.toml".as_ref(), Some(before))?;
/// let token: SecretReference = "env:AEM_TOKEN".parse()?;
/// editor.add("dev", &ProfileEntry::new("static").secrets("token", &[token]))?;
/// editor.set_default("dev")?;
///
/// let expected = "version = 1 # mine\ndefault_profile = \"dev\"\n\n\
///     [profiles.dev]\ntype = \"static\"\ntoken = { env = \"AEM_TOKEN\" }\n";
/// assert_eq!(editor.text(), expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Editor {
    path: PathBuf,
    before: Option<String>,
    document: DocumentMut,
}

impl Editor {
    /// Takes the text of the file at `path`. `None` starts a new file.
    ///
    /// # Errors
    /// The errors of [`Configuration::parse`].
    pub fn new(path: &Path, text: Option<&str>) -> Result<Self> {
        let before = text.map(str::to_owned);
        let text = text.unwrap_or("version = 1\n");
        Configuration::parse(text, path, None)?;
        let mut document: DocumentMut = text.parse().map_err(|_| {
            let message = format!("{}: this is not TOML", path.display());
            ConfigError::new(ConfigProblem::ConfigurationInvalid, message)
        })?;
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
    /// - [`ConfigProblem::ProfileExists`]
    /// - [`ConfigProblem::ConfigurationInvalid`] for a name that no profile can have
    /// - the errors of [`Configuration::profile`] for the profile; the text then stays as it was
    pub fn add(&mut self, name: &str, entry: &ProfileEntry) -> Result<()> {
        if !Profile::is_valid_name(name) {
            let message = "this cannot be the name of a profile";
            let hint =
                "Use letters, digits, `.`, `_` and `-`, 64 at most, with a letter or digit first.";
            return Err(
                ConfigError::new(ConfigProblem::ConfigurationInvalid, message).with_hint(hint),
            );
        }
        let before = self.document.clone();
        self.insert(name, entry)?;
        let added = self
            .configuration()
            .and_then(|it| it.profile(name).map(|_| ()));
        if let Err(error) = added {
            self.document = before;
            let message = error.to_string();
            // The location is left out: it lies in the text that was not added.
            let reason = message.rsplit_once(": ").map_or(&*message, |(_, it)| it);
            return Err(error.with_message(format!("the profile was not added: {reason}")));
        }
        Ok(())
    }

    fn insert(&mut self, name: &str, entry: &ProfileEntry) -> Result<()> {
        let profiles = self.document.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(profiles) = profiles.as_table_like_mut() else {
            let message = "`profiles` is not a table";
            return Err(ConfigError::new(
                ConfigProblem::ConfigurationInvalid,
                message,
            ));
        };
        if profiles.contains_key(name) {
            let message = format!("there is a profile {name:?} already");
            return Err(ConfigError::new(ConfigProblem::ProfileExists, message));
        }
        profiles.insert(name, Item::Table(entry.0.clone()));
        Ok(())
    }

    /// Removes a profile, also one with a mistake. If it is the default profile, there is none afterwards.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileUnknown`].
    pub fn remove(&mut self, name: &str) -> Result<()> {
        let configuration = self.configuration()?;
        if !configuration.names().any(|it| it == name) {
            configuration.profile(name)?;
        }
        let profiles = self.document.get_mut("profiles");
        if let Some(profiles) = profiles.and_then(Item::as_table_like_mut) {
            profiles.remove(name);
        }
        if self.default_profile() == Some(name) {
            self.document.remove("default_profile");
        }
        Ok(())
    }

    /// Makes a profile the default profile.
    ///
    /// # Errors
    /// The errors of [`Configuration::profile`].
    pub fn set_default(&mut self, name: &str) -> Result<()> {
        self.configuration()?.profile(name)?;
        match self.document.get_mut("default_profile") {
            Some(Item::Value(value)) => {
                // The decor holds the comment beside the value.
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

    /// Returns the name of the default profile.
    pub fn default_profile(&self) -> Option<&str> {
        self.document.get("default_profile")?.as_str()
    }

    /// Returns the changed text of the file.
    pub fn text(&self) -> String {
        let text = self.document.to_string();
        if self.before.as_deref().is_some_and(has_windows_line_ends) {
            text.replace("\r\n", "\n").replace('\n', "\r\n")
        } else {
            text
        }
    }

    /// Writes the file, readable by its owner alone. The text goes to a new file, which then replaces the old
    /// one. A symbolic link stays a symbolic link.
    ///
    /// # Errors
    /// [`ConfigProblem::ConfigurationUnwritable`], also if the file was changed since it was read.
    pub fn save(&self) -> Result<()> {
        let path = fs::canonicalize(&self.path);
        let path = path.as_deref().unwrap_or(&self.path);
        let unwritable = |error: io::Error| {
            let message = format!("the configuration {path:?} cannot be written: {error}");
            ConfigError::new(ConfigProblem::ConfigurationUnwritable, message)
        };
        if fs::read_to_string(path).ok() != self.before {
            let reason = "another program has changed it just now; try again";
            return Err(unwritable(io::Error::other(reason)));
        }
        let written = write_beside(path, self.text().as_bytes()).map_err(unwritable)?;
        written
            .persist(path)
            .map_err(|error| unwritable(error.error))?;
        Ok(())
    }

    fn configuration(&self) -> Result<Configuration> {
        Configuration::parse(&self.text(), &self.path, None)
    }
}

/// Writes a secret or a credential document to a new file, readable by its owner alone.
///
/// # Errors
/// [`ConfigProblem::ConfigurationUnwritable`], also if the file exists. The existing file stays as it is.
pub fn write_secret_file(path: &Path, content: &Secret) -> Result<()> {
    let unwritable = |error: io::Error| {
        let message = format!("{path:?} cannot be written: {error}");
        ConfigError::new(ConfigProblem::ConfigurationUnwritable, message)
    };
    let written = write_beside(path, content.expose().as_bytes()).map_err(unwritable)?;
    written
        .persist_noclobber(path)
        .map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// A profile to be written.
#[derive(Clone, Debug)]
pub struct ProfileEntry(Table);

impl ProfileEntry {
    /// Makes a profile of this type without any other key.
    pub fn new(type_name: &str) -> Self {
        let mut table = Table::new();
        table.insert("type", toml_edit::value(type_name));
        Self(table)
    }

    /// Adds a string, if there is one.
    #[must_use]
    pub fn text(mut self, key: &str, text: Option<&str>) -> Self {
        if let Some(text) = text {
            self.0.insert(key, toml_edit::value(text));
        }
        self
    }

    /// Adds a list of strings, unless it is empty.
    #[must_use]
    pub fn list<S: AsRef<str>>(mut self, key: &str, texts: &[S]) -> Self {
        if !texts.is_empty() {
            let array: Array = texts.iter().map(AsRef::as_ref).collect();
            self.0.insert(key, toml_edit::value(array));
        }
        self
    }

    /// Adds secret references: one as it is, several as a list, newest first.
    #[must_use]
    pub fn secrets(mut self, key: &str, references: &[SecretReference]) -> Self {
        let value = match references {
            [] => return self,
            [one] => reference_value(one),
            several => Value::Array(several.iter().map(reference_value).collect()),
        };
        self.0.insert(key, Item::Value(value));
        self
    }
}

fn reference_value(reference: &SecretReference) -> Value {
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

/// Returns true if all line ends are those of Windows. The TOML parser does not keep them.
fn has_windows_line_ends(text: &str) -> bool {
    text.matches('\n').count() == text.matches("\r\n").count() && text.contains('\n')
}

/// Writes a temporary file into the directory of `path`. `tempfile` makes it readable by its owner alone.
fn write_beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let directory = path.parent().unwrap_or(Path::new("."));
    create_directory(directory)?;
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(directory)
}
