use std::path::{Path, PathBuf};

/// Longer than the paths of key files, shorter than any key.
const MAX_PATH_LENGTH: usize = 512;

/// Longer than the names of key files and folders, shorter than any token.
const MAX_NAME_LENGTH: usize = 100;

/// Returns the path if the text is a single line that names a file, and `None` for the text of a key.
pub(super) fn as_path(text: &str) -> Option<PathBuf> {
    let text = text.trim_matches(['"', '\'']);
    let path = Path::new(text);
    let has_key_extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            [
                "pem", "key", "der", "p8", "pk8", "txt", "crt", "cer", "p12", "pfx", "b64",
            ]
            .contains(&extension.to_ascii_lowercase().as_str())
        });
    let begins_like_a_path = ["/", "./", "../", "~/", "C:\\", ".\\"]
        .iter()
        .any(|start| text.starts_with(start));
    let is_one_line = text.len() <= MAX_PATH_LENGTH && !text.contains(char::is_control);
    // So may the last lines of a key, a document or a token, of which nothing is to be shown.
    let is_document = text.contains(['{', '}', '<', '>', '"', '|']) || text.contains("-----");
    let has_token = text.split('/').any(|name| name.len() > MAX_NAME_LENGTH);
    // A piece of a key may begin with a slash, too.
    let stem = path.with_extension("");
    let stem = stem.to_str().unwrap_or_default();
    let is_base64 = stem.len() > 64
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let may_be_a_path = is_one_line && !is_base64 && !is_document && !has_token;
    (may_be_a_path && (has_key_extension || begins_like_a_path)).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_recognised_by_its_beginning_or_extension() {
        for text in [
            "/etc/key",
            "./key",
            "../key",
            "~/key",
            "key.pem",
            "KEY.PEM",
            "\"key.p8\"",
        ] {
            assert!(as_path(text).is_some(), "{text}");
        }
        for text in [
            "",
            "key",
            "MIIEvQ==",
            "/etc/key\n",
            "/etc/\u{0}key",
            "key.json",
        ] {
            assert!(as_path(text).is_none(), "{text}");
        }
    }

    #[test]
    fn document_or_token_after_a_slash_is_no_path() {
        let token = format!("//{}.{}.sig", "e".repeat(60), "y".repeat(60));
        for text in [
            "/{\"CLIENT_SECRETS\":[\"SECRET\"]}",
            "~/IMS_OAUTH_S2S={}.key",
            "./<key>",
            "/sIDb\\n-----END PRIVATE KEY-----",
            &token,
        ] {
            assert!(as_path(text).is_none(), "{text}");
        }
    }

    #[test]
    fn path_has_512_bytes_at_most() {
        let path = |length: usize| "/-".repeat(length)[..length].to_owned();
        assert!(as_path(&path(MAX_PATH_LENGTH)).is_some());
        assert!(as_path(&path(MAX_PATH_LENGTH + 1)).is_none());
    }

    #[test]
    fn base64_over_64_characters_is_no_path() {
        let base64 = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert!(as_path(&base64(64)).is_some());
        assert!(as_path(&base64(65)).is_none());
    }
}
