//! The credential document.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::CredentialVariables;
use zeroize::Zeroizing;

use crate::console::Console;
use crate::environment::{Variables, input, variables};
use crate::error::Failure;

/// A credential document and the directory in which its relative paths start.
pub(crate) struct CredentialDocument {
    pub(crate) content: Zeroizing<Vec<u8>>,
    pub(crate) directory: PathBuf,
    /// True for a file, which may have others beside it.
    pub(crate) is_file: bool,
}

impl CredentialDocument {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            content: input::read(path)?,
            directory: path.parent().map(Path::to_owned).unwrap_or_default(),
            is_file: path.as_os_str() != "-",
        })
    }

    /// Reads the document that `IMS_CREDENTIALS` names or holds.
    pub(crate) fn of_variable(variables: &Variables) -> Result<Option<Self>, Failure> {
        let Some(value) = variables.os(variables::CREDENTIALS) else {
            return Ok(None);
        };
        match value.to_str() {
            Some(text) if !input::may_be_a_path(text) => Ok(Some(Self {
                content: Zeroizing::new(text.as_bytes().to_vec()),
                directory: PathBuf::new(),
                is_file: false,
            })),
            _ => Self::read(Path::new(&value)).map(Some),
        }
    }

    /// Says that a variable of a `.env` file does not name the identity service, as a reader may think.
    pub(crate) fn warn_ignored_environment(&self, console: &Console) {
        let text = str::from_utf8(&self.content).unwrap_or_default();
        if text.trim_start().starts_with(['{', '[']) {
            return;
        }
        if let Some(name) = CredentialVariables::of_env_file(text).ignored_environment() {
            console.notice(&format!(
                "{name} of the document is ignored: its value is no environment of the identity service; IMS_ENV and IMS_HOST name one"
            ));
        }
    }

    /// Returns the credentials in the `.env` beside the document, where aio keeps the values that a document only names.
    pub(crate) fn variables_beside(&self) -> Result<Option<CredentialVariables>, Failure> {
        let path = self.directory.join(".env");
        if !self.is_file || !path.is_file() {
            return Ok(None);
        }
        let content = input::read(&path)?;
        let text = String::from_utf8_lossy(&content);
        let found = CredentialVariables::of_env_file(&text);
        Ok(Some(found).filter(|found| !found.is_empty()))
    }
}
