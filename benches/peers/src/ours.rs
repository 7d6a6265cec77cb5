//! The cases of adobe-ims. No other file of this benchmark uses the library.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adobe_ims::provider::TokenProvider;
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::{AccessToken, BoxFuture, Secret};
use http::HeaderMap;

use crate::Result;
use crate::case::{Case, Kind, async_worker, sync_worker};
use crate::goals::{BORROWED, HEADER, HERD, OWNED};
use crate::herd::{EmptyCache, Herd};
use crate::source::{self, LATENCY};
use crate::token::token;

/// Returns the three ways to a token of adobe-ims.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let provider = TokenProvider::new(Source::default());
    source::background()?.block_on(provider.token())?;
    let (borrowed, header) = (provider.clone(), provider.clone());
    Ok(vec![
        Case::new(Kind::Ours, BORROWED, move || {
            let mut reader = borrowed.reader();
            sync_worker(move || {
                black_box(reader.token().ok_or("there is no token")?);
                Ok(())
            })
        }),
        Case::new(Kind::Ours, OWNED, move || {
            let provider = provider.clone();
            async_worker(async move || {
                black_box(provider.token().await?);
                Ok(())
            })
        }),
        Case::new(Kind::Ours, HEADER, move || {
            let mut reader = header.reader();
            let mut request = HeaderMap::new();
            sync_worker(move || {
                if !reader.authorize(&mut request) {
                    return Err("there is no token".into());
                }
                black_box(&request);
                Ok(())
            })
        }),
    ])
}

/// Returns the herd of a provider without a token.
pub(crate) fn herd() -> Herd {
    Herd::new(HERD, || {
        let source = Source {
            latency: LATENCY,
            ..Source::default()
        };
        let exchanges = source.exchanges.clone();
        let provider = TokenProvider::new(source);
        Ok(EmptyCache::new(exchanges, move || {
            let provider = provider.clone();
            async move {
                black_box(provider.token().await?);
                Ok(())
            }
        }))
    })
}

#[derive(Debug, Default)]
struct Source {
    latency: Duration,
    exchanges: Arc<AtomicUsize>,
}

impl TokenSource for Source {
    fn fetch(&self) -> BoxFuture<'_, adobe_ims::Result<FetchedToken>> {
        Box::pin(async {
            self.exchanges.fetch_add(1, Ordering::Relaxed);
            source::sleep(self.latency).await;
            let token = AccessToken::new(Secret::new(token().to_owned()))?;
            Ok(FetchedToken::new(token))
        })
    }
}
