//! The ids of an AEM environment, in host names and in client ids.

use core::fmt;

/// The program and the environment of AEM as a Cloud Service: `p1-e2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AemEnvironment {
    program: u64,
    environment: u64,
}

/// A tier of an AEM environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    Author,
    Publish,
    Preview,
}

impl Tier {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Publish => "publish",
            Self::Preview => "preview",
        }
    }
}

impl fmt::Display for AemEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}-e{}", self.program, self.environment)
    }
}

impl AemEnvironment {
    /// Reads `cm-p1-e2…`, the client id of a technical account (observed).
    pub(super) fn from_client_id(id: &str) -> Option<Self> {
        Self::from_start(id.strip_prefix("cm-")?)
    }

    /// Reads the tier and the environment of `author-p1-e2…`, the first label of a host.
    pub(super) fn from_label(label: &str) -> Option<(Tier, Self)> {
        let (tier, ids) = label.split_once('-')?;
        let tier = match tier {
            "author" => Tier::Author,
            "publish" => Tier::Publish,
            "preview" => Tier::Preview,
            _ => return None,
        };
        Some((tier, Self::from_start(ids)?))
    }

    /// Reads `p1-e2`, which the end or another `-` follows.
    pub(super) fn from_start(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |letter: char| parts.next()?.strip_prefix(letter)?.parse().ok();
        Some(Self {
            program: number('p')?,
            environment: number('e')?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_client_ids_and_hosts() {
        let client = |id| AemEnvironment::from_client_id(id).map(|it| it.to_string());
        assert_eq!(
            client("cm-p11-e22-integration-1").as_deref(),
            Some("p11-e22")
        );
        assert_eq!(
            client("cm-p1-e2-cmstg-integration-0").as_deref(),
            Some("p1-e2")
        );
        assert_eq!(client("cm-p1-e2").as_deref(), Some("p1-e2"));
        for other in [
            "",
            "cm-",
            "cm-p-e2",
            "cm-p1",
            "cm-p1-e",
            "p1-e2",
            "0123456789abcdef",
            "cm-px-e2",
        ] {
            assert_eq!(client(other), None, "{other}");
        }
        let (tier, environment) = AemEnvironment::from_label("publish-p1-e2-cmstg").unwrap();
        assert_eq!(
            (tier.as_str(), environment.to_string()),
            ("publish", "p1-e2".to_owned())
        );
        assert!(AemEnvironment::from_label("dev-console-ns-team").is_none());
        assert!(AemEnvironment::from_label("author").is_none());
    }
}
