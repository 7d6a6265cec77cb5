//! The steps of a connection, recorded for an examination of the network.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::CertificateDer;

use super::server_certificate;
use super::server_certificate::ServerCertificate;
use crate::error::redact::Redactor;
use crate::util::secret::Secret;

/// A step on the way to a server. Later ones come last in the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing was reached.
    #[default]
    Started,
    /// The name of the server, or of the proxy, has an address.
    NameResolved,
    /// The server, or the proxy, accepted the connection.
    Connected,
    /// The proxy opened a tunnel to the server.
    TunnelOpened,
    /// The server sent its certificate.
    CertificateReceived,
    /// Requests can be sent, encrypted if the URL asks for it.
    Established,
}

/// Records the steps of the first connection of a transport. Clones share the record.
///
/// The default records nothing.
#[derive(Clone, Debug, Default)]
pub struct ConnectionTrace(Option<Arc<Mutex<Record>>>);

#[derive(Debug, Default)]
struct Record {
    step: Step,
    addresses: Vec<IpAddr>,
    peer: Option<SocketAddr>,
    chain: Vec<CertificateDer<'static>>,
    /// The names of the CAs that this machine trusts, if it does not trust the server.
    trusted: Vec<String>,
}

/// The facts that a transport met on its way to a server.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFacts {
    /// The last step that was reached.
    pub step: Step,
    /// The addresses of the name of the server, or of the proxy. An address in place of a name is not resolved.
    pub addresses: Vec<IpAddr>,
    /// The address that accepted the connection.
    pub peer: Option<SocketAddr>,
    /// The certificate of the server, if it sent one that can be read.
    pub certificate: Option<ServerCertificate>,
}

impl ConnectionTrace {
    /// Creates an empty record.
    pub fn recording() -> Self {
        Self(Some(Arc::default()))
    }

    /// Returns what was recorded. The texts of the server hold none of these secrets.
    pub fn facts<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> ConnectionFacts {
        let Some(record) = &self.0 else {
            return ConnectionFacts::default();
        };
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        let redactor = Redactor::new(secrets);
        ConnectionFacts {
            step: record.step,
            addresses: record.addresses.clone(),
            peer: record.peer,
            certificate: server_certificate::read(&record.chain, &record.trusted, &redactor),
        }
    }

    pub(super) fn resolved(&self, addresses: &[SocketAddr]) {
        self.reach(Step::NameResolved, |record| {
            for address in addresses.iter().map(SocketAddr::ip) {
                if !record.addresses.contains(&address) {
                    record.addresses.push(address);
                }
            }
        });
    }

    pub(super) fn connected(&self, peer: SocketAddr) {
        self.reach(Step::Connected, |record| record.peer = Some(peer));
    }

    pub(super) fn tunnel_opened(&self) {
        self.reach(Step::TunnelOpened, |_| {});
    }

    pub(super) fn certificates(&self, own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) {
        self.reach(Step::CertificateReceived, |record| {
            let all = [own].into_iter().chain(others);
            record.chain = all.map(|it| it.clone().into_owned()).collect();
        });
    }

    /// Notes the names of the trusted CAs, beside the certificate of a server that none of them issued.
    pub(super) fn untrusted(&self, trusted: impl FnOnce() -> Vec<String>) {
        if let Some(record) = &self.0 {
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            if record.trusted.is_empty() {
                record.trusted = trusted();
            }
        }
    }

    pub(super) fn established(&self) {
        self.reach(Step::Established, |_| {});
    }

    /// Notes a step of the first connection. Later connections repeat steps, which change nothing.
    fn reach(&self, step: Step, note: impl FnOnce(&mut Record)) {
        if let Some(record) = &self.0 {
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            if record.step < step {
                record.step = step;
                note(&mut record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_later_connection_change_nothing() {
        let trace = ConnectionTrace::recording();
        let address = |port| SocketAddr::from(([192, 0, 2, 1], port));
        trace.resolved(&[address(1), address(2)]);
        trace.connected(address(1));
        trace.resolved(&[SocketAddr::from(([192, 0, 2, 9], 1))]);
        trace.connected(address(3));
        let facts = trace.facts([]);
        assert_eq!(facts.step, Step::Connected);
        assert_eq!(facts.addresses, [address(1).ip()]);
        assert_eq!(facts.peer, Some(address(1)));
        assert!(facts.certificate.is_none());
    }

    #[test]
    fn nothing_is_recorded_by_default() {
        let trace = ConnectionTrace::default();
        trace.established();
        assert_eq!(trace.facts([]).step, Step::Started);
    }
}
