//! The memory that large documents take. It is the only test of its program, whose peak it reads.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use adobe_ims::crypto::Crypto;
use adobe_ims::{AccessToken, HttpTransport, TokenProvider};
use aem_forms::options::PdfOptions;
use aem_forms::{Assembly, Document, FormsClient, Generation};

const MIB: u64 = 1024 * 1024;

/// The length of the large documents.
const LENGTH: u64 = 96 * MIB;

/// Reads a request to its end and keeps nothing of it. Returns false at the end of the connection.
fn discard_request(stream: &mut TcpStream, buffer: &mut [u8]) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return false,
        }
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut rest: usize = length.unwrap().parse().unwrap();
    while rest > 0 {
        let room = rest.min(buffer.len());
        rest -= stream.read(&mut buffer[..room]).unwrap();
    }
    true
}

/// Answers each request with a large PDF: alone, or as the one part of several that an assembly gives.
fn serve(mut stream: TcpStream) {
    const START: &[u8] = b"%PDF-1.7\n";
    const END: &[u8] = b"\n%%EOF";
    const HEAD: &[u8] = b"--b\r\nContent-Disposition: attachment; name=all.pdf\r\nContent-Type: application/pdf\r\n\r\n";
    const TAIL: &[u8] = b"\r\n--b--\r\n";
    let mut buffer = vec![b'-'; 64 * 1024];
    let filling = LENGTH - (START.len() + END.len()) as u64;
    for is_multipart in [false, true] {
        if !discard_request(&mut stream, &mut buffer) {
            return;
        }
        let (head, tail, content_type) = if is_multipart {
            (HEAD, TAIL, "multipart/mixed; boundary=b")
        } else {
            (&b""[..], &b""[..], "application/pdf")
        };
        let length = LENGTH + (head.len() + tail.len()) as u64;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(head).unwrap();
        stream.write_all(START).unwrap();
        let mut rest = filling;
        while rest > 0 {
            let piece = rest.min(buffer.len() as u64);
            stream.write_all(&buffer[..piece as usize]).unwrap();
            rest -= piece;
        }
        stream.write_all(END).unwrap();
        stream.write_all(tail).unwrap();
    }
}

/// Returns the largest number of bytes that this program has had in memory.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.unwrap().trim().trim_end_matches("kB").trim();
    kib.parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn large_documents_take_little_memory_in_both_directions() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.pdf");
    File::create(&large).unwrap().set_len(LENGTH).unwrap();
    let token = AccessToken::new("token".into()).unwrap();
    let provider = TokenProvider::new(adobe_ims::source::StaticTokenSource::new(token));
    let transport = HttpTransport::builder(Crypto::ring()).build().unwrap();
    let client = FormsClient::builder(url)
        .build(provider, transport)
        .unwrap();
    let before = peak();

    let document = || Document::file(&large).unwrap();
    let path = folder.path().join("out.pdf");
    let generation = Generation::pdf(document(), PdfOptions::new());
    let mut received = client.generate(&generation).await.unwrap();
    received.write_to_file(&path).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), LENGTH);

    let assembly = Assembly::new(Document::bytes("x.ddx", "<DDX/>"))
        .source("a.pdf", document())
        .results(["all.pdf"]);
    let mut assembled = client.assemble(&assembly).await.unwrap();
    let mut result = assembled.next().await.unwrap().unwrap();
    result.write_to_file(&path).await.unwrap();
    assert_eq!(result.length(), LENGTH);
    drop(result);
    assert!(assembled.next().await.unwrap().is_none());
    assembled.finish().unwrap();

    let grown = peak() - before;
    assert!(grown < 16 * MIB, "{} KiB", grown / 1024);
}
