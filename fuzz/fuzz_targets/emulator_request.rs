//! Sends any request to the emulator, without a socket. The input has a line with the method and the target, headers as
//! in HTTP/1.1, an empty line and the content.

#![no_main]

use std::sync::LazyLock;

use adobe_ims_emulator::Emulator;
use bytes::Bytes;
use http::Request;
use libfuzzer_sys::fuzz_target;

static EMULATOR: LazyLock<Emulator> =
    LazyLock::new(|| Emulator::start().expect("the emulator starts"));

fuzz_target!(|bytes: &[u8]| {
    if let Some(request) = request(bytes) {
        EMULATOR.respond(&request);
    }
});

fn request(bytes: &[u8]) -> Option<Request<Bytes>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name, value.trim());
    }
    request.body(Bytes::copy_from_slice(&bytes[end + 2..])).ok()
}
