//! Resolves a setting from its sources: flag, variable, profile, defaults, built-in value.
//!
//! ```
//! use adobe_ims_config::Configuration;
//! use adobe_ims_config::precedence::{Layers, Origin, Resolved, Sourced};
//!
//! let text = "version = 1\n[defaults]\nretries = 5\n";
//! let configuration = Configuration::parse(text, "config.toml".as_ref(), None)?;
//! let flag = Sourced { value: 1, origin: Origin::Flag("--retries") };
//! let layers = Layers::new(None, configuration.defaults.retries).or_built_in(2);
//!
//! let retries = Resolved::from_sources(Some(flag), None, layers).unwrap();
//! assert_eq!(retries.effective.value, 1);
//! assert_eq!(retries.overruled[0].origin.to_string(), "config.toml:3:11");
//! assert_eq!(retries.overruled[1].origin.kind(), "built-in");
//! # Ok::<(), adobe_ims_config::ConfigError>(())
//! ```

use core::fmt;

use crate::location::{Located, Location};

/// The source of a setting's value. The first variant counts most, the last one least.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// The selected profile.
    Profile(Location),
    /// `[defaults]`, or the top of the configuration.
    Defaults(Location),
    /// A value that is built in.
    BuiltIn,
}

impl Origin {
    /// Returns the kind of source: `flag`, `variable`, `profile`, `defaults` or `built-in`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "variable",
            Self::Profile(_) => "profile",
            Self::Defaults(_) => "defaults",
            Self::BuiltIn => "built-in",
        }
    }

    /// Returns the location in the configuration, if the value stands there.
    pub fn location(&self) -> Option<&Location> {
        match self {
            Self::Profile(location) | Self::Defaults(location) => Some(location),
            _ => None,
        }
    }
}

/// Writes the name of the flag or variable, or the location in the file.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Profile(location) | Self::Defaults(location) => location.fmt(f),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The source of the value.
    pub origin: Origin,
}

/// The value of a setting, and the values that it overrules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<T> {
    /// The value that counts.
    pub effective: Sourced<T>,
    /// The values that do not count, the next in order first.
    pub overruled: Vec<Sourced<T>>,
}

impl<T> Resolved<T> {
    /// Resolves a setting: the flag counts most, then the variable, the profile, the defaults and the built-in
    /// value. Returns `None` if no source has a value.
    pub fn from_sources(
        flag: Option<Sourced<T>>,
        variable: Option<Sourced<T>>,
        layers: Layers<T>,
    ) -> Option<Self> {
        let Layers {
            profile,
            defaults,
            built_in,
        } = layers;
        let mut values = [flag, variable, profile, defaults, built_in]
            .into_iter()
            .flatten();
        Some(Self {
            effective: values.next()?,
            overruled: values.collect(),
        })
    }
}

/// The values of a setting in the configuration, and its built-in value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers<T> {
    profile: Option<Sourced<T>>,
    defaults: Option<Sourced<T>>,
    built_in: Option<Sourced<T>>,
}

impl<T> Layers<T> {
    /// Takes the values of the profile and of `[defaults]`.
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

    /// Adds the value that counts if no source has one.
    #[must_use]
    pub fn or_built_in(mut self, value: T) -> Self {
        let origin = Origin::BuiltIn;
        self.built_in = Some(Sourced { value, origin });
        self
    }
}
