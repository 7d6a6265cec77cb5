//! What a person agreed to when they signed in, and the code that stands for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::identities::directory::Directory;
use crate::identities::person::RegisteredPerson;
use crate::ims::new_token::{NewToken, TokenType};
use crate::ims::token::Token;
use crate::sessions::session_store::PendingCode;
use crate::state::State;
use crate::tokens::scopes;

/// The shortest verifier of PKCE (documented by Adobe), and the shortest challenge.
const SHORTEST: usize = 43;

/// The longest of both (RFC 7636).
const LONGEST: usize = 128;

/// A challenge of PKCE (RFC 7636).
#[derive(Clone)]
pub(crate) enum CodeChallenge {
    /// The verifier itself: the default (documented by Adobe).
    Plain(String),
    /// Its SHA-256 in base64url.
    S256(String),
}

impl CodeChallenge {
    /// `None` for an unknown method, or what cannot be a challenge of it.
    pub(crate) fn new(challenge: &str, method: Option<&str>) -> Option<Self> {
        let text = challenge.to_owned();
        match method {
            Some("S256") => {
                let bytes = URL_SAFE_NO_PAD.decode(challenge).ok()?;
                (bytes.len() == 32).then_some(Self::S256(text))
            }
            None | Some("plain") => is_verifier(challenge).then_some(Self::Plain(text)),
            Some(_) => None,
        }
    }

    pub(crate) fn matches(&self, verifier: &str) -> bool {
        if !is_verifier(verifier) {
            return false;
        }
        match self {
            Self::Plain(challenge) => challenge == verifier,
            Self::S256(challenge) => {
                let hash = digest(&SHA256, verifier.as_bytes());
                *challenge == URL_SAFE_NO_PAD.encode(hash)
            }
        }
    }
}

fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(unreserved)
}

/// What a person agreed to.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) auth_id: String,
    pub(crate) scopes: Vec<String>,
    /// Where the browser is sent with the answer.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) challenge: Option<CodeChallenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) resources: Vec<String>,
    /// The `sid` of all tokens that come of it.
    pub(crate) session: String,
}

impl Authorization {
    /// One that asks for nothing in particular.
    pub(crate) fn new(
        state: &State,
        client_id: &str,
        person: &RegisteredPerson,
        scopes: Vec<String>,
    ) -> Self {
        let session = format!("{}_emulator", state.session_ids.uuid());
        Self::in_session(session, client_id, person, scopes)
    }

    fn in_session(
        session: String,
        client_id: &str,
        person: &RegisteredPerson,
        scopes: Vec<String>,
    ) -> Self {
        Self {
            client_id: client_id.to_owned(),
            user_id: person.user_id().to_owned(),
            auth_id: person.auth_id().to_owned(),
            scopes,
            redirect_uri: None,
            challenge: None,
            nonce: None,
            resources: Vec::new(),
            session,
        }
    }

    /// What a token of a sign-in stands for, as long as the person is known.
    pub(crate) fn of(token: &Token, directory: &Directory) -> Option<Self> {
        let person = directory.people.by_user_id(&token.user_id)?;
        let scopes = scopes::names(&token.scope).map(str::to_owned).collect();
        let session = token.session.clone()?;
        Some(Self::in_session(session, &token.client_id, person, scopes))
    }

    /// A code for it, good once.
    pub(crate) fn code(self, state: &State) -> String {
        let now = state.clock.unix_millis();
        let issued = self
            .minting(self.scopes.join(","), now)
            .issue(state, TokenType::AuthorizationCode);
        let code = PendingCode {
            authorization: self,
            expires_at: issued.reference.expires_at,
        };
        state.sessions().add_code(issued.reference.id, code, now);
        issued.token
    }

    pub(crate) fn minting(&self, scope: String, now: i64) -> NewToken<'_> {
        let user = (&*self.user_id, &*self.auth_id);
        NewToken::for_user(&self.client_id, user, scope, now).session(&self.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 7636.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_is_met() {
        let challenge = CodeChallenge::new(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.matches(VERIFIER));
        assert!(!challenge.matches(CHALLENGE));
        for method in [None, Some("plain")] {
            let challenge = CodeChallenge::new(VERIFIER, method).unwrap();
            assert!(challenge.matches(VERIFIER));
            assert!(!challenge.matches(CHALLENGE));
        }
    }

    #[test]
    fn what_is_no_challenge_is_none() {
        for (challenge, method) in [
            (CHALLENGE, Some("s256")),
            (CHALLENGE, Some("S512")),
            (&CHALLENGE[1..], Some("S256")),
            (&VERIFIER[1..], None),
            ("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk", Some("plain")),
            ("", None),
        ] {
            assert!(
                CodeChallenge::new(challenge, method).is_none(),
                "{challenge}"
            );
        }
        let long = "a".repeat(129);
        assert!(CodeChallenge::new(&long, None).is_none());
        assert!(CodeChallenge::new(&long[1..], None).is_some());
    }
}
