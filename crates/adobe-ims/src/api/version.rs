//! The versions of an endpoint.

macro_rules! versions {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $version:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] $(#[$of])* $version,)+
        }

        impl $name {
            /// Every version, the oldest first.
            pub const ALL: &[Self] = &[$(Self::$version),+];

            /// As the path spells it.
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

/// There is no such version of this endpoint, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVersion;

impl core::fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("this version of the endpoint is not known")
    }
}

impl std::error::Error for UnknownVersion {}
