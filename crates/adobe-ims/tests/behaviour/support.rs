//! Fixtures of all tests, and values that show a wrong encoding.

use std::path::Path;

use adobe_ims::Credentials;
use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use serde_json::{Value, json};

pub(crate) const CLIENT_ID: &str = "client!+ID";
pub(crate) const CLIENT_SECRET: &str = "SECRET?%&=ü";
pub(crate) const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
pub(crate) const TECHNICAL_ACCOUNT: &str = "89ABCDEF0123456701234567@techacct.adobe.com";

pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Returns service credentials of the newer form, as the console writes them.
pub(crate) fn document() -> Value {
    json!({
        "ok": true,
        "integration": {
            "imsEndpoint": "ims-na1.adobelogin.com",
            "metascopes": "ent_aem_cloud_api",
            "technicalAccount": {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET},
            "email": "11111111-2222-3333-4444-555555555555@techacct.adobe.com",
            "id": TECHNICAL_ACCOUNT,
            "org": ORGANIZATION,
            "privateKey": fixture("pkcs1.pem").replace('\n', "\r\n"),
            "publicKey": fixture("certificate.pem").replace('\n', "\r\n"),
            "certificateExpirationDate": "2126-03-01T08:09:10.000Z",
        },
        "statusCode": 200,
    })
}

/// Returns an OAuth server-to-server credential, as the console writes it.
pub(crate) fn oauth_document() -> Value {
    json!({
        "CLIENT_SECRETS": [CLIENT_SECRET],
        "CLIENT_ID": CLIENT_ID,
        "ORG_ID": ORGANIZATION,
        "SCOPES": ["openid", "AdobeID", "read_organizations"],
        "TECHNICAL_ACCOUNT_ID": TECHNICAL_ACCOUNT,
        "TECHNICAL_ACCOUNT_EMAIL": "11111111-2222-3333-4444-555555555555@techacct.adobe.com",
    })
}

pub(crate) fn service(document: &Value) -> adobe_ims::Result<ServiceCredentials> {
    match Credentials::parse(document.to_string().as_bytes())? {
        Credentials::Service(credentials) => Ok(credentials),
        other => panic!("not service credentials: {other:?}"),
    }
}

pub(crate) fn account() -> TechnicalAccount {
    open(&document())
}

pub(crate) fn open(document: &Value) -> TechnicalAccount {
    TechnicalAccount::open(
        &service(document).unwrap(),
        &KeyContext::default(),
        &Crypto::ring(),
    )
    .unwrap()
}
