//! A short binary form of recorded requests, so that thousands of them need little memory.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::clock::unix_millis;
use crate::journal::recorded_request::{RecordedField, RecordedRequest};
use crate::random::hex;

/// Appends a request. Its number is not written.
pub(crate) fn encode(request: &RecordedRequest, bytes: &mut Vec<u8>) {
    write_time(bytes, request.time);
    write_time(bytes, request.virtual_time);
    write_text(bytes, &request.method);
    write_text(bytes, &request.path);
    bytes.extend(request.status.unwrap_or_default().to_be_bytes());
    for text in [
        &request.host,
        &request.client_id,
        &request.grant,
        &request.fault,
        &request.token_id,
    ] {
        write_optional(bytes, text.as_deref());
    }
    let count = u16::try_from(request.fields.len()).unwrap_or(u16::MAX);
    bytes.extend(count.to_be_bytes());
    for field in request.fields.iter().take(usize::from(count)) {
        write_optional(bytes, field.name.as_deref());
        write_optional(bytes, field.content_type.as_deref());
        bytes.extend(field.size.to_be_bytes());
        bytes.extend(digits_to_bytes(&field.sha256));
    }
}

/// Reads what [`encode`] wrote.
pub(crate) fn decode(seq: u64, bytes: &[u8]) -> Option<RecordedRequest> {
    let mut reader = Reader(bytes);
    Some(RecordedRequest {
        seq,
        time: reader.time()?,
        virtual_time: reader.time()?,
        method: reader.text()?,
        path: reader.text()?,
        status: Some(u16::from_be_bytes(reader.array()?)).filter(|status| *status != 0),
        host: reader.optional()?,
        client_id: reader.optional()?,
        grant: reader.optional()?,
        fault: reader.optional()?,
        token_id: reader.optional()?,
        fields: reader.fields()?,
    })
}

fn write_time(bytes: &mut Vec<u8>, time: SystemTime) {
    bytes.extend(unix_millis(time).to_be_bytes());
}

fn write_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(&text.as_bytes()[..usize::from(length)]);
}

/// Writes a text, or nothing with a length that no text has.
fn write_optional(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => write_text(bytes, text),
        None => bytes.extend(u16::MAX.to_be_bytes()),
    }
}

fn digits_to_bytes(digits: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(2 * at..2 * at + 2).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).unwrap_or_default();
    }
    bytes
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn time(&mut self) -> Option<SystemTime> {
        let millis = i64::from_be_bytes(self.array()?);
        let distance = Duration::from_millis(millis.unsigned_abs());
        if millis < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        }
    }

    fn text(&mut self) -> Option<String> {
        self.optional()?
    }

    fn optional(&mut self) -> Option<Option<String>> {
        let length = u16::from_be_bytes(self.array()?);
        if length == u16::MAX {
            return Some(None);
        }
        let (text, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        Some(Some(String::from_utf8_lossy(text).into_owned()))
    }

    fn fields(&mut self) -> Option<Vec<RecordedField>> {
        let count = u16::from_be_bytes(self.array()?);
        let field = |reader: &mut Self| {
            Some(RecordedField {
                name: reader.optional()?,
                content_type: reader.optional()?,
                size: u64::from_be_bytes(reader.array()?),
                sha256: hex(&reader.array::<32>()?),
            })
        };
        (0..count).map(|_| field(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(fields: Vec<(Option<String>, Option<String>, u64)>) -> RecordedRequest {
        RecordedRequest {
            seq: 7,
            time: UNIX_EPOCH + Duration::from_millis(1_800_000_000_123),
            virtual_time: UNIX_EPOCH - Duration::from_millis(5),
            method: "POST".to_owned(),
            path: "/ims/exchange/jwt".to_owned(),
            host: Some("ims-na1.adobelogin.com:443".to_owned()),
            client_id: Some("client!+ID".to_owned()),
            grant: None,
            fields: fields
                .into_iter()
                .map(|(name, content_type, size)| RecordedField {
                    name,
                    content_type,
                    size,
                    sha256: "0aff".repeat(16),
                })
                .collect(),
            status: Some(503),
            fault: None,
            token_id: Some(String::new()),
        }
    }

    proptest! {
        #[test]
        fn request_survives_encoding(
            fields in proptest::collection::vec((
                proptest::option::of(".{0,20}"),
                proptest::option::of("[a-z/]{0,20}"),
                any::<u64>(),
            ), 0..5),
            cut in 0..200_usize,
        ) {
            let request = request(fields);
            let mut bytes = Vec::new();
            encode(&request, &mut bytes);
            prop_assert_eq!(decode(7, &bytes), Some(request));
            let cut = cut.min(bytes.len() - 1);
            prop_assert_eq!(decode(7, &bytes[..cut]), None);
        }
    }
}
