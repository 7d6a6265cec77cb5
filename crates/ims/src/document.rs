//! The credential document, from wherever it is held.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::arguments::Identity;
use crate::failure::{CREDENTIALS_MISSING, Failure};
use crate::variables::{self, Variables};
use crate::{configured, input};

/// The credential document, or what tells a profile from others, and where relative paths inside of it start.
pub(crate) struct Document {
    pub(crate) content: Zeroizing<Vec<u8>>,
    pub(crate) directory: PathBuf,
}

impl Document {
    pub(crate) fn find(arguments: &Identity, variables: &Variables) -> Result<Self, Failure> {
        if let Some(profile) = &arguments.selected {
            return Ok(Self {
                content: profile.essence(&configured::machine(variables))?,
                directory: profile.directory(),
            });
        }
        let from_variable = variables.os(variables::CREDENTIALS);
        if arguments.credentials.is_none()
            && let Some(text) = from_variable.as_deref().and_then(|value| value.to_str())
            && !input::may_be_a_path(text)
        {
            return Ok(Self {
                content: Zeroizing::new(text.as_bytes().to_vec()),
                directory: PathBuf::new(),
            });
        }
        let path = arguments
            .credentials
            .as_deref()
            .or_else(|| from_variable.as_deref().map(Path::new))
            .ok_or_else(|| {
                Failure::configuration(CREDENTIALS_MISSING, "no credentials were named")
                    .with_hint(
                        "name the JSON that Adobe's console hands out: -c FILE, or IMS_CREDENTIALS",
                    )
                    .with_hint("or a profile of the configuration: -p NAME, or IMS_PROFILE")
            })?;
        Ok(Self {
            content: input::read(path)?,
            directory: path.parent().map(Path::to_owned).unwrap_or_default(),
        })
    }
}
