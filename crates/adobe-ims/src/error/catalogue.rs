//! The form of a catalogue of known causes. The library, the configuration and the command each have one.

use core::fmt;

/// The kind of source that a cause is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KnownFrom {
    /// Adobe's documentation describes it.
    Documented,
    /// It was observed: in a public report, or relied upon by a published client.
    Observed,
    /// Nobody published it. It follows from other facts.
    Inferred,
    /// This program checks it itself.
    Checked,
}

impl KnownFrom {
    /// Returns the name, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Checked => "checked",
        }
    }
}

/// The certainty that a cause is the cause of a failure. The most certain comes first in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// The server names the cause, or nothing else can be the reason.
    Certain,
    /// The usual cause of this failure, or the one that known facts speak for.
    Likely,
    /// A known cause of this failure. Nothing else speaks for it.
    Possible,
}

impl Certainty {
    /// Returns the name, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Defines the enum of a catalogue. For the crates of this project only.
///
/// An entry may end in the kind of source that it is known from, a name of [`KnownFrom`], and in how certain the cause
/// can be at most, a name of [`Certainty`]. Without them the program checks it itself, and is certain.
#[doc(hidden)]
#[macro_export]
macro_rules! problem_catalogue {
    (@known_from) => { $crate::error::KnownFrom::Checked };
    (@known_from $source:ident) => { $crate::error::KnownFrom::$source };
    (@certainty) => { $crate::error::Certainty::Certain };
    (@certainty $certainty:ident) => { $crate::error::Certainty::$certainty };
    ($(#[$enum_doc:meta])* $vis:vis enum $Catalogue:ident {
        $($(#[$doc:meta])* $name:ident = $id:literal, $class:ident, $transient:literal,
            $meaning:literal, [$($fix:literal),+ $(,)?] $(, $source:ident $($certainty:ident)?)?;)+
    }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $Catalogue {
            $(
                #[doc = $meaning]
                $(#[$doc])*
                $name,
            )+
        }

        impl ::core::fmt::Display for $Catalogue {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.id())
            }
        }

        impl $Catalogue {
            /// Every entry of the catalogue.
            $vis const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the stable id, in kebab-case.
            $vis fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// Returns the class of failure that the cause belongs to.
            $vis fn class(self) -> $crate::ErrorClass {
                match self { $(Self::$name => $crate::ErrorClass::$class,)+ }
            }

            /// Returns true if the same request may succeed later without any change.
            $vis fn is_transient(self) -> bool {
                match self { $(Self::$name => $transient,)+ }
            }

            /// Returns the meaning, in a sentence or two.
            $vis fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }

            /// Returns what to do, most likely remedy first.
            $vis fn fixes(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($fix),+],)+ }
            }

            /// Returns the kind of source that the cause is known from.
            $vis fn known_from(self) -> $crate::error::KnownFrom {
                match self { $(Self::$name => $crate::problem_catalogue!(@known_from $($source)?),)+ }
            }

            /// Returns how certain the cause is where it is named. A cause in a list may be less certain.
            $vis fn certainty(self) -> $crate::error::Certainty {
                match self { $(Self::$name => $crate::problem_catalogue!(@certainty $($($certainty)?)?),)+ }
            }

            /// Finds the entry with this id.
            $vis fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|problem| problem.id() == id)
            }
        }
    };
}
