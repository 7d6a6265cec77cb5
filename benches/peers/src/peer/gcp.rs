//! gcp_auth: a map from scopes to tokens behind tokio's `RwLock`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use gcp_auth::{CustomServiceAccount, TokenProvider};
use http::HeaderMap;
use serde_json::json;

use super::authorize;
use crate::Result;
use crate::case::{Case, Kind, async_worker};
use crate::herd::{EmptyCache, Herd};
use crate::source::{self, LATENCY, Source};

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/cloud-platform"];

/// A key of the library's tests. No server accepts it.
const KEY: &str = include_str!("../../../../crates/adobe-ims/tests/fixtures/pkcs8.pem");

/// Returns the cases for the token and for a header with the token.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let account = Arc::new(account(&Source::start(Duration::ZERO)?)?);
    source::background()?.block_on(account.token(SCOPES))?;
    let again = account.clone();
    Ok(vec![
        Case::new(Kind::PeerToken, "gcp_auth token()", move || {
            let account = account.clone();
            async_worker(async move || {
                black_box(account.token(SCOPES).await?);
                Ok(())
            })
        }),
        Case::new(Kind::PeerHeader, "gcp_auth token() + insert", move || {
            let account = again.clone();
            let mut request = HeaderMap::new();
            async_worker(async move || {
                authorize(&mut request, account.token(SCOPES).await?.as_str())
            })
        }),
    ])
}

/// Returns the herd of an account without a token.
pub(crate) fn herd() -> Result<Herd> {
    let source = Source::start(LATENCY)?;
    Ok(Herd::new("gcp_auth", move || {
        let account = Arc::new(account(&source)?);
        Ok(EmptyCache::new(source.exchanges(), move || {
            let account = account.clone();
            async move {
                black_box(account.token(SCOPES).await?);
                Ok(())
            }
        }))
    }))
}

fn account(source: &Source) -> Result<CustomServiceAccount> {
    let key = json!({
        "type": "service_account",
        "client_email": "bench@example.com",
        "private_key": KEY,
        "token_uri": source.url(),
    });
    Ok(CustomServiceAccount::from_json(&key.to_string())?)
}
