//! Which servers are believed: extra CA certificates first, the operating system's after them.

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

use crate::crypto::Certificate;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;

/// Verifies as rustls does, with roots from two places.
///
/// The operating system's roots take about 2 ms to read, most of what a one-shot exchange costs;
/// they are read once, and only when the extra ones do not answer for the server.
#[derive(Debug)]
pub(super) struct Trust {
    crypto: Arc<CryptoProvider>,
    extra: Option<Arc<WebPkiServerVerifier>>,
    /// The extra certificates themselves.
    pinned: Vec<CertificateDer<'static>>,
    /// The verifier, or why there is none.
    system: OnceLock<Result<Arc<WebPkiServerVerifier>, String>>,
}

/// A file of CA certificates, and what it is called in messages.
#[derive(Debug)]
pub(super) struct CaFile {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

impl Trust {
    pub(super) fn new(ca_files: &[CaFile], crypto: Arc<CryptoProvider>) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        for CaFile { name, content } in ca_files {
            let invalid =
                |why| Error::new(Problem::CaFileInvalid, format!("the CA file {name} {why}"));
            for certificate in certificates(content).map_err(invalid)? {
                pinned.push(certificate.clone());
                roots.add(certificate).map_err(|error| {
                    invalid("holds a certificate that cannot be a root").with_source(error)
                })?;
            }
        }
        Ok(Self {
            extra: verifier(roots, &crypto),
            pinned,
            crypto,
            system: OnceLock::new(),
        })
    }

    fn system(&self) -> Result<&Arc<WebPkiServerVerifier>, &str> {
        let found = self.system.get_or_init(|| {
            let found = rustls_native_certs::load_native_certs();
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(found.certs);
            verifier(roots, &self.crypto).ok_or_else(|| match found.errors.first() {
                Some(error) => format!("no root certificates were found on this machine ({error})"),
                None => "no root certificates were found on this machine".to_owned(),
            })
        });
        found.as_ref().map_err(String::as_str)
    }
}

fn verifier(
    roots: RootCertStore,
    crypto: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    // The builder refuses an empty store, and nothing else here.
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto.clone())
        .build()
        .ok()
}

fn certificates(content: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    if pem::is_der(content) {
        return Ok(vec![CertificateDer::from(content.to_vec())]);
    }
    let text = pem::decode(content).ok_or("is neither text nor DER")?;
    let certificates: Vec<_> = pem::blocks(&text)
        .iter()
        .filter(|block| block.label.ends_with("CERTIFICATE"))
        .map(|block| {
            let der =
                pem::base64(block.body).map_err(|_| "holds a certificate that is not base64")?;
            Ok(CertificateDer::from(der.to_vec()))
        })
        .collect::<Result<_, &str>>()?;
    if certificates.is_empty() {
        return Err("holds no certificate");
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
        let verify = |verifier: &Arc<WebPkiServerVerifier>| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            return verify_pinned(end_entity, server_name, now);
        }
        // Only a missing root is a reason to look among other roots.
        if let Some(verdict) = self.extra.as_ref().map(verify).filter(|it| !lacks_root(it)) {
            return verdict;
        }
        let no_roots = match self.system() {
            Ok(system) => match verify(system) {
                verdict if !lacks_root(&verdict) => return verdict,
                _ => None,
            },
            // With an extra CA nobody needs those of the machine.
            Err(why) => Some(why.to_owned()).filter(|_| self.extra.is_none()),
        };
        let issuer = intermediates
            .last()
            .and_then(issuer)
            .or_else(|| issuer(end_entity));
        let untrusted = Untrusted { issuer, no_roots };
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

/// The server shows the very certificate that was given as an extra CA, as test servers with a
/// self-signed one do. As a chain it would be refused, because a CA may not be a server; name and
/// validity count all the same.
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

/// No root of that name, or one with another key: the CA of an inspecting proxy, or of an emulator,
/// that was made anew under the same name. Or a CA as a server: a certificate that signed itself.
fn lacks_root(verdict: &Result<ServerCertVerified, rustls::Error>) -> bool {
    let Err(rustls::Error::InvalidCertificate(error)) = verdict else {
        return false;
    };
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => true,
        // Its type is that of a library below, which says no more than its name.
        CertificateError::Other(other) => other.0.to_string() == "CaUsedAsEndEntity",
        _ => false,
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    Some(parsed.tbs_certificate().issuer().to_string())
}

/// No root is known for the server; `issuer` is who signed the last certificate it showed.
#[derive(Debug)]
pub(super) struct Untrusted {
    pub(super) issuer: Option<String>,
    /// Why no root at all is known.
    pub(super) no_roots: Option<String>,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.issuer {
            Some(issuer) => write!(f, "issued by {issuer:?}, which is not trusted here"),
            None => f.write_str("issued by someone who is not trusted here"),
        }
    }
}

impl std::error::Error for Untrusted {}
