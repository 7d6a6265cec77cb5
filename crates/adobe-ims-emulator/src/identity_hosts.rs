//! The base URLs that identify this IMS in assertions.

use std::collections::BTreeSet;

/// The identity hosts of this IMS environment, as base URLs.
///
/// An assertion names its environment in `aud` (`BASE/c/CLIENT`) and in its metascopes
/// (`BASE/s/NAME`). Clients take BASE from the URL that they call, with scheme and port.
#[derive(Debug)]
pub(crate) struct IdentityHosts(BTreeSet<String>);

impl IdentityHosts {
    pub(crate) fn new<S: AsRef<str>>(bases: impl IntoIterator<Item = S>) -> Self {
        Self(
            bases
                .into_iter()
                .map(|base| normalize(base.as_ref()))
                .collect(),
        )
    }

    /// Returns the client id in an audience of this environment.
    pub(crate) fn client_in_audience<'a>(&self, audience: &'a str) -> Option<&'a str> {
        self.name_after(audience, "/c/")
    }

    /// Returns the metascope in the name of a claim of this environment.
    pub(crate) fn metascope_in_claim<'a>(&self, claim: &'a str) -> Option<&'a str> {
        self.name_after(claim, "/s/")
    }

    fn name_after<'a>(&self, url: &'a str, separator: &str) -> Option<&'a str> {
        let host = url.find("://")? + 3;
        let end = host + url[host..].find(separator)?;
        let name = &url[end + separator.len()..];
        self.0.contains(&normalize(&url[..end])).then_some(name)
    }
}

/// Returns the host of a base URL, without port and brackets.
pub(crate) fn host_of(base: &str) -> String {
    let base = normalize(base);
    let authority = base.split_once("://").map_or(&*base, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or(authority);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => authority.split(':').next(),
    };
    host.unwrap_or(authority).to_owned()
}

/// Returns a base URL with scheme and host in lower case, without default port and final slashes. A
/// text without scheme gets `https`.
pub(crate) fn normalize(base: &str) -> String {
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
    fn hosts_are_compared_as_normalized_urls() {
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
            assert_eq!(hosts.client_in_audience(audience), Some("X"), "{audience}");
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
            assert_eq!(hosts.client_in_audience(audience), None, "{audience}");
        }
        assert_eq!(
            hosts.metascope_in_claim("https://ims-na1.adobelogin.com/s/a/s/b"),
            Some("a/s/b")
        );
    }

    #[test]
    fn host_of_base_url_has_no_port_and_brackets() {
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
