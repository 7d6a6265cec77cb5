use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::cache::format::{parse_error, write_error};
use crate::cache::key::{hash_part, hex};
use crate::cache::lines::{Lines, Writer};
use crate::credentials::OauthClient;
use crate::environment::Environment;
use crate::error::Error;
use crate::util::secret::Secret;

pub(super) const TITLE: &str = "adobe-ims.session/1";

/// The lifetime of a refresh token for which IMS names no expiry (documented by Adobe: 14 days by default).
const DEFAULT_LIFETIME: Duration = Duration::from_secs(14 * 86_400);

/// The identity of a session: the environment, the client and a name that the program chooses. One person may have
/// several sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey {
    pub(crate) environment: String,
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) id: String,
}

impl SessionKey {
    /// Creates the key of the session of this client and name.
    pub fn new(client: &OauthClient, name: impl Into<String>) -> Self {
        let environment = client.environment().base_url().to_owned();
        Self::from_parts(environment, client.client_id().to_owned(), name.into())
    }

    fn from_parts(environment: String, client_id: String, name: String) -> Self {
        let mut hash = Sha256::new();
        hash_part(&mut hash, "adobe-ims session");
        hash_part(&mut hash, &environment);
        hash_part(&mut hash, &client_id);
        hash_part(&mut hash, &name);
        Self {
            id: hex(&hash.finalize()[..16]),
            environment,
            client_id,
            name,
        }
    }

    /// Returns the base URL of the environment.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Returns the environment in which the person signed in.
    ///
    /// # Errors
    /// The errors of [`Environment::parse`].
    pub fn parsed_environment(&self) -> crate::error::Result<Environment> {
        Environment::parse(&self.environment)
    }

    /// Returns the client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the name that the program chose.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the short name of the key: 32 hexadecimal digits, equal in every process.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The refresh token of a sign-in, with its state.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The refresh token. IMS may replace it with each exchange.
    pub refresh_token: Secret,
    /// The user id of the person, if IMS named it.
    pub user_id: Option<String>,
    /// The scopes that the sign-in requested.
    pub scopes: Vec<String>,
    /// The time of the sign-in.
    pub signed_in_at: SystemTime,
    /// The time at which this refresh token was received.
    pub obtained_at: SystemTime,
    /// The expiry that IMS named (claim `rtea` of the access token, observed).
    pub stated_expiry: Option<SystemTime>,
    /// The id of the sign-in. It stays the same through all rotations.
    pub(crate) sign_in_id: String,
    /// The number of exchanges since the sign-in.
    pub(crate) rotation: u64,
    /// The access token that came with the refresh token, for processes that waited for it.
    pub(crate) latest: Option<LatestToken>,
    /// The time of an exchange whose response is not known yet.
    pub(crate) pending_since: Option<SystemTime>,
    /// The time at which IMS refused the refresh token.
    pub(crate) refused_at: Option<SystemTime>,
    /// The refusal, for later callers. Sessions of earlier versions lack it.
    pub(crate) refusal: Option<Error>,
}

/// The last access token.
#[derive(Clone, Debug)]
pub(crate) struct LatestToken {
    pub(crate) access_token: Secret,
    pub(crate) expires_at: SystemTime,
    /// The scopes that were requested for it; empty for all scopes of the sign-in.
    pub(crate) scopes: Vec<String>,
    /// True until a caller takes the token: that of the sign-in, or that of an exchange whose caller had given up.
    pub(crate) is_unclaimed: bool,
}

impl Session {
    /// Creates the session of a sign-in that has just ended.
    pub fn new(
        refresh_token: Secret,
        user_id: Option<String>,
        scopes: Vec<String>,
        now: SystemTime,
    ) -> Self {
        let mut hash = Sha256::new();
        hash_part(&mut hash, "adobe-ims sign-in");
        hash_part(&mut hash, refresh_token.expose());
        Self {
            sign_in_id: hex(&hash.finalize()[..16]),
            refresh_token,
            user_id,
            scopes,
            signed_in_at: now,
            obtained_at: now,
            stated_expiry: None,
            rotation: 0,
            latest: None,
            pending_since: None,
            refused_at: None,
            refusal: None,
        }
    }

    /// Returns the expiry of the refresh token: the one that IMS named, or 14 days after the token was received
    /// (documented by Adobe as the default).
    pub fn expires_at(&self) -> SystemTime {
        let default = self.obtained_at.checked_add(DEFAULT_LIFETIME);
        self.stated_expiry.or(default).unwrap_or(self.obtained_at)
    }

    /// Returns the time at which IMS refused the refresh token, if it did. The person must sign in again.
    pub fn refused_at(&self) -> Option<SystemTime> {
        self.refused_at
    }

    /// Writes the session as text, tokens included. Returns `None` if a value contains a line break.
    pub(crate) fn write(&self, key: &SessionKey) -> Option<Zeroizing<Vec<u8>>> {
        let latest = self.latest.as_ref();
        let access_token = latest.map(|latest| &latest.access_token);
        let secrets = access_token.into_iter().chain([&self.refresh_token]);
        let mut text = Writer::new(TITLE, secrets);
        text.line("environment", &key.environment);
        text.line("client_id", &key.client_id);
        text.line("name", &key.name);
        if let Some(user_id) = &self.user_id {
            text.line("user_id", user_id);
        }
        text.line("scopes", &self.scopes.join(","));
        text.line("sign_in", &self.sign_in_id);
        text.line("rotation", &self.rotation.to_string());
        text.time("signed_in_at", self.signed_in_at);
        text.time("obtained_at", self.obtained_at);
        for (name, time) in [
            ("said_to_end_at", self.stated_expiry),
            ("asking_since", self.pending_since),
            ("refused_at", self.refused_at),
        ] {
            if let Some(time) = time {
                text.time(name, time);
            }
        }
        if let Some(refusal) = &self.refusal {
            text.line("refusal", &write_error(refusal)?);
        }
        text.line("refresh_token", self.refresh_token.expose());
        if let Some(latest) = latest {
            text.line("access_scopes", &latest.scopes.join(","));
            text.time("access_expires_at", latest.expires_at);
            if latest.is_unclaimed {
                text.line("access_unclaimed", "yes");
            }
            text.line("access_token", latest.access_token.expose());
        }
        text.finish()
    }

    /// Parses a session and its key. Returns `None` if the content is not a session of this version.
    pub(crate) fn parse(content: &[u8]) -> Option<(SessionKey, Self)> {
        let lines = Lines::parse(content, TITLE)?;
        let text = |name: &str| lines.get(name).map(str::to_owned);
        let list = |name: &str| -> Option<Vec<String>> {
            let names = lines.get(name)?.split(',').filter(|name| !name.is_empty());
            Some(names.map(str::to_owned).collect())
        };
        let latest = match lines.get("access_token") {
            Some(token) => Some(LatestToken {
                access_token: Secret::new(token),
                expires_at: lines.time("access_expires_at")?,
                scopes: list("access_scopes")?,
                is_unclaimed: lines.get("access_unclaimed").is_some(),
            }),
            None => None,
        };
        let key = SessionKey::from_parts(text("environment")?, text("client_id")?, text("name")?);
        let session = Self {
            refresh_token: Secret::new(
                lines
                    .get("refresh_token")
                    .filter(|token| !token.is_empty())?,
            ),
            user_id: text("user_id"),
            scopes: list("scopes")?,
            sign_in_id: text("sign_in")?,
            rotation: lines.get("rotation")?.parse().ok()?,
            signed_in_at: lines.time("signed_in_at")?,
            obtained_at: lines.time("obtained_at")?,
            stated_expiry: lines.time("said_to_end_at"),
            pending_since: lines.time("asking_since"),
            refused_at: lines.time("refused_at"),
            refusal: lines.get("refusal").and_then(parse_error),
            latest,
        };
        Some((key, session))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Problem;

    fn at(millis: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
    }

    fn key(name: &str) -> SessionKey {
        let client = OauthClient::new(Environment::production(), "client!+ID");
        SessionKey::new(&client, name)
    }

    /// A session with every optional value if `is_full`, else with none.
    fn session(token: &str, millis: u64, rotation: u64, is_full: bool) -> Session {
        let user = is_full.then(|| "a@AdobeID".to_owned());
        let scopes = vec!["openid".to_owned(), "AdobeID".to_owned()];
        Session {
            rotation,
            stated_expiry: is_full.then(|| at(millis + 1)),
            pending_since: is_full.then(|| at(millis + 2)),
            refused_at: is_full.then(|| at(millis + 3)),
            refusal: is_full.then(|| Error::new(Problem::SignInAgain, "a\nb").with_hint("?")),
            latest: is_full.then(|| LatestToken {
                access_token: Secret::new("access"),
                expires_at: at(millis + 4),
                scopes: Vec::new(),
                is_unclaimed: rotation.is_multiple_of(2),
            }),
            ..Session::new(Secret::new(token), user, scopes, at(millis))
        }
    }

    #[test]
    fn key_tells_what_it_was_made_of() {
        let key = key("me");
        assert_eq!(key.environment(), Environment::production().base_url());
        assert_eq!((key.client_id(), key.name()), ("client!+ID", "me"));

        let stage = OauthClient::new(Environment::stage(), "client!+ID");
        let stage = SessionKey::new(&stage, "me").parsed_environment();
        assert_eq!(stage.unwrap(), Environment::stage());
    }

    proptest! {
        #[test]
        fn session_survives_writing_and_parsing(
            token in "[!-~]{1,50}", name in "\\PC{0,20}", millis in 0u64..1 << 45, rotation: u64, is_full: bool,
        ) {
            let key = key(&name);
            let session = session(&token, millis, rotation, is_full);
            let text = session.write(&key).unwrap();
            let (parsed_key, parsed) = Session::parse(&text).unwrap();
            prop_assert_eq!(&parsed_key, &key);
            prop_assert_eq!(parsed.write(&key).unwrap(), text.clone());
            prop_assert_eq!(parsed.refresh_token.expose(), token);
            let expiry = if is_full { at(millis + 1) } else { at(millis) + DEFAULT_LIFETIME };
            prop_assert_eq!(parsed.expires_at(), expiry);
            // A truncated file is not a session.
            prop_assert!(Session::parse(&text[..text.len() - 1]).is_none());
        }

        #[test]
        fn damaged_session_does_not_panic(is_full: bool, at: prop::sample::Index, byte: u8) {
            let mut text = session("refresh", 1, 2, is_full).write(&key("me")).unwrap().to_vec();
            let at = at.index(text.len());
            text[at] = byte;
            // A damaged session that still parses, and has no carriage return, survives another round.
            if let Some((key, session)) = Session::parse(&text)
                && let Some(written) = session.write(&key)
            {
                let (key_again, again) = Session::parse(&written).unwrap();
                prop_assert_eq!(&key_again, &key);
                prop_assert_eq!(again.write(&key).unwrap(), written);
            }
        }

        #[test]
        fn session_without_a_required_line_is_rejected(line in 0usize..10) {
            let text = session("refresh", 1, 2, false).write(&key("me")).unwrap();
            let text = str::from_utf8(&text).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            prop_assert_eq!(lines.len(), 10);
            let rest = [&lines[..line], &lines[line + 1..]].concat();
            let rest = rest.join("\n") + "\n";
            prop_assert!(Session::parse(rest.as_bytes()).is_none(), "{}", rest);
        }
    }
}
