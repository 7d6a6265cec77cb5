use super::{FetchedToken, TokenSource};
use crate::error::Result;
use crate::util::future::BoxFuture;

/// Creates a token source from a function that returns a future: `source_fn(|| async { … })`.
pub fn source_fn<F, R>(fetch: F) -> SourceFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<FetchedToken>> + Send + 'static,
{
    SourceFn(fetch)
}

/// A token source that calls a function. [`source_fn`] creates it.
#[derive(Clone, Debug)]
pub struct SourceFn<F>(F);

impl<F, R> TokenSource for SourceFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<FetchedToken>> + Send + 'static,
{
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin((self.0)())
    }
}
