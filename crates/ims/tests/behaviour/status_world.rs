//! A home directory with profiles whose tokens and sign-ins end at known times. Nothing serves IMS.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::credentials::OauthClient;
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::time;
use adobe_ims::session::{Session, SessionKey, SessionStore};
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::{
    AccessToken, BoxFuture, Clock, Credentials, Environment, Secret, SystemClock, TokenProvider,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{CLIENT_SECRET, Ims, Run, fixture, write_private};

pub(crate) const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3600);

/// Returns the time in so many days and a half hour, so that a slow test does not change the days left.
pub(crate) fn in_days(days: u32) -> SystemTime {
    SystemClock.now() + days * DAY + HOUR / 2
}

/// Returns the time before so many days.
pub(crate) fn days_ago(days: u32) -> SystemTime {
    SystemClock.now() - days * DAY
}

pub(crate) struct Home {
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) fn new(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder };
        fs::create_dir_all(home.path(".config/ims")).unwrap();
        home.configure(configuration);
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        self.path(".config/ims/config.toml")
    }

    pub(crate) fn configure(&self, text: &str) {
        write_private(&self.configuration(), text);
    }

    /// Writes service credentials whose certificate ends at this time, and returns their content.
    pub(crate) fn document(&self, name: &str, certificate_ends_at: SystemTime) -> Vec<u8> {
        let document = json!({
            "ok": true,
            "integration": {
                "imsEndpoint": "ims-na1.adobelogin.com",
                "metascopes": "ent_aem_cloud_api",
                "technicalAccount": {
                    "clientId": "cm-p12345-e67890-integration-0",
                    "clientSecret": CLIENT_SECRET,
                },
                "email": "a@techacct.adobe.com",
                "id": "89ABCDEF0123456701234567@techacct.adobe.com",
                "org": "0123456789ABCDEF01234567@AdobeOrg",
                "privateKey": fixture("pkcs1.pem"),
                "certificateExpirationDate": time::rfc3339(certificate_ends_at),
            },
            "statusCode": 200,
        });
        let content = document.to_string().into_bytes();
        write_private(&self.path(name), &content);
        content
    }

    /// Caches a token of this document for so many hours and a half.
    pub(crate) fn cache(&self, document: &[u8], hours: u32) {
        let key = Credentials::parse(document).unwrap();
        let key = key.store_key(&KeyContext::default()).unwrap();
        let token = AccessToken::new(Secret::new("cached")).unwrap();
        let token = token.with_expiry(SystemClock.now() + hours * HOUR + HOUR / 2);
        let store = FileStore::new(self.path(".cache/ims"));
        let provider = TokenProvider::builder(OneToken { key, token }).store(store);
        let provider = provider.build().blocking();
        provider.token().unwrap();
        provider.saved();
    }

    /// Stores the session of a sign-in at production.
    pub(crate) fn sign_in(&self, client: &str, name: &str, at: SystemTime) {
        let client = OauthClient::new(Environment::production(), client);
        let key = SessionKey::new(&client, name);
        let token = Secret::new("refresh");
        let user = Some("JANE@AdobeID".to_owned());
        let session = Session::new(token, user, vec!["openid".to_owned()], at);
        let store = SessionStore::new(self.path(".local/state/ims/sessions"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(store.save(&key, &session)).unwrap();
    }

    pub(crate) fn ims(&self, arguments: &[&str]) -> Ims {
        Ims::new(arguments)
            .env("HOME", self.folder.path())
            .env("PATH", "/usr/bin:/bin")
            .in_folder(self.folder.path())
    }

    /// Returns the report for programs. Exit code and stderr are checked elsewhere.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let run = self.ims(&[&["status", "-o", "json"], arguments].concat());
        let run = run.run();
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"))
    }
}

/// The parts of a report for people: the summary, the table, and the remarks, each on one line.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) summary: String,
    pub(crate) table: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

impl Report {
    /// Reads the report of a run in this home. `HOME` stands for its folder, `TIME` for each point in time.
    #[track_caller]
    pub(crate) fn of(run: &Run, home: &Home) -> Self {
        assert_eq!(run.stderr, "", "{run:?}");
        let width = |line: &str| line.chars().count();
        let is_path = |line: &str| line.contains(home.folder.path().to_str().unwrap());
        let mut lines = run.stdout.lines();
        assert!(lines.all(|it| width(it) <= 80 || is_path(it)), "{run:?}");
        let mut parts = run.stdout.trim_end().split("\n\n").peekable();
        let summary = parts.next().unwrap().replace('\n', " ");
        let is_remark = |part: &&str| {
            part.starts_with("! ") && !part.starts_with("!  ") || part.starts_with("- ")
        };
        let table = parts
            .next_if(|part| !is_remark(part))
            .unwrap_or_default()
            .lines();
        let remarks = parts.next().unwrap_or_default().replace("\n  ", " ");
        assert_eq!(parts.next(), None, "{run:?}");
        let home = home.folder.path().to_str().unwrap();
        let known = |text: &str| {
            let words = text.split(' ').map(|word| {
                let bare = word.trim_end_matches([';', ',']);
                let is_time = bare.starts_with("20") && bare.ends_with('Z') && bare.len() == 20;
                let word = if is_time {
                    word.replace(bare, "TIME")
                } else {
                    word.to_owned()
                };
                word.replace(home, "HOME")
            });
            words.collect::<Vec<_>>().join(" ")
        };
        Self {
            summary: known(&summary),
            table: table.map(str::to_owned).collect(),
            remarks: remarks.lines().map(known).collect(),
        }
    }
}

struct OneToken {
    key: StoreKey,
    token: AccessToken,
}

impl TokenSource for OneToken {
    fn fetch(&self) -> BoxFuture<'_, adobe_ims::Result<FetchedToken>> {
        Box::pin(async { Ok(FetchedToken::new(self.token.clone())) })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}
