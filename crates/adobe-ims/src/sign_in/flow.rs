//! The parameters `response_type` and `prompt` of an authorization request.

/// The result of a sign-in that the browser brings back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flow {
    /// A code, which is exchanged for tokens: `response_type=code`.
    #[default]
    Code,
    /// The access token itself, in the fragment of the address, which browsers do not send to servers:
    /// `response_type=token`. There is no refresh token. OAuth advises against this flow; it is for clients that
    /// have no other.
    Implicit,
}

impl Flow {
    pub(super) fn response_type(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Implicit => "token",
        }
    }
}

/// The interaction with the person during a sign-in (documented by Adobe).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// No interaction: the sign-in fails if it needs any.
    None,
    /// A login, even when the browser is signed in.
    Login,
}

impl Prompt {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
        }
    }
}
