//! Options of requests, from flags and a file.

use std::path::{Path, PathBuf};

use aem_forms::error::{Finding, Place};
use aem_forms::known_options::Operation;
use aem_forms::lint;

use super::documents::refuse_credentials;
use crate::environment::input::NamedFile;
use crate::error::{CommandProblem, Failure};

/// The text of `--options`.
pub(crate) struct OptionsFile {
    path: PathBuf,
    text: String,
}

impl OptionsFile {
    /// Reads the file, if the flag names one.
    pub(crate) fn read(path: Option<&Path>) -> Result<Option<Self>, Failure> {
        let Some(path) = path else {
            return Ok(None);
        };
        let content = NamedFile::new("--options", path).content()?;
        refuse_credentials(&format!("--options {path:?}"), &content)?;
        let text = String::from_utf8(content).map_err(|_| {
            let message = format!("--options {path:?} is not UTF-8 text");
            Failure::new(CommandProblem::Usage, message)
        })?;
        Ok(Some(Self {
            path: path.to_owned(),
            text,
        }))
    }

    /// Checks the options of the file for a request.
    pub(crate) fn check(&self, operation: Operation) -> Vec<Finding> {
        let place = Place::file(self.path.to_string_lossy());
        lint::options(place, self.text.as_bytes(), operation)
    }
}

/// Puts the options of the file under those of the flags.
pub(crate) fn over<O>(
    file: Option<&OptionsFile>,
    options: O,
    over_json: impl FnOnce(O, &str) -> aem_forms::Result<O>,
) -> Result<O, Failure> {
    let Some(file) = file else {
        return Ok(options);
    };
    over_json(options, &file.text).map_err(|error| {
        let place = format!("--options {:?}", file.path);
        Failure::from(error).in_place(&place)
    })
}

/// Checks all options of a request: those of the file, then those that the flags add.
pub(crate) fn check(file: Option<&OptionsFile>, sent: &str, operation: Operation) -> Vec<Finding> {
    let mut findings = file.map(|file| file.check(operation)).unwrap_or_default();
    let of_flags = lint::options(Place::part("options"), sent.as_bytes(), operation);
    let is_new = |finding: &Finding| !findings.iter().any(|it| it.message == finding.message);
    let new: Vec<Finding> = of_flags.into_iter().filter(is_new).collect();
    findings.extend(new);
    findings
}
