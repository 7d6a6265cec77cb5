//! The configuration file as a whole.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use adobe_ims::Problem;
use adobe_ims::internal::value::may_be_secret;
use toml_edit::{Document, Item, TableLike};

use crate::error::{ConfigError, Result};
use crate::identity::Identity;
use crate::location::{Located, Location, SourceText};
use crate::problem::ConfigProblem;
use crate::profile::Profile;
use crate::secret_reference::SecretReference;
use crate::settings::{self, Settings};
use crate::suggest;
use crate::system::SystemAccess;
use crate::table::{KnownKeys, TableReader, invalid};

/// A configuration file that was read and checked. A mistake inside of a profile affects this profile only.
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
    /// The profiles with a mistake, in the order of the file. Each is an error where it is used, and nowhere else.
    pub unusable_profiles: Vec<UnusableProfile>,
}

/// A profile that cannot be used: it lacks a key, or a key or value in it is wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnusableProfile {
    /// The name, which may be one that no profile can have.
    pub name: String,
    /// The mistake and its location.
    pub error: ConfigError,
    /// The key of a secret that stands in the file.
    inline_secret: Option<&'static str>,
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
    /// - the errors of [`Environment::parse`](adobe_ims::Environment::parse) for addresses
    ///
    /// A mistake inside of a profile is no error here: see [`unusable_profiles`](Self::unusable_profiles).
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
        let mut configuration = Self {
            default_profile: top.string("default_profile")?,
            defaults: read_defaults(&top)?,
            ..Self::default()
        };
        configuration.read_profiles(&top)?;
        Ok(configuration)
    }

    /// Returns the profile with this name.
    ///
    /// # Errors
    /// - [`ConfigProblem::ProfileUnknown`]
    /// - [`ConfigProblem::ProfileIncomplete`] for a profile without a key that its type needs
    /// - [`ConfigProblem::ConfigurationInvalid`] for a profile with an unknown key or a wrong value
    /// - the errors of [`Environment::parse`](adobe_ims::Environment::parse) and
    ///   [`AllowedHosts::allow`](adobe_ims::token::AllowedHosts::allow) for addresses
    pub fn profile(&self, name: &str) -> Result<&Profile> {
        if let Some(found) = self.profiles.iter().find(|profile| profile.name == name) {
            return Ok(found);
        }
        if let Some(found) = self.unusable_profiles.iter().find(|it| it.name == name) {
            return Err(found.error.clone());
        }
        // The caller may have passed a token or a secret as the name.
        let is_shown = Profile::is_valid_name(name) && !may_be_secret(name);
        let message = if is_shown {
            format!("there is no profile {name:?}")
        } else {
            "there is no such profile".to_owned()
        };
        let known: Vec<&str> = self
            .names()
            .filter(|it| Profile::is_valid_name(it))
            .collect();
        let hint = match suggest::nearest(name, &known) {
            Some(near) => format!("Did you mean {near:?}?"),
            None if known.is_empty() => "The configuration has no profiles.".to_owned(),
            None => format!("The profiles are {}.", known.join(", ")),
        };
        Err(ConfigError::new(ConfigProblem::ProfileUnknown, message).with_hint(hint))
    }

    /// Returns the default profile.
    ///
    /// # Errors
    /// Those of [`profile`](Self::profile).
    pub fn default_profile(&self) -> Result<Option<&Profile>> {
        let Some(Located { value, location }) = &self.default_profile else {
            return Ok(None);
        };
        self.profile(value).map(Some).map_err(|error| {
            if error.cause() != ConfigProblem::ProfileUnknown.into() {
                // The message has the location of the mistake already.
                return error;
            }
            let message = format!("{location}: `default_profile`: {error}");
            error.with_message(message)
        })
    }

    /// Returns the names of all profiles, also of those that cannot be used.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let usable = self.profiles.iter().map(|it| it.name.as_str());
        usable.chain(self.unusable_profiles.iter().map(|it| it.name.as_str()))
    }

    fn refuse_inline_secrets(&self, path: &Path) -> Result<()> {
        let usable = self.profiles.iter().filter_map(|profile| {
            let mut secrets = profile.secrets().into_iter();
            let (key, _) = secrets.find(|(_, it)| matches!(it, SecretReference::Inline(_)))?;
            Some((profile.name.as_str(), key))
        });
        let unusable = self.unusable_profiles.iter();
        let unusable = unusable.filter_map(|it| Some((it.name.as_str(), it.inline_secret?)));
        let Some((name, key)) = usable.chain(unusable).next() else {
            return Ok(());
        };
        let path = path.display();
        // The name of an unusable profile may be anything.
        let profile = if Profile::is_valid_name(name) {
            format!("the profile {name}")
        } else {
            "a profile".to_owned()
        };
        let message = format!(
            "{path}: {profile} holds {key} in the clear, and other users can read the file"
        );
        let error = ConfigError::new(ConfigProblem::ConfigurationExposed, message);
        Err(error.with_hint(format!("chmod 600 {path}")))
    }

    fn read_profiles(&mut self, top: &TableReader<'_>) -> Result<()> {
        let Some(tables) = subtable(top, "profiles")? else {
            return Ok(());
        };
        for (name, item) in tables.iter() {
            let key = tables.key(name).and_then(toml_edit::Key::span);
            let location = top.source.location(key.or_else(|| item.span()));
            match read_profile(top, name, item, location) {
                Ok(profile) => self.profiles.push(profile),
                Err(error) => self.unusable_profiles.push(UnusableProfile {
                    name: name.to_owned(),
                    error,
                    inline_secret: item.as_table_like().and_then(inline_secret),
                }),
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

fn read_profile(
    top: &TableReader<'_>,
    name: &str,
    item: &Item,
    location: Location,
) -> Result<Profile> {
    if !Profile::is_valid_name(name) {
        let message =
            "this cannot be the name of a profile: letters, digits, `.`, `_` and `-`, 64 at most";
        return Err(invalid(&location, message));
    }
    let Some(table) = item.as_table_like() else {
        return Err(invalid(&location, "a profile is a table: [profiles.NAME]"));
    };
    Profile::read(
        &reader(top, format!("profiles.{name}"), location, table),
        name,
    )
}

/// Returns the key of a secret that a table holds itself, as a string or in a list.
fn inline_secret(table: &dyn TableLike) -> Option<&'static str> {
    let is_inline = |item: &Item| match item.as_array() {
        Some(array) => array.iter().any(toml_edit::Value::is_str),
        None => item.is_str(),
    };
    let mut keys = Identity::SECRETS.into_iter();
    keys.find(|key| table.get(key).is_some_and(is_inline))
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
