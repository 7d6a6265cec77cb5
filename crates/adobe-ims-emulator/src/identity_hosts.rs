//! The base URLs that count as this IMS.

use std::collections::BTreeSet;

/// The identity hosts of this environment, as base URLs.
///
/// An assertion names its environment in `aud` (`BASE/c/CLIENT`) and in its metascopes
/// (`BASE/s/NAME`), and clients take BASE from the URL that they call, scheme and port included.
#[derive(Debug)]
pub(crate) struct IdentityHosts(BTreeSet<String>);

impl IdentityHosts {
    pub(crate) fn new<S: AsRef<str>>(bases: impl IntoIterator<Item = S>) -> Self {
        Self(
            bases
                .into_iter()
                .map(|base| normalise(base.as_ref()))
                .collect(),
        )
    }

    /// The client id in an audience, if the audience is one of this environment.
    pub(crate) fn client_in<'a>(&self, audience: &'a str) -> Option<&'a str> {
        self.name_in(audience, "/c/")
    }

    /// The metascope that a claim's name stands for, if it is one of this environment.
    pub(crate) fn metascope_in<'a>(&self, claim: &'a str) -> Option<&'a str> {
        self.name_in(claim, "/s/")
    }

    fn name_in<'a>(&self, url: &'a str, separator: &str) -> Option<&'a str> {
        let host = url.find("://")? + 3;
        let at = host + url[host..].find(separator)?;
        let name = &url[at + separator.len()..];
        self.0.contains(&normalise(&url[..at])).then_some(name)
    }
}

/// The host of a base URL, without port and brackets.
pub(crate) fn host_of(base: &str) -> String {
    let base = normalise(base);
    let authority = base.split_once("://").map_or(&*base, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or(authority);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => authority.split(':').next(),
    };
    host.unwrap_or(authority).to_owned()
}

/// Lower-case scheme and host, no default port, no trailing slash; `https` where no scheme is
/// given.
fn normalise(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.trim_end_matches('/');
    let (authority, path) = rest
        .find('/')
        .map_or((rest, ""), |slash| rest.split_at(slash));
    let authority = authority.to_ascii_lowercase();
    let default_port = if scheme == "http" { ":80" } else { ":443" };
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{authority}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_compared_as_urls_not_as_text() {
        let hosts = IdentityHosts::new([
            "https://ims-na1.adobelogin.com/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "ims.example.test",
            "http://localhost:8080/prefix/",
        ]);
        for audience in [
            "https://ims-na1.adobelogin.com/c/X",
            "https://ims-na1.adobelogin.com:443/c/X",
            "https://ims-na1.adobelogin.com//c/X",
            "HTTPS://IMS-NA1.adobelogin.com/c/X",
            "http://127.0.0.1:8080/c/X",
            "http://[::1]:8080/c/X",
            "https://ims.example.test/c/X",
            "http://localhost:8080/prefix/c/X",
        ] {
            assert_eq!(hosts.client_in(audience), Some("X"), "{audience}");
        }
        for audience in [
            "https://ims-na1-stg1.adobelogin.com/c/X",
            "http://ims-na1.adobelogin.com/c/X",
            "https://127.0.0.1:8080/c/X",
            "http://127.0.0.1:80801/c/X",
            "http://localhost:8080/c/X",
            "https://ims-na1.adobelogin.com/s/X",
            "ims-na1.adobelogin.com/c/X",
            "https://ims-na1.adobelogin.com",
            "://",
            "",
        ] {
            assert_eq!(hosts.client_in(audience), None, "{audience}");
        }
        assert_eq!(
            hosts.metascope_in("https://ims-na1.adobelogin.com/s/a/s/b"),
            Some("a/s/b")
        );
    }

    #[test]
    fn the_host_of_a_base_url() {
        for (base, host) in [
            ("https://a.example:8443/x", "a.example"),
            ("a.example", "a.example"),
            ("http://[::1]:80", "::1"),
            ("", ""),
        ] {
            assert_eq!(host_of(base), host);
        }
    }
}
