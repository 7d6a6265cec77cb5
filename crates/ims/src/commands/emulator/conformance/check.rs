//! The checks of the suite. Each has the id of the behaviour that it checks.

use adobe_ims_emulator::fidelity::{Behaviour, behaviour};

use super::answer::Answer;
use super::comparison::{Comparison, ExpectedError, Results, error};
use super::request::{Flow, Probe};
use super::{claims, responses, services};

/// A check of a behaviour of the emulator.
pub(super) struct Check {
    /// The id of the behaviour.
    pub(super) id: &'static str,
    /// The credentials with which the check can be made; `None` for both kinds.
    flow: Option<Flow>,
    /// The request whose answer is compared.
    pub(super) probe: Probe,
    /// True for a comparison with the token, which another request got.
    needs_token: bool,
    how: How,
}

type Compare = fn(&Results<'_>, &Answer) -> Comparison;

enum How {
    Error(ExpectedError),
    Facts(Compare),
}

impl Check {
    const fn facts(id: &'static str, probe: Probe, compare: Compare) -> Self {
        Self {
            id,
            flow: None,
            probe,
            needs_token: false,
            how: How::Facts(compare),
        }
    }

    /// Creates a check of the token.
    const fn token(id: &'static str, compare: Compare) -> Self {
        Self {
            needs_token: true,
            ..Self::facts(id, Probe::Token, compare)
        }
    }

    const fn error(
        id: &'static str,
        probe: Probe,
        (status, code): (u16, &'static str),
        text: Option<&'static str>,
    ) -> Self {
        Self {
            id,
            flow: None,
            probe,
            needs_token: false,
            how: How::Error(ExpectedError { status, code, text }),
        }
    }

    const fn with(self, flow: Flow) -> Self {
        Self {
            flow: Some(flow),
            ..self
        }
    }

    /// Returns true if the check can be made with these credentials.
    pub(super) fn is_of(&self, flow: Flow) -> bool {
        self.flow.is_none_or(|it| it == flow)
    }

    /// Returns the requests whose answers the check looks at.
    pub(super) fn probes(&self) -> impl Iterator<Item = Probe> {
        let token = self.needs_token.then_some(Probe::Token);
        [self.probe].into_iter().chain(token)
    }

    /// Returns true for a check that changes something.
    pub(super) fn revokes(&self) -> bool {
        matches!(self.probe, Probe::Invalidate | Probe::ValidateRevoked)
    }

    /// Returns the behaviour.
    pub(super) fn behaviour(&self) -> Option<&'static Behaviour> {
        behaviour(self.id)
    }

    /// Compares the answers; `None` if one is missing.
    pub(super) fn compare(&self, results: &Results<'_>) -> Option<Comparison> {
        if self.needs_token && results.token.is_none() {
            return None;
        }
        let answer = results.answer(self.probe)?;
        Some(match &self.how {
            How::Error(expected) => error(*expected, results, answer),
            How::Facts(compare) => compare(results, answer),
        })
    }
}

const SECRET: &str = "invalid client_secret parameter";
const CLIENT: &str = "invalid client_id parameter";
const MALFORMED: &str = "JWT token is incorrectly formatted, and can not be decoded.";
const NOT_BOUND: &str = "Could not match JWT signature to any of the bindings";
const METASCOPE: &str =
    "The metascopes in the JWT are not a subset of the metascopes in the binding.";
const EXPIRED: &str = "Invalid or expired token.";
const INVALID_CLIENT: (u16, &str) = (400, "invalid_client");
const INVALID_TOKEN: (u16, &str) = (400, "invalid_token");
const INVALID_SCOPE: (u16, &str) = (400, "invalid_scope");

/// All checks, in the order of the report.
pub(super) const CHECKS: &[Check] = &[
    Check::facts(
        "discovery-endpoints",
        Probe::Discovery,
        services::discovery_endpoints,
    ),
    Check::facts(
        "discovery-grants",
        Probe::Discovery,
        services::discovery_grants,
    ),
    Check::facts("keys", Probe::Keys, services::keys),
    Check::facts(
        "method-not-allowed",
        Probe::GetOnTokens,
        responses::method_not_allowed,
    ),
    Check::error(
        "token-unknown-grant",
        Probe::UnknownGrant,
        (400, "unsupported_grant_type"),
        None,
    ),
    Check::error(
        "exchange-unknown-client",
        Probe::UnknownClient,
        INVALID_CLIENT,
        Some(CLIENT),
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-wrong-secret",
        Probe::WrongSecret,
        INVALID_CLIENT,
        Some(SECRET),
    )
    .with(Flow::Jwt),
    Check::error(
        "token-unknown-client",
        Probe::UnknownClient,
        INVALID_CLIENT,
        Some(CLIENT),
    )
    .with(Flow::Oauth),
    Check::error(
        "token-wrong-secret",
        Probe::WrongSecret,
        INVALID_CLIENT,
        Some(SECRET),
    )
    .with(Flow::Oauth),
    Check::facts("error-body", Probe::WrongSecret, responses::error_body),
    Check::error(
        "token-invalid-scope",
        Probe::UnknownScope,
        INVALID_SCOPE,
        Some("Invalid scope value"),
    )
    .with(Flow::Oauth),
    Check::facts(
        "client-credentials-without-scope",
        Probe::WithoutScope,
        responses::has_token,
    )
    .with(Flow::Oauth),
    Check::error(
        "exchange-malformed-assertion",
        Probe::MalformedAssertion,
        INVALID_TOKEN,
        Some(MALFORMED),
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-exp-not-integer",
        Probe::TextExpiry,
        INVALID_TOKEN,
        Some(MALFORMED),
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-expired-assertion",
        Probe::ExpiredAssertion,
        INVALID_TOKEN,
        None,
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-audience-other-environment",
        Probe::OtherEnvironment,
        INVALID_CLIENT,
        None,
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-audience-other-client",
        Probe::OtherClient,
        INVALID_CLIENT,
        None,
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-signature-not-bound",
        Probe::ForeignKey,
        INVALID_TOKEN,
        Some(NOT_BOUND),
    )
    .with(Flow::Jwt),
    Check::error(
        "exchange-metascope-not-bound",
        Probe::UnknownMetascope,
        INVALID_SCOPE,
        Some(METASCOPE),
    )
    .with(Flow::Jwt),
    Check::facts("exchange-response", Probe::Token, responses::token_response).with(Flow::Jwt),
    Check::facts("token-response", Probe::Token, responses::token_response).with(Flow::Oauth),
    Check::token("exchange-expires-in-milliseconds", responses::milliseconds).with(Flow::Jwt),
    Check::token("token-expires-in-seconds", responses::seconds).with(Flow::Oauth),
    Check::facts("json-content-type", Probe::Token, responses::json_type),
    Check::facts("x-debug-id", Probe::Token, responses::debug_id),
    Check::facts("no-store", Probe::Token, responses::no_store),
    Check::token("access-token-times", claims::token_times),
    Check::token("access-token-claims", claims::token_claims),
    Check::token("access-token-client", claims::token_client),
    Check::token("access-token-header", claims::token_header),
    Check::token("access-token-scope-of-account", claims::scope_of_account).with(Flow::Jwt),
    Check::token("lifetime-access-token", claims::token_lifetime),
    Check {
        needs_token: true,
        ..Check::facts(
            "keys-verify-access-tokens",
            Probe::Keys,
            services::key_of_token,
        )
    },
    Check::facts(
        "keys-as-certificates",
        Probe::KeyCertificate,
        services::certificate,
    ),
    Check::facts("validate-valid", Probe::ValidateToken, services::validated),
    Check::facts(
        "validate-bad-signature",
        Probe::ValidateMadeUp,
        services::bad_signature,
    ),
    Check::facts("profile-fields", Probe::Profile, services::profile),
    Check::error(
        "users-invalid-token",
        Probe::ProfileMadeUp,
        (401, "invalid_token"),
        Some(EXPIRED),
    ),
    Check::facts("userinfo-scopes", Probe::Userinfo, services::userinfo),
    Check::facts("invalidate", Probe::Invalidate, services::no_content),
    Check::facts(
        "validate-reasons",
        Probe::ValidateRevoked,
        services::revoked,
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_check_is_of_a_behaviour_of_the_catalogue() {
        let mut seen = HashSet::new();
        for check in CHECKS {
            assert!(check.behaviour().is_some(), "{}", check.id);
            assert!(seen.insert(check.id), "{} twice", check.id);
        }
    }

    #[test]
    fn suite_sends_at_most_20_requests() {
        for flow in [Flow::Jwt, Flow::Oauth] {
            let checks = CHECKS.iter().filter(|it| it.is_of(flow) && !it.revokes());
            let probes: Vec<Probe> = checks.flat_map(Check::probes).collect();
            assert!(Probe::in_order(&probes).len() <= 20);
        }
    }

    /// The text of an error is compared only where the catalogue quotes it.
    #[test]
    fn compared_texts_stand_in_the_catalogue() {
        for check in CHECKS {
            let How::Error(ExpectedError { status, code, text }) = check.how else {
                continue;
            };
            let statement = check.behaviour().unwrap().statement;
            let is_by_reference = statement.contains("gets the error of");
            for part in [&status.to_string(), code].into_iter().chain(text) {
                assert!(is_by_reference || statement.contains(part), "{}", check.id);
            }
        }
    }
}
