//! Advice of the library in terms of the command: which flag, which variable.

use adobe_ims::Problem;

pub(super) const SIGN_IN: &str = "`ims login PROFILE` signs a person in";

/// Returns the flags and variables of the command with which the user can follow the advice of the library.
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
