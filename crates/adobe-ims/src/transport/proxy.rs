//! Which proxy to use for which host.

use core::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// Which proxy to use for which host, as the usual environment variables say it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    https: Option<String>,
    no_proxy: Option<String>,
}

impl ProxySettings {
    /// Goes directly to every host.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, also in lower case, which goes first
    /// as it does for curl. `variable` looks one up.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let either = |lower: &str| {
            [lower.to_owned(), lower.to_ascii_uppercase()]
                .iter()
                .find_map(|name| variable(name).filter(|value| !value.trim().is_empty()))
        };
        Self {
            https: either("https_proxy").or_else(|| either("all_proxy")),
            no_proxy: either("no_proxy"),
        }
    }

    /// Reads the variables of [`from_environment`](Self::from_environment) from the environment of the process.
    #[expect(clippy::disallowed_methods, reason = "the real default of a parameter")]
    pub fn system() -> Self {
        Self::from_environment(|name| std::env::var(name).ok())
    }

    /// Uses this proxy, `http://[user:password@]host:port`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.https = Some(url.into());
        self
    }

    /// Goes directly to these hosts: names (with their subdomains), addresses, networks, `*`.
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.no_proxy = Some(hosts.into());
        self
    }

    /// What is to be done with these settings; `None` when there is no proxy.
    pub(super) fn into_proxies(self) -> Option<Proxies> {
        let url = self.https?;
        let usable = usable(url.trim());
        let any = "http://unusable.invalid".to_owned();
        Some(Proxies {
            matcher: Matcher::builder()
                .https(usable.as_ref().unwrap_or(&any).clone())
                .no(exceptions(&self.no_proxy.unwrap_or_default()))
                .build(),
            unusable: usable.err(),
        })
    }
}

/// The proxies of a transport.
pub(super) struct Proxies {
    matcher: Matcher,
    /// Why the proxy cannot be used. That is said when it would be: hosts that are exempt do not
    /// need it.
    unusable: Option<String>,
}

impl Proxies {
    /// The proxy for a host: none, one, or one that cannot be used.
    pub(super) fn of(&self, target: &Uri) -> Option<Result<Intercept, String>> {
        let found = self.matcher.intercept(target)?;
        Some(match &self.unusable {
            Some(why) => Err(why.clone()),
            None => Ok(found),
        })
    }
}

/// The list of exceptions as the matcher reads it. People separate by blanks as well, and write
/// `*.example.com`, `host.`, `host:port` and `[::1]`.
fn exceptions(list: &str) -> String {
    let one = |entry: &str| {
        let entry = entry.trim_end_matches('.');
        let entry = entry
            .strip_prefix('*')
            .filter(|rest| !rest.is_empty())
            .unwrap_or(entry);
        match entry
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            Some((address, _port)) => address.to_owned(),
            None => match entry.split_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                    host.to_owned()
                }
                _ => entry.to_owned(),
            },
        }
    };
    let entries = list
        .split([',', ' ', '\t'])
        .filter(|entry| !entry.is_empty());
    entries.map(one).collect::<Vec<_>>().join(",")
}

/// The address with its scheme, or why it is none. What is no address is not repeated: it may be a
/// login without the rest.
fn usable(url: &str) -> Result<String, String> {
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
    if !scheme.eq_ignore_ascii_case("http") {
        let display = url.rsplit('@').next().unwrap_or_default();
        return Err(format!(
            "the proxy {display:?} is not an http:// proxy; others are not supported"
        ));
    }
    let with_scheme = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let is_address = with_scheme.parse::<Uri>().is_ok_and(|uri| {
        let Some(authority) = uri.authority() else {
            return false;
        };
        let after_login = authority.as_str().rsplit('@').next().unwrap_or_default();
        let port = after_login.len() == authority.host().len() || authority.port_u16().is_some();
        // Anything behind the port would be a login with a character that ends an address.
        let nothing_more = matches!(uri.path(), "" | "/") && uri.query().is_none();
        !authority.host().is_empty() && port && nothing_more && !with_scheme.contains('#')
    });
    if is_address {
        Ok(with_scheme)
    } else {
        Err("the proxy is not an address; in user and password the characters @ : / ? # % \\ must be percent-encoded".to_owned())
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let without_login = self.https.as_deref().and_then(|url| url.rsplit('@').next());
        f.debug_struct("ProxySettings")
            .field("https", &without_login)
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_read_as_people_write_them() {
        for list in [
            "ims.example",
            "IMS.EXAMPLE",
            ".example",
            "*.example",
            "example",
            "*",
            "ims.example.",
            "ims.example:443",
            "other ims.example",
            "other, ims.example",
        ] {
            let settings = ProxySettings::none().proxy("http://proxy:1").except(list);
            let target = "https://ims.example/".parse().unwrap();
            assert!(
                settings.into_proxies().unwrap().of(&target).is_none(),
                "{list}"
            );
        }
        for list in ["::1", "[::1]", "[::1]:443"] {
            let settings = ProxySettings::none().proxy("http://proxy:1").except(list);
            let target = "https://[::1]:8443/".parse().unwrap();
            assert!(
                settings.into_proxies().unwrap().of(&target).is_none(),
                "{list}"
            );
        }
        let settings = ProxySettings::none()
            .proxy("http://proxy:1")
            .except("ims.example.org,x");
        let target = "https://ims.example/".parse().unwrap();
        assert!(settings.into_proxies().unwrap().of(&target).is_some());
    }

    #[test]
    fn the_usual_variables_are_read_lower_case_first() {
        let environment = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://upper:1".to_owned()),
            "https_proxy" => Some("http://lower:2".to_owned()),
            "NO_PROXY" => Some("example.com".to_owned()),
            _ => None,
        };
        let settings = ProxySettings::from_environment(environment);
        assert_eq!(
            settings,
            ProxySettings::none()
                .proxy("http://lower:2")
                .except("example.com")
        );
        let all = ProxySettings::from_environment(|name| {
            (name == "ALL_PROXY").then(|| "http://all:3".to_owned())
        });
        assert_eq!(all, ProxySettings::none().proxy("http://all:3"));
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_without_its_login_and_only_where_it_would_be_used() {
        for url in [
            "socks5://user:SECRET@host:1",
            "https://user:SECRET@host",
            "http://",
            "http://a b",
            "http://host:99999",
            "http://host:31x",
            "http://user:20#SECRET@host:1",
            "http://user:20/SECRET@host:1",
            "http://user:20?SECRET@host:1",
            "http://DOM\\user:SECRET@host:1",
        ] {
            let settings = ProxySettings::none().proxy(url).except("exempt.example");
            assert!(!format!("{settings:?}").contains("SECRET"));
            let proxies = settings.into_proxies().unwrap();
            let exempt = "https://exempt.example/".parse().unwrap();
            assert!(proxies.of(&exempt).is_none(), "{url}");
            let target = "https://ims.example/".parse().unwrap();
            let why = proxies.of(&target).unwrap().unwrap_err();
            assert!(
                why.starts_with("the proxy ") && !why.contains("SECRET"),
                "{why}"
            );
        }
    }
}
