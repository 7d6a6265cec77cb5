//! The facts that an examination of the network learns from a connection.

use std::net::Ipv4Addr;

use adobe_ims::crypto::Crypto;
use adobe_ims::internal::network::{ConnectionFacts, ConnectionTrace, IssuerKind, Step, traced};
use adobe_ims::transport::{HttpTransportBuilder, ProxySettings, Transport};
use adobe_ims::{HttpTransport, Problem, Secret};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::CertificateDer;

use crate::connections::{get, runtime};
use crate::raw_server::{OK, Peer, RawServer};
use crate::tls_server;

/// Sends a GET and returns the facts with the problem.
fn facts(
    change: impl FnOnce(HttpTransportBuilder) -> HttpTransportBuilder,
    url: &str,
    secrets: &[Secret],
) -> (ConnectionFacts, Option<Problem>) {
    let trace = ConnectionTrace::recording();
    let builder = change(HttpTransport::builder(Crypto::ring()));
    let transport = traced(builder, &trace).build().unwrap();
    let outcome = runtime().block_on(transport.send(get(url)));
    (
        trace.facts(secrets),
        outcome.err().map(|error| error.problem()),
    )
}

struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str, signer: Option<&Self>) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = match signer {
            Some(signer) => params.signed_by(&key, &signer.issuer).unwrap(),
            None => params.self_signed(&key).unwrap(),
        };
        Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    fn pem(&self) -> String {
        tls_server::pem(&self.certificate)
    }

    /// Starts a server whose certificate this authority signed. It sends `others` with it.
    fn server(&self, name: &str, others: &[&Self]) -> u16 {
        let key = KeyPair::generate().unwrap();
        let own = params(name).signed_by(&key, &self.issuer).unwrap();
        let mut chain = vec![own.der().clone()];
        chain.extend(others.iter().map(|it| it.certificate.clone()));
        tls_server::start(chain, &key, OK)
    }
}

fn params(name: &str) -> CertificateParams {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

#[test]
fn steps_tell_how_far_a_connection_came() {
    let direct = |builder| builder;
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let refused = format!("http://{}/", taken.local_addr().unwrap());
    let (reached, problem) = facts(direct, &refused, &[]);
    assert_eq!(problem, Some(Problem::NothingListens));
    assert_eq!((reached.step, reached.peer), (Step::Started, None));

    let server = RawServer::new(Peer::serve);
    let (reached, problem) = facts(direct, &server.url(), &[]);
    assert_eq!((reached.step, problem), (Step::Established, None));
    assert!(reached.addresses.is_empty(), "no name was resolved");
    let named = server.url().replace("127.0.0.1", "localhost");
    let (reached, _) = facts(direct, &named, &[]);
    assert!(reached.addresses.contains(&Ipv4Addr::LOCALHOST.into()));
    assert_eq!(reached.peer.unwrap().ip(), Ipv4Addr::LOCALHOST);

    let encrypted = server.url().replace("http:", "https:");
    let (reached, problem) = facts(direct, &encrypted, &[]);
    assert_eq!(problem, Some(Problem::TlsNotSpoken));
    assert_eq!(reached.step, Step::Connected);
    assert!(reached.certificate.is_none());
}

#[test]
fn steps_through_a_proxy_tell_whether_it_opened_a_tunnel() {
    let through = |answer: &'static [u8]| {
        let proxy = RawServer::new(move |mut peer| {
            peer.read_request();
            peer.write(answer);
        });
        let url = proxy.url();
        let change = |builder: HttpTransportBuilder| {
            builder.proxies(ProxySettings::none().proxy(url.clone()))
        };
        let (facts, problem) = facts(change, "https://ims.invalid/", &[]);
        assert!(facts.addresses.is_empty(), "the proxy resolves the name");
        (facts.step, problem.unwrap())
    };
    assert_eq!(
        through(b"HTTP/1.1 407 Login\r\n\r\n"),
        (Step::Connected, Problem::ProxyAuthentication)
    );
    assert_eq!(
        through(b"HTTP/1.1 200 OK\r\n\r\n"),
        (Step::TunnelOpened, Problem::ConnectionFailed)
    );
}

#[test]
fn name_of_a_proxy_that_has_no_address_is_not_that_of_the_server() {
    // No resolver sends a name with a label of 64 characters.
    let proxy = format!("{}.invalid:3128", "x".repeat(64));
    let proxies = ProxySettings::none().proxy(&*proxy);
    let transport = HttpTransport::builder(Crypto::ring()).proxies(proxies);
    let transport = transport.build().unwrap();
    let outcome = runtime().block_on(transport.send(get("https://ims.invalid/")));
    let error = outcome.unwrap_err();
    assert_eq!(error.problem(), Problem::NameUnknown);
    assert_eq!(
        error.to_string(),
        format!("no connection to ims.invalid: the proxy {proxy} cannot be resolved")
    );
}

#[test]
fn certificate_of_a_server_is_described() {
    let root = Authority::new("Hostile Root", None);
    let middle = Authority::new("Hostile Middle", Some(&root));
    let other = Authority::new("Stranger", None);
    let trusting = |authority: &Authority| {
        let pem = authority.pem();
        move |builder: HttpTransportBuilder| builder.extra_ca("ca.pem", pem)
    };
    let url = |port| format!("https://localhost:{port}/");

    let complete = url(middle.server("SECRET?%&=ü", &[&middle]));
    let secrets = [Secret::new("SECRET?%&=ü")];
    let (reached, problem) = facts(trusting(&root), &complete, &secrets);
    assert_eq!((reached.step, problem), (Step::Established, None));
    let certificate = reached.certificate.unwrap();
    assert_eq!(&*certificate.subject, "CN=[redacted]");
    assert_eq!(&*certificate.issuer, "CN=Hostile Middle");
    assert_eq!(&*certificate.last_issuer, "CN=Hostile Root");
    assert_eq!(certificate.sent, 2);
    let names: Vec<&str> = certificate.names.iter().map(|name| &**name).collect();
    assert_eq!(names, ["localhost", "127.0.0.1"]);
    assert!(certificate.not_before < certificate.not_after);

    let (reached, problem) = facts(trusting(&other), &complete, &[]);
    assert_eq!(problem, Some(Problem::TlsUntrusted));
    assert_eq!(reached.step, Step::CertificateReceived);
    assert_eq!(reached.certificate.unwrap().kind, IssuerKind::Unknown);

    let incomplete = url(middle.server("leaf", &[]));
    let (reached, problem) = facts(trusting(&root), &incomplete, &[]);
    assert_eq!(problem, Some(Problem::TlsUntrusted));
    let certificate = reached.certificate.unwrap();
    assert_eq!(certificate.sent, 1);
    let IssuerKind::Similar(name) = certificate.kind else {
        panic!("{:?}", certificate.kind);
    };
    assert_eq!(&*name, "CN=Hostile Root");

    let renewed = Authority::new("Hostile Root", None);
    let direct = url(renewed.server("leaf", &[]));
    let (reached, problem) = facts(trusting(&root), &direct, &[]);
    assert_eq!(problem, Some(Problem::TlsUntrusted));
    assert_eq!(reached.certificate.unwrap().kind, IssuerKind::SameName);
}
