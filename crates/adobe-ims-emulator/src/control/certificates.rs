//! The certificates of a service account: `POST /_emu/accounts/ID/certificates`, and `DELETE` of one.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{not_found, read_optional};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::credential_document::{ServiceCredentials, service_document};
use crate::identities::registered_client::{RegisteredCertificate, RegisteredClient};
use crate::rfc3339::rfc3339;
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateRequest {
    /// In PEM. Without it the emulator makes a key and its certificate.
    certificate: Option<String>,
}

#[derive(Serialize)]
struct CertificateResponse<'a> {
    #[serde(flatten)]
    certificate: Option<CertificateView>,
    /// `null` if the emulator has no private key of the account.
    document: Option<ServiceCredentials<'a>>,
}

/// A certificate without its text.
#[derive(Serialize)]
pub(crate) struct CertificateView {
    fingerprint: String,
    not_after: String,
    /// The credential document holds the certificate.
    current: bool,
}

impl From<&RegisteredCertificate> for CertificateView {
    fn from(certificate: &RegisteredCertificate) -> Self {
        Self {
            fingerprint: certificate.fingerprint.clone(),
            not_after: rfc3339(certificate.not_after),
            current: certificate.is_current,
        }
    }
}

/// Handles `POST /_emu/accounts/ID/certificates`.
pub(crate) fn add(
    state: &State,
    http: &Request<Bytes>,
    account: &str,
) -> Result<Response, ErrorResponse> {
    let request: CertificateRequest = read_optional(http)?;
    let mut directory = state.directory();
    let added = match request.certificate {
        Some(pem) => directory.add_certificate(account, &pem),
        None => directory.add_key(account, state.config.clock.unix_seconds()),
    };
    let fingerprint = added?;
    let client = directory.account(account);
    let registered = client.map(RegisteredClient::from);
    let mut certificates = registered.iter().flat_map(RegisteredClient::certificates);
    let certificate = certificates.find(|own| own.fingerprint == fingerprint);
    let ims_endpoint = &state.config.ims_endpoint;
    let body = CertificateResponse {
        certificate: certificate.map(CertificateView::from),
        document: client.and_then(|client| service_document(client, ims_endpoint)),
    };
    Ok(json(StatusCode::CREATED, &body))
}

/// Handles `DELETE /_emu/accounts/ID/certificates/FINGERPRINT`.
pub(crate) fn retire(
    state: &State,
    account: &str,
    fingerprint: &str,
) -> Result<Response, ErrorResponse> {
    let mut directory = state.directory();
    let was_retired = directory.retire_certificate(account, fingerprint)?;
    if was_retired {
        return Ok(no_content());
    }
    Err(not_found(format!(
        "The account {account} has no certificate {fingerprint}. GET /_emu/accounts lists the \
         fingerprints: the SHA-256 of the DER in hexadecimal digits."
    )))
}
