//! Which of several sources decides a setting.

use core::fmt;

use crate::location::{Located, Location};

/// Who says what a setting is, from the one that counts most to the one that counts least.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// The profile that was selected.
    Profile(Location),
    /// `[defaults]`, or the top of the configuration.
    Defaults(Location),
    /// Nobody; it is built in.
    BuiltIn,
}

impl Origin {
    /// The name of the kind: `flag`, `variable`, `profile`, `defaults` or `built-in`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "variable",
            Self::Profile(_) => "profile",
            Self::Defaults(_) => "defaults",
            Self::BuiltIn => "built-in",
        }
    }

    /// The location in a file, if it is from one.
    pub fn location(&self) -> Option<&Location> {
        match self {
            Self::Profile(location) | Self::Defaults(location) => Some(location),
            _ => None,
        }
    }
}

/// The flag, the variable, or the location in the file.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Profile(location) | Self::Defaults(location) => location.fmt(f),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who says so.
    pub origin: Origin,
}

/// What a setting is, and what it would be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<T> {
    /// What counts.
    pub effective: Sourced<T>,
    /// What was overruled, in the order in which it would count.
    pub overruled: Vec<Sourced<T>>,
}

impl<T> Resolved<T> {
    /// Decides: flag, then variable, then profile, then defaults, then what is built in. `None` when
    /// nobody says anything.
    pub fn from_sources(
        flag: Option<Sourced<T>>,
        variable: Option<Sourced<T>>,
        file: Layers<T>,
    ) -> Option<Self> {
        let said = [flag, variable, file.profile, file.defaults, file.built_in];
        let mut said = said.into_iter().flatten();
        Some(Self {
            effective: said.next()?,
            overruled: said.collect(),
        })
    }
}

/// What the configuration says of a setting, and what is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers<T> {
    profile: Option<Sourced<T>>,
    defaults: Option<Sourced<T>>,
    built_in: Option<Sourced<T>>,
}

impl<T> Layers<T> {
    /// The value in the profile and in `[defaults]`.
    pub fn new(profile: Option<Located<T>>, defaults: Option<Located<T>>) -> Self {
        Self {
            profile: profile.map(|Located { value, location }| Sourced {
                value,
                origin: Origin::Profile(location),
            }),
            defaults: defaults.map(|Located { value, location }| Sourced {
                value,
                origin: Origin::Defaults(location),
            }),
            built_in: None,
        }
    }

    /// Adds what holds when nobody says anything.
    #[must_use]
    pub fn or_built_in(mut self, value: T) -> Self {
        let origin = Origin::BuiltIn;
        self.built_in = Some(Sourced { value, origin });
        self
    }
}
