//! The selection of a profile by flag, variable or default.

use adobe_ims_config::precedence::{Layers, Origin, Resolved, Sourced};
use adobe_ims_config::{Configuration, Profile};

use crate::args::IdentityFlags;
use crate::environment::{Variables, variables};
use crate::error::Failure;

/// The flags that select a profile or take its place.
pub(crate) struct SelectionFlags<'a> {
    pub(crate) profile: Option<&'a str>,
    pub(crate) has_document: bool,
    pub(crate) has_fields: bool,
}

impl<'a> SelectionFlags<'a> {
    pub(crate) fn of_identity(flags: &'a IdentityFlags) -> Self {
        Self {
            profile: flags.profile.as_deref(),
            has_document: flags.credentials.is_some(),
            has_fields: !flags.fields.is_empty(),
        }
    }
}

/// The variables that name credentials, so that no default profile is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompetingVariables {
    /// A token, a document or a client id.
    AnyCredentials,
    /// A client id.
    ClientId,
    None,
}

impl CompetingVariables {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::AnyCredentials => {
                const {
                    &[
                        variables::ACCESS_TOKEN,
                        variables::CREDENTIALS,
                        variables::CLIENT_ID[0],
                    ]
                }
            }
            Self::ClientId => const { &[variables::CLIENT_ID[0]] },
            Self::None => &[],
        }
    }
}

/// The selected profile, if any.
pub(crate) struct ProfileSelection {
    pub(crate) profile: Option<Resolved<String>>,
    /// The flag or variable that names credentials itself, so that the profile is not used.
    pub(crate) overridden_by: Option<&'static str>,
}

impl ProfileSelection {
    /// Selects by flag, then by variable, then the default profile of the configuration.
    pub(crate) fn resolve(
        flags: &SelectionFlags<'_>,
        competing: CompetingVariables,
        configuration: Option<&Configuration>,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let given = |value, origin| Sourced { value, origin };
        let flag = flags.profile.map(str::to_owned);
        let variable = variables.text(variables::PROFILE)?;
        let default = configuration.and_then(|it| it.default_profile.clone());
        let profile = Resolved::from_sources(
            flag.map(|name| given(name, Origin::Flag("--profile"))),
            variable.map(|name| given(name, Origin::Variable(variables::PROFILE))),
            Layers::new(None, default),
        );
        let origin = profile.as_ref().map(|it| &it.effective.origin);
        let overridden_by = if flags.has_document {
            Some("--credentials")
        } else if matches!(origin, Some(Origin::Flag(_))) {
            None
        } else if flags.has_fields {
            Some("a flag")
        } else {
            // The spelling of imscli counts less than IMS_PROFILE.
            let [_, imscli] = variables::CLIENT_ID;
            let counts = competing != CompetingVariables::None
                && !matches!(origin, Some(Origin::Variable(_)));
            let mut names = (competing.names().iter().copied()).chain(counts.then_some(imscli));
            names.find(|name| variables.has(name))
        };
        Ok(Self {
            profile,
            overridden_by,
        })
    }

    /// Returns the name of the profile, unless something else names the credentials.
    pub(crate) fn name(&self) -> Option<&str> {
        let profile = self
            .profile
            .as_ref()
            .filter(|_| self.overridden_by.is_none());
        profile.map(|it| it.effective.value.as_str())
    }

    /// Returns the profile, unless something else names the credentials.
    pub(crate) fn find<'a>(
        &self,
        configuration: &'a Configuration,
    ) -> Result<Option<&'a Profile>, Failure> {
        let Some(name) = self.name() else {
            return Ok(None);
        };
        let origin = self.profile.as_ref().map(|it| &it.effective.origin);
        Ok(match origin {
            Some(Origin::Defaults(_)) => configuration.default_profile()?,
            _ => Some(configuration.profile(name)?),
        })
    }
}
