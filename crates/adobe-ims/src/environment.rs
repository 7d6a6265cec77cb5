use core::fmt;
use core::str::FromStr;

use http::Uri;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::{Origin, display, is_loopback};

/// What may stand behind the base URL in an address that was copied from a manual.
const OPERATIONS: [&str; 9] = [
    "/ims/exchange/jwt",
    "/ims/exchange/v1/jwt",
    "/ims/token/v1",
    "/ims/token/v2",
    "/ims/token/v3",
    "/ims/token/v4",
    "/ims/validate_token/v1",
    "/ims/invalidate_token/v2",
    "/ims",
];

/// An environment of IMS: the base URL that requests go to, and that `aud` and the metascope claims
/// must name ("the environment that is called, otherwise `invalid_client`", documented by Adobe).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Environment {
    base: String,
}

impl Environment {
    /// Production, `https://ims-na1.adobelogin.com`.
    pub fn production() -> Self {
        Self {
            base: "https://ims-na1.adobelogin.com".to_owned(),
        }
    }

    /// Stage, `https://ims-na1-stg1.adobelogin.com`, which is Adobe's own (relied upon by clients of Adobe's).
    pub fn stage() -> Self {
        Self {
            base: "https://ims-na1-stg1.adobelogin.com".to_owned(),
        }
    }

    /// The environment that a token's claim `as` names: `ims-na1` or `ims-na1-stg1` (relied upon by a client
    /// of Adobe's). Nothing else is made into a host name: anyone can write a claim.
    pub fn of_authorization_server(name: &str) -> Option<Self> {
        match name {
            "ims-na1" => Some(Self::production()),
            "ims-na1-stg1" => Some(Self::stage()),
            _ => None,
        }
    }

    /// Reads a host, `host:port` or a base URL, as documents (`imsEndpoint`) and people write it.
    ///
    /// Trailing slashes, a default port and the path of the operation itself are dropped, the host is
    /// put in lower case.
    ///
    /// # Errors
    /// [`Problem::EndpointInvalid`] when it is none of these; [`Problem::EndpointInsecure`] for
    /// `http` to a host that is not this machine.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let invalid = |why: &str| {
            Error::new(
                Problem::EndpointInvalid,
                format!("the IMS address {} {why}", display(text)),
            )
        };
        if text.is_empty() {
            return Err(invalid("is empty"));
        }
        if text.contains(['?', '#', '\\']) || text.contains(char::is_whitespace) {
            let what = "the IMS address has a character that does not belong in it";
            return Err(Error::new(Problem::EndpointInvalid, what));
        }
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let uri: Uri = url.parse().map_err(|_| invalid("is not a host or a URL"))?;
        let origin = Origin::of(&uri).map_err(invalid)?;
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

    /// The base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Whether it is production or stage, the two that are Adobe's.
    pub fn is_adobe(&self) -> bool {
        *self == Self::production() || *self == Self::stage()
    }

    /// Whether secrets may go there on the word of a document: a host of `adobelogin.com`, where all identity
    /// services of Adobe's are that published clients know, or this machine.
    pub fn is_known(&self) -> bool {
        self.host()
            .is_some_and(|host| host.ends_with(".adobelogin.com") || is_loopback(&host))
    }

    /// The audience of an assertion for this client: `https://HOST/c/CLIENT_ID`.
    pub fn audience(&self, client_id: &str) -> String {
        format!("{}/c/{client_id}", self.base)
    }

    /// The claim that asks for a metascope: `https://HOST/s/NAME`.
    pub fn metascope_claim(&self, metascope: &str) -> String {
        format!("{}/s/{metascope}", self.base)
    }

    /// The URL of an endpoint; `path` begins with a slash.
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
    fn documents_and_people_write_it_in_many_ways() {
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
    fn what_is_not_an_address_is_refused() {
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
    fn plain_http_stays_on_this_machine() {
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
    fn adobe_and_this_machine_are_told_from_others() {
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
    fn a_claim_names_one_of_two_environments() {
        for (name, base) in [
            ("ims-na1", "https://ims-na1.adobelogin.com"),
            ("ims-na1-stg1", "https://ims-na1-stg1.adobelogin.com"),
        ] {
            let environment = Environment::of_authorization_server(name).unwrap();
            assert_eq!(environment.base_url(), base);
        }
        for name in ["", "IMS-NA1", "ims-na2", "evil.example/", "ims-na1.evil"] {
            assert_eq!(Environment::of_authorization_server(name), None, "{name}");
        }
    }

    #[test]
    fn claims_name_the_environment() {
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
