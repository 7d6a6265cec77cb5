//! The state of all credentials.

use std::path::PathBuf;

use adobe_ims::session::{Session, SessionKey};

use crate::auth::offline::CredentialFacts;
use crate::error::Failure;

/// The state of all credentials.
pub(super) struct Report {
    pub(super) configuration: ConfigurationState,
    pub(super) entries: Vec<Entry>,
    /// The problems that belong to no entry.
    pub(super) problems: Vec<Failure>,
    /// The sessions that belong to no profile.
    pub(super) orphans: Vec<(SessionKey, Session)>,
}

/// The configuration that the report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ConfigurationState {
    Read(PathBuf),
    Missing(PathBuf),
    Unreadable(PathBuf),
    /// No variable names a folder in which it could be.
    WithoutPath(&'static str),
    /// A flag names the credentials.
    NotNeeded,
}

/// Credentials: a profile, or what a flag or variables name.
pub(super) struct Entry {
    /// The name of the profile, or the flag or variable.
    pub(super) name: String,
    pub(super) source: Source,
    /// True for the credentials that calls without flags use.
    pub(super) is_selected: bool,
    pub(super) facts: CredentialFacts,
}

/// The place in which the credentials are named.
pub(super) enum Source {
    Profile(ProfileSource),
    /// A profile that cannot be used.
    UnusableProfile {
        is_default: bool,
    },
    FlagOrVariable,
}

pub(super) struct ProfileSource {
    pub(super) type_name: &'static str,
    /// The file, the line and the column.
    pub(super) location: String,
    pub(super) targets: Option<Vec<String>>,
    pub(super) is_default: bool,
}

impl Report {
    /// Creates a report that is limited to one entry.
    pub(super) fn of_one(configuration: ConfigurationState, entry: Entry) -> Self {
        Self {
            configuration,
            entries: vec![entry],
            problems: Vec::new(),
            orphans: Vec::new(),
        }
    }
}

impl Entry {
    pub(super) fn is_profile(&self) -> bool {
        !matches!(self.source, Source::FlagOrVariable)
    }

    /// Returns true for the default profile of the configuration.
    pub(super) fn is_default(&self) -> bool {
        match &self.source {
            Source::Profile(profile) => profile.is_default,
            Source::UnusableProfile { is_default } => *is_default,
            Source::FlagOrVariable => false,
        }
    }
}
