use super::content::Content;
use super::kind::ValueKind;
use super::note::{FieldNote, Note};
use super::{foreign, list, reference, repair};
use crate::error::{Error, Problem};
use crate::util::secret::Secret;

/// Longer than any id or secret of Adobe, shorter than any RSA key, however it is spelt.
const MAX_WORD_LENGTH: usize = 1000;

/// A value that can be right.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value, repaired if the text had one sure reading.
    pub text: Secret,
    /// The repairs of the value, and its oddities.
    pub notes: Vec<Note>,
}

/// Reads the text of a value of this kind. An empty text is returned as it is: it counts as missing elsewhere.
///
/// # Errors
/// The kind of the text, if it cannot be such a value.
pub fn read(kind: ValueKind, text: &str) -> Result<Value, Content> {
    let mut notes = Vec::new();
    if !kind.is_word() {
        return match impossible(kind, repair::trim(text)) {
            Some(content) => Err(content),
            None => Ok(Value {
                text: Secret::new(text),
                notes,
            }),
        };
    }
    let mut text = repair::word(text, &mut notes);
    if let Some(content) = impossible(kind, text.expose()) {
        return Err(content);
    }
    if kind == ValueKind::Organization && is_bare_organization(text.expose()) {
        text = Secret::new(format!("{}@AdobeOrg", text.expose()));
        notes.push(Note::LackedAdobeOrg);
    }
    notes.extend(oddities(kind, text.expose()));
    Ok(Value { text, notes })
}

/// Returns the text of a value, repaired, and adds what is to be said about it. A text that cannot be right stays as it
/// is: the request refuses it.
pub(crate) fn repaired(
    kind: ValueKind,
    text: impl Into<Secret>,
    notes: &mut Vec<FieldNote>,
) -> Secret {
    let text = text.into();
    match read(kind, text.expose()) {
        Ok(value) => {
            notes.extend(value.notes.iter().map(|&note| FieldNote {
                field: kind.to_string(),
                note,
            }));
            value.text
        }
        Err(_) => text,
    }
}

/// Returns what a text holds that cannot be a value of this kind; `None` if it can be one.
pub fn impossible(kind: ValueKind, text: &str) -> Option<Content> {
    if text.is_empty() {
        return None;
    }
    if let Some(content) = reference::find(text) {
        return Some(content);
    }
    if matches!(kind, ValueKind::PrivateKey | ValueKind::Document) {
        return None;
    }
    if let Some(content) = foreign::find(kind, text) {
        return Some(content);
    }
    if !kind.is_word() {
        return None;
    }
    if list::split(text).is_some_and(|list| list.len() != 1) {
        return Some(Content::List);
    }
    let has = |is: fn(char) -> bool| text.contains(is);
    // An access token has to fit a header, which `AccessToken` checks.
    if kind == ValueKind::AccessToken {
        None
    } else if has(|c| c == '\n' || c == '\r') {
        Some(Content::Lines)
    } else if has(char::is_control) {
        Some(Content::Control)
    } else if has(char::is_whitespace) && kind != ValueKind::DeviceId {
        Some(Content::Blanks)
    } else if has(repair::is_invisible) {
        Some(Content::Invisible)
    } else if !kind.is_token() && text.len() > MAX_WORD_LENGTH {
        Some(Content::TooLong)
    } else {
        None
    }
}

/// Creates the error for a value that was not sent. `name` names the flag, the variable, the file or the field.
pub fn refusal(name: &str, content: Content) -> Error {
    let problem = match content {
        Content::Assertion => Problem::TokenIsAssertion,
        _ => Problem::ValueInvalid,
    };
    Error::new(problem, format!("{name} holds {content}")).with_hint(content.advice())
}

/// Returns true for the digits of an organisation without its ending: 24 hex digits (documented by Adobe).
fn is_bare_organization(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn oddities(kind: ValueKind, text: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    if text.is_empty() {
        return notes;
    }
    if repair::has_half_quotes(text) {
        notes.push(Note::HalfQuotes);
    }
    if text.starts_with('[') && text.ends_with(']') {
        notes.push(Note::Brackets);
    }
    if text.contains(['–', '—', '…', '“', '”', '‘', '’', '„', '«', '»']) {
        notes.push(Note::Typographic);
    }
    match kind {
        ValueKind::Organization if !text.ends_with("@AdobeOrg") => {
            notes.push(Note::NoOrganization);
        }
        ValueKind::TechnicalAccountId => notes.extend(account_oddity(text)),
        _ => {}
    }
    notes
}

/// Returns what an id of a technical account is instead. Its e-mail address has the same ending after a UUID.
fn account_oddity(text: &str) -> Option<Note> {
    match text.split_once('@') {
        Some((name, "techacct.adobe.com")) => is_uuid(name).then_some(Note::Email),
        // The organisation, which has a cause of its own, and other ids.
        Some((_, host)) if !host.contains('.') => Some(Note::NoTechnicalAccount),
        Some(_) => Some(Note::Email),
        None if is_uuid(text) => Some(Note::Uuid),
        None => Some(Note::NoTechnicalAccount),
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(text: &str) -> Result<(String, Vec<Note>), Content> {
        let value = read(ValueKind::ClientSecret, text)?;
        Ok((value.text.expose().to_owned(), value.notes))
    }

    #[test]
    fn one_sure_reading_is_repaired_and_noted() {
        for (text, notes) in [
            ("SECRET?%&=ü", &[][..]),
            (" \u{feff}SECRET?%&=ü\u{200b}\r\n", &[]),
            ("\"SECRET?%&=ü\"", &[Note::HadQuotes]),
            ("'SECRET?%&=ü'", &[Note::HadQuotes]),
            ("“SECRET?%&=ü”", &[Note::HadQuotes]),
            ("\"'SECRET?%&=ü'\"", &[Note::HadQuotes]),
            ("\\\"SECRET?%&=ü\\\"", &[Note::HadQuotes]),
            ("SECRET?%&=ü\\n", &[Note::HadLineEnd]),
            ("SECRET?%&=ü\\r\\n", &[Note::HadLineEnd]),
            ("SECRET?%&=ü\\\\n", &[Note::HadLineEnd]),
            ("\"SECRET?%&=ü\\n\"", &[Note::HadQuotes]),
            ("['SECRET?%&=ü']", &[Note::HadBrackets]),
            (
                "\"[\\\"SECRET?%&=ü\\\"]\"",
                &[Note::HadQuotes, Note::HadBrackets],
            ),
        ] {
            let expected = ("SECRET?%&=ü".to_owned(), notes.to_vec());
            assert_eq!(secret(text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn text_that_cannot_be_a_secret_is_refused() {
        for (text, content) in [
            ("a b", Content::Blanks),
            ("a\u{a0}b", Content::Blanks),
            ("a\tb", Content::Control),
            ("a\nb", Content::Lines),
            ("a\u{200b}b", Content::Invisible),
            ("['a', 'b']", Content::List),
            ("\"${X}\"", Content::Reference("${NAME}")),
            ("'null'", Content::Nothing("null")),
            (&"x".repeat(1001), Content::TooLong),
        ] {
            assert_eq!(secret(text), Err(content), "{text:?}");
        }
    }

    #[test]
    fn odd_value_is_kept_and_noted() {
        for (text, note) in [
            ("abc\"", Note::HalfQuotes),
            ("'abc", Note::HalfQuotes),
            ("[a?b]", Note::Brackets),
            ("p8e–abc", Note::Typographic),
        ] {
            assert_eq!(secret(text), Ok((text.to_owned(), vec![note])), "{text}");
        }
    }

    #[test]
    fn identities_are_recognised() {
        for (kind, text, value, notes) in [
            (
                ValueKind::Organization,
                "ABCDEF0123456789ABCDEF01@AdobeOrg",
                "ABCDEF0123456789ABCDEF01@AdobeOrg",
                &[][..],
            ),
            (
                ValueKind::Organization,
                "ABCDEF0123456789ABCDEF01",
                "ABCDEF0123456789ABCDEF01@AdobeOrg",
                &[Note::LackedAdobeOrg],
            ),
            (
                ValueKind::Organization,
                "acme",
                "acme",
                &[Note::NoOrganization],
            ),
            (
                ValueKind::TechnicalAccountId,
                "ABCDEF0123456789ABCDEF01@techacct.adobe.com",
                "ABCDEF0123456789ABCDEF01@techacct.adobe.com",
                &[],
            ),
            (
                ValueKind::TechnicalAccountId,
                "0f3c1b1a-1111-4222-8333-444455556666@techacct.adobe.com",
                "0f3c1b1a-1111-4222-8333-444455556666@techacct.adobe.com",
                &[Note::Email],
            ),
            (
                ValueKind::TechnicalAccountId,
                "me@example.com",
                "me@example.com",
                &[Note::Email],
            ),
            (
                ValueKind::TechnicalAccountId,
                "0f3c1b1a-1111-4222-8333-444455556666",
                "0f3c1b1a-1111-4222-8333-444455556666",
                &[Note::Uuid],
            ),
            (
                ValueKind::TechnicalAccountId,
                "x",
                "x",
                &[Note::NoTechnicalAccount],
            ),
        ] {
            let read = read(kind, text).unwrap();
            assert_eq!((read.text.expose(), &*read.notes), (value, notes), "{text}");
        }
    }

    #[test]
    fn lists_keys_and_documents_are_checked_for_references_only() {
        for kind in [
            ValueKind::Scopes,
            ValueKind::PrivateKey,
            ValueKind::Document,
        ] {
            assert!(matches!(read(kind, " ${X} "), Err(Content::Reference(_))));
            assert!(matches!(read(kind, "null"), Err(Content::Nothing(_))));
        }
        for (kind, text) in [
            (ValueKind::Scopes, "openid, AdobeID"),
            (ValueKind::Scopes, "['openid', 'AdobeID']"),
            (ValueKind::PrivateKey, "/etc/key.pem"),
            (ValueKind::Document, "/etc/credentials.json"),
        ] {
            assert_eq!(read(kind, text).unwrap().text.expose(), text);
        }
    }

    proptest! {
        /// The alphabet of secrets and ids that Adobe is known to issue, and more.
        #[test]
        fn random_value_is_never_refused_or_changed(
            text in "[A-Za-z0-9][A-Za-z0-9!#$%&*+./:=?@^_~-]{14,70}[A-Za-z0-9]"
        ) {
            let value = read(ValueKind::ClientSecret, &text).unwrap();
            prop_assert_eq!(value.text.expose(), text);
            prop_assert!(value.notes.is_empty());
        }

        #[test]
        fn value_that_was_read_is_read_to_itself(text in any::<String>(), quotes in "[\"'\\[\\]\\\\n ]{0,4}") {
            let text = format!("{quotes}{text}{quotes}");
            for kind in [ValueKind::ClientId, ValueKind::ClientSecret, ValueKind::Organization, ValueKind::AccessToken] {
                if let Ok(value) = read(kind, &text) {
                    let again = read(kind, value.text.expose()).unwrap();
                    prop_assert_eq!(again.text.expose(), value.text.expose());
                    prop_assert_eq!(impossible(kind, value.text.expose()), None);
                }
            }
        }
    }
}
