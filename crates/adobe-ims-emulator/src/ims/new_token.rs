//! Making tokens: a JWS with the shape of Adobe's, and marks that tell where it comes from.

use serde::Serialize;
use serde_json::Value;

use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::state::State;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    Access,
    Refresh,
    /// A JWS as well: a published client looks into it for its `type`.
    AuthorizationCode,
    Device,
}

impl TokenType {
    const ALL: [Self; 4] = [
        Self::Access,
        Self::Refresh,
        Self::AuthorizationCode,
        Self::Device,
    ];

    /// The claim `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::AuthorizationCode => "authorization_code",
            Self::Device => "device_token",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A refresh token as the access tokens beside it tell of it.
#[derive(Clone)]
pub(crate) struct TokenReference {
    pub(crate) id: String,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// What a token is minted from.
pub(crate) struct NewToken<'a> {
    client_id: &'a str,
    user_id: &'a str,
    auth_id: &'a str,
    /// Separated by commas, as observed.
    scope: String,
    /// Milliseconds since 1970.
    created_at: i64,
    resources: &'a [&'a str],
    session: Option<&'a str>,
    refresh: Option<TokenReference>,
    actor: Option<Value>,
    device_id: Option<&'a str>,
}

/// A token, and what has to be known of it.
pub(crate) struct IssuedToken {
    pub(crate) token: String,
    pub(crate) reference: TokenReference,
}

/// The claims in the observed order. All times are strings of milliseconds; there is no `exp`,
/// `iat` or `iss`. The life is the nominal one, not the slightly shorter one of the answer.
#[derive(Serialize)]
struct Claims<'a> {
    id: &'a str,
    r#type: &'static str,
    client_id: &'a str,
    user_id: &'a str,
    state: &'a str,
    r#as: &'a str,
    aa_id: &'a str,
    ctp: u8,
    fg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rtid: Option<&'a str>,
    moi: String,
    pba: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rtea: Option<String>,
    expires_in: String,
    scope: String,
    created_at: String,
    /// Whether and how Adobe shows the `resource` parameters here is not known.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aud: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Value>,
    /// Inferred: what ties a device token to its device.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'a str>,
}

/// A claim that is a string which itself holds JSON, as in Adobe's tokens.
#[derive(Serialize)]
struct StateClaim {
    emulator: &'static str,
    env: &'static str,
}

impl<'a> NewToken<'a> {
    /// For a client's own technical account.
    pub(crate) fn for_client(client: &'a Client, scope: String, created_at: i64) -> Self {
        let account = &client.binding.technical_account_id;
        Self::for_user(&client.id, (account, account), scope, created_at)
    }

    /// For somebody, by user id and auth id, through a client.
    pub(crate) fn for_user(
        client_id: &'a str,
        (user_id, auth_id): (&'a str, &'a str),
        scope: String,
        created_at: i64,
    ) -> Self {
        Self {
            client_id,
            user_id,
            auth_id,
            scope,
            created_at,
            resources: &[],
            session: None,
            refresh: None,
            actor: None,
            device_id: None,
        }
    }

    pub(crate) fn resources(mut self, resources: &'a [&'a str]) -> Self {
        self.resources = resources;
        self
    }

    /// The sign-in that the token goes back to, with which it dies.
    pub(crate) fn session(mut self, session: &'a str) -> Self {
        self.session = Some(session);
        self
    }

    pub(crate) fn beside(mut self, refresh_token: Option<TokenReference>) -> Self {
        self.refresh = refresh_token;
        self
    }

    pub(crate) fn acting(mut self, actor: Value) -> Self {
        self.actor = Some(actor);
        self
    }

    pub(crate) fn device(mut self, device_id: &'a str) -> Self {
        self.device_id = Some(device_id);
        self
    }

    /// An access token, counted as one of `grant`.
    pub(crate) fn access_token(self, state: &State, grant: GrantType) -> String {
        state.count(grant);
        self.issue(state, TokenType::Access).token
    }

    pub(crate) fn issue(self, state: &State, kind: TokenType) -> IssuedToken {
        let life = state.lifetimes.millis(kind);
        let (host_label, env) = host_label(&state.ims_endpoint);
        let state_claim = serde_json::to_string(&StateClaim {
            emulator: env!("CARGO_PKG_NAME"),
            env,
        })
        .expect("two strings are JSON");
        let random = &state.token_ids;
        let id = format!("{}_{}_emulator", self.created_at, random.uuid());
        let expires_at = self.created_at.saturating_add_unsigned(life);
        let rtea = match kind {
            TokenType::Refresh => Some(expires_at),
            _ => self.refresh.as_ref().map(|reference| reference.expires_at),
        };
        let key = match kind {
            TokenType::Access => &state.token_keys.access,
            TokenType::Refresh => &state.token_keys.refresh,
            TokenType::AuthorizationCode | TokenType::Device => &state.token_keys.identity,
        };
        let token = key.sign(&Claims {
            id: &id,
            r#type: kind.name(),
            client_id: self.client_id,
            user_id: self.user_id,
            state: &state_claim,
            r#as: host_label,
            aa_id: self.auth_id,
            ctp: 0,
            // Base32 with padding; "EMULATOR" happens to be within its alphabet.
            fg: format!("EMULATOR{}======", random.base32::<18>()),
            sid: self.session,
            rtid: self.refresh.as_ref().map(|reference| &*reference.id),
            moi: random.hex::<4>(),
            pba: "",
            rtea: rtea.map(|millis| millis.to_string()),
            expires_in: life.to_string(),
            scope: self.scope,
            created_at: self.created_at.to_string(),
            aud: self.resources,
            act: self.actor.as_ref(),
            device_id: self.device_id,
        });
        IssuedToken {
            token,
            reference: TokenReference { id, expires_at },
        }
    }
}

/// The `as` claim and the key folder. Published clients accept no labels but these two.
fn host_label(ims_endpoint: &str) -> (&'static str, &'static str) {
    if ims_endpoint.starts_with("ims-na1-stg1.") {
        ("ims-na1-stg1", "nonprod")
    } else {
        ("ims-na1", "prod")
    }
}
