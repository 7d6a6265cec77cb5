//! The hosts that are reached without a proxy, as curl reads `NO_PROXY`.

use std::net::IpAddr;

use http::Uri;

use crate::util::origin::is_loopback;

const HTTPS_PORT: u16 = 443;

/// A list of hosts that are reached without a proxy.
///
/// It is read as curl 8 reads it (documented by curl):
///
/// - Entries are separated by commas. Blanks separate, too, as they did before curl 8.9.
/// - A name stands for the host and its subdomains, with and without a dot before it. Neither case nor a dot at the
///   end counts.
/// - An address stands for itself, with a number of bits (`10.0.0.0/8`) for its network.
/// - `*` stands for all hosts.
///
/// Entries that curl never matches have the meaning that they have elsewhere: `*.example.com` is `.example.com`,
/// `host:port` is one port of the host, and an address may be in brackets. `*` may stand beside other entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Exceptions(Vec<Exception>);

/// The reason why a host is reached without a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExceptionFor<'a> {
    /// The loopback of a proxy is another machine.
    ThisMachine,
    /// An entry of the list names it.
    Entry(&'a str),
}

#[derive(Debug, PartialEq, Eq)]
struct Exception {
    /// The entry, as it is written in the list.
    text: String,
    hosts: Hosts,
    /// Each port, if there is none.
    port: Option<u16>,
}

#[derive(Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// In lower case, without dots at its ends.
    Domain(String),
    Network {
        address: IpAddr,
        bits: u32,
    },
}

impl Exceptions {
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split(|c: char| c == ',' || c.is_ascii_whitespace());
        Self(entries.filter_map(Exception::parse).collect())
    }

    /// Returns the reason why the host of a URL is reached without a proxy. This machine always is.
    pub(super) fn exception_for(&self, target: &Uri) -> Option<ExceptionFor<'_>> {
        let host = target.host().unwrap_or_default();
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let port = target.port_u16().unwrap_or(HTTPS_PORT);
        if is_this_machine(&host) {
            return Some(ExceptionFor::ThisMachine);
        }
        let entry = self.0.iter().find(|entry| entry.matches(&host, port))?;
        Some(ExceptionFor::Entry(&entry.text))
    }
}

impl Exception {
    /// Reads an entry. Returns `None` for an entry that stands for no host.
    fn parse(entry: &str) -> Option<Self> {
        let text = entry.to_owned();
        if let Some(hosts) = network(entry) {
            let port = None;
            return Some(Self { text, hosts, port });
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        let hosts = network(host).or_else(|| domain(host))?;
        Some(Self { text, hosts, port })
    }

    /// `host` is in lower case.
    fn matches(&self, host: &str, port: u16) -> bool {
        let is_host = match &self.hosts {
            Hosts::All => true,
            Hosts::Domain(domain) => is_within(host, domain) && address(host).is_none(),
            Hosts::Network { address: net, bits } => {
                address(host).is_some_and(|address| is_in_network(address, *net, *bits))
            }
        };
        is_host && self.port.is_none_or(|own| own == port)
    }
}

fn network(entry: &str) -> Option<Hosts> {
    let (address_part, bits) = match entry.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (entry, None),
    };
    let address = address(address_part)?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(all);
    (bits <= all).then_some(Hosts::Network { address, bits })
}

fn domain(entry: &str) -> Option<Hosts> {
    if entry == "*" {
        return Some(Hosts::All);
    }
    let name = entry.strip_prefix('*').unwrap_or(entry);
    let name = name.trim_matches('.').to_ascii_lowercase();
    let is_name = !name.is_empty() && !name.contains(['*', '/', ':', '[', ']']);
    is_name.then_some(Hosts::Domain(name))
}

/// Reads an address, also one in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let in_brackets = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match in_brackets {
        Some(address) => address.parse().ok().filter(IpAddr::is_ipv6),
        None => text.parse().ok(),
    }
}

fn is_in_network(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let differing = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            u128::from(address.to_bits() ^ network.to_bits()) << 96
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => address.to_bits() ^ network.to_bits(),
        _ => return false,
    };
    differing.leading_zeros() >= bits
}

fn is_within(host: &str, domain: &str) -> bool {
    let before = host.strip_suffix(domain);
    before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Tells whether a host is this machine by its name or address: names below `localhost` as well (RFC 6761 §6.3).
fn is_this_machine(host: &str) -> bool {
    is_loopback(host) || is_within(host, "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(list: &str, url: &str) -> bool {
        let list = Exceptions::parse(list);
        list.exception_for(&url.parse().unwrap()).is_some()
    }

    #[test]
    fn each_notation_of_an_exception_is_read() {
        for list in [
            "ims.example",
            "IMS.EXAMPLE",
            ".example",
            ".ims.example",
            "*.example",
            "example",
            "example.",
            "*",
            "other,*",
            "ims.example.",
            "ims.example:443",
            "example:443",
            "other ims.example",
            "other, ims.example",
            ",,\tother\n,ims.example,",
        ] {
            for url in [
                "https://ims.example/",
                "https://IMS.Example./x",
                "https://ims.example:443/",
            ] {
                assert!(contains(list, url), "{list} {url}");
            }
        }
        for list in [
            "ims.example.org,x",
            "s.example",
            "ims",
            "ims.example:8443",
            "ims.example:",
            "ims.example:x",
            "ims.example:99999",
            "*ims.example*",
            "*.ims*",
            "**",
            ".",
            "https://ims.example",
            "ims.example/",
            "",
        ] {
            assert!(!contains(list, "https://ims.example/"), "{list}");
        }
        assert!(contains("ims.example:8443", "https://ims.example:8443/"));
        assert!(!contains("ims.example:443", "https://ims.example:8443/"));
    }

    #[test]
    fn addresses_are_compared_by_their_bits() {
        for (list, host, expected) in [
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("10.1.2.3:443", "10.1.2.3", true),
            ("10.1.2.3:80", "10.1.2.3", false),
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3/9", "10.127.0.1", true),
            ("10.1.2.3/9", "10.128.0.1", false),
            ("0.0.0.0/0", "10.1.2.3", true),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("10.1.2.3/33", "10.1.2.3", false),
            ("10.1.2.3/x", "10.1.2.3", false),
            ("10.1.2.3/", "10.1.2.3", false),
            ("10.", "10.1.2.3", false),
            (".2.3", "10.1.2.3", false),
            ("2.3", "10.1.2.3", false),
            ("::/0", "10.1.2.3", false),
            ("10.0.0.0/8", "10.example", false),
            ("fd00::1", "[fd00::1]", true),
            ("[fd00::1]", "[fd00::1]", true),
            ("[FD00:0::1]:443", "[fd00::1]", true),
            ("[fd00::1]:80", "[fd00::1]", false),
            ("fd00::/16", "[fd00:1::1]", true),
            ("fd00::/16", "[fd01::1]", false),
            ("[fd00::]/16", "[fd00:1::1]", true),
            ("fd00::/129", "[fd00::]", false),
            ("[10.1.2.3]", "10.1.2.3", false),
        ] {
            let url = format!("https://{host}/");
            assert_eq!(contains(list, &url), expected, "{list} {host}");
        }
    }

    #[test]
    fn this_machine_needs_no_exception() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "ims.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
        ] {
            assert!(contains("", &format!("https://{host}:8443/")), "{host}");
        }
        for host in ["localhost.example", "notlocalhost", "10.0.0.1", "[::2]"] {
            assert!(!contains("", &format!("https://{host}/")), "{host}");
        }
    }
}
