//! The server with TLS.

use std::io::Write;
use std::sync::Arc;

use adobe_ims_emulator::Emulator;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::socket;
use crate::support::{AssertionSigner, der, frozen_builder, hostile_account};

fn provider() -> Arc<CryptoProvider> {
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
