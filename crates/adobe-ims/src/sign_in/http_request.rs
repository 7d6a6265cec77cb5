//! One request of a browser, read with care: whatever can reach the port may have sent it.

use std::io::ErrorKind;

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// A code or a token is a few kilobytes, cookies of other programs on this host may be some more.
const LONGEST_HEAD: usize = 32 * 1024;

/// What the page relays: a token and little else.
const LONGEST_BODY: usize = 64 * 1024;

/// What is read of a request.
pub(super) struct Request {
    pub(super) method: String,
    /// The path, and what stands behind it.
    pub(super) target: Zeroizing<String>,
    pub(super) host: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// Why a request is not read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// The browser opened a connection that it did not need, or went away.
    Gone,
    /// It is no HTTP, or none that a browser sends here.
    Malformed,
    /// Its head is longer than any that belongs here.
    HeadTooLarge,
    /// Its content is.
    BodyTooLarge,
}

impl Request {
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, Unreadable> {
        // It never grows: a buffer that does leaves copies behind.
        let mut buffer = Zeroizing::new(vec![0; LONGEST_HEAD + LONGEST_BODY]);
        let mut filled = 0;
        let (mut request, start, length) = loop {
            match parse(&buffer[..filled])? {
                Some(head) => break head,
                None if filled >= LONGEST_HEAD => return Err(Unreadable::HeadTooLarge),
                None => filled += receive(stream, &mut buffer[filled..]).await?,
            }
        };
        if start > LONGEST_HEAD {
            return Err(Unreadable::HeadTooLarge);
        }
        if length > LONGEST_BODY {
            return Err(Unreadable::BodyTooLarge);
        }
        while filled < start + length {
            filled += receive(stream, &mut buffer[filled..start + length]).await?;
        }
        request.body = Zeroizing::new(buffer[start..start + length].to_vec());
        Ok(request)
    }
}

async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    into: &mut [u8],
) -> Result<usize, Unreadable> {
    loop {
        match stream.read(into).await {
            Ok(0) => return Err(Unreadable::Gone),
            Ok(read) => return Ok(read),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Unreadable::Gone),
        }
    }
}

/// The head, where the content begins and how long it is; nothing when the head is not whole.
fn parse(text: &[u8]) -> Result<Option<(Request, usize, usize)>, Unreadable> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut head = httparse::Request::new(&mut headers);
    let start = match head.parse(text) {
        Ok(httparse::Status::Complete(start)) => start,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Unreadable::Malformed),
    };
    let one = |name: &str| {
        let mut values = head
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| str::from_utf8(header.value));
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(Ok(value)), None) => Ok(Some(value.trim().to_owned())),
            _ => Err(Unreadable::Malformed),
        }
    };
    if one("transfer-encoding")?.is_some() {
        return Err(Unreadable::Malformed);
    }
    let length = match one("content-length")? {
        None => 0,
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map_err(|_| match text.is_empty() {
                true => Unreadable::Malformed,
                false => Unreadable::BodyTooLarge,
            })?
        }
        Some(_) => return Err(Unreadable::Malformed),
    };
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: Zeroizing::new(head.path.unwrap_or_default().to_owned()),
        host: one("host")?,
        origin: one("origin")?,
        body: Zeroizing::default(),
    };
    Ok(Some((request, start, length)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Result<Request, Unreadable> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut text = text;
        runtime.block_on(Request::read(&mut text))
    }

    #[test]
    fn a_request_is_read_with_its_content() {
        let text = b"POST /a?b HTTP/1.1\r\nHOST: localhost:1\r\nOrigin: x\r\nContent-Length: 3\r\n\r\nabcdef";
        let request = read(text).unwrap();
        assert_eq!((&*request.method, &**request.target), ("POST", "/a?b"));
        assert_eq!(request.host.as_deref(), Some("localhost:1"));
        assert_eq!(request.origin.as_deref(), Some("x"));
        assert_eq!(request.body.as_slice(), b"abc");
    }

    #[test]
    fn what_does_not_belong_here_is_told_apart() {
        let long = |length: usize| format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(length));
        let body = |length: &str| format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\na");
        for (text, why) in [
            (String::new(), Unreadable::Gone),
            ("GET / HTTP/1.1\r\nHost: a".to_owned(), Unreadable::Gone),
            (body("2"), Unreadable::Gone),
            ("\u{16}\u{3}\u{1}".to_owned(), Unreadable::Malformed),
            ("GET /\r\n\r\n".to_owned(), Unreadable::Malformed),
            (body("+1"), Unreadable::Malformed),
            (body("-1"), Unreadable::Malformed),
            (body(""), Unreadable::Malformed),
            (body("65537"), Unreadable::BodyTooLarge),
            (body(&"9".repeat(40)), Unreadable::BodyTooLarge),
            (long(40_000), Unreadable::HeadTooLarge),
            (long(1_000_000), Unreadable::HeadTooLarge),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
                Unreadable::Malformed,
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
                Unreadable::Malformed,
            ),
        ] {
            let display = &text[..text.len().min(60)];
            assert_eq!(read(text.as_bytes()).err(), Some(why), "{display:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_read(content: Vec<u8>) {
            let _ = read(&content);
        }
    }
}
