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
                .no(self.no_proxy.unwrap_or_default())
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

/// The address with its scheme, or why it is none; without the login in either case.
fn usable(url: &str) -> Result<String, String> {
    let shown = url.rsplit('@').next().unwrap_or_default();
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
    if !scheme.eq_ignore_ascii_case("http") {
        return Err(format!(
            "the proxy {shown:?} is not an http:// proxy; others are not supported"
        ));
    }
    let with_scheme = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let has_host = with_scheme
        .parse::<Uri>()
        .is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    if has_host {
        Ok(with_scheme)
    } else {
        Err(format!("the proxy {shown:?} is not an address"))
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
