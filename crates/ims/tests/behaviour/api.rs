//! A fake API for `ims curl`, which records the requests.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use adobe_ims::Secret;

use crate::support::{Ims, LASTING_TOKEN, World};

pub(crate) const DONE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ndone\n";
pub(crate) const REFUSED: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?";

/// A server that answers each request on its own connection with the next prepared answer and records the requests.
pub(crate) struct Api {
    pub(crate) url: String,
    asked: Receiver<Asked>,
}

pub(crate) struct Asked {
    /// The request in lower case, except for the first line.
    pub(crate) head: Vec<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) token: Secret,
}

impl Api {
    pub(crate) fn answering(answers: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let answers: Vec<Vec<u8>> = answers.into_iter().map(Into::into).collect();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                tell.send(read(&mut stream)).unwrap();
                let _ = stream.write_all(&answer);
            }
        });
        Self { url, asked }
    }

    /// Returns the requests, after all answers were sent.
    pub(crate) fn asked(self) -> Vec<Asked> {
        self.asked.iter().collect()
    }

    #[track_caller]
    pub(crate) fn asked_once(self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1);
        asked.remove(0)
    }
}

pub(crate) fn read(stream: &mut TcpStream) -> Asked {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = request.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8(request[..end].to_vec()).unwrap();
            let mut head: Vec<String> = head.lines().map(str::to_owned).collect();
            let mut token = Secret::default();
            for line in &mut head[1..] {
                let (name, value) = line.split_once(": ").unwrap();
                let name = name.to_ascii_lowercase();
                if let ("authorization", Some(it)) = (&*name, value.strip_prefix("Bearer ")) {
                    token = Secret::new(it);
                    *line = "authorization: (a token)".to_owned();
                } else {
                    *line = format!("{name}: {value}");
                }
            }
            let length = head
                .iter()
                .find_map(|it| it.strip_prefix("content-length: "));
            let length = length.map_or(0, |it| it.parse().unwrap());
            let body = &request[end + 4..];
            if body.len() >= length {
                let body = body.to_vec();
                return Asked { head, body, token };
            }
        }
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the request broke off");
        request.extend_from_slice(&buffer[..count]);
    }
}

impl Asked {
    /// Returns the first line and the sorted headers, without those that every request has.
    pub(crate) fn head(&self) -> Vec<&str> {
        let mut lines: Vec<_> = self.head.iter().map(String::as_str).collect();
        lines[1..].sort_unstable();
        lines.retain(|line| {
            ![
                "host: ",
                "user-agent: ims/",
                "connection: close",
                "authorization: (a",
            ]
            .iter()
            .any(|usual| line.starts_with(usual))
        });
        lines
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

/// Creates a call of `ims curl` with a given token.
pub(crate) fn curl(arguments: &[&str]) -> Ims {
    Ims::new(["curl"].iter().chain(arguments)).env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
}

/// Creates a call with the document and the cache of the world.
pub(crate) fn in_world(world: &World, arguments: &[&str]) -> Ims {
    let document = ["curl", "-c", "service_token.json", "--ca-file", "ca.pem"];
    Ims::new(document.iter().chain(arguments))
        .env("IMS_CACHE_DIR", world.path("home"))
        .in_folder(world.folder.path())
}
