//! What the configuration says, put where flags would stand: whoever comes after sees one set of arguments.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::{Error, Problem};
use adobe_ims_config::{
    Configuration, Decision, Given, Layers, Located, Machine, Origin, Profile, Settings,
};

use crate::args::{
    AdminCommand, CacheCommand, CallerArgs, Command, IdentityFlags, InspectArgs, RegisterArgs,
    TokenArgumentFlags, ValidateArgs,
};
use crate::auth::client;
use crate::context::Context;
use crate::environment::variables::{self, Variables};
use crate::error::{CommandProblem, Failure};
use crate::http::transport;
use crate::settings::layers::EffectiveSettings;

/// Puts what the configuration says where flags and variables of the command say nothing. A command without
/// an identity needs none.
///
/// Where there is no configuration this is one attempt to open a file; where there is one it is read as a
/// whole, since it may name a default profile or settings for all.
pub(crate) fn resolve(
    command: &mut Command,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        Command::Token(token) => identity(&mut token.identity, config, context),
        Command::Curl(curl) => identity(&mut curl.identity, config, context),
        Command::Exec(exec) => {
            identity(&mut exec.identity, config, context).map_err(Failure::before_start)
        }
        Command::Login(_) | Command::Logout(_) | Command::Refresh(_) | Command::Exchange(_) => {
            client::resolve(command, config, context)
        }
        Command::Revoke(revoke) => {
            let defaults = defaults(config, context)?;
            cache_key(&mut revoke.cache_key_file, &defaults, &context.variables);
            let TokenArgumentFlags {
                ca_file, timeout, ..
            } = &mut revoke.token;
            connection(ca_file, timeout, &defaults, &context.variables);
            Ok(())
        }
        Command::Validate(ValidateArgs {
            token: TokenArgumentFlags {
                ca_file, timeout, ..
            },
            ..
        })
        | Command::Inspect(InspectArgs {
            verify: true,
            ca_file,
            timeout,
            ..
        })
        | Command::Register(RegisterArgs {
            ca_file, timeout, ..
        }) => {
            let defaults = defaults(config, context)?;
            connection(ca_file, timeout, &defaults, &context.variables);
            Ok(())
        }
        Command::Whoami(whoami) => caller(&mut whoami.caller, config, context),
        Command::Orgs(orgs) => caller(&mut orgs.caller, config, context),
        Command::Admin(AdminCommand::Profile(admin) | AdminCommand::Orgs(admin)) => {
            caller(&mut admin.caller, config, context)
        }
        Command::Cache(CacheCommand::List(list)) => {
            let defaults = defaults(config, context)?;
            cache_key(&mut list.cache_key_file, &defaults, &context.variables);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The files, variables and programs of this machine.
pub(crate) fn machine(
    variables: &Variables,
) -> Machine<impl Fn(&str) -> Option<OsString> + use<'_>> {
    Machine::new(|name| variables.os(name), || io::stderr().is_terminal())
}

/// Where the configuration is, or would be, and who says so.
pub(crate) fn path(
    config: Option<&Path>,
    variables: &Variables,
) -> Result<Option<Given<PathBuf>>, Failure> {
    if let Some(path) = config {
        let (value, origin) = (path.to_owned(), Origin::Flag("--config"));
        return Ok(Some(Given { value, origin }));
    }
    if let Some(path) = variables.os(variables::CONFIG).map(PathBuf::from) {
        if !path.is_absolute() {
            let what = format!("{} is no absolute path", variables::CONFIG);
            return Err(Failure::new(CommandProblem::VariableInvalid, what));
        }
        let origin = Origin::Variable(variables::CONFIG);
        return Ok(Some(Given {
            value: path,
            origin,
        }));
    }
    let usual = Configuration::usual_path(&machine(variables));
    let origin = Origin::BuiltIn;
    Ok(usual.map(|value| Given { value, origin }))
}

/// The configuration; `None` when there is none. One that was named must be there.
pub(crate) fn load(
    config: Option<&Path>,
    variables: &Variables,
) -> Result<Option<Configuration>, Failure> {
    let Some(Given { value, origin }) = path(config, variables)? else {
        return Ok(None);
    };
    match Configuration::load(&value, &machine(variables))? {
        None if origin != Origin::BuiltIn => {
            let what = format!("the configuration {value:?}, named by {origin}, is not there");
            Err(Error::new(Problem::FileUnreadable, what).into())
        }
        found => Ok(found),
    }
}

/// The same for a call that may do without: where it is by default, one that this user may not even look for
/// (a container with the home of another user) costs a note and nothing else.
fn load_for_a_call(
    config: Option<&Path>,
    context: &Context,
) -> Result<Option<Configuration>, Failure> {
    let Some(Given { value, origin }) = path(config, &context.variables)? else {
        return Ok(None);
    };
    if origin != Origin::BuiltIn {
        return load(config, &context.variables);
    }
    match Configuration::load(&value, &machine(&context.variables)) {
        Err(error) if error.problem() == Problem::FileUnreadable => {
            context.console.notice(&error.to_string());
            Ok(None)
        }
        loaded => Ok(loaded?),
    }
}

/// Which profile is selected, if any counts.
pub(crate) struct Selection {
    pub(crate) profile: Option<Decision<String>>,
    /// What names the credentials instead of the profile.
    pub(crate) instead: Option<&'static str>,
}

impl Selection {
    /// A flag, a variable, or the default profile, unless something that counts as much or more names
    /// credentials itself.
    pub(crate) fn of(
        identity: &IdentityFlags,
        configuration: Option<&Configuration>,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let others = [variables::ACCESS_TOKEN, variables::CREDENTIALS];
        Self::beside(Some(&others), identity, configuration, variables)
    }

    /// The same, where of the variables a client id and these name credentials themselves, or none at all.
    fn beside(
        others: Option<&[&'static str]>,
        identity: &IdentityFlags,
        configuration: Option<&Configuration>,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let given = |value, origin| Given { value, origin };
        let flag = identity.profile.clone();
        let variable = variables.text(variables::PROFILE)?;
        let default = configuration.and_then(|it| it.default_profile.clone());
        let profile = Decision::of(
            flag.map(|name| given(name, Origin::Flag("--profile"))),
            variable.map(|name| given(name, Origin::Variable(variables::PROFILE))),
            Layers::new(None, default),
        );
        let is_flag = profile
            .as_ref()
            .is_some_and(|it| matches!(it.winner.origin, Origin::Flag(_)));
        let is_variable =
            (profile.as_ref()).is_some_and(|it| matches!(it.winner.origin, Origin::Variable(_)));
        let [client_id, imsclis_client_id] = variables::CLIENT_ID;
        // imscli's spelling comes last of the variables.
        let after = Some(imsclis_client_id).filter(|_| !is_variable);
        let instead = match (&identity.credentials, is_flag) {
            (Some(_), _) => Some("--credentials"),
            (None, true) => None,
            (None, false) if !identity.fields.is_empty() => Some("a flag"),
            (None, false) => others.and_then(|others| {
                let mut names = others.iter().copied().chain([client_id]).chain(after);
                names.find(|name| variables.has(name))
            }),
        };
        Ok(Self { profile, instead })
    }

    /// The name, unless something else names the credentials.
    pub(crate) fn name(&self) -> Option<&str> {
        let profile = self.profile.as_ref().filter(|_| self.instead.is_none());
        profile.map(|it| it.winner.value.as_str())
    }
}

fn identity(
    identity: &mut IdentityFlags,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    let others = [variables::ACCESS_TOKEN, variables::CREDENTIALS];
    select(identity, Some(&others), config, context)
}

/// The same; `others` are the variables that name credentials beside a client id, or `None` where a client id
/// names none either.
pub(crate) fn select(
    identity: &mut IdentityFlags,
    others: Option<&[&'static str]>,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    let configuration = load_for_a_call(config, context)?;
    let selection =
        Selection::beside(others, identity, configuration.as_ref(), &context.variables)?;
    if let (Some(instead), Some(profile)) = (selection.instead, &selection.profile) {
        context.console.detail(&format!(
            "{instead} names the credentials; the profile that {} names is passed over",
            profile.winner.origin
        ));
    }
    let Some(configuration) = configuration else {
        return match selection.name() {
            Some(_) => Err(no_configuration(config, &context.variables)?),
            None => Ok(()),
        };
    };
    let profile = match (selection.name(), &selection.profile) {
        (Some(name), Some(decision)) => {
            let profile = configuration.profile(name)?;
            context.console.detail(&format!(
                "the profile is {name}, by {}",
                decision.winner.origin
            ));
            Some(profile)
        }
        _ => None,
    };
    let effective = EffectiveSettings::of(
        identity,
        profile,
        &configuration.defaults,
        &context.variables,
    )?;
    if let Some(profile) = profile {
        check_identity_service(profile, identity, &context.variables)?;
    }
    effective.stand_for_flags(identity);
    identity.selected = profile.cloned().map(Box::new);
    Ok(())
}

pub(crate) fn no_configuration(
    config: Option<&Path>,
    variables: &Variables,
) -> Result<Failure, Failure> {
    Ok(match path(config, variables)? {
        Some(Given { value, .. }) => {
            let what = format!("there is no configuration with profiles: {value:?} is not there");
            Error::new(Problem::ProfileUnknown, what).into()
        }
        None => {
            let what = "it is not known where the configuration is: neither XDG_CONFIG_HOME nor HOME is set";
            Failure::new(
                CommandProblem::VariableInvalid,
                match cfg!(windows) {
                    true => "it is not known where the configuration is: APPDATA is not set",
                    false => what,
                },
            )
            .with_hint("--config FILE or IMS_CONFIG names it")
        }
    })
}

/// A flag or a variable, which may be left from another errand, does not send secrets just anywhere.
fn check_identity_service(
    profile: &Profile,
    identity: &IdentityFlags,
    variables: &Variables,
) -> Result<(), Failure> {
    match transport::named_service(identity.url.as_deref(), variables)? {
        Some(environment) => Ok(profile.check_identity_service(&environment)?),
        None => Ok(()),
    }
}

/// What holds for all commands that ask IMS.
fn defaults(config: Option<&Path>, context: &Context) -> Result<Settings, Failure> {
    let configuration = load_for_a_call(config, context)?;
    Ok(configuration.map(|it| it.defaults).unwrap_or_default())
}

/// A token that was given needs no profile, only the way to IMS.
fn caller(
    caller: &mut CallerArgs,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    if caller.file.is_none() {
        return identity(&mut caller.identity, config, context);
    }
    let defaults = defaults(config, context)?;
    let IdentityFlags {
        ca_file, timeout, ..
    } = &mut caller.identity;
    connection(ca_file, timeout, &defaults, &context.variables);
    Ok(())
}

fn connection(
    ca_file: &mut Vec<PathBuf>,
    timeout: &mut Option<Duration>,
    defaults: &Settings,
    variables: &Variables,
) {
    fill(timeout, &defaults.timeout, variables::TIMEOUT, variables);
    if let Some(files) = &defaults.ca_files
        && ca_file.is_empty()
        && variables.os(variables::CA_FILE).is_none()
    {
        ca_file.clone_from(&files.value);
    }
}

fn cache_key(file: &mut Option<PathBuf>, defaults: &Settings, variables: &Variables) {
    let said = &defaults.cache_key_file;
    fill(file, said, variables::CACHE_KEY_FILE, variables);
}

fn fill<T: Clone>(
    flag: &mut Option<T>,
    said: &Option<Located<T>>,
    variable: &str,
    variables: &Variables,
) {
    if let (None, Some(said)) = (&flag, said)
        && variables.os(variable).is_none()
    {
        *flag = Some(said.value.clone());
    }
}
