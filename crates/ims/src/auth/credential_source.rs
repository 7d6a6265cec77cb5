//! The sources of credentials, by rank.

use std::cell::OnceCell;
use std::path::Path;

use adobe_ims::credentials::CredentialVariables;
use adobe_ims::internal::names_identity_service;
use adobe_ims::session::SessionStore;
use adobe_ims_config::{Identity, Profile};

use super::document::CredentialDocument;
use super::fields::FieldValues;
use super::stores;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::environment::{Variables, machine, variables};
use crate::error::{CommandProblem, Failure};
use crate::settings::TokenSettings;

/// The name of a profile in a list of sources; which profile it is was reported when it was selected.
pub(super) const PROFILE: &str = "a profile";

pub(super) enum Source {
    Document(CredentialDocument),
    Profile(Box<ProfileSource>),
    /// Flags and variables of this command.
    Fields(Box<FieldValues>),
    OtherPrograms,
}

/// The variables of other programs. They are collected when they are needed: a document that is in the cache needs none.
pub(super) struct OtherPrograms {
    variables: Variables,
    collected: OnceCell<CredentialVariables>,
}

impl OtherPrograms {
    pub(super) fn new(variables: Variables) -> Self {
        Self {
            variables,
            collected: OnceCell::new(),
        }
    }

    pub(super) fn get(&self) -> &CredentialVariables {
        let collect = || CredentialVariables::collect(self.variables.texts());
        self.collected.get_or_init(collect)
    }

    pub(super) fn names_environment(&self) -> bool {
        let mut all = self.variables.all();
        all.any(|(name, _)| name.to_str().is_some_and(names_identity_service))
            && self.get().names_environment()
    }
}

/// A profile of the configuration.
pub(super) struct ProfileSource {
    pub(super) profile: Profile,
    /// The content that tells the profile from others in the cache, in place of a document.
    pub(super) cache_id: CredentialDocument,
    pub(super) sessions: Option<SessionStore>,
}

/// Returns the source with the highest rank and its name.
pub(super) fn select(
    settings: &TokenSettings,
    variables: &Variables,
    others: &OtherPrograms,
) -> Result<(&'static str, Source), Failure> {
    let flags = &settings.fields;
    if let Some(profile) = &settings.profile {
        return Ok((PROFILE, profile_source(profile, settings, variables)?));
    }
    if let Some(path) = &settings.document {
        return Ok((
            "-c",
            Source::Document(CredentialDocument::read(NamedFile::new("-c", path))?),
        ));
    }
    let fields = |name| -> Result<_, Failure> {
        let fields = FieldValues::of_flags_or_variables(flags, variables)?;
        Ok((name, Source::Fields(Box::new(fields))))
    };
    if flags.client_id.is_some() {
        return fields("--client-id");
    }
    if let Some(document) = CredentialDocument::of_variable(variables)? {
        return Ok((variables::CREDENTIALS, Source::Document(document)));
    }
    let client_id = variables::CLIENT_ID.iter().find(|name| variables.has(name));
    // --context selects among the contexts of a document or of aio, not among fields.
    if let (Some(name), None) = (client_id, &flags.context) {
        return fields(name);
    }
    if let Some(name) = others.get().sources().next() {
        return Ok((name, Source::OtherPrograms));
    }
    let own = variables::FIELDS.iter().find(|name| variables.has(name));
    match own {
        Some(name) => fields(name),
        None if flags.has_fields() => fields("flags"),
        None => Err(missing()),
    }
}

/// Returns the variable that names credentials, by rank.
pub(super) fn name_of_variables(variables: &Variables) -> Option<&'static str> {
    let own = [variables::CREDENTIALS].into_iter();
    let mut own = own.chain(variables::CLIENT_ID);
    let set = own.find(|name| variables.has(name));
    set.or_else(|| {
        CredentialVariables::collect(variables.texts())
            .sources()
            .next()
    })
}

fn profile_source(
    profile: &Profile,
    settings: &TokenSettings,
    variables: &Variables,
) -> Result<Source, Failure> {
    let sessions = match profile.identity {
        Identity::UserPkce { .. } => {
            stores::sessions(settings.cache.key_file.as_deref(), variables)?
        }
        _ => None,
    };
    Ok(Source::Profile(Box::new(ProfileSource {
        profile: profile.clone(),
        cache_id: CredentialDocument {
            content: profile.cache_id(&machine(variables))?,
            directory: profile.directory(),
            is_file: false,
            exposed: None,
        },
        sessions,
    })))
}

/// Reports the source of the credentials and the sources of lower rank.
pub(super) fn report_source(
    selected: &str,
    settings: &TokenSettings,
    context: &Context,
    others: &OtherPrograms,
) {
    let console = &context.console;
    let unused = unused_sources(selected, settings, &context.variables, others);
    if !unused.is_empty() {
        console.detail(&format!(
            "the credentials are from {selected}; not used: {}",
            unused.join(", ")
        ));
    } else if selected != "-c" && selected != PROFILE {
        console.detail(&format!("the credentials are from {selected}"));
    }
}

/// Returns the flags and variables that name credentials of lower rank.
pub(super) fn unused_sources<'a>(
    selected: &str,
    settings: &TokenSettings,
    variables: &Variables,
    others: &'a OtherPrograms,
) -> Vec<&'a str> {
    let own = [variables::CREDENTIALS].into_iter();
    let own = own.chain(variables::CLIENT_ID.iter().copied());
    let mut unused: Vec<&str> = settings.document.iter().map(|_| "-c").collect();
    unused.extend(settings.fields.client_id.iter().map(|_| "--client-id"));
    unused.extend(own.filter(|name| variables.has(name)));
    unused.extend(others.get().sources());
    unused.retain(|name| *name != selected);
    // A client id beside a document replaces that of the document.
    unused.retain(|name| selected != "-c" || *name != "--client-id");
    unused
}

pub(super) fn missing() -> Failure {
    Failure::new(CommandProblem::CredentialsMissing, "no credentials were named")
        .with_hint("name the document that Adobe's console hands out: -c FILE, or IMS_CREDENTIALS")
        .with_hint("or name the client: --client-id, --client-secret-file and --scope, or IMS_CLIENT_ID, IMS_CLIENT_SECRET and IMS_SCOPES")
        .with_hint("or a profile of the configuration: -p NAME, or IMS_PROFILE")
}

/// Refuses stdin for more than one file: it can be read once.
pub(super) fn refuse_stdin_twice(settings: &TokenSettings) -> Result<(), Failure> {
    let files = [
        &settings.document,
        &settings.fields.client_secret_file,
        &settings.fields.private_key_file,
        &settings.fields.code_file,
        &settings.fields.device_token_file,
        &settings.passphrase_file,
    ];
    let is_stdin = |path: &&Option<_>| path.as_deref() == Some(Path::new("-"));
    if files.iter().copied().filter(is_stdin).count() > 1 {
        return Err(
            Failure::usage("stdin is named twice, but can be read only once")
                .with_hint("name a file for all but one of them"),
        );
    }
    Ok(())
}
