//! A request as the journal keeps it.

use std::time::SystemTime;

/// A request to the emulated IMS or AEM. It contains no secret: the values of its fields are
/// digests.
///
/// ```
/// use adobe_ims_emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// // A program under test sends its requests here.
/// let forms = emulator.requests().into_iter().filter(|request| request.path.starts_with("/adobe/"));
/// assert_eq!(forms.count(), 0);
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The number of the request; the first request has 1.
    pub seq: u64,
    /// The real time of the response.
    pub time: SystemTime,
    /// The time of the response by the clock of the emulator.
    pub virtual_time: SystemTime,
    /// The method.
    pub method: String,
    /// The path without its query, of at most 1,000 bytes.
    pub path: String,
    /// The host and the port that the request names, of at most 200 bytes. A client that comes
    /// through the proxy names a host of Adobe.
    pub host: Option<String>,
    /// The client that the request names, or that its bearer token names. Nothing is verified here.
    pub client_id: Option<String>,
    /// The `grant_type`, or `jwt_exchange`.
    pub grant: Option<String>,
    /// The parameters of the query and the body, or the parts of a form. A body that is no form is
    /// one field without a name.
    pub fields: Vec<RecordedField>,
    /// The status of the response. It is `None` if a fault sent no response.
    pub status: Option<u16>,
    /// The fault that changed the response.
    pub fault: Option<String>,
    /// The claim `id` of the access token that the response has, otherwise of the bearer token of
    /// the request.
    pub token_id: Option<String>,
}

/// A field of a recorded request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedField {
    /// The name, of at most 200 bytes. It is `None` for a body that is no form.
    pub name: Option<String>,
    /// The content type of a part or of the body.
    pub content_type: Option<String>,
    /// The number of bytes of the value.
    pub size: u64,
    /// The SHA-256 digest of the value, in hexadecimal digits.
    pub sha256: String,
}
