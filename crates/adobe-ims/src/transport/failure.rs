//! The cause of a failed request, read from the chain of errors below it.

use std::error::Error as StdError;
use std::io;

use http::StatusCode;
use rustls::CertificateError;

use super::clients::MAX_HEADERS;
use super::connect_tunnel::{TunnelError, TunnelFailure};
use super::connector::ConnectError;
use super::trust::Untrusted;
use crate::error::Error;
use crate::error::Problem;

/// Returns the error of a request that got no response from `host`.
pub(super) fn classify(error: impl StdError + Send + Sync + 'static, host: &str) -> Error {
    let (problem, message) = find_cause(&error, host);
    Error::new(problem, message).with_source(error)
}

/// Returns the error of a response that broke off after its head.
pub(super) fn truncated(host: &str, status: StatusCode) -> Error {
    let message = format!("the answer of {host} ({status}) broke off before its end");
    Error::new(Problem::AnswerTruncated, message)
}

fn find_cause(error: &(dyn StdError + 'static), host: &str) -> (Problem, String) {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(tunnel) = current.downcast_ref::<TunnelError>() {
            let message = format!("no connection to {host}: {tunnel}");
            return (tunnel_problem(&tunnel.failure), message);
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
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return tls_problem(tls, host);
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
        if current.to_string().starts_with("dns error") {
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

fn tls_problem(error: &rustls::Error, host: &str) -> (Problem, String) {
    if let rustls::Error::Other(other) = error
        && let Some(untrusted) = other.0.downcast_ref::<Untrusted>()
    {
        return match &untrusted.missing_roots {
            Some(error) => (
                Problem::RootsMissing,
                format!("the certificate of {host} cannot be checked: {error}"),
            ),
            None => (
                Problem::TlsUntrusted,
                format!("the certificate of {host} is {untrusted}"),
            ),
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
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak TLS on this port"),
        rustls::Error::AlertReceived(alert) => {
            format!("{host} ended the encrypted connection while it was set up ({alert:?})")
        }
        other => format!("the encrypted connection to {host} could not be set up: {other}"),
    };
    (Problem::TlsFailed, message)
}

fn io_problem(error: &io::Error, host: &str) -> Option<(Problem, String)> {
    let event = match error.kind() {
        io::ErrorKind::TimedOut => {
            return Some((
                Problem::DeadlineExceeded,
                format!("no connection to {host} in the time allowed"),
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

fn tunnel_problem(failure: &TunnelFailure) -> Problem {
    match failure {
        TunnelFailure::Authentication => Problem::ProxyAuthentication,
        TunnelFailure::NotHttp | TunnelFailure::Refused(_) => Problem::ProxyRefused,
        TunnelFailure::TimedOut => Problem::DeadlineExceeded,
        TunnelFailure::Unreachable(_) => Problem::ConnectionFailed,
    }
}
