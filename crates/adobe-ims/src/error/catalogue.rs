//! The form of a catalogue of known causes. The library, the configuration and the command each have one.

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
}

impl KnownFrom {
    /// Returns the name, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
        }
    }
}

/// Defines the enum of a catalogue. For the crates of this project only.
///
/// An entry may end in the kind of source that it is known from, a name of [`KnownFrom`].
#[doc(hidden)]
#[macro_export]
macro_rules! problem_catalogue {
    (@known_from) => { ::core::option::Option::None };
    (@known_from $source:ident) => { ::core::option::Option::Some($crate::error::KnownFrom::$source) };
    ($(#[$enum_doc:meta])* $vis:vis enum $Catalogue:ident {
        $($(#[$doc:meta])* $name:ident = $id:literal, $class:ident, $transient:literal,
            $meaning:literal, [$($fix:literal),+ $(,)?] $(, $source:ident)?;)+
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

            /// Returns the kind of source that the cause is known from, if the catalogue states it.
            $vis fn known_from(self) -> ::core::option::Option<$crate::error::KnownFrom> {
                match self { $(Self::$name => $crate::problem_catalogue!(@known_from $($source)?),)+ }
            }

            /// Finds the entry with this id.
            $vis fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|problem| problem.id() == id)
            }
        }
    };
}
