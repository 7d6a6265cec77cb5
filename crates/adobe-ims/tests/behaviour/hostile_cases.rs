//! Hostile answers: what they are made of, and those that repeat secrets.

use adobe_ims::Problem;
use serde_json::{Value, json};

use crate::hostile_encodings::{ENCODINGS, Encoding, base64, form, reversed};

pub(crate) const SECRET: &str = "p8e-Hostile?%&=ü<SECRET>.0123456789";
pub(crate) const TOKEN: &str = "opaque-ANSWER+token/9876543210";

/// A hostile server: how it answers a request.
pub(crate) enum Answer {
    /// Sends this and closes the connection.
    Closing(Vec<u8>),
    /// Sends this, and then nothing.
    Silent(Vec<u8>),
    /// Sends the first, and then the second over and over. The library reads a limited part of it.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends this over and over. The library reads it until the deadline.
    Flood(Vec<u8>),
}

/// The outcome of an answer in the library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Fails(Problem),
    /// The token is used; the rest of the answer is nonsense.
    Token,
}

use Outcome::{Fails, Token};

pub(crate) struct Case {
    pub(crate) name: String,
    /// The encodings in which the answer repeats secrets.
    pub(crate) encodings: Vec<Encoding>,
    pub(crate) answer: Box<dyn Fn(&Request) -> Answer + Send + Sync>,
    pub(crate) expected: Outcome,
}

/// The server's view of a request.
pub(crate) struct Request {
    pub(crate) assertion: String,
}

pub(crate) fn case(
    name: impl Into<String>,
    expected: Outcome,
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> Case {
    Case {
        name: name.into(),
        encodings: vec![str::to_owned, form, base64, reversed],
        answer: Box::new(answer),
        expected,
    }
}

pub(crate) fn fixed(name: &str, expected: Outcome, answer: Vec<u8>) -> Case {
    case(name, expected, move |_| Answer::Closing(answer.clone()))
}

pub(crate) fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn refusal(description: &str) -> Vec<u8> {
    let body = json!({"error": "hostile", "error_description": description});
    http("400 Bad Request", "", body.to_string())
}

fn success(body: &Value) -> Vec<u8> {
    http("200 OK", "", body.to_string())
}

/// Encodings that are tried with each kind of secret.
const COMMON: [&str; 8] = [
    "plain",
    "as form data",
    "in JSON escapes",
    "in base64",
    "in hexadecimal",
    "reversed",
    "cut at line ends",
    "without its first characters",
];

/// Secrets in every encoding, in the description of a refusal.
pub(crate) fn echoes() -> Vec<Case> {
    let refused = Fails(Problem::RefusedOtherwise);
    let mut cases = Vec::new();
    for &(name, encode) in ENCODINGS {
        let mut add = |case: Case| {
            let encodings = vec![encode];
            cases.push(Case { encodings, ..case });
        };
        add(case(format!("secret {name}"), refused, move |_| {
            Answer::Closing(refusal(&format!("no: {}!", encode(SECRET))))
        }));
        if !COMMON.contains(&name) {
            continue;
        }
        add(case(format!("assertion {name}"), refused, move |request| {
            Answer::Closing(refusal(&format!("no: {}!", encode(&request.assertion))))
        }));
        add(case(
            format!("token of the answer {name}"),
            refused,
            move |_| {
                let description = format!("no: {}!", encode(TOKEN));
                let body = json!({
                    "error": "hostile", "error_description": description, "access_token": TOKEN,
                });
                Answer::Closing(http("400 no", "", body.to_string()))
            },
        ));
    }
    cases
}

/// Secrets in every place of an answer that reaches an error.
pub(crate) fn places() -> Vec<Case> {
    let echo = format!("{} {} {}", form(SECRET), base64(SECRET), reversed(TOKEN));
    let line = echo.replace(' ', ",");
    let at_the_cut = format!("{}{SECRET}", "x y ".repeat(72));
    let refused = Fails(Problem::RefusedOtherwise);
    let json = |body: Value| http("400 no", "", body.to_string());
    vec![
        fixed(
            "code",
            refused,
            json(json!({"error": echo, "refresh_token": TOKEN})),
        ),
        fixed(
            "code of a gateway",
            refused,
            json(json!({"error_code": echo, "message": SECRET, "x": {"id_token": TOKEN}})),
        ),
        fixed("end of what is shown", refused, refusal(&at_the_cut)),
        fixed(
            "message of a gateway",
            refused,
            json(json!({"message": echo, "device_token": TOKEN})),
        ),
        fixed(
            "x-debug-id",
            refused,
            http(
                "400 no",
                &format!("x-debug-id: {line}\r\n"),
                format!("{{\"access_token\":\"{TOKEN}\"}}"),
            ),
        ),
        fixed(
            "reason of the status",
            refused,
            http(&format!("400 {line}"), "", "{}"),
        ),
        fixed(
            "unknown headers",
            refused,
            http(
                "400 no",
                &format!("Server: {line}\r\nX-Echo: {line}\r\nSet-Cookie: {line}\r\n"),
                "{}",
            ),
        ),
        fixed(
            "address of a redirect",
            Fails(Problem::AnswerRedirect),
            http(
                "302 Found",
                &format!("Location: https://{line}@evil.example/{line}/x?{line}#{line}\r\n"),
                format!("access_token={TOKEN}"),
            ),
        ),
        fixed(
            "relative redirect",
            Fails(Problem::AnswerRedirect),
            http(
                "307 x",
                &format!("Location: /{line}\r\n"),
                format!("access_token={TOKEN}"),
            ),
        ),
        fixed(
            "title of a web page",
            Fails(Problem::AnswerNotJson),
            http(
                "403 no",
                "",
                format!("<html><title>{echo}</title><a href='?access_token={TOKEN}'>"),
            ),
        ),
        fixed(
            "web page without an end",
            Fails(Problem::AnswerNotJson),
            http("200 OK", "", format!("<TITLE>\n{echo}")),
        ),
        fixed(
            "text that is no JSON",
            Fails(Problem::AnswerNotJson),
            http("200 OK", "", format!("access_token={TOKEN}&{echo}")),
        ),
        fixed(
            "broken JSON",
            Fails(Problem::AnswerNotJson),
            http("200 OK", "", format!("{{\"access_token\": {echo}}}")),
        ),
        fixed(
            "retry-after",
            Fails(Problem::Throttled),
            http("429 no", &format!("Retry-After: {line}\r\n"), "{}"),
        ),
        fixed(
            "date",
            refused,
            http("400 no", &format!("Date: {line}\r\n"), "{}"),
        ),
        fixed(
            "length of life",
            Token,
            success(&json!({"access_token": TOKEN, "expires_in": SECRET})),
        ),
        fixed(
            "code beside a token",
            Fails(Problem::AnswerWithoutToken),
            success(&json!({"error": echo, "id_token": TOKEN})),
        ),
        fixed(
            "description of an outage",
            Fails(Problem::ServerError),
            http(
                "503 no",
                "",
                json!({"error_description": echo, "access_token": TOKEN}).to_string(),
            ),
        ),
        fixed(
            "two descriptions",
            refused,
            http(
                "400 no",
                "",
                format!(
                    "{{\"error\":\"x\",\"error\":\"{SECRET}\",\"access_token\":\"{TOKEN}\",\"access_token\":\"other-TOKEN-0123\",\"error_description\":\"{TOKEN}\"}}"
                ),
            ),
        ),
        fixed(
            "name of a field",
            Fails(Problem::AnswerWithoutToken),
            success(&json!({SECRET: TOKEN})),
        ),
        fixed(
            "token as the code",
            refused,
            json(json!({"error": TOKEN, "access_token": TOKEN})),
        ),
    ]
}
