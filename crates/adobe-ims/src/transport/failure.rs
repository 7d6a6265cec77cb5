//! What a failed request means, from the chain of errors below it.

use std::error::Error as StdError;
use std::io;

use http::StatusCode;
use rustls::CertificateError;

use super::connect_tunnel::{TunnelError, TunnelFailure};
use super::connector::ConnectError;
use super::trust::Untrusted;
use crate::error::Error;
use crate::error::Problem;

/// Names the cause of a request that brought no response.
pub(super) fn classify(error: impl StdError + Send + Sync + 'static, host: &str) -> Error {
    let (problem, what) = find(&error, host);
    Error::new(problem, what).with_source(error)
}

/// A response whose beginning came.
pub(super) fn broken_off(host: &str, status: StatusCode) -> Error {
    let what = format!("the answer of {host} ({status}) broke off before its end");
    Error::new(Problem::AnswerTruncated, what)
}

fn find(error: &(dyn StdError + 'static), host: &str) -> (Problem, String) {
    let mut problem_of = Some(error);
    while let Some(current) = problem_of {
        if let Some(tunnel) = current.downcast_ref::<TunnelError>() {
            return (tunnel_problem(&tunnel.how), format!("{tunnel}"));
        }
        match current.downcast_ref::<ConnectError>() {
            Some(ConnectError::Insecure) => {
                let what = format!("http to {host}, another machine, would be sent in the clear");
                return (Problem::EndpointInsecure, what);
            }
            Some(ConnectError::Proxy(why)) => return (Problem::ProxyInvalid, why.clone()),
            None => {}
        }
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return tls_problem(tls, host);
        }
        if current
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
        {
            return (
                Problem::AnswerNotHttp,
                format!("what {host} answered is not HTTP"),
            );
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
        problem_of = below(current);
    }
    (
        Problem::ConnectionFailed,
        format!("the connection to {host} broke before an answer came"),
    )
}

/// The next error of the chain. An I/O error that wraps another skips it in its `source`.
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn tls_problem(error: &rustls::Error, host: &str) -> (Problem, String) {
    if let rustls::Error::Other(other) = error
        && let Some(untrusted) = other.0.downcast_ref::<Untrusted>()
    {
        return match &untrusted.no_roots {
            Some(why) => (
                Problem::RootsMissing,
                format!("the certificate of {host} cannot be checked: {why}"),
            ),
            None => (
                Problem::TlsUntrusted,
                format!("the certificate of {host} is {untrusted}"),
            ),
        };
    }
    let what = match error {
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => format!("the certificate that {host} showed is for another name"),
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
            format!("the certificate of {host} is not one that a server may show")
        }
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak TLS there"),
        rustls::Error::AlertReceived(alert) => {
            format!("{host} ended the encrypted connection while it was set up ({alert:?})")
        }
        other => format!("the encrypted connection to {host} could not be set up: {other}"),
    };
    (Problem::TlsFailed, what)
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
