//! Reads one HTTP request with limits. Any program that reaches the port may have sent it.

use std::io::ErrorKind;

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// In bytes. A code or a token takes a few kilobytes, cookies of other programs on this host some more.
const MAX_HEAD: usize = 32 * 1024;

/// In bytes. The page relays a token and little else.
const MAX_BODY: usize = 64 * 1024;

/// The parts of a request that matter to the listener.
pub(super) struct Request {
    pub(super) method: String,
    /// The path with its query.
    pub(super) target: Zeroizing<String>,
    pub(super) host: Option<String>,
    pub(super) origin: Option<String>,
    /// `Sec-Fetch-Dest`: the use of the response. Current browsers send it, and no page can change it.
    pub(super) fetch_destination: Option<String>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// The error of a request that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RequestError {
    /// The browser closed the connection, or opened one that it did not need.
    Disconnected,
    /// The request is no HTTP, or HTTP that no browser sends here.
    Malformed,
    /// The head takes more than 32 KiB.
    HeadTooLarge,
    /// The content takes more than 64 KiB.
    BodyTooLarge,
}

impl Request {
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, RequestError> {
        // The buffer has its final size: one that grows would leave copies of the secrets behind.
        let mut buffer = Zeroizing::new(vec![0; MAX_HEAD + MAX_BODY]);
        let mut filled = 0;
        let Head {
            mut request,
            content_start: start,
            content_length: length,
        } = loop {
            match parse_head(&buffer[..filled])? {
                Some(head) => break head,
                None if filled >= MAX_HEAD => return Err(RequestError::HeadTooLarge),
                None => filled += receive(stream, &mut buffer[filled..]).await?,
            }
        };
        if start > MAX_HEAD {
            return Err(RequestError::HeadTooLarge);
        }
        if length > MAX_BODY {
            return Err(RequestError::BodyTooLarge);
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
    buffer: &mut [u8],
) -> Result<usize, RequestError> {
    loop {
        match stream.read(buffer).await {
            Ok(0) => return Err(RequestError::Disconnected),
            Ok(length) => return Ok(length),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(RequestError::Disconnected),
        }
    }
}

/// The head of a request, and the place of its content.
struct Head {
    request: Request,
    content_start: usize,
    content_length: usize,
}

/// Parses the head. Returns `None` when it is not complete.
fn parse_head(text: &[u8]) -> Result<Option<Head>, RequestError> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut head = httparse::Request::new(&mut headers);
    let content_start = match head.parse(text) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(RequestError::Malformed),
    };
    let header = |name: &str| {
        let mut values = head
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| str::from_utf8(header.value));
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(Ok(value)), None) => Ok(Some(value.trim().to_owned())),
            _ => Err(RequestError::Malformed),
        }
    };
    if header("transfer-encoding")?.is_some() {
        return Err(RequestError::Malformed);
    }
    let content_length = header("content-length")?.map_or(Ok(0), |text| parse_length(&text))?;
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: Zeroizing::new(head.path.unwrap_or_default().to_owned()),
        host: header("host")?,
        origin: header("origin")?,
        fetch_destination: header("sec-fetch-dest")?,
        body: Zeroizing::default(),
    };
    Ok(Some(Head {
        request,
        content_start,
        content_length,
    }))
}

fn parse_length(text: &str) -> Result<usize, RequestError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(RequestError::Malformed);
    }
    text.parse().map_err(|_| RequestError::BodyTooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Result<Request, RequestError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut text = text;
        runtime.block_on(Request::read(&mut text))
    }

    #[test]
    fn request_is_read_with_its_content() {
        let text = b"POST /a?b HTTP/1.1\r\nHOST: localhost:1\r\nOrigin: x\r\nContent-Length: 3\r\n\r\nabcdef";
        let request = read(text).unwrap();
        assert_eq!((&*request.method, &**request.target), ("POST", "/a?b"));
        assert_eq!(request.host.as_deref(), Some("localhost:1"));
        assert_eq!(request.origin.as_deref(), Some("x"));
        assert_eq!(request.body.as_slice(), b"abc");
    }

    #[test]
    fn each_unreadable_request_has_its_error() {
        let long = |length: usize| format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(length));
        let body = |length: &str| format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\na");
        for (text, error) in [
            (String::new(), RequestError::Disconnected),
            (
                "GET / HTTP/1.1\r\nHost: a".to_owned(),
                RequestError::Disconnected,
            ),
            (body("2"), RequestError::Disconnected),
            ("\u{16}\u{3}\u{1}".to_owned(), RequestError::Malformed),
            ("GET /\r\n\r\n".to_owned(), RequestError::Malformed),
            (body("+1"), RequestError::Malformed),
            (body("-1"), RequestError::Malformed),
            (body(""), RequestError::Malformed),
            (body("65537"), RequestError::BodyTooLarge),
            (body(&"9".repeat(40)), RequestError::BodyTooLarge),
            (long(40_000), RequestError::HeadTooLarge),
            (long(1_000_000), RequestError::HeadTooLarge),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
                RequestError::Malformed,
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
                RequestError::Malformed,
            ),
        ] {
            let display = &text[..text.len().min(60)];
            assert_eq!(read(text.as_bytes()).err(), Some(error), "{display:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(content: Vec<u8>) {
            let _ = read(&content);
        }
    }
}
