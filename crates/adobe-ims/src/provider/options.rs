use std::time::Duration;

/// The needs of one caller.
///
/// ```
/// use std::time::Duration;
///
/// use adobe_ims::provider::TokenOptions;
///
/// let options = TokenOptions::min_ttl(Duration::from_secs(600)).timeout(Duration::from_secs(5));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenOptions {
    /// The least remaining lifetime of the token.
    pub min_ttl: Duration,
    /// The longest time that the caller waits. `None` means
    /// [`RefreshPolicy::caller_timeout`](super::RefreshPolicy::caller_timeout).
    pub timeout: Option<Duration>,
    /// True if the token must come from a new refresh.
    pub force_refresh: bool,
}

impl TokenOptions {
    /// Creates options for a token that lives at least this long.
    pub fn min_ttl(min_ttl: Duration) -> Self {
        Self {
            min_ttl,
            ..Self::default()
        }
    }

    /// Sets the longest time that the caller waits.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Requires a token from a new refresh.
    #[must_use]
    pub fn force_refresh(mut self) -> Self {
        self.force_refresh = true;
        self
    }
}
