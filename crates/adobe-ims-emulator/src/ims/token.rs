//! Reading tokens: whether one was minted here, and is still good.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::ims::new_token::TokenType;
use crate::state::State;

/// A token of this emulator, good when it was read.
pub(crate) struct Token {
    /// The claim `id`, of which no two tokens have the same.
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    /// The claim `scope`.
    pub(crate) scope: String,
    /// The sign-in that it goes back to.
    pub(crate) session: Option<String>,
    pub(crate) claims: Map<String, Value>,
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvalidToken {
    /// It was not minted here, or was changed since.
    Signature,
    Type,
    Expired,
    Revoked,
    /// It can be used once, and was.
    AlreadyUsed,
}

impl InvalidToken {
    /// The `reason` of an answer about it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Signature => "bad_signature",
            Self::Type => "bad_type",
            Self::Expired => "expired",
            Self::Revoked | Self::AlreadyUsed => "revoked",
        }
    }
}

impl Token {
    /// Checks signature, type, expiry, revocation and use, in this order.
    pub(crate) fn verify(
        state: &State,
        token: &str,
        kind: TokenType,
    ) -> Result<Self, InvalidToken> {
        let token = Self::signed(state, token).ok_or(InvalidToken::Signature)?;
        if token.text("type") != Some(kind.name()) {
            return Err(InvalidToken::Type);
        }
        let now = i128::from(state.clock.unix_millis());
        if token.expires_at().is_none_or(|end| end <= now) {
            return Err(InvalidToken::Expired);
        }
        let sessions = state.sessions();
        if sessions.is_revoked(&token.id, token.session.as_deref()) {
            return Err(InvalidToken::Revoked);
        }
        let used = match kind {
            TokenType::AuthorizationCode => sessions.code(&token.id).is_none(),
            _ => sessions.is_used(&token.id),
        };
        if used {
            return Err(InvalidToken::AlreadyUsed);
        }
        drop(sessions);
        Ok(token)
    }

    /// A token that was minted here, whether or not it is still good.
    pub(crate) fn signed(state: &State, token: &str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let mut keys = state.token_keys.all().into_iter();
        keys.find(|key| key.has_signed(header, signed, &signature))?;
        let claims: Map<String, Value> =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let text = |name: &str| claims.get(name)?.as_str();
        let owned = |name: &str| text(name).unwrap_or_default().to_owned();
        Some(Self {
            id: owned("id"),
            client_id: owned("client_id"),
            user_id: owned("user_id"),
            scope: owned("scope"),
            session: text("sid").map(str::to_owned),
            claims,
        })
    }

    /// Ends the sign-in of a token that is good once and was used again by its client: of two who hold it
    /// one has stolen it.
    pub(crate) fn end_session_of_reused(state: &State, token: &str, client_id: &str) {
        let token = Self::signed(state, token).filter(|token| token.client_id == client_id);
        if let Some(session) = token.and_then(|token| token.session) {
            state.sessions().end(&session);
        }
    }

    /// A claim that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// In milliseconds since 1970.
    fn expires_at(&self) -> Option<i128> {
        let millis = |name: &str| self.text(name)?.parse::<i128>().ok();
        Some(millis("created_at")? + millis("expires_in")?)
    }
}

/// An access token that is good.
pub(crate) struct AccessToken {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    /// The claims of the token.
    pub(crate) claims: Map<String, Value>,
}

impl AccessToken {
    /// Checks signature, type, expiry and revocation, in this order.
    pub(crate) fn verify(state: &State, token: &str) -> Result<Self, InvalidToken> {
        let token = Token::verify(state, token, TokenType::Access)?;
        Ok(Self {
            client_id: token.client_id,
            user_id: token.user_id,
            claims: token.claims,
        })
    }
}
