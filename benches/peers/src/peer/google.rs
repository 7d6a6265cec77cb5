//! google-cloud-auth: a background task refreshes the token, and readers clone it from a watch channel.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use google_cloud_auth::credentials::user_account::Builder;
use http::Extensions;
use serde_json::json;

use crate::Result;
use crate::case::{Case, Kind, async_worker};
use crate::herd::{EmptyCache, Herd};
use crate::source::{self, LATENCY, Source};

/// Returns the two ways to a token.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let source = Source::start(Duration::ZERO)?;
    let runtime = source::background()?;
    let _inside = runtime.enter();
    let text = builder(&source).build_access_token_credentials()?;
    let headers = builder(&source).build()?;
    runtime.block_on(text.access_token())?;
    runtime.block_on(headers.headers(Extensions::new()))?;
    Ok(vec![
        Case::new(
            Kind::PeerToken,
            "google-cloud-auth access_token()",
            move || {
                let text = text.clone();
                async_worker(async move || {
                    black_box(text.access_token().await?);
                    Ok(())
                })
            },
        ),
        Case::new(Kind::PeerHeader, "google-cloud-auth headers()", move || {
            let headers = headers.clone();
            async_worker(async move || {
                black_box(headers.headers(Extensions::new()).await?);
                Ok(())
            })
        }),
    ])
}

/// Returns the herd of credentials without a token.
pub(crate) fn herd() -> Result<Herd> {
    let source = Source::start(LATENCY)?;
    Ok(Herd::new("google-cloud-auth", move || {
        let credentials = Arc::new(builder(&source).build_access_token_credentials()?);
        Ok(EmptyCache::new(source.exchanges(), move || {
            let credentials = credentials.clone();
            async move {
                black_box(credentials.access_token().await?);
                Ok(())
            }
        }))
    }))
}

fn builder(source: &Source) -> Builder {
    // The crate is built without a crypto provider. An error means that one is installed already.
    let _ = install_provider();
    let user = json!({
        "type": "authorized_user",
        "client_id": "client",
        "client_secret": "secret",
        "refresh_token": "refresh",
    });
    Builder::new(user).with_token_uri(source.url())
}

#[expect(
    clippy::disallowed_methods,
    reason = "google-cloud-auth has no other way to set a provider"
)]
fn install_provider() -> Result<(), Arc<rustls::crypto::CryptoProvider>> {
    rustls::crypto::ring::default_provider().install_default()
}
