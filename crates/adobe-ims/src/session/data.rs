use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::cache::key::{hex, part};
use crate::cache::lines::{Lines, Writer};
use crate::credentials::OauthClient;
use crate::environment::Environment;
use crate::util::secret::Secret;

const TITLE: &str = "adobe-ims.session/1";

/// How long a refresh token lives unless it is said (documented by Adobe: 14 days by default).
const USUAL_LIFE: Duration = Duration::from_secs(14 * 86_400);

/// Whose session it is: the environment, the client, and a name that the caller gives the person, since one
/// person may be signed in as several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey {
    pub(crate) environment: String,
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) id: String,
}

impl SessionKey {
    /// Names the session of this client under this name.
    pub fn new(client: &OauthClient, name: impl Into<String>) -> Self {
        let environment = client.environment().base_url().to_owned();
        Self::of(environment, client.client_id().to_owned(), name.into())
    }

    fn of(environment: String, client_id: String, name: String) -> Self {
        let mut hash = Sha256::new();
        part(&mut hash, "adobe-ims session");
        part(&mut hash, &environment);
        part(&mut hash, &client_id);
        part(&mut hash, &name);
        Self {
            id: hex(&hash.finalize()[..16]),
            environment,
            client_id,
            name,
        }
    }

    /// The base URL of the environment.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The environment, as it was when the person signed in.
    ///
    /// # Errors
    /// As for [`Environment::parse`].
    pub fn parsed_environment(&self) -> crate::error::Result<Environment> {
        Environment::parse(&self.environment)
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The name that the caller gave.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A short name for all of it, the same in every process: 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What a sign-in left: a refresh token, and what is known about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// What gets the next access token, once.
    pub refresh_token: Secret,
    /// Who signed in, if IMS said it.
    pub user_id: Option<String>,
    /// What was asked for when the person signed in.
    pub scopes: Vec<String>,
    /// When the person signed in.
    pub signed_in_at: SystemTime,
    /// When the refresh token was got.
    pub obtained_at: SystemTime,
    /// When it ends, where IMS said it (claim `rtea`, observed).
    pub said_to_end_at: Option<SystemTime>,
    /// Names this sign-in through all rotations.
    pub(crate) sign_in: String,
    /// How often a refresh token of this sign-in was exchanged for the next.
    pub(crate) rotation: u64,
    /// The access token that came with the refresh token, for those who waited for it.
    pub(crate) latest: Option<LatestToken>,
    /// Since when IMS is asked and has not answered, as far as is known.
    pub(crate) asking_since: Option<SystemTime>,
    /// When IMS refused the refresh token.
    pub(crate) refused_at: Option<SystemTime>,
}

/// The access token that came last.
#[derive(Clone, Debug)]
pub(crate) struct LatestToken {
    pub(crate) access_token: Secret,
    pub(crate) expires_at: SystemTime,
    /// What it was asked for with; empty for all that was granted.
    pub(crate) scopes: Vec<String>,
    /// Whether nobody has been handed it yet: it came with the sign-in.
    pub(crate) is_unclaimed: bool,
}

impl Session {
    /// A sign-in that just happened.
    pub fn new(
        refresh_token: Secret,
        user_id: Option<String>,
        scopes: Vec<String>,
        now: SystemTime,
    ) -> Self {
        let mut hash = Sha256::new();
        part(&mut hash, "adobe-ims sign-in");
        part(&mut hash, refresh_token.expose());
        Self {
            sign_in: hex(&hash.finalize()[..16]),
            refresh_token,
            user_id,
            scopes,
            signed_in_at: now,
            obtained_at: now,
            said_to_end_at: None,
            rotation: 0,
            latest: None,
            asking_since: None,
            refused_at: None,
        }
    }

    /// When somebody has to sign in again unless the refresh token is exchanged before: what IMS said, or
    /// else 14 days after it was got (documented by Adobe as the default).
    pub fn ends_at(&self) -> SystemTime {
        let usual = self.obtained_at.checked_add(USUAL_LIFE);
        self.said_to_end_at.or(usual).unwrap_or(self.obtained_at)
    }

    /// When IMS refused the refresh token, if it did: somebody has to sign in again.
    pub fn refused_at(&self) -> Option<SystemTime> {
        self.refused_at
    }

    /// Its text holds the tokens. `None` when something in it does not fit a line.
    pub(crate) fn write(&self, key: &SessionKey) -> Option<Zeroizing<Vec<u8>>> {
        let latest = self.latest.as_ref();
        let tokens = self.refresh_token.expose().len()
            + latest.map_or(0, |latest| latest.access_token.expose().len());
        let mut text = Writer::new(TITLE, tokens + 16 * 1024);
        text.line("environment", &key.environment);
        text.line("client_id", &key.client_id);
        text.line("name", &key.name);
        if let Some(user_id) = &self.user_id {
            text.line("user_id", user_id);
        }
        text.line("scopes", &self.scopes.join(","));
        text.line("sign_in", &self.sign_in);
        text.line("rotation", &self.rotation.to_string());
        text.time("signed_in_at", self.signed_in_at);
        text.time("obtained_at", self.obtained_at);
        for (name, time) in [
            ("said_to_end_at", self.said_to_end_at),
            ("asking_since", self.asking_since),
            ("refused_at", self.refused_at),
        ] {
            if let Some(time) = time {
                text.time(name, time);
            }
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
        text.end()
    }

    /// Reads one, and whose it is; `None` when it is none.
    pub(crate) fn read(content: &[u8]) -> Option<(SessionKey, Self)> {
        let lines = Lines::read(content, TITLE)?;
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
        let key = SessionKey::of(text("environment")?, text("client_id")?, text("name")?);
        let session = Self {
            refresh_token: Secret::new(lines.get("refresh_token").filter(|it| !it.is_empty())?),
            user_id: text("user_id"),
            scopes: list("scopes")?,
            sign_in: text("sign_in")?,
            rotation: lines.get("rotation")?.parse().ok()?,
            signed_in_at: lines.time("signed_in_at")?,
            obtained_at: lines.time("obtained_at")?,
            said_to_end_at: lines.time("said_to_end_at"),
            asking_since: lines.time("asking_since"),
            refused_at: lines.time("refused_at"),
            latest,
        };
        Some((key, session))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
    }

    proptest! {
        #[test]
        fn a_session_comes_back_as_it_was(
            token in "[!-~]{1,50}", name in "\\PC{0,20}", millis in 0u64..1 << 45, rotation: u64, whole: bool,
        ) {
            let client = OauthClient::new(Environment::production(), "client!+ID");
            let key = SessionKey::new(&client, name);
            let user = whole.then(|| "a@AdobeID".to_owned());
            let scopes = vec!["openid".to_owned(), "AdobeID".to_owned()];
            let session = Session {
                rotation,
                said_to_end_at: whole.then(|| at(millis + 1)),
                asking_since: whole.then(|| at(millis + 2)),
                refused_at: whole.then(|| at(millis + 3)),
                latest: whole.then(|| LatestToken {
                    access_token: Secret::new("access"),
                    expires_at: at(millis + 4),
                    scopes: Vec::new(),
                    is_unclaimed: rotation % 2 == 0,
                }),
                ..Session::new(Secret::new(&*token), user, scopes, at(millis))
            };
            let text = session.write(&key).unwrap();
            let (read_key, read) = Session::read(&text).unwrap();
            prop_assert_eq!(&read_key, &key);
            prop_assert_eq!(read.write(&key).unwrap(), text.clone());
            prop_assert_eq!(read.refresh_token.expose(), token);
            prop_assert_eq!(read.ends_at(), if whole { at(millis + 1) } else { at(millis) + USUAL_LIFE });
            // Half a file is none.
            prop_assert!(Session::read(&text[..text.len() - 1]).is_none());
        }

        #[test]
        fn anything_can_be_read(content: Vec<u8>) {
            prop_assert!(Session::read(&content).is_none());
        }
    }
}
