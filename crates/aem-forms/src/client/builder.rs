use std::sync::Mutex;

use adobe_ims::token::AllowedHosts;
use adobe_ims::{Clock, HttpTransport, SystemClock};

use super::forms_client::{FormsClient, Parts};
use super::header_source::HeaderSource;
use super::target::Target;
use crate::error::Result;

/// Builds a [`FormsClient`].
#[derive(Debug)]
pub struct FormsClientBuilder {
    target: String,
    allowed: AllowedHosts,
    retries: u32,
    clock: Box<dyn Clock>,
    random: fastrand::Rng,
}

impl FormsClientBuilder {
    pub(super) fn new(target: String) -> Self {
        Self {
            target,
            allowed: AllowedHosts::adobe().allow_this_machine(),
            retries: 2,
            clock: Box::new(SystemClock),
            random: fastrand::Rng::new(),
        }
    }

    /// Sets the hosts that may get the token: by default those of Adobe, and this machine.
    #[must_use]
    pub fn allowed_hosts(mut self, allowed: AllowedHosts) -> Self {
        self.allowed = allowed;
        self
    }

    /// Sets how often a request is sent again; 2 by default. A request with a refused token is sent once more in any case.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the clock that dates of the server are compared with.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Makes the random numbers repeatable, for tests. The boundary of a request and the pauses depend on them.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self
    }

    /// Builds the client. The time limit of the transport limits the silence of the server, and all pauses before further
    /// attempts of a request together with them.
    ///
    /// # Errors
    /// - [`PathDoubled`](crate::error::FormsProblem::PathDoubled),
    ///   [`PathWithdrawn`](crate::error::FormsProblem::PathWithdrawn) and
    ///   [`RequestInvalid`](crate::error::FormsProblem::RequestInvalid) for a target that is no AEM
    /// - [`HostNotAllowed`](adobe_ims::Problem::HostNotAllowed) for a host that must not get the token
    pub fn build(
        self,
        source: impl HeaderSource + 'static,
        transport: HttpTransport,
    ) -> Result<FormsClient> {
        let target = Target::parse(&self.target)?;
        self.allowed.check(&target.url("/")?)?;
        Ok(FormsClient::new(Parts {
            target,
            source: Box::new(source),
            transport,
            retries: self.retries,
            clock: self.clock,
            random: Mutex::new(self.random),
        }))
    }
}
