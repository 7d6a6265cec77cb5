//! The selection of credentials: flags, then variables of this command, then variables of other programs.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::{CredentialFields, DocumentOptions, UserCredentials};
use adobe_ims::internal::document::{DocumentFacts, examine};
use adobe_ims::internal::{environment_of, names_identity_service};
use adobe_ims::session::UserSession;
use adobe_ims::{Credentials, Environment, Error, Problem, Secret};
use adobe_ims_config::Identity;

use super::client;
use super::credential_source::{
    OtherPrograms, Source, missing, refuse_stdin_twice, report_source, select, unused_sources,
};
use super::document::CredentialDocument;
use super::fields::FieldValues;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::environment::{Variables, machine, variables};
use crate::error::Failure;
use crate::settings::{Connection, TokenSettings};

/// The selected credentials. Files and stdin are read once, when they are selected.
pub(crate) struct CredentialSelection {
    /// The flag or variable that names the credentials.
    name: &'static str,
    source: Source,
    /// The context and the fields that replace those of a document.
    options: DocumentOptions,
    /// The variables of other programs. They may name the identity service of credentials that name none.
    others: OtherPrograms,
    /// The files of the command line with a secret that other users can read.
    exposed: Vec<PathBuf>,
}

/// Credentials, and whether their document alone identifies them.
pub(crate) struct SelectedCredentials {
    pub(super) credentials: Credentials,
    pub(super) by_document_alone: bool,
}

impl CredentialSelection {
    pub(super) fn find(settings: &TokenSettings, context: &Context) -> Result<Self, Failure> {
        let flags = &settings.fields;
        refuse_stdin_twice(settings)?;
        let mut options = DocumentOptions::default();
        options.context = match &flags.context {
            Some(name) => Some(name.clone()),
            None => context.variables.text(variables::CONTEXT)?,
        };
        let others = OtherPrograms::new(context.variables);
        let (name, source) = select(settings, &context.variables, &others)?;
        if context.console.is_verbose() {
            report_source(name, settings, context, &others);
        }
        let mut exposed = Vec::new();
        if !matches!(source, Source::Fields(_)) {
            if flags.has_proof() {
                let message = "--code-file and --device-token-file go with --client-id and without a document";
                return Err(Failure::usage(message));
            }
            let fields = FieldValues::of_flags(flags)?;
            options.overrides = fields.values;
            exposed = fields.exposed;
        }
        match &source {
            Source::Document(document) => exposed.extend(document.exposed.clone()),
            Source::Fields(fields) => exposed.extend_from_slice(&fields.exposed),
            Source::Profile(_) | Source::OtherPrograms => {}
        }
        Ok(Self {
            name,
            source,
            options,
            others,
            exposed,
        })
    }

    /// Selects the document of these settings alone, which another flag than `-c` names.
    pub(super) fn of_document(
        flag: &'static str,
        settings: &TokenSettings,
        context: &Context,
    ) -> Result<Self, Failure> {
        let path = settings.document.as_deref().ok_or_else(missing)?;
        let document = CredentialDocument::read(NamedFile::new(flag, path))?;
        Ok(Self {
            name: flag,
            exposed: document.exposed.iter().cloned().collect(),
            source: Source::Document(document),
            options: DocumentOptions::default(),
            others: OtherPrograms::new(context.variables),
        })
    }

    /// Returns the flag or variable that names the credentials; "a profile" for a profile.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the flags and variables that name other credentials, which are not used.
    pub(crate) fn unused_sources(
        &self,
        settings: &TokenSettings,
        variables: &Variables,
    ) -> Vec<&str> {
        unused_sources(self.name, settings, variables, &self.others)
    }

    /// Returns the content of the document that a flag or a variable names.
    pub(crate) fn document(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Document(document) => Some(&document.content),
            _ => None,
        }
    }

    /// Returns what the document is, if there is one. A document that a profile gets from another program is not read.
    pub(crate) fn document_facts(&self, context: &Context) -> Option<DocumentFacts> {
        match &self.source {
            Source::Document(document) => Some(examine(&document.content, &self.options)),
            Source::Profile(source) => {
                let Identity::Document {
                    credentials,
                    context: name,
                    ..
                } = &source.profile.identity
                else {
                    return None;
                };
                let machine = machine(&context.variables);
                let fetched = credentials.is_local().then(|| credentials.fetch(&machine));
                let document = fetched?.ok()?.secret;
                let mut options = DocumentOptions::default();
                options.context.clone_from(name);
                Some(examine(document.expose().as_bytes(), &options))
            }
            Source::Fields(_) | Source::OtherPrograms => None,
        }
    }

    /// Returns the name of a variable of the document that seems to name the identity service and does not.
    pub(crate) fn ignored_environment(&self) -> Option<String> {
        match &self.source {
            Source::Document(document) => document.ignored_environment(),
            _ => None,
        }
    }

    /// Returns the identity service that variables of other programs name, and the first of these variables.
    pub(crate) fn environment_of_variables(
        &self,
        variables: &Variables,
    ) -> Option<(String, Environment)> {
        let names = variables
            .all()
            .filter_map(|(name, _)| name.into_string().ok());
        let name = names
            .into_iter()
            .find(|name| names_identity_service(name))?;
        let environment = environment_of(self.others.get()).ok().flatten()?;
        Some((name, environment))
    }

    /// Returns the document, if its content alone says which credentials are meant.
    pub(super) fn document_alone(&self) -> Option<&CredentialDocument> {
        match &self.source {
            Source::Profile(source) => Some(&source.cache_id),
            Source::Document(document)
                if self.options.context.is_none()
                    && self.options.overrides.is_empty()
                    && !self.others.names_environment() =>
            {
                Some(document)
            }
            _ => None,
        }
    }

    /// Returns the credentials as the document has them, without flags and variables. Nothing else is read.
    pub(super) fn document_credentials(&self) -> Option<Credentials> {
        match &self.source {
            Source::Document(document) => Credentials::parse(&document.content).ok(),
            _ => None,
        }
    }

    /// Returns the credentials, and warns about files that other users can read.
    pub(super) fn read(
        &self,
        connection: &Connection,
        context: &Context,
    ) -> Result<SelectedCredentials, Failure> {
        let selected = self.credentials(connection, context)?;
        client::warn_exposed(&self.exposed, &context.console);
        Ok(selected)
    }

    /// Returns the credentials.
    pub(super) fn credentials(
        &self,
        connection: &Connection,
        context: &Context,
    ) -> Result<SelectedCredentials, Failure> {
        let environment = connection.service()?;
        let mut options = self.options.clone();
        if let Some(environment) = environment.clone() {
            options.overrides = options.overrides.environment(environment);
        }
        let credentials = match &self.source {
            Source::Document(document) => {
                return self.read_document(document, options, context);
            }
            Source::Profile(source) => {
                let machine = machine(&context.variables);
                let found = (source.profile).credentials(environment.as_ref(), &machine)?;
                client::warn_exposed(&found.exposed_files, &context.console);
                return Ok(SelectedCredentials {
                    credentials: found.credentials,
                    by_document_alone: true,
                });
            }
            Source::Fields(fields) => fields.credentials(environment, self.others.get())?,
            Source::OtherPrograms => {
                options.fallbacks = self.fallbacks(&context.variables)?;
                self.others
                    .get()
                    .credentials(&options)?
                    .ok_or_else(missing)?
            }
        };
        Ok(SelectedCredentials {
            credentials,
            by_document_alone: false,
        })
    }

    /// Returns the session of a profile of a person.
    pub(crate) fn session(&self, user: &UserCredentials) -> Result<UserSession, Error> {
        let sessions = match &self.source {
            Source::Profile(source) => source.sessions.clone(),
            _ => None,
        };
        let sessions = sessions.ok_or_else(|| {
            let message = "there is no folder in which sign-ins are kept";
            Error::new(Problem::NotSignedIn, message)
        })?;
        Ok(UserSession::new(user.clone(), sessions))
    }

    /// Parses a document; if it lacks something, variables complete it.
    fn read_document(
        &self,
        document: &CredentialDocument,
        mut options: DocumentOptions,
        context: &Context,
    ) -> Result<SelectedCredentials, Failure> {
        let (variables, console) = (&context.variables, &context.console);
        options.fallbacks = options.fallbacks.environment_of(self.others.get());
        let error = match Credentials::parse_with(&document.content, &options) {
            Ok(credentials) => {
                document.warn_ignored_environment(console);
                return Ok(SelectedCredentials {
                    credentials,
                    by_document_alone: self.document_alone().is_some(),
                });
            }
            Err(error) => error,
        };
        match error.problem() {
            Problem::DocumentNeedsMore | Problem::DocumentIncomplete => {
                if FieldValues::of_variables(variables)?.values.is_empty() {
                    return Err(error.into());
                }
            }
            Problem::CredentialsInEnvFile => match document.variables_beside()? {
                Some(beside) => options.variables = beside,
                None => {
                    return Err(error
                        .with_hint("There is no `.env` with credentials beside the document.")
                        .into());
                }
            },
            _ => return Err(error.into()),
        }
        options.fallbacks = self.fallbacks(variables)?;
        Ok(SelectedCredentials {
            credentials: Credentials::parse_with(&document.content, &options)?,
            by_document_alone: false,
        })
    }

    /// Returns the fields of variables that complete credentials.
    fn fallbacks(&self, variables: &Variables) -> Result<CredentialFields, Failure> {
        let fields = FieldValues::of_variables(variables)?;
        Ok(fields.values.environment_of(self.others.get()))
    }

    /// Returns the directory in which relative paths of a private key start.
    pub(crate) fn directory(&self) -> &Path {
        match &self.source {
            Source::Document(document) => &document.directory,
            Source::Profile(source) => &source.cache_id.directory,
            _ => Path::new(""),
        }
    }

    /// Returns the texts that are secrets as a whole: the document, and the secrets of a profile that are known without
    /// another program.
    pub(super) fn texts(&self, context: &Context) -> Vec<Secret> {
        match &self.source {
            Source::Document(document) => {
                vec![Secret::new(String::from_utf8_lossy(&document.content))]
            }
            Source::Profile(source)
                if !matches!(source.profile.identity, Identity::Static { .. }) =>
            {
                let machine = machine(&context.variables);
                let secrets = source.profile.secrets().into_iter();
                let local = secrets.filter(|(_, place)| place.is_local());
                local
                    .filter_map(|(_, place)| place.fetch(&machine).ok())
                    .map(|fetched| fetched.secret)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Reads the credentials, unless a program has to be run or a keyring to be opened for them.
    pub(super) fn at_hand(
        &self,
        connection: &Connection,
        context: &Context,
    ) -> Result<Option<Credentials>, Failure> {
        let Source::Profile(source) = &self.source else {
            let selected = self.credentials(connection, context)?;
            return Ok(Some(selected.credentials));
        };
        // The passphrase is no part of the credentials.
        let secrets = source.profile.secrets().into_iter();
        let mut needed = secrets.filter(|(key, _)| *key != "passphrase");
        if !needed.all(|(_, place)| place.is_local()) {
            return Ok(None);
        }
        let environment = connection.service()?;
        let machine = machine(&context.variables);
        let found = source.profile.credentials(environment.as_ref(), &machine)?;
        Ok(Some(found.credentials))
    }

    /// Returns the names of the variables of other programs and of profiles whose secrets are used here.
    pub(super) fn foreign_secrets(&self) -> Vec<String> {
        match &self.source {
            Source::OtherPrograms => self
                .others
                .get()
                .secret_names()
                .map(str::to_owned)
                .collect(),
            Source::Profile(source) => {
                let secrets = source.profile.secrets().into_iter();
                let names = secrets.filter_map(|(_, place)| place.variable_name());
                names.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}
