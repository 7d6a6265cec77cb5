//! A GET to the API with each token.

use adobe_ims::api_error::{
    ApiRequest, ApiResponse, CredentialKind, Diagnosis, TokenFacts, diagnose,
};
use adobe_ims::error::Certainty;
use adobe_ims::transport::Body;
use adobe_ims::{AccessToken, HttpTransport};
use http::{Request, StatusCode, Uri};

use crate::context::Context;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::{CommandProblem, Failure};
use crate::http::answer::read_start;

const ID: CheckId = CheckId::MigrateTarget;

/// The API, the way to it, and the clock.
pub(super) struct Api<'a> {
    pub(super) target: &'a Uri,
    pub(super) transport: &'a HttpTransport,
    pub(super) context: &'a Context,
}

/// A token, and what its credentials say of it.
pub(super) struct Sender<'a> {
    pub(super) token: &'a AccessToken,
    pub(super) client_id: &'a str,
    pub(super) organization_id: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) kind: Option<CredentialKind>,
}

impl Sender<'_> {
    fn facts(&self) -> TokenFacts {
        let mut facts = TokenFacts::of(self.token).with_client_id(self.client_id);
        if let Some(id) = self.organization_id {
            facts = facts.with_organization_id(id);
        }
        if let Some(email) = self.email {
            facts = facts.with_email(email);
        }
        if let Some(kind) = self.kind {
            facts = facts.with_credential_kind(kind);
        }
        facts
    }
}

/// The answer of the API, or the reason why there is none.
pub(super) type Answer = Result<Answered, Failure>;

pub(super) struct Answered {
    status: StatusCode,
    /// The causes, if the answer is an error of which some are known.
    diagnosis: Option<Diagnosis>,
}

impl Answered {
    fn is_good(&self) -> bool {
        self.diagnosis.is_none() && self.status.as_u16() < 400
    }
}

impl Api<'_> {
    /// Sends the token, unless it is of another environment than the API.
    pub(super) fn get(&self, sender: &Sender<'_>) -> Answer {
        sender.token.check_target(self.target)?;
        self.context.wait(self.send(sender))?
    }

    async fn send(&self, sender: &Sender<'_>) -> Answer {
        let token = sender.token.clone();
        let token = token.with_identity(Some(sender.client_id), sender.organization_id);
        let mut request = Request::new(Body::default());
        *request.uri_mut() = self.target.clone();
        token.headers().apply(request.headers_mut());
        let mut sent = Request::new(());
        *sent.uri_mut() = request.uri().clone();
        *sent.headers_mut() = request.headers().clone();
        let mut response = self.transport.stream(request).await?;
        let body = read_start(&mut response).await;
        let facts = sender.facts();
        let request = ApiRequest::new(&sent, &facts, self.context.now());
        Ok(Answered {
            status: response.status(),
            diagnosis: diagnose(&request, &ApiResponse::new(&response, &body)),
        })
    }
}

/// Compares the answers. `old` is `None` if there is no old token.
pub(super) fn target(host: &str, old: Option<&Answer>, new: &Answer) -> Check {
    let get = format!("GET, {host}");
    let answered = match new {
        Ok(answered) => answered,
        Err(failure) => {
            let cause = FoundCause::of(failure, Certainty::Certain);
            return Check::problem(ID, "no answer came to the new token", cause).seen(get);
        }
    };
    let status = answered.status.as_u16();
    let summary = match old {
        None => format!("the new token gets {status}"),
        Some(Ok(old)) if old.status == answered.status => format!("both tokens get {status}"),
        Some(Ok(old)) => {
            let of_old = old.status.as_u16();
            format!("the old token gets {of_old}, the new one {status}")
        }
        Some(Err(_)) => format!("the old token gets no answer, the new one {status}"),
    };
    let check = if answered.is_good() {
        Check::ok(ID, summary).seen(get)
    } else {
        refused(summary, answered).seen(get)
    };
    match old {
        Some(Err(failure)) => check.seen(format!("old: {}", failure.line())),
        _ => check,
    }
}

fn refused(summary: String, answered: &Answered) -> Check {
    let Some(diagnosis) = &answered.diagnosis else {
        let cause = FoundCause::new(CommandProblem::ApiRefused, Certainty::Possible)
            .fix_first("`ims curl` shows the whole answer");
        return Check::problem(ID, summary, cause);
    };
    let mut causes = diagnosis.causes().iter().map(FoundCause::from);
    let first = causes.next();
    let first =
        first.unwrap_or_else(|| FoundCause::new(CommandProblem::ApiRefused, Certainty::Possible));
    let check = causes.fold(Check::problem(ID, summary, first), Check::because);
    let answer = diagnosis.answer();
    match (&answer.code, &answer.message) {
        (Some(code), Some(message)) => check.seen(format!("the answer: {code}, {message:?}")),
        (Some(text), None) | (None, Some(text)) => check.seen(format!("the answer: {text:?}")),
        (None, None) => check,
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use adobe_ims::api_error::BodyStart;
    use adobe_ims::{Error, Problem};
    use http::Response;

    use super::*;
    use crate::doctor::check::Verdict;

    fn answer(status: u16, text: &str) -> Answer {
        let url = "https://author-p1-e2.adobeaemcloud.com/adobe/folders";
        let request = Request::get(url).body(()).unwrap();
        let response = Response::builder().status(status).body(()).unwrap();
        let mut body = BodyStart::default();
        body.push(text.as_bytes());
        let facts = TokenFacts::default()
            .with_client_id("new!+ID")
            .with_credential_kind(CredentialKind::OauthServerToServer);
        let request = ApiRequest::new(&request, &facts, SystemTime::UNIX_EPOCH);
        Ok(Answered {
            status: response.status(),
            diagnosis: diagnose(&request, &ApiResponse::new(&response, &body)),
        })
    }

    fn failed() -> Answer {
        Err(Error::new(Problem::NameUnknown, "no such host").into())
    }

    #[test]
    fn answers_stand_side_by_side() {
        let not_listed = "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";
        for (old, new, verdict, summary, id) in [
            (
                Some(answer(200, "")),
                answer(200, ""),
                Verdict::Ok,
                "both tokens get 200",
                None,
            ),
            (
                Some(answer(200, "")),
                answer(403, not_listed),
                Verdict::Problem,
                "the old token gets 200, the new one 403",
                Some("aem-client-not-allowed"),
            ),
            (
                Some(answer(401, "")),
                answer(200, ""),
                Verdict::Ok,
                "the old token gets 401, the new one 200",
                None,
            ),
            (
                None,
                answer(400, ""),
                Verdict::Problem,
                "the new token gets 400",
                Some("api-refused"),
            ),
            (
                Some(failed()),
                answer(204, ""),
                Verdict::Ok,
                "the old token gets no answer, the new one 204",
                None,
            ),
            (
                None,
                failed(),
                Verdict::Problem,
                "no answer came to the new token",
                Some("name-unknown"),
            ),
        ] {
            let check = target("HOST", old.as_ref(), &new);
            assert_eq!((check.verdict(), check.summary()), (verdict, summary));
            assert_eq!(
                check.causes().first().map(|it| it.cause.id()),
                id,
                "{check:?}"
            );
        }
    }

    #[test]
    fn refusal_has_the_file_to_add() {
        let text = "Allowlist the Client ID";
        let check = target("HOST", None, &answer(403, text));
        assert_eq!(
            check.evidence(),
            [format!("the answer: {text:?}"), "GET, HOST".to_owned()]
        );
        let cause = &check.causes()[0];
        assert_eq!(cause.certainty, Certainty::Certain);
        assert!(
            cause.fixes[0].contains("\n        author:\n          - \"new!+ID\""),
            "{}",
            cause.fixes[0]
        );
    }
}
