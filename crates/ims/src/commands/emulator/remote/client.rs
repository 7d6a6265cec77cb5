//! The client of the remote control.

use adobe_ims::HttpTransport;
use adobe_ims::transport::{Body, Repetition};
use adobe_ims::{Error, ErrorClass};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use serde::Deserialize;

use super::fields::Fields;
use super::request::{Content, ControlRequest};
use super::running_emulator::RunningEmulator;
use crate::args::{EmulatorFlags, TextFormat};
use crate::console::rows::clean;
use crate::console::wrap::shortened;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::transport::local_transport;
use crate::settings::ConfigurationSource;

/// In bytes. The repository of the emulator has files of 100 MiB.
const MAX_ANSWER: usize = 128 * 1024 * 1024;

/// The characters of a text of the server that a message shows.
const MAX_SHOWN: usize = 2000;

/// The name of the emulator in the answer of `GET /_emu/health`.
const EMULATOR: &str = "adobe-ims-emulator";

/// A client of one emulator.
pub(in crate::commands::emulator) struct Remote<'a> {
    pub(super) context: &'a Context,
    pub(super) output: TextFormat,
    emulator: RunningEmulator,
    transport: HttpTransport,
}

/// An answer of the emulator.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) is_json: bool,
    pub(super) bytes: Vec<u8>,
}

/// The answer of `GET /_emu/health`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::commands::emulator) struct Health {
    emulator: String,
    pub(in crate::commands::emulator) proxy_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error_description: Option<String>,
}

impl<'a> Remote<'a> {
    /// Finds the emulator. Nothing is sent yet.
    pub(in crate::commands::emulator) fn find(
        flags: &EmulatorFlags,
        source: &ConfigurationSource<'_>,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let emulator = RunningEmulator::find(flags, source)?;
        Ok(Self {
            context,
            output: TextFormat::default(),
            transport: local_transport(&emulator.connection)?,
            emulator,
        })
    }

    pub(super) fn with_output(mut self, output: TextFormat) -> Self {
        self.output = output;
        self
    }

    /// Returns the emulator and its health. Another server is an error.
    pub(in crate::commands::emulator) fn health(
        self,
    ) -> Result<(RunningEmulator, Health), Failure> {
        let health = self.context.wait(self.check_health())??;
        Ok((self.emulator, health))
    }

    /// Sends a request, which the emulator has to accept.
    pub(super) fn send(&self, request: ControlRequest) -> Result<Answer, Failure> {
        let line = request_line(&request);
        let place = request.content.place.clone();
        let accepted = self.ask(request)?.accepted(&line);
        accepted.map_err(|failure| match place {
            Some(place) => failure.in_place(&place),
            None => failure,
        })
    }

    /// Sends a request to a server that says that it is an emulator, and returns the answer, also a refusal.
    pub(super) fn ask(&self, request: ControlRequest) -> Result<Answer, Failure> {
        self.context.wait(async {
            self.check_health().await?;
            self.exchange(request).await
        })?
    }

    /// Prints the answer: as it came for programs, by `text` for people. An answer without content prints nothing.
    pub(super) fn print(
        &self,
        answer: &Answer,
        text: impl FnOnce(&Answer) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        if answer.bytes.is_empty() {
            return Ok(());
        }
        match self.output {
            TextFormat::Json => self.print_as_it_came(answer),
            TextFormat::Text => match text(answer)?.as_str() {
                "" => Ok(()),
                text => self.context.console.result(text),
            },
        }
    }

    /// Prints the content, and after JSON a line end.
    pub(super) fn print_as_it_came(&self, answer: &Answer) -> Result<(), Failure> {
        let console = &self.context.console;
        console.bytes(&answer.bytes)?;
        if answer.is_json && !answer.bytes.ends_with(b"\n") {
            console.bytes(b"\n")?;
        }
        Ok(())
    }

    async fn check_health(&self) -> Result<Health, Failure> {
        let answer = self.exchange(ControlRequest::get("health")).await?;
        let health: Health = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        if answer.status == StatusCode::OK && health.emulator == EMULATOR {
            return Ok(health);
        }
        let RunningEmulator { url, origin, .. } = &self.emulator;
        let message = format!(
            "{origin}: {url} is no emulator: it answers GET /_emu/health with {}",
            answer.status.as_u16()
        );
        Err(
            Failure::new(CommandProblem::EmulatorAnswerUnusable, message)
                .with_hint("`ims emulator serve` starts one; its ready line has the `url`"),
        )
    }

    async fn exchange(&self, request: ControlRequest) -> Result<Answer, Failure> {
        let line = request_line(&request);
        let unreachable = |error: Error| self.unreachable(error);
        let http = self.http(request)?;
        let response = self.transport.stream(http).await.map_err(unreachable)?;
        let (head, mut content) = response.into_parts();
        let mut bytes = Vec::new();
        while let Some(piece) = content.next().await.map_err(unreachable)? {
            if bytes.len() + piece.as_bytes().len() > MAX_ANSWER {
                let message = format!("{line}: the answer is larger than 128 MiB");
                return Err(Failure::new(
                    CommandProblem::EmulatorAnswerUnusable,
                    message,
                ));
            }
            bytes.extend_from_slice(piece.as_bytes());
        }
        let status = head.status;
        let console = &self.context.console;
        console.detail(&format!("{line}: {}", status.as_u16()));
        let content_type = head.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        Ok(Answer {
            status,
            is_json: content_type.is_some_and(|it| it.starts_with("application/json")),
            bytes,
        })
    }

    fn http(&self, request: ControlRequest) -> Result<Request<Body>, Failure> {
        let Content {
            bytes,
            content_type,
            ..
        } = request.content;
        let mut http = Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.emulator.url, request.path))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            // A clock that advances twice or a fault that is added twice would falsify a test.
            .extension(Repetition::Harmful);
        if let Some(content_type) = content_type {
            http = http.header(CONTENT_TYPE, content_type);
        }
        http.body(Body::from(bytes))
            .map_err(|error| Failure::usage(format!("this is no request: {error}")))
    }

    /// Adds to a failed connection where the address is from, and how to start an emulator.
    fn unreachable(&self, error: Error) -> Failure {
        let is_unreachable = error.problem().class() == ErrorClass::Unreachable;
        let failure = Failure::from(error).in_place(&self.emulator.origin);
        if !is_unreachable {
            return failure;
        }
        failure
            .with_hint("`ims emulator serve` starts the emulator; it prints its URL and its CA")
            .with_hint("name them: --url and --ca-file, IMS_URL and IMS_CA_FILE, or --ready-file")
    }
}

impl Answer {
    /// Returns the answer, unless it is a refusal. `line` is the request, for the message.
    pub(super) fn accepted(self, line: &str) -> Result<Self, Failure> {
        let problem = match self.status {
            status if status.is_success() => return Ok(self),
            status if status.is_client_error() => CommandProblem::EmulatorRefused,
            _ => CommandProblem::EmulatorAnswerUnusable,
        };
        let message = format!("{line}: {}", self.description());
        Err(Failure::new(problem, message))
    }

    /// Returns the fields of the JSON object that the answer is.
    pub(super) fn fields(&self) -> Result<Fields, Failure> {
        self.parse()
    }

    /// Parses the JSON of the answer.
    pub(super) fn parse<'r, T: Deserialize<'r>>(&'r self) -> Result<T, Failure> {
        serde_json::from_slice(&self.bytes).map_err(|error| {
            let message = format!("the answer of the emulator cannot be read: {error}");
            Failure::new(CommandProblem::EmulatorAnswerUnusable, message)
        })
    }

    /// Returns what the emulator says about an error: a sentence without its full stop.
    pub(super) fn description(&self) -> String {
        let body: ErrorBody = serde_json::from_slice(&self.bytes).unwrap_or_default();
        let Some(text) = body.error_description else {
            return format!("status {}", self.status.as_u16());
        };
        let text = clean(&text);
        shortened(text.trim_end_matches('.'), MAX_SHOWN)
    }
}

/// Returns method and path, for messages.
fn request_line(request: &ControlRequest) -> String {
    let path = request.path.split('?').next().unwrap_or_default();
    format!("{} {path}", request.method)
}
