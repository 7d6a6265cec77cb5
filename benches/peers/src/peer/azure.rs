//! azure_identity: a map from scopes to tokens behind async-lock's `RwLock`. Its HTTP is replaced,
//! since it speaks to nothing without TLS.

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

/// Its token, and the header made of it.
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

/// A herd before its first token.
pub(crate) fn herd() -> Herd {
    Herd::new("azure_identity", || {
        let answers = FixedTransport {
            latency: LATENCY,
            ..FixedTransport::default()
        };
        let exchanges = answers.exchanges.clone();
        let credential = credential(answers)?;
        Ok(EmptyCache::new(exchanges, move || {
            let credential = credential.clone();
            async move {
                black_box(credential.get_token(SCOPES, None).await?);
                Ok(())
            }
        }))
    })
}

fn credential(answers: FixedTransport) -> Result<Arc<ClientSecretCredential>> {
    let options = ClientSecretCredentialOptions {
        client_options: ClientOptions {
            transport: Some(Transport::new(Arc::new(answers))),
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

/// What it takes for Entra ID.
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
        let answer = token::answer();
        Ok(AsyncRawResponse::from_bytes(
            StatusCode::Ok,
            Headers::new(),
            answer.into_bytes(),
        ))
    }
}
