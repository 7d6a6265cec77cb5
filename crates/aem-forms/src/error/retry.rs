/// The number of times that a request may be sent again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Not at all: the request would fail again, or may do something twice.
    Never,
    /// Once more: the server was too slow for the document, and may be fast enough the next time.
    Once,
    /// As often as the caller likes, with pauses.
    Again,
}
