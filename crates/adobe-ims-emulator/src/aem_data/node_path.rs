//! Paths in AEM's repository.

/// The folder of all files.
pub(crate) const ROOT: &str = "/content/dam/";

/// The maximum length of a path in bytes.
pub(crate) const MAX_PATH: usize = 2048;
/// The maximum number of names in a path.
pub(crate) const MAX_DEPTH: usize = 64;

/// Returns the start of the paths below a path.
pub(crate) fn prefix(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        format!("{key}/")
    }
}

/// Returns the path below the root, without empty and dotted names. Returns `None` if the path
/// leaves the root or is too long. The original rendition of an asset is the asset.
pub(crate) fn key(path: &str) -> Option<String> {
    let path = path
        .strip_suffix("/jcr:content/renditions/original")
        .unwrap_or(path);
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    let key = names.join("/");
    is_short(&key).then_some(key)
}

pub(crate) fn is_short(key: &str) -> bool {
    key.len() <= MAX_PATH && key.split('/').count() <= MAX_DEPTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_nodes_below_the_root_only() {
        let deep = ["a"; MAX_DEPTH + 1].join("/");
        let long = "a".repeat(MAX_PATH + 1);
        for (path, expected) in [
            ("a.xdp", Some("a.xdp")),
            ("forms//a b/./ü.xdp", Some("forms/a b/ü.xdp")),
            ("forms/../a.xdp", Some("a.xdp")),
            (
                "default.xci/jcr:content/renditions/original",
                Some("default.xci"),
            ),
            ("../a.xdp", None),
            ("a/", Some("a")),
            ("", Some("")),
            ("/", Some("")),
            (&deep, None),
            (&long, None),
        ] {
            assert_eq!(key(path).as_deref(), expected, "{path}");
        }
    }
}
