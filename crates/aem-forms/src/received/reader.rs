//! The parts of an answer, whether it has several or is one.

use adobe_ims::Problem;
use adobe_ims::api_error::BodyStart;
use adobe_ims::transport::BodyStream;
use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};

use crate::client::exchange::{Answer, Exchange};
use crate::error::{Error, FormsProblem, Log, Result};
use crate::multipart::header::PartHead;
use crate::multipart::parser::{Event, Flaw, Parser, boundary_of};

/// Reads an answer with a status of success, part by part.
pub(crate) struct AnswerReader {
    pub(crate) exchange: Exchange,
    body: BodyStream,
    /// The beginning of the answer, for errors.
    start: BodyStart,
    form: Form,
    /// The content of a part is being read.
    is_in_part: bool,
    /// The logs among the parts.
    pub(crate) logs: Vec<Log>,
}

enum Form {
    /// The answer is the document.
    Whole(Whole),
    Parts(Box<Parser>),
}

struct Whole {
    head: Option<PartHead>,
    /// The end of the answer is told by its length or by chunks.
    has_end: bool,
}

impl AnswerReader {
    /// Looks at the head of an answer.
    ///
    /// # Errors
    /// [`FormsProblem::AnswerNotDocument`] for a part of a document, or a packed one;
    /// [`FormsProblem::AnswerMalformed`] for several parts without a boundary.
    pub(crate) fn new(answer: Answer) -> Result<Self> {
        let Answer { response, exchange } = answer;
        let body = response.into_body();
        let headers = exchange.headers();
        let encoding = header(headers, &CONTENT_ENCODING).unwrap_or("identity");
        let flaw = if exchange.status() == 206 {
            Some("the content is only a part of the document")
        } else if !encoding.trim().eq_ignore_ascii_case("identity") {
            Some("the content is packed, which was not asked for")
        } else {
            None
        };
        if let Some(flaw) = flaw {
            let problem = FormsProblem::AnswerNotDocument;
            return Err(exchange.unusable(problem, flaw, &BodyStart::default(), Vec::new()));
        }
        let form = match header(headers, &CONTENT_TYPE).and_then(boundary_of) {
            Some(boundary) if boundary.is_empty() => {
                let flaw = "its parts have no boundary";
                let problem = FormsProblem::AnswerMalformed;
                return Err(exchange.unusable(problem, flaw, &BodyStart::default(), Vec::new()));
            }
            Some(boundary) => Form::Parts(Box::new(Parser::new(&boundary))),
            None => Form::Whole(Whole {
                head: Some(head_of(headers)),
                has_end: body.remaining().is_some() || headers.contains_key(TRANSFER_ENCODING),
            }),
        };
        Ok(Self {
            exchange,
            body,
            start: BodyStart::default(),
            form,
            is_in_part: false,
            logs: Vec::new(),
        })
    }

    /// Returns true if the answer has parts.
    pub(crate) fn is_multipart(&self) -> bool {
        matches!(self.form, Form::Parts(_))
    }

    /// Returns true if the end of the answer can be told from a connection that broke off.
    pub(crate) fn has_end(&self) -> bool {
        match &self.form {
            Form::Whole(whole) => whole.has_end,
            Form::Parts(_) => true,
        }
    }

    /// Returns the head of the next part, or `None` behind the last one. What was not read of the part before is skipped.
    pub(crate) async fn next_part(&mut self) -> Result<Option<PartHead>> {
        if let Form::Whole(whole) = &mut self.form {
            let head = whole.head.take();
            self.is_in_part = head.is_some();
            return Ok(head);
        }
        loop {
            match self.event().await? {
                Event::Head(head) => {
                    let encoding = head.transfer_encoding.as_deref().unwrap_or("binary");
                    if ["binary", "8bit", "7bit"].contains(&encoding) {
                        self.is_in_part = true;
                        return Ok(Some(*head));
                    }
                    let flaw = "a part of it is encoded, which no API of Forms documents";
                    return Err(self.error(FormsProblem::AnswerMalformed, flaw));
                }
                Event::Data(_) | Event::PartEnd => {}
                Event::End => return Ok(None),
            }
        }
    }

    /// Returns the next piece of the current part, or `None` at its end.
    pub(crate) async fn next_data(&mut self) -> Result<Option<Bytes>> {
        if !self.is_in_part {
            return Ok(None);
        }
        let data = match &self.form {
            Form::Whole(_) => self.piece().await?,
            Form::Parts(_) => match self.event().await? {
                Event::Data(data) => Some(data),
                _ => None,
            },
        };
        self.is_in_part = data.is_some();
        Ok(data)
    }

    /// Reads the current part as a text. What exceeds the limit is dropped.
    pub(crate) async fn text(&mut self, limit: usize) -> Result<String> {
        let mut text = Vec::new();
        while let Some(piece) = self.next_data().await? {
            let room = limit - text.len();
            text.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Reads the current part as a text that must fit into memory.
    ///
    /// # Errors
    /// [`FormsProblem::AnswerTooLarge`]
    pub(crate) async fn whole_text(&mut self, limit: usize) -> Result<String> {
        let mut text = Vec::new();
        while let Some(piece) = self.next_data().await? {
            if piece.len() > limit - text.len() {
                let message =
                    format!("a part that is read into memory has more than {limit} bytes");
                return Err(self.error(FormsProblem::AnswerTooLarge, &message));
            }
            text.extend_from_slice(&piece);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Returns the error for an answer that is not the one that was asked for.
    pub(crate) fn error(&self, problem: FormsProblem, message: &str) -> Error {
        let logs = self.logs.clone();
        self.exchange.unusable(problem, message, &self.start, logs)
    }

    async fn event(&mut self) -> Result<Event> {
        loop {
            let Form::Parts(parser) = &mut self.form else {
                return Ok(Event::End);
            };
            match parser.next() {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(flaw) => return Err(self.flawed(flaw)),
            }
            let piece = self.piece().await?;
            if let Form::Parts(parser) = &mut self.form {
                match piece {
                    Some(piece) => parser.push(&piece),
                    None => parser.finish(),
                }
            }
        }
    }

    fn flawed(&self, flaw: Flaw) -> Error {
        match flaw {
            Flaw::Truncated => {
                let message = "the answer ended before the end of its parts";
                self.error(FormsProblem::AnswerTruncated, message)
            }
            Flaw::TooLarge => {
                let message = "the answer has too many parts, or the head of a part is too long";
                self.error(FormsProblem::AnswerTooLarge, message)
            }
            Flaw::Malformed => {
                let message = "the content is not in parts, as its type says";
                self.error(FormsProblem::AnswerMalformed, message)
            }
        }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>> {
        match self.body.next().await {
            Ok(Some(piece)) => {
                self.start.push(piece.as_bytes());
                Ok(Some(piece.into()))
            }
            Ok(None) => Ok(None),
            Err(error) if error.problem() == Problem::AnswerTruncated => {
                Err(Error::new(FormsProblem::AnswerTruncated, error.to_string()).with_source(error))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn head_of(headers: &HeaderMap) -> PartHead {
    let mut head = PartHead {
        content_type: header(headers, &CONTENT_TYPE).map(str::to_owned),
        ..PartHead::default()
    };
    if let Some(disposition) = header(headers, &CONTENT_DISPOSITION) {
        head.set_disposition(disposition);
    }
    head
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
