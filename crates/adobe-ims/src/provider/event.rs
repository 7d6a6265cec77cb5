use crate::api::Warning;
use crate::error::Error;
use crate::source::FetchedToken;
use crate::token::AccessToken;

/// An event of a provider, for logs and metrics. Its `Debug` shows no secret.
///
/// ```
/// use adobe_ims::TokenProvider;
/// use adobe_ims::provider::Event;
/// # use adobe_ims::source::JwtSource;
/// # fn example(source: JwtSource) {
/// let provider = TokenProvider::builder(source)
///     .on_event(|event| match event {
///         Event::Failed(error) => eprintln!("refresh failed: {error}"),
///         other => println!("{other:?}"),
///     })
///     .build();
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The source fetched a new token.
    Fetched(&'a FetchedToken),
    /// The provider took a token from the store.
    LoadedFromStore(&'a AccessToken),
    /// The response with a new token has an oddity.
    Warning(&'a Warning),
    /// A refresh failed. Callers do not notice while there is a valid token.
    Failed(&'a Error),
    /// An attempt of a refresh failed. Another attempt follows.
    Retrying(&'a Error),
    /// The store failed or set a file aside.
    Store(&'a Error),
    /// The stored token was requested with other secrets than the current ones. The provider does not use it.
    SecretsChanged,
}

pub(super) type Listener = dyn Fn(&Event<'_>) + Send + Sync;
