//! An answer with a status of failure, in each of its forms.

use std::time::Duration;

use adobe_ims::api_error::BodyStart;
use adobe_ims::internal;
use adobe_ims::transport::BodyStream;
use http::header::CONTENT_TYPE;

use super::exchange::{Exchange, first_problem, said};
use crate::error::{Error, FormsProblem, Log};
use crate::multipart::parser::{Event, Parser, boundary_of};

/// In bytes. The rest of a log is cut off.
pub(crate) const MAX_LOG: usize = 256 * 1024;

/// The logs of one answer.
const MAX_LOGS: usize = 8;

/// In bytes: what is read of an error.
const MAX_READ: usize = 4 * 1024 * 1024;

/// The time for the content of an error. What has come by then counts.
const TIME: Duration = Duration::from_secs(30);

/// Reads the content of an answer with a status of failure. If it breaks off, what came counts.
pub(crate) async fn read(exchange: &Exchange, body: &mut BodyStream) -> Error {
    let content_type = exchange.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(boundary_of);
    let mut collector = boundary
        .filter(|boundary| !boundary.is_empty())
        .map(|boundary| LogCollector::new(&boundary));
    let mut start = BodyStart::default();
    let reading = collect(body, &mut start, collector.as_mut());
    let _ = tokio::time::timeout(TIME, reading).await;
    let logs = collector.map_or_else(Vec::new, |collector| collector.logs(exchange));
    of_content(exchange, &start, logs)
}

async fn collect(
    body: &mut BodyStream,
    start: &mut BodyStart,
    mut collector: Option<&mut LogCollector>,
) {
    let mut read = 0;
    while let Ok(Some(piece)) = body.next().await {
        let piece = piece.as_bytes();
        start.push(piece);
        read += piece.len();
        let wants_more = match &mut collector {
            Some(collector) => collector.push(piece),
            None => read < BodyStart::LIMIT,
        };
        if !wants_more || read > MAX_READ {
            break;
        }
    }
}

fn of_content(exchange: &Exchange, start: &BodyStart, logs: Vec<Log>) -> Error {
    let answer = exchange.answer(start, logs);
    let status = exchange.status();
    let message = format!("{} answered {status}{}", exchange.host(), said(&answer));
    let error = match answer.diagnosis.as_ref().and_then(first_problem) {
        Some(cause) => Error::new(cause, message),
        None => Error::new(FormsProblem::ApiError, message),
    };
    let retry_after = internal::retry_after(exchange.headers(), exchange.now);
    error.with_retry_after(retry_after).with_answer(answer)
}

/// Returns true for the name of a part that is a log: `jobLog`, `conversionLog`, `validationLog`.
pub(crate) fn is_log(name: &str) -> bool {
    let ending = name.len().checked_sub(3).and_then(|at| name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("log"))
}

/// Collects the logs among the parts of an answer.
struct LogCollector {
    parser: Parser,
    logs: Vec<(String, Vec<u8>)>,
    is_log: bool,
}

impl LogCollector {
    fn new(boundary: &str) -> Self {
        Self {
            parser: Parser::new(boundary),
            logs: Vec::new(),
            is_log: false,
        }
    }

    /// Returns false when nothing more is to be found.
    fn push(&mut self, piece: &[u8]) -> bool {
        self.parser.push(piece);
        loop {
            match self.parser.next() {
                Ok(Some(Event::Head(head))) => {
                    let name = head.name.unwrap_or_default();
                    self.is_log = is_log(&name) && self.logs.len() < MAX_LOGS;
                    if self.is_log {
                        self.logs.push((name, Vec::new()));
                    }
                }
                Ok(Some(Event::Data(data))) => {
                    if let (true, Some((_, log))) = (self.is_log, self.logs.last_mut()) {
                        let room = MAX_LOG - log.len();
                        log.extend_from_slice(&data[..data.len().min(room)]);
                    }
                }
                Ok(Some(Event::PartEnd)) => {}
                Ok(None) => return true,
                Ok(Some(Event::End)) | Err(_) => return false,
            }
        }
    }

    fn logs(self, exchange: &Exchange) -> Vec<Log> {
        let logs = self.logs.into_iter();
        logs.map(|(name, log)| exchange.log(&name, &String::from_utf8_lossy(&log)))
            .collect()
    }
}
