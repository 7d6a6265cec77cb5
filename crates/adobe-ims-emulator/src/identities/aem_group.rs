//! The groups of AEM that the emulator knows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A group of AEM.
///
/// ```
/// use adobe_ims_emulator::AemGroup;
///
/// assert_eq!(AemGroup::FormsUsers.name(), "forms-users");
/// assert_eq!(AemGroup::from_name("forms-users"), Some(AemGroup::FormsUsers));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[non_exhaustive]
pub enum AemGroup {
    /// `administrators`: may do everything, above all use the batch API.
    Administrators,
    /// `contributors`: reads. Every user is a member.
    Contributors,
    /// `dam-users`: writes assets.
    DamUsers,
    /// `forms-users`: calls AEM Forms Communications.
    FormsUsers,
}

impl AemGroup {
    /// All groups, in the alphabetical order of their names.
    pub const ALL: [Self; 4] = [
        Self::Administrators,
        Self::Contributors,
        Self::DamUsers,
        Self::FormsUsers,
    ];

    /// Returns the name of the group in AEM.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrators => "administrators",
            Self::Contributors => "contributors",
            Self::DamUsers => "dam-users",
            Self::FormsUsers => "forms-users",
        }
    }

    /// Returns the group with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

impl fmt::Display for AemGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
