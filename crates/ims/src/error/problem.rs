//! The command's own catalogue of causes, beside those of the library and the configuration.

use adobe_ims::api_error::ApiProblem;
use adobe_ims::error::{Certainty, KnownFrom, Symptom};
use adobe_ims::{ErrorClass, Problem, problem_catalogue};
use adobe_ims_config::ConfigProblem;
use aem_forms::error::FormsProblem;

problem_catalogue! {
    /// The cause of a failure in the command itself.
    pub(crate) enum CommandProblem {
    ApiFailed = "api-failed", Unavailable, true,
        "The API could not answer (5xx). AEM's network answers 503 when a call takes too long; AEM may still complete it.",
        ["Check whether the request took effect before you send it again."];
    ApiForbidden = "api-forbidden", Refused, false,
        "The API knows the token, but its account lacks a right (403). A new token changes nothing.",
        ["Ask an administrator of the API to give the account the right."];
    ApiLoginPage = "api-login-page", Refused, false,
        "The API redirected to a login page: it treats the request as one of a browser without a login.",
        ["Check the host and the path of the URL; AEM's APIs answer 401 instead."];
    ApiRefused = "api-refused", Refused, false,
        "The API refused the request for another reason than the token (4xx).",
        ["Read the answer of the API on stdout."];
    ApiThrottled = "api-throttled", Throttled, true,
        "The API asks for fewer requests (429).",
        ["Wait, then try again."];
    ApiTokenRefused = "api-token-refused", Refused, false,
        "The API does not accept the token (401): the token has expired, was revoked, or belongs to another environment.",
        ["Compare the environment in the host name with the one of the credentials; `ims validate` asks IMS about the token."];
    BundleUnwritable = "bundle-unwritable", Configuration, false,
        "The support file cannot be written. An existing file is not replaced.",
        ["Name a new file in a folder that exists and that this user may write to."];
    ClientSecretMisplaced = "client-secret-misplaced", Configuration, false,
        "Another value of the credentials stands in the place of the client secret.",
        ["Copy the client secret from the console, and leave the other values where they are."];
    ClientSecretUnreadable = "client-secret-unreadable", Configuration, false,
        "The file of the client secret is empty or is not UTF-8 text.",
        ["Save the secret as UTF-8 text."];
    CommandNotExecutable = "command-not-executable", Configuration, false,
        "The operating system does not run the command that was named.",
        ["Check the permissions of the program."];
    CommandNotFound = "command-not-found", Configuration, false,
        "There is no such command, or the interpreter that its first line names is missing.",
        ["Name a program in PATH or a path; for a shell command: -- sh -c '…'"];
    ConsentMissing = "consent-missing", Configuration, false,
        "Requests that are wrong on purpose go to another host than this machine only if somebody agreed to them.",
        ["Read the list of the requests, and pass --yes."];
    CredentialsMissing = "credentials-missing", Configuration, false,
        "No credentials were named.",
        ["Name them with -c FILE or --client-id ID, with IMS_CREDENTIALS or IMS_CLIENT_ID, or name a profile with -p NAME."];
    DocumentRepaired = "document-repaired", Configuration, false,
        "The credential document is damaged in a way that has one sure reading. This program read it; other programs refuse it.",
        ["Download the document again, or correct it at the place that the message names."];
    DocumentUnwrapped = "document-unwrapped", Configuration, false,
        "The credential document is the content of `integration` without this key. This program reads it; clients of Adobe's want the whole download.",
        ["For other programs pass the whole download, or put the content into {\"integration\": …}."];
    EmulatorAnswerUnusable = "emulator-answer-unusable", Unusable, false,
        "The server does not answer as the emulator does: it is another server, or its answer broke.",
        ["Compare the URL with the `url` of the ready line, which `ims emulator serve` prints."];
    EmulatorNotLocal = "emulator-not-local", Configuration, false,
        "The URL leads to another machine. The remote control is for an emulator on this machine: nothing is sent to Adobe.",
        ["Name an emulator by its loopback address: --url, IMS_URL or --ready-file."];
    EmulatorNotNamed = "emulator-not-named", Configuration, false,
        "Nothing names the emulator: no flag, no variable, no ready line.",
        ["`ims emulator serve` starts an emulator. Its ready line has the `url` for --url and IMS_URL; --ready-file takes the line itself."];
    EmulatorNotStarted = "emulator-not-started", Configuration, false,
        "The emulator cannot listen on its port or create what it needs.",
        ["Leave out --port, and the emulator takes a free one."];
    EmulatorRefused = "emulator-refused", Configuration, false,
        "The remote control of the emulator does not take the request: a value or a name is wrong.",
        ["Correct what the message names; docs/emulator.md describes each request."];
    EmulatorVerificationFailed = "emulator-verification-failed", Refused, false,
        "The emulator got another number of requests than `ims emulator verify` wants.",
        ["`ims emulator requests` lists the requests; `ims emulator requests --clear` forgets those of an earlier test."];
    EnvironmentsMixed = "environments-mixed", Configuration, false,
        "Credentials, identity service and target are of different environments of Adobe. Production and stage do not know each other's clients and tokens.",
        ["Use credentials, identity service and API of one environment: leave out the flag or the variable that names the other one, or pass other credentials."];
    FileUnwritable = "file-unwritable", Configuration, false,
        "A file that was named cannot be written.",
        ["Check the path and that this user may write there."];
    GithubFilesMissing = "github-files-missing", Configuration, false,
        "Neither GITHUB_ENV nor GITHUB_OUTPUT names a file: `-o github` is for the steps of GitHub Actions.",
        ["Use another format outside of GitHub Actions."];
    IdentityMisplaced = "identity-misplaced", Configuration, false,
        "An id of the credentials stands in the place of another one. The organisation ends in @AdobeOrg, the id of the technical account in @techacct.adobe.com, and the client id in neither.",
        ["Copy each id from the console into its own field."];
    MigrationDocumentTwice = "migration-document-twice", Configuration, false,
        "The old and the new credentials of a migration are the same.",
        ["Name the old credentials as usual (-c, -p or variables), and the document of the new ones with --migrate."];
    MigrationEnvironmentDiffers = "migration-environment-differs", Configuration, false,
        "The old and the new credentials belong to different environments of IMS. A client of stage does not exist in production, and the reverse.",
        ["Download the new credential in the environment of the old one. If the document only lacks its environment, name it with --url, which holds for both."];
    MigrationNewKindWrong = "migration-new-kind-wrong", Configuration, false,
        "The new credentials of a migration are not OAuth server-to-server.",
        ["In the Adobe Developer Console, open the project, add an OAuth server-to-server credential and download it: the JSON with `CLIENT_SECRETS`."];
    MigrationOldKindWrong = "migration-old-kind-wrong", Configuration, false,
        "The old credentials of a migration are not those of a technical account with a JWT.",
        ["Name the service credentials of the AEM Developer Console (the JSON with `integration`) or a JWT credential of the Adobe Developer Console. Other credentials need no migration."];
    MigrationOrganizationDiffers = "migration-organization-differs", Configuration, false,
        "The old and the new credentials belong to different organisations. The new ones see other data, and rights of the old ones cannot be given to them.",
        ["Select the organisation of the old credentials in the Adobe Developer Console, and create the new credential there."];
    MigrationSwapped = "migration-swapped", Configuration, false,
        "The arguments of a migration are swapped: the old credentials are OAuth server-to-server, and the document of the new ones holds a JWT credential.",
        ["Name the JWT credential with -c, and the OAuth document with --migrate."];
    NotCached = "not-cached", Expired, false,
        "The cache has no usable token, and --cached-only does not allow to ask IMS for one.",
        ["Leave out --cached-only."];
    PassphraseUnreadable = "passphrase-unreadable", Configuration, false,
        "The passphrase file is not UTF-8 text.",
        ["Save the passphrase as UTF-8 text."];
    ProfileSignedIn = "profile-signed-in", Configuration, false,
        "A session is stored under the name of its profile; without the profile nobody could find or revoke it.",
        ["Sign out first: ims logout PROFILE"];
    ScopesDefaultOnly = "scopes-default-only", Configuration, false,
        "The scopes are only those that every credential has (openid, AdobeID). A token with these opens no API of a product.",
        ["In the Adobe Developer Console, add the API to the project, and copy the scopes that it then shows for the credential."];
    ScenarioRefused = "scenario-refused", Configuration, false,
        "The emulator cannot play the scenario, because a request of it is malformed or was refused.",
        ["Correct the entry that the message names. Entries are counted from 0."];
    StateFileUnusable = "state-file-unusable", Configuration, false,
        "The emulator cannot read or write its state file. It replaces only a file that it wrote itself and that nothing else has changed since.",
        ["Name another file with --state, or move that one away."];
    TlsChainIncomplete = "tls-chain-incomplete", Unreachable, false,
        "The server, or the proxy that inspects TLS, sends its certificate without the one between it and the root.",
        ["Ask its operator to send the whole chain. Until then, pass the missing certificate as an extra CA: --ca-file FILE or IMS_CA_FILE."], Inferred Likely;
    Unexpected = "unexpected", Configuration, false,
        "Something happened that should not happen.",
        ["Please report it."];
    Usage = "usage", Configuration, false,
        "The command line is not valid.",
        ["See --help of the command."];
    ValueRepaired = "value-repaired", Configuration, false,
        "A value was damaged in a way that has one sure reading. This program repaired it; other programs send it as it is, and are refused.",
        ["Correct the value at the place that the message names."];
    ValueUnknown = "value-unknown", Configuration, false,
        "A variable was to hold a value that is not known for this token.",
        ["Leave out this --var."];
    ValueUnsafe = "value-unsafe", Configuration, false,
        "The token, the client id or the organisation holds characters that the requested format cannot carry.",
        ["Use another format, or `ims exec`."];
    ValueUnusual = "value-unusual", Configuration, false,
        "A value does not look like one that Adobe issues. It may still be right, so the program sends it as it is.",
        ["Compare the value with the one that the console shows."];
    VariableInvalid = "variable-invalid", Configuration, false,
        "An environment variable has a value that is not valid, or a required one is not set.",
        ["Correct the variable that the message names."];
    WouldOverwrite = "would-overwrite", Configuration, false,
        "The emulator replaces only files that it wrote itself, so that no real credentials are lost.",
        ["Name another file, or move the existing one away."];
    }
}

/// The cause of a failure, in the catalogue that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Library(Problem),
    /// The cause of an error of an API. It explains a failure, but no failure has it alone.
    Api(ApiProblem),
    Configuration(ConfigProblem),
    /// Documents for AEM Forms, and the answers to them.
    Forms(FormsProblem),
    Command(CommandProblem),
    /// The reader of stdout closed it. This is reported to nobody.
    BrokenPipe,
}

impl From<Problem> for Cause {
    fn from(problem: Problem) -> Self {
        Self::Library(problem)
    }
}

impl From<ConfigProblem> for Cause {
    fn from(problem: ConfigProblem) -> Self {
        Self::Configuration(problem)
    }
}

impl From<FormsProblem> for Cause {
    fn from(problem: FormsProblem) -> Self {
        Self::Forms(problem)
    }
}

impl From<aem_forms::error::Cause> for Cause {
    fn from(cause: aem_forms::error::Cause) -> Self {
        match cause {
            aem_forms::error::Cause::Ims(problem) => Self::Library(problem),
            aem_forms::error::Cause::Api(problem) => Self::Api(problem),
            aem_forms::error::Cause::Forms(problem) => Self::Forms(problem),
        }
    }
}

impl From<adobe_ims_config::Cause> for Cause {
    fn from(cause: adobe_ims_config::Cause) -> Self {
        match cause {
            adobe_ims_config::Cause::Ims(problem) => Self::Library(problem),
            adobe_ims_config::Cause::Config(problem) => Self::Configuration(problem),
        }
    }
}

impl From<CommandProblem> for Cause {
    fn from(problem: CommandProblem) -> Self {
        Self::Command(problem)
    }
}

impl Cause {
    /// Every cause that has an entry in a catalogue.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let library = Problem::ALL.iter().copied().map(Self::Library);
        let api = ApiProblem::ALL.iter().copied().map(Self::Api);
        let configuration = ConfigProblem::ALL.iter().copied().map(Self::Configuration);
        let forms = FormsProblem::ALL.iter().copied().map(Self::Forms);
        let command = CommandProblem::ALL.iter().copied().map(Self::Command);
        let own = configuration.chain(forms).chain(command);
        library.chain(api).chain(own)
    }

    /// Finds the entry with this id.
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        let library = Problem::from_id(id).map(Self::Library);
        let api = || ApiProblem::from_id(id).map(Self::Api);
        let configuration = || ConfigProblem::from_id(id).map(Self::Configuration);
        let forms = || FormsProblem::from_id(id).map(Self::Forms);
        let command = || CommandProblem::from_id(id).map(Self::Command);
        let own = || configuration().or_else(forms).or_else(command);
        library.or_else(api).or_else(own)
    }

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Library(problem) => problem.id(),
            Self::Api(problem) => problem.id(),
            Self::Configuration(problem) => problem.id(),
            Self::Forms(problem) => problem.id(),
            Self::Command(problem) => problem.id(),
            Self::BrokenPipe => "",
        }
    }

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Library(problem) => problem.meaning(),
            Self::Api(problem) => problem.meaning(),
            Self::Configuration(problem) => problem.meaning(),
            Self::Forms(problem) => problem.meaning(),
            Self::Command(problem) => problem.meaning(),
            Self::BrokenPipe => "",
        }
    }

    pub(crate) fn fixes(self) -> &'static [&'static str] {
        match self {
            Self::Library(problem) => problem.fixes(),
            Self::Api(problem) => problem.fixes(),
            Self::Configuration(problem) => problem.fixes(),
            Self::Forms(problem) => problem.fixes(),
            Self::Command(problem) => problem.fixes(),
            Self::BrokenPipe => &[],
        }
    }

    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::Library(problem) => problem.is_transient(),
            Self::Api(problem) => problem.is_transient(),
            Self::Configuration(problem) => problem.is_transient(),
            Self::Forms(problem) => problem.is_transient(),
            Self::Command(problem) => problem.is_transient(),
            Self::BrokenPipe => false,
        }
    }

    /// Returns the kind of source that the cause is known from.
    pub(crate) fn known_from(self) -> KnownFrom {
        match self {
            Self::Library(problem) => problem.known_from(),
            Self::Api(problem) => problem.known_from(),
            Self::Configuration(problem) => problem.known_from(),
            Self::Forms(problem) => problem.known_from(),
            Self::Command(problem) => problem.known_from(),
            Self::BrokenPipe => KnownFrom::Checked,
        }
    }

    /// Returns how certain the cause is where it is named. A cause in a list may be less certain.
    pub(crate) fn certainty(self) -> Certainty {
        match self {
            Self::Library(problem) => problem.certainty(),
            Self::Api(problem) => problem.certainty(),
            Self::Configuration(problem) => problem.certainty(),
            Self::Forms(problem) => problem.certainty(),
            Self::Command(problem) => problem.certainty(),
            Self::BrokenPipe => Certainty::Certain,
        }
    }

    /// Returns what the cause looks like, in each form that is known.
    pub(crate) fn symptoms(self) -> impl Iterator<Item = Symptom> {
        let library = match self {
            Self::Library(problem) => Some(problem.symptoms()),
            _ => None,
        };
        let api = match self {
            Self::Api(problem) => Some(problem.symptoms()),
            _ => None,
        };
        let library = library.into_iter().flatten();
        library.chain(api.into_iter().flatten())
    }

    /// Returns the class; a wrong command line and an unexpected failure have none of the library's.
    pub(crate) fn class(self) -> Option<ErrorClass> {
        match self {
            Self::Library(problem) => Some(problem.class()),
            Self::Api(problem) => Some(problem.class()),
            Self::Configuration(problem) => Some(problem.class()),
            Self::Forms(problem) => Some(problem.class()),
            Self::Command(CommandProblem::Usage | CommandProblem::Unexpected)
            | Self::BrokenPipe => None,
            Self::Command(problem) => Some(problem.class()),
        }
    }

    /// Returns the name of the class, as JSON and `ims explain` show it.
    pub(crate) fn class_name(self) -> &'static str {
        self.class().map_or(self.id(), ErrorClass::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_over_all_catalogues() {
        let mut seen = HashSet::new();
        for cause in Cause::all() {
            assert!(seen.insert(cause.id()), "{} twice", cause.id());
            assert_eq!(Cause::from_id(cause.id()), Some(cause));
        }
    }
}
