//! The AEM that requests go to.

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

use crate::error::{Error, FormsProblem, Grade, Result};
use crate::lint::{self, Api, Login};

/// The address of an AEM: its scheme and host, and the path of a proxy before it, if there is one.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    scheme: Scheme,
    authority: Authority,
    /// It has no slash at the end.
    base_path: String,
}

impl Target {
    /// Reads a URL, or the name of a host, which means https.
    ///
    /// # Errors
    /// - [`FormsProblem::PathDoubled`] and [`FormsProblem::PathWithdrawn`] for a URL with the path of an API
    /// - [`FormsProblem::RequestInvalid`] for a text that is no URL of a server, or that has a query
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        // What is no URL may be a secret in the wrong place, so no message repeats it.
        let invalid = |reason: &str| {
            let message = format!("the target {reason}");
            Error::new(FormsProblem::RequestInvalid, message)
                .with_hint("Name the AEM: author-p1-e2.adobeaemcloud.com, or https://HOST")
        };
        if url.contains('#') {
            return Err(invalid("has a fragment (#…)"));
        }
        let uri: Uri = url.parse().map_err(|_| invalid("is no URL"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(invalid("names no host"));
        };
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err(invalid("is neither https nor http"));
        }
        if authority.as_str().contains('@') {
            return Err(invalid("has a login in the URL"));
        }
        let path = parts.path_and_query;
        if path.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(invalid("has a query (?…)"));
        }
        let base_path = path.as_ref().map_or("", PathAndQuery::path);
        let base_path = base_path.trim_end_matches('/').to_owned();
        check_path(&authority, &url)?;
        Ok(Self {
            scheme,
            authority,
            base_path,
        })
    }

    /// Returns the URL of a path of the API.
    pub(crate) fn url(&self, path: &str) -> Result<Uri> {
        let path = format!("{}{path}", self.base_path);
        let url = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build();
        url.map_err(|error| {
            let message = "the address of the request cannot be built";
            Error::new(FormsProblem::RequestInvalid, message).with_source(error)
        })
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }
}

/// Refuses a target that already has the path of an API.
fn check_path(host: &Authority, target: &str) -> Result<()> {
    let mut findings = lint::target(target, Api::Synchronous, Login::Unknown);
    findings.retain(|finding| finding.grade == Grade::Refusal);
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::refused(findings).with_hint(format!("Name only the host: https://{host}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_and_host_are_read() {
        for (text, expected) in [
            (
                "author-p1-e2.adobeaemcloud.com",
                "https://author-p1-e2.adobeaemcloud.com/adobe/x",
            ),
            (" https://HOST/ ", "https://HOST/adobe/x"),
            ("http://localhost:4502", "http://localhost:4502/adobe/x"),
            ("https://proxy/aem/", "https://proxy/aem/adobe/x"),
            ("[::1]:8443", "https://[::1]:8443/adobe/x"),
        ] {
            let url = Target::parse(text).unwrap().url("/adobe/x").unwrap();
            assert_eq!(url.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn target_that_is_no_server_or_has_the_path_of_an_api_is_refused() {
        for (text, expected) in [
            ("", FormsProblem::RequestInvalid),
            ("https://", FormsProblem::RequestInvalid),
            ("ftp://host", FormsProblem::RequestInvalid),
            ("two words", FormsProblem::RequestInvalid),
            ("https://host/?a=b", FormsProblem::RequestInvalid),
            ("https://host/#a", FormsProblem::RequestInvalid),
            ("https://user:SECRET@host", FormsProblem::RequestInvalid),
            (
                "https://host/adobe/forms/doc/v1/generatePDFOutput",
                FormsProblem::PathDoubled,
            ),
            ("https://host/adobe/forms/doc/v1", FormsProblem::PathDoubled),
            (
                "https://host/Adobe/Forms/assembler/",
                FormsProblem::PathDoubled,
            ),
            ("host/adobe", FormsProblem::PathDoubled),
            (
                "https://host/adobe/forms/doc/generatePDFOutput",
                FormsProblem::PathWithdrawn,
            ),
            (
                "https://host/adobe/forms/document/generate/afp",
                FormsProblem::PathWithdrawn,
            ),
            (
                "https://host/adobe/forms/batch/output/config/configs",
                FormsProblem::PathWithdrawn,
            ),
        ] {
            let error = Target::parse(text).unwrap_err();
            assert_eq!(error.cause(), expected.into(), "{text}: {error}");
            assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
        }
    }
}
