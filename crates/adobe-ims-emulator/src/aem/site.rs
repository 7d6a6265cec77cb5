//! The tier and the environment that a request goes to, by its host name.

use http::Request;
use http::header::HOST;
use http::uri::Authority;

use crate::behaviour::{Area, Behaviour};
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::aem_tier::AemTier;
use crate::state::State;

/// A tier of an environment of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) tier: AemTier,
    pub(crate) environment: AemEnvironment,
}

/// Returns the site of a request. Loopback addresses, `localhost` and the hosts that the start named
/// are the emulator's environment. Returns `None` for all other hosts.
pub(crate) fn site<B>(state: &State, http: &Request<B>) -> Option<Site> {
    let default = || Site {
        tier: state.aem_settings().default_tier,
        environment: state.config.environment,
    };
    let Some(host) = requested_host(http) else {
        return Some(default());
    };
    match AemEnvironment::from_host(host) {
        Some((tier, environment)) => Some(Site { tier, environment }),
        None => state.config.control_hosts.contain(host).then(default),
    }
}

/// Returns whether the host name of a request is one of AEM's.
pub(crate) fn has_aem_host<B>(http: &Request<B>) -> bool {
    requested_host(http).is_some_and(|host| AemEnvironment::from_host(host).is_some())
}

/// Returns the host of a request, with its port. A host that is no text is empty.
pub(crate) fn requested_host<B>(http: &Request<B>) -> Option<&str> {
    let header = http.headers().get(HOST);
    let target = http.uri().authority().map(Authority::as_str);
    target.or_else(|| header.map(|value| value.to_str().unwrap_or_default()))
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.documented(
        "aem-hosts",
        "The host name says the tier and the environment: `author-`, `publish-` or `preview-pPROGRAM-eENVIRONMENT.adobeaemcloud.com`. Preview behaves as publish, which is inferred.",
        "Adobe, AEM as a Cloud Service: service credentials tutorial",
    ),
    Area::Aem.documented(
        "aem-token-of-environment",
        "A token is valid in the environment that its client id names; another one gets 401, which is inferred.",
        "Adobe, AEM as a Cloud Service: local development token; for the form of the ids inferred",
    ),
    Area::Aem.documented(
        "aem-unknown-host",
        "Another host name gets 404. Loopback and the hosts that the start named are the emulator's environment, on the tier of the setting `default_tier`.",
        "Adobe, AEM Forms as a Cloud Service: on-demand processing",
    ),
];
