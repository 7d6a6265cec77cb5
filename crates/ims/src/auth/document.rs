//! The credential document.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::environment::{Variables, input, variables};
use crate::error::Failure;

/// A credential document and the directory in which its relative paths start.
pub(crate) struct CredentialDocument {
    pub(crate) content: Zeroizing<Vec<u8>>,
    pub(crate) directory: PathBuf,
}

impl CredentialDocument {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            content: input::read(path)?,
            directory: path.parent().map(Path::to_owned).unwrap_or_default(),
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
            })),
            _ => Self::read(Path::new(&value)).map(Some),
        }
    }
}
