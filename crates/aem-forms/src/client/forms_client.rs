use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use adobe_ims::{Clock, HttpTransport};

use super::builder::FormsClientBuilder;
use super::header_source::HeaderSource;
use super::target::Target;

/// A client of the APIs of one AEM. Clones are cheap and share the connections.
///
/// ```no_run
/// use std::time::Duration;
///
/// use adobe_ims::crypto::Crypto;
/// use adobe_ims::{HttpTransport, TokenProvider};
/// use aem_forms::FormsClient;
///
/// # fn example(provider: TokenProvider) -> Result<(), Box<dyn std::error::Error>> {
/// // The timeout limits the silence of the server. Documents take longer than tokens.
/// let transport = HttpTransport::builder(Crypto::default()).timeout(Duration::from_secs(300));
/// let client = FormsClient::builder("author-p1-e2.adobeaemcloud.com")
///     .build(provider, transport.build()?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FormsClient(Arc<Parts>);

pub(super) struct Parts {
    pub(super) target: Target,
    pub(super) source: Box<dyn HeaderSource>,
    pub(super) transport: HttpTransport,
    pub(super) retries: u32,
    pub(super) clock: Box<dyn Clock>,
    pub(super) random: Mutex<fastrand::Rng>,
}

impl FormsClient {
    /// Returns a builder. The target is the URL of an AEM, or the name of its host, which means https.
    pub fn builder(target: impl Into<String>) -> FormsClientBuilder {
        FormsClientBuilder::new(target.into())
    }

    pub(super) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(super) fn random<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.0.random.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for FormsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormsClient")
            .field("host", &self.0.target.host())
            .field("retries", &self.0.retries)
            .finish_non_exhaustive()
    }
}
