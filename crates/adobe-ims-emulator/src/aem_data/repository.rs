//! AEM's repository below `/content/dam`: folders and files with their metadata.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

use serde_json::json;

use crate::aem_data::node::{Node, Properties, StoredFile};
use crate::aem_data::node_path::{MAX_DEPTH, MAX_PATH, ROOT, is_short, key, prefix};

/// The maximum number of folders and files.
const MAX_NODES: usize = 20_000;
/// The maximum size of all content and metadata, in bytes.
const MAX_BYTES: usize = 512 * 1024 * 1024;
/// The reason why the repository did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RepositoryError {
    /// The path names nothing below the root, or is too long.
    NoName,
    /// Nothing is at the path.
    Missing,
    /// The folder of the path does not exist, or is a file.
    NoFolder,
    /// Something else is at the path.
    Exists,
    /// The target is the source or is in it.
    IntoItself,
    Full,
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => write!(
                f,
                "it is not a path below {ROOT} of at most {MAX_PATH} bytes and {MAX_DEPTH} names"
            ),
            Self::Missing => f.write_str("nothing is there"),
            Self::NoFolder => f.write_str("its folder does not exist"),
            Self::Exists => f.write_str("something is there already"),
            Self::IntoItself => f.write_str("the target is the source or in it"),
            Self::Full => write!(
                f,
                "the repository of the emulator is full: it has at most {MAX_NODES} folders and \
                 files, and {} MiB",
                MAX_BYTES / 1024 / 1024
            ),
        }
    }
}

/// The folders and files below `/content/dam/`, by their path below it. The root has the empty path.
#[derive(Clone)]
pub(crate) struct Repository {
    nodes: BTreeMap<String, Node>,
    /// The sizes of all nodes.
    bytes: usize,
}

impl Default for Repository {
    fn default() -> Self {
        let mut properties = Properties::new();
        properties.insert("jcr:title".to_owned(), json!("Assets"));
        let root = Node::Folder(properties);
        Self {
            bytes: root.size(),
            nodes: BTreeMap::from([(String::new(), root)]),
        }
    }
}

impl Repository {
    /// Writes a file, and creates the folders of its path. Returns whether the file is new. The
    /// metadata of a file that was there stay.
    pub(crate) fn put(&mut self, path: &str, file: StoredFile) -> Result<bool, RepositoryError> {
        let key = key(path).filter(|key| !key.is_empty() && !path.ends_with('/'));
        let key = key.ok_or(RepositoryError::NoName)?;
        let mut file = file;
        let is_new = match self.nodes.get(&key) {
            Some(Node::Folder(_)) => return Err(RepositoryError::Exists),
            Some(Node::File(old)) => {
                let mut metadata = old.metadata.clone();
                metadata.extend(std::mem::take(&mut file.metadata));
                file.metadata = metadata;
                false
            }
            None => true,
        };
        self.create_parents(&key)?;
        self.insert(key, Node::File(file))?;
        Ok(is_new)
    }

    /// Returns the file at a path.
    pub(crate) fn get(&self, path: &str) -> Option<&StoredFile> {
        if path.ends_with('/') {
            return None;
        }
        match self.node(path)? {
            Node::File(file) => Some(file),
            Node::Folder(_) => None,
        }
    }

    /// Returns the folder or the file at a path.
    pub(crate) fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&key(path)?)
    }

    /// Returns whether a folder is at a path.
    pub(crate) fn is_folder(&self, path: &str) -> bool {
        matches!(self.node(path), Some(Node::Folder(_)))
    }

    /// Returns the names and the nodes of a folder, by name.
    pub(crate) fn children(&self, path: &str) -> impl Iterator<Item = (&str, &Node)> {
        let prefix = key(path).map(|key| prefix(&key));
        let nodes = prefix.into_iter().flat_map(|prefix| {
            let length = prefix.len();
            let nodes = self.below(prefix);
            nodes.map(move |(key, node)| (&key[length..], node))
        });
        nodes.filter(|(name, _)| !name.contains('/'))
    }

    /// Returns the number of nodes below a path, at most `limit`.
    pub(crate) fn count_below(&self, path: &str, limit: usize) -> usize {
        let Some(key) = key(path) else {
            return 0;
        };
        self.below(prefix(&key)).take(limit).count()
    }

    /// Creates a folder in a folder that exists.
    pub(crate) fn create_folder(
        &mut self,
        path: &str,
        properties: Properties,
    ) -> Result<(), RepositoryError> {
        let key = named(path)?;
        if self.nodes.contains_key(&key) {
            return Err(RepositoryError::Exists);
        }
        self.check_parent(&key)?;
        self.insert(key, Node::Folder(properties))
    }

    /// Changes the properties of a folder or the metadata of a file. Null removes one.
    pub(crate) fn change(
        &mut self,
        path: &str,
        changes: Properties,
    ) -> Result<(), RepositoryError> {
        let key = key(path).ok_or(RepositoryError::NoName)?;
        let mut node = self
            .nodes
            .get(&key)
            .ok_or(RepositoryError::Missing)?
            .clone();
        for (name, value) in changes {
            if value.is_null() {
                node.properties_mut().remove(&name);
            } else {
                node.properties_mut().insert(name, value);
            }
        }
        self.insert(key, node)
    }

    /// Deletes a file, or a folder with all that is in it. Returns whether there was one.
    pub(crate) fn delete(&mut self, path: &str) -> bool {
        let Ok(key) = named(path) else {
            return false;
        };
        let below = self.below(prefix(&key)).map(|(key, _)| key.to_owned());
        for key in below.collect::<Vec<_>>() {
            self.remove(&key);
        }
        self.remove(&key)
    }

    /// Copies a file, or a folder with all that is in it. What is at the target is replaced.
    pub(crate) fn copy(&mut self, from: &str, to: &str) -> Result<(), RepositoryError> {
        self.copy_nodes(from, to, true)
    }

    /// Copies a file, or a folder without what is in it. What is at the target is replaced.
    pub(crate) fn copy_alone(&mut self, from: &str, to: &str) -> Result<(), RepositoryError> {
        self.copy_nodes(from, to, false)
    }

    fn copy_nodes(&mut self, from: &str, to: &str, deep: bool) -> Result<(), RepositoryError> {
        let (from, to) = (named(from)?, named(to)?);
        let node = self.nodes.get(&from).ok_or(RepositoryError::Missing)?;
        let node = node.clone();
        if from == to || to.starts_with(&prefix(&from)) || from.starts_with(&prefix(&to)) {
            return Err(RepositoryError::IntoItself);
        }
        self.check_parent(&to)?;
        let mut copies = vec![(to.clone(), node)];
        if deep {
            let below = self.below(prefix(&from));
            let copy =
                |(key, node): (&str, &Node)| (format!("{to}{}", &key[from.len()..]), node.clone());
            copies.extend(below.map(copy));
        }
        if copies.iter().any(|(key, _)| !is_short(key)) {
            return Err(RepositoryError::NoName);
        }
        let size: usize = copies.iter().map(|(_, node)| node.size()).sum();
        if self.nodes.len() + copies.len() > MAX_NODES || self.bytes + size > MAX_BYTES {
            return Err(RepositoryError::Full);
        }
        self.delete(&to);
        for (key, node) in copies {
            self.insert(key, node)?;
        }
        Ok(())
    }

    fn below(&self, prefix: String) -> impl Iterator<Item = (&str, &Node)> {
        // The root itself has the empty path.
        let start = if prefix.is_empty() {
            Bound::Excluded(String::new())
        } else {
            Bound::Included(prefix.clone())
        };
        let nodes = self.nodes.range((start, Bound::Unbounded));
        let nodes = nodes.map(|(key, node)| (&**key, node));
        nodes.take_while(move |(key, _)| key.starts_with(&prefix))
    }

    fn check_parent(&self, key: &str) -> Result<(), RepositoryError> {
        let parent = key.rsplit_once('/').map_or("", |(parent, _)| parent);
        match self.nodes.get(parent) {
            Some(Node::Folder(_)) => Ok(()),
            _ => Err(RepositoryError::NoFolder),
        }
    }

    fn create_parents(&mut self, key: &str) -> Result<(), RepositoryError> {
        for (end, _) in key.match_indices('/') {
            match self.nodes.get(&key[..end]) {
                Some(Node::Folder(_)) => {}
                Some(Node::File(_)) => return Err(RepositoryError::NoFolder),
                None => self.insert(key[..end].to_owned(), Node::Folder(Properties::new()))?,
            }
        }
        Ok(())
    }

    fn insert(&mut self, key: String, node: Node) -> Result<(), RepositoryError> {
        let old = self.nodes.get(&key);
        let bytes = self.bytes - old.map_or(0, Node::size) + node.size();
        let is_too_many = old.is_none() && self.nodes.len() >= MAX_NODES;
        if is_too_many || bytes > MAX_BYTES {
            return Err(RepositoryError::Full);
        }
        self.bytes = bytes;
        self.nodes.insert(key, node);
        Ok(())
    }

    fn remove(&mut self, key: &str) -> bool {
        let removed = self.nodes.remove(key);
        self.bytes -= removed.as_ref().map_or(0, Node::size);
        removed.is_some()
    }
}

/// Returns the path of something below the root.
fn named(path: &str) -> Result<String, RepositoryError> {
    let key = key(path).filter(|key| !key.is_empty());
    key.ok_or(RepositoryError::NoName)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn file(text: &'static str) -> StoredFile {
        StoredFile::new(None, Bytes::from_static(text.as_bytes()))
    }

    fn paths(repository: &Repository) -> Vec<&str> {
        repository.nodes.keys().map(String::as_str).collect()
    }

    #[test]
    fn file_needs_a_name_below_the_root() {
        let mut repository = Repository::default();
        for path in ["", "/", "a/", "../a"] {
            let put = repository.put(path, file("x"));
            assert_eq!(put, Err(RepositoryError::NoName), "{path}");
        }
    }

    #[test]
    fn files_bring_their_folders() {
        let mut repository = Repository::default();
        assert_eq!(repository.put("a/b/c.txt", file("1")), Ok(true));
        assert_eq!(repository.put("a/b/c.txt", file("2")), Ok(false));
        assert_eq!(paths(&repository), ["", "a", "a/b", "a/b/c.txt"]);
        assert_eq!(
            repository.put("a/b", file("3")),
            Err(RepositoryError::Exists)
        );
        assert_eq!(
            repository.put("a/b/c.txt/d", file("3")),
            Err(RepositoryError::NoFolder)
        );
        let names = |path| {
            let children = repository.children(path);
            children
                .map(|(name, _)| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["a"]);
        assert_eq!(names("a/"), ["b"]);
        assert_eq!(names("a/b/c.txt"), Vec::<String>::new());
        assert_eq!(repository.count_below("", 2), 2);
    }

    #[test]
    fn names_beside_a_folder_do_not_belong_to_it() {
        let mut repository = Repository::default();
        for path in ["a/x", "a b", "a-", "a.txt", "ab/x"] {
            repository.put(path, file("1")).unwrap();
        }
        assert_eq!(repository.children("a").count(), 1);
        assert!(repository.delete("a"));
        assert_eq!(paths(&repository), ["", "a b", "a-", "a.txt", "ab", "ab/x"]);
        assert!(!repository.delete(""));
    }

    #[test]
    fn copies_replace_their_target_and_count() {
        let mut repository = Repository::default();
        repository.put("a/b/c.txt", file("12345")).unwrap();
        repository.put("d/old.txt", file("1")).unwrap();
        repository.copy("a", "d").unwrap();
        assert_eq!(
            paths(&repository),
            ["", "a", "a/b", "a/b/c.txt", "d", "d/b", "d/b/c.txt"]
        );
        repository.copy_alone("a", "e").unwrap();
        assert_eq!(repository.children("e").count(), 0);
        for (from, to, error) in [
            ("a", "a", RepositoryError::IntoItself),
            ("a", "a/b/x", RepositoryError::IntoItself),
            ("a/b", "a", RepositoryError::IntoItself),
            ("x", "y", RepositoryError::Missing),
            ("a", "x/y", RepositoryError::NoFolder),
            ("a", "a/b/c.txt/x", RepositoryError::IntoItself),
            ("", "x", RepositoryError::NoName),
        ] {
            assert_eq!(repository.copy(from, to), Err(error), "{from} {to}");
        }
        for path in ["a", "d", "e"] {
            assert!(repository.delete(path));
        }
        assert_eq!(repository.bytes, Repository::default().bytes);
    }

    #[test]
    fn repository_has_an_end() {
        let mut repository = Repository::default();
        for number in 1..MAX_NODES {
            repository.put(&number.to_string(), file("")).unwrap();
        }
        assert_eq!(repository.put("x", file("")), Err(RepositoryError::Full));
        assert_eq!(repository.put("1", file("")), Ok(false));
        let large = StoredFile::new(None, Bytes::from(vec![0; MAX_BYTES]));
        assert_eq!(repository.put("1", large), Err(RepositoryError::Full));
        assert_eq!(repository.get("1").unwrap().content.len(), 0);
    }
}
