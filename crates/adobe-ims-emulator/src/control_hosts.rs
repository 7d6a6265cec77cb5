//! The hosts under which the remote control can be called.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::uri::Authority;

use crate::adobe_hosts::is_of_adobe;

/// The hosts under which the remote control can be called: the loopback addresses, `localhost`, and
/// the hosts that the start named.
///
/// A page of any other name may have bound that name to this machine (DNS rebinding). Names of
/// Adobe count as other names, because pages of Adobe are not pages of the emulator.
#[derive(Debug)]
pub(crate) struct ControlHosts(BTreeSet<String>);

impl ControlHosts {
    /// Takes the hosts that the start named, without ports.
    pub(crate) fn new(named: impl IntoIterator<Item = String>) -> Self {
        let named = named.into_iter().map(|host| host.to_ascii_lowercase());
        Self(named.filter(|host| !is_reserved(host)).collect())
    }

    /// Returns whether the host of HOST or HOST:PORT is one of these. Tunnels change ports, so any
    /// port will do.
    pub(crate) fn contain(&self, authority: &str) -> bool {
        let Ok(parsed) = authority.parse::<Authority>() else {
            return false;
        };
        let host = parsed.host().to_ascii_lowercase();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        !authority.contains('@')
            && (host == "localhost" || is_loopback(address) || self.0.contains(address))
    }
}

/// Returns whether the start may name a host: a host name or an IP address, without a port, and not
/// a name of Adobe.
pub(crate) fn can_be_named(host: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_name = host.bytes().all(is_allowed) && host.bytes().any(|byte| byte != b'.');
    (is_name || host.parse::<Ipv6Addr>().is_ok()) && !is_reserved(&host.to_ascii_lowercase())
}

/// Returns whether pages of Adobe can be under a host name.
fn is_reserved(host: &str) -> bool {
    is_of_adobe(host) || host.ends_with(".adobe.com")
}

fn is_loopback(host: &str) -> bool {
    let v4 = host.parse::<Ipv4Addr>();
    let v6 = host.parse::<Ipv6Addr>();
    v4.is_ok_and(|address| address.is_loopback()) || v6.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_named_hosts_are_known() {
        let hosts = ControlHosts::new(
            [
                "IMS.example.test",
                "2001:db8::1",
                "ims-na1-stg1.adobelogin.com",
            ]
            .map(str::to_owned),
        );
        for known in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "127.1.2.3:1",
            "[::1]:8080",
            "[::1]",
            "localhost",
            "LocalHost:443",
            "ims.example.test",
            "ims.EXAMPLE.test:8443",
            "[2001:db8::1]:8080",
        ] {
            assert!(hosts.contain(known), "{known}");
        }
        for foreign in [
            "",
            "rebound.example",
            "rebound.example:8080",
            "0.0.0.0:8080",
            "[::]:8080",
            "192.168.0.7:8080",
            "127.0.0.1.rebound.example",
            "localhost.rebound.example",
            "rebound-localhost",
            "ims.example.test.rebound.example",
            "127.0.0.1@rebound.example",
            "rebound.example@127.0.0.1",
            "rebound.example/127.0.0.1",
            "ims-na1.adobelogin.com",
            "ims-na1-stg1.adobelogin.com",
            "a b",
        ] {
            assert!(!hosts.contain(foreign), "{foreign}");
        }
    }

    #[test]
    fn names_and_addresses_can_be_named() {
        for name in ["adobe", "my_ims-1.test", "192.168.0.7", "2001:db8::1", "::"] {
            assert!(can_be_named(name), "{name}");
        }
        for other in [
            "",
            ".",
            "*",
            "*.example",
            "adobe:8080",
            "[::1]",
            "http://adobe",
            "a b",
            "a@b",
            "ims-na1.adobelogin.com",
            "author-p1-e2.ADOBEAEMCLOUD.com",
            "server.adobe.io",
            "experience.adobe.com",
        ] {
            assert!(!can_be_named(other), "{other}");
        }
    }
}
