//! The credential documents of emulated clients, in the form of Adobe's consoles.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::crypto::certificate::expiration_date;
use crate::identities::client::Client;

/// The key that marks a document of the emulator.
const MARK: &str = "emulator";

/// The value of that key.
const MARK_VALUE: &str = "throw-away credentials of adobe-ims-emulator, worthless at Adobe";

/// Returns whether an emulator made a credential document. Such a document is worthless at Adobe
/// and may be overwritten.
///
/// ```
/// use adobe_ims_emulator::{Emulator, is_emulator_document};
///
/// let emulator = Emulator::start()?;
/// assert!(is_emulator_document(emulator.credentials_json().as_bytes()));
/// assert!(!is_emulator_document(b"{}"));
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
pub fn is_emulator_document(document: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(document)
        .is_ok_and(|document| document.contains_key(MARK))
}

/// The AEM service credentials in their current form (several technical accounts per environment),
/// as published by Adobe, with one key more that names the emulator. The fields have the order of
/// the file.
#[derive(Serialize)]
pub(crate) struct ServiceCredentials<'a> {
    ok: bool,
    integration: Integration<'a>,
    #[serde(rename = "statusCode")]
    status_code: u16,
    emulator: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Integration<'a> {
    ims_endpoint: &'a str,
    metascopes: String,
    technical_account: TechnicalAccount<'a>,
    email: &'a str,
    id: &'a str,
    org: &'a str,
    private_key: &'a str,
    public_key: &'a str,
    certificate_expiration_date: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TechnicalAccount<'a> {
    client_id: &'a str,
    client_secret: &'a str,
}

/// Returns the document of a service account as text. Returns `None` if the emulator has no private
/// key of it.
pub(crate) fn service_credentials(client: &Client, ims_endpoint: &str) -> Option<String> {
    let document = service_document(client, ims_endpoint)?;
    serde_json::to_string_pretty(&document).ok()
}

/// Returns the document of a service account. Returns `None` if the emulator has no private key of
/// it, or if the client has no secret.
pub(crate) fn service_document<'a>(
    client: &'a Client,
    ims_endpoint: &'a str,
) -> Option<ServiceCredentials<'a>> {
    let key = client.current_key()?;
    let binding = &client.binding;
    Some(ServiceCredentials {
        ok: true,
        integration: Integration {
            ims_endpoint,
            metascopes: binding.metascopes.join(","),
            technical_account: TechnicalAccount {
                client_id: &client.id,
                client_secret: client.secrets.newest()?,
            },
            email: &binding.email,
            id: &binding.technical_account_id,
            org: &binding.organization,
            private_key: &key.private_key_pem,
            public_key: &key.certificate_pem,
            certificate_expiration_date: expiration_date(key.not_after),
        },
        status_code: 200,
        emulator: MARK_VALUE,
    })
}

/// The document of OAuth server-to-server. Published clients rely on the first four keys. The keys
/// of the technical account are inferred from the console's screen.
#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) struct OauthCredentials<'a> {
    /// The newest first (inferred), because some clients read only one.
    client_secrets: Vec<&'a str>,
    client_id: &'a str,
    org_id: &'a str,
    scopes: &'a [String],
    technical_account_id: &'a str,
    technical_account_email: &'a str,
    #[serde(rename = "emulator")]
    emulator: &'static str,
}

/// Returns the document of a client of OAuth server-to-server as text.
pub(crate) fn oauth_credentials(client: &Client) -> String {
    serde_json::to_string_pretty(&oauth_document(client)).expect("the document has string keys")
}

/// Returns the document of a client of OAuth server-to-server.
pub(crate) fn oauth_document(client: &Client) -> OauthCredentials<'_> {
    OauthCredentials {
        client_secrets: client.secrets.values().rev().collect(),
        client_id: &client.id,
        org_id: &client.binding.organization,
        scopes: &client.scopes,
        technical_account_id: &client.binding.technical_account_id,
        technical_account_email: &client.binding.email,
        emulator: MARK_VALUE,
    }
}
