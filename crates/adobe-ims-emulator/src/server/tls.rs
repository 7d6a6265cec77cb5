//! TLS with a certificate authority that the emulator generates at its start.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;
use crate::crypto::pem;

const DAY: Duration = Duration::from_secs(86_400);

/// The host names that published clients have built in, and `localhost`.
const BUILT_IN_NAMES: [&str; 4] = [
    "localhost",
    "ims-na1.adobelogin.com",
    "ims-na1-stg1.adobelogin.com",
    "static.adobelogin.com",
];

/// The reason why TLS could not be set up.
pub(crate) type TlsError = Box<dyn std::error::Error + Send + Sync>;

/// The TLS side of the server, and the certificate that clients have to trust.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl Tls {
    /// Generates an authority, and a certificate for the built-in names and `more_names`.
    ///
    /// The keys are ECDSA P-256, which takes microseconds. The private key of the authority is
    /// dropped here, so nobody can sign with it later. The certificates follow real time, because
    /// TLS clients check them against real time.
    pub(crate) fn generate(more_names: impl IntoIterator<Item = String>) -> Result<Self, TlsError> {
        let now = Clock::system().now();
        let authority_key = KeyPair::generate()?;
        let authority = authority_params(now);
        let ca = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let key = KeyPair::generate()?;
        let certificate = server_params(now, more_names)?.signed_by(&key, &issuer)?;
        let private_key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let config = server_config(certificate.der().clone(), private_key)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem: pem::encode(ca.der(), pem::CERTIFICATE).replace("\r\n", "\n"),
        })
    }
}

fn server_config(
    certificate: CertificateDer<'static>,
    private_key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, TlsError> {
    let mut config = ServerConfig::builder_with_provider(provider()?)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private_key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Returns the crypto provider of the enabled feature. Without one it is the default provider of
/// the process.
fn provider() -> Result<Arc<CryptoProvider>, TlsError> {
    #[cfg(feature = "ring")]
    let provider = Some(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let provider = Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    let provider = CryptoProvider::get_default().map(Arc::clone);
    provider.ok_or_else(|| {
        "TLS needs the feature aws-lc-rs or ring, or an installed default provider of rustls".into()
    })
}

fn authority_params(now: SystemTime) -> CertificateParams {
    let mut params = params("adobe-ims-emulator throw-away CA", now);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params
}

fn server_params(
    now: SystemTime,
    more_names: impl IntoIterator<Item = String>,
) -> Result<CertificateParams, TlsError> {
    let mut params = params("adobe-ims-emulator", now);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.subject_alt_names = alternative_names(more_names)?;
    Ok(params)
}

fn params(common_name: &str, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = (now - DAY).into();
    // Some platforms refuse certificates of more than 398 days.
    params.not_after = (now + 365 * DAY).into();
    params
}

fn alternative_names(
    more_names: impl IntoIterator<Item = String>,
) -> Result<Vec<SanType>, TlsError> {
    let mut names = vec![
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    let built_in = BUILT_IN_NAMES.map(str::to_owned).into_iter();
    for name in built_in.chain(more_names) {
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
