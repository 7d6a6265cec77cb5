//! The callers of the remote control: programs, and pages of the emulator itself.

use http::header::{HOST, HeaderName, ORIGIN, REFERER};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};

use crate::http::error_response::ErrorResponse;
use crate::http::through_proxy::ThroughProxy;
use crate::identity_hosts::normalize;
use crate::state::State;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The path below which the remote control is.
const CONTROL: &str = "/_emu";

/// Returns whether a path is one of the remote control.
pub(crate) fn is_control(path: &str) -> bool {
    let rest = path.strip_prefix(CONTROL);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Checks that a request to the remote control comes from a program or from a page of the emulator.
///
/// Any page in a browser of this machine can send requests to loopback. It cannot forge the headers
/// that say where it comes from. A page whose own host name leads to this machine (DNS rebinding)
/// counts as of the same origin in the browser; its requests have that name as `Host`.
pub(crate) fn check_caller<B>(state: &State, http: &Request<B>) -> Result<(), ErrorResponse> {
    if http.extensions().get::<ThroughProxy>().is_some() {
        return Err(through_proxy(state));
    }
    let hosts = named_hosts(http);
    let is_known =
        |host: &Option<&str>| host.is_some_and(|host| state.config.control_hosts.contain(host));
    if !hosts.iter().all(is_known) {
        return Err(foreign_host(state));
    }
    let scheme = state.config.url.split(':').next().unwrap_or_default();
    let own: Vec<String> = hosts
        .iter()
        .flatten()
        .map(|host| normalize(&format!("{scheme}://{host}")))
        .collect();
    match foreign_page_header(http.headers(), &own) {
        None => Ok(()),
        Some(header) => Err(foreign_page(&header)),
    }
}

/// Returns the hosts that the request names. A host that is no text is `None`.
fn named_hosts<B>(http: &Request<B>) -> Vec<Option<&str>> {
    let in_target = http.uri().authority().map(Authority::as_str);
    let in_headers = http.headers().get_all(HOST).iter().map(text);
    in_target.map(Some).into_iter().chain(in_headers).collect()
}

/// Returns the header that shows that a page of another origin sent the request.
fn foreign_page_header(headers: &HeaderMap, own: &[String]) -> Option<HeaderName> {
    let is_own = |origin: &str| {
        let origin = normalize(origin);
        own.iter().all(|own| *own == origin) && !own.is_empty()
    };
    let from_own_site = |site: &str| matches!(site, "none" | "same-origin");
    let from_own_page = |page: &str| origin_of(page).is_some_and(|origin| is_own(&origin));
    let all = |name: HeaderName, holds: &dyn Fn(&str) -> bool| {
        let mut values = headers.get_all(&name).iter();
        let hold = values.all(|value| text(value).is_some_and(holds));
        (!hold).then_some(name)
    };
    all(SEC_FETCH_SITE, &from_own_site)
        .or_else(|| all(ORIGIN, &is_own))
        .or_else(|| all(REFERER, &from_own_page))
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// Returns the origin of the URL of a page.
fn origin_of(page: &str) -> Option<String> {
    let url: Uri = page.parse().ok()?;
    Some(format!("{}://{}", url.scheme()?, url.authority()?))
}

fn foreign_host(state: &State) -> ErrorResponse {
    let url = &state.config.url;
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        "foreign_host",
        format!(
            "The remote control refuses this request because its Host is neither a loopback \
             address nor localhost nor a host that was named at the start of the emulator. A web \
             page could have bound such a name to this machine. Send the request to {url}{CONTROL}/."
        ),
    )
}

fn through_proxy(state: &State) -> ErrorResponse {
    let url = &state.config.url;
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        "through_proxy",
        format!(
            "The remote control refuses this request because it came through the proxy, which leads to \
             IMS and AEM only. Send the request to {url}{CONTROL}/ without a proxy."
        ),
    )
}

fn foreign_page(header: &HeaderName) -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        "foreign_page",
        format!(
            "The remote control refuses this request because its header {header} shows that a web \
             page of another origin sent it. No page may change the emulator. Send the request \
             from a program, such as the test or a server, without this header."
        ),
    )
}
