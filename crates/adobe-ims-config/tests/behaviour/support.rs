//! A system with prepared files and variables.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims_config::system::{CommandOutcome, FileContent, SystemAccess};
use adobe_ims_config::{ConfigError, Configuration};

pub(crate) const SECRET: &str = "SECRET?%&=ü";

/// Files with their modes, and variables. Nothing can be run.
#[derive(Default)]
pub(crate) struct FakeSystem {
    pub(crate) files: HashMap<PathBuf, (String, bool)>,
    pub(crate) variables: HashMap<String, String>,
}

impl FakeSystem {
    pub(crate) fn file(mut self, path: &str, content: &str, is_readable_by_others: bool) -> Self {
        let content = (content.to_owned(), is_readable_by_others);
        self.files.insert(path.into(), content);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl SystemAccess for FakeSystem {
    fn variable(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).map(OsString::from)
    }

    fn read(&self, path: &Path) -> io::Result<FileContent> {
        let found = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(FileContent::new(found.0.as_bytes().to_vec()).readable_by_others(found.1))
    }

    fn run(&self, _: &[String], _: Duration) -> io::Result<CommandOutcome> {
        Err(io::Error::other("nothing is run here"))
    }
}

pub(crate) const PATH: &str = "/etc/ims/config.toml";

#[track_caller]
pub(crate) fn parse(text: &str) -> Configuration {
    Configuration::parse(text, Path::new(PATH), Some(Path::new("/home/me"))).unwrap()
}

/// Returns the mistake in a file: of the whole file, or else of a profile or of `default_profile`.
#[track_caller]
pub(crate) fn mistake(text: &str) -> ConfigError {
    let configuration = match Configuration::parse(text, Path::new(PATH), None) {
        Ok(configuration) => configuration,
        Err(error) => return error,
    };
    let mut unusable = configuration.unusable_profiles.iter();
    match unusable.next() {
        Some(profile) => {
            let used = configuration.profile(&profile.name).unwrap_err();
            assert_eq!(used.to_string(), profile.error.to_string());
            used
        }
        None => configuration.default_profile().unwrap_err(),
    }
}
