//! The files of AEM's repository.

use std::collections::BTreeMap;

use bytes::Bytes;

/// The folder of all files.
pub(crate) const ROOT: &str = "/content/dam/";

/// A file of the repository.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) content_type: Option<String>,
    pub(crate) content: Bytes,
}

/// The files below `/content/dam/`, by their path below it.
#[derive(Clone, Default)]
pub(crate) struct Repository(BTreeMap<String, StoredFile>);

impl Repository {
    /// Writes a file. Returns whether it is new, or `None` if the path names no file.
    pub(crate) fn put(&mut self, path: &str, file: StoredFile) -> Option<bool> {
        let key = key(path)?;
        Some(self.0.insert(key, file).is_none())
    }

    pub(crate) fn get(&self, path: &str) -> Option<&StoredFile> {
        self.0.get(&key(path)?)
    }

    /// Deletes a file. Returns whether there was one.
    pub(crate) fn delete(&mut self, path: &str) -> bool {
        key(path).is_some_and(|key| self.0.remove(&key).is_some())
    }
}

/// Returns the path below the root, without empty and dotted names. Returns `None` if the path
/// leaves the root or names no file. The original rendition of an asset is the asset.
fn key(path: &str) -> Option<String> {
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
    (!names.is_empty() && !path.ends_with('/')).then(|| names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_files_below_the_root_only() {
        for (path, expected) in [
            ("a.xdp", Some("a.xdp")),
            ("forms//a b/./ü.xdp", Some("forms/a b/ü.xdp")),
            ("forms/../a.xdp", Some("a.xdp")),
            (
                "default.xci/jcr:content/renditions/original",
                Some("default.xci"),
            ),
            ("../a.xdp", None),
            ("a/", None),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(key(path).as_deref(), expected, "{path}");
        }
    }
}
