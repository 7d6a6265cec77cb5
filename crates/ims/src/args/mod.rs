//! The command line: the structs of the argument parser and the parsers of values.

// The parsers of values, then the structs of the commands.
pub(crate) mod duration;
mod env_var;
mod form_part;
mod http_parts;
mod connection;
mod credential_flags;
mod identity;
mod client;
mod cache;
mod caller;
mod config;
mod curl_content;
mod curl_flags;
mod curl;
mod emulator;
mod doctor;
mod exec;
pub(crate) mod forms;
mod inspect;
mod login;
mod profile;
mod token;
mod refresh;
mod register;
mod status;
mod token_argument;
pub(crate) mod usage;
#[cfg(test)]
mod curl_documentation_tests;
#[cfg(test)]
mod documentation_tests;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use cache::{CacheCommand, CacheList};
pub(crate) use caller::{AdminArgs, AdminCommand, CallerArgs, OrgsArgs, WhoamiArgs};
pub(crate) use client::ClientFlags;
pub(crate) use config::{ConfigCommand, ConfigShow};
pub(crate) use connection::ConnectionFlags;
pub(crate) use credential_flags::CredentialFlags;
pub(crate) use curl::CurlArgs;
pub(crate) use curl_content::DataPiece;
pub(crate) use doctor::DoctorArgs;
pub(crate) use emulator::{
    AdvanceArgs, AemSettingFlag, AllowArgs, CallArgs, CallMethod, ClockArgs, ConformanceArgs,
    EmulatorCommand, EmulatorFlags, FaultAdd, FaultCommand, FaultFlags, FaultRemove, ImsEndpoint,
    JournalFilter, LifetimesArgs, RemoteCommand, RequestsArgs, RestoreArgs, RightsArgs, RotateArgs,
    ServeArgs, SettingFlag, SignInArgs, Tier, TrustArgs, TrustedBy, VerifyArgs,
};
pub(crate) use env_var::{EnvVarSpec, EnvVarValue};
pub(crate) use exec::ExecArgs;
pub(crate) use form_part::{FormPart, PartSource};
use forms::FormsCommand;
pub(crate) use http_parts::{HeaderArgument, HeaderField, header_field};
pub(crate) use identity::{FreshnessFlags, IdentityFlags, TokenVersion, retries};
pub(crate) use inspect::InspectArgs;
pub(crate) use login::{FlowName, LoginArgs, LogoutArgs, PromptName};
pub(crate) use profile::{Binding, ProfileAdd, ProfileCommand, ProfileImport, ProfileShow};
pub(crate) use refresh::{ExchangeArgs, RefreshArgs};
pub(crate) use register::RegisterArgs;
pub(crate) use status::StatusArgs;
pub(crate) use token::{OutputFlags, Shell, TokenArgs, TokenFormat};
pub(crate) use token_argument::{Kind, RevokeArgs, TokenArgumentFlags, ValidateArgs};

#[derive(Debug, Parser)]
#[command(
    name = "ims",
    version,
    about = "Gets Adobe IMS access tokens, refreshes them, and explains failures",
    disable_help_subcommand = true,
    after_help = "An independent project, not affiliated with Adobe.\n\
                  Try `ims demo` first: it needs no account and no network."
)]
pub(crate) struct Arguments {
    /// Print only the result and errors
    #[arg(short, long, global = true, help_heading = "Global")]
    pub(crate) quiet: bool,
    /// Report each step on stderr, without secrets: the output is safe to share
    #[arg(short, long, global = true, help_heading = "Global")]
    pub(crate) verbose: bool,
    /// The configuration file [env: IMS_CONFIG; default: ims/config.toml in XDG_CONFIG_HOME or ~/.config]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the profile or the organisations of another user, with the token of a service
    #[command(subcommand)]
    Admin(AdminCommand),
    /// List or delete the cached tokens
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print a completion script for a shell
    #[command(
        after_help = "bash: source <(ims completions bash) · zsh: a file _ims in a folder of fpath · \
                            fish: ims completions fish | source · PowerShell: ims completions powershell | Out-String | Invoke-Expression"
    )]
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: CompletedShell,
    },
    /// Show and check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Send one request to an API with an access token, and print the body of the response
    #[command(after_help = curl::HELP)]
    Curl(Box<CurlArgs>),
    /// Show all steps on an embedded emulator: sign an assertion, exchange it, call AEM
    Demo,
    /// Find out what is wrong: offline first, then at IMS, then at the API
    #[command(after_help = doctor::HELP)]
    Doctor(Box<DoctorArgs>),
    /// Run a local IMS and a small AEM, for tests without Adobe
    #[command(subcommand)]
    Emulator(EmulatorCommand),
    /// Exchange the access token of a person for one of another profile of the person, or for one to act on their behalf
    #[command(after_help = refresh::EXCHANGE_HELP)]
    Exchange(Box<ExchangeArgs>),
    /// Run a command with an access token in its environment
    #[command(after_help = exec::HELP)]
    Exec(ExecArgs),
    /// Explain an error id, a code or a text: what it means, what to do, where it is known from
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArgs),
    /// Make documents with AEM Forms: generate, assemble, PDF/A, batches
    #[command(subcommand)]
    Forms(FormsCommand),
    /// Decode a token or an assertion offline; --verify checks the signature
    #[command(after_help = inspect::HELP)]
    Inspect(InspectArgs),
    /// Sign in with a browser, and stay signed in
    #[command(after_help = login::LOGIN_HELP)]
    Login(Box<LoginArgs>),
    /// Sign out
    #[command(after_help = login::LOGOUT_HELP)]
    Logout(LogoutArgs),
    /// Show the organisations of the user that a token was issued for
    #[command(after_help = caller::HELP)]
    Orgs(OrgsArgs),
    /// Manage the profiles of the configuration
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Exchange a refresh token for an access token
    #[command(after_help = refresh::REFRESH_HELP)]
    Refresh(Box<RefreshArgs>),
    /// Register a client with IMS
    #[command(after_help = register::HELP)]
    Register(RegisterArgs),
    /// Revoke a token at IMS, and delete it here
    #[command(after_help = token_argument::REVOKE_HELP)]
    Revoke(RevokeArgs),
    /// Show all profiles offline: which credentials, and when they end; --check-expiry is for monitoring
    #[command(after_help = status::HELP)]
    Status(Box<StatusArgs>),
    /// Print a valid access token
    Token(TokenArgs),
    /// Ask IMS whether a token is valid
    #[command(after_help = token_argument::VALIDATE_HELP)]
    Validate(ValidateArgs),
    /// Show the user that a token was issued for
    #[command(after_help = caller::HELP)]
    Whoami(WhoamiArgs),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompletedShell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

const EXPLAIN_HELP: &str = "\
Examples:
  ims explain signature-not-bound
  ims explain 403025
  ims explain \"Could not match JWT signature\"";

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id in the brackets of an error message, or a code or words of an answer; without it, all ids are listed
    #[arg(value_name = "ID|CODE|TEXT")]
    pub(crate) query: Vec<String>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// Text for people
    #[default]
    Text,
    /// JSON for programs
    Json,
}

impl Arguments {
    /// Returns true if failures are printed as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match &self.command {
            Command::Token(token) => token.form.output == TokenFormat::Json,
            Command::Doctor(doctor) => doctor.output == TextFormat::Json,
            Command::Exchange(exchange) => exchange.form.output == TokenFormat::Json,
            Command::Forms(forms) => forms.output() == TextFormat::Json,
            Command::Refresh(refresh) => refresh.form.output == TokenFormat::Json,
            Command::Inspect(inspect) => inspect.output == TextFormat::Json,
            Command::Validate(validate) => validate.output == TextFormat::Json,
            Command::Admin(AdminCommand::Profile(admin) | AdminCommand::Orgs(admin)) => {
                admin.output == TextFormat::Json
            }
            Command::Emulator(command) => command.output() == TextFormat::Json,
            Command::Explain(explain) => explain.output == TextFormat::Json,
            Command::Orgs(orgs) => orgs.output == TextFormat::Json,
            Command::Register(register) => register.output == TextFormat::Json,
            Command::Status(status) => status.output == TextFormat::Json,
            Command::Whoami(whoami) => whoami.output == TextFormat::Json,
            Command::Cache(CacheCommand::List(list)) => list.output == TextFormat::Json,
            Command::Config(ConfigCommand::Show(show)) => show.output == TextFormat::Json,
            Command::Profile(ProfileCommand::List { output }) => *output == TextFormat::Json,
            Command::Profile(ProfileCommand::Show(show)) => show.output == TextFormat::Json,
            Command::Cache(CacheCommand::Clear)
            | Command::Completions { .. }
            | Command::Config(_)
            | Command::Curl(_)
            | Command::Demo
            | Command::Exec(_)
            | Command::Login(_)
            | Command::Logout(_)
            | Command::Profile(_)
            | Command::Revoke(_) => false,
        }
    }
}
