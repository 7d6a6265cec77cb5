//! A stand-in for IMS with refresh tokens that can be used once. It answers when the test lets it.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use adobe_ims::credentials::{OauthClient, UserCredentials};
use adobe_ims::session::{Session, SessionStore, UserSession};
use adobe_ims::{Clock, Environment, Secret, SystemClock};
use tempfile::TempDir;

use crate::support::{Ims, is_complete};

const CLIENT: &str = "public!+ID";
const PATIENCE: Duration = Duration::from_secs(30);

/// A person who is signed in at the stand-in, as the profile `me`.
pub(crate) struct RotatingIms {
    pub(crate) folder: TempDir,
    url: String,
    arrived: Receiver<()>,
    answers: Sender<Answer>,
    received: Arc<Mutex<Vec<String>>>,
}

/// The action of the stand-in for a request that has arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// Issues an access token and the next refresh token, and refuses any used one.
    Token,
    /// Uses up the refresh token, and closes the connection without an answer.
    Lost,
}

impl RotatingIms {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (arrive, arrived) = mpsc::channel();
        let (answers, next_answer) = mpsc::channel();
        let received = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&received);
        thread::spawn(move || serve(&listener, &arrive, &next_answer, &record));
        let ims = Self {
            folder: tempfile::tempdir().unwrap(),
            url,
            arrived,
            answers,
            received,
        };
        ims.sign_in();
        ims
    }

    /// Stores a session with the first refresh token, and the profile.
    fn sign_in(&self) {
        let environment = Environment::parse(&self.url).unwrap();
        let client = OauthClient::new(environment, CLIENT);
        let sessions = SessionStore::new(self.folder.path().join("state/ims/sessions"));
        let user = UserSession::new(UserCredentials::new(client, "me", Vec::new()), sessions);
        let scopes = vec!["openid".to_owned(), "offline_access".to_owned()];
        let session = Session::new(Secret::new("refresh-0"), None, scopes, SystemClock.now());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let saved = user.sessions().save(user.key(), &session);
        runtime.block_on(saved).unwrap();
        let profile = format!(
            "version = 1\n[profiles.me]\ntype = \"user-pkce\"\nenvironment = \"{}\"\nclient_id = \"{CLIENT}\"\nscopes = \"openid,offline_access\"\n",
            self.url
        );
        fs::write(self.folder.path().join("config.toml"), profile).unwrap();
    }

    /// Creates a call with the profile.
    pub(crate) fn ims(&self, arguments: &[&str]) -> Ims {
        Ims::new(arguments)
            .env("IMS_CONFIG", self.folder.path().join("config.toml"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("IMS_CACHE_DIR", self.folder.path().join("cache"))
            .in_folder(self.folder.path())
    }

    /// Waits until a request has arrived.
    #[track_caller]
    pub(crate) fn wait_for_request(&self) {
        self.arrived.recv_timeout(PATIENCE).unwrap();
    }

    /// Answers the request that has arrived, or the next one.
    pub(crate) fn answer(&self, answer: Answer) {
        self.answers.send(answer).unwrap();
    }

    /// Returns the refresh tokens that were sent.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the refresh token on disk.
    pub(crate) fn stored(&self) -> String {
        let folder = fs::read_dir(self.folder.path().join("state/ims/sessions")).unwrap();
        let mut paths = folder.map(|file| file.unwrap().path());
        let path = paths.find(|path| path.extension().is_some_and(|it| it == "session"));
        let content = fs::read_to_string(path.unwrap()).unwrap();
        let mut lines = content.lines();
        let token = lines.find_map(|line| line.strip_prefix("refresh_token: "));
        token.unwrap().to_owned()
    }
}

fn serve(
    listener: &TcpListener,
    arrive: &Sender<()>,
    next_answer: &Receiver<Answer>,
    record: &Mutex<Vec<String>>,
) {
    let mut valid = 0;
    for mut stream in listener.incoming().flatten() {
        let request = read(&mut stream);
        let Some((_, rest)) = request.split_once("refresh_token=") else {
            continue;
        };
        let token = rest.split('&').next().unwrap_or_default().to_owned();
        let is_valid = token == format!("refresh-{valid}");
        record.lock().unwrap().push(token);
        let _ = arrive.send(());
        let Ok(answer) = next_answer.recv() else {
            return;
        };
        valid += u32::from(is_valid);
        let (status, body) = if is_valid {
            let issued = format!(
                r#"{{"access_token":"access-{valid}","refresh_token":"refresh-{valid}","token_type":"bearer","expires_in":86400}}"#
            );
            ("200 OK", issued)
        } else {
            let refused = r#"{"error":"invalid_grant","error_description":"used before"}"#;
            ("400 Bad Request", refused.to_owned())
        };
        if let Answer::Token = answer {
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    }
}

fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_complete(&request) {
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}
