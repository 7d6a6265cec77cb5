//! Behaviours of the emulator, and how certain it is that IMS and AEM behave so.
//!
//! Each endpoint has a constant `BEHAVIOURS` beside its code. The module `fidelity` collects them.

/// A behaviour of the emulator, with the source of what is known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour {
    /// The name. It stays the same over releases.
    pub id: &'static str,
    /// The part of IMS or AEM.
    pub area: Area,
    /// The behaviour in a sentence of Markdown.
    pub statement: &'static str,
    /// How certain it is that the live service does the same.
    pub certainty: Certainty,
    /// From where it is known: a page or a repository of Adobe's, a published client, a standard, a report. For
    /// [`Certainty::Inferred`] the reason for the choice.
    pub source: &'static str,
}

/// How certain it is that the live service behaves as the emulator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// Somebody saw the live service do it, or Adobe's tests against the service show it.
    Observed,
    /// Adobe documents it.
    Documented,
    /// A published client relies on it.
    Matched,
    /// A standard that IMS follows demands it.
    Standard,
    /// The emulator's own choice.
    Inferred,
}

impl Certainty {
    /// All values, the most certain first.
    pub const ALL: [Self; 5] = [
        Self::Observed,
        Self::Documented,
        Self::Matched,
        Self::Standard,
        Self::Inferred,
    ];

    /// Returns the name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Documented => "documented",
            Self::Matched => "matched",
            Self::Standard => "standard",
            Self::Inferred => "inferred",
        }
    }
}

macro_rules! areas {
    ($($(#[$attribute:meta])* $name:ident = $title:literal,)*) => {
        /// A part of IMS or AEM.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Area {
            $($(#[$attribute])* $name,)*
        }

        impl Area {
            /// All areas, in the order of the page.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the title, as a heading.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }
        }
    };
}

areas! {
    /// Paths, parameters, headers and the form of errors.
    Requests = "Requests and responses of IMS",
    /// `/ims/exchange/jwt`.
    JwtExchange = "JWT exchange",
    /// `/ims/token`, for all grants.
    TokenEndpoint = "Token endpoint",
    /// The grants of the token endpoint.
    Grants = "Grants",
    /// The content of tokens.
    Tokens = "Tokens",
    /// Validation and the end of tokens.
    TokenStatus = "Validation and revocation",
    /// The user of a token.
    Users = "Users and organizations",
    /// Discovery and keys.
    Discovery = "Discovery and keys",
    /// The sign-in of a person.
    SignIn = "Sign-in and logout",
    /// `/ims/register`.
    Registration = "Client registration",
    /// AEM, without Forms.
    Aem = "AEM",
    /// AEM Forms Communications.
    Forms = "AEM Forms Communications",
}

/// The constructors: the certainty, then the id, the statement and the source.
impl Area {
    pub(crate) const fn observed(
        self,
        id: &'static str,
        statement: &'static str,
        source: &'static str,
    ) -> Behaviour {
        self.behaviour(Certainty::Observed, [id, statement, source])
    }

    pub(crate) const fn documented(
        self,
        id: &'static str,
        statement: &'static str,
        source: &'static str,
    ) -> Behaviour {
        self.behaviour(Certainty::Documented, [id, statement, source])
    }

    pub(crate) const fn matched(
        self,
        id: &'static str,
        statement: &'static str,
        source: &'static str,
    ) -> Behaviour {
        self.behaviour(Certainty::Matched, [id, statement, source])
    }

    pub(crate) const fn standard(
        self,
        id: &'static str,
        statement: &'static str,
        source: &'static str,
    ) -> Behaviour {
        self.behaviour(Certainty::Standard, [id, statement, source])
    }

    pub(crate) const fn inferred(
        self,
        id: &'static str,
        statement: &'static str,
        reason: &'static str,
    ) -> Behaviour {
        self.behaviour(Certainty::Inferred, [id, statement, reason])
    }

    const fn behaviour(self, certainty: Certainty, texts: [&'static str; 3]) -> Behaviour {
        let [id, statement, source] = texts;
        Behaviour {
            id,
            area: self,
            statement,
            certainty,
            source,
        }
    }
}

/// Sources that several behaviours have.
pub(crate) mod source {
    pub(crate) const CONSOLE_S2S: &str =
        "Adobe Developer Console documentation, server-to-server authentication (2026)";
    pub(crate) const CONSOLE_USER: &str =
        "Adobe Developer Console documentation, user authentication (2026)";
    pub(crate) const CONSOLE_JWT: &str =
        "Adobe Developer Console documentation, JWT page (until June 2025)";
    pub(crate) const CONSOLE_ADMIN: &str =
        "Adobe Developer Console documentation, admin authentication (2026)";
    pub(crate) const CONSOLE_MIGRATION: &str =
        "Adobe Developer Console documentation, migration from JWT to OAuth (2026)";
    pub(crate) const NODE_TESTS: &str =
        "adobe/aio-lib-ims 8.1.1, end-to-end test against the live service";
    pub(crate) const SPACECAT: &str = "@adobe/spacecat-shared-ims-client 1.11, its tests";
    pub(crate) const RFC_6749: &str = "RFC 6749 (OAuth 2.0)";
    pub(crate) const OPENID: &str = "OpenID Connect Core 1.0";
    pub(crate) const AEM_CREDENTIALS: &str =
        "Adobe, AEM as a Cloud Service: service credentials tutorial";
    pub(crate) const ASSETS_API: &str =
        "Adobe, AEM as a Cloud Service: developer references for Assets";
    pub(crate) const AEM_UPLOAD: &str = "adobe/aem-upload and adobe/node-httptransfer";
    pub(crate) const HEADLESS: &str = "adobe/aem-headless-client-js";
    #[cfg(feature = "forms")]
    pub(crate) const FORMS_API: &str =
        "Adobe, specifications of the AEM Forms Communications APIs (2025)";
}
