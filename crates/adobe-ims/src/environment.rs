use core::fmt;
use core::str::FromStr;

use http::Uri;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::{Origin, display, is_loopback};

/// The paths that may follow the base URL in an address from a manual.
const OPERATIONS: [&str; 13] = [
    "/ims/exchange/jwt",
    "/ims/exchange/v1/jwt",
    "/ims/exchange",
    "/ims/authorize/v1",
    "/ims/authorize/v2",
    "/ims/token",
    "/ims/token/v1",
    "/ims/token/v2",
    "/ims/token/v3",
    "/ims/token/v4",
    "/ims/validate_token/v1",
    "/ims/invalidate_token/v2",
    "/ims",
];

/// An environment of IMS: the base URL that requests go to, and that `aud` and the metascope claims must name ("the
/// environment that is called, otherwise `invalid_client`", documented by Adobe).
///
/// ```
/// use adobe_ims::Environment;
///
/// let environment: Environment = "ims-na1.adobelogin.com".parse()?;
/// assert_eq!(environment, Environment::production());
/// assert_eq!(environment.audience("my-client"), "https://ims-na1.adobelogin.com/c/my-client");
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Environment {
    base: String,
}

impl Environment {
    /// Returns production, `https://ims-na1.adobelogin.com`.
    pub fn production() -> Self {
        Self {
            base: "https://ims-na1.adobelogin.com".to_owned(),
        }
    }

    /// Returns stage, `https://ims-na1-stg1.adobelogin.com`, which Adobe itself uses (relied upon by clients of Adobe's).
    pub fn stage() -> Self {
        Self {
            base: "https://ims-na1-stg1.adobelogin.com".to_owned(),
        }
    }

    /// Returns the environment that the claim `as` of a token names: `ims-na1` or `ims-na1-stg1` (relied upon by a client of
    /// Adobe's). Other values are not made into host names, because anyone can write a claim.
    pub fn from_authorization_server(name: &str) -> Option<Self> {
        match name {
            "ims-na1" => Some(Self::production()),
            "ims-na1-stg1" => Some(Self::stage()),
            _ => None,
        }
    }

    /// Reads a host, `host:port` or a base URL, as documents (`imsEndpoint`) and people write it.
    ///
    /// Trailing slashes, a default port and the path of an operation are dropped. The host is put in lower case.
    ///
    /// # Errors
    /// [`Problem::EndpointInvalid`] if it is none of these; [`Problem::EndpointInsecure`] for `http` to another machine.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let invalid = |reason: &str| {
            Error::new(
                Problem::EndpointInvalid,
                format!("the IMS address {} {reason}", display(text)),
            )
        };
        if text.is_empty() {
            return Err(invalid("is empty"));
        }
        if text.contains(['?', '#', '\\']) || text.contains(char::is_whitespace) {
            let message = "the IMS address has an invalid character";
            return Err(Error::new(Problem::EndpointInvalid, message));
        }
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let uri: Uri = url.parse().map_err(|_| invalid("is not a host or a URL"))?;
        let origin = Origin::of(&uri).map_err(|error| invalid(&error.to_string()))?;
        if origin.is_cleartext() {
            let host = origin.host;
            return Err(Error::new(
                Problem::EndpointInsecure,
                format!("http to {host} would send the client secret in the clear"),
            ));
        }
        let path = uri.path().trim_end_matches('/');
        let path = OPERATIONS
            .iter()
            .find_map(|end| path.strip_suffix(end))
            .unwrap_or(path);
        Ok(Self {
            base: format!("{}{path}", origin.url()),
        })
    }

    /// Returns the base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Returns true for production and stage.
    pub fn is_adobe(&self) -> bool {
        *self == Self::production() || *self == Self::stage()
    }

    /// Returns true if a document may send secrets there: to this machine, or to a host of `adobelogin.com`, where published
    /// clients know all identity services of Adobe's.
    pub fn is_known(&self) -> bool {
        self.host()
            .is_some_and(|host| host.ends_with(".adobelogin.com") || is_loopback(&host))
    }

    /// Returns true for a host of `adobelogin.com`.
    pub(crate) fn is_of_adobe_login(&self) -> bool {
        self.host()
            .is_some_and(|host| host.ends_with(".adobelogin.com"))
    }

    /// Returns true for a server of Adobe's that is no identity service: an API, an AEM environment.
    pub(crate) fn is_other_server_of_adobe(&self) -> bool {
        const DOMAINS: [&str; 4] = [
            ".adobe.io",
            ".adobe.com",
            ".adobe.net",
            ".adobeaemcloud.com",
        ];
        self.host()
            .is_some_and(|host| DOMAINS.iter().any(|domain| host.ends_with(domain)))
    }

    /// Returns the audience of an assertion for this client: `https://HOST/c/CLIENT_ID`.
    pub fn audience(&self, client_id: &str) -> String {
        format!("{}/c/{client_id}", self.base)
    }

    /// Returns the claim that requests a metascope: `https://HOST/s/NAME`.
    pub fn metascope_claim(&self, metascope: &str) -> String {
        format!("{}/s/{metascope}", self.base)
    }

    /// Returns the URL of an endpoint. `path` begins with a slash.
    pub(crate) fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn host(&self) -> Option<String> {
        let uri: Uri = self.base.parse().ok()?;
        uri.host().map(str::to_owned)
    }
}

impl FromStr for Environment {
    type Err = Error;

    /// Reads an address as [`parse`](Environment::parse) does.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::production()
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_read_in_every_usual_form() {
        for (text, base) in [
            ("ims-na1.adobelogin.com", "https://ims-na1.adobelogin.com"),
            (" IMS-na1.AdobeLogin.com ", "https://ims-na1.adobelogin.com"),
            (
                "https://ims-na1.adobelogin.com/",
                "https://ims-na1.adobelogin.com",
            ),
            (
                "ims-na1.adobelogin.com:443",
                "https://ims-na1.adobelogin.com",
            ),
            ("127.0.0.1:8443", "https://127.0.0.1:8443"),
            ("localhost:8443", "https://localhost:8443"),
            ("http://localhost:80/", "http://localhost"),
            ("http://127.1.2.3:8080", "http://127.1.2.3:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            (
                "https://ims-na1.adobelogin.com/ims/exchange/jwt/",
                "https://ims-na1.adobelogin.com",
            ),
            (
                "https://ims-na1.adobelogin.com/ims/token/v3",
                "https://ims-na1.adobelogin.com",
            ),
            (
                "https://gateway.example/ims-proxy//",
                "https://gateway.example/ims-proxy",
            ),
        ] {
            let environment = Environment::parse(text).unwrap();
            assert_eq!(environment.base_url(), base, "{text}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            " ",
            "https://",
            "ftp://host",
            "host?x=1",
            "a b",
            "host:",
            "host:99999",
            "-.example",
            "a..b",
            "[fe80::1%25lo]",
            "[nonsense]",
            "user:SECRET@host",
            "https://host#x",
            "host\\share",
            "://",
            "https://:443",
            "127.1:8443",
            "http://2130706433",
        ] {
            let error = Environment::parse(text).unwrap_err();
            assert_eq!(error.problem(), Problem::EndpointInvalid, "{text}");
            assert!(!error.to_string().contains("SECRET"), "{error}");
        }
    }

    #[test]
    fn http_to_another_machine_is_refused() {
        for text in [
            "http://ims-na1.adobelogin.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://evil.localhost",
            "http://10.0.0.1",
            "http://[::2]",
        ] {
            let error = Environment::parse(text).unwrap_err();
            assert_eq!(error.problem(), Problem::EndpointInsecure, "{text}");
        }
    }

    #[test]
    fn adobe_and_this_machine_are_known() {
        for (text, is_adobe, is_known) in [
            ("ims-na1.adobelogin.com", true, true),
            ("ims-na1-stg1.adobelogin.com", true, true),
            ("ims-eu1.adobelogin.com", false, true),
            ("https://ims-na1.adobelogin.com:8443", false, true),
            ("https://ims-na1.adobelogin.com/other", false, true),
            ("ims-na1.adobelogin.com.evil.example", false, false),
            ("https://evil.example/.adobelogin.com", false, false),
            ("fake-adobelogin.com", false, false),
            ("http://127.0.0.1:1", false, true),
            ("http://[::1]:1/base", false, true),
            ("https://localhost", false, true),
            ("https://localhost.evil.example", false, false),
        ] {
            let environment = Environment::parse(text).unwrap();
            assert_eq!(environment.is_adobe(), is_adobe, "{text}");
            assert_eq!(environment.is_known(), is_known, "{text}");
        }
    }

    #[test]
    fn claim_names_production_or_stage() {
        for (name, base) in [
            ("ims-na1", "https://ims-na1.adobelogin.com"),
            ("ims-na1-stg1", "https://ims-na1-stg1.adobelogin.com"),
        ] {
            let environment = Environment::from_authorization_server(name).unwrap();
            assert_eq!(environment.base_url(), base);
        }
        for name in ["", "IMS-NA1", "ims-na2", "evil.example/", "ims-na1.evil"] {
            assert_eq!(Environment::from_authorization_server(name), None, "{name}");
        }
    }

    #[test]
    fn audience_and_metascope_have_the_base_url() {
        let environment = Environment::parse("127.0.0.1:8443").unwrap();
        assert_eq!(
            environment.audience("client!+ID"),
            "https://127.0.0.1:8443/c/client!+ID"
        );
        assert_eq!(
            environment.metascope_claim("ent_aem_cloud_api"),
            "https://127.0.0.1:8443/s/ent_aem_cloud_api"
        );
    }
}
