//! How a failure is told, and with which code the process ends.

use std::process::ExitCode;

use adobe_ims::{Error, ErrorClass, Problem};
use serde::Serialize;

use crate::console::output::Console;

const UNEXPECTED: u8 = 1;
const USAGE: u8 = 2;
const CONFIGURATION: u8 = 3;
const REFUSED: u8 = 4;
const NO_USABLE_ANSWER: u8 = 5;
const THROTTLED: u8 = 6;
pub(crate) const THE_ANSWER_IS_NO: u8 = 7;
/// A check found something; what, stands on stdout.
pub(crate) const CHECK_FAILED: i32 = 8;
/// Somebody has to sign in.
const PERSON_NEEDED: u8 = 9;
const PERSON_NEEDED_FOR: [Problem; 3] = [
    Problem::NotSignedIn,
    Problem::SignInAgain,
    Problem::SignInTimeout,
];
/// Of `exec`: whatever was wrong, the command was not started.
const NO_TOKEN: u8 = 125;
/// As of a process that died of SIGPIPE.
const BROKEN_PIPE: u8 = 128 + 13;

const SIGN_IN: &str = "`ims login PROFILE` signs a person in";

/// The flags and variables of this command that the advice of the library comes down to.
pub(crate) fn flags_for(problem: Problem) -> Option<&'static str> {
    Some(match problem {
        Problem::KeyEncrypted | Problem::KeyPassphraseWrong => {
            "the passphrase comes from a file: --passphrase-file or IMS_PASSPHRASE_FILE; line ends at its end do not count"
        }
        Problem::TlsUntrusted | Problem::RootsMissing => {
            "an extra CA comes from a file: --ca-file or IMS_CA_FILE"
        }
        Problem::StoreUnusable => {
            "the folder is IMS_CACHE_DIR, XDG_CACHE_HOME/ims or ~/.cache/ims; --no-cache does without"
        }
        Problem::DeadlineExceeded => "the time allowed is --timeout or IMS_TIMEOUT",
        Problem::DocumentNeedsMore => {
            "beside the document: --private-key-file and --metascope (IMS_PRIVATE_KEY_FILE, IMS_METASCOPES), or for scopes --scope (IMS_SCOPES)"
        }
        Problem::CredentialsContradictory => {
            "with --scope, IMS_METASCOPES and IMS_PRIVATE_KEY are left alone; with --metascope, IMS_SCOPES is"
        }
        Problem::ContextAmbiguous | Problem::ContextUnknown => {
            "the name is given with --context or IMS_CONTEXT"
        }
        Problem::HostNotAllowed => {
            "`ims curl` allows another place with --allow-host https://HOST[:PORT]"
        }
        Problem::TokenRefused => {
            "`ims validate` asks IMS about a token, `ims inspect` takes it apart"
        }
        Problem::TokenLacksScope => "`ims inspect` shows the scopes of a token",
        Problem::IdentityServiceNotNamed => {
            "--url names an identity service, and in a profile the key environment"
        }
        Problem::NotSignedIn | Problem::SignInAgain => SIGN_IN,
        Problem::SignInPortInUse | Problem::SignInListener => {
            "the port is --port or part of --redirect-uri; --paste needs none"
        }
        Problem::SignInTimeout => "the time allowed is --wait",
        Problem::SessionUnusable => {
            "the folder is IMS_STATE_DIR, XDG_STATE_HOME/ims or ~/.local/state/ims"
        }
        Problem::ProfileUnknown => {
            "`ims profile list` shows those that there are; `ims profile import`, `ims profile add` and `ims login NAME --client-id ID` make one"
        }
        Problem::ProfileExists => "`ims profile remove NAME` takes one out",
        Problem::AssertionMalformed => "`ims inspect` takes assertions apart",
        _ => return None,
    })
}

/// What can go wrong in the command itself: id and meaning. All else is in the library's catalogue.
pub(crate) const OWN: &[(&str, &str)] = &[
    (
        API_FAILED,
        "The API could not answer (5xx). AEM's network gives up on a call after a while with 503; what it asked for may be done all the same.",
    ),
    (
        API_FORBIDDEN,
        "The API knows the token, and who it stands for lacks a right (403). A new token changes nothing.",
    ),
    (
        API_LOGIN_PAGE,
        "The API pointed to a login page: it takes the request for a browser's without a login.",
    ),
    (
        API_REFUSED,
        "The API refused the request for another reason than the token (4xx); its answer says why.",
    ),
    (API_THROTTLED, "The API asks for fewer requests (429)."),
    (
        API_TOKEN_REFUSED,
        "The API does not accept the token (401): it has expired, was revoked, or is for another environment.",
    ),
    (
        CLIENT_SECRET_UNREADABLE,
        "The file of the client secret does not hold UTF-8 text, or nothing.",
    ),
    (
        COMMAND_NOT_EXECUTABLE,
        "The operating system does not run the command that was named.",
    ),
    (
        COMMAND_NOT_FOUND,
        "There is no such command, or the interpreter that its first line names is missing.",
    ),
    (
        CREDENTIALS_MISSING,
        "No credentials were named: -c FILE or --client-id ID, or IMS_CREDENTIALS or IMS_CLIENT_ID.",
    ),
    (
        EMULATOR_NOT_STARTED,
        "The emulator cannot listen on its port or make what it needs.",
    ),
    (FILE_UNWRITABLE, "A file that was named cannot be written."),
    (
        GITHUB_FILES_MISSING,
        "Neither GITHUB_ENV nor GITHUB_OUTPUT names a file: `-o github` is for the steps of GitHub Actions.",
    ),
    (
        NOT_CACHED,
        "The cache has no token that will do, and --cached-only forbids to ask IMS for one.",
    ),
    (
        PASSPHRASE_UNREADABLE,
        "The passphrase file does not hold UTF-8 text.",
    ),
    (
        PROFILE_SIGNED_IN,
        "What a sign-in left is kept under the name of its profile; without that nobody could find or revoke it.",
    ),
    (
        UNEXPECTED_ID,
        "Something happened that should not; please report it.",
    ),
    (
        USAGE_ID,
        "The command line cannot be understood; see --help.",
    ),
    (
        VALUE_UNKNOWN,
        "A variable was to hold what is not known of this token.",
    ),
    (
        VALUE_UNSAFE,
        "The token, client id or organisation holds characters that the form asked for cannot carry.",
    ),
    (
        VARIABLE_INVALID,
        "An environment variable has a value that makes no sense, or one is not set that is needed.",
    ),
    (
        WOULD_OVERWRITE,
        "The emulator replaces only files that it wrote itself, lest real credentials are lost.",
    ),
];

pub(crate) const API_FAILED: &str = "api-failed";
pub(crate) const API_FORBIDDEN: &str = "api-forbidden";
pub(crate) const API_LOGIN_PAGE: &str = "api-login-page";
pub(crate) const API_REFUSED: &str = "api-refused";
pub(crate) const API_THROTTLED: &str = "api-throttled";
pub(crate) const API_TOKEN_REFUSED: &str = "api-token-refused";
pub(crate) const CLIENT_SECRET_UNREADABLE: &str = "client-secret-unreadable";
pub(crate) const COMMAND_NOT_EXECUTABLE: &str = "command-not-executable";
pub(crate) const COMMAND_NOT_FOUND: &str = "command-not-found";
pub(crate) const CREDENTIALS_MISSING: &str = "credentials-missing";
pub(crate) const EMULATOR_NOT_STARTED: &str = "emulator-not-started";
pub(crate) const FILE_UNWRITABLE: &str = "file-unwritable";
pub(crate) const GITHUB_FILES_MISSING: &str = "github-files-missing";
const NOT_CACHED: &str = "not-cached";
pub(crate) const PASSPHRASE_UNREADABLE: &str = "passphrase-unreadable";
pub(crate) const PROFILE_SIGNED_IN: &str = "profile-signed-in";
pub(crate) const VALUE_UNKNOWN: &str = "value-unknown";
pub(crate) const VALUE_UNSAFE: &str = "value-unsafe";
pub(crate) const VARIABLE_INVALID: &str = "variable-invalid";
pub(crate) const WOULD_OVERWRITE: &str = "would-overwrite";
const UNEXPECTED_ID: &str = "unexpected";
const USAGE_ID: &str = "usage";

/// A failure on its way to the user.
pub(crate) struct Failure(Box<Details>);

struct Details {
    id: &'static str,
    class: &'static str,
    what: String,
    meaning: Option<&'static str>,
    hints: Vec<String>,
    transient: bool,
    exit_code: u8,
    server: Option<Server>,
}

#[derive(Serialize)]
struct Server {
    endpoint: String,
    status: u16,
    error: Option<String>,
    error_description: Option<String>,
    debug_id: Option<String>,
    retry_after: Option<u64>,
}

impl Failure {
    /// Something that should not happen.
    pub(crate) fn unexpected(what: impl Into<String>) -> Self {
        Self::plain(UNEXPECTED_ID, "unexpected", UNEXPECTED, what)
    }

    /// The command line makes no sense.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::plain(USAGE_ID, "usage", USAGE, what)
    }

    /// Nobody may be asked, and the cache does not have it.
    pub(crate) fn not_cached(what: impl Into<String>) -> Self {
        let class = ErrorClass::Expired.as_str();
        Self::plain(NOT_CACHED, class, THE_ANSWER_IS_NO, what)
    }

    /// Something around the command is not as it must be.
    pub(crate) fn configuration(id: &'static str, what: impl Into<String>) -> Self {
        Self::plain(id, ErrorClass::Configuration.as_str(), CONFIGURATION, what)
    }

    /// A command that was to be run is not there or cannot be run; the codes are those of shells.
    pub(crate) fn not_started(id: &'static str, exit_code: u8, what: impl Into<String>) -> Self {
        Self::plain(id, ErrorClass::Configuration.as_str(), exit_code, what)
    }

    /// An API answered no.
    pub(crate) fn api(id: &'static str, what: impl Into<String>) -> Self {
        let (class, exit_code) = match id {
            API_FORBIDDEN | API_LOGIN_PAGE | API_TOKEN_REFUSED => (ErrorClass::Refused, REFUSED),
            API_THROTTLED => (ErrorClass::Throttled, THROTTLED),
            API_FAILED => (ErrorClass::Unavailable, NO_USABLE_ANSWER),
            _ => (ErrorClass::Refused, THE_ANSWER_IS_NO),
        };
        Self::plain(id, class.as_str(), exit_code, what)
    }

    /// The same failure where other codes are those of a command that was to be run.
    pub(crate) fn without_token(mut self) -> Self {
        if self.0.exit_code != USAGE {
            self.0.exit_code = NO_TOKEN;
        }
        self
    }

    /// The same where it is known which profile is meant.
    pub(crate) fn of_profile(mut self, name: &str) -> Self {
        for hint in self.0.hints.iter_mut().filter(|it| *it == SIGN_IN) {
            *hint = SIGN_IN.replace("PROFILE", name);
        }
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    fn plain(
        id: &'static str,
        class: &'static str,
        exit_code: u8,
        what: impl Into<String>,
    ) -> Self {
        Self(Box::new(Details {
            id,
            class,
            what: what.into(),
            meaning: None,
            hints: Vec::new(),
            transient: false,
            exit_code,
            server: None,
        }))
    }

    /// The reader of stdout has what it wanted and is gone: nothing is told.
    pub(crate) fn broken_pipe() -> Self {
        Self::plain("", "", BROKEN_PIPE, "")
    }

    /// Whether this is what went wrong.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.0.id == id
    }

    /// It in one line, where it is not the end.
    pub(crate) fn line(&self) -> String {
        format!("{} [{}]", self.0.what, self.0.id)
    }

    /// Tells it on stderr.
    pub(crate) fn report(self, console: &Console) -> ExitCode {
        if self.0.exit_code == BROKEN_PIPE {
            return ExitCode::from(BROKEN_PIPE);
        }
        console.to_stderr(&if console.json_errors {
            self.0.as_json()
        } else {
            self.0.as_text()
        });
        ExitCode::from(self.0.exit_code)
    }
}

impl Details {
    fn as_text(&self) -> String {
        let mut lines = vec![format!("ims: {} [{}]", self.what, self.id)];
        // Where nobody answered, what happened says it all.
        let meaning = self.meaning.filter(|_| self.server.is_some());
        lines.extend(meaning.map(|meaning| format!("hint: {meaning}")));
        lines.extend(self.hints.iter().map(|hint| format!("hint: {hint}")));
        if let Some(Server {
            debug_id: Some(id), ..
        }) = &self.server
        {
            lines.push(format!("x-debug-id: {id}"));
        }
        lines.join("\n")
    }

    fn as_json(&self) -> String {
        #[derive(Serialize)]
        struct Told<'a> {
            schema: &'static str,
            id: &'a str,
            class: &'a str,
            message: &'a str,
            meaning: Option<&'a str>,
            hints: &'a [String],
            transient: bool,
            exit_code: u8,
            ims: Option<&'a Server>,
        }
        let told = Told {
            schema: "ims.error/1",
            id: self.id,
            class: self.class,
            message: &self.what,
            meaning: self.meaning,
            hints: &self.hints,
            transient: self.transient,
            exit_code: self.exit_code,
            ims: self.server.as_ref(),
        };
        serde_json::to_string(&told).unwrap_or_else(|_| self.as_text())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let problem = error.problem();
        Self(Box::new(Details {
            id: problem.id(),
            class: problem.class().as_str(),
            what: error.to_string(),
            meaning: Some(problem.meaning()),
            hints: error
                .hints()
                .chain(flags_for(problem))
                .map(str::to_owned)
                .collect(),
            transient: error.is_transient(),
            exit_code: match problem.class() {
                _ if PERSON_NEEDED_FOR.contains(&problem) => PERSON_NEEDED,
                ErrorClass::Configuration => CONFIGURATION,
                ErrorClass::Refused => REFUSED,
                ErrorClass::Unreachable | ErrorClass::Unavailable | ErrorClass::Unusable => {
                    NO_USABLE_ANSWER
                }
                ErrorClass::Throttled => THROTTLED,
                ErrorClass::Expired => THE_ANSWER_IS_NO,
                _ => UNEXPECTED,
            },
            server: error.server().map(|server| Server {
                endpoint: server.endpoint.clone(),
                status: server.status,
                error: server.code.clone(),
                error_description: server.description.clone(),
                debug_id: server.debug_id.clone(),
                retry_after: server.retry_after.map(|wait| wait.as_secs()),
            }),
        }))
    }
}
