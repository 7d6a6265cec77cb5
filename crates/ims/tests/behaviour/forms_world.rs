//! AEM Forms for the tests of `ims forms`: the emulator, and a server with canned answers.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use adobe_ims_emulator::AemGroup;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{CLIENT_SECRET, Ims, LASTING_TOKEN, Run, World};

pub(crate) const TEMPLATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">
<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/">
<subform name="letter" layout="tb" locale="en_US">
<pageSet><pageArea name="page"><contentArea x="20mm" y="20mm" w="170mm" h="257mm"/>
<medium stock="a4" short="210mm" long="297mm"/></pageArea></pageSet>
<field name="name" w="80mm" h="6mm"><ui><textEdit/></ui></field>
<field name="city" w="80mm" h="6mm"><ui><textEdit/></ui></field>
</subform></template></xdp:xdp>
"#;
pub(crate) const DATA: &str = "<letter><name>Ada</name><city>Jena</city></letter>";
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
pub(crate) const AS_PDF: &str = "200 OK\nContent-Type: application/pdf";

/// An emulator whose account may use AEM Forms, and a folder with a template and data.
pub(crate) struct FormsWorld {
    pub(crate) world: World,
}

impl FormsWorld {
    pub(crate) fn new() -> Self {
        let world = World::new();
        let forms = Self { world };
        let groups = [AemGroup::FormsUsers, AemGroup::Administrators];
        let emulator = &forms.world.emulator;
        assert!(emulator.set_aem_groups(&forms.account(), groups, Default::default()));
        write_inputs(forms.world.folder.path());
        forms
    }

    /// Returns the id of the account.
    pub(crate) fn account(&self) -> String {
        let document = self.world.document();
        document["integration"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.world.folder.path()
    }

    pub(crate) fn url(&self) -> &str {
        self.world.emulator.url()
    }

    /// Returns the emulator's host and port.
    pub(crate) fn host(&self) -> &str {
        self.url().strip_prefix("https://").unwrap()
    }

    /// Creates a call of `ims forms` with the document and the emulator.
    pub(crate) fn forms(&self, arguments: &[&str]) -> Ims {
        let access = ["-c", "service_token.json", "--ca-file", "ca.pem"];
        let target = ["--target", self.url()];
        let call = Ims::new(
            ["forms"]
                .iter()
                .chain(arguments)
                .chain(&access)
                .chain(&target),
        );
        call.env("IMS_CACHE_DIR", self.world.path("cache"))
            .in_folder(self.folder())
    }

    /// Returns the number of requests to AEM Forms.
    pub(crate) fn requests(&self) -> usize {
        let requests = self.world.emulator.requests();
        let of_forms = requests.iter().filter(|it| it.path.starts_with("/adobe/"));
        of_forms.count()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.world.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// Writes the template and the data.
pub(crate) fn write_inputs(folder: &Path) {
    fs::write(folder.join("letter.xdp"), TEMPLATE).unwrap();
    fs::write(folder.join("data.xml"), DATA).unwrap();
    fs::write(
        folder.join("people.csv"),
        "name,city\nAda,Jena\nBo,Ulm\nCy,Bonn\n",
    )
    .unwrap();
}

/// Creates a folder with the template and the data.
pub(crate) fn inputs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_inputs(folder.path());
    folder
}

/// A request to the server.
#[derive(Clone)]
pub(crate) struct Request {
    /// The number of the request, from 1.
    pub(crate) number: usize,
    /// The method and the path.
    pub(crate) line: String,
    /// The header `Authorization`.
    pub(crate) authorization: String,
    pub(crate) body: String,
}

impl Request {
    /// Returns the content of the first element of this name in the body.
    pub(crate) fn element(&self, name: &str) -> &str {
        let (_, rest) = self
            .body
            .split_once(&format!("<{name}>"))
            .unwrap_or_default();
        rest.split_once(&format!("</{name}>")).unwrap_or_default().0
    }
}

/// A server whose answers a test decides. It answers each request on a connection of its own.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts a server. An empty answer closes the connection.
    pub(crate) fn new(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(answer);
        let received = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, received) = (Arc::clone(&answer), Arc::clone(&received));
                thread::spawn(move || serve(stream, &*answer, &received));
            }
        });
        Self { url, requests }
    }

    pub(crate) fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_| answer.clone())
    }

    pub(crate) fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Creates a call of `ims forms` with a token and this server.
    pub(crate) fn forms(&self, folder: &Path, arguments: &[&str]) -> Ims {
        let target = ["--target", &self.url];
        Ims::new(["forms"].iter().chain(arguments).chain(&target))
            .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
            .in_folder(folder)
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &dyn Fn(&Request) -> Vec<u8>,
    received: &Mutex<Vec<Request>>,
) {
    let Some((line, authorization, body)) = read(&mut stream) else {
        return;
    };
    let request = {
        let mut received = received.lock().unwrap();
        let number = received.len() + 1;
        let request = Request {
            number,
            line,
            authorization,
            body,
        };
        received.push(request.clone());
        request
    };
    let _ = stream.write_all(&answer(&request));
}

/// Returns the first line, the token and the body.
fn read(stream: &mut TcpStream) -> Option<(String, String, String)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let lower = head.to_ascii_lowercase();
            let mut lines = lower.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |it| it.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let line = head.lines().next().unwrap().replace(" HTTP/1.1", "");
                let body = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
                let headers = head.lines().filter_map(|line| line.split_once(": "));
                let mut headers = headers.filter(|it| it.0.eq_ignore_ascii_case("authorization"));
                let token = headers.next().unwrap_or_default().1.to_owned();
                return Some((line, token, body));
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
}

/// Returns an answer. Lines of the head are divided by `\n`.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = head.replace('\n', "\r\n");
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Returns an answer with parts, each a head and a content.
pub(crate) fn parts(status: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        let head = head.replace('\n', "\r\n");
        body.extend_from_slice(format!("--b\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    answer(
        &format!("{status}\nContent-Type: multipart/mixed; boundary=b"),
        body,
    )
}

/// Returns the head of a part with a result.
pub(crate) fn result(name: &str) -> String {
    format!(
        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\nContent-Type: application/pdf"
    )
}

/// Returns the paths of all files and empty folders below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    let before = found.len();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
    if found.len() == before && folder != root {
        found.push(format!("{}/", folder.strip_prefix(root).unwrap().display()));
    }
}

/// Returns the files that the command made, besides those of [`write_inputs`].
pub(crate) fn made(folder: &Path) -> Vec<String> {
    let mut files = files(folder);
    files.retain(|file| !["letter.xdp", "data.xml", "people.csv"].contains(&file.as_str()));
    files
}

/// Checks that no file below a folder has a token, the client secret or a key.
#[track_caller]
pub(crate) fn assert_no_secret_in(folder: &Path) {
    for file in files(folder).iter().filter(|file| !file.ends_with('/')) {
        let content = fs::read(folder.join(file)).unwrap();
        let text = String::from_utf8_lossy(&content);
        for secret in ["eyJ", CLIENT_SECRET, "SECRET%3F", "PRIVATE KEY"] {
            assert!(!text.contains(secret), "{secret} in {file}: {text}");
        }
    }
}

/// Returns the lines of a journal.
pub(crate) fn journal(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(".ims-forms.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns the JSON on stdout, with 0 in place of the time.
pub(crate) fn summary(run: &Run) -> Value {
    let mut summary: Value = serde_json::from_str(&run.stdout).unwrap();
    summary["seconds"] = json!(0);
    summary
}
