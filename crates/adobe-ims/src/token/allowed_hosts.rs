use http::Uri;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::{Origin, display, is_host, is_loopback, is_same_host};
use crate::value::may_be_secret;

/// The list of hosts that a token may be sent to. No other host gets it.
///
/// An entry is a scheme, a host and a port. The operator of a host can keep a token and use it as the technical
/// account, so list as few hosts as you can:
///
/// ```
/// use adobe_ims::token::AllowedHosts;
///
/// let allowed = AllowedHosts::none().allow("https://author-p1-e2.adobeaemcloud.com")?;
/// assert!(allowed.permits(&"https://author-p1-e2.adobeaemcloud.com/api/assets.json".parse()?));
/// assert!(!allowed.permits(&"https://publish-p1-e2.adobeaemcloud.com/".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Vec<Entry>);

#[derive(Clone, Debug)]
enum Entry {
    Origin {
        is_encrypted: bool,
        host: String,
        port: u16,
    },
    Domain(String),
    Loopback,
}

impl AllowedHosts {
    /// Creates an empty list.
    pub fn none() -> Self {
        Self::default()
    }

    /// Creates a list of every AEM as a Cloud Service and every API behind Adobe's gateway: https on the subdomains of
    /// `adobeaemcloud.com` and `adobe.io`, where Adobe's documentation has them.
    ///
    /// The AEM of other customers is among these, and their code runs in it. If you know your own environment,
    /// [`allow`](Self::allow) it alone.
    pub fn adobe() -> Self {
        let domains = ["adobeaemcloud.com", "adobe.io"];
        Self(domains.map(|domain| Entry::Domain(domain.into())).into())
    }

    /// Adds one host, `https://HOST` or `https://HOST:PORT`. `http` is for this machine only, by its loopback address or
    /// as `localhost`.
    ///
    /// # Errors
    /// - [`Problem::AllowedHostInvalid`] if it is no such address. A path is an error too: the operator of a host sees
    ///   all of its paths, so a path would not restrict anything.
    /// - [`Problem::EndpointInsecure`] for `http` to another machine
    pub fn allow(mut self, address: &str) -> Result<Self> {
        let invalid = |reason: &str| {
            let place = if may_be_secret(address) {
                "that is named".to_owned()
            } else {
                display(address)
            };
            let message = format!("the allowed place {place} {reason}");
            Error::new(Problem::AllowedHostInvalid, message)
        };
        let uri: Uri = address.parse().map_err(|_| invalid("is not a URL"))?;
        let origin = Origin::of(&uri).map_err(|error| invalid(&error.to_string()))?;
        if uri.path_and_query().is_some_and(|path| path != "/") || address.contains('#') {
            return Err(invalid("has a path"));
        }
        if origin.is_cleartext() {
            let host = origin.host;
            let message = format!("http to {host} would send the token in the clear");
            return Err(Error::new(Problem::EndpointInsecure, message));
        }
        self.0.push(Entry::Origin {
            is_encrypted: origin.is_encrypted,
            host: origin.host.to_ascii_lowercase(),
            port: origin.port,
        });
        Ok(self)
    }

    /// Adds every subdomain of a domain, at any depth: https on port 443. The domain itself is not added. The owner of the
    /// domain gets the tokens.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`] unless it is a bare name with at least one dot.
    pub fn allow_domain(mut self, domain: &str) -> Result<Self> {
        let is_name = is_host(domain)
            && domain.contains('.')
            && domain.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !is_name {
            let message = format!(
                "the allowed domain {} is not a domain's name",
                display(domain)
            );
            return Err(Error::new(Problem::AllowedHostInvalid, message));
        }
        self.0.push(Entry::Domain(domain.to_ascii_lowercase()));
        Ok(self)
    }

    /// Adds every port of this machine, `http` too, by its loopback address or as `localhost`. Every user of the machine
    /// can listen there.
    #[must_use]
    pub fn allow_this_machine(mut self) -> Self {
        self.0.push(Entry::Loopback);
        self
    }

    /// Returns true if a token may be sent to this URL. A relative URL and one with a login (`user@host`) are never
    /// permitted.
    pub fn permits(&self, uri: &Uri) -> bool {
        Origin::of(uri).is_ok_and(|origin| self.contains(&origin))
    }

    /// Checks that a token may be sent to this URL.
    ///
    /// # Errors
    /// [`Problem::HostNotAllowed`], which names the host.
    pub fn check(&self, uri: &Uri) -> Result<()> {
        match Origin::of(uri) {
            Ok(origin) if self.contains(&origin) => Ok(()),
            Ok(origin) => Err(not_allowed(&origin)),
            Err(flaw) => {
                let message = format!("the token was not sent: the URL of the request {flaw}");
                Err(Error::new(Problem::HostNotAllowed, message))
            }
        }
    }

    fn contains(&self, origin: &Origin<'_>) -> bool {
        self.0.iter().any(|entry| match entry {
            Entry::Origin {
                is_encrypted,
                host,
                port,
            } => {
                *is_encrypted == origin.is_encrypted
                    && *port == origin.port
                    && is_same_host(host, origin.host)
            }
            Entry::Domain(domain) => {
                origin.is_encrypted && origin.port == 443 && is_subdomain(origin.host, domain)
            }
            Entry::Loopback => is_loopback(origin.host),
        })
    }
}

fn is_subdomain(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.as_bytes(), domain.as_bytes());
    let Some(dot) = host.len().checked_sub(domain.len() + 1) else {
        return false;
    };
    dot > 0 && host[dot] == b'.' && host[dot + 1..].eq_ignore_ascii_case(domain)
}

/// Returns the host with its right ending, if it is one of AEM with the ending `.net`, as one page of Adobe's has it.
/// `host` is in lower case.
pub(crate) fn corrected_host(host: &str) -> Option<String> {
    let name = host.strip_suffix(".adobeaemcloud.net")?;
    Some(format!("{name}.adobeaemcloud.com"))
}

fn not_allowed(origin: &Origin<'_>) -> Error {
    let place = origin.url();
    let message = format!("the token was not sent: {place} is not on the list of allowed hosts");
    let error = Error::new(Problem::HostNotAllowed, message);
    if let Some(corrected) = corrected_host(&origin.host.to_ascii_lowercase()) {
        return error.with_hint(format!(
            "The hosts of AEM as a Cloud Service end in adobeaemcloud.com: use {corrected}."
        ));
    }
    if origin.is_cleartext() {
        error.with_hint("Use https; http is for this machine only.")
    } else {
        error
    }
}
