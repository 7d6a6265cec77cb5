//! The comparison of an answer with the behaviour of the emulator. All comparisons are pure.

use adobe_ims::Secret;
use adobe_ims::internal::server_text;

use super::answer::Answer;
use super::request::Probe;
use super::token_facts::TokenFacts;

/// A behaviour, and what was seen instead or as well. Neither text holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) expected: String,
    pub(super) seen: String,
    pub(super) is_same: bool,
}

/// The answers to all requests, and the token among them.
pub(super) struct Results<'a> {
    pub(super) client_id: &'a str,
    pub(super) metascopes: &'a [String],
    pub(super) answers: Vec<(Probe, Answer)>,
    pub(super) token: Option<TokenFacts>,
    pub(super) secrets: Vec<Secret>,
}

impl Results<'_> {
    pub(super) fn answer(&self, probe: Probe) -> Option<&Answer> {
        let mut answers = self.answers.iter();
        answers.find(|(it, _)| *it == probe).map(|(_, it)| it)
    }

    pub(super) fn shown(&self, text: &str) -> String {
        server_text(text, &self.secrets).to_string()
    }

    pub(super) fn summary(&self, answer: &Answer) -> String {
        answer.summary(&self.secrets)
    }
}

impl Comparison {
    /// Compares texts.
    pub(super) fn texts(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        let (expected, seen) = (expected.into(), seen.into());
        Self {
            is_same: expected == seen,
            expected,
            seen,
        }
    }

    /// Creates the comparison of a fact that an answer has, or else of the answer itself.
    pub(super) fn fact(expected: &str, is_same: bool, seen: impl FnOnce() -> String) -> Self {
        Self {
            expected: expected.to_owned(),
            seen: if is_same { expected.to_owned() } else { seen() },
            is_same,
        }
    }
}

/// An error that is expected. Where the text is the emulator's own, it is not compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpectedError {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) text: Option<&'static str>,
}

pub(super) fn error(expected: ExpectedError, results: &Results<'_>, answer: &Answer) -> Comparison {
    let ExpectedError { status, code, text } = expected;
    let is_text = text.is_none_or(|text| answer.description() == Some(text));
    Comparison {
        expected: match text {
            Some(text) => format!("{status} {code} \"{text}\""),
            None => format!("{status} {code}"),
        },
        seen: results.summary(answer),
        is_same: answer.status == status && answer.error() == Some(code) && is_text,
    }
}

#[cfg(test)]
impl Results<'static> {
    /// Creates results with a token of these claims, for a test.
    pub(super) fn of(token: Option<&serde_json::Value>) -> Self {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = token.and_then(|claims| {
            let token = format!(
                "{}.{}.c2ln",
                part(&serde_json::json!({"kid": "k"})),
                part(claims)
            );
            TokenFacts::of_response(&serde_json::json!({"access_token": token}))
        });
        Self {
            client_id: "client",
            metascopes: &[],
            answers: Vec::new(),
            token,
            secrets: vec![Secret::new("SECRET-OF-THE-CLIENT")],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_compared_by_status_code_and_known_text() {
        let expected = ExpectedError {
            status: 400,
            code: "invalid_client",
            text: Some("invalid client_secret parameter"),
        };
        for (status, body, is_same) in [
            (
                400,
                r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#,
                true,
            ),
            (
                401,
                r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#,
                false,
            ),
            (
                400,
                r#"{"error_description":"no","error":"invalid_client"}"#,
                false,
            ),
            (
                400,
                r#"{"error_description":"invalid client_secret parameter","error":"x"}"#,
                false,
            ),
            (400, r#"{"error":"invalid_client"}"#, false),
            (400, "<html>", false),
        ] {
            let found = error(expected, &Results::of(None), &Answer::of(status, &[], body));
            assert_eq!(found.is_same, is_same, "{found:?}");
        }
        let without_text = ExpectedError {
            text: None,
            ..expected
        };
        let answer = Answer::of(
            400,
            &[],
            r#"{"error_description":"own","error":"invalid_client"}"#,
        );
        assert!(error(without_text, &Results::of(None), &answer).is_same);
    }

    #[test]
    fn secret_in_an_answer_is_not_shown() {
        let body =
            r#"{"error_description":"bad SECRET-OF-THE-CLIENT","error":"SECRET-OF-THE-CLIENT"}"#;
        let expected = ExpectedError {
            status: 400,
            code: "x",
            text: None,
        };
        let found = error(expected, &Results::of(None), &Answer::of(400, &[], body));
        assert!(!found.seen.contains("SECRET"), "{found:?}");
    }
}
