//! Words of people, told from secrets. A message may repeat the former only.

/// The longest part of a name that people choose.
const MAX_PART: usize = 16;

/// The most digits after or between words.
const MAX_DIGITS: usize = 8;

/// Returns true for a word that may be a secret in the wrong place. It is false for names that people choose for files,
/// profiles and hosts: words and numbers that are joined by `-`, `_`, `.` and slashes.
pub fn may_be_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_prefix = lower.starts_with("p8e-") || lower.starts_with("s8e-");
    has_prefix || !text.split(['-', '_', '.', '/', ':', ' ', '~']).all(is_part)
}

/// Returns an id for a message: quoted, or left out if it has the form of a secret.
pub fn shown_id(id: &str) -> String {
    if super::checked::is_uuid(id) || super::foreign::is_client_secret(id) {
        "…".to_owned()
    } else {
        format!("{id:?}")
    }
}

/// Returns true for a word, a number, or a word with a number after it.
fn is_part(part: &str) -> bool {
    let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - word.len();
    let has_room = word.len() <= MAX_PART && digits <= MAX_DIGITS;
    has_room && word.bytes().all(|byte| byte.is_ascii_alphabetic()) && is_in_usual_case(word)
}

/// Returns true for lower case, upper case, and words that are joined by capitals.
fn is_in_usual_case(word: &str) -> bool {
    let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut hump = 2;
    for byte in word.bytes() {
        if byte.is_ascii_uppercase() {
            if hump < 2 {
                return is_upper;
            }
            hump = 0;
        }
        hump += 1;
    }
    is_upper || hump >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_told_from_secrets() {
        for name in [
            "gone",
            "client-secret",
            "author-prod-2024-eu",
            "secret2",
            "a.json",
            "MyClientSecret.txt",
            "README",
            "https://author.adobeaemcloud.com:8443",
            "./folder/ims_prod.json",
            "",
        ] {
            assert!(!may_be_secret(name), "{name}");
        }
        for secret in [
            "p8e-abc",
            "SECRET?%&=ü",
            "0123456789abcdef0123456789abcdef",
            "0f3c1b1a-1111-4222-8333-444455556666",
            "sEcReT-abcdefghijklmnopqrstu",
            "abcdefghijklmnopqrstu",
            "aB",
            "012345678",
        ] {
            assert!(may_be_secret(secret), "{secret}");
        }
    }

    #[test]
    fn id_with_the_form_of_a_secret_is_not_shown() {
        assert_eq!(shown_id("client!+ID"), "\"client!+ID\"");
        assert_eq!(shown_id("0f3c1b1a-1111-4222-8333-444455556666"), "…");
        assert_eq!(shown_id("p8e-0123456789abcdefghijklmn"), "…");
    }
}
