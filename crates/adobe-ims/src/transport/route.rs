//! The way to a host, and the reason for it, for an examination of the network.

use http::Uri;

use super::connector::host_and_port;
use super::no_proxy::{ExceptionFor, Exceptions};
use super::proxy::{
    NO_PROXY_VARIABLES, PROXY_VARIABLES, Proxies, ProxySettings, SetVariable, first_set,
};

/// The way to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Without a proxy: the host is this machine.
    ThisMachine,
    /// Without a proxy: no variable names one.
    NoProxyNamed,
    /// Without a proxy: an entry of a variable excepts the host.
    Excepted {
        /// The variable with the list.
        variable: &'static str,
        /// The entry of the list.
        entry: String,
        /// The variable that names the proxy.
        proxy_variable: &'static str,
    },
    /// Through a proxy.
    Proxy {
        /// The variable that names it.
        variable: &'static str,
        /// Its host and port, without a login.
        address: String,
    },
    /// The host needs a proxy, and the value of the variable is not one.
    InvalidProxy {
        /// The variable that names it.
        variable: &'static str,
        /// The fault. It holds no login.
        flaw: String,
    },
}

impl Route {
    /// Returns the way to this URL with the proxies that [`ProxySettings::from_environment`] reads.
    pub fn choose(target: &Uri, variable: impl Fn(&str) -> Option<String>) -> Self {
        let no_proxy = first_set(&NO_PROXY_VARIABLES, &variable);
        let list = no_proxy.as_ref().map_or("", |it| it.value.as_str());
        let exceptions = Exceptions::parse(list);
        let exception = exceptions.exception_for(target);
        if exception == Some(ExceptionFor::ThisMachine) {
            return Self::ThisMachine;
        }
        let Some(proxy) = first_set(&PROXY_VARIABLES, &variable) else {
            return Self::NoProxyNamed;
        };
        if let (Some(ExceptionFor::Entry(entry)), Some(no_proxy)) = (exception, &no_proxy) {
            return Self::Excepted {
                variable: no_proxy.name,
                entry: entry.to_owned(),
                proxy_variable: proxy.name,
            };
        }
        Self::through(target, proxy)
    }

    fn through(target: &Uri, SetVariable { name, value }: SetVariable) -> Self {
        let proxies = ProxySettings::none().proxy(value).into_proxies();
        let proxy = proxies
            .as_ref()
            .and_then(|it| Proxies::proxy_for(it, target));
        match proxy {
            None => Self::NoProxyNamed,
            Some(Ok(proxy)) => Self::Proxy {
                variable: name,
                address: host_and_port(proxy.uri()),
            },
            Some(Err(error)) => Self::InvalidProxy {
                variable: name,
                flaw: error.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(variables: &[(&str, &str)], target: &str) -> Route {
        let lookup = |name: &str| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        };
        Route::choose(&target.parse().unwrap(), lookup)
    }

    #[test]
    fn way_and_its_reason_are_named() {
        let proxy = [("HTTPS_PROXY", "http://user:SECRET@proxy.example:3128")];
        let ims = "https://ims.example/";
        assert_eq!(route(&[], ims), Route::NoProxyNamed);
        assert_eq!(route(&[("https_proxy", " ")], ims), Route::NoProxyNamed);
        assert_eq!(
            route(&proxy, ims),
            Route::Proxy {
                variable: "HTTPS_PROXY",
                address: "proxy.example:3128".to_owned(),
            }
        );
        for local in ["https://127.0.0.1:8443/", "http://localhost/"] {
            assert_eq!(route(&proxy, local), Route::ThisMachine);
        }
        let excepted = [proxy[0], ("NO_PROXY", "a.example, .example")];
        assert_eq!(
            route(&excepted, ims),
            Route::Excepted {
                variable: "NO_PROXY",
                entry: ".example".to_owned(),
                proxy_variable: "HTTPS_PROXY",
            }
        );
        let lower = [
            proxy[0],
            ("all_proxy", "http://all:1"),
            ("https_proxy", "lower"),
        ];
        assert_eq!(
            route(&lower, ims),
            Route::Proxy {
                variable: "https_proxy",
                address: "lower".to_owned(),
            }
        );
    }

    #[test]
    fn invalid_proxy_is_named_without_its_login() {
        let invalid = [("ALL_PROXY", "socks5://user:SECRET@proxy.example")];
        let Route::InvalidProxy { variable, flaw } = route(&invalid, "https://ims.example/") else {
            panic!("the proxy is invalid");
        };
        assert_eq!(variable, "ALL_PROXY");
        assert!(flaw.contains("is not an http:// proxy"), "{flaw}");
        assert!(!flaw.contains("SECRET"), "{flaw}");
        assert_eq!(route(&invalid, "https://localhost:1/"), Route::ThisMachine);
    }
}
