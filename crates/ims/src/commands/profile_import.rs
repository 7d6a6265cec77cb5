//! `ims profile import`: a profile for what is there already.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::DocumentOptions;
use adobe_ims::{Credentials, Error, Problem, Secret};
use adobe_ims_config::imscli::Imscli;
use adobe_ims_config::{Entry, Profile, SecretReference};

use super::profile::{editor, finish};
use crate::args::ProfileImport;
use crate::console::Console;
use crate::context::Context;
use crate::environment::input;
use crate::error::Failure;
use crate::settings::configuration;

pub(crate) fn run(
    arguments: &ProfileImport,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    let content = input::read(&arguments.file)?;
    let is_imscli = arguments
        .file
        .extension()
        .is_some_and(|it| it == "yaml" || it == "yml");
    let name = name(arguments)?;
    let opened = editor(config, &context.variables)?;
    // Before anything is copied.
    let configuration = configuration::load(config, &context.variables)
        .ok()
        .flatten();
    if configuration.is_some_and(|it| it.profile(&name).is_ok()) {
        let what = format!("there is a profile {name:?} already");
        return Err(Error::new(Problem::ProfileExists, what).into());
    }
    let folder = opened
        .0
        .parent()
        .unwrap_or(Path::new(""))
        .join("credentials");
    let mut import = Import {
        arguments,
        console: &context.console,
        name: &name,
        folder,
        copies: Vec::new(),
    };
    let entry = match is_imscli {
        true => import.imscli(&content)?,
        false => import.document(&content)?,
    };
    let copies = import.copies;
    finish(
        opened,
        &name,
        (entry, &copies),
        &arguments.binding,
        &context.console,
    )
}

struct Import<'a> {
    arguments: &'a ProfileImport,
    console: &'a Console,
    name: &'a str,
    /// For copies.
    folder: PathBuf,
    /// What is to be written there once the profile is found to make sense.
    copies: Vec<(PathBuf, Secret)>,
}

impl Import<'_> {
    /// A document stays as it is, and is read whenever a token is needed.
    fn document(&mut self, content: &[u8]) -> Result<Entry, Failure> {
        let mut options = DocumentOptions::default();
        options.context.clone_from(&self.arguments.context);
        let credentials = Credentials::parse_with(content, &options).map_err(told)?;
        if self.arguments.copy
            && matches!(&credentials, Credentials::Service(it) if it.names_a_key_file())
        {
            return Err(Failure::usage(
                "the document names the file of its key by a path, which a copy elsewhere would not lead to",
            )
            .with_hint("leave out --copy"));
        }
        let place = match self.arguments.copy {
            true => {
                let text = str::from_utf8(content)
                    .map_err(|_| Failure::usage("--copy takes a document in UTF-8"))?;
                self.copy("json", Secret::new(text))
            }
            false if self.arguments.file.as_os_str() == "-" => {
                return Err(Failure::usage("what comes from stdin is in no file")
                    .with_hint("--copy keeps it beside the configuration"));
            }
            false => Self::in_place(&self.arguments.file)?,
        };
        Ok(Entry::new("document")
            .secrets("credentials", &[place])
            .text("context", self.arguments.context.as_deref()))
    }

    /// Its secrets stand among things that are none, so each gets a file of its own.
    fn imscli(&mut self, content: &[u8]) -> Result<Entry, Failure> {
        let text = str::from_utf8(content).map_err(|_| {
            let what = "the configuration of imscli is not UTF-8 text";
            Error::new(Problem::DocumentUnknown, what)
        })?;
        let imscli = Imscli::read(text)?;
        if !imscli.left_out.is_empty() {
            let left_out = imscli.left_out.join(", ");
            self.console
                .notice(&format!("a profile has no place for: {left_out}"));
        }
        let arguments = self.arguments;
        let mut kept = |what: &str, secret: &Option<Secret>| -> Vec<SecretReference> {
            let secret = secret.iter().cloned();
            secret.map(|secret| self.copy(what, secret)).collect()
        };
        let is = |type_name| imscli.type_name == type_name;
        let mut entry = Entry::new(imscli.type_name);
        if !is("static") {
            entry = entry
                .text("client_id", imscli.client_id.as_deref())
                .secrets(
                    "client_secrets",
                    &kept("client-secret", &imscli.client_secret),
                )
                .text("org_id", imscli.organization_id.as_deref());
        }
        if is("jwt") {
            let folder = arguments.file.parent().unwrap_or(Path::new(""));
            let key = imscli.private_key.as_ref().map(|path| folder.join(path));
            let key = key.map(|path| Self::in_place(&path)).transpose()?;
            entry = entry
                .text(
                    "technical_account_id",
                    imscli.technical_account_id.as_deref(),
                )
                .list("metascopes", &imscli.metascopes)
                .secrets("private_key", key.as_slice());
        } else if !is("static") {
            entry = entry.list("scopes", &imscli.scopes);
        }
        if is("service-code") {
            entry = entry.secrets("code", &kept("code", &imscli.authorization_code));
        }
        if is("static") {
            entry = entry.secrets("token", &kept("token", &imscli.access_token));
        }
        if arguments.binding.environment.is_none() {
            entry = entry.text("environment", imscli.url.as_deref());
        }
        Ok(entry)
    }

    fn copy(&mut self, what: &str, secret: Secret) -> SecretReference {
        let path = self.folder.join(format!("{}.{what}", self.name));
        self.copies.push((path.clone(), secret));
        SecretReference::File(path)
    }

    fn in_place(path: &Path) -> Result<SecretReference, Failure> {
        let path = std::path::absolute(path)
            .map_err(|error| Failure::usage(format!("this is no path: {error}")))?;
        Ok(SecretReference::File(path))
    }
}

/// What the document lacks, a profile can add.
fn told(error: Error) -> Failure {
    let hint = match error.problem() {
        Problem::DocumentNeedsMore => {
            "`ims profile add NAME --type document --credentials file:DOCUMENT` with --private-key file:KEY and --metascope adds what is missing"
        }
        Problem::ContextAmbiguous | Problem::ContextUnknown => "name one of them with --context",
        _ => return error.into(),
    };
    error.with_hint(hint).into()
}

fn name(arguments: &ProfileImport) -> Result<String, Failure> {
    let stem = arguments.file.file_stem().map(|it| it.to_string_lossy());
    let taken = arguments
        .name
        .clone()
        .or_else(|| arguments.context.clone())
        .or_else(|| stem.map(|it| it.into_owned()))
        .filter(|name| Profile::is_name(name));
    taken.ok_or_else(|| {
        Failure::usage("this makes no name of a profile")
            .with_hint("--name NAME: letters, digits, `.`, `_` and `-`, 64 at most")
    })
}
