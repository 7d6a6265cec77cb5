use std::path::{Path, PathBuf};

/// Longer than the paths of key files, shorter than any key.
const MAX_PATH_LENGTH: usize = 512;

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
    let is_one_line = text.len() <= MAX_PATH_LENGTH && !text.contains(['\n', '\r']);
    // A piece of a key may begin with a slash, too.
    let stem = path.with_extension("");
    let stem = stem.to_str().unwrap_or_default();
    let is_base64 = stem.len() > 64
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    (is_one_line && !is_base64 && (has_key_extension || begins_like_a_path))
        .then(|| path.to_owned())
}
