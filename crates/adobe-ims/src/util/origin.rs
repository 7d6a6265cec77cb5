//! The origin of a URL: scheme, host and port.

use core::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

/// The scheme, the host and the port of an absolute URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) is_encrypted: bool,
    /// A name, an IPv4 address or an IPv6 address in brackets, in upper or lower case.
    pub(crate) host: &'a str,
    pub(crate) port: u16,
}

/// The flaw of a URL that has no usable origin. `Display` is the predicate of a sentence about the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginError {
    NoHost,
    UnknownScheme,
    UserName,
    InvalidPort,
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "names no host",
            Self::UnknownScheme => "is neither https nor http",
            Self::UserName => "holds a user name, which does not belong there",
            Self::InvalidPort => "has no valid port",
        })
    }
}

impl<'a> Origin<'a> {
    /// Returns the origin of a URL. A login is refused: the part before the `@` makes
    /// one host look like another.
    pub(crate) fn of(uri: &'a Uri) -> Result<Self, OriginError> {
        let authority = uri.authority().ok_or(OriginError::NoHost)?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(OriginError::UnknownScheme),
        };
        if authority.as_str().contains('@') {
            return Err(OriginError::UserName);
        }
        let host = authority.host();
        if !is_host(host) {
            return Err(OriginError::NoHost);
        }
        let port = match authority.port_u16() {
            Some(port) => port,
            None if authority.as_str().len() > host.len() => return Err(OriginError::InvalidPort),
            None => default_port(is_encrypted),
        };
        Ok(Self {
            is_encrypted,
            host,
            port,
        })
    }

    /// Returns true if a request could be read on its way: it is not encrypted and leaves this machine. The name
    /// `localhost` is not resolved.
    pub(crate) fn is_cleartext(&self) -> bool {
        !self.is_encrypted && !is_loopback(self.host)
    }

    /// Returns the URL in lower case, without a default port.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        let host = self.host.to_ascii_lowercase();
        if self.port == default_port(self.is_encrypted) {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{}", self.port)
        }
    }
}

fn default_port(is_encrypted: bool) -> u16 {
    if is_encrypted { 443 } else { 80 }
}

/// Returns true for a DNS name or an address. A name that ends in a number is refused, because resolvers take `127.1` and
/// `2130706433` for addresses.
pub(crate) fn is_host(host: &str) -> bool {
    if host.starts_with('[') {
        return ipv6(host).is_some();
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    let ends_in_a_number = match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
    };
    if ends_in_a_number {
        host.parse::<Ipv4Addr>().is_ok()
    } else {
        host.len() <= 253 && host.split('.').all(is_label)
    }
}

/// Returns true if both are the same host. IPv6 addresses are compared as addresses.
pub(crate) fn is_same_host(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || ipv6(one).is_some_and(|one| Some(one) == ipv6(other))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    let address = host.strip_prefix('[')?.strip_suffix(']')?;
    address.parse().ok()
}

/// Returns true for a loopback address and for `localhost`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Returns an address for a message: quoted, limited in length, without the part before an `@`, without a query and
/// without parts that may be secrets.
pub(crate) fn display(text: &str) -> String {
    let without_login = text.rsplit('@').next().unwrap_or_default();
    let without_login = without_login.split(['?', '#']).next().unwrap_or_default();
    let shown: String = without_login
        .split_inclusive(['/', '.', ':', '[', ']'])
        .map(|part| if may_be_secret(part) { "…" } else { part })
        .collect();
    let cut: String = shown.chars().take(80).collect();
    format!("{cut:?}")
}

/// Returns true for a long part with capital letters. Names of hosts have none; tokens, keys and client secrets do.
fn may_be_secret(part: &str) -> bool {
    part.chars().count() >= 12 && part.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_in_an_address_is_not_shown() {
        for (address, shown) in [
            (
                "https://author-p1-e2.adobeaemcloud.com/",
                "https://author-p1-e2.adobeaemcloud.com/",
            ),
            ("https://Author.example:8443", "https://Author.example:8443"),
            (
                "https://author-eyJpZCI6IjE4MDAwMDAw.example",
                "https://…example",
            ),
            ("eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjE4.c2lnbmF0dXJl", "………"),
            ("p8e-SECRET-K7qLw9ZtR2vXb4Nm", "…"),
            ("https://user:SECRET@host.example/?q", "host.example/"),
        ] {
            assert_eq!(display(address), format!("{shown:?}"));
        }
    }

    #[test]
    fn name_that_resolvers_take_for_an_address_is_refused() {
        for host in [
            "127.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "1.2.3.4.5",
            "host.0x7f",
        ] {
            assert!(!is_host(host), "{host}");
        }
        for host in [
            "127.0.0.1",
            "[::1]",
            "4you.example",
            "a.4you",
            "1a2b3c4d5e6f",
            "xn--bcher-kva.example",
        ] {
            assert!(is_host(host), "{host}");
        }
    }

    #[test]
    fn ipv6_addresses_are_compared_as_addresses() {
        assert!(is_same_host("[::1]", "[0:0:0:0:0:0:0:1]"));
        assert!(is_same_host("[2001:DB8::a]", "[2001:db8:0::A]"));
        assert!(!is_same_host("[::1]", "[::2]"));
        assert!(!is_same_host("one.example", "two.example"));
    }
}
