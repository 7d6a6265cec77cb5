//! The choice of a proxy for a host.

use core::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::no_proxy::Exceptions;
use crate::error::{Error, Problem, Result};

/// The proxy for HTTPS requests, and the hosts that need none. This machine never needs one: `localhost` and the
/// addresses of the loopback are reached directly.
///
/// ```
/// use adobe_ims::transport::ProxySettings;
///
/// let settings = ProxySettings::none()
///     .proxy("http://proxy.example:3128")
///     .except("localhost, .intranet.example");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    https: Option<String>,
    no_proxy: Option<String>,
}

impl ProxySettings {
    /// Creates settings without a proxy.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, as curl does: a name in lower case goes before the one
    /// in upper case, and an empty value counts as none. `variable` looks up one variable.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |names: &[&'static str]| Some(first_set(names, &variable)?.value);
        Self {
            https: value(&PROXY_VARIABLES),
            no_proxy: value(&NO_PROXY_VARIABLES),
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

    /// Uses no proxy for these hosts, separated by commas or blanks, as curl reads `NO_PROXY`:
    ///
    /// - names, with their subdomains (`example.com`, `.example.com`),
    /// - addresses and networks (`10.1.2.3`, `10.0.0.0/8`, `fd00::/8`),
    /// - `*` for all hosts.
    ///
    /// curl ignores `*.example.com`, `host:port` and addresses in brackets; here they mean what they say.
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.no_proxy = Some(hosts.into());
        self
    }

    /// Refuses the address of a proxy that a request to this URL needs, and that cannot be used.
    pub(crate) fn check(&self, url: &Uri) -> Result<()> {
        let proxies = self.clone().into_proxies();
        match proxies.and_then(|proxies| proxies.proxy_for(url)) {
            Some(Err(error)) => Err(Error::new(Problem::ProxyInvalid, error.to_string())),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// Parses the settings. Returns `None` when there is no proxy.
    pub(super) fn into_proxies(self) -> Option<Proxies> {
        let url = parse_proxy_url(self.https?.trim());
        let placeholder = "http://proxy.invalid".to_owned();
        Some(Proxies {
            matcher: Matcher::builder()
                .https(url.as_ref().unwrap_or(&placeholder).clone())
                .build(),
            exceptions: Exceptions::parse(&self.no_proxy.unwrap_or_default()),
            error: url.err(),
        })
    }
}

/// The variables that name the proxy. The first that is set counts.
pub(super) const PROXY_VARIABLES: [&str; 4] =
    ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The variables that name the hosts without a proxy. The first that is set counts.
pub(super) const NO_PROXY_VARIABLES: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// A variable that is set.
pub(super) struct SetVariable {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// Returns the first of the variables that is set. An empty value counts as none.
pub(super) fn first_set(
    names: &[&'static str],
    variable: impl Fn(&str) -> Option<String>,
) -> Option<SetVariable> {
    names.iter().find_map(|name| {
        let value = variable(name).filter(|value| !value.trim().is_empty())?;
        Some(SetVariable { name, value })
    })
}

/// The proxies of a transport.
pub(super) struct Proxies {
    matcher: Matcher,
    exceptions: Exceptions,
    /// Reported for a host that needs the proxy. Other hosts are reached without it.
    error: Option<ProxyError>,
}

impl Proxies {
    /// Returns the proxy for a host, or `None` when the host is reached without one.
    pub(super) fn proxy_for(&self, target: &Uri) -> Option<Result<Intercept, ProxyError>> {
        if self.exceptions.exception_for(target).is_some() {
            return None;
        }
        let proxy = self.matcher.intercept(target)?;
        Some(match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(proxy),
        })
    }
}

/// The URL of a proxy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProxyError {
    /// The URL has another scheme than `http`. Holds the URL without its login.
    Scheme(String),
    /// The text is not an address. The error does not repeat it, because it may hold a login.
    NotAnAddress,
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(url) => {
                write!(f, "the proxy {url:?} is not an http:// proxy; others are not supported")
            }
            Self::NotAnAddress => f.write_str(
                "the proxy is not an address; in user and password the characters @ : / ? # % \\ must be percent-encoded",
            ),
        }
    }
}

impl std::error::Error for ProxyError {}

/// Returns the URL with its scheme.
fn parse_proxy_url(url: &str) -> Result<String, ProxyError> {
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
    if !scheme.eq_ignore_ascii_case("http") {
        let without_login = url.rsplit('@').next().unwrap_or_default();
        return Err(ProxyError::Scheme(without_login.to_owned()));
    }
    let with_scheme = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    if is_address(&with_scheme) {
        Ok(with_scheme)
    } else {
        Err(ProxyError::NotAnAddress)
    }
}

fn is_address(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let Some(authority) = uri.authority() else {
        return false;
    };
    let after_login = authority.as_str().rsplit('@').next().unwrap_or_default();
    let is_port_valid =
        after_login.len() == authority.host().len() || authority.port_u16().is_some();
    // A login with an unencoded / ? or # would end the authority early and leave a path, query or fragment.
    let ends_with_authority =
        matches!(uri.path(), "" | "/") && uri.query().is_none() && !url.contains('#');
    !authority.host().is_empty() && is_port_valid && ends_with_authority
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
    fn variable_in_lower_case_goes_first() {
        let environment = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://upper:1".to_owned()),
            "https_proxy" => Some("http://lower:2".to_owned()),
            "no_proxy" => Some(" ".to_owned()),
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
    fn invalid_proxy_is_reported_without_its_login_for_hosts_that_need_it() {
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
            let proxies = settings.clone().into_proxies().unwrap();
            let exempt = "https://exempt.example/".parse().unwrap();
            assert!(proxies.proxy_for(&exempt).is_none(), "{url}");
            let of_host = |host: &str| settings.check(&host.parse().unwrap());
            assert!(of_host("https://exempt.example/").is_ok(), "{url}");
            let problem = of_host("https://ims.example/").unwrap_err().problem();
            assert_eq!(problem, Problem::ProxyInvalid, "{url}");
            let target = "https://ims.example/".parse().unwrap();
            let error = proxies.proxy_for(&target).unwrap().unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with("the proxy "), "{message}");
            assert!(
                !format!("{message} {error:?}").contains("SECRET"),
                "{message}"
            );
        }
    }
}
