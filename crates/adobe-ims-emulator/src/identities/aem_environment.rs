//! The environments of AEM as a Cloud Service.

use crate::identities::aem_tier::AemTier;
use serde::{Deserialize, Serialize};

/// An environment of AEM: program number and environment number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct AemEnvironment {
    pub(crate) program: u32,
    pub(crate) environment: u32,
}

impl AemEnvironment {
    /// Reads the environment in a client id such as `cm-p12345-e67890-integration-0`.
    pub(crate) fn from_client_id(id: &str) -> Option<Self> {
        Self::parse(id.strip_prefix("cm-")?)
    }

    /// Reads tier and environment in a host such as `author-p12345-e67890.adobeaemcloud.com`, with
    /// or without a port.
    pub(crate) fn from_host(host: &str) -> Option<(AemTier, Self)> {
        let host = host.to_ascii_lowercase();
        let name = host.split(':').next()?.strip_suffix(".adobeaemcloud.com")?;
        let (tier, environment) = name.split_once('-')?;
        Some((AemTier::from_name(tier)?, Self::parse(environment)?))
    }

    /// Returns the client id of an account, by the number of accounts before it.
    pub(crate) fn client_id(self, number: usize) -> String {
        let Self {
            program,
            environment,
        } = self;
        format!("cm-p{program}-e{environment}-integration-{number}")
    }

    /// Returns the host names of the tiers.
    pub(crate) fn hosts(self) -> [String; 3] {
        let Self {
            program,
            environment,
        } = self;
        AemTier::ALL.map(|tier| format!("{tier}-p{program}-e{environment}.adobeaemcloud.com"))
    }

    /// Reads `p<program>-e<environment>`, alone or followed by `-…`.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('-');
        let program = words.next()?.strip_prefix('p')?.parse().ok()?;
        let environment = words.next()?.strip_prefix('e')?.parse().ok()?;
        Some(Self {
            program,
            environment,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_is_read_from_client_id_and_host() {
        let expected = AemEnvironment {
            program: 1,
            environment: 2,
        };
        for id in [
            "cm-p1-e2-integration-0",
            "cm-p1-e2-cmstg-integration-0",
            "cm-p1-e2",
        ] {
            assert_eq!(AemEnvironment::from_client_id(id), Some(expected), "{id}");
        }
        for (host, tier) in [
            ("author-p1-e2.adobeaemcloud.com", AemTier::Author),
            ("Publish-P1-E2.AdobeAemCloud.com:443", AemTier::Publish),
            ("preview-p1-e2.adobeaemcloud.com", AemTier::Preview),
        ] {
            let found = AemEnvironment::from_host(host);
            assert_eq!(found, Some((tier, expected)), "{host}");
        }
        for id in ["client!+ID", "cm-p1", "cm-px-e2", "p1-e2", ""] {
            assert_eq!(AemEnvironment::from_client_id(id), None, "{id}");
        }
        for host in [
            "127.0.0.1:80",
            "delivery-p1-e2.adobeaemcloud.com",
            "author-p1-e2.adobeaemcloud.net",
            "author-p1.adobeaemcloud.com",
            "author.adobeaemcloud.com",
            "author-p1-e2.adobeaemcloud.com.example.com",
        ] {
            assert_eq!(AemEnvironment::from_host(host), None, "{host}");
        }
        assert_eq!(expected.hosts()[0], "author-p1-e2.adobeaemcloud.com");
    }
}
