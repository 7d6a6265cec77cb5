//! TLS with an authority of the emulator's own, made at start and gone with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;
use crate::crypto::pem;

const DAY: Duration = Duration::from_secs(86_400);

/// Names that real clients have built in, besides those of this very machine.
const NAMES: [&str; 4] = [
    "localhost",
    "ims-na1.adobelogin.com",
    "ims-na1-stg1.adobelogin.com",
    "static.adobelogin.com",
];

/// Why no certificate could be made.
pub(crate) type TlsError = Box<dyn std::error::Error + Send + Sync>;

/// A server configuration, and the certificate that its clients have to trust.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl Tls {
    /// Makes an authority and a certificate for the usual names and `more`.
    ///
    /// The keys are ECDSA P-256, which takes microseconds. The authority's private key is dropped
    /// here: nothing that trusts the authority can be deceived by anyone later. The certificates
    /// follow real time even when the emulator's clock does not, because their verifiers do.
    pub(crate) fn generate(more: impl IntoIterator<Item = String>) -> Result<Self, TlsError> {
        let now = Clock::system().now();
        let authority_key = KeyPair::generate()?;
        let mut authority = params("adobe-ims-emulator throw-away CA", now);
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let ca = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let key = KeyPair::generate()?;
        let mut leaf = params("adobe-ims-emulator", now);
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        leaf.subject_alt_names = names(more)?;
        let leaf = leaf.signed_by(&key, &issuer)?;

        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem: pem::encode(ca.der(), pem::CERTIFICATE).replace("\r\n", "\n"),
        })
    }
}

fn params(common_name: &str, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = (now - DAY).into();
    // Some platforms accept no certificate of more than 398 days, whoever signed it.
    params.not_after = (now + 365 * DAY).into();
    params
}

fn names(more: impl IntoIterator<Item = String>) -> Result<Vec<SanType>, TlsError> {
    let mut names = vec![
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    for name in NAMES.map(str::to_owned).into_iter().chain(more) {
        let name = match name.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(name.try_into()?),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
