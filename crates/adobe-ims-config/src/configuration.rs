use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use adobe_ims::Problem;
use toml_edit::{Document, Item, TableLike};

use crate::error::{ConfigError, Result};
use crate::location::{Located, SourceText};
use crate::problem::ConfigProblem;
use crate::profile::Profile;
use crate::secret_reference::SecretReference;
use crate::settings::{self, Settings};
use crate::suggest;
use crate::system::{FileContent, SystemAccess};
use crate::table::{TableReader, invalid};

/// The configuration file, read and found to make sense as a whole.
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

    /// Where the file is by default: `$XDG_CONFIG_HOME/ims/config.toml`, `~/.config/ims/config.toml`, or
    /// `%APPDATA%\ims\config.toml` on Windows. Variables that hold no absolute path do not count, as the
    /// XDG specification has it: the configuration never depends on the current directory.
    pub fn default_path(system: &dyn SystemAccess) -> Option<PathBuf> {
        let homes: &[(&str, &str)] = match cfg!(windows) {
            true => &[("APPDATA", "ims\\config.toml")],
            false => &[
                ("XDG_CONFIG_HOME", "ims/config.toml"),
                ("HOME", ".config/ims/config.toml"),
            ],
        };
        let mut usual = homes
            .iter()
            .filter_map(|(name, rest)| Some(PathBuf::from(system.variable(name)?).join(rest)));
        usual.find(|path| path.is_absolute())
    }

    /// Reads a file; `None` when there is none.
    ///
    /// # Errors
    /// [`Problem::FileUnreadable`]; [`ConfigProblem::ConfigurationInvalid`] and [`ConfigProblem::ProfileIncomplete`]
    /// with the location; [`ConfigProblem::ConfigurationExposed`] when it holds a secret and others can read it;
    /// and what its addresses have against them.
    pub fn load(path: &Path, system: &dyn SystemAccess) -> Result<Option<Self>> {
        let FileContent {
            bytes,
            is_readable_by_others,
        } = match system.read(path) {
            Ok(content) => content,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => {
                let what = format!("the configuration {path:?} cannot be read: {error}");
                return Err(ConfigError::new(Problem::FileUnreadable, what));
            }
        };
        let text = str::from_utf8(&bytes).map_err(|_| {
            let what = format!("{}: this is not UTF-8 text", path.display());
            ConfigError::new(ConfigProblem::ConfigurationInvalid, what)
        })?;
        let home = system.variable("HOME").map(PathBuf::from);
        let configuration = Self::parse(text, path, home.as_deref())?;
        if is_readable_by_others {
            configuration.refuse_exposed_secrets(path)?;
        }
        Ok(Some(configuration))
    }

    /// Reads the text of a file. Relative paths in it start at the folder of `path`, and `~/` at `home`.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self> {
        let source = SourceText {
            file: path.into(),
            text,
        };
        let document = Document::parse(text).map_err(|error| not_toml(&error, &source))?;
        let section = |name: &str, location, table| TableReader {
            text: &source,
            name: name.to_owned(),
            location,
            table,
            home,
        };
        let top: &dyn TableLike = document.as_table();
        let top = section("", source.location(None), top);
        top.allow_keys(
            &[&["version", "default_profile", "defaults", "profiles"]],
            &[],
            "",
        )?;
        check_version(&top)?;

        let defaults = match table(&top, "defaults")? {
            Some(table) => {
                let section = section("defaults", top.location_of("defaults"), table);
                let of_profiles = ["type", "targets", "credentials", "client_id", "scopes"];
                section.allow_keys(&[settings::KEYS], &of_profiles, "all profiles together")?;
                Settings::read(&section)?
            }
            None => Settings::default(),
        };
        let mut profiles = Vec::new();
        let named = table(&top, "profiles")?;
        for (name, item) in named.into_iter().flat_map(TableLike::iter) {
            let key = named
                .and_then(|it| it.key(name))
                .and_then(toml_edit::Key::span);
            let location = source.location(key.or_else(|| item.span()));
            if !Profile::is_valid_name(name) {
                let what = "this cannot be the name of a profile: letters, digits, `.`, `_` and `-`, 64 at most";
                return Err(invalid(&location, what));
            }
            let Some(table) = item.as_table_like() else {
                return Err(invalid(&location, "a profile is a table: [profiles.NAME]"));
            };
            let section = section(&format!("profiles.{name}"), location, table);
            profiles.push(Profile::read(&section, name)?);
        }
        let configuration = Self {
            default_profile: top.text("default_profile")?,
            defaults,
            profiles,
        };
        if let Some(Located { value, location }) = &configuration.default_profile
            && let Err(error) = configuration.profile(value)
        {
            let what = format!("{location}: `default_profile`: {error}");
            return Err(error.with_message(what));
        }
        Ok(configuration)
    }

    /// The profile of this name.
    ///
    /// # Errors
    /// [`ConfigProblem::ProfileUnknown`].
    pub fn profile(&self, name: &str) -> Result<&Profile> {
        if let Some(found) = self.profiles.iter().find(|profile| profile.name == name) {
            return Ok(found);
        }
        let known: Vec<&str> = self.profiles.iter().map(|it| it.name.as_str()).collect();
        // A token or a secret may stand where a name should.
        let is_shown = Profile::is_valid_name(name) && name.len() <= 32 && !name.contains("eyJ");
        let what = match is_shown {
            true => format!("there is no profile {name:?}"),
            false => "there is no such profile".to_owned(),
        };
        let error = ConfigError::new(ConfigProblem::ProfileUnknown, what);
        Err(match (suggest::nearest(name, &known), known.is_empty()) {
            (Some(near), _) => error.with_hint(format!("Did you mean {near:?}?")),
            (None, false) => error.with_hint(format!("There are {}.", known.join(", "))),
            (None, true) => error.with_hint("The configuration has no profiles."),
        })
    }

    fn refuse_exposed_secrets(&self, path: &Path) -> Result<()> {
        for profile in &self.profiles {
            let mut secrets = profile.secrets().into_iter();
            let clear = secrets.find(|(_, it)| matches!(it, SecretReference::Inline(_)));
            if let Some((key, _)) = clear {
                let (path, name) = (path.display(), &profile.name);
                let what = format!(
                    "{path}: the profile {name} holds {key} in the clear, and other users can read the file"
                );
                return Err(ConfigError::new(ConfigProblem::ConfigurationExposed, what)
                    .with_hint(format!("chmod 600 {path}")));
            }
        }
        Ok(())
    }
}

fn check_version(top: &TableReader<'_>) -> Result<()> {
    let Some(version) = top.table.get("version") else {
        // An empty file says nothing that could be misunderstood.
        return match top.table.is_empty() {
            true => Ok(()),
            false => Err(invalid(
                &top.location,
                "`version = 1` is missing at the top",
            )),
        };
    };
    match version.as_integer() {
        Some(1) => Ok(()),
        _ => Err(invalid(
            &top.location_of("version"),
            "`version` is 1, or another version of this program wrote the file",
        )),
    }
}

fn table<'a>(top: &TableReader<'a>, name: &str) -> Result<Option<&'a dyn TableLike>> {
    match top.table.get(name) {
        None => Ok(None),
        Some(Item::Table(table)) => Ok(Some(table as &dyn TableLike)),
        Some(item) => match item.as_table_like() {
            Some(table) => Ok(Some(table)),
            None => Err(invalid(
                &top.location_of(name),
                &format!("`{name}` is a table: [{name}]"),
            )),
        },
    }
}

/// The parser's own words, unless they quote what stands in the file.
fn not_toml(error: &toml_edit::TomlError, source: &SourceText<'_>) -> ConfigError {
    let location = source.location(error.span());
    let message = error.message().lines().next().unwrap_or_default();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let is_safe = quoted.all(|it| it.len() <= 3) && !message.contains(['"', '\'']);
    let what = match is_safe && !message.is_empty() {
        true => format!("this is not TOML: {message}"),
        false => "this is not TOML".to_owned(),
    };
    invalid(&location, &what)
}
