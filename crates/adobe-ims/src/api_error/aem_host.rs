//! Host names that are nearly those of AEM as a Cloud Service.

use super::aem_id::{AemEnvironment, Tier};
use crate::util::distance::distance;

/// The domain of the hosts (documented).
const DOMAIN: &str = "adobeaemcloud.com";

/// The ending that one page of Adobe's has by mistake. It has a cause of its own.
const OTHER_ENDING: &str = "adobeaemcloud.net";

/// A typing error changes, adds or leaves out this many letters at most.
const TYPING_ERROR: usize = 2;

/// A host that cannot be right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HostFlaw {
    pub(super) seen: String,
    /// The host that was probably meant.
    pub(super) corrected: Option<String>,
}

/// Returns why a host cannot be one of AEM as a Cloud Service although it was meant to be one. `host` is in lower case.
/// Hosts of other services under the same domain have other names, and nothing is said of them.
pub(super) fn flaw(host: &str) -> Option<HostFlaw> {
    let (name, domain) = split_domain(host)?;
    if domain == DOMAIN || domain == OTHER_ENDING {
        return name_flaw(name);
    }
    (distance(domain, DOMAIN) <= TYPING_ERROR).then(|| HostFlaw {
        seen: format!("the host ends in {domain}"),
        corrected: Some(format!("{name}.{DOMAIN}")),
    })
}

/// Splits the host before its last two parts.
fn split_domain(host: &str) -> Option<(&str, &str)> {
    let (at, _) = host.rmatch_indices('.').nth(1)?;
    Some((&host[..at], &host[at + 1..]))
}

fn name_flaw(name: &str) -> Option<HostFlaw> {
    if AemEnvironment::from_label(name).is_some() {
        return None;
    }
    if AemEnvironment::from_start(name).is_some() {
        return Some(HostFlaw {
            seen: format!("{name} names no tier (author, publish or preview)"),
            corrected: None,
        });
    }
    let tiers = [Tier::Author, Tier::Publish, Tier::Preview].map(Tier::as_str);
    if tiers.iter().any(|tier| name.starts_with(tier)) {
        return Some(HostFlaw {
            seen: format!("{name} does not have the form TIER-pPROGRAM-eENVIRONMENT"),
            corrected: None,
        });
    }
    let (tier, ids) = name.split_once('-')?;
    AemEnvironment::from_start(ids)?;
    let near = |known: &&&str| distance(tier, known) <= TYPING_ERROR;
    let meant = tiers.iter().find(near)?;
    Some(HostFlaw {
        seen: format!("there is no tier {tier}"),
        corrected: Some(format!("{meant}-{ids}.{DOMAIN}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_that_was_meant_to_be_one_of_aem_is_recognised() {
        for (host, corrected) in [
            (
                "author-p1-e2.adobeaemcloud.co",
                Some("author-p1-e2.adobeaemcloud.com"),
            ),
            (
                "author-p1-e2.adobeamcloud.com",
                Some("author-p1-e2.adobeaemcloud.com"),
            ),
            (
                "author-p1-e2.adobeaemcloud.con",
                Some("author-p1-e2.adobeaemcloud.com"),
            ),
            (
                "auhtor-p1-e2.adobeaemcloud.com",
                Some("author-p1-e2.adobeaemcloud.com"),
            ),
            (
                "publis-p1-e2.adobeaemcloud.com",
                Some("publish-p1-e2.adobeaemcloud.com"),
            ),
            ("p1-e2.adobeaemcloud.com", None),
            ("author.adobeaemcloud.com", None),
            ("author-p1.adobeaemcloud.com", None),
            ("author-1-2.adobeaemcloud.com", None),
            ("author-p1e2.adobeaemcloud.com", None),
            ("author-pxxxx-eyyyy.adobeaemcloud.com", None),
            ("author.p1-e2.adobeaemcloud.com", None),
            ("publish_p1-e2.adobeaemcloud.com", None),
            ("author-p1.adobeaemcloud.net", None),
        ] {
            let found = flaw(host).unwrap_or_else(|| panic!("{host}"));
            assert_eq!(found.corrected.as_deref(), corrected, "{host}");
        }
    }

    #[test]
    fn hosts_of_aem_and_of_others_are_left_alone() {
        for host in [
            "",
            "localhost",
            "127.0.0.1",
            "adobeaemcloud.com",
            "author-p1-e2.adobeaemcloud.com",
            "author-p1-e2.adobeaemcloud.net",
            "publish-p1-e2.adobeaemcloud.com",
            "preview-p1-e2.adobeaemcloud.com",
            "author-p1-e2-cmstg.adobeaemcloud.com",
            "delivery-p1-e2.adobeaemcloud.com",
            "cm-p1-e2.adobeaemcloud.com",
            "dev-console-ns-team-aem-cm.adobeaemcloud.com",
            "author.example.com",
            "platform.adobe.io",
            "www.adobe.com",
        ] {
            assert_eq!(flaw(host), None, "{host}");
        }
    }
}
