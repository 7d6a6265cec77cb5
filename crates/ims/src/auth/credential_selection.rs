//! What names the credentials: flags, this command's own variables, those of others; in this order.

use std::path::Path;

use adobe_ims::credentials::{CredentialVariables, DocumentOptions};
use adobe_ims::session::SessionStore;
use adobe_ims::{Credentials, Problem};
use adobe_ims_config::Profile;
use adobe_ims_emulator::is_emulator_document;

use crate::args::IdentityFlags;
use crate::auth::client;
use crate::auth::document::CredentialDocument;
use crate::auth::fields::Fields;
use crate::auth::stores;
use crate::context::Context;
use crate::environment::variables::{self, Variables};
use crate::error::{CommandProblem, Failure};
use crate::settings::configuration;

/// What a profile is called where sources are told; its name was told when it was selected.
const PROFILE: &str = "a profile";

/// Credentials as they were named. Files and stdin were read, as they can be once only.
pub(crate) struct CredentialSelection {
    source: Source,
    /// Which credentials are meant, and what counts instead of a document's fields.
    beside: DocumentOptions,
}

enum Source {
    Document(CredentialDocument),
    /// A profile of the configuration, with what tells it from others in the place of a document.
    Profile(Box<Profile>, CredentialDocument, Option<SessionStore>),
    /// Flags and variables of this command.
    Fields(Box<Fields>),
    /// Variables of other programs.
    Surroundings(CredentialVariables),
}

/// Credentials, and whether they can be found again by the document alone.
pub(crate) struct SelectedCredentials {
    pub(crate) credentials: Credentials,
    pub(crate) by_document_alone: bool,
}

impl CredentialSelection {
    pub(crate) fn find(arguments: &IdentityFlags, context: &Context) -> Result<Self, Failure> {
        let flags = &arguments.fields;
        refuse_stdin_twice(arguments)?;
        let name_in_document = match &flags.context {
            Some(name) => Some(name.clone()),
            None => context.variables.text(variables::CONTEXT)?,
        };
        let (name, source) = source(arguments, &context.variables)?;
        if context.console.is_verbose() {
            announce(name, arguments, context);
        }
        let mut beside = DocumentOptions::default();
        beside.context = name_in_document;
        if !matches!(source, Source::Fields(_)) {
            if flags.has_proof() {
                let what =
                    "--code-file and --device-token-file go with --client-id, and with no document";
                return Err(Failure::usage(what));
            }
            beside.overrides = Fields::of_flags(flags)?.given;
        }
        Ok(Self { source, beside })
    }

    /// The document, if nothing but its content says which credentials these are.
    pub(crate) fn document_alone(&self) -> Option<&CredentialDocument> {
        match &self.source {
            Source::Profile(_, document, _) => Some(document),
            Source::Document(document)
                if self.beside.context.is_none() && self.beside.overrides.is_empty() =>
            {
                Some(document)
            }
            _ => None,
        }
    }

    pub(crate) fn read(
        &self,
        url: Option<&str>,
        context: &Context,
    ) -> Result<SelectedCredentials, Failure> {
        let environment = url.map(adobe_ims_config::environment).transpose()?;
        let mut options = self.beside.clone();
        if let Some(environment) = environment.clone() {
            options.overrides = options.overrides.environment(environment);
        }
        let document = match &self.source {
            Source::Document(document) => document,
            Source::Profile(profile, _, sessions) => {
                let machine = configuration::machine(&context.variables);
                let sessions = sessions.as_ref();
                let found = profile.credentials(environment.as_ref(), sessions, &machine)?;
                client::warn_exposed(&found.exposed, &context.console);
                return Ok(SelectedCredentials {
                    credentials: found.credentials,
                    by_document_alone: true,
                });
            }
            Source::Fields(fields) => {
                return Ok(SelectedCredentials {
                    credentials: fields.credentials(environment)?,
                    by_document_alone: false,
                });
            }
            Source::Surroundings(found) => {
                options.fallbacks = Fields::of_variables(&context.variables)?.given;
                let credentials = found.credentials(&options)?.ok_or_else(missing)?;
                return Ok(SelectedCredentials {
                    credentials,
                    by_document_alone: false,
                });
            }
        };
        let lacks = match Credentials::parse_with(&document.content, &options) {
            Ok(credentials) => {
                return Ok(SelectedCredentials {
                    credentials,
                    by_document_alone: self.document_alone().is_some(),
                });
            }
            Err(error) => error,
        };
        let may_be_completed = [Problem::DocumentNeedsMore, Problem::DocumentIncomplete];
        if !may_be_completed.contains(&lacks.problem()) {
            return Err(lacks.into());
        }
        options.fallbacks = Fields::of_variables(&context.variables)?.given;
        if options.fallbacks.is_empty() {
            return Err(lacks.into());
        }
        Ok(SelectedCredentials {
            credentials: Credentials::parse_with(&document.content, &options)?,
            by_document_alone: false,
        })
    }

    /// Where relative paths of a private key start.
    pub(crate) fn directory(&self) -> &Path {
        match &self.source {
            Source::Document(document) | Source::Profile(_, document, _) => &document.directory,
            _ => Path::new(""),
        }
    }

    /// Whether the document, of a profile as well, is one of the emulator's.
    pub(crate) fn is_of_the_emulator(&self, variables: &Variables) -> bool {
        match &self.source {
            Source::Document(document) => is_emulator_document(&document.content),
            Source::Profile(profile, ..) => {
                let secrets = profile.secrets().into_iter();
                // No program is asked twice for the sake of a hint.
                secrets
                    .filter(|(key, place)| *key == "credentials" && place.is_at_hand())
                    .filter_map(|(_, place)| place.fetch(&configuration::machine(variables)).ok())
                    .any(|it| is_emulator_document(it.secret.expose().as_bytes()))
            }
            _ => false,
        }
    }

    /// The variables of other programs and of profiles whose secrets are in use here.
    pub(crate) fn foreign_secrets(&self) -> Vec<String> {
        match &self.source {
            Source::Surroundings(found) => found.secret_names().map(str::to_owned).collect(),
            Source::Profile(profile, ..) => {
                let secrets = profile.secrets().into_iter();
                let names = secrets.filter_map(|(_, place)| place.variable_name());
                names.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What counts, and what it is called.
fn source(
    arguments: &IdentityFlags,
    variables: &Variables,
) -> Result<(&'static str, Source), Failure> {
    let flags = &arguments.fields;
    if let Some(profile) = &arguments.selected {
        let cache_id = CredentialDocument {
            content: profile.essence(&configuration::machine(variables))?,
            directory: profile.directory(),
        };
        let sessions = match profile.identity {
            adobe_ims_config::Identity::UserPkce { .. } => {
                let key_file = arguments.freshness.cache_key_file.as_deref();
                stores::sessions(key_file, variables)?
            }
            _ => None,
        };
        let source = Source::Profile(profile.clone(), cache_id, sessions);
        return Ok((PROFILE, source));
    }
    if let Some(path) = &arguments.credentials {
        return Ok(("-c", Source::Document(CredentialDocument::read(path)?)));
    }
    let fields = |name| -> Result<_, Failure> {
        let fields = Fields::of_flags(flags)?.or_variables(variables)?;
        Ok((name, Source::Fields(Box::new(fields))))
    };
    if flags.client_id.is_some() {
        return fields("--client-id");
    }
    if let Some(document) = CredentialDocument::of_variable(variables)? {
        return Ok((variables::CREDENTIALS, Source::Document(document)));
    }
    let own = variables::CLIENT_ID.iter().find(|name| variables.has(name));
    // A context that is named by a flag is not one of these.
    if let (Some(name), None) = (own, &flags.context) {
        return fields(name);
    }
    let found = CredentialVariables::collect(variables.texts());
    let first = found.sources().next();
    if let Some(name) = first {
        return Ok((name, Source::Surroundings(found)));
    }
    let own = variables::FIELDS.iter().find(|name| variables.has(name));
    match own {
        Some(name) => fields(name),
        None if flags.has_fields() => fields("flags"),
        None => Err(missing()),
    }
}

/// All that names credentials, by rank.
fn announce(taken: &str, arguments: &IdentityFlags, context: &Context) {
    let flags = &arguments.fields;
    let own = [variables::CREDENTIALS].into_iter();
    let own = own.chain(variables::CLIENT_ID.iter().copied());
    let others = CredentialVariables::collect(context.variables.texts());
    let mut over: Vec<&str> = arguments.credentials.iter().map(|_| "-c").collect();
    over.extend(flags.client_id.iter().map(|_| "--client-id"));
    over.extend(own.filter(|name| context.variables.has(name)));
    over.extend(others.sources());
    over.retain(|name| *name != taken);
    // A client id beside a document is a part of it.
    over.retain(|name| taken != "-c" || *name != "--client-id");
    match (over.is_empty(), taken) {
        // Nothing else was meant.
        (true, "-c" | PROFILE) => {}
        (true, _) => context
            .console
            .detail(&format!("the credentials are from {taken}")),
        (false, _) => context.console.detail(&format!(
            "the credentials are from {taken}; passed over: {}",
            over.join(", ")
        )),
    }
}

fn missing() -> Failure {
    Failure::new(CommandProblem::CredentialsMissing, "no credentials were named")
        .with_hint("name the document that Adobe's console hands out: -c FILE, or IMS_CREDENTIALS")
        .with_hint("or name the client: --client-id, --client-secret-file and --scope, or IMS_CLIENT_ID, IMS_CLIENT_SECRET and IMS_SCOPES")
        .with_hint("or a profile of the configuration: -p NAME, or IMS_PROFILE")
}

fn refuse_stdin_twice(arguments: &IdentityFlags) -> Result<(), Failure> {
    let files = [
        &arguments.credentials,
        &arguments.fields.client_secret_file,
        &arguments.fields.private_key_file,
        &arguments.fields.code_file,
        &arguments.fields.device_token_file,
        &arguments.passphrase_file,
    ];
    let is_stdin = |path: &&Option<_>| path.as_deref() == Some(Path::new("-"));
    match files.iter().copied().filter(is_stdin).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage("stdin is named twice, and can be read once")
            .with_hint("name a file for all but one of them")),
    }
}
