//! Advice of the library in terms of the command: which flag, which variable.

use adobe_ims::Problem;
use adobe_ims::api_error::ApiProblem;
use adobe_ims_config::ConfigProblem;
use aem_forms::error::FormsProblem;

use super::problem::Cause;

pub(super) const SIGN_IN: &str = "`ims login PROFILE` signs a person in";

/// Returns the flags, variables and commands with which the user can follow the advice of a catalogue.
pub(crate) fn advice(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Library(problem) => of_library(problem),
        Cause::Api(problem) => of_api(problem),
        Cause::Configuration(problem) => of_configuration(problem),
        Cause::Forms(problem) => of_forms(problem),
        Cause::Command(_) | Cause::BrokenPipe => None,
    }
}

fn of_library(problem: Problem) -> Option<&'static str> {
    Some(match problem {
        Problem::KeyEncrypted | Problem::KeyPassphraseWrong => {
            "the passphrase comes from a file: --passphrase-file or IMS_PASSPHRASE_FILE; line ends at its end are ignored"
        }
        Problem::TlsUntrusted | Problem::RootsMissing => {
            "an extra CA comes from a file: --ca-file or IMS_CA_FILE"
        }
        Problem::StoreUnusable => {
            "the folder is adobe-ims in IMS_CACHE_DIR, XDG_CACHE_HOME/ims or ~/.cache/ims; --no-cache uses no cache"
        }
        Problem::Throttled => {
            "the cache keeps the end of the throttle for all calls; --force asks IMS all the same"
        }
        Problem::DeadlineExceeded => "the time limit is --timeout or IMS_TIMEOUT",
        Problem::DocumentNeedsMore => {
            "in addition to the document: --private-key-file and --metascope (IMS_PRIVATE_KEY_FILE, IMS_METASCOPES), or for scopes --scope (IMS_SCOPES)"
        }
        Problem::DocumentUnknown | Problem::DocumentNotJson | Problem::DocumentNotSupported => {
            "without a document: --client-id, --client-secret-file and --scope (IMS_CLIENT_ID, IMS_CLIENT_SECRET, IMS_SCOPES)"
        }
        Problem::DocumentIsToken => {
            "IMS_ACCESS_TOKEN passes a token to `ims token`, `ims exec` and `ims curl`; `ims inspect`, `ims validate` and `ims whoami` read one from a file or stdin"
        }
        Problem::DocumentIncomplete => {
            "flags add to the document or replace its fields: --client-id, --client-secret-file, --org, --technical-account and --scope, or for a technical account --private-key-file and --metascope"
        }
        Problem::CredentialsContradictory => {
            "--scope excludes IMS_METASCOPES and IMS_PRIVATE_KEY; --metascope excludes IMS_SCOPES"
        }
        Problem::ContextAmbiguous | Problem::ContextUnknown => {
            "the name is given with --context or IMS_CONTEXT"
        }
        Problem::HostNotAllowed => {
            "`ims curl` allows another host with --allow-host https://HOST[:PORT]"
        }
        Problem::TokenRefused => "`ims validate` asks IMS about a token, `ims inspect` decodes it",
        Problem::TokenLacksScope => "`ims inspect` shows the scopes of a token",
        Problem::EndpointInvalid => {
            "--url or IMS_URL names the identity service, whatever credentials or other variables say"
        }
        Problem::IdentityServiceNotNamed => {
            "name the identity service with --url, or with the key `environment` of a profile"
        }
        Problem::NotSignedIn | Problem::SignInAgain => SIGN_IN,
        Problem::SignInPortInUse | Problem::SignInListener => {
            "the port is --port or part of --redirect-uri; --paste needs none"
        }
        Problem::SignInTimeout => "the time limit is --wait",
        Problem::SessionUnusable => {
            "the folder is IMS_STATE_DIR, XDG_STATE_HOME/ims or ~/.local/state/ims"
        }
        Problem::AssertionMalformed => "`ims inspect` decodes assertions",
        _ => return None,
    })
}

fn of_api(problem: ApiProblem) -> Option<&'static str> {
    Some(match problem {
        ApiProblem::TokenRevoked | ApiProblem::TokenExpired => {
            "`ims validate` asks IMS about a token, `ims inspect` decodes it"
        }
        ApiProblem::TokenMalformed
        | ApiProblem::TokenIsAssertion
        | ApiProblem::TokenWrongType
        | ApiProblem::TokenOfOtherEnvironment => "`ims inspect` shows what a token is",
        ApiProblem::ApiKeyMissing
        | ApiProblem::ApiKeyOfOtherClient
        | ApiProblem::OrganizationMissing
        | ApiProblem::OrganizationWrong => {
            "`ims curl --all-headers` sends x-api-key and x-gw-ims-org-id"
        }
        ApiProblem::ProfileMissing => "`ims whoami` shows the product contexts of the account",
        _ => return None,
    })
}

fn of_configuration(problem: ConfigProblem) -> Option<&'static str> {
    Some(match problem {
        ConfigProblem::ProfileUnknown => {
            "`ims profile list` lists the profiles; `ims profile import`, `ims profile add` and `ims login NAME --client-id ID` add one"
        }
        ConfigProblem::ProfileExists => "`ims profile remove NAME` removes a profile",
        _ => return None,
    })
}

fn of_forms(problem: FormsProblem) -> Option<&'static str> {
    Some(match problem {
        FormsProblem::ReferenceRelative | FormsProblem::BatchTemplateRelative => {
            "--content-root names the content root"
        }
        FormsProblem::JournalExists | FormsProblem::JournalDamaged => {
            "--resume continues a run, --overwrite begins it again"
        }
        FormsProblem::RunStopped => "--resume continues a run",
        FormsProblem::OutputUnwritable | FormsProblem::OutputNeedsFolder => {
            "the place of the result is --out"
        }
        FormsProblem::FileNamesCollide => "the pattern of the file names is --out",
        FormsProblem::BatchPrintWithoutList => "--options FILE holds `printedOutputOptionsList`",
        _ => return None,
    })
}
