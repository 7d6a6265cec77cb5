//! Faults as a client sees them on its connection.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use adobe_ims_emulator::{Emulator, Fault, FaultStep};

use crate::socket::connect;
use crate::support::emulator;

const REQUEST: &[u8] = b"GET /ims/keys HTTP/1.1\r\nHost: localhost\r\n\r\n";
const HEALTH: &[u8] = b"GET /_emu/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn with_step(step: FaultStep) -> Emulator {
    let emulator = emulator();
    let fault = Fault::new([step]).path("/ims/keys").times(1);
    emulator.add_fault(fault).unwrap();
    emulator
}

fn with_json(step: &str) -> Emulator {
    let emulator = emulator();
    let fault = Fault::from_json(&format!(r#"{{"then":[{step}]}}"#)).unwrap();
    emulator.add_fault(fault.times(1)).unwrap();
    emulator
}

fn request(emulator: &Emulator) -> TcpStream {
    let mut stream = connect(emulator);
    stream.write_all(REQUEST).unwrap();
    stream
}

/// Reads until the connection closes.
fn read(mut stream: impl Read) -> (String, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).err();
    (
        String::from_utf8(bytes).unwrap(),
        error.map(|error| error.kind()),
    )
}

/// Reads one response, and leaves the connection open.
fn read_one(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[test]
fn reset_closes_the_connection_without_a_byte() {
    let emulator = with_step(FaultStep::reset());
    let (text, error) = read(request(&emulator));
    assert_eq!((&*text, error), ("", Some(ErrorKind::ConnectionReset)));
    let (head, _) = read_one(&mut request(&emulator));
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
}

#[test]
fn truncated_body_ends_where_asked() {
    let full = read_one(&mut request(&emulator())).1;
    for bytes in [0, 1, 100, full.len(), full.len() + 1] {
        let emulator = with_step(FaultStep::default().truncate_after(bytes as u64));
        let (text, error) = read(request(&emulator));
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(error, None);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.contains(&format!("\r\ncontent-length: {}", full.len())),
            "{head}"
        );
        assert_eq!(body, &full[..bytes.min(full.len())]);
    }
    let emulator = with_json(r#"{"status":502,"body":"0123456789","truncate_after":4}"#);
    let (text, _) = read(request(&emulator));
    assert!(
        text.starts_with("HTTP/1.1 502 Bad Gateway\r\n") && text.ends_with("\r\n\r\n0123"),
        "{text}"
    );
}

#[test]
fn own_framing_is_sent_as_it_is() {
    let emulator = with_json(r#"{"body":"abc","headers":{"Content-Length":"1000","X-Own":"ü"}}"#);
    let (text, error) = read(request(&emulator));
    assert_eq!(error, None);
    assert_eq!(text.matches("content-length: ").count(), 1);
    assert!(
        text.contains("\r\ncontent-length: 1000\r\n") && text.contains("\r\nx-own: ü\r\n"),
        "{text}"
    );
    assert!(text.ends_with("\r\n\r\nabc"), "{text}");
}

#[test]
fn hanging_request_gets_no_byte_and_its_connection_stays_open() {
    let emulator = with_step(FaultStep::hang());
    let mut stream = request(&emulator);
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    let error = stream.read(&mut [0]).unwrap_err().kind();
    assert!(
        [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error),
        "{error}"
    );
    // The server answers others in the meantime, and its end ends the connection.
    assert!(
        read_one(&mut request(&emulator))
            .0
            .starts_with("HTTP/1.1 200 OK")
    );
    drop(emulator);
    stream.set_read_timeout(None).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn delay_comes_before_the_response() {
    for step in [
        FaultStep::default().delay(Duration::from_millis(30)),
        FaultStep::pass().delay(Duration::from_millis(30)),
        FaultStep::reset().delay(Duration::from_millis(30)),
    ] {
        let emulator = with_step(step.clone());
        let start = Instant::now();
        let mut stream = request(&emulator);
        let count = stream.read(&mut [0]).unwrap_or(0);
        assert!(start.elapsed() >= Duration::from_millis(30), "{step:?}");
        assert_eq!(
            count == 0,
            format!("{step:?}").contains("reset: Flag(true)"),
            "{step:?}"
        );
    }
}

#[test]
fn slow_body_takes_its_time_and_the_connection_stays_usable() {
    let full = read_one(&mut request(&emulator())).1;
    let time = Duration::from_millis(40);
    let emulator = with_step(FaultStep::default().slow_body(time));
    let start = Instant::now();
    let mut stream = request(&emulator);
    let (head, body) = read_one(&mut stream);
    assert!(start.elapsed() >= time);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(body, full);
    stream.write_all(HEALTH).unwrap();
    assert!(read(stream).0.starts_with("HTTP/1.1 200 OK\r\n"));

    let emulator = with_step(FaultStep::default().slow_body(time).truncate_after(10));
    let start = Instant::now();
    let (text, _) = read(request(&emulator));
    assert!(start.elapsed() >= time);
    assert!(
        text.ends_with(&format!("\r\n\r\n{}", &full[..10])),
        "{text}"
    );
    // A body that is empty takes no time.
    let emulator = with_step(FaultStep::empty().slow_body(Duration::from_secs(600)));
    assert!(
        read_one(&mut request(&emulator))
            .0
            .starts_with("HTTP/1.1 200 OK\r\n")
    );
}

#[test]
fn response_to_head_has_no_body() {
    let emulator = with_step(FaultStep::status(500).body("abc").truncate_after(2));
    let mut stream = connect(&emulator);
    stream
        .write_all(b"HEAD /ims/keys HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let (text, _) = read(stream);
    assert!(
        text.starts_with("HTTP/1.1 500 ") && text.ends_with("\r\n\r\n"),
        "{text}"
    );
}

#[test]
fn responses_keep_the_connection_open() {
    let emulator = emulator();
    let steps = [
        FaultStep::status(503),
        FaultStep::empty(),
        FaultStep::ims_error("invalid_client"),
    ];
    emulator.add_fault(Fault::new(steps).times(3)).unwrap();
    let mut stream = connect(&emulator);
    for status in ["503 ", "200 ", "400 ", "200 "] {
        stream.write_all(REQUEST).unwrap();
        let (head, _) = read_one(&mut stream);
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
    }
}
