//! What a failed request means, from the chain of errors below it.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use super::proxy::{TunnelError, TunnelFailure};
use super::trust::Untrusted;
use crate::{Error, Problem};

/// Names the cause of a request that brought no response.
pub(super) fn classify(error: impl StdError + Send + Sync + 'static, host: &str) -> Error {
    let (problem, what) = find(&error, host);
    Error::new(problem, what).with_source(error)
}

fn find(error: &(dyn StdError + 'static), host: &str) -> (Problem, String) {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(tunnel) = current.downcast_ref::<TunnelError>() {
            return (tunnel_problem(&tunnel.how), format!("{tunnel}"));
        }
        if let Some(found) = tls(current).and_then(|tls| tls_problem(tls, host)) {
            return found;
        }
        if let Some(io) = current.downcast_ref::<io::Error>()
            && let Some(found) = io_problem(io, host)
        {
            return found;
        }
        if current.to_string().starts_with("dns error") {
            return (
                Problem::NameUnknown,
                format!("the host {host} cannot be resolved"),
            );
        }
        cause = current.source();
    }
    (
        Problem::ConnectionFailed,
        format!("the connection to {host} broke before an answer came"),
    )
}

/// A TLS error, also when it is wrapped as an I/O error, whose `source` skips what it wraps.
fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref().or_else(|| {
        error
            .downcast_ref::<io::Error>()?
            .get_ref()?
            .downcast_ref::<rustls::Error>()
    })
}

fn tls_problem(error: &rustls::Error, host: &str) -> Option<(Problem, String)> {
    let found = match error {
        rustls::Error::Other(other) => {
            let untrusted = other.0.downcast_ref::<Untrusted>()?;
            (
                Problem::TlsUntrusted,
                format!("the certificate of {host} is {untrusted}"),
            )
        }
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => (
            Problem::TlsFailed,
            format!("the certificate that {host} showed is for another name"),
        ),
        rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => (
            Problem::TlsFailed,
            format!("the certificate of {host} has expired, or the clock of this machine is ahead"),
        ),
        other => (
            Problem::TlsFailed,
            format!("the encrypted connection to {host} could not be set up: {other}"),
        ),
    };
    Some(found)
}

fn io_problem(error: &io::Error, host: &str) -> Option<(Problem, String)> {
    let how = match error.kind() {
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
        format!("the connection to {host} {how}"),
    ))
}

fn tunnel_problem(how: &TunnelFailure) -> Problem {
    match how {
        TunnelFailure::Authentication => Problem::ProxyAuthentication,
        TunnelFailure::Broken | TunnelFailure::Refused(_) => Problem::ProxyRefused,
        TunnelFailure::Silent => Problem::DeadlineExceeded,
        TunnelFailure::Unreachable(_) => Problem::ConnectionFailed,
    }
}
