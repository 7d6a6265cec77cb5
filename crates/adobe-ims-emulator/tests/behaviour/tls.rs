//! The server with TLS.

use std::io::{ErrorKind, Read as _, Write};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adobe_ims_emulator::{Clock, Emulator, Fault, FaultStep};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::socket;
use crate::support::{AssertionSigner, der, frozen_builder, hostile_account};

pub(crate) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "ring")]
    let provider = rustls::crypto::ring::default_provider();
    #[cfg(not(feature = "ring"))]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    Arc::new(provider)
}

#[test]
fn tls_certificate_is_valid_for_built_in_names() {
    let emulator = frozen_builder()
        .tls(true)
        .account(hostile_account())
        .audience_alias("https://ims.example.test:8443")
        .control_host("adobe")
        .start()
        .unwrap();
    assert!(emulator.url().starts_with("https://127.0.0.1:"));
    let ca = CertificateDer::from(der(emulator.ca_pem().unwrap()));
    let signer = AssertionSigner::of(&emulator);
    let mut roots = RootCertStore::empty();
    roots.add(ca).unwrap();
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let connect = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let connection = ClientConnection::new(Arc::clone(&config), name).unwrap();
        StreamOwned::new(connection, socket::connect(&emulator))
    };
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "ims-na1.adobelogin.com",
        "ims-na1-stg1.adobelogin.com",
        "static.adobelogin.com",
        "author-p12345-e67890.adobeaemcloud.com",
        "publish-p12345-e67890.adobeaemcloud.com",
        "ims.example.test",
        "adobe",
    ] {
        let mut stream = connect(name);
        let response = socket::send_and_read(&mut stream, socket::exchange(&signer).as_bytes());
        assert!(
            response.starts_with("HTTP/1.1 200 OK\r\n"),
            "{name}: {response}"
        );
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
    assert!(connect("example.test").write_all(b"x").is_err());

    let another = Emulator::builder().tls(true).start().unwrap();
    assert_ne!(another.ca_pem(), emulator.ca_pem());
    assert_eq!(Emulator::start().unwrap().ca_pem(), None);
}

/// A clock of a TLS client.
#[derive(Debug)]
struct ClientTime(Clock);

impl TimeProvider for ClientTime {
    fn current_time(&self) -> Option<UnixTime> {
        let since = self.0.now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(UnixTime::since_unix_epoch(since))
    }
}

#[test]
fn tls_certificate_is_valid_by_real_and_by_virtual_time() {
    let emulator = Emulator::builder().tls(true).start().unwrap();
    let ca = CertificateDer::from(der(emulator.ca_pem().unwrap()));
    let answers = |clock: &Clock| {
        let mut roots = RootCertStore::empty();
        roots.add(ca.clone()).unwrap();
        let time = Arc::new(ClientTime(clock.clone()));
        let config = ClientConfig::builder_with_details(provider(), time)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(connection, socket::connect(&emulator));
        let request = b"GET /_emu/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).is_ok()
            && socket::send_and_read(stream, b"").starts_with("HTTP/1.1 200 OK")
    };
    let real = Clock::system();
    for now in [
        "1970-01-01T00:00:00Z",
        "2001-09-09T01:46:40Z",
        "2049-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "9998-12-31T23:59:59Z",
    ] {
        crate::time::patch(
            &emulator,
            "/_emu/clock",
            &serde_json::json!({"now": now, "frozen": true}),
        );
        assert!(answers(&real), "real time, {now}");
        assert!(answers(emulator.clock()), "{now}");
        let between = Clock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000));
        let is_around = now < "2017";
        assert_eq!(answers(&between), is_around, "2017, {now}");
    }
}

#[test]
fn faults_act_below_tls() {
    let emulator = Emulator::builder().tls(true).start().unwrap();
    let ca = CertificateDer::from(der(emulator.ca_pem().unwrap()));
    let mut roots = RootCertStore::empty();
    roots.add(ca).unwrap();
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let response = |step: FaultStep| {
        emulator.add_fault(Fault::new([step]).times(1)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(&config), name).unwrap();
        let mut stream = StreamOwned::new(connection, socket::connect(&emulator));
        let request = b"GET /ims/keys HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request).unwrap();
        let mut bytes = Vec::new();
        let error = stream.read_to_end(&mut bytes).err();
        let kind = error.map(|error| error.kind());
        (String::from_utf8(bytes).unwrap(), kind)
    };
    let (text, error) = response(FaultStep::default().truncate_after(3));
    assert!(text.ends_with("\r\n\r\n{\"k"), "{text}");
    assert_eq!(error, None, "the TLS session ends in order");
    let reset = response(FaultStep::reset());
    assert_eq!(reset, (String::new(), Some(ErrorKind::ConnectionReset)));
}
