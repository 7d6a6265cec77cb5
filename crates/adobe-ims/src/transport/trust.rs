//! The check of a server's certificate: extra CA certificates first, then those of the operating system.

use core::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use der::Decode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use super::server_certificate;
use super::trace::ConnectionTrace;
use crate::crypto::Certificate;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;

/// Verifies server certificates as rustls does, with roots from two places.
///
/// Reading the roots of the operating system takes about 2 ms, most of the time of a single exchange. They are
/// read once, and only when no extra certificate is the root of the server.
#[derive(Debug)]
pub(super) struct Trust {
    crypto: Arc<CryptoProvider>,
    extra: Option<Arc<WebPkiServerVerifier>>,
    /// The extra certificates.
    pinned: Vec<CertificateDer<'static>>,
    system: OnceLock<Result<Arc<WebPkiServerVerifier>, MissingRoots>>,
    trace: ConnectionTrace,
}

/// A file of CA certificates, and its name in messages.
#[derive(Debug)]
pub(super) struct CaFile {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

impl Trust {
    pub(super) fn new(
        ca_files: &[CaFile],
        crypto: Arc<CryptoProvider>,
        trace: ConnectionTrace,
    ) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        for CaFile { name, content } in ca_files {
            let invalid = |error| {
                Error::new(
                    Problem::CaFileInvalid,
                    format!("the CA file {name} {error}"),
                )
            };
            for certificate in read_certificates(content).map_err(invalid)? {
                pinned.push(certificate.clone());
                roots
                    .add(certificate)
                    .map_err(|error| invalid(CaFileError::NotARoot).with_source(error))?;
            }
        }
        Ok(Self {
            extra: verifier(roots, &crypto),
            pinned,
            crypto,
            system: OnceLock::new(),
            trace,
        })
    }

    fn system(&self) -> Result<&Arc<WebPkiServerVerifier>, &MissingRoots> {
        let system = self.system.get_or_init(|| {
            let loaded = rustls_native_certs::load_native_certs();
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(loaded.certs);
            verifier(roots, &self.crypto).ok_or_else(|| MissingRoots {
                reason: loaded.errors.first().map(ToString::to_string),
            })
        });
        system.as_ref()
    }

    /// Returns the names of all trusted CAs. It reads those of the operating system again, because the verifier does not
    /// tell them.
    fn trusted_names(&self) -> Vec<String> {
        let system = rustls_native_certs::load_native_certs().certs;
        let all = self.pinned.iter().chain(&system);
        all.filter_map(server_certificate::subject).collect()
    }
}

/// The operating system has no root certificates.
#[derive(Clone, Debug)]
pub(super) struct MissingRoots {
    reason: Option<String>,
}

impl fmt::Display for MissingRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no root certificates were found on this machine")?;
        match &self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

/// A file of CA certificates cannot be used.
#[derive(Clone, Copy, Debug)]
enum CaFileError {
    NeitherTextNorDer,
    NotBase64,
    WithoutCertificate,
    NotARoot,
}

impl fmt::Display for CaFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeitherTextNorDer => "is neither text nor DER",
            Self::NotBase64 => "holds a certificate that is not base64",
            Self::WithoutCertificate => "holds no certificate",
            Self::NotARoot => "holds a certificate that cannot be a root",
        })
    }
}

fn verifier(
    roots: RootCertStore,
    crypto: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    // The builder refuses an empty store only.
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto.clone())
        .build()
        .ok()
}

fn read_certificates(content: &[u8]) -> Result<Vec<CertificateDer<'static>>, CaFileError> {
    if pem::is_der(content) {
        return Ok(vec![CertificateDer::from(content.to_vec())]);
    }
    let text = pem::decode(content).ok_or(CaFileError::NeitherTextNorDer)?;
    let certificates: Vec<_> = pem::blocks(&text)
        .iter()
        .filter(|block| block.label.ends_with("CERTIFICATE"))
        .map(|block| {
            let der = pem::base64(block.body).map_err(|_| CaFileError::NotBase64)?;
            Ok(CertificateDer::from(der.to_vec()))
        })
        .collect::<Result<_, CaFileError>>()?;
    if certificates.is_empty() {
        return Err(CaFileError::WithoutCertificate);
    }
    Ok(certificates)
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.trace.certificates(end_entity, intermediates);
        let verify = |verifier: &Arc<WebPkiServerVerifier>| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            return verify_pinned(end_entity, server_name, now);
        }
        // Only after a missing root the system's roots are tried.
        let extra = self.extra.as_ref().map(verify);
        if let Some(verdict) = extra.filter(|verdict| !lacks_root(verdict)) {
            return verdict;
        }
        let missing_roots = match self.system() {
            Ok(system) => match verify(system) {
                verdict if !lacks_root(&verdict) => return verdict,
                _ => None,
            },
            // With an extra CA the machine needs no roots of its own.
            Err(missing) => Some(missing.clone()).filter(|_| self.extra.is_none()),
        };
        self.trace.untrusted(|| self.trusted_names());
        let issuer = intermediates
            .last()
            .and_then(issuer)
            .or_else(|| issuer(end_entity));
        let untrusted = Untrusted {
            issuer,
            missing_roots,
        };
        Err(rustls::Error::Other(OtherError(Arc::new(untrusted))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Verifies a server certificate that is itself one of the extra certificates: a self-signed test server.
///
/// A chain check would refuse it, because a CA may not be a server. Name and validity are checked.
fn verify_pinned(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
    let certificate = Certificate::read(certificate)
        .map_err(|_| rustls::Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.as_secs());
    let failure = if now < certificate.not_before() {
        CertificateError::NotValidYet
    } else if now > certificate.not_after() {
        CertificateError::Expired
    } else {
        return Ok(ServerCertVerified::assertion());
    };
    Err(rustls::Error::InvalidCertificate(failure))
}

/// Tells that the verifier has no root for the chain.
///
/// - No root has the name of the issuer.
/// - A root has its name and another key: an inspecting proxy or an emulator made its CA again.
/// - A certificate signed itself.
fn lacks_root(verdict: &Result<ServerCertVerified, rustls::Error>) -> bool {
    let Err(rustls::Error::InvalidCertificate(error)) = verdict else {
        return false;
    };
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => true,
        // The type of this error belongs to webpki, which is not a dependency of this crate.
        CertificateError::Other(other) => other.0.to_string() == "CaUsedAsEndEntity",
        _ => false,
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    Some(parsed.tbs_certificate().issuer().to_string())
}

/// No trusted root signed the certificates of the server.
#[derive(Debug)]
pub(super) struct Untrusted {
    /// The issuer of the last certificate in the chain. It is a text of the server.
    pub(super) issuer: Option<String>,
    /// Set where there are no roots at all.
    pub(super) missing_roots: Option<MissingRoots>,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no trusted root signed the certificate")
    }
}

impl std::error::Error for Untrusted {}
