//! The credential document.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::CredentialVariables;
use adobe_ims::internal::value::{self, ValueKind};
use zeroize::Zeroizing;

use crate::console::Console;
use crate::environment::input::NamedFile;
use crate::environment::{Variables, input, variables};
use crate::error::Failure;

/// A credential document and the directory in which its relative paths start.
pub(crate) struct CredentialDocument {
    pub(crate) content: Zeroizing<Vec<u8>>,
    pub(crate) directory: PathBuf,
    /// True for a file, which may have others beside it.
    pub(crate) is_file: bool,
    /// The path of the document, if other users of this machine can read it.
    pub(crate) exposed: Option<PathBuf>,
}

impl CredentialDocument {
    pub(crate) fn read(file: NamedFile<'_>) -> Result<Self, Failure> {
        let content = file.read()?;
        Ok(Self {
            content: content.bytes,
            directory: file.directory(),
            is_file: !file.is_stdin(),
            exposed: content.exposed,
        })
    }

    /// Reads the document that `IMS_CREDENTIALS` names or holds.
    pub(crate) fn of_variable(variables: &Variables) -> Result<Option<Self>, Failure> {
        let name = variables::CREDENTIALS;
        let Some(value) = variables.os(name) else {
            return Ok(None);
        };
        let Some(text) = value.to_str() else {
            return Self::read(NamedFile::new(name, Path::new(&value))).map(Some);
        };
        if input::may_be_a_path(text) {
            return Self::read(NamedFile::new(name, Path::new(text))).map(Some);
        }
        if let Some(content) = value::impossible(ValueKind::Document, text.trim()) {
            return Err(value::refusal(name, content).into());
        }
        // A file of variables may have left its quotes around the path.
        let unquoted = text.trim().trim_matches(['"', '\'']);
        if input::may_be_a_path(unquoted) {
            return Self::read(NamedFile::new(name, Path::new(unquoted))).map(Some);
        }
        Ok(Some(Self {
            content: Zeroizing::new(text.as_bytes().to_vec()),
            directory: PathBuf::new(),
            is_file: false,
            exposed: None,
        }))
    }

    /// Returns the name of a variable of a `.env` file that does not name the identity service, as a reader may think.
    pub(crate) fn ignored_environment(&self) -> Option<String> {
        let text = str::from_utf8(&self.content).unwrap_or_default();
        if text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        CredentialVariables::of_env_file(text).ignored_environment()
    }

    /// Says that such a variable is ignored.
    pub(crate) fn warn_ignored_environment(&self, console: &Console) {
        if let Some(name) = self.ignored_environment() {
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
        let content = NamedFile::new("beside the document", &path).read()?;
        let text = String::from_utf8_lossy(&content.bytes);
        let found = CredentialVariables::of_env_file(&text);
        Ok(Some(found).filter(|found| !found.is_empty()))
    }
}
