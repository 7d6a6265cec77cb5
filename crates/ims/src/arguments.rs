//! What may stand on the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use http::{Method, Uri};

use crate::handout::{self, Handout};
use crate::multipart::{self, Part};
use crate::request::{self, HeaderArgument};
use crate::span;

#[derive(Debug, Parser)]
#[command(
    name = "ims",
    version,
    about = "Adobe IMS access tokens: from the credentials that Adobe hands out to an authenticated call",
    disable_help_subcommand = true,
    after_help = "An independent project, not affiliated with Adobe.\n\
                  Try `ims demo` first: it needs no account and no network."
)]
pub(crate) struct Arguments {
    /// Say nothing but the result and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say on stderr what is done, without any secret: stderr is safe to paste
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The tokens that are kept between calls
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Make one request to an API with an access token; the body of the answer goes to stdout
    #[command(after_help = CURL_HELP)]
    Curl(Box<Curl>),
    /// Show the whole way on an embedded emulator: sign, exchange, call AEM
    Demo,
    /// A local IMS and a little AEM, for tests that must not touch Adobe
    #[command(subcommand)]
    Emulator(EmulatorCommand),
    /// Run a command with an access token in its environment
    #[command(after_help = EXEC_HELP)]
    Exec(Exec),
    /// What an error id means and what to do
    Explain(Explain),
    /// Show what a token or an assertion says, offline
    Inspect(Inspect),
    /// Tell IMS that an access token is to be valid no longer, and forget it
    #[command(after_help = REVOKE_HELP)]
    Revoke(Revoke),
    /// Print a valid access token
    Token(Token),
    /// Ask IMS whether an access token is valid
    #[command(after_help = VALIDATE_HELP)]
    Validate(Validate),
}

/// Whose token it is, and how to get it.
#[derive(Debug, Default, Args)]
pub(crate) struct Identity {
    /// The credential document, as Adobe hands it out; `-` reads stdin [env: IMS_CREDENTIALS]
    #[arg(short, long, value_name = "FILE|-")]
    pub(crate) credentials: Option<PathBuf>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// Ask this identity service instead of the one that the document means; an assertion names it, too [env: IMS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The file with the passphrase of an encrypted key [env: IMS_PASSPHRASE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    pub(crate) timeout: Option<Duration>,
    /// How often to try again when IMS cannot be reached or cannot answer [default: 2; env: IMS_RETRIES]
    #[arg(long, value_name = "N", value_parser = retries)]
    pub(crate) retries: Option<u32>,
    #[command(flatten)]
    pub(crate) freshness: Freshness,
}

/// Whether a token that is there already will do.
#[derive(Debug, Default, Args)]
pub(crate) struct Freshness {
    /// The token must live at least this long, such as 90s, 10m or 2h
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    pub(crate) min_ttl: Option<Duration>,
    /// Ask IMS even if the cache has a good token, and keep the new one
    #[arg(long, conflicts_with_all = ["cached_only", "no_cache"])]
    pub(crate) force: bool,
    /// Ask nobody: a token from the cache, or exit code 7
    #[arg(long, conflicts_with = "no_cache")]
    pub(crate) cached_only: bool,
    /// Neither read nor write the cache [env: IMS_CACHE=off]
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Seal the cache with the key in this file (openssl rand -base64 32) [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct Token {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// What to print
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TokenFormat,
    /// Whose syntax `-o env` is written in [default: posix]
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The token and nothing else
    #[default]
    Token,
    /// A JSON object with the token, its expiry and its owner
    Json,
    /// `Authorization: Bearer …`
    Header,
    /// Authorization, x-api-key and x-gw-ims-org-id, as far as they are known
    Headers,
    /// The same for `curl -K -`
    Curl,
    /// IMS_ACCESS_TOKEN and IMS_EXPIRES_AT, to be evaluated by a shell
    Env,
    /// For the later steps of a job in GitHub Actions: masked, then written to GITHUB_ENV and GITHUB_OUTPUT
    Github,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh
    #[default]
    Posix,
    Fish,
    Powershell,
    /// The command prompt of Windows
    Cmd,
    /// A file of NAME=value lines
    Dotenv,
}

const EXEC_HELP: &str = "\
Ends as the command does, or with 125 when there is no token, 126 when the command cannot be run, \
127 when it is not found. It does not inherit IMS_CREDENTIALS when that holds a document itself.";

#[derive(Debug, Args)]
pub(crate) struct Exec {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// A variable for the command: NAME, or NAME=token|header|expires-at|client-id|org [default: IMS_ACCESS_TOKEN=token, IMS_EXPIRES_AT=expires-at]
    #[arg(long = "var", value_name = "NAME[=WHAT]", value_parser = handout::parse)]
    pub(crate) variables: Vec<Handout>,
    /// Replace the token by *** in what the command prints; it prints to pipes then, not to the terminal
    #[arg(long)]
    pub(crate) mask: bool,
    /// Give the command only the token, PATH, HOME, and what names the user, language, terminal and temporary folder
    #[arg(long)]
    pub(crate) clean_env: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

const CURL_HELP: &str = "\
Ends with 0 when the API answered below 400, else with 4 (401, 403, a login page), 6 (429), 5 (5xx) or 7 \
(another 4xx); the body is on stdout all the same. The token goes to Adobe's AEM and API hosts \
(*.adobeaemcloud.com, *.adobe.io), to this machine, and to --allow-host; redirects are not followed. \
--timeout is the time to send and until the answer of the API begins, and then that of each piece of it.";

#[derive(Debug, Args)]
pub(crate) struct Curl {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// Where to
    #[arg(value_name = "URL", value_parser = request::uri)]
    pub(crate) target: Uri,
    /// The method [default: POST with data, PUT with --upload-file, else GET]
    #[arg(short = 'X', long = "request", value_name = "METHOD", value_parser = request::method)]
    pub(crate) method: Option<Method>,
    /// A header, or a file of them, one in a line; Authorization is replaced
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE|@FILE", value_parser = request::header)]
    pub(crate) headers: Vec<HeaderArgument>,
    /// Send this, or the content of a file without its line ends, as a form; several are joined by `&`
    #[arg(
        short,
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data: Vec<String>,
    /// The same with the content of a file as it is
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data_binary: Option<String>,
    /// Send this, or the content of a file, as JSON
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) json: Option<String>,
    /// Send a part of multipart/form-data: NAME=TEXT, NAME=@FILE, or NAME=<FILE for its content alone; `;type=…` and `;filename=…` may follow
    #[arg(short = 'F', long = "form", value_name = "NAME=CONTENT", group = "content", value_parser = multipart::parse)]
    pub(crate) parts: Vec<Part>,
    /// Send a file as it is
    #[arg(short = 'T', long, value_name = "FILE|-", group = "content")]
    pub(crate) upload_file: Option<PathBuf>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Send x-api-key and x-gw-ims-org-id as well, as far as they are known
    #[arg(long)]
    pub(crate) all_headers: bool,
    /// The token may go there, too
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The file that holds it; stdin when left out or `-`
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

/// A token, and whom to ask about it.
#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// The file that holds the token, `-` for stdin [default: IMS_ACCESS_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The client that the token was issued to [default: as the token says]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Ask this identity service [default: the one of Adobe's that the token names, production if none; env: IMS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    pub(crate) timeout: Option<Duration>,
}

const REVOKE_HELP: &str = "\
The token goes to production or stage of IMS, as its claim `as` says, or to --url, and nowhere else. Once IMS \
has revoked it, it is deleted from the cache. An API may go on accepting it for a while.";

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

const VALIDATE_HELP: &str = "\
Ends with 0 when the token is valid and with 7 when it is not; stdout says which, and why. The token goes \
to IMS: to production or stage at Adobe, as its claim `as` says, or to --url, and nowhere else.";

#[derive(Debug, Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show whose tokens are kept, without the tokens
    List(CacheList),
    /// Delete all tokens that are kept; IMS goes on accepting them until they expire
    Clear,
}

#[derive(Debug, Args)]
pub(crate) struct CacheList {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The id between the brackets of an error message; without one, all are listed
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EmulatorCommand {
    /// Serve on loopback until SIGTERM or SIGINT; one line of JSON on stdout says when it is ready
    Serve(Serve),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = port)]
    pub(crate) port: u16,
    /// Speak https, with a CA that is made for this run
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the AEM service credentials here instead of into a temporary folder
    #[arg(long, value_name = "FILE")]
    pub(crate) write_credentials: Option<PathBuf>,
    /// Write the credentials for OAuth server-to-server here instead of into a temporary folder
    #[arg(long, value_name = "FILE")]
    pub(crate) write_oauth_credentials: Option<PathBuf>,
    /// Write the CA certificate here instead of into a temporary folder
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) write_ca: Option<PathBuf>,
    /// The metascopes of the technical account, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) metascopes: Option<String>,
    /// The imsEndpoint in the credentials, HOST or HOST:PORT; `self` for this emulator's own address
    #[arg(long, value_name = "HOST", default_value = "ims-na1.adobelogin.com")]
    pub(crate) ims_endpoint: String,
}

/// Parses `--retries` and `IMS_RETRIES`.
pub(crate) fn retries(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|&number| number <= 9)
        .ok_or_else(|| "give a number from 0 to 9".to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "give a number from 0 to 65535".to_owned())
}

impl Arguments {
    /// Whether errors are asked for as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match &self.command {
            Command::Token(token) => token.output == TokenFormat::Json,
            Command::Inspect(inspect) => inspect.output == TextFormat::Json,
            Command::Validate(validate) => validate.output == TextFormat::Json,
            Command::Cache(CacheCommand::List(list)) => list.output == TextFormat::Json,
            Command::Cache(CacheCommand::Clear)
            | Command::Curl(_)
            | Command::Demo
            | Command::Emulator(_)
            | Command::Exec(_)
            | Command::Explain(_)
            | Command::Revoke(_) => false,
        }
    }
}
