//! Does one exchange, without checks, messages or options, and prints the token.
//!
//! `minimal_exchange DOCUMENT URL CA-FILE`

#![forbid(unsafe_code)]

use std::fs;

use adobe_ims::{Clock, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::exchange::{Connection, bare_key, bare_sign};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Map, Value};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [document, url, ca] = &arguments[..] else {
        return Err("minimal_exchange DOCUMENT URL CA-FILE".into());
    };
    let document = Document::parse(&fs::read(document)?)?;
    let assertion = assertion(&document, url)?;
    let ca = CertificateDer::from_pem_slice(&fs::read(ca)?)?;
    let response = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?
        .block_on(async {
            let mut connection = Connection::open(url, ca).await?;
            connection.post(document.form(&assertion).into()).await
        })?;
    let response: Value = serde_json::from_slice(&response)?;
    println!("{}", response["access_token"].as_str().ok_or("no token")?);
    Ok(())
}

fn assertion(document: &Document, url: &str) -> Result<String> {
    let now = SystemClock.now();
    let expires = now.duration_since(std::time::UNIX_EPOCH)?.as_secs() + 300;
    let mut claims = Map::new();
    claims.insert("exp".to_owned(), expires.into());
    claims.insert("iss".to_owned(), document.organization.clone().into());
    claims.insert("sub".to_owned(), document.technical_account.clone().into());
    let audience = format!("{url}/c/{}", document.client_id);
    claims.insert("aud".to_owned(), audience.into());
    for metascope in document.metascopes.split(',') {
        claims.insert(format!("{url}/s/{metascope}"), true.into());
    }
    let mut assertion = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    assertion.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&claims)?, &mut assertion);
    let key = bare_key(document.private_key.as_bytes())?;
    let signature = bare_sign(&key, assertion.as_bytes())?;
    assertion.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut assertion);
    Ok(assertion)
}
