//! `ims profile import`: adds a profile for an existing credential document or imscli.yaml.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::DocumentOptions;
use adobe_ims::{Credentials, Error, Problem, Secret};
use adobe_ims_config::edit::ProfileEntry;
use adobe_ims_config::imscli::ImscliConfig;
use adobe_ims_config::{ConfigError, ConfigProblem, Profile, SecretReference};

use super::profile_change::Addition;
use crate::args::ProfileImport;
use crate::console::Console;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    args: &ProfileImport,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let content = NamedFile::new("FILE", &args.file).read()?.bytes;
    let name = name(args)?;
    let (path, editor) = source.editor()?;
    // An existing profile is reported before anything is copied.
    let configuration = source.load().ok().flatten();
    if configuration.is_some_and(|it| it.names().any(|it| it == name)) {
        let message = format!("the profile {name:?} exists already");
        return Err(ConfigError::new(ConfigProblem::ProfileExists, message).into());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut import = Import {
        args,
        console: &context.console,
        name: &name,
        folder: folder.join("credentials"),
        copies: Vec::new(),
    };
    let entry = import.entry(&content)?;
    let addition = Addition {
        name: &name,
        entry,
        secrets: &import.copies,
        binding: &args.binding,
    };
    addition.save(&path, editor, &context.console)
}

/// One run of `ims profile import`.
struct Import<'a> {
    args: &'a ProfileImport,
    console: &'a Console,
    name: &'a str,
    /// The folder of the copies.
    folder: PathBuf,
    /// The files to write when the profile turns out to be valid.
    copies: Vec<(PathBuf, Secret)>,
}

impl Import<'_> {
    /// Returns the profile of a file. YAML may be the configuration of imscli, or a document.
    fn entry(&mut self, content: &[u8]) -> Result<ProfileEntry, Failure> {
        let extension = self.args.file.extension();
        if !extension.is_some_and(|it| it == "yaml" || it == "yml") {
            return self.document(content);
        }
        let refused = match imscli(content) {
            Ok(imscli) => return self.imscli(&imscli),
            Err(refused) => refused,
        };
        let mut options = DocumentOptions::default();
        options.context.clone_from(&self.args.context);
        match Credentials::parse_with(content, &options) {
            Err(error) if error.problem() == Problem::DocumentUnknown => Err(refused),
            Err(error) if error.problem() == Problem::DocumentNotJson => Err(refused),
            _ => self.document(content),
        }
    }

    /// Returns the profile of a document, which is read whenever a token is needed.
    fn document(&mut self, content: &[u8]) -> Result<ProfileEntry, Failure> {
        let mut options = DocumentOptions::default();
        options.context.clone_from(&self.args.context);
        let credentials = match Credentials::parse_with(content, &options) {
            Ok(credentials) => credentials,
            Err(error) if error.problem() == Problem::CredentialsInEnvFile => {
                return self.env_file_beside(&options, error);
            }
            Err(error) => return Err(with_advice(error)),
        };
        let file = &self.args.file;
        self.profile_of(file, content, &credentials)
    }

    /// Returns the profile of the `.env` beside a document that only names its credentials.
    fn env_file_beside(
        &mut self,
        options: &DocumentOptions,
        error: Error,
    ) -> Result<ProfileEntry, Failure> {
        let path = self.args.file.with_file_name(".env");
        if self.args.file.as_os_str() == "-" || !path.is_file() {
            return Err(with_advice(error));
        }
        let content = NamedFile::new("beside the document", &path).read()?.bytes;
        let credentials = Credentials::parse_with(&content, options).map_err(with_advice)?;
        self.console.notice(&format!(
            "the credentials are in {}: the profile refers to that file",
            path.display()
        ));
        self.profile_of(&path, &content, &credentials)
    }

    fn profile_of(
        &mut self,
        file: &Path,
        content: &[u8],
        credentials: &Credentials,
    ) -> Result<ProfileEntry, Failure> {
        let reference = if self.args.copy {
            self.copy_of_document(content, credentials)?
        } else if file.as_os_str() == "-" {
            return Err(Failure::usage("a profile cannot refer to stdin")
                .with_hint("--copy copies the document to the folder of the configuration"));
        } else {
            reference(file)?
        };
        Ok(ProfileEntry::new("document")
            .secrets("credentials", &[reference])
            .text("context", self.args.context.as_deref()))
    }

    fn copy_of_document(
        &mut self,
        content: &[u8],
        credentials: &Credentials,
    ) -> Result<SecretReference, Failure> {
        if matches!(credentials, Credentials::Service(it) if it.names_a_key_file()) {
            return Err(Failure::usage(
                "the document names the file of its key by a relative path, which is wrong for a copy elsewhere",
            )
            .with_hint("leave out --copy"));
        }
        let text = str::from_utf8(content)
            .map_err(|_| Failure::usage("--copy requires a document in UTF-8"))?;
        Ok(self.copy("json", Secret::new(text)))
    }

    /// Returns the profile of an imscli.yaml. Each of its secrets is copied to a file of its own.
    fn imscli(&mut self, imscli: &ImscliConfig) -> Result<ProfileEntry, Failure> {
        if !imscli.unsupported_keys.is_empty() {
            let left_out = imscli.unsupported_keys.join(", ");
            self.console
                .notice(&format!("a profile has no place for: {left_out}"));
        }
        let mut entry = ProfileEntry::new(imscli.type_name);
        if imscli.type_name == "static" {
            entry = entry.secrets("token", &self.copies_of("token", &imscli.access_token));
        } else {
            let secrets = self.copies_of("client-secret", &imscli.client_secret);
            entry = entry
                .text("client_id", imscli.client_id.as_deref())
                .secrets("client_secrets", &secrets)
                .text("org_id", imscli.organization_id.as_deref());
            entry = match imscli.type_name {
                "jwt" => self.technical_account(entry, imscli)?,
                _ => entry.list("scopes", &imscli.scopes),
            };
        }
        if imscli.type_name == "service-code" {
            entry = entry.secrets("code", &self.copies_of("code", &imscli.authorization_code));
        }
        if self.args.binding.environment.is_none() {
            entry = entry.text("environment", imscli.url.as_deref());
        }
        Ok(entry)
    }

    fn technical_account(
        &self,
        entry: ProfileEntry,
        imscli: &ImscliConfig,
    ) -> Result<ProfileEntry, Failure> {
        let folder = self.args.file.parent().unwrap_or(Path::new(""));
        let key = imscli.private_key.as_ref().map(|path| folder.join(path));
        let key = key.map(|path| reference(&path)).transpose()?;
        Ok(entry
            .text(
                "technical_account_id",
                imscli.technical_account_id.as_deref(),
            )
            .list("metascopes", &imscli.metascopes)
            .secrets("private_key", key.as_slice()))
    }

    fn copies_of(&mut self, suffix: &str, secret: &Option<Secret>) -> Vec<SecretReference> {
        let secret = secret.iter().cloned();
        secret.map(|secret| self.copy(suffix, secret)).collect()
    }

    fn copy(&mut self, suffix: &str, secret: Secret) -> SecretReference {
        let path = self.folder.join(format!("{}.{suffix}", self.name));
        self.copies.push((path.clone(), secret));
        SecretReference::File(path)
    }
}

fn imscli(content: &[u8]) -> Result<ImscliConfig, Failure> {
    let text = str::from_utf8(content).map_err(|_| {
        let message = "the configuration of imscli is not UTF-8 text";
        Error::new(Problem::DocumentUnknown, message)
    })?;
    Ok(ImscliConfig::parse(text)?)
}

fn reference(path: &Path) -> Result<SecretReference, Failure> {
    let path = std::path::absolute(path)
        .map_err(|error| Failure::usage(format!("the path is not valid: {error}")))?;
    Ok(SecretReference::File(path))
}

/// Adds the advice for a document that is not complete by itself.
fn with_advice(error: Error) -> Failure {
    let hint = match error.problem() {
        Problem::DocumentNeedsMore => {
            "`ims profile add NAME --type document --credentials file:DOCUMENT` with --private-key file:KEY and --metascope adds what is missing; scopes go with `ims profile add NAME --type oauth-s2s --client-id ID --client-secret file:FILE --scope SCOPES`"
        }
        Problem::ContextAmbiguous | Problem::ContextUnknown => "name one of them with --context",
        _ => return error.into(),
    };
    error.with_hint(hint).into()
}

fn name(args: &ProfileImport) -> Result<String, Failure> {
    let stem = args.file.file_stem().map(|it| it.to_string_lossy());
    let taken = args
        .name
        .clone()
        .or_else(|| args.context.clone())
        .or_else(|| stem.map(|it| it.into_owned()))
        .filter(|name| Profile::is_valid_name(name));
    taken.ok_or_else(|| {
        Failure::usage("the name of the file is not valid as the name of a profile")
            .with_hint("--name NAME: letters, digits, `.`, `_` and `-`, 64 at most")
    })
}
