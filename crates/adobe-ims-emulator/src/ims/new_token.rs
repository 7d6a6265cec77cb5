//! Issuing tokens: JWS of the form of Adobe's, with marks of the emulator.

use serde::Serialize;
use serde_json::Value;

use crate::behaviour::{Area, Behaviour, source};
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// The content of a token that is to be issued.
pub(crate) struct NewToken<'a> {
    client_id: &'a str,
    user: TokenUser<'a>,
    /// Separated by commas (observed).
    scope: String,
    /// Milliseconds since 1970.
    created_at: i64,
    resources: &'a [&'a str],
    session: Option<&'a str>,
    refresh_token: Option<TokenReference>,
    actor: Option<Value>,
    device_id: Option<&'a str>,
    environment: Option<ImsEnvironment>,
    /// The lifetime in milliseconds, if it is not that of the type of the token.
    lifetime: Option<u64>,
    promise_definition: Option<&'a str>,
}

/// The person or the technical account of a token.
#[derive(Clone, Copy)]
pub(crate) struct TokenUser<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) auth_id: &'a str,
}

/// An issued token, with its id and expiry.
pub(crate) struct IssuedToken {
    pub(crate) token: String,
    pub(crate) reference: TokenReference,
}

/// The id and the expiry of a token. An access token holds those of its refresh token.
#[derive(Clone)]
pub(crate) struct TokenReference {
    pub(crate) id: String,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// The claims in the observed order. Times are strings of milliseconds. There is no `exp`, `iat` or
/// `iss`. `expires_in` is the full lifetime, while the response reports a slightly shorter one.
#[derive(Serialize)]
pub(crate) struct Claims<'a> {
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
    /// Observed in this form. Its parts are unknown, and it may be that only sign-ins have it.
    oc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rtea: Option<String>,
    expires_in: String,
    scope: String,
    created_at: String,
    /// Inferred: it is not known how Adobe's tokens show the `resource` parameters.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aud: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Value>,
    /// Inferred: the device of a device token.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'a str>,
    /// Inferred: the definition of a promise token.
    #[serde(skip_serializing_if = "Option::is_none")]
    promise_definition_id: Option<&'a str>,
}

/// The claim `state`, a string that holds JSON, as in Adobe's tokens.
#[derive(Serialize)]
struct StateClaim {
    emulator: &'static str,
    env: &'static str,
}

impl<'a> NewToken<'a> {
    /// Creates a token for the technical account of a client. `created_at` is in milliseconds.
    pub(crate) fn for_client(client: &'a Client, scopes: &[String], created_at: i64) -> Self {
        let account = &client.binding.technical_account_id;
        let user = TokenUser {
            user_id: account,
            auth_id: account,
        };
        Self::for_user(&client.id, user, scopes, created_at)
    }

    /// Creates a token for a user. `created_at` is in milliseconds.
    pub(crate) fn for_user(
        client_id: &'a str,
        user: TokenUser<'a>,
        scopes: &[String],
        created_at: i64,
    ) -> Self {
        Self {
            client_id,
            user,
            scope: scopes.join(","),
            created_at,
            resources: &[],
            session: None,
            refresh_token: None,
            actor: None,
            device_id: None,
            environment: None,
            lifetime: None,
            promise_definition: None,
        }
    }

    /// Creates a token of a sign-in. `created_at` is in milliseconds.
    pub(crate) fn for_authorization(
        authorization: &'a Authorization,
        scopes: &[String],
        created_at: i64,
    ) -> Self {
        let user = TokenUser {
            user_id: &authorization.user_id,
            auth_id: &authorization.auth_id,
        };
        Self {
            session: Some(&authorization.session),
            ..Self::for_user(&authorization.client_id, user, scopes, created_at)
        }
    }

    /// Sets the `resource` parameters of the request.
    pub(crate) fn resources(mut self, resources: &'a [&'a str]) -> Self {
        self.resources = resources;
        self
    }

    /// Sets the refresh token that is issued with an access token.
    pub(crate) fn refresh_token(mut self, refresh_token: Option<TokenReference>) -> Self {
        self.refresh_token = refresh_token;
        self
    }

    /// Sets the claim `act` of RFC 8693.
    pub(crate) fn actor(mut self, actor: Value) -> Self {
        self.actor = Some(actor);
        self
    }

    pub(crate) fn device(mut self, device_id: &'a str) -> Self {
        self.device_id = Some(device_id);
        self
    }

    /// Sets the lifetime in milliseconds.
    pub(crate) fn lifetime(mut self, millis: u64) -> Self {
        self.lifetime = Some(millis);
        self
    }

    /// Sets the definition of a promise token.
    pub(crate) fn promise_definition(mut self, id: &'a str) -> Self {
        self.promise_definition = Some(id);
        self
    }

    /// Issues an access token, and counts it for `grant`.
    pub(crate) fn issue_access_token(self, state: &State, grant: GrantType) -> String {
        state.count_issued(grant);
        self.issue(state, TokenType::Access).token
    }

    /// Sets the environment that the claims name; the default is that of the emulator.
    pub(crate) fn environment(mut self, environment: ImsEnvironment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Issues a token.
    pub(crate) fn issue(self, state: &State, token_type: TokenType) -> IssuedToken {
        self.issue_with(state, token_type, |claims| {
            state.token_keys.of(token_type).sign(claims)
        })
    }

    /// Issues a token that `sign` makes from the claims.
    pub(crate) fn issue_with(
        self,
        state: &State,
        token_type: TokenType,
        sign: impl FnOnce(&Claims<'_>) -> String,
    ) -> IssuedToken {
        let own = self.lifetime;
        let lifetime = own.unwrap_or_else(|| state.lifetimes().millis(token_type));
        let environment = self.environment;
        let environment = environment.unwrap_or_else(|| ImsEnvironment::of_emulator(state));
        let random = &state.token_random;
        let uuid = random.uuid();
        let epoch = state
            .sessions()
            .token_epoch(self.client_id, self.user.user_id);
        let id = format!("{}_{uuid}_emulator{}", self.created_at, epoch.suffix());
        let expires_at = self.created_at.saturating_add_unsigned(lifetime);
        let refresh_token = self.refresh_token.as_ref();
        let rtea = match token_type {
            TokenType::Refresh => Some(expires_at),
            _ => refresh_token.map(|token| token.expires_at),
        };
        let token = sign(&Claims {
            id: &id,
            r#type: token_type.name(),
            client_id: self.client_id,
            user_id: self.user.user_id,
            state: &environment.state_claim(),
            r#as: environment.host_label(),
            aa_id: self.user.auth_id,
            ctp: 0,
            // Base32 with padding. "EMULATOR" consists of letters of its alphabet.
            fg: format!("EMULATOR{}======", random.base32::<18>()),
            sid: self.session,
            rtid: refresh_token.map(|token| &*token.id),
            moi: random.hex::<4>(),
            pba: "",
            oc: format!("renga*na1r*{:x}*emulator", self.created_at),
            rtea: rtea.map(|millis| millis.to_string()),
            expires_in: lifetime.to_string(),
            scope: self.scope,
            created_at: self.created_at.to_string(),
            aud: self.resources,
            act: self.actor.as_ref(),
            device_id: self.device_id,
            promise_definition_id: self.promise_definition,
        });
        IssuedToken {
            token,
            reference: TokenReference { id, expires_at },
        }
    }
}

/// An environment of IMS. Published clients accept the names of these two only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImsEnvironment {
    Production,
    Stage,
}

impl ImsEnvironment {
    pub(crate) fn of_emulator(state: &State) -> Self {
        if state.config.ims_endpoint.starts_with("ims-na1-stg1.") {
            Self::Stage
        } else {
            Self::Production
        }
    }

    /// Returns the claim `as`.
    fn host_label(self) -> &'static str {
        match self {
            Self::Production => "ims-na1",
            Self::Stage => "ims-na1-stg1",
        }
    }

    /// Returns the folder of the keys.
    fn key_folder(self) -> &'static str {
        match self {
            Self::Production => "prod",
            Self::Stage => "nonprod",
        }
    }

    fn state_claim(self) -> String {
        serde_json::to_string(&StateClaim {
            emulator: env!("CARGO_PKG_NAME"),
            env: self.key_folder(),
        })
        .expect("a struct of two strings is JSON")
    }
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Tokens.observed(
        "access-token-times",
        "`created_at` and `expires_in` of an access token are strings of milliseconds. There is no `exp`, `iat` or `iss`.",
        "adobe/aio-lib-ims 8.1.1, end-to-end test against the live service; debug logs of 2022",
    ),
    Area::Tokens.observed(
        "access-token-claims",
        "An access token has `id`, `type`, `client_id`, `user_id`, `state`, `as`, `aa_id`, `ctp`, `fg`, `oc`, `moi`, `pba`, `scope`. The parts of `oc` are the emulator's.",
        "debug logs of 2022",
    ),
    Area::Tokens.observed(
        "access-token-client",
        "`type` is `access_token`, and `client_id` is that of the request.",
        source::NODE_TESTS,
    ),
    Area::Tokens.observed(
        "access-token-scope",
        "`scope` is a list that is separated by commas.",
        "debug logs of 2022",
    ),
    Area::Tokens.inferred(
        "access-token-scope-of-account",
        "A token of a technical account has the scopes of the client, and not its metascopes.",
        "Adobe documents such tokens as equivalent to those of OAuth server-to-server",
    ),
    Area::Tokens.observed(
        "access-token-header",
        "The header has `alg` RS256, `x5u`, `kid` and `itt`, and no `typ`. `x5u` is a file name.",
        "debug logs of 2022; tests of adobe/asset-compute-sdk",
    ),
    Area::Tokens.observed(
        "access-token-of-person",
        "A token of a sign-in also has `sid`, `rtid` and `rtea`.",
        "debug logs of 2022",
    ),
    Area::Tokens.inferred(
        "access-token-audience",
        "`aud` holds the values of `resource`.",
        "nobody published such a token",
    ),
    Area::Tokens.inferred(
        "access-token-fresh",
        "Each request gives a new token, and the earlier ones stay valid.",
        "Adobe documents that tokens may overlap; the times in published answers are new each time",
    ),
    Area::Tokens.inferred(
        "access-token-marks",
        "`id`, `fg`, `state` and `kid` say that the token is an emulator's.",
        "so that nobody takes it for a token of Adobe's",
    ),
];
