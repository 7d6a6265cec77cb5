//! Unpacks `fulfillable_data` of a product context.

use core::fmt;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;

use super::json;
use super::product_context::ProductContext;
use crate::error::redact::Redactor;

/// The products whose `fulfillable_data` is packed (relied upon by a published client).
const PACKED: [&str; 4] = [
    "dma_media_library",
    "dma_aem_cloud",
    "dma_aem_contenthub",
    "dx_genstudio",
];

/// In bytes. Gzip can pack a thousand bytes into one.
const MAX_UNPACKED: u64 = 64 * 1024;

impl ProductContext {
    /// Unpacks `fulfillable_data`, which holds the `iid` of the instance: base64 of gzip of JSON (relied upon by a
    /// published client). Returns `None` without such a field, and for a product whose data is not known to be packed.
    pub fn fulfillable_data(&self) -> Option<Result<Value, UnpackError>> {
        let service_code = self.service_code.as_deref()?;
        let data = self.raw.get(json::FULFILLABLE_DATA)?.as_str()?;
        PACKED.contains(&service_code).then(|| unpack(data))
    }
}

/// The error of `fulfillable_data` that cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnpackError {
    /// The data is not base64.
    Base64,
    /// The data is not gzip, or damaged.
    Gzip,
    /// The unpacked data takes more than 64 KiB.
    TooLarge,
    /// The unpacked data is not JSON.
    Json,
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "it is not base64",
            Self::Gzip => "it is not gzip, or damaged",
            Self::TooLarge => "it takes more than 64 KiB unpacked",
            Self::Json => "the unpacked data is not JSON",
        })
    }
}

impl std::error::Error for UnpackError {}

fn unpack(data: &str) -> Result<Value, UnpackError> {
    let packed = STANDARD.decode(data).map_err(|_| UnpackError::Base64)?;
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| UnpackError::Gzip)?;
    if unpacked.len() as u64 > MAX_UNPACKED {
        return Err(UnpackError::TooLarge);
    }
    let value = serde_json::from_slice(&unpacked).map_err(|_| UnpackError::Json)?;
    Ok(json::redacted(value, &Redactor::default()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn pack(content: &[u8]) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        STANDARD.encode(encoder.finish().unwrap())
    }

    fn context(service_code: &str, data: &str) -> ProductContext {
        let profile = json!({"projectedProductContext": [
            7, {}, {"prodCtx": 7},
            {"prodCtx": {"serviceCode": service_code, "fulfillable_data": data}},
        ]});
        ProductContext::from_profile(profile.as_object().unwrap()).remove(0)
    }

    #[test]
    fn data_of_known_products_is_unpacked() {
        let data = pack(br#"{"iid":"INSTANCE"}"#);
        assert!(data.starts_with("H4sI"), "{data}");
        for service_code in PACKED {
            let unpacked = context(service_code, &data).fulfillable_data();
            assert_eq!(unpacked, Some(Ok(json!({"iid": "INSTANCE"}))));
        }
        assert_eq!(context("dma_other", &data).fulfillable_data(), None);
        let token = pack(br#"{"iid":"eyJhbGciOiJub25lIn0.e30."}"#);
        let unpacked = context("dma_aem_cloud", &token).fulfillable_data();
        assert_eq!(unpacked, Some(Ok(json!({"iid": "[redacted]"}))));
    }

    #[test]
    fn error_names_the_damaged_layer() {
        let good = pack(br#"{"iid":"INSTANCE"}"#);
        let packed = STANDARD.decode(&good).unwrap();
        let bomb = pack(&vec![b' '; 10_000_000]);
        let largest = format!("\"{}\"", " ".repeat(64 * 1024 - 2));
        let too_large = format!("\"{}\"", " ".repeat(64 * 1024 - 1));
        for (data, error) in [
            ("not base64!", UnpackError::Base64),
            ("", UnpackError::Gzip),
            ("H4sI", UnpackError::Gzip),
            (&STANDARD.encode("plain"), UnpackError::Gzip),
            (
                &STANDARD.encode(&packed[..packed.len() - 9]),
                UnpackError::Gzip,
            ),
            (&pack(b"no JSON"), UnpackError::Json),
            (&pack(b""), UnpackError::Json),
            (&bomb, UnpackError::TooLarge),
            (&pack(too_large.as_bytes()), UnpackError::TooLarge),
        ] {
            let unpacked = context("dma_aem_cloud", data).fulfillable_data();
            assert_eq!(unpacked, Some(Err(error)), "{data:.40}");
        }
        assert!(matches!(
            unpack(&pack(largest.as_bytes())),
            Ok(Value::String(_))
        ));
    }

    proptest! {
        #[test]
        fn arbitrary_data_does_not_panic(data in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut packed = vec![0x1F, 0x8B, 8, 0];
            packed.extend(&data);
            let _ = unpack(&STANDARD.encode(packed));
        }
    }
}
