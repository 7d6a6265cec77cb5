//! The names of the files that the stores make. A store touches no file with another name.

/// An id is the first half of a SHA-256 digest, or a BLAKE2s digest of the same length.
const ID_LENGTH: usize = 32;

/// The extension of an index entry.
pub(super) const INDEX: &str = "known";
/// The extension of a lock.
pub(super) const LOCK: &str = "lock";
/// The extension of a file during its replacement.
const TEMPORARY: &str = "tmp";
/// The extension of a file that was not trusted.
const SET_ASIDE: &str = "set-aside";

/// The extensions of the entries of one kind of directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extensions {
    pub(crate) cleartext: &'static str,
    pub(crate) encrypted: &'static str,
}

/// The kind of a file of a store, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileRole {
    /// `ID.token`, or `ID.KEY.sealed`.
    Entry,
    /// `DIGEST.known`.
    Index,
    /// `ID.lock`.
    Lock,
    /// A file during its replacement.
    Temporary,
    /// A file that was not trusted.
    SetAside,
}

/// Returns the kind of a file by its name. Returns `None` for a name that no store makes.
pub(crate) fn role(name: &str, extensions: Extensions) -> Option<FileRole> {
    let (id, rest) = name.split_once('.')?;
    if !is_id(id) {
        return None;
    }
    let parts: Vec<&str> = rest.split('.').collect();
    match parts.as_slice() {
        [LOCK] => Some(FileRole::Lock),
        [kept @ .., writer, TEMPORARY] if is_writer(writer) => {
            role_of_kept(kept, extensions).map(|_| FileRole::Temporary)
        }
        [kept @ .., SET_ASIDE] => {
            let numbered = match kept {
                [kept @ .., number] if is_hex(number) => role_of_kept(kept, extensions),
                _ => None,
            };
            numbered
                .or(role_of_kept(kept, extensions))
                .map(|_| FileRole::SetAside)
        }
        kept => role_of_kept(kept, extensions),
    }
}

/// Returns the kind of a file that is kept, by the parts of its name behind the id.
fn role_of_kept(parts: &[&str], extensions: Extensions) -> Option<FileRole> {
    match parts {
        [INDEX] => Some(FileRole::Index),
        [extension] if *extension == extensions.cleartext => Some(FileRole::Entry),
        [key, extension] if *extension == extensions.encrypted && is_hex(key) => {
            Some(FileRole::Entry)
        }
        _ => None,
    }
}

/// Returns true for the id of a key or document: 32 hexadecimal digits.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && is_hex(text)
}

/// Returns the name of the file that replaces the file of this name.
pub(super) fn temporary(name: &str) -> String {
    let (process, number) = (std::process::id(), fastrand::u64(..));
    format!("{name}.{process:x}-{number:x}.{TEMPORARY}")
}

/// Returns the name under which a file that is not trusted is set aside.
pub(super) fn set_aside(name: &str) -> String {
    format!("{name}.{SET_ASIDE}")
}

/// Returns another such name.
pub(super) fn set_aside_numbered(name: &str) -> String {
    format!("{name}.{:x}.{SET_ASIDE}", fastrand::u64(..))
}

fn is_writer(text: &str) -> bool {
    text.split_once('-')
        .is_some_and(|(process, number)| is_hex(process) && is_hex(number))
}

fn is_hex(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKENS: Extensions = Extensions {
        cleartext: "token",
        encrypted: "sealed",
    };
    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn names_that_the_stores_make_are_recognized() {
        let entry = format!("{ID}.token");
        let sealed = format!("{ID}.0a1b2c3d.sealed");
        let index = format!("{ID}.known");
        for (name, expected) in [
            (format!("{ID}.lock"), FileRole::Lock),
            (temporary(&entry), FileRole::Temporary),
            (temporary(&sealed), FileRole::Temporary),
            (temporary(&index), FileRole::Temporary),
            (set_aside(&entry), FileRole::SetAside),
            (set_aside(&sealed), FileRole::SetAside),
            (set_aside_numbered(&entry), FileRole::SetAside),
            (set_aside_numbered(&sealed), FileRole::SetAside),
            (entry, FileRole::Entry),
            (sealed, FileRole::Entry),
            (index, FileRole::Index),
        ] {
            assert_eq!(role(&name, TOKENS), Some(expected), "{name}");
        }
    }

    #[test]
    fn names_of_others_are_not_recognized() {
        let short = &ID[1..];
        for name in [
            String::new(),
            ID.to_owned(),
            "notes.tmp".to_owned(),
            "api.token".to_owned(),
            "x.token.set-aside".to_owned(),
            "package.lock".to_owned(),
            format!(".{ID}.token"),
            format!("{ID}.tmp"),
            format!("{ID}.set-aside"),
            format!("{ID}.sealed"),
            format!("{ID}.session"),
            format!("{ID}.token.tmp"),
            format!("{ID}.token.bak"),
            format!("{ID}.token.1.tmp"),
            format!("{ID}.token.1-.tmp"),
            format!("{ID}.token.x-1.tmp"),
            format!("{ID}.lock.1-2.tmp"),
            format!("{ID}.notes.1-2.tmp"),
            format!("{ID}.notes.set-aside"),
            format!("{ID}.token.x.set-aside"),
            format!("{ID}..sealed"),
            format!("{ID}.key.sealed"),
            format!("{}.token", ID.to_uppercase()),
            format!("{short}.token"),
            format!("{short}g.token"),
            format!("{ID}0.token"),
        ] {
            assert_eq!(role(&name, TOKENS), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn only_names_that_begin_with_an_id_are_recognized(name in "\\PC{0,40}") {
            prop_assert_eq!(role(&name, TOKENS), None);
        }

        #[test]
        fn names_have_no_separator_of_paths(rest in "[./0-9a-f-]{0,10}(token|sealed|known|lock|tmp|set-aside)?") {
            let name = format!("{ID}.{rest}");
            if role(&name, TOKENS).is_some() {
                prop_assert!(!name.contains('/'));
            }
        }
    }
}
