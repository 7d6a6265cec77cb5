/// Tells a transport whether it may send a request twice. It is an extension of the request.
///
/// A kept-alive connection may be closed, or dead, just when the next request goes out. [`HttpTransport`] sends that
/// request once more on a new connection. The server may have read it the first time.
///
/// A request without this extension is repeated if its method is idempotent (RFC 9110 §9.2.2).
///
/// ```
/// use adobe_ims::http::Request;
/// use adobe_ims::transport::{Body, Repetition};
///
/// # fn main() -> Result<(), adobe_ims::http::Error> {
/// let query = Request::post("https://author-p1-e2.adobeaemcloud.com/graphql/execute.json")
///     .extension(Repetition::Harmless)
///     .body(Body::from("{}"))?;
/// # Ok(())
/// # }
/// ```
///
/// [`HttpTransport`]: super::HttpTransport
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repetition {
    /// A second request does no harm.
    Harmless,
    /// A second request fails or does harm: it spends a refresh token or a code, or creates something twice. The
    /// request goes out once, on a connection of its own.
    Harmful,
}
