//! The configuration file: its path, and reading it.

use std::path::{Path, PathBuf};

use adobe_ims::Problem;
use adobe_ims_config::edit::Editor;
use adobe_ims_config::precedence::{Origin, Sourced};
use adobe_ims_config::system::SystemAccess;
use adobe_ims_config::{Cause, ConfigError, ConfigProblem, Configuration};

use crate::context::Context;
use crate::environment::{machine, variables};
use crate::error::{CommandProblem, Failure};

/// The configuration file that `--config`, `IMS_CONFIG` or the platform names.
pub(crate) struct ConfigurationSource<'a> {
    flag: Option<&'a Path>,
    pub(super) context: &'a Context,
}

impl<'a> ConfigurationSource<'a> {
    /// The reason why the usual path is unknown.
    pub(crate) const UNSET: &'static str = if cfg!(windows) {
        "APPDATA is not set"
    } else {
        "neither XDG_CONFIG_HOME nor HOME is set"
    };

    pub(crate) fn new(flag: Option<&'a Path>, context: &'a Context) -> Self {
        Self { flag, context }
    }

    /// Returns the path of the file, which need not exist, and the origin of the path.
    pub(crate) fn path(&self) -> Result<Option<Sourced<PathBuf>>, Failure> {
        let variables = &self.context.variables;
        if let Some(path) = self.flag {
            let (value, origin) = (path.to_owned(), Origin::Flag("--config"));
            return Ok(Some(Sourced { value, origin }));
        }
        if let Some(value) = variables.os(variables::CONFIG).map(PathBuf::from) {
            if !value.is_absolute() {
                let message = format!("{} is not an absolute path", variables::CONFIG);
                return Err(Failure::new(CommandProblem::VariableInvalid, message));
            }
            let origin = Origin::Variable(variables::CONFIG);
            return Ok(Some(Sourced { value, origin }));
        }
        let usual = Configuration::default_path(&machine(variables));
        let origin = Origin::BuiltIn;
        Ok(usual.map(|value| Sourced { value, origin }))
    }

    /// Reads the configuration. A file at the usual path may be missing; one that was named must exist.
    pub(crate) fn load(&self) -> Result<Option<Configuration>, Failure> {
        let Some(Sourced { value, origin }) = self.path()? else {
            return Ok(None);
        };
        match Configuration::load(&value, &machine(&self.context.variables))? {
            None if origin != Origin::BuiltIn => {
                let message =
                    format!("the configuration {value:?}, named by {origin}, does not exist");
                Err(ConfigError::new(Problem::FileUnreadable, message).into())
            }
            found => Ok(found),
        }
    }

    /// Reads the configuration; a missing one is a failure.
    pub(crate) fn load_existing(&self) -> Result<Configuration, Failure> {
        self.load()?.ok_or_else(|| self.missing())
    }

    /// Reads the configuration for a command that works without one.
    ///
    /// A file at the usual path that this user may not read (a container with the home of another user) causes a
    /// note and nothing else.
    pub(crate) fn load_if_readable(&self) -> Result<Option<Configuration>, Failure> {
        let Some(Sourced { value, origin }) = self.path()? else {
            return Ok(None);
        };
        if origin != Origin::BuiltIn {
            return self.load();
        }
        match Configuration::load(&value, &machine(&self.context.variables)) {
            Err(error) if error.cause() == Cause::Ims(Problem::FileUnreadable) => {
                self.context.console.notice(&error.to_string());
                Ok(None)
            }
            loaded => Ok(loaded?),
        }
    }

    /// Returns the failure for a configuration that does not exist.
    pub(crate) fn missing(&self) -> Failure {
        match self.path() {
            Err(failure) => failure,
            Ok(Some(Sourced { value, .. })) => {
                let message =
                    format!("there is no configuration with profiles: {value:?} does not exist");
                ConfigError::new(ConfigProblem::ProfileUnknown, message).into()
            }
            Ok(None) => {
                let unset = Self::UNSET;
                let message = format!("the path of the configuration is unknown: {unset}");
                Failure::new(CommandProblem::VariableInvalid, message)
                    .with_hint("name it with --config FILE or IMS_CONFIG")
            }
        }
    }

    /// Opens the file for changes, or a new one, and returns its absolute path.
    pub(crate) fn editor(&self) -> Result<(PathBuf, Editor), Failure> {
        let place = self.path()?.ok_or_else(|| self.missing())?;
        let path = std::path::absolute(&place.value)
            .map_err(|error| Failure::unexpected(format!("no current directory: {error}")))?;
        let editor = match machine(&self.context.variables).read(&path) {
            Ok(content) => {
                let text = str::from_utf8(content.bytes()).unwrap_or("\u{0}");
                Editor::new(&path, Some(text))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Editor::new(&path, None)?,
            Err(error) => {
                let message = format!("the configuration {path:?} cannot be read: {error}");
                return Err(ConfigError::new(Problem::FileUnreadable, message).into());
            }
        };
        Ok((path, editor))
    }
}
