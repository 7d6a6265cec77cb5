//! `ims profile add`, `use` and `remove`: changes to the configuration.

use std::path::{Path, PathBuf};

use adobe_ims::Secret;
use adobe_ims_config::edit::{Editor, ProfileEntry, write_secret_file};
use adobe_ims_config::values::parse_environment;
use adobe_ims_config::{ConfigProblem, SecretReference};

use crate::args::{Binding, ProfileAdd};
use crate::auth::sessions;
use crate::console::Console;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::settings::ConfigurationSource;

/// A profile to add.
pub(super) struct Addition<'a> {
    pub(super) name: &'a str,
    pub(super) entry: ProfileEntry,
    /// The files that the profile refers to and that are written with it.
    pub(super) secrets: &'a [(PathBuf, Secret)],
    pub(super) binding: &'a Binding,
}

impl Addition<'_> {
    /// Writes the secrets, then the configuration that refers to them.
    pub(super) fn save(
        self,
        path: &Path,
        mut editor: Editor,
        console: &Console,
    ) -> Result<(), Failure> {
        let (name, binding) = (self.name, self.binding);
        if let Some(text) = &binding.environment {
            parse_environment(text)?;
        }
        let entry = self
            .entry
            .text("environment", binding.environment.as_deref())
            .list("targets", &binding.target);
        editor.add(name, &entry)?;
        // The first profile is the default one: a user with one profile need not name it.
        let is_default = binding.default || editor.default_profile().is_none();
        if is_default {
            editor.set_default(name)?;
        }
        for (file, secret) in self.secrets {
            write_secret_file(file, secret)?;
            console.detail(&format!("{file:?} is written, for you alone"));
        }
        editor.save()?;
        let change = if is_default {
            format!("{name} is added, as the default profile")
        } else {
            format!("{name} is added")
        };
        report(&change, path, console)
    }
}

pub(super) fn add(
    args: &ProfileAdd,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let entry = entry(args)?;
    let (path, editor) = source.editor()?;
    let addition = Addition {
        name: &args.name,
        entry,
        secrets: &[],
        binding: &args.binding,
    };
    let saved = addition.save(&path, editor, &context.console);
    saved.map_err(|failure| {
        if failure.is(ConfigProblem::ProfileIncomplete) {
            failure.with_hint("each key is a flag: `client_secrets` is --client-secret, `scopes` is --scope, `org_id` is --org; see --help")
        } else {
            failure
        }
    })
}

fn entry(args: &ProfileAdd) -> Result<ProfileEntry, Failure> {
    let all = |references: &[SecretReference]| -> Result<Vec<SecretReference>, Failure> {
        references.iter().map(absolute).collect()
    };
    let one = |reference: &Option<SecretReference>| all(reference.as_slice());
    Ok(ProfileEntry::new(&args.type_name)
        .secrets("credentials", &one(&args.credentials)?)
        .text("context", args.context.as_deref())
        .text("client_id", args.client_id.as_deref())
        .secrets("client_secrets", &all(&args.client_secret)?)
        .text("org_id", args.org.as_deref())
        .list("scopes", &args.scope)
        .list("metascopes", &args.metascope)
        .text("technical_account_id", args.technical_account.as_deref())
        .secrets("private_key", &one(&args.private_key)?)
        .secrets("passphrase", &one(&args.passphrase)?)
        .secrets("token", &one(&args.token)?)
        .text("redirect_uri", args.redirect_uri.as_deref())
        .secrets("code", &one(&args.code)?)
        .text("device_id", args.device_id.as_deref())
        .secrets("device_token", &one(&args.device_token)?))
}

/// Makes the path of a reference absolute: on the command line it starts in the current directory, in the
/// configuration it does not. `~/` stays, because the configuration expands it.
fn absolute(reference: &SecretReference) -> Result<SecretReference, Failure> {
    match reference {
        SecretReference::File(path) if path.starts_with("~") => Ok(reference.clone()),
        SecretReference::File(path) => match std::path::absolute(path) {
            Ok(path) => Ok(SecretReference::File(path)),
            Err(error) => Err(Failure::usage(format!("the path is not valid: {error}"))),
        },
        other => Ok(other.clone()),
    }
}

pub(super) fn make_default(
    name: &str,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let (path, mut editor) = source.editor()?;
    editor.set_default(name)?;
    editor.save()?;
    let change = format!("{name} is the default profile");
    report(&change, &path, &context.console)
}

pub(super) fn remove(
    name: &str,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    refuse_signed_in(name, source, context)?;
    let (path, mut editor) = source.editor()?;
    let was_default = editor.default_profile() == Some(name);
    editor.remove(name)?;
    editor.save()?;
    if was_default {
        let console = &context.console;
        console.notice("it was the default profile; there is none now");
    }
    report(&format!("{name} is removed"), &path, &context.console)
}

/// Refuses a profile that somebody is signed in with: without it nobody could find or revoke the session.
fn refuse_signed_in(
    name: &str,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let Some(configuration) = source.load()? else {
        return Ok(());
    };
    let (defaults, variables) = (&configuration.defaults, &context.variables);
    let is_signed_in = match configuration.profile(name) {
        Ok(profile) => sessions::of_profile(profile, defaults, variables)?.is_some(),
        Err(error) if error.cause() == ConfigProblem::ProfileUnknown.into() => {
            return Err(error.into());
        }
        Err(_) => sessions::is_kept_for(name, defaults, variables)?,
    };
    if !is_signed_in {
        return Ok(());
    }
    let message = format!("somebody is signed in with the profile {name}");
    Err(
        Failure::new(CommandProblem::ProfileSignedIn, message).with_hint(format!(
            "`ims logout {name}` signs out first; --local does so offline"
        )),
    )
}

fn report(change: &str, path: &Path, console: &Console) -> Result<(), Failure> {
    console.result(&format!("{change} ({})", path.display()))
}
