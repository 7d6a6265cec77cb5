//! Which servers are believed: extra CA certificates first, the operating system's after them.

use core::fmt;
use std::sync::{Arc, OnceLock};

use der::Decode;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use crate::{Error, Problem, Result, pem};

/// Verifies as rustls does, with roots from two places.
///
/// The operating system's roots take about 2 ms to read, most of what a one-shot exchange costs;
/// they are read once, and only when the extra ones do not answer for the server.
#[derive(Debug)]
pub(super) struct Trust {
    crypto: Arc<CryptoProvider>,
    extra: Option<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

impl Trust {
    pub(super) fn new(ca_files: &[Vec<u8>], crypto: Arc<CryptoProvider>) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for file in ca_files {
            let certificates = certificates(file);
            if certificates.is_empty() {
                return Err(Error::new(
                    Problem::CaFileInvalid,
                    "the extra CA file holds no certificate",
                ));
            }
            for certificate in certificates {
                roots.add(certificate).map_err(|error| {
                    Error::new(
                        Problem::CaFileInvalid,
                        "a certificate of the extra CA file cannot be used as a root",
                    )
                    .with_source(error)
                })?;
            }
        }
        Ok(Self {
            extra: verifier(roots, &crypto),
            crypto,
            system: OnceLock::new(),
        })
    }

    fn system(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        self.system
            .get_or_init(|| {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                verifier(roots, &self.crypto)
            })
            .as_ref()
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

fn certificates(file: &[u8]) -> Vec<CertificateDer<'static>> {
    if file.first() == Some(&0x30) {
        return vec![CertificateDer::from(file.to_vec())];
    }
    let Some(text) = pem::decode(file) else {
        return Vec::new();
    };
    pem::blocks(&text)
        .iter()
        .filter(|block| block.label.ends_with("CERTIFICATE"))
        .filter_map(|block| pem::base64(block.body).ok())
        .map(|der| CertificateDer::from(der.to_vec()))
        .collect()
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
        let mut verdict = Err(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer,
        ));
        for verifier in [self.extra.as_ref(), None] {
            let Some(verifier) = verifier.or_else(|| self.system()) else {
                continue;
            };
            verdict = verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
            // Only a missing root is a reason to look among other roots.
            if !lacks_root(&verdict) {
                break;
            }
        }
        if lacks_root(&verdict) {
            let issuer = intermediates
                .last()
                .and_then(issuer)
                .or_else(|| issuer(end_entity));
            return Err(rustls::Error::Other(OtherError(Arc::new(Untrusted {
                issuer,
            }))));
        }
        verdict
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

/// No root of that name, or one with another key: the CA of an inspecting proxy, or of an emulator,
/// that was made anew under the same name.
fn lacks_root(verdict: &Result<ServerCertVerified, rustls::Error>) -> bool {
    matches!(
        verdict,
        Err(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature
        ))
    )
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    Some(parsed.tbs_certificate().issuer().to_string())
}

/// No root is known for the server; `issuer` is who signed the last certificate it showed.
#[derive(Debug)]
pub(super) struct Untrusted {
    pub(super) issuer: Option<String>,
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
