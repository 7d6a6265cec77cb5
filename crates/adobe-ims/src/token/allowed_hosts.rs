use http::Uri;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::{Origin, display, is_host, is_loopback, is_same_host};

/// The places that a token may be sent to. What is not on the list does not get it.
///
/// A place is a scheme, a host and a port. Whoever runs one can keep the token that is sent there and
/// use it as the technical account, so list as few as you can:
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
    Place {
        is_encrypted: bool,
        host: String,
        port: u16,
    },
    Domain(String),
    ThisMachine,
}

impl AllowedHosts {
    /// Nowhere.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every AEM as a Cloud Service and every API behind Adobe's gateway: https on the subdomains of
    /// `adobeaemcloud.com` and of `adobe.io`, where Adobe's documentation has them.
    ///
    /// Other customers' AEM is among these, and code of theirs runs in it. Where the own environment is
    /// known, [`allow`](Self::allow) it alone.
    pub fn adobe() -> Self {
        let domains = ["adobeaemcloud.com", "adobe.io"];
        Self(domains.map(|domain| Entry::Domain(domain.into())).into())
    }

    /// Adds one place, `https://HOST` or `https://HOST:PORT`. `http` is for this machine only, by its
    /// address or as `localhost`.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`] when it is no such place. A path is an error as well: it would not
    /// narrow the place down, since whoever runs a host sees all of its paths.
    /// [`Problem::EndpointInsecure`] for `http` to another machine.
    pub fn allow(mut self, place: &str) -> Result<Self> {
        let invalid = |why: &str| {
            let what = format!("the allowed place {} {why}", display(place));
            Error::new(Problem::AllowedHostInvalid, what)
        };
        let uri: Uri = place.parse().map_err(|_| invalid("is not a URL"))?;
        let origin = Origin::of(&uri).map_err(invalid)?;
        if uri.path_and_query().is_some_and(|path| path != "/") || place.contains('#') {
            return Err(invalid("has a path"));
        }
        if origin.is_cleartext() {
            let host = origin.host;
            let what = format!("http to {host} would send the token in the clear");
            return Err(Error::new(Problem::EndpointInsecure, what));
        }
        self.0.push(Entry::Place {
            is_encrypted: origin.is_encrypted,
            host: origin.host.to_ascii_lowercase(),
            port: origin.port,
        });
        Ok(self)
    }

    /// Adds every subdomain of a domain, at any depth: https on port 443. The domain itself is none of
    /// them. All of it should belong to somebody who may have the token.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`] unless it is a bare name with at least one dot.
    pub fn allow_domain(mut self, domain: &str) -> Result<Self> {
        let is_name = is_host(domain)
            && domain.contains('.')
            && domain.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !is_name {
            let what = format!(
                "the allowed domain {} is not a domain's name",
                display(domain)
            );
            return Err(Error::new(Problem::AllowedHostInvalid, what));
        }
        self.0.push(Entry::Domain(domain.to_ascii_lowercase()));
        Ok(self)
    }

    /// Adds this machine, every port of it and `http` as well, by its address or as `localhost`. Every user
    /// of the machine can listen there.
    #[must_use]
    pub fn allow_this_machine(mut self) -> Self {
        self.0.push(Entry::ThisMachine);
        self
    }

    /// Whether a token may be sent to this URL. A relative one names no place, and one with a login
    /// (`user@host`) is never permitted.
    pub fn permits(&self, uri: &Uri) -> bool {
        Origin::of(uri).is_ok_and(|origin| self.has(&origin))
    }

    /// The same, for those who want to know why not.
    ///
    /// # Errors
    /// [`Problem::HostNotAllowed`], which names the place.
    pub fn check(&self, uri: &Uri) -> Result<()> {
        let why = match Origin::of(uri) {
            Ok(origin) if self.has(&origin) => return Ok(()),
            Ok(origin) => return Err(refused(&origin)),
            Err(why) => why,
        };
        let what = format!("the token was not sent: the URL of the request {why}");
        Err(Error::new(Problem::HostNotAllowed, what))
    }

    fn has(&self, origin: &Origin<'_>) -> bool {
        self.0.iter().any(|entry| match entry {
            Entry::Place {
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
            Entry::ThisMachine => is_loopback(origin.host),
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

fn refused(origin: &Origin<'_>) -> Error {
    let place = origin.url();
    let what = format!("the token was not sent: {place} is not on the list of allowed hosts");
    let error = Error::new(Problem::HostNotAllowed, what);
    match origin.is_cleartext() {
        true => error.with_hint("Use https; http is for this machine only."),
        false => error,
    }
}
