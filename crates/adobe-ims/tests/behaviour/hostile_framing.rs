//! Hostile answers that break HTTP or never end.

use adobe_ims::Problem;

use crate::hostile_cases::Outcome::Fails;
use crate::hostile_cases::{Answer, Case, SECRET, case, fixed, http};
use crate::hostile_encodings::form;

/// HTTP that is none, and HTTP without end.
pub(crate) fn framing() -> Vec<Case> {
    let ok = "HTTP/1.1 200 OK\r\n";
    let head = |headers: &str, body: &str| format!("{ok}{headers}\r\n{body}").into_bytes();
    let failed = Fails(Problem::ConnectionFailed);
    let not_http = Fails(Problem::AnswerNotHttp);
    let too_large = Fails(Problem::AnswerTooLarge);
    let truncated = Fails(Problem::AnswerTruncated);
    let late = Fails(Problem::DeadlineExceeded);
    let endless = |name: &str, expected, start: &str, piece: &str| {
        let (start, piece) = (start.as_bytes().to_vec(), piece.as_bytes().repeat(100));
        case(name, expected, move |_| {
            Answer::Endless(start.clone(), piece.clone())
        })
    };
    let flood = |name: &str, piece: &str| {
        let piece = piece.as_bytes().repeat(100);
        case(name, late, move |_| Answer::Flood(piece.clone()))
    };
    let silent = |name: &str, expected, start: &str| {
        let start = start.as_bytes().to_vec();
        case(name, expected, move |_| Answer::Silent(start.clone()))
    };
    let chunked = "Transfer-Encoding: chunked\r\n";
    vec![
        fixed("no answer", failed, Vec::new()),
        fixed(
            "half a head",
            failed,
            b"HTTP/1.1 200 OK\r\nContent-".to_vec(),
        ),
        fixed(
            "alert of TLS",
            not_http,
            b"\x15\x03\x03\x00\x02\x02\x28".to_vec(),
        ),
        fixed(
            "greeting of SSH",
            not_http,
            b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
        ),
        fixed(
            "HTTP/2",
            not_http,
            b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec(),
        ),
        fixed("HTTP/9", not_http, b"HTTP/9.9 200 OK\r\n\r\n{}".to_vec()),
        fixed(
            "status with four digits",
            not_http,
            b"HTTP/1.1 2000 OK\r\n\r\n".to_vec(),
        ),
        fixed(
            "secret in the place of HTTP",
            not_http,
            format!("{SECRET} {SECRET}\r\n\r\n").into_bytes(),
        ),
        fixed(
            "blank in the name of a header",
            not_http,
            head("Bad Name: x\r\n", "{}"),
        ),
        fixed("zero byte in a header", not_http, head("X: a\0b\r\n", "{}")),
        fixed(
            "negative length",
            not_http,
            head("Content-Length: -1\r\n", "{}"),
        ),
        fixed(
            "length that is no number",
            not_http,
            head("Content-Length: 1e3\r\n", "{}"),
        ),
        fixed(
            "two lengths",
            not_http,
            head("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
        ),
        fixed(
            "length beyond all numbers",
            not_http,
            head("Content-Length: 99999999999999999999999\r\n", "{}"),
        ),
        fixed(
            "length beyond the end",
            truncated,
            head("Content-Length: 5000\r\n", "{\"access_token\":\"x\"}"),
        ),
        fixed(
            "huge length",
            too_large,
            head("Content-Length: 18446744073709551614\r\n", "{}"),
        ),
        fixed(
            "chunk without a size",
            truncated,
            head(chunked, "xyz\r\n{}\r\n"),
        ),
        fixed(
            "chunk of a negative size",
            truncated,
            head(chunked, "-2\r\n{}\r\n"),
        ),
        fixed(
            "chunk of a huge size",
            truncated,
            head(chunked, "fffffffffffffffff\r\n{}\r\n"),
        ),
        fixed(
            "chunks without an end",
            truncated,
            head(chunked, "2\r\n{}\r\n"),
        ),
        fixed(
            "chunk longer than its size",
            truncated,
            head(chunked, "1\r\n{}{}\r\n0\r\n\r\n"),
        ),
        fixed(
            "bomb of headers",
            too_large,
            head(&"X-Bomb: 1\r\n".repeat(5000), "{}"),
        ),
        fixed(
            "header of a megabyte",
            too_large,
            head(&format!("X-Bomb: {}\r\n", "x".repeat(1 << 20)), "{}"),
        ),
        fixed(
            "body of a megabyte",
            too_large,
            http("200 OK", "", vec![b' '; 1 << 20]),
        ),
        fixed(
            "body of a megabyte in small chunks",
            too_large,
            head(
                chunked,
                &format!("10\r\n{}\r\n", " ".repeat(16)).repeat(1 << 15),
            ),
        ),
        fixed(
            "101",
            Fails(Problem::AnswerEmpty),
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
                .to_vec(),
        ),
        fixed(
            "204 with a body",
            Fails(Problem::AnswerEmpty),
            b"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n{}".to_vec(),
        ),
        fixed(
            "304",
            Fails(Problem::AnswerRedirect),
            b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
        ),
        fixed(
            "407",
            Fails(Problem::ProxyAuthentication),
            http(
                "407 no",
                &format!("Proxy-Authenticate: Basic realm=\"{}\"\r\n", form(SECRET)),
                SECRET,
            ),
        ),
        fixed(
            "encoding that nobody asked for",
            Fails(Problem::AnswerNotJson),
            http(
                "200 OK",
                "Content-Encoding: gzip\r\n",
                b"\x1f\x8b\x08\0\xff\xff",
            ),
        ),
        flood("interim answers", "HTTP/1.1 100 Continue\r\n\r\n"),
        flood(
            "interim answers of another kind",
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        ),
        endless("headers without an end", too_large, ok, "X-Endless: 1\r\n"),
        endless(
            "header without an end",
            too_large,
            "HTTP/1.1 200 OK\r\nX: ",
            "xxxxxxxx",
        ),
        endless(
            "status without an end",
            too_large,
            "HTTP/1.1 200 ",
            "xxxxxxxx",
        ),
        endless(
            "body without an end",
            too_large,
            "HTTP/1.1 200 OK\r\n\r\n",
            "{\"a\":[",
        ),
        endless(
            "chunks for ever",
            too_large,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "2\r\n[[\r\n",
        ),
        silent("silence", late, ""),
        silent("silence within the head", late, "HTTP/1.1 200 OK\r\nX: "),
        silent(
            "silence within the body",
            late,
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        ),
        silent(
            "silence within a chunk",
            late,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
        ),
        silent(
            "silence after an interim answer",
            late,
            "HTTP/1.1 100 Continue\r\n\r\n",
        ),
    ]
}
