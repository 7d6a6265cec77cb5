//! The data of a form (application/x-www-form-urlencoded), as curl's flags name it.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::args::DataPiece;
use crate::environment::input::NamedFile;
use crate::error::Failure;

/// Every byte but letters, digits and these four (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the pieces, read and encoded, joined by `&`.
pub(super) fn encode(pieces: &[DataPiece]) -> Result<Vec<u8>, Failure> {
    let fields = pieces.iter().map(encode_piece);
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    Ok(fields.join(&b'&'))
}

fn encode_piece(piece: &DataPiece) -> Result<Vec<u8>, Failure> {
    match piece {
        DataPiece::Raw(text) => Ok(text.clone().into_bytes()),
        DataPiece::Binary(text) => text_or_file("--data-binary", text),
        DataPiece::Text(text) => {
            let mut field = text_or_file("--data", text)?;
            if text.starts_with('@') {
                field.retain(|byte| !b"\r\n\0".contains(byte));
            }
            Ok(field)
        }
        DataPiece::UrlEncoded(text) => url_encoded(text),
    }
}

/// Returns the text of the flag, or the content of the file after `@`.
pub(super) fn text_or_file(flag: &str, text: &str) -> Result<Vec<u8>, Failure> {
    match text.strip_prefix('@') {
        Some(path) => NamedFile::new(flag, Path::new(path)).content(),
        None => Ok(text.as_bytes().to_vec()),
    }
}

/// Encodes `TEXT`, `=TEXT`, `NAME=TEXT`, `@FILE` or `NAME@FILE`. The name is sent as it is.
fn url_encoded(text: &str) -> Result<Vec<u8>, Failure> {
    let (name, content) = match (text.split_once('='), text.split_once('@')) {
        (Some((name, content)), _) => (name, content.as_bytes().to_vec()),
        (None, Some((name, path))) => {
            let file = NamedFile::new("--data-urlencode", Path::new(path));
            (name, file.content()?)
        }
        (None, None) => ("", text.as_bytes().to_vec()),
    };
    let encoded = percent_encode(&content, RESERVED).to_string();
    let encoded = encoded.replace("%20", "+");
    Ok(if name.is_empty() {
        encoded
    } else {
        format!("{name}={encoded}")
    }
    .into_bytes())
}

/// Returns true if the piece is read from stdin.
pub(super) fn is_stdin(piece: &DataPiece) -> bool {
    match piece {
        DataPiece::Raw(_) => false,
        DataPiece::Text(text) | DataPiece::Binary(text) => text == "@-",
        DataPiece::UrlEncoded(text) => !text.contains('=') && text.ends_with("@-"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The results are those of curl 7.88.
    #[test]
    fn text_is_encoded_as_curl_does() {
        for (text, encoded) in [
            ("a b&c", "a+b%26c"),
            ("=a=b c", "a%3Db+c"),
            ("n=a b=ü", "n=a+b%3D%C3%BC"),
            ("n=@/tmp/x.txt", "n=%40%2Ftmp%2Fx.txt"),
            ("a@b=c", "a@b=c"),
            ("", ""),
            ("~-._*", "~-._%2A"),
        ] {
            let piece = DataPiece::UrlEncoded(text.to_owned());
            let found = encode(&[piece]).unwrap();
            assert_eq!(str::from_utf8(&found).unwrap(), encoded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn encoded_text_is_decoded_to_itself(text in "\\PC{0,40}") {
            let piece = DataPiece::UrlEncoded(format!("n={text}"));
            let encoded = String::from_utf8(encode(&[piece]).unwrap()).unwrap();
            let value = encoded.strip_prefix("n=").unwrap().replace('+', " ");
            let decoded = percent_encoding::percent_decode_str(&value).decode_utf8().unwrap();
            prop_assert_eq!(decoded, text);
        }
    }
}
