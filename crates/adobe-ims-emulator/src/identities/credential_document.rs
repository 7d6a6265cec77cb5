//! The credentials documents that AEM's and Adobe's Developer Console hand out, made for emulated
//! clients.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::crypto::certificate::expiration_date;
use crate::identities::client::Client;

/// The key by which documents of the emulator are known.
const MARK: &str = "emulator";

/// What stands there.
const EMULATOR: &str = "throw-away credentials of adobe-ims-emulator, worthless at Adobe";

/// Whether a credentials document was made by an emulator, so that it may be written over, and need
/// not be sent to Adobe.
pub fn is_emulator_document(document: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(document)
        .is_ok_and(|document| document.contains_key(MARK))
}

/// The document in its current form (several technical accounts per environment), as published by
/// Adobe, and one key more that says where it comes from. The order of the fields is the order in
/// the file.
#[derive(Serialize)]
struct Document<'a> {
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

/// The document of `client`, pretty printed; `None` if the emulator holds no private key of it.
pub(crate) fn credentials(client: &Client, ims_endpoint: &str) -> Option<String> {
    let key = client.current_key.as_ref()?;
    let binding = &client.binding;
    let document = Document {
        ok: true,
        integration: Integration {
            ims_endpoint,
            metascopes: binding.metascopes.join(","),
            technical_account: TechnicalAccount {
                client_id: &client.id,
                client_secret: client.secrets.last()?,
            },
            email: &binding.email,
            id: &binding.technical_account_id,
            org: &binding.organization,
            private_key: &key.private_key_pem,
            public_key: &key.certificate_pem,
            certificate_expiration_date: expiration_date(key.not_after),
        },
        status_code: 200,
        emulator: EMULATOR,
    };
    serde_json::to_string_pretty(&document).ok()
}

/// The document of OAuth server-to-server. Its first four keys are relied upon by published clients;
/// that the technical account stands beside them is inferred from the console's screen.
#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct OauthDocument<'a> {
    /// The newest first (inferred): the one that clients take which know of one only.
    client_secrets: Vec<&'a str>,
    client_id: &'a str,
    org_id: &'a str,
    scopes: &'a [String],
    technical_account_id: &'a str,
    technical_account_email: &'a str,
    #[serde(rename = "emulator")]
    emulator: &'static str,
}

/// The document of a client of OAuth server-to-server, pretty printed.
pub(crate) fn oauth_credentials(client: &Client) -> String {
    let document = OauthDocument {
        client_secrets: client.secrets.iter().rev().map(String::as_str).collect(),
        client_id: &client.id,
        org_id: &client.binding.organization,
        scopes: &client.scopes,
        technical_account_id: &client.binding.technical_account_id,
        technical_account_email: &client.binding.email,
        emulator: EMULATOR,
    };
    serde_json::to_string_pretty(&document).expect("the document has string keys")
}
