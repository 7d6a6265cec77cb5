//! Defines the enum of the versions of an endpoint.

macro_rules! versions {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $version:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] $(#[$of])* $version,)+
        }

        impl $name {
            /// All versions, the oldest first.
            pub const ALL: &[Self] = &[$(Self::$version),+];

            /// Returns the version as it stands in the path.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$version => $text,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::api::UnknownVersion;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.iter().copied().find(|version| version.as_str() == text);
                known.ok_or($crate::api::UnknownVersion)
            }
        }
    };
}

pub(super) use versions;

/// The error of a text that names no known version of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownVersion;

impl core::fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("this version of the endpoint is not known")
    }
}

impl std::error::Error for UnknownVersion {}
