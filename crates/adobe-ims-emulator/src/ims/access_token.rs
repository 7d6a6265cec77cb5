//! The access token: a JWS with the shape of Adobe's, and marks that tell where it comes from.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::certificate::{SigningKey, verifies};
use crate::client::Client;
use crate::state::State;

/// The key that signs access tokens.
pub(crate) struct TokenKey {
    pub(crate) key: SigningKey,
    /// The encoded header, the same for every token.
    header: String,
    /// The certificate in PEM, made when it is first asked for.
    pub(crate) certificate: OnceLock<String>,
}

/// As observed: no `typ`, and an `x5u` that is a bare file name rather than a URI.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    x5u: &'static str,
    kid: &'static str,
    itt: &'static str,
}

impl TokenKey {
    pub(crate) const KID: &str = "emulator-key-at-1";
    pub(crate) const X5U: &str = "emulator-key-at-1.cer";

    /// The built-in key.
    pub(crate) fn built_in() -> Self {
        let key = SigningKey::from_pem(include_str!("../../keys/ims-token.pem"))
            .expect("the built-in key is readable");
        Self {
            key,
            header: part(&Header {
                alg: "RS256",
                x5u: Self::X5U,
                kid: Self::KID,
                itt: "at",
            }),
            certificate: OnceLock::new(),
        }
    }

    fn sign(&self, claims: &impl Serialize) -> String {
        let mut token = format!("{}.{}", self.header, part(claims));
        let signature = self.key.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// What a token is minted from.
pub(crate) struct Minting<'a> {
    pub(crate) client: &'a Client,
    /// Separated by commas, as observed.
    pub(crate) scope: String,
    pub(crate) resources: &'a [&'a str],
    /// Milliseconds since 1970.
    pub(crate) created_at: i64,
}

/// The claims in the observed order. Both times are strings of milliseconds; there is no `exp`,
/// `iat` or `iss`. The life is the nominal one, not the slightly shorter one of the answer.
#[derive(Serialize)]
struct Claims<'a> {
    id: String,
    r#type: &'static str,
    client_id: &'a str,
    user_id: &'a str,
    state: &'a str,
    r#as: &'a str,
    aa_id: &'a str,
    ctp: u8,
    fg: String,
    moi: String,
    pba: &'static str,
    expires_in: String,
    scope: String,
    created_at: String,
    /// Whether and how Adobe shows the `resource` parameters here is not known.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aud: &'a [&'a str],
}

/// A claim that is a string which itself holds JSON, as in Adobe's tokens.
#[derive(Serialize)]
struct StateClaim {
    emulator: &'static str,
    env: &'static str,
}

impl Minting<'_> {
    pub(crate) fn mint(self, state: &State) -> String {
        state.minted.fetch_add(1, Ordering::Relaxed);
        let (host_label, env) = host_label(&state.ims_endpoint);
        let state_claim = serde_json::to_string(&StateClaim {
            emulator: env!("CARGO_PKG_NAME"),
            env,
        })
        .expect("two strings are JSON");
        let random = &state.token_ids;
        let technical_account = &self.client.binding.technical_account_id;
        state.token_key.sign(&Claims {
            id: format!("{}_{}_emulator", self.created_at, random.uuid()),
            r#type: "access_token",
            client_id: &self.client.id,
            user_id: technical_account,
            state: &state_claim,
            r#as: host_label,
            aa_id: technical_account,
            ctp: 0,
            // Base32 with padding; "EMULATOR" happens to be within its alphabet.
            fg: format!("EMULATOR{}======", random.base32::<18>()),
            moi: random.hex::<4>(),
            pba: "",
            expires_in: state.token_lifetime.as_millis().to_string(),
            scope: self.scope,
            created_at: self.created_at.to_string(),
            aud: self.resources,
        })
    }
}

/// A token that this emulator minted, whose time has not run out and that was not revoked.
pub(crate) struct AccessToken {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    /// The claim `id`, of which no two tokens have the same.
    pub(crate) id: String,
    pub(crate) claims: Map<String, Value>,
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotGood {
    /// It was not minted here, or was changed since.
    Signature,
    Type,
    Expired,
    Revoked,
}

impl AccessToken {
    /// Checks signature, type, expiry and revocation, in this order.
    pub(crate) fn verify(state: &State, token: &str) -> Result<Self, NotGood> {
        let claims = signed_claims(state, token).ok_or(NotGood::Signature)?;
        let text = |name: &str| claims.get(name)?.as_str();
        if text("type") != Some("access_token") {
            return Err(NotGood::Type);
        }
        let millis = |name: &str| text(name)?.parse::<i128>().ok();
        let life = millis("created_at").zip(millis("expires_in"));
        let now = i128::from(state.clock.unix_millis());
        if life.is_none_or(|(start, life)| start + life <= now) {
            return Err(NotGood::Expired);
        }
        let id = text("id").unwrap_or_default();
        if state.revoked().contains(id) {
            return Err(NotGood::Revoked);
        }
        let owned = |name: &str| text(name).unwrap_or_default().to_owned();
        Ok(Self {
            client_id: owned("client_id"),
            user_id: owned("user_id"),
            id: id.to_owned(),
            claims,
        })
    }
}

fn signed_claims(state: &State, token: &str) -> Option<Map<String, Value>> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = state.token_key.key.public_key();
    if header != state.token_key.header || !verifies(key, signed.as_bytes(), &signature) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The `as` claim and the key folder. Published clients accept no labels but these two.
fn host_label(ims_endpoint: &str) -> (&'static str, &'static str) {
    if ims_endpoint.starts_with("ims-na1-stg1.") {
        ("ims-na1-stg1", "nonprod")
    } else {
        ("ims-na1", "prod")
    }
}

fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).expect("the claims have string keys"))
}
