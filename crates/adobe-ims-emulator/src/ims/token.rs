//! Verifying tokens that the emulator issued.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::identities::directory::Directory;
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::scopes;
use crate::tokens::token_type::TokenType;

/// A token of this emulator.
pub(crate) struct Token {
    /// The claim `id`, which is unique.
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    /// The claim `scope`.
    pub(crate) scope: String,
    /// The claim `sid`: the session of the sign-in that gave the token.
    pub(crate) session: Option<String>,
    pub(crate) claims: Map<String, Value>,
}

/// The reason why a token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvalidToken {
    /// The emulator did not issue the token, or somebody changed it.
    Signature,
    Type,
    Expired,
    /// Somebody revoked the token, or its client or user was removed.
    Revoked,
    /// The token is for one use, and was used.
    AlreadyUsed,
}

impl InvalidToken {
    /// Returns the `reason` in a response of `/ims/validate_token`.
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
        token_type: TokenType,
    ) -> Result<Self, InvalidToken> {
        let token = Self::verify_signature(state, token).ok_or(InvalidToken::Signature)?;
        if !token.has_type(token_type) {
            return Err(InvalidToken::Type);
        }
        let now = i128::from(state.config.clock.unix_millis());
        if token.expires_at().is_none_or(|end| end <= now) {
            return Err(InvalidToken::Expired);
        }
        let sessions = state.sessions();
        if sessions.is_revoked(&token.id, token.session.as_deref())
            || sessions.is_orphan(&token.id, &token.client_id, &token.user_id)
        {
            return Err(InvalidToken::Revoked);
        }
        let used = match token_type {
            TokenType::AuthorizationCode => sessions.code(&token.id).is_none(),
            _ => sessions.is_refresh_token_used(&token.id),
        };
        if used {
            return Err(InvalidToken::AlreadyUsed);
        }
        drop(sessions);
        Ok(token)
    }

    /// Verifies an access token.
    pub(crate) fn verify_access_token(state: &State, token: &str) -> Result<Self, InvalidToken> {
        Self::verify(state, token, TokenType::Access)
    }

    /// Checks the signature only.
    pub(crate) fn verify_signature(state: &State, token: &str) -> Option<Self> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, claims) = signing_input.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let mut keys = state.token_keys.all().into_iter();
        keys.find(|key| key.has_signed(header, signing_input, &signature))?;
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

    pub(crate) fn has_type(&self, token_type: TokenType) -> bool {
        self.text_claim("type") == Some(token_type.name())
    }

    pub(crate) fn text_claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Returns the authorization that the token came from. Returns `None` if the token has no
    /// session or its person is not registered.
    pub(crate) fn authorization(&self, directory: &Directory) -> Option<Authorization> {
        let person = directory.people.by_user_id(&self.user_id)?;
        let scopes = scopes::names(&self.scope).map(str::to_owned).collect();
        let session = self.session.clone()?;
        Some(Authorization::new(session, &self.client_id, person, scopes))
    }

    /// Revokes the token, or all tokens of its session with `whole_session`.
    pub(crate) fn revoke(self, state: &State, whole_session: bool) {
        let mut sessions = state.sessions();
        match self.session {
            Some(session) if whole_session => sessions.end_session(&session),
            _ => sessions.revoke_token(self.id),
        }
    }

    /// Returns the expiry in milliseconds since 1970.
    fn expires_at(&self) -> Option<i128> {
        let millis = |name: &str| self.text_claim(name)?.parse::<i128>().ok();
        millis("created_at")?.checked_add(millis("expires_in")?)
    }
}

/// Ends the session of a token for one use that its client used again. One of the two users may
/// have stolen it (RFC 6749 §4.1.2, RFC 9700).
pub(crate) fn end_session_of_reused(state: &State, token: &str, client_id: &str) {
    let token = Token::verify_signature(state, token).filter(|token| token.client_id == client_id);
    if let Some(session) = token.and_then(|token| token.session) {
        state.sessions().end_session(&session);
    }
}
