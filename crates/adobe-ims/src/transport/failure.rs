//! The cause of a failed request, read from the chain of errors below it.

use core::fmt;
use std::error::Error as StdError;
use std::io;

use http::StatusCode;
use http::uri::Authority;
use rustls::CertificateError;

use super::clients::MAX_HEADERS;
use super::connect_tunnel::{TunnelError, TunnelFailure};
use super::connector::ConnectError;
use super::trust::Untrusted;
use super::upload_body::UploadError;
use crate::error::Error;
use crate::error::Problem;
use crate::error::ServerText;
use crate::error::redact::Redactor;
use crate::util::origin::is_loopback;

/// The request that failed: what a message names, and what it must not repeat.
pub(super) struct Failed<'a> {
    pub(super) host: &'a str,
    /// Removes the secrets of the request from what the server said, such as the names in its certificate.
    pub(super) redactor: &'a dyn Fn() -> Redactor,
}

/// Returns the error of a request that got no response.
pub(super) fn classify(error: impl StdError + Send + Sync + 'static, failed: &Failed<'_>) -> Error {
    let (problem, message) = find_cause(&error, failed);
    let error_with = Error::new(problem, message);
    if has_text_of_server(&error) {
        let redactor = (failed.redactor)();
        return match SaidByServer::of_chain(&error, &redactor) {
            Some(source) => error_with.with_source(source),
            None => error_with,
        };
    }
    error_with.with_source(error)
}

/// Tells whether an error repeats what the server said: an error of TLS names what stands in the certificate.
fn has_text_of_server(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(current) = next {
        if current.is::<rustls::Error>() {
            return true;
        }
        next = source(current);
    }
    false
}

/// The texts of a chain of errors, without the secrets of the request.
#[derive(Debug)]
struct SaidByServer {
    text: ServerText,
    /// There was no connection yet on which the request could be sent.
    #[cfg(feature = "file-store")]
    is_connect: bool,
    source: Option<Box<Self>>,
}

impl SaidByServer {
    fn of_chain(error: &(dyn StdError + 'static), redactor: &Redactor) -> Option<Self> {
        let below = source(error).and_then(|below| Self::of_chain(below, redactor));
        Some(Self {
            text: redactor.shown(&error.to_string())?,
            #[cfg(feature = "file-store")]
            is_connect: is_connect(error),
            source: below.map(Box::new),
        })
    }
}

impl fmt::Display for SaidByServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl StdError for SaidByServer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Returns true if the request was certainly not sent: there was no connection to send it on. For errors of a transport
/// that is not part of this crate the answer is false.
#[cfg(feature = "file-store")]
pub(crate) fn was_not_sent(error: &Error) -> bool {
    let mut next = error.source();
    while let Some(current) = next {
        let is_known = current.downcast_ref::<SaidByServer>();
        if is_known.is_some_and(|error| error.is_connect) || is_connect(current) {
            return true;
        }
        next = current.source();
    }
    false
}

#[cfg(feature = "file-store")]
fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    let client = error.downcast_ref::<hyper_util::client::legacy::Error>();
    client.is_some_and(hyper_util::client::legacy::Error::is_connect)
}

/// Returns the error of a response that broke off after its head.
pub(super) fn truncated(host: &str, status: StatusCode) -> Error {
    let message = format!("the answer of {host} ({status}) broke off before its end");
    Error::new(Problem::AnswerTruncated, message)
}

fn find_cause(error: &(dyn StdError + 'static), failed: &Failed<'_>) -> (Problem, String) {
    let host = failed.host;
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(tunnel) = current.downcast_ref::<TunnelError>() {
            return tunnel_problem(tunnel, host);
        }
        match current.downcast_ref::<ConnectError>() {
            Some(ConnectError::Cleartext) => {
                let message =
                    format!("http to {host}, another machine, would be sent in the clear");
                return (Problem::EndpointInsecure, message);
            }
            Some(ConnectError::InvalidProxy(error)) => {
                let message = format!("no connection to {host}: {error}");
                return (Problem::ProxyInvalid, message);
            }
            None => {}
        }
        if let Some(upload) = current.downcast_ref::<UploadError>() {
            let message = format!("the content for {host} cannot be sent: {upload}");
            return (Problem::FileUnreadable, message);
        }
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return tls_problem(tls, failed);
        }
        let http = current.downcast_ref::<hyper::Error>();
        if let Some(cause) = http.and_then(|error| http_problem(error, host)) {
            return cause;
        }
        if let Some(io) = current.downcast_ref::<io::Error>()
            && let Some(cause) = io_problem(io, host)
        {
            return cause;
        }
        if is_of_dns(current) {
            return (
                Problem::NameUnknown,
                format!("the host {host} cannot be resolved"),
            );
        }
        next = source(current);
    }
    (
        Problem::ConnectionFailed,
        format!("the connection to {host} broke before an answer came"),
    )
}

/// Tells whether the name of a host could not be resolved. The type of this error is private.
fn is_of_dns(error: &(dyn StdError + 'static)) -> bool {
    error.to_string().starts_with("dns error")
}

/// Returns the next error of the chain. `source` of an I/O error skips the error that it wraps.
fn source<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn http_problem(error: &hyper::Error, host: &str) -> Option<(Problem, String)> {
    // hyper's own query for it belongs to its server.
    if error.is_parse() && error.to_string() == "message head is too large" {
        let message =
            format!("{host} answered with more than {MAX_HEADERS} headers, or with huge ones");
        return Some((Problem::AnswerTooLarge, message));
    }
    error.is_parse().then(|| {
        let message = format!("{host} did not answer with HTTP");
        (Problem::AnswerNotHttp, message)
    })
}

fn tls_problem(error: &rustls::Error, failed: &Failed<'_>) -> (Problem, String) {
    let host = failed.host;
    let shown = |text: &str| (failed.redactor)().server_text(text);
    if let rustls::Error::Other(other) = error
        && let Some(untrusted) = other.0.downcast_ref::<Untrusted>()
    {
        return match &untrusted.missing_roots {
            Some(error) => (
                Problem::RootsMissing,
                format!("the certificate of {host} cannot be checked: {error}"),
            ),
            None => {
                let issuer = match &untrusted.issuer {
                    Some(issuer) => format!("{:?}", shown(issuer)),
                    None => "an unknown CA".to_owned(),
                };
                let message = format!(
                    "the certificate of {host} is issued by {issuer}, which is not trusted here"
                );
                (Problem::TlsUntrusted, message)
            }
        };
    }
    let message = match error {
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => format!("the certificate of {host} is for another name"),
        rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => {
            format!("the certificate of {host} has expired, or the clock of this machine is ahead")
        }
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => format!(
            "the certificate of {host} is not valid yet, or the clock of this machine is behind"
        ),
        rustls::Error::InvalidCertificate(_) => {
            format!("the certificate of {host} is not valid for a server")
        }
        rustls::Error::InvalidMessage(_) => {
            let message = format!("{host} does not speak TLS on this port");
            return (Problem::TlsNotSpoken, message);
        }
        rustls::Error::AlertReceived(alert) => {
            format!("{host} ended the encrypted connection while it was set up ({alert:?})")
        }
        other => {
            let text = shown(&other.to_string());
            format!("the encrypted connection to {host} could not be set up: {text}")
        }
    };
    (handshake_problem(error), message)
}

fn handshake_problem(error: &rustls::Error) -> Problem {
    let rustls::Error::InvalidCertificate(flaw) = error else {
        return Problem::TlsFailed;
    };
    match flaw {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Problem::TlsWrongName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Problem::TlsCertificateDate,
        _ => Problem::TlsFailed,
    }
}

fn io_problem(error: &io::Error, host: &str) -> Option<(Problem, String)> {
    let event = match error.kind() {
        io::ErrorKind::TimedOut => {
            return Some((
                Problem::DeadlineExceeded,
                format!("no connection to {host} in the time allowed"),
            ));
        }
        io::ErrorKind::ConnectionRefused if is_this_machine(host) => {
            return Some((
                Problem::NothingListens,
                format!("nothing listens on {host}, which is this machine"),
            ));
        }
        io::ErrorKind::ConnectionRefused => "was refused: nothing listens there",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => "was cut off",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "found no way through the network"
        }
        io::ErrorKind::UnexpectedEof => "ended before an answer came",
        _ => return None,
    };
    Some((
        Problem::ConnectionFailed,
        format!("the connection to {host} {event}"),
    ))
}

/// Tells whether `host:port` names this machine.
fn is_this_machine(host: &str) -> bool {
    let authority = host.parse::<Authority>();
    authority.is_ok_and(|authority| is_loopback(authority.host()))
}

fn tunnel_problem(tunnel: &TunnelError, host: &str) -> (Problem, String) {
    let problem = match &tunnel.failure {
        TunnelFailure::Authentication => Problem::ProxyAuthentication,
        TunnelFailure::NotHttp | TunnelFailure::Refused(_) => Problem::ProxyRefused,
        TunnelFailure::TimedOut => Problem::DeadlineExceeded,
        TunnelFailure::Unreachable(error) => unreachable_problem(error.as_ref()),
    };
    if problem == Problem::NameUnknown {
        let proxy = &tunnel.proxy;
        let message = format!("no connection to {host}: the proxy {proxy} cannot be resolved");
        return (problem, message);
    }
    (problem, format!("no connection to {host}: {tunnel}"))
}

/// Returns the cause for a proxy that did not accept the connection.
fn unreachable_problem(error: &(dyn StdError + 'static)) -> Problem {
    let mut next = Some(error);
    while let Some(current) = next {
        if is_of_dns(current) {
            return Problem::NameUnknown;
        }
        let io = current.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return Problem::DeadlineExceeded;
        }
        next = source(current);
    }
    Problem::ProxyUnreachable
}

#[cfg(test)]
#[cfg(all(feature = "file-store", feature = "ring"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    use http::Request;

    use super::*;
    use crate::crypto::Crypto;
    use crate::transport::{Body, HttpTransport, Transport};

    /// Sends a request to a server that reads a few bytes and answers without TLS.
    fn failure(scheme: &str) -> Error {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 16]);
                let _ = stream.write_all(b"nothing that is HTTP or TLS\r\n\r\n");
            }
        });
        let transport = HttpTransport::builder(Crypto::ring()).build().unwrap();
        let request = Request::post(format!("{scheme}://{address}/"));
        let request = request.body(Body::from("x")).unwrap();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(transport.send(request)).unwrap_err()
    }

    #[test]
    fn request_that_met_no_tls_was_certainly_not_sent() {
        let error = failure("https");
        assert_eq!(error.problem(), Problem::TlsNotSpoken, "{error:?}");
        assert!(was_not_sent(&error), "{error:?}");
        let error = failure("http");
        assert!(!was_not_sent(&error), "{error:?}");
    }
}
