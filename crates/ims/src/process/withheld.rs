//! Finds the environment variables that hold a secret, by their value and whatever their name is.

use std::ffi::{OsStr, OsString};

use adobe_ims::Secret;
use adobe_ims::crypto::{Crypto, KeyContext, SigningKey};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::environment::Variables;

/// A shorter secret may be a part of a harmless value by chance. It is compared with whole values only.
const SHORTEST_PART: usize = 8;

/// In characters of base64. A shorter value is no RSA key of 2048 bits.
const SHORTEST_KEY: usize = 800;

/// Values are decoded this often: base64 of a JSON document that holds a key in base64 is twice.
const MAX_DEPTH: usize = 3;

/// Reads base64 of both alphabets with and without padding, and ignores bits that are left over.
const BASE64: [GeneralPurpose; 2] = {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [
        GeneralPurpose::new(&alphabet::STANDARD, config),
        GeneralPurpose::new(&alphabet::URL_SAFE, config),
    ]
};

/// Secrets that must not be in a variable of a child process.
pub(crate) struct WithheldSecrets {
    texts: Vec<Zeroizing<Vec<u8>>>,
    /// The base64 between the armour of private keys, without white space.
    key_bodies: Vec<Zeroizing<Vec<u8>>>,
    /// The fingerprints of the public halves of private keys.
    keys: Vec<String>,
    passphrase: Option<Secret>,
}

impl WithheldSecrets {
    /// Takes secrets of any kind, and the passphrase of the private key among them.
    pub(crate) fn new(secrets: &[Secret], passphrase: Option<Secret>) -> Self {
        let mut withheld = Self {
            texts: Vec::new(),
            key_bodies: Vec::new(),
            keys: Vec::new(),
            passphrase,
        };
        for secret in secrets.iter().chain(&withheld.passphrase.clone()) {
            withheld.add(secret.expose().as_bytes());
        }
        withheld
    }

    fn add(&mut self, secret: &[u8]) {
        let text = unquoted(secret);
        if text.is_empty() {
            return;
        }
        let compact = compact(text);
        if let Some(key) = self.public_key(&compact, text) {
            self.keys.push(key);
        }
        if let Some(body) = key_body(&compact) {
            self.key_bodies.push(Zeroizing::new(body.to_vec()));
        }
        self.texts.push(Zeroizing::new(text.to_vec()));
    }

    /// Returns the names of the variables whose values hold one of the secrets.
    pub(crate) fn names(&self, variables: &Variables) -> Vec<OsString> {
        let all = variables
            .all()
            .filter(|(name, _)| !Variables::is_harmless(name));
        all.filter(|(_, value)| self.are_in(value))
            .map(|(name, _)| name)
            .collect()
    }

    fn are_in(&self, value: &OsStr) -> bool {
        let value = value.as_encoded_bytes();
        !self.texts.is_empty() && self.are_in_bytes(value, MAX_DEPTH)
    }

    /// Looks into the value and into what it encodes.
    fn are_in_bytes(&self, value: &[u8], depth: usize) -> bool {
        self.are_plain_in(value)
            || depth > 0
                && decoded(value)
                    .iter()
                    .any(|inner| self.are_in_bytes(inner, depth - 1))
    }

    fn are_plain_in(&self, value: &[u8]) -> bool {
        let whole = unquoted(value);
        let is_text = |text: &Zeroizing<Vec<u8>>| {
            whole == text.as_slice() || text.len() >= SHORTEST_PART && contains(value, text)
        };
        if self.texts.iter().any(is_text) {
            return true;
        }
        if self.key_bodies.is_empty() && self.keys.is_empty() || value.len() < SHORTEST_KEY {
            return false;
        }
        let compact = compact(value);
        self.key_bodies.iter().any(|body| contains(&compact, body))
            || self
                .public_key(&compact, value)
                .is_some_and(|key| self.keys.contains(&key))
    }

    /// Returns the fingerprint of the public half, if the text is a private key in any form.
    fn public_key(&self, compact: &[u8], text: &[u8]) -> Option<String> {
        if compact.len() < SHORTEST_KEY {
            return None;
        }
        let context = KeyContext::default().passphrase(self.passphrase.as_ref());
        let key = SigningKey::read(text, &context, &Crypto::ring()).ok()?;
        Some(key.public_key().fingerprint())
    }
}

/// Returns the value without white space and quotes around it.
fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    for quote in [b'"', b'\''] {
        if let [first, inner @ .., last] = value
            && *first == quote
            && *last == quote
        {
            return inner.trim_ascii();
        }
    }
    value
}

/// Returns the text without white space, line ends in any spelling, quotes and the like, which a key may have anywhere.
fn compact(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            // Any number of backslashes before the letter of a line end.
            b'\\' => {
                while bytes.next_if_eq(&b'\\').is_some() {}
                let _ = bytes.next_if(|it| matches!(it, b'n' | b'r' | b't'));
            }
            b'"' | b'\'' | b',' | b'[' | b']' => {}
            byte if byte.is_ascii_whitespace() => {}
            byte => compact.push(byte),
        }
    }
    compact
}

/// Returns the base64 of a private key: between its armour, or the whole text.
fn key_body(compact: &[u8]) -> Option<&[u8]> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let after = |text: &[u8], part: &[u8]| {
        let at = text.windows(part.len()).position(|it| it == part)?;
        Some(at + part.len())
    };
    let start = after(compact, b"PRIVATEKEY-----").unwrap_or(0);
    let body = &compact[start..];
    let end = after(body, b"-----END").map_or(body.len(), |end| end - b"-----END".len());
    let body = &body[..end];
    // A legacy key has headers before its base64.
    let headers = body.iter().rposition(|byte| !is_base64(byte));
    let body = &body[headers.map_or(0, |at| at + 1)..];
    (body.len() >= SHORTEST_KEY).then_some(body)
}

/// Returns what a value encodes: percent-encoding, base64 as a whole or in its last word, and the texts of JSON.
fn decoded(value: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut inner = Vec::new();
    if value.contains(&b'%') {
        inner.push(Zeroizing::new(percent_decode(value).collect()));
    }
    let value = unquoted(value);
    let word = value.rsplit(|byte| b" =:".contains(byte));
    let word = word.map(unquoted).find(|word| !word.is_empty());
    let unbroken: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let word = word.filter(|word| *word != unbroken);
    for text in [Some(&*unbroken), word].into_iter().flatten() {
        let mut alphabets = BASE64.iter();
        let bytes = alphabets.find_map(|alphabet| alphabet.decode(text).ok());
        inner.extend(bytes.filter(|bytes| !bytes.is_empty()).map(Zeroizing::new));
    }
    if let [b'{' | b'[' | b'"', ..] = value.trim_ascii()
        && let Ok(json) = serde_json::from_slice(value)
    {
        texts(json, &mut inner);
    }
    inner.retain(|it| it.as_slice() != value);
    inner
}

/// Collects the texts of a JSON document.
fn texts(json: Value, found: &mut Vec<Zeroizing<Vec<u8>>>) {
    match json {
        Value::String(text) => found.push(Zeroizing::new(text.into_bytes())),
        Value::Array(items) => items.into_iter().for_each(|it| texts(it, found)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, it)| texts(it, found)),
        _ => {}
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|piece| piece == part)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "SECRET?%&=ü";

    fn fixture(name: &str) -> String {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(folder.join("../adobe-ims/tests/fixtures").join(name)).unwrap()
    }

    fn withheld(secrets: &[&str]) -> WithheldSecrets {
        let secrets: Vec<_> = secrets.iter().map(|it| Secret::new(*it)).collect();
        WithheldSecrets::new(&secrets, None)
    }

    fn holds(withheld: &WithheldSecrets, value: &str) -> bool {
        withheld.are_in(value.as_ref())
    }

    #[test]
    fn secret_is_found_in_each_encoding() {
        let secrets = withheld(&[SECRET]);
        let encoded = "SECRET%3F%25%26%3D%C3%BC";
        for value in [
            SECRET.to_owned(),
            format!(" '{SECRET}'\n"),
            format!("--secret={SECRET} --other"),
            encoded.to_owned(),
            format!("https://x.example/?s={encoded}&t=1"),
            STANDARD.encode(SECRET),
            URL_SAFE_NO_PAD.encode(SECRET),
            format!("Basic {}", STANDARD.encode(format!("client!+ID:{SECRET}"))),
            "{\"a\":[{\"b\":\"SECRET?%&=\\u00fc\"}]}".to_owned(),
            STANDARD.encode("{\"b\":\"SECRET?%&=\\u00fc\"}"),
        ] {
            assert!(holds(&secrets, &value), "{value}");
        }
        for value in [
            "",
            "SECRET",
            "secret?%&=ü",
            "/usr/bin:/bin",
            "{\"a\":1}",
            "%",
        ] {
            assert!(!holds(&secrets, value), "{value}");
        }
    }

    #[test]
    fn short_secret_is_compared_with_whole_values() {
        let secrets = withheld(&["1234"]);
        for value in ["1234", " '1234' ", "MTIzNA=="] {
            assert!(holds(&secrets, value), "{value}");
        }
        for value in ["12345", "id-1234", "a 1234"] {
            assert!(!holds(&secrets, value), "{value}");
        }
        assert!(!holds(&withheld(&["", " "]), ""));
    }

    #[test]
    fn private_key_is_found_in_each_spelling() {
        let [pkcs8, pkcs1, other] = ["pkcs8.pem", "pkcs1.pem", "rsa3072.pem"].map(fixture);
        let secrets = withheld(&[&pkcs8]);
        for value in spellings(&pkcs8).into_iter().chain(spellings(&pkcs1)) {
            assert!(holds(&secrets, &value), "{value:.80}");
        }
        for value in spellings(&other) {
            assert!(!holds(&secrets, &value), "{value:.80}");
        }
    }

    fn spellings(pem: &str) -> Vec<String> {
        let body: String = pem.lines().filter(|it| !it.starts_with('-')).collect();
        vec![
            pem.to_owned(),
            pem.replace('\n', "\\n"),
            pem.replace('\n', "\\r\\n"),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', " "),
            pem.replace('\n', ""),
            format!("\"{}\"", pem.replace('\n', "\\n")),
            serde_json::to_string(&pem.lines().collect::<Vec<_>>()).unwrap(),
            serde_json::json!({ "other": 1, "key": pem }).to_string(),
            body,
            STANDARD.encode(pem),
        ]
    }

    proptest! {
        #[test]
        fn arbitrary_values_do_not_panic(value: Vec<u8>, secret in "\\PC{0,20}") {
            let secrets = withheld(&[&secret]);
            let _ = secrets.are_in_bytes(&value, MAX_DEPTH);
        }

        #[test]
        fn secret_is_found_inside_of_any_value(
            before in "\\PC{0,20}",
            // Quotes around a secret do not count, and they would make it shorter.
            secret in "[!#-&(-~]{8,40}",
            after in "\\PC{0,20}",
        ) {
            let secrets = withheld(&[&secret]);
            let value = format!("{before}{secret}{after}");
            prop_assert!(holds(&secrets, &value));
        }
    }
}
