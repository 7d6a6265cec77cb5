//! azure_identity: a map from scopes to tokens behind async-lock's `RwLock`. The benchmark replaces its
//! HTTP transport, because the crate refuses connections without TLS.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::headers::Headers;
use azure_core::http::{
    AsyncRawResponse, ClientOptions, HttpClient, Request, StatusCode, Transport,
};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use http::HeaderMap;

use super::authorize;
use crate::case::{Case, Kind, async_worker};
use crate::herd::{EmptyCache, Herd};
use crate::source::{self, LATENCY};
use crate::{Result, token};

const SCOPES: &[&str] = &["https://management.azure.com/.default"];

/// Returns the cases for the token and for a header with the token.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let credential = credential(FixedTransport::default())?;
    source::background()?.block_on(credential.get_token(SCOPES, None))?;
    let again = credential.clone();
    Ok(vec![
        Case::new(Kind::PeerToken, "azure_identity get_token()", move || {
            let credential = credential.clone();
            async_worker(async move || {
                black_box(credential.get_token(SCOPES, None).await?);
                Ok(())
            })
        }),
        Case::new(
            Kind::PeerHeader,
            "azure_identity get_token() + insert",
            move || {
                let credential = again.clone();
                let mut request = HeaderMap::new();
                async_worker(async move || {
                    let token = credential.get_token(SCOPES, None).await?;
                    authorize(&mut request, token.token.secret())
                })
            },
        ),
    ])
}

/// Returns the herd of a credential without a token.
pub(crate) fn herd() -> Herd {
    Herd::new("azure_identity", || {
        let transport = FixedTransport {
            latency: LATENCY,
            ..FixedTransport::default()
        };
        let exchanges = transport.exchanges.clone();
        let credential = credential(transport)?;
        Ok(EmptyCache::new(exchanges, move || {
            let credential = credential.clone();
            async move {
                black_box(credential.get_token(SCOPES, None).await?);
                Ok(())
            }
        }))
    })
}

fn credential(transport: FixedTransport) -> Result<Arc<ClientSecretCredential>> {
    let options = ClientSecretCredentialOptions {
        client_options: ClientOptions {
            transport: Some(Transport::new(Arc::new(transport))),
            ..ClientOptions::default()
        },
    };
    let secret = Secret::new("secret");
    let client = "client".to_owned();
    Ok(ClientSecretCredential::new(
        "tenant",
        client,
        secret,
        Some(options),
    )?)
}

/// A transport that answers each request with the same token, in place of Entra ID.
#[derive(Debug, Default)]
struct FixedTransport {
    latency: Duration,
    exchanges: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl HttpClient for FixedTransport {
    async fn execute_request(&self, _: &Request) -> azure_core::Result<AsyncRawResponse> {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        source::sleep(self.latency).await;
        let body = token::response();
        Ok(AsyncRawResponse::from_bytes(
            StatusCode::Ok,
            Headers::new(),
            body.into_bytes(),
        ))
    }
}
