//! The assertion, the JWT that a technical account signs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::crypto::signing_key::Hash;

/// The largest `exp` that counts as seconds, a date after the year 5000. A larger one counts as
/// milliseconds.
const MAX_EXP_SECONDS: i128 = 100_000_000_000;

/// The algorithm in the header of an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// `RS256`, `RS384` or `RS512`.
    Rsa(Hash),
    /// Another algorithm of JWS, which no certificate of a binding can verify.
    Other,
}

impl Algorithm {
    /// Returns `None` for a text that is no algorithm of JWS with a signature.
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rsa(Hash::Sha256),
            "RS384" => Self::Rsa(Hash::Sha384),
            "RS512" => Self::Rsa(Hash::Sha512),
            "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "HS256" | "HS384"
            | "HS512" | "EdDSA" => Self::Other,
            _ => return None,
        })
    }
}

/// A well-formed assertion. Neither signature nor claims are checked.
pub(crate) struct Assertion<'a> {
    /// The bytes that the signature covers: header and claims, joined by a dot.
    pub(crate) signing_input: &'a [u8],
    pub(crate) signature: Vec<u8>,
    pub(crate) algorithm: Algorithm,
    /// The expiry in milliseconds since 1970.
    pub(crate) expires_at: i128,
    claims: Map<String, Value>,
}

impl<'a> Assertion<'a> {
    /// Decodes a compact JWS. Returns `None` if it is malformed.
    ///
    /// Adobe documents `exp` as an integer of seconds. Several of its samples write milliseconds.
    /// `typ`, `kid` and `iat` are optional. The check of the signature judges the algorithm.
    pub(crate) fn parse(token: &'a str) -> Option<Self> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, claims) = signing_input.split_once('.')?;
        let header = json_object(header)?;
        // The emulator knows no critical extensions, so it has to refuse them (RFC 7515 §4.1.11).
        let algorithm = Algorithm::from_name(header.get("alg")?.as_str()?)?;
        if header.contains_key("crit") {
            return None;
        }
        let claims = json_object(claims)?;
        let expires_at = to_millis(integer(claims.get("exp")?)?);
        if claims.get("iat").is_some_and(|iat| !iat.is_number()) {
            return None;
        }
        Some(Self {
            signing_input: signing_input.as_bytes(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
            algorithm,
            expires_at,
            claims,
        })
    }

    pub(crate) fn text_claim(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// Returns the audience, from a string or from a list with one entry (RFC 7519 §4.1.3).
    pub(crate) fn audience(&self) -> Option<&str> {
        match self.claims.get("aud")? {
            Value::String(one) => Some(one),
            Value::Array(list) => match list.as_slice() {
                [one] => one.as_str(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the `jti`, a string or an integer.
    pub(crate) fn jti(&self) -> Option<String> {
        match self.claims.get("jti")? {
            Value::String(text) => Some(text.clone()),
            number => integer(number).map(|number| number.to_string()),
        }
    }

    /// Returns the names of the claims with the value `true`. The metascopes are among them.
    pub(crate) fn true_claims(&self) -> impl Iterator<Item = &str> {
        self.claims
            .iter()
            .filter(|(_, value)| **value == Value::Bool(true))
            .map(|(name, _)| name.as_str())
    }
}

fn json_object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn integer(value: &Value) -> Option<i128> {
    let signed = value.as_i64().map(i128::from);
    signed.or_else(|| value.as_u64().map(i128::from))
}

fn to_millis(exp: i128) -> i128 {
    if exp > MAX_EXP_SECONDS {
        exp
    } else {
        exp * 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(claims), part("signature"))
    }

    #[test]
    fn exp_is_integer_of_seconds_or_milliseconds() {
        let expires_at = |exp: &str| {
            let token = token(r#"{"alg":"RS256"}"#, &format!(r#"{{"exp":{exp}}}"#));
            Assertion::parse(&token).map(|assertion| assertion.expires_at)
        };
        for (exp, millis) in [
            ("1800000000", Some(1_800_000_000_000)),
            ("1800000000123", Some(1_800_000_000_123)),
            ("100000000000", Some(100_000_000_000_000)),
            ("100000000001", Some(100_000_000_001)),
            ("0", Some(0)),
            ("-5", Some(-5000)),
            ("-9223372036854775808", Some(-9_223_372_036_854_775_808_000)),
            ("18446744073709551615", Some(18_446_744_073_709_551_615)),
            ("18446744073709551616", None),
            ("1800000000.0", None),
            ("1.8e9", None),
            (r#""1800000000""#, None),
            ("null", None),
            ("true", None),
            ("[1800000000]", None),
        ] {
            assert_eq!(expires_at(exp), millis, "{exp}");
        }
    }

    #[test]
    fn only_known_algorithm_in_three_parts_is_decoded() {
        let claims = r#"{"exp":1800000000}"#;
        for header in [
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"RS256","typ":"JWT"}"#,
            r#"{"typ":"JWT","kid":"unknown","alg":"RS256","x5u":"x"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"PS256"}"#,
            r#"{"alg":"RS384"}"#,
            r#"{"alg":"RS512"}"#,
        ] {
            assert!(
                Assertion::parse(&token(header, claims)).is_some(),
                "{header}"
            );
        }
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"rs256"}"#,
            r#"{"alg":["RS256"]}"#,
            r#"{"typ":"JWT"}"#,
            r#"{"alg":"RS256","crit":["x"],"x":1}"#,
            r#"["RS256"]"#,
            "",
        ] {
            assert!(
                Assertion::parse(&token(header, claims)).is_none(),
                "{header}"
            );
        }
        let good = token(r#"{"alg":"RS256"}"#, claims);
        for bad in [
            String::new(),
            "..".to_owned(),
            good.replace('.', ""),
            format!("{good}.x"),
            format!("{good}="),
            good.replacen('.', "..", 1),
        ] {
            assert!(Assertion::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn escaped_or_listed_audience_is_read() {
        let audience = |aud: &str| {
            let claims = format!(r#"{{"exp":1,"aud":{aud}}}"#);
            let token = token(r#"{"alg":"RS256"}"#, &claims);
            let assertion = Assertion::parse(&token).unwrap();
            assertion.audience().map(str::to_owned)
        };
        let expected = Some("https://host/c/id".to_owned());
        assert_eq!(audience(r#""https:\/\/host\/c\/id""#), expected);
        assert_eq!(audience(r#"["https://host/c/id"]"#), expected);
        assert_eq!(
            audience(r#"["https://host/c/id","https://host/c/id"]"#),
            None
        );
        assert_eq!(audience("[]"), None);
        assert_eq!(audience("[1]"), None);
        assert_eq!(audience("null"), None);
    }
}
