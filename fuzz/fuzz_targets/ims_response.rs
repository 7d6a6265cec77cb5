//! Gives any response to a token request. The input has a line with the status, headers as in HTTP/1.1, an empty line
//! and the content.

#![no_main]

mod answered;

use http::Response;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "SECRET?%&=ü/p8e-0123456789";

/// The secret, and some of its encodings.
const FORMS: [&str; 6] = [
    SECRET,
    "SECRET%3F%25%26%3D%C3%BC%2Fp8e-0123456789",
    "SECRET%253F%2525%2526%253D%25C3%25BC%252Fp8e-0123456789",
    "U0VDUkVUPyUmPcO8L3A4ZS0wMTIzNDU2Nzg5",
    "5345435245543f25263dc3bc2f7038652d30313233343536373839",
    "9876543210-e8p/ü=&%?TERCES",
];

fuzz_target!(|bytes: &[u8]| {
    let Some(response) = response(bytes) else {
        return;
    };
    let Some(shown) = answered::failure(SECRET, response) else {
        return;
    };
    for form in FORMS {
        assert!(!shown.contains(form), "{form} is shown: {shown}");
    }
    assert!(
        !shown.contains("p8e-01234567"),
        "a part of the secret is shown: {shown}"
    );
    assert!(
        !shown.contains('\u{1b}'),
        "a control character is shown: {shown:?}"
    );
});

fn response(bytes: &[u8]) -> Option<Response<Vec<u8>>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let mut response = Response::builder().status(lines.next()?);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        response = response.header(name, value.trim());
    }
    response.body(bytes[end + 2..].to_vec()).ok()
}
