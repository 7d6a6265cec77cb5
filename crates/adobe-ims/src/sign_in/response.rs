//! What the browser brings back.

use subtle::ConstantTimeEq;

use super::{Flow, PendingAuthorization};
use crate::api::server_text;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Longer than any answer: a code or a token is a few kilobytes.
const LONGEST: usize = 64 * 1024;

/// What came back from a sign-in that went well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthorizationResponse {
    /// A code, good once and for a short while.
    Code(Secret),
    /// A token.
    Token {
        /// The token.
        access_token: Secret,
        /// `expires_in`, in seconds (documented by Adobe), if it was there and a number.
        expires_in: Option<u64>,
    },
}

pub(super) fn read(
    redirect: &str,
    pending: &PendingAuthorization,
) -> Result<AuthorizationResponse> {
    if redirect.len() > LONGEST {
        let what = format!("what came back is longer than {} KiB", LONGEST / 1024);
        return Err(Error::new(Problem::SignInWithoutResult, what));
    }
    let found = Parameters::of(redirect.trim())?;
    match &found.state {
        Some(state) if is_same(state.expose(), &pending.state) => {}
        // Whoever forges an error gains nothing; a server that forgets the state should be understood.
        None if found.error.is_some() => {}
        state => {
            let what = match state {
                Some(_) => "what came back belongs to another sign-in: its state is not ours",
                None if found.is_empty() => "nothing came back: there is neither code nor state",
                None => "what came back belongs to no sign-in that is known: it has no state",
            };
            let problem = match found.is_empty() {
                true => Problem::SignInWithoutResult,
                false => Problem::SignInStateWrong,
            };
            return Err(Error::new(problem, what));
        }
    }
    if let Some(error) = &found.error {
        let secrets = [&pending.state, &pending.nonce, &pending.verifier];
        return Err(refused(
            error.expose(),
            found.description.as_ref(),
            &secrets,
        ));
    }
    match (pending.flow, found.code, found.access_token) {
        (Flow::Code, Some(code), _) => Ok(AuthorizationResponse::Code(code)),
        (Flow::Implicit, _, Some(access_token)) => Ok(AuthorizationResponse::Token {
            access_token,
            expires_in: found.expires_in,
        }),
        (flow, ..) => {
            let lacking = match flow {
                Flow::Code => "code",
                Flow::Implicit => "token",
            };
            let what = format!("what came back is of this sign-in, but has no {lacking}");
            Err(Error::new(Problem::SignInWithoutResult, what))
        }
    }
}

/// Compares without telling by the time it takes how much is right.
pub(super) fn is_same(text: &str, expected: &Secret) -> bool {
    text.as_bytes().ct_eq(expected.expose().as_bytes()).into()
}

#[derive(Default)]
struct Parameters {
    state: Option<Secret>,
    code: Option<Secret>,
    access_token: Option<Secret>,
    expires_in: Option<u64>,
    error: Option<Secret>,
    description: Option<Secret>,
}

impl Parameters {
    /// Of an address, or of the part of it that holds them. What stands in it twice, and differently, was
    /// tampered with.
    fn of(redirect: &str) -> Result<Self> {
        let (before, fragment) = match redirect.split_once('#') {
            Some((before, fragment)) => (before, fragment),
            None => (redirect, ""),
        };
        let query = match before.split_once('?') {
            Some((_, query)) => query,
            None if before.contains("://") || before.starts_with('/') => "",
            None => before,
        };
        let mut found = Self::default();
        let mut expires_in = None;
        let pairs = [query, fragment];
        let pairs = pairs
            .iter()
            .flat_map(|part| form_urlencoded::parse(part.as_bytes()));
        for (name, value) in pairs {
            let place = match &*name {
                "state" => &mut found.state,
                "code" => &mut found.code,
                "access_token" => &mut found.access_token,
                "expires_in" => &mut expires_in,
                "error" => &mut found.error,
                "error_description" => &mut found.description,
                _ => continue,
            };
            let value = Secret::new(value);
            if value.is_empty() {
                continue;
            }
            if place
                .as_ref()
                .is_some_and(|it| it.expose() != value.expose())
            {
                let what = format!("what came back names {name} twice");
                return Err(Error::new(Problem::SignInStateWrong, what));
            }
            *place = Some(value);
        }
        found.expires_in = expires_in.and_then(|text| text.expose().parse().ok());
        Ok(found)
    }

    fn is_empty(&self) -> bool {
        self.code.is_none() && self.access_token.is_none() && self.error.is_none()
    }
}

/// The errors of the redirect: those that Adobe documents, and those of RFC 6749 and OpenID Connect.
fn refused(code: &str, description: Option<&Secret>, secrets: &[&Secret]) -> Error {
    let problem = match code {
        "access_denied" => Problem::SignInDenied,
        "login_required"
        | "consent_required"
        | "interaction_required"
        | "account_selection_required" => Problem::SignInInteraction,
        "invalid_scope" => Problem::ScopeInvalid,
        "unauthorized_client" | "unsupported_response_type" => Problem::GrantNotAllowed,
        "invalid_client" => Problem::ClientInvalid,
        "server_error" | "temporarily_unavailable" => Problem::ServerError,
        _ => Problem::RefusedOtherwise,
    };
    let code = server_text(code, secrets);
    let what = match description.map(|text| server_text(text.expose(), secrets)) {
        Some(text) if !text.is_empty() => format!("the sign-in ended with {code}: {text:?}"),
        _ => format!("the sign-in ended with {code}"),
    };
    Error::new(problem, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credentials::OauthClient;
    use crate::environment::Environment;
    use crate::sign_in::AuthorizationRequest;

    fn pending(flow: Flow) -> PendingAuthorization {
        let client = OauthClient::new(Environment::production(), "client!+ID");
        let mut next = 0;
        AuthorizationRequest::new(client, "http://localhost:8888/", Vec::new())
            .flow(flow)
            .start(|bytes| {
                next += 1;
                bytes.fill(next);
                Ok(())
            })
            .unwrap()
    }

    fn form(pairs: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs).finish()
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_never_quoted(text in "\\PC{0,200}", code in any::<bool>()) {
            let flow = if code { Flow::Code } else { Flow::Implicit };
            let secret = "SeKrEt".repeat(4);
            let error = read(&format!("{text}&state={secret}&code={secret}"), &pending(flow)).unwrap_err();
            let display = format!("{error} {error:?}");
            prop_assert!(!display.contains(&secret), "{}", display);
        }

        #[test]
        fn what_was_sent_comes_back(
            code in "[!-~]{1,200}", before in "[a-z]{0,5}", after in "[a-zA-Z0-9=%&]{0,20}", form_only in any::<bool>(),
        ) {
            let pending = pending(Flow::Code);
            let query = form(&[("code", &code), ("state", pending.state.expose()), ("x", &after)]);
            let address = match form_only {
                true => query,
                false => format!("http://localhost:8888/{before}?{query}"),
            };
            let AuthorizationResponse::Code(found) = read(&address, &pending).unwrap() else {
                panic!("a code");
            };
            prop_assert_eq!(found.expose(), code);
        }

        #[test]
        fn no_other_state_will_do(other: [u8; 32], cut in 0usize..43) {
            let pending = pending(Flow::Code);
            let right = pending.state.expose();
            let random = crate::sign_in::pkce::token_of(&other);
            for state in [random.expose(), &right[..cut], &right.to_uppercase(), &format!("{right}A")] {
                prop_assume!(state != right);
                let error = read(&form(&[("code", "c"), ("state", state)]), &pending).unwrap_err();
                prop_assert_eq!(error.problem(), Problem::SignInStateWrong);
            }
        }
    }
}
