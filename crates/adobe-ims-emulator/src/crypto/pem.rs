//! Reading and writing PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) const CERTIFICATE: &str = "CERTIFICATE";
pub(crate) const PKCS1: &str = "RSA PRIVATE KEY";
pub(crate) const PKCS8: &str = "PRIVATE KEY";

/// Returns the DER of the first block with this label. Line ends and line lengths do not matter.
pub(crate) fn decode(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let packed: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(packed).ok()
}

/// Writes a block with lines of 64 characters that end in CRLF, the form that Adobe's console uses
/// in AEM service credentials.
pub(crate) fn encode(der: &[u8], label: &str) -> String {
    let packed = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\r\n");
    let mut rest = packed.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push_str("\r\n");
        rest = tail;
    }
    text.push_str(&format!("-----END {label}-----\r\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_block_is_decoded_with_any_line_ends() {
        for length in [0, 1, 47, 48, 49, 500] {
            let der: Vec<u8> = (0..=255).cycle().take(length).collect();
            let text = encode(&der, CERTIFICATE);
            assert!(text.ends_with("-----END CERTIFICATE-----\r\n"));
            assert!(text.lines().all(|line| line.len() <= 64));
            for form in [
                text.clone(),
                text.replace("\r\n", "\n"),
                text.replace("\r\n", ""),
                format!("before\n{text}after"),
            ] {
                assert_eq!(decode(&form, CERTIFICATE), Some(der.clone()));
            }
            assert_eq!(decode(&text, PKCS1), None);
        }
    }
}
