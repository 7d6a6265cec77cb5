//! The decision about a request to the proxy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ALLOW, CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};

use crate::adobe_hosts::{DOMAINS, is_of_adobe};
use crate::http::error_response::ErrorResponse;
use crate::http::response::Response;

/// The user and the password that the proxy wants.
#[derive(Clone)]
pub(crate) struct ProxyCredentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl ProxyCredentials {
    /// Returns whether the request has them, as HTTP Basic.
    fn are_in(&self, headers: &HeaderMap) -> bool {
        let Some(value) = headers.get(PROXY_AUTHORIZATION) else {
            return false;
        };
        let value = value.to_str().unwrap_or_default();
        let Some((scheme, encoded)) = value.split_once(' ') else {
            return false;
        };
        let wanted = format!("{}:{}", self.user, self.password);
        let given = STANDARD.decode(encoded.trim());
        scheme.eq_ignore_ascii_case("basic") && given.is_ok_and(|given| given == wanted.as_bytes())
    }
}

/// Returns the host name, in lower case, to which a request wants a tunnel, or the response that
/// refuses it. `url` is the base URL of the emulator.
pub(crate) fn asked_host<B>(
    request: &Request<B>,
    credentials: Option<&ProxyCredentials>,
    url: &str,
) -> Result<String, Box<Response>> {
    if credentials.is_some_and(|credentials| !credentials.are_in(request.headers())) {
        return Err(Box::new(authentication_required()));
    }
    if request.method() != Method::CONNECT {
        return Err(Box::new(no_tunnel(request, url)));
    }
    let authority = request.uri().authority();
    let target = authority.map_or("", |authority| authority.as_str());
    let host = authority.map_or("", |authority| authority.host());
    let is_https = authority.is_some_and(|authority| authority.port_u16() == Some(443));
    if is_https && !target.contains('@') && is_of_adobe(host) {
        Ok(host.to_ascii_lowercase())
    } else {
        Err(Box::new(foreign_target(target, url)))
    }
}

fn authentication_required() -> Response {
    let error = ErrorResponse::new(
        StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        "proxy_authentication_required",
        "The proxy of the emulator wants the user and the password of the ready line, as HTTP Basic \
         in the header Proxy-Authorization.",
    );
    let mut response = error.into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"adobe-ims-emulator\"");
    response.headers_mut().insert(PROXY_AUTHENTICATE, challenge);
    response
}

/// Returns the response to a request that asks for no tunnel. A target with a host is that of a
/// client that uses the proxy for plain HTTP; one without is that of a client that takes the proxy
/// for a server.
fn no_tunnel<B>(request: &Request<B>, url: &str) -> Response {
    let is_for_a_proxy = request.uri().authority().is_some();
    let error = if is_for_a_proxy {
        ErrorResponse::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "connect_only",
            format!(
                "The proxy of the emulator leads https only, by the method CONNECT. Use https for \
                 Adobe's hosts, and no proxy for plain http (NO_PROXY). The emulator itself is at \
                 {url}."
            ),
        )
    } else {
        ErrorResponse::bad_request(
            "proxy_port",
            format!(
                "This port is the proxy of the emulator, for the method CONNECT only. Send the \
                 request to {url}, or name this address as the proxy of a client (HTTPS_PROXY)."
            ),
        )
    };
    let mut response = error.into_response();
    let headers = response.headers_mut();
    if is_for_a_proxy {
        headers.insert(ALLOW, HeaderValue::from_static("CONNECT"));
    }
    // A body may follow that nobody reads.
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn foreign_target(target: &str, url: &str) -> Response {
    let target: String = target.chars().take(300).collect();
    let domains = DOMAINS.map(|domain| format!("*.{domain}")).join(", ");
    let error = ErrorResponse::new(
        StatusCode::FORBIDDEN,
        "foreign_target",
        format!(
            "The proxy of the emulator does not lead to {target}. It leads {domains} with the port 443 \
             to the emulator, and has no way out of this machine. Name other hosts in NO_PROXY. The \
             emulator itself is at {url}."
        ),
    );
    error.into_response()
}
