//! Parses the redirect with which a browser ends a sign-in.

use subtle::ConstantTimeEq;

use super::Flow;
use crate::error::Problem;
use crate::error::redact::Redactor;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// In bytes. A code or a token takes a few kilobytes.
const MAX_REDIRECT: usize = 64 * 1024;

/// The result of a successful sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthorizationResponse {
    /// A code, which is valid once and for a short time.
    Code(Secret),
    /// An access token, of the implicit flow.
    Token {
        /// The access token.
        access_token: Secret,
        /// `expires_in` in seconds (documented by Adobe), if it is a number.
        expires_in: Option<u64>,
    },
}

/// The values of the sign-in that a redirect must match.
pub(super) struct Expected<'a> {
    pub(super) flow: Flow,
    pub(super) state: &'a Secret,
    /// The secrets that must not stand in an error.
    pub(super) secrets: &'a [&'a Secret],
}

pub(super) fn parse(redirect: &str, expected: &Expected<'_>) -> Result<AuthorizationResponse> {
    if redirect.len() > MAX_REDIRECT {
        let message = format!("the redirect is longer than {} KiB", MAX_REDIRECT / 1024);
        return Err(Error::new(Problem::SignInWithoutResult, message));
    }
    let parameters = Parameters::parse(redirect.trim())?;
    check_state(&parameters, expected.state)?;
    if let Some(error) = &parameters.error {
        let of_redirect = [&parameters.code, &parameters.access_token];
        let secrets = expected.secrets.iter().copied();
        let redactor = Redactor::new(secrets.chain(of_redirect.into_iter().flatten()));
        let description = parameters.description.as_ref();
        return Err(refusal(error, description, &redactor));
    }
    match (expected.flow, parameters.code, parameters.access_token) {
        (Flow::Code, Some(code), _) => Ok(AuthorizationResponse::Code(code)),
        (Flow::Implicit, _, Some(access_token)) => Ok(AuthorizationResponse::Token {
            access_token,
            expires_in: parameters.expires_in,
        }),
        (flow, ..) => {
            let missing = flow.response_type();
            let message = format!("the redirect belongs to this sign-in, but has no {missing}");
            Err(Error::new(Problem::SignInWithoutResult, message))
        }
    }
}

/// Returns true if the redirect has the state of this sign-in. Nobody else knows this state.
pub(super) fn is_own(redirect: &str, state: &Secret) -> bool {
    redirect.len() <= MAX_REDIRECT
        && Parameters::parse(redirect).is_ok_and(|parameters| {
            let found = parameters.state.as_ref();
            found.is_some_and(|found| is_equal(found.expose(), state))
        })
}

fn check_state(parameters: &Parameters, expected: &Secret) -> Result<()> {
    let message = match &parameters.state {
        Some(state) if is_equal(state.expose(), expected) => return Ok(()),
        // A person who pastes an address means this sign-in. Some servers omit the state of an error.
        None if parameters.error.is_some() => return Ok(()),
        Some(_) => "the redirect belongs to another sign-in: its state differs",
        None if parameters.is_empty() => "the redirect is empty: it has neither code nor state",
        None => "the redirect belongs to no known sign-in: it has no state",
    };
    let problem = if parameters.is_empty() {
        Problem::SignInWithoutResult
    } else {
        Problem::SignInStateWrong
    };
    Err(Error::new(problem, message))
}

/// Compares in constant time.
pub(super) fn is_equal(text: &str, expected: &Secret) -> bool {
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
    /// Parses an address, or its query or fragment alone. A parameter with two different values is an error: the
    /// redirect was tampered with.
    fn parse(redirect: &str) -> Result<Self> {
        let (query, fragment) = query_and_fragment(redirect);
        let mut parameters = Self::default();
        let mut expires_in = None;
        let pairs = [query, fragment];
        let pairs = pairs
            .iter()
            .flat_map(|part| form_urlencoded::parse(part.as_bytes()));
        for (name, value) in pairs {
            let parameter = match &*name {
                "state" => &mut parameters.state,
                "code" => &mut parameters.code,
                "access_token" => &mut parameters.access_token,
                "expires_in" => &mut expires_in,
                "error" => &mut parameters.error,
                "error_description" => &mut parameters.description,
                _ => continue,
            };
            let value = Secret::new(value);
            if value.is_empty() {
                continue;
            }
            if parameter
                .as_ref()
                .is_some_and(|previous| previous.expose() != value.expose())
            {
                let message = format!("the redirect has two values of {name}");
                return Err(Error::new(Problem::SignInStateWrong, message));
            }
            *parameter = Some(value);
        }
        parameters.expires_in = expires_in.and_then(|text| text.expose().parse().ok());
        Ok(parameters)
    }

    fn is_empty(&self) -> bool {
        self.code.is_none() && self.access_token.is_none() && self.error.is_none()
    }
}

/// Splits an address. A text without scheme, path and `?` is a query.
fn query_and_fragment(redirect: &str) -> (&str, &str) {
    let (address, fragment) = redirect.split_once('#').unwrap_or((redirect, ""));
    let query = match address.split_once('?') {
        Some((_, query)) => query,
        None if address.contains("://") || address.starts_with('/') => "",
        None => address,
    };
    (query, fragment)
}

/// Returns the error of a refused sign-in. The codes are those of Adobe's documentation, RFC 6749 and OpenID Connect.
fn refusal(code: &Secret, description: Option<&Secret>, redactor: &Redactor) -> Error {
    let problem = match code.expose() {
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
    let code = redactor.server_text(code.expose());
    let message = match description.and_then(|text| redactor.shown(text.expose())) {
        Some(text) => format!("the sign-in ended with {code}: {text:?}"),
        None => format!("the sign-in ended with {code}"),
    };
    Error::new(problem, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pkce::encode_random;
    use super::*;

    fn state() -> Secret {
        encode_random(&[2; 32])
    }

    fn parse_in(flow: Flow, redirect: &str) -> Result<AuthorizationResponse> {
        let state = state();
        let expected = Expected {
            flow,
            state: &state,
            secrets: &[&state],
        };
        parse(redirect, &expected)
    }

    fn form(pairs: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs).finish()
    }

    proptest! {
        #[test]
        fn arbitrary_text_does_not_panic_and_is_not_quoted(text in "\\PC{0,200}", code in any::<bool>()) {
            let flow = if code { Flow::Code } else { Flow::Implicit };
            let secret = "SeKrEt".repeat(4);
            let error = parse_in(flow, &format!("{text}&state={secret}&code={secret}")).unwrap_err();
            let display = format!("{error} {error:?}");
            prop_assert!(!display.contains(&secret), "{}", display);
        }

        #[test]
        fn code_of_a_redirect_is_returned(
            code in "[!-~]{1,200}", path in "[a-z]{0,5}", other in "[a-zA-Z0-9=%&]{0,20}", query_only in any::<bool>(),
        ) {
            let query = form(&[("code", &code), ("state", state().expose()), ("x", &other)]);
            let redirect = if query_only { query } else { format!("http://localhost:8888/{path}?{query}") };
            let AuthorizationResponse::Code(parsed) = parse_in(Flow::Code, &redirect).unwrap() else {
                panic!("a code");
            };
            prop_assert_eq!(parsed.expose(), code);
        }

        #[test]
        fn other_state_is_refused(other: [u8; 32], cut in 0usize..43) {
            let expected = state();
            let expected = expected.expose();
            let random = encode_random(&other);
            for state in [random.expose(), &expected[..cut], &expected.to_uppercase(), &format!("{expected}A")] {
                prop_assume!(state != expected);
                let error = parse_in(Flow::Code, &form(&[("code", "c"), ("state", state)])).unwrap_err();
                prop_assert_eq!(error.problem(), Problem::SignInStateWrong);
            }
        }
    }
}
