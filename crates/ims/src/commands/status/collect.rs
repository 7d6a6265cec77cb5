//! Collects what is known: from the configuration, the files that it names, the cache and the sessions.

use adobe_ims::internal::value::may_be_secret;
use adobe_ims_config::precedence::Origin;
use adobe_ims_config::{ConfigProblem, Configuration, Profile, UnusableProfile};

use super::report::{ConfigurationState, Entry, ProfileSource, Report, Source};
use crate::args::{ConnectionFlags, CredentialFlags, FreshnessFlags, IdentityFlags, StatusArgs};
use crate::auth::offline::CredentialFacts;
use crate::auth::sessions;
use crate::context::Context;
use crate::environment::Variables;
use crate::error::Failure;
use crate::settings::{
    CacheSettings, CompetingVariables, ConfigurationSource, ProfileSelection, SelectionFlags,
    TokenSettings,
};

pub(super) fn collect(
    args: &StatusArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<Report, Failure> {
    CacheSettings::check_variable(&context.variables)?;
    if args.credentials.is_some() {
        return of_flag(args, source, context);
    }
    let configuration = source.load_if_readable()?;
    let state = state(configuration.is_some(), source)?;
    let configuration = configuration.unwrap_or_default();
    let flags = flags(args);
    let selection = ProfileSelection::resolve(
        &SelectionFlags::of_identity(&IdentityFlags::default()),
        CompetingVariables::AnyCredentials,
        Some(&configuration),
        &context.variables,
    )?;
    let collector = Collector {
        configuration: &configuration,
        selected: selection.name(),
        flags: &flags,
        context,
    };
    // A wrong value of a variable concerns every profile.
    collector.settings(None, &flags)?.connection.service()?;
    if let Some(name) = &args.profile {
        if !matches!(state, ConfigurationState::Read(_)) {
            return Err(source.missing());
        }
        return Ok(Report::of_one(state, collector.profile_named(name)?));
    }
    let mut entries = Vec::new();
    if selection.name().is_none() {
        entries.extend(collector.of_variables()?);
    }
    entries.extend(collector.profiles());
    let mut problems = unknown_profiles(&selection, &configuration, &state, source);
    let orphans = sessions::orphans(&configuration, &context.variables);
    let orphans = orphans.unwrap_or_else(|failure| {
        problems.push(failure);
        Vec::new()
    });
    Ok(Report {
        configuration: state,
        entries,
        problems,
        orphans,
    })
}

/// Collects the facts of the document that `-c` names. A configuration may still have settings for it.
fn of_flag(
    args: &StatusArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<Report, Failure> {
    let configuration = source.load_if_readable()?.unwrap_or_default();
    let flags = flags(args);
    let collector = Collector {
        configuration: &configuration,
        selected: None,
        flags: &flags,
        context,
    };
    let entry = collector.of_variables()?;
    let entry = entry.ok_or_else(|| Failure::unexpected("the document was not found"))?;
    Ok(Report::of_one(ConfigurationState::NotNeeded, entry))
}

fn flags(args: &StatusArgs) -> IdentityFlags {
    IdentityFlags {
        credentials: args.credentials.clone(),
        fields: CredentialFlags {
            context: args.context.clone(),
            ..CredentialFlags::default()
        },
        freshness: FreshnessFlags {
            cache_key_file: args.cache_key_file.clone(),
            ..FreshnessFlags::default()
        },
        ..IdentityFlags::default()
    }
}

fn state(is_read: bool, source: &ConfigurationSource<'_>) -> Result<ConfigurationState, Failure> {
    Ok(match source.path()? {
        Some(place) if is_read => ConfigurationState::Read(place.value),
        Some(place) if matches!(place.value.try_exists(), Ok(false)) => {
            ConfigurationState::Missing(place.value)
        }
        Some(place) => ConfigurationState::Unreadable(place.value),
        None => ConfigurationState::WithoutPath(ConfigurationSource::UNSET),
    })
}

/// Returns the failures of names that belong to no profile: in `IMS_PROFILE` and in `default_profile`.
fn unknown_profiles(
    selection: &ProfileSelection,
    configuration: &Configuration,
    state: &ConfigurationState,
    source: &ConfigurationSource<'_>,
) -> Vec<Failure> {
    let origin = selection.profile.as_ref().map(|it| &it.effective.origin);
    let by_variable = matches!(origin, Some(Origin::Variable(_)));
    let named = match state {
        ConfigurationState::Read(_) if by_variable => selection.find(configuration).err(),
        ConfigurationState::Read(_) => None,
        _ => selection.name().map(|_| source.missing()),
    };
    let default = configuration.default_profile().err().map(Failure::from);
    // A profile that is there and cannot be used is an entry of its own.
    let failures = named.into_iter().chain(default);
    failures
        .filter(|it| it.is(ConfigProblem::ProfileUnknown))
        .collect()
}

struct Collector<'a> {
    configuration: &'a Configuration,
    /// The name of the profile that calls without flags use.
    selected: Option<&'a str>,
    flags: &'a IdentityFlags,
    context: &'a Context,
}

impl Collector<'_> {
    fn variables(&self) -> &Variables {
        &self.context.variables
    }

    /// Returns the profiles in the order of the file, those that cannot be used last.
    fn profiles(&self) -> impl Iterator<Item = Entry> {
        let usable = self.configuration.profiles.iter();
        let unusable = self.configuration.unusable_profiles.iter();
        let usable = usable.map(|it| self.profile(it));
        usable.chain(unusable.map(|it| self.unusable(it)))
    }

    fn profile_named(&self, name: &str) -> Result<Entry, Failure> {
        let mut unusable = self.configuration.unusable_profiles.iter();
        match unusable.find(|it| it.name == name) {
            Some(found) => Ok(self.unusable(found)),
            None => Ok(self.profile(self.configuration.profile(name)?)),
        }
    }

    fn profile(&self, profile: &Profile) -> Entry {
        let targets = profile.targets.as_ref().map(|it| it.value.clone());
        Entry {
            name: profile.name.clone(),
            source: Source::Profile(ProfileSource {
                type_name: profile.type_name(),
                location: profile.location.to_string(),
                targets,
                is_default: self.is_default(&profile.name),
            }),
            is_selected: self.selected == Some(&profile.name),
            facts: self.facts(profile),
        }
    }

    fn unusable(&self, profile: &UnusableProfile) -> Entry {
        let is_default = self.is_default(&profile.name);
        let may_be_shown = Profile::is_valid_name(&profile.name) && !may_be_secret(&profile.name);
        let name = if may_be_shown {
            profile.name.clone()
        } else {
            "(no valid name)".to_owned()
        };
        Entry {
            name,
            source: Source::UnusableProfile { is_default },
            is_selected: self.selected == Some(&profile.name),
            facts: CredentialFacts::of_problem(profile.error.clone().into()),
        }
    }

    fn is_default(&self, name: &str) -> bool {
        let default = self.configuration.default_profile.as_ref();
        default.is_some_and(|it| it.value == name)
    }

    fn facts(&self, profile: &Profile) -> CredentialFacts {
        let refusal = match self.settings(Some(profile), self.flags) {
            Ok(settings) => {
                return CredentialFacts::of_profile(profile, &settings, self.context);
            }
            Err(failure) => failure,
        };
        // IMS_URL names a service that the profile does not allow. The facts are those at its own service.
        let own = profile.settings.environment.as_ref();
        let settings = own.and_then(|environment| {
            let flags = IdentityFlags {
                connection: ConnectionFlags {
                    url: Some(environment.value.base_url().to_owned()),
                    ..ConnectionFlags::default()
                },
                freshness: FreshnessFlags {
                    cache_key_file: self.flags.freshness.cache_key_file.clone(),
                    ..FreshnessFlags::default()
                },
                ..IdentityFlags::default()
            };
            self.settings(Some(profile), &flags).ok()
        });
        let facts = match settings {
            Some(settings) => CredentialFacts::of_profile(profile, &settings, self.context),
            None => CredentialFacts::stated(profile),
        };
        CredentialFacts {
            problem: Some(refusal),
            ..facts
        }
    }

    /// Returns the credentials that `-c` or variables name, if any.
    fn of_variables(&self) -> Result<Option<Entry>, Failure> {
        let settings = self.settings(None, self.flags)?;
        let found = CredentialFacts::of_flags_or_variables(&settings, self.context);
        Ok(found.map(|(name, facts)| Entry {
            name: name.to_owned(),
            source: Source::FlagOrVariable,
            is_selected: true,
            facts,
        }))
    }

    fn settings(
        &self,
        profile: Option<&Profile>,
        flags: &IdentityFlags,
    ) -> Result<TokenSettings, Failure> {
        let defaults = &self.configuration.defaults;
        TokenSettings::with_profile(profile, defaults, flags, self.variables())
    }
}
