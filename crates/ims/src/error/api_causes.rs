//! The causes of the answer of an API, as a person and a program read them.

use core::fmt;

use adobe_ims::api_error::{ApiAnswer, ApiCause, Diagnosis};
use adobe_ims::error::Certainty;
use serde::Serialize;

use super::hints::advice;
use super::problem::Cause;

/// The answer of an API and its possible causes. As text, lines without a line end at the end; as JSON, the field `api` of
/// `ims.error/1`.
#[derive(Debug, Serialize)]
pub(crate) struct ApiCauses {
    status: u16,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    retry_after: Option<u64>,
    causes: Vec<CauseJson>,
}

#[derive(Debug, Serialize)]
struct CauseJson {
    id: &'static str,
    certainty: &'static str,
    meaning: &'static str,
    evidence: Vec<String>,
    fix: Vec<String>,
    #[serde(skip)]
    level: Certainty,
}

impl From<&Diagnosis> for ApiCauses {
    fn from(diagnosis: &Diagnosis) -> Self {
        let ApiAnswer {
            status,
            code,
            message,
            request_id,
            retry_after,
            ..
        } = diagnosis.answer().clone();
        Self {
            status,
            code: code.map(String::from),
            message: message.map(String::from),
            request_id: request_id.map(String::from),
            retry_after: retry_after.map(|wait| wait.as_secs()),
            causes: diagnosis.causes().iter().map(CauseJson::from).collect(),
        }
    }
}

impl From<&ApiCause> for CauseJson {
    fn from(cause: &ApiCause) -> Self {
        let problem = cause.problem();
        let steps = cause.steps().chain(advice(Cause::Api(problem)));
        Self {
            id: problem.id(),
            certainty: cause.certainty().as_str(),
            meaning: problem.meaning(),
            evidence: cause.evidence().to_vec(),
            fix: steps.map(str::to_owned).collect(),
            level: cause.certainty(),
        }
    }
}

impl fmt::Display for ApiCauses {
    /// Writes one block for each cause. Beside a cause that is more certain, one that is only possible is one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => lines.push(format!("answer: {code}, {message:?}")),
            (Some(text), None) | (None, Some(text)) => lines.push(format!("answer: {text:?}")),
            (None, None) => {}
        }
        lines.extend(self.request_id.iter().map(|id| format!("request id: {id}")));
        let first = self.causes.first().map(|cause| cause.level);
        let mut is_shortened = false;
        for cause in &self.causes {
            lines.push(cause.headline());
            if Some(cause.level) == first {
                lines.extend(cause.details());
            } else {
                is_shortened = true;
            }
        }
        if is_shortened {
            lines.push("hint: `ims explain ID` says more about a cause and its remedy".to_owned());
        }
        f.write_str(&lines.join("\n"))
    }
}

impl CauseJson {
    fn headline(&self) -> String {
        let name = match self.level {
            Certainty::Certain => "cause",
            Certainty::Likely => "likely cause",
            _ => "possible cause",
        };
        format!("{name}: {} [{}]", self.meaning, self.id)
    }

    fn details(&self) -> impl Iterator<Item = String> {
        let seen = self.evidence.iter().map(|fact| format!("  seen: {fact}"));
        let steps = self
            .fix
            .iter()
            .map(|step| format!("  hint: {}", step.replace('\n', "\n  ")));
        seen.chain(steps)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use adobe_ims::api_error::{ApiRequest, ApiResponse, BodyStart, TokenFacts, diagnose};
    use http::{Request, Response};
    use serde_json::json;

    use super::*;
    use crate::error::{CommandProblem, Failure};

    fn causes(url: &str, status: u16, text: &str) -> ApiCauses {
        let request = Request::get(url).body(()).unwrap();
        let response = Response::builder()
            .status(status)
            .header("retry-after", "30")
            .body(())
            .unwrap();
        let mut body = BodyStart::default();
        body.push(text.as_bytes());
        let facts = TokenFacts::default();
        let request = ApiRequest::new(&request, &facts, SystemTime::UNIX_EPOCH);
        let diagnosis = diagnose(&request, &ApiResponse::new(&response, &body));
        ApiCauses::from(&diagnosis.unwrap())
    }

    #[test]
    fn failure_as_json_has_the_answer_and_the_causes() {
        let body = r#"{"error_code":"429050","message":"Too many requests"}"#;
        let causes = causes("https://analytics.adobe.io/", 429, body);
        let failure = Failure::new(CommandProblem::ApiThrottled, "what");
        let json = failure.with_api_causes(Some(causes)).as_json();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let problem = adobe_ims::api_error::ApiProblem::RateLimited;
        assert_eq!(
            json["api"],
            json!({
                "status": 429,
                "code": "429050",
                "message": "Too many requests",
                "request_id": null,
                "retry_after": 30,
                "causes": [{
                    "id": "api-rate-limited",
                    "certainty": "certain",
                    "meaning": problem.meaning(),
                    "evidence": [],
                    "fix": problem.fixes(),
                }],
            })
        );
        let plain = Failure::new(CommandProblem::ApiThrottled, "what").as_json();
        assert!(!plain.contains("\"api\":"), "{plain}");
    }

    #[test]
    fn causes_of_one_certainty_are_explained_alike() {
        let text = causes("https://x.adobe.io/", 403, "").to_string();
        let lines: Vec<_> = text.lines().collect();
        let headlines = lines.iter().filter(|it| it.starts_with("possible cause: "));
        assert_eq!(headlines.count(), 2, "{text}");
        assert!(lines.iter().all(|it| !it.contains("ims explain")), "{text}");
        assert!(lines[1].starts_with("  hint: "), "{text}");
    }
}
