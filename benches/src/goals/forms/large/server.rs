//! A server that keeps nothing of a request and answers with a PDF of any length.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use adobe_ims_benches::Result;

/// An answer with a PDF of as many bytes.
#[derive(Clone, Copy)]
pub(super) struct Answer(pub(super) u64);

/// Starts a server for one connection, and returns its host and port.
pub(super) fn start(answer: Answer) -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let host = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept()?;
        serve(&stream, answer)
    });
    Ok(host)
}

fn serve(mut stream: &TcpStream, answer: Answer) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse()?;
        }
        if line.is_empty() {
            break;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {}\r\n\r\n",
        answer.0
    )?;
    let (start, end) = (&b"%PDF-1.7\n"[..], &b"\n%%EOF"[..]);
    let filling = answer.0 - (start.len() + end.len()) as u64;
    let filling = std::io::repeat(b'-').take(filling);
    std::io::copy(&mut start.chain(filling).chain(end), &mut stream)?;
    // The client has the answer; the connection ends with this process or with the client.
    let _ = stream.read(&mut [0]);
    Ok(())
}
