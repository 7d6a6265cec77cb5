use core::fmt;

use crate::location::{Located, Place};

/// Who says what a setting is, from the one that counts most to the one that counts least.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// The profile that was selected.
    Profile(Place),
    /// `[defaults]`, or the top of the configuration.
    Defaults(Place),
    /// Nobody; it is built in.
    BuiltIn,
}

impl Origin {
    /// The name of the sort: `flag`, `variable`, `profile`, `defaults` or `built-in`.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "variable",
            Self::Profile(_) => "profile",
            Self::Defaults(_) => "defaults",
            Self::BuiltIn => "built-in",
        }
    }

    /// The place in a file, if it is from one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Profile(place) | Self::Defaults(place) => Some(place),
            _ => None,
        }
    }
}

/// The flag, the variable, or the place in the file.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Profile(place) | Self::Defaults(place) => place.fmt(f),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Who says so.
    pub origin: Origin,
}

/// What a setting is, and what it would be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<T> {
    /// What counts.
    pub winner: Given<T>,
    /// What was overruled, in the order in which it would count.
    pub overruled: Vec<Given<T>>,
}

impl<T> Decision<T> {
    /// Decides: flag, then variable, then profile, then defaults, then what is built in. `None` when
    /// nobody says anything.
    pub fn of(flag: Option<Given<T>>, variable: Option<Given<T>>, file: Layers<T>) -> Option<Self> {
        let said = [flag, variable, file.profile, file.defaults, file.built_in];
        let mut said = said.into_iter().flatten();
        Some(Self {
            winner: said.next()?,
            overruled: said.collect(),
        })
    }
}

/// What the configuration says of a setting, and what is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers<T> {
    profile: Option<Given<T>>,
    defaults: Option<Given<T>>,
    built_in: Option<Given<T>>,
}

impl<T> Layers<T> {
    /// The value in the profile and in `[defaults]`.
    pub fn new(profile: Option<Located<T>>, defaults: Option<Located<T>>) -> Self {
        Self {
            profile: profile.map(|Located { value, place }| Given {
                value,
                origin: Origin::Profile(place),
            }),
            defaults: defaults.map(|Located { value, place }| Given {
                value,
                origin: Origin::Defaults(place),
            }),
            built_in: None,
        }
    }

    /// Adds what holds when nobody says anything.
    #[must_use]
    pub fn or(mut self, value: T) -> Self {
        let origin = Origin::BuiltIn;
        self.built_in = Some(Given { value, origin });
        self
    }
}
