//! The tiers of AEM as a Cloud Service.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A tier of an environment of AEM. The first word of its host name is the name of the tier.
///
/// ```
/// use adobe_ims_emulator::AemTier;
///
/// assert_eq!(AemTier::from_name("publish"), Some(AemTier::Publish));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AemTier {
    /// `author`: people and programs write here.
    #[default]
    Author,
    /// `preview`: shows content before its publication. The emulator treats it as publish.
    Preview,
    /// `publish`: visitors read here.
    Publish,
}

impl AemTier {
    /// All tiers, in the alphabetical order of their names.
    pub const ALL: [Self; 3] = [Self::Author, Self::Preview, Self::Publish];

    /// Returns the name of the tier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Preview => "preview",
            Self::Publish => "publish",
        }
    }

    /// Returns the tier with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

impl fmt::Display for AemTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
