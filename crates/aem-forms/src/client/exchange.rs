//! A request that was sent, as far as errors need it.

use std::time::SystemTime;

use adobe_ims::api_error::{ApiRequest, ApiResponse, BodyStart, Diagnosis, diagnose};
use adobe_ims::error::{Certainty, ServerText};
use adobe_ims::transport::BodyStream;
use adobe_ims::{Secret, internal};
use http::{HeaderMap, Request, Response, Uri};

use super::header_source::RequestHeaders;
use crate::error::{Error, ErrorAnswer};
use crate::error::{FormsProblem, Log};

/// An answer with a status of success. Its content was not read.
pub(crate) struct Answer {
    pub(crate) response: Response<BodyStream>,
    pub(crate) exchange: Exchange,
}

/// The request and the head of its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// The request without its content.
    pub(crate) request: Request<()>,
    pub(crate) authorization: RequestHeaders,
    /// The answer without its content.
    pub(crate) head: Response<()>,
    /// The time of the request.
    pub(crate) now: SystemTime,
}

impl Exchange {
    pub(crate) fn url(&self) -> &Uri {
        self.request.uri()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    pub(crate) fn status(&self) -> u16 {
        self.head.status().as_u16()
    }

    pub(crate) fn secrets(&self) -> Vec<Secret> {
        self.authorization.secrets()
    }

    /// Returns a text of the server as it may be shown, unless nothing of it can be.
    pub(crate) fn shown(&self, text: &str) -> Option<ServerText> {
        internal::text_of_server(text, &self.secrets())
    }

    /// Returns the id by which Adobe finds the request.
    pub(crate) fn request_id(&self) -> Option<ServerText> {
        let names = ["x-request-id", "x-debug-id", "x-correlation-id"];
        let mut values = names.iter().filter_map(|name| self.headers().get(*name));
        let value = values.find_map(|value| value.to_str().ok())?;
        self.shown(value)
    }

    /// Returns a log as it may be shown.
    pub(crate) fn log(&self, name: &str, text: &str) -> Log {
        let shown = |text: &str| internal::redact(text, &self.secrets());
        Log {
            name: self.shown(name).map(String::from).unwrap_or_default(),
            text: shown(text),
        }
    }

    /// Returns what the server answered, and the possible causes. `start` is the beginning of the content.
    pub(crate) fn answer(&self, start: &BodyStart, logs: Vec<Log>) -> ErrorAnswer {
        let facts = self.authorization.facts();
        let request = ApiRequest::new(&self.request, &facts, self.now);
        let response = ApiResponse::new(&self.head, start);
        let shown = internal::api_answer(&request, &response);
        ErrorAnswer {
            code: shown.code,
            message: shown.message,
            request_id: shown.request_id,
            diagnosis: diagnose(&request, &response),
            logs,
            ..ErrorAnswer::new(self.status(), self.shown_url())
        }
    }

    /// Returns the error for an answer whose content is not the one that was asked for: that of a cause that is known, else
    /// this one.
    pub(crate) fn unusable(
        &self,
        problem: FormsProblem,
        message: &str,
        start: &BodyStart,
        logs: Vec<Log>,
    ) -> Error {
        let answer = self.answer(start, logs);
        // A cause that is only possible says less than this program knows.
        let is_likely = |diagnosis: &&Diagnosis| {
            let first = diagnosis.causes().first();
            first.is_some_and(|cause| cause.certainty() <= Certainty::Likely)
        };
        let diagnosis = answer.diagnosis.as_ref().filter(is_likely);
        let diagnosed = diagnosis.and_then(first_problem);
        let host = self.host();
        let said = said(&answer);
        let message = format!("{host} answered {}, and {message}{said}", self.status());
        match diagnosed {
            Some(cause) => Error::new(cause, message),
            None => Error::new(problem, message),
        }
        .with_answer(answer)
    }

    pub(crate) fn host(&self) -> &str {
        self.url().authority().map_or("", |it| it.as_str())
    }

    fn shown_url(&self) -> String {
        let url = self.url();
        let scheme = url.scheme_str().unwrap_or_default();
        format!("{scheme}://{}{}", self.host(), url.path())
    }
}

/// Returns the most likely cause.
pub(crate) fn first_problem(diagnosis: &Diagnosis) -> Option<adobe_ims::api_error::ApiProblem> {
    diagnosis.causes().first().map(|cause| cause.problem())
}

/// Returns what the server said, for the end of a message.
pub(crate) fn said(answer: &ErrorAnswer) -> String {
    match (&answer.message, &answer.code) {
        (Some(message), Some(code)) => format!(": {message} ({code})"),
        (Some(text), None) | (None, Some(text)) => format!(": {text}"),
        (None, None) => String::new(),
    }
}
