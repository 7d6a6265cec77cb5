//! TLS with a certificate authority that the emulator generates at its start.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use tokio_rustls::TlsAcceptor;

use crate::clock::{Clock, real_time};
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

/// The certificate authority, which lives as long as the emulator.
///
/// The keys are ECDSA P-256, which takes microseconds. The private key of the authority stays in
/// memory, because each new name and each new period needs a certificate. It is never written.
pub(crate) struct Authority {
    clock: Clock,
    issuer: Issuer<'static, KeyPair>,
    /// The key of all certificates of servers.
    key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    provider: Arc<CryptoProvider>,
    /// The certificate that clients have to trust.
    pub(crate) ca_pem: String,
}

impl Authority {
    pub(crate) fn generate(clock: &Clock) -> Result<Arc<Self>, TlsError> {
        let authority_key = KeyPair::generate()?;
        let authority = authority_params();
        let ca_pem = {
            let ca = authority.self_signed(&authority_key)?;
            pem::encode(ca.der(), pem::CERTIFICATE).replace("\r\n", "\n")
        };
        let provider = provider()?;
        let key = KeyPair::generate()?;
        let private_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Arc::new(Self {
            clock: clock.clone(),
            issuer: Issuer::new(authority, authority_key),
            signing_key: provider.key_provider.load_private_key(private_key)?,
            key,
            provider,
            ca_pem,
        }))
    }

    /// Returns an acceptor with a certificate for the built-in names and `more_names`.
    pub(crate) fn acceptor(
        self: &Arc<Self>,
        more_names: impl IntoIterator<Item = String>,
    ) -> Result<TlsAcceptor, TlsError> {
        let built_in = BUILT_IN_NAMES.map(str::to_owned).into_iter();
        let mut names = vec![
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        for name in alternative_names(built_in.chain(more_names))? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let certificates = Certificates::new(self, names)?;
        self.config(certificates).map(TlsAcceptor::from)
    }

    /// Returns the configuration of a server with these certificates.
    pub(crate) fn config(
        &self,
        certificates: Arc<Certificates>,
    ) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::clone(&self.provider);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// The certificates of a server. Each is valid by real time and by the clock of the emulator,
/// because a client may check it by either.
pub(crate) struct Certificates {
    authority: Arc<Authority>,
    /// All but the period.
    params: CertificateParams,
    latest: Mutex<Option<(Period, Arc<CertifiedKey>)>>,
}

impl Certificates {
    fn new(authority: &Arc<Authority>, names: Vec<SanType>) -> Result<Arc<Self>, TlsError> {
        let certificates = Self {
            authority: Arc::clone(authority),
            params: server_params(names),
            latest: Mutex::default(),
        };
        certificates.current()?;
        Ok(Arc::new(certificates))
    }

    /// Returns the certificates of one host name.
    pub(crate) fn of_host(authority: &Arc<Authority>, host: &str) -> Result<Arc<Self>, TlsError> {
        let names = alternative_names([host.to_owned()])?;
        Self::new(authority, names)
    }

    /// Returns the last certificate, or a new one if the last is not valid by both times.
    fn current(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        // Some TLS libraries read no date before 1970.
        let authority = &self.authority;
        let times =
            [real_time(), authority.clock.now()].map(|time| time.max(SystemTime::UNIX_EPOCH));
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((period, certified)) = &*latest
            && times.into_iter().all(|time| period.contains(time))
        {
            return Ok(Arc::clone(certified));
        }
        let period = Period::around(times);
        let mut params = self.params.clone();
        params.not_before = period.first.into();
        params.not_after = period.last.into();
        let certificate = params.signed_by(&authority.key, &authority.issuer)?;
        let chain = vec![certificate.der().clone()];
        let certified = CertifiedKey::new(chain, Arc::clone(&authority.signing_key));
        let certified = Arc::new(certified);
        *latest = Some((period, Arc::clone(&certified)));
        Ok(certified)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current().ok()
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

/// The time in which a certificate is valid.
struct Period {
    first: SystemTime,
    last: SystemTime,
}

impl Period {
    /// Returns a year, or as much more as the distance of the times is. Some platforms refuse
    /// certificates of more than 398 days.
    fn around(times: [SystemTime; 2]) -> Self {
        let [one, other] = times;
        Self {
            first: (one.min(other) - DAY).max(SystemTime::UNIX_EPOCH),
            last: one.max(other) + 364 * DAY,
        }
    }

    fn contains(&self, time: SystemTime) -> bool {
        self.first <= time && time <= self.last
    }
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

fn authority_params() -> CertificateParams {
    let mut params = params("adobe-ims-emulator throw-away CA");
    // A clock of the emulator may show any of these years. The last one has a meaning of its own
    // (RFC 5280 §4.1.2.5): the certificate has no end.
    params.not_before = date_time_ymd(1970, 1, 1);
    params.not_after = date_time_ymd(9999, 12, 31) + (DAY - Duration::from_secs(1));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params
}

fn server_params(names: Vec<SanType>) -> CertificateParams {
    let mut params = params("adobe-ims-emulator");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.subject_alt_names = names;
    params
}

fn params(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}

fn alternative_names(names: impl IntoIterator<Item = String>) -> Result<Vec<SanType>, TlsError> {
    let name = |name: String| match name.parse::<IpAddr>() {
        Ok(address) => Ok(SanType::IpAddress(address)),
        Err(_) => Ok(SanType::DnsName(name.try_into()?)),
    };
    names.into_iter().map(name).collect()
}
