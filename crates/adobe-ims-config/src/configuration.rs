//! The configuration file as a whole.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use adobe_ims::Problem;
use toml_edit::{Document, Item, TableLike};

use crate::error::{ConfigError, Result};
use crate::location::{Located, Location, SourceText};
use crate::problem::ConfigProblem;
use crate::profile::Profile;
use crate::secret_reference::SecretReference;
use crate::settings::{self, Settings};
use crate::suggest;
use crate::system::SystemAccess;
use crate::table::{KnownKeys, TableReader, invalid};

/// A configuration file that was read and checked as a whole.
///
/// ```
/// use adobe_ims_config::Configuration;
/// use adobe_ims_config::system::LocalSystem;
///
/// let system = LocalSystem::new(|name| std::env::var_os(name), || false);
/// if let Some(path) = Configuration::default_path(&system)
///     && let Some(configuration) = Configuration::load(&path, &system)?
/// {
///     for profile in &configuration.profiles {
///         println!("{} ({})", profile.name, profile.type_name());
///     }
/// }
/// # Ok::<(), adobe_ims_config::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Configuration {
    /// `default_profile`
    pub default_profile: Option<Located<String>>,
    /// `[defaults]`
    pub defaults: Settings,
    /// `[profiles.NAME]`, in the order of the file.
    pub profiles: Vec<Profile>,
}

impl Configuration {
    /// The environment variable that names the file.
    pub const PATH_VARIABLE: &str = "IMS_CONFIG";

    /// Returns the default path of the file: `$XDG_CONFIG_HOME/ims/config.toml`, `~/.config/ims/config.toml`,
    /// or `%APPDATA%\ims\config.toml` on Windows. A variable without an absolute path is ignored, as the XDG
    /// specification demands, so that the path never depends on the current directory.
    pub fn default_path(system: &dyn SystemAccess) -> Option<PathBuf> {
        let candidates: &[(&str, &str)] = if cfg!(windows) {
            &[("APPDATA", "ims\\config.toml")]
        } else {
            &[
                ("XDG_CONFIG_HOME", "ims/config.toml"),
                ("HOME", ".config/ims/config.toml"),
            ]
        };
        candidates
            .iter()
            .filter_map(|(name, rest)| Some(PathBuf::from(system.variable(name)?).join(rest)))
            .find(|path| path.is_absolute())
    }

    /// Reads a file. Returns `None` if the file does not exist.
    ///
    /// # Errors
    /// - [`Problem::FileUnreadable`]
    /// - [`ConfigProblem::ConfigurationExposed`] if the file holds a secret and other users can read it
    /// - the errors of [`parse`](Self::parse)
    pub fn load(path: &Path, system: &dyn SystemAccess) -> Result<Option<Self>> {
        let content = match system.read(path) {
            Ok(content) => content,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => {
                let message = format!("the configuration {path:?} cannot be read: {error}");
                return Err(ConfigError::new(Problem::FileUnreadable, message));
            }
        };
        let text = str::from_utf8(content.bytes()).map_err(|_| {
            let message = format!("{}: this is not UTF-8 text", path.display());
            ConfigError::new(ConfigProblem::ConfigurationInvalid, message)
        })?;
        let home = system.variable("HOME").map(PathBuf::from);
        let configuration = Self::parse(text, path, home.as_deref())?;
        if content.is_readable_by_others() {
            configuration.refuse_inline_secrets(path)?;
        }
        Ok(Some(configuration))
    }

    /// Parses the text of a file. Relative paths in it start at the directory of `path`, and `~/` stands for
    /// `home`.
    ///
    /// # Errors
    /// Each message names file, line and column, and quotes no value.
    /// - [`ConfigProblem::ConfigurationInvalid`] for text that is not TOML, an unknown key or a wrong value
    /// - [`ConfigProblem::ProfileIncomplete`] for a profile without a key that its type needs
    /// - [`ConfigProblem::ProfileUnknown`] if `default_profile` names no profile
    /// - the errors of [`Environment::parse`](adobe_ims::Environment::parse) and
    ///   [`AllowedHosts::allow`](adobe_ims::token::AllowedHosts::allow) for addresses
    pub fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self> {
        let source = SourceText {
            file: path.into(),
            text,
        };
        let document = Document::parse(text).map_err(|error| not_toml(&error, &source))?;
        let top = TableReader {
            source: &source,
            name: String::new(),
            location: source.location(None),
            table: document.as_table(),
            home,
        };
        top.check_keys(&KnownKeys {
            here: vec!["version", "default_profile", "defaults", "profiles"],
            elsewhere: Vec::new(),
            subject: String::new(),
        })?;
        check_version(&top)?;
        let configuration = Self {
            default_profile: top.string("default_profile")?,
            defaults: read_defaults(&top)?,
            profiles: read_profiles(&top)?,
        };
        configuration.check_default_profile()?;
        Ok(configuration)
    }

    /// Returns the profile with this name.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileUnknown`].
    pub fn profile(&self, name: &str) -> Result<&Profile> {
        if let Some(found) = self.profiles.iter().find(|profile| profile.name == name) {
            return Ok(found);
        }
        // The caller may have passed a token or a secret as the name.
        let is_shown = Profile::is_valid_name(name) && name.len() <= 32 && !name.contains("eyJ");
        let message = if is_shown {
            format!("there is no profile {name:?}")
        } else {
            "there is no such profile".to_owned()
        };
        let known: Vec<&str> = self.profiles.iter().map(|it| it.name.as_str()).collect();
        let hint = match suggest::nearest(name, &known) {
            Some(near) => format!("Did you mean {near:?}?"),
            None if known.is_empty() => "The configuration has no profiles.".to_owned(),
            None => format!("The profiles are {}.", known.join(", ")),
        };
        Err(ConfigError::new(ConfigProblem::ProfileUnknown, message).with_hint(hint))
    }

    fn check_default_profile(&self) -> Result<()> {
        let Some(Located { value, location }) = &self.default_profile else {
            return Ok(());
        };
        match self.profile(value) {
            Ok(_) => Ok(()),
            Err(error) => {
                let message = format!("{location}: `default_profile`: {error}");
                Err(error.with_message(message))
            }
        }
    }

    fn refuse_inline_secrets(&self, path: &Path) -> Result<()> {
        for profile in &self.profiles {
            let mut secrets = profile.secrets().into_iter();
            let inline = secrets.find(|(_, it)| matches!(it, SecretReference::Inline(_)));
            if let Some((key, _)) = inline {
                let (path, name) = (path.display(), &profile.name);
                let message = format!(
                    "{path}: the profile {name} holds {key} in the clear, and other users can read the file"
                );
                let error = ConfigError::new(ConfigProblem::ConfigurationExposed, message);
                return Err(error.with_hint(format!("chmod 600 {path}")));
            }
        }
        Ok(())
    }
}

fn check_version(top: &TableReader<'_>) -> Result<()> {
    match top.table.get("version") {
        Some(version) if version.as_integer() == Some(1) => Ok(()),
        Some(_) => Err(invalid(
            &top.location_of("version"),
            "`version` is 1, or another version of this program wrote the file",
        )),
        // An empty file cannot be misunderstood.
        None if top.table.is_empty() => Ok(()),
        None => Err(invalid(
            &top.location,
            "`version = 1` is missing at the top",
        )),
    }
}

fn read_defaults(top: &TableReader<'_>) -> Result<Settings> {
    let Some(table) = subtable(top, "defaults")? else {
        return Ok(Settings::default());
    };
    let defaults = reader(
        top,
        "defaults".to_owned(),
        top.location_of("defaults"),
        table,
    );
    defaults.check_keys(&KnownKeys {
        here: settings::KEYS.to_vec(),
        elsewhere: vec!["type", "targets", "credentials", "client_id", "scopes"],
        subject: "all profiles together".to_owned(),
    })?;
    Settings::read(&defaults)
}

fn read_profiles(top: &TableReader<'_>) -> Result<Vec<Profile>> {
    let Some(tables) = subtable(top, "profiles")? else {
        return Ok(Vec::new());
    };
    let mut profiles = Vec::new();
    for (name, item) in tables.iter() {
        let key = tables.key(name).and_then(toml_edit::Key::span);
        let location = top.source.location(key.or_else(|| item.span()));
        if !Profile::is_valid_name(name) {
            let message = "this cannot be the name of a profile: letters, digits, `.`, `_` and `-`, 64 at most";
            return Err(invalid(&location, message));
        }
        let Some(table) = item.as_table_like() else {
            return Err(invalid(&location, "a profile is a table: [profiles.NAME]"));
        };
        let table = reader(top, format!("profiles.{name}"), location, table);
        profiles.push(Profile::read(&table, name)?);
    }
    Ok(profiles)
}

fn subtable<'a>(top: &TableReader<'a>, name: &str) -> Result<Option<&'a dyn TableLike>> {
    match top.table.get(name).map(Item::as_table_like) {
        None => Ok(None),
        Some(Some(table)) => Ok(Some(table)),
        Some(None) => {
            let message = format!("`{name}` is a table: [{name}]");
            Err(invalid(&top.location_of(name), &message))
        }
    }
}

fn reader<'a>(
    top: &TableReader<'a>,
    name: String,
    location: Location,
    table: &'a dyn TableLike,
) -> TableReader<'a> {
    TableReader {
        source: top.source,
        name,
        location,
        table,
        home: top.home,
    }
}

/// Returns the parser's message, unless it quotes a value of the file.
fn not_toml(error: &toml_edit::TomlError, source: &SourceText<'_>) -> ConfigError {
    let location = source.location(error.span());
    let message = error.message().lines().next().unwrap_or_default();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let is_safe = quoted.all(|it| it.len() <= 3) && !message.contains(['"', '\'']);
    if is_safe && !message.is_empty() {
        invalid(&location, &format!("this is not TOML: {message}"))
    } else {
        invalid(&location, "this is not TOML")
    }
}
