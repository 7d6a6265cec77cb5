//! Lists of ignored files (`.gitignore`).

use super::glob;

/// A longer line is no pattern that anybody wrote.
const MAX_LENGTH: usize = 1024;

/// The patterns of one file.
#[derive(Debug)]
pub(super) struct IgnoreFile {
    rules: Vec<Rule>,
    /// The number of folders between the root of the work tree and the folder of this file.
    depth: usize,
}

#[derive(Debug)]
struct Rule {
    /// The parts between slashes. A pattern without a slash has one.
    parts: Vec<String>,
    /// A pattern with a slash counts from the folder of its file on; any other matches at any depth.
    is_anchored: bool,
    is_for_folders: bool,
    is_negated: bool,
}

impl IgnoreFile {
    pub(super) fn parse(text: &str, depth: usize) -> Self {
        let rules = text.lines().filter_map(Rule::parse);
        Self {
            rules: rules.collect(),
            depth,
        }
    }

    /// Returns whether the last pattern that matches ignores the file or folder; `None` if none matches.
    fn decide(&self, names: &[String], is_folder: bool) -> Option<bool> {
        let names = names.get(self.depth..)?;
        let matching = self
            .rules
            .iter()
            .rev()
            .find(|rule| rule.matches(names, is_folder));
        matching.map(|rule| !rule.is_negated)
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Self> {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = line.trim_end_matches(' ');
        // An escaped blank at the end belongs to the pattern.
        let line = if trimmed.ends_with('\\') {
            line
        } else {
            trimmed
        };
        if line.starts_with('#') || line.len() > MAX_LENGTH {
            return None;
        }
        let (line, is_negated) = match line.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let (line, is_for_folders) = match line.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let is_anchored = line.contains('/');
        let pattern = line.strip_prefix('/').unwrap_or(line);
        (!pattern.is_empty()).then(|| Self {
            parts: pattern.split('/').map(str::to_owned).collect(),
            is_anchored,
            is_for_folders,
            is_negated,
        })
    }

    fn matches(&self, names: &[String], is_folder: bool) -> bool {
        if self.is_for_folders && !is_folder {
            return false;
        }
        if !self.is_anchored {
            let name = names.last();
            return name.is_some_and(|name| glob::matches(&self.parts[0], name));
        }
        glob::matches_list(
            &self.parts,
            names,
            |part| part == "**",
            |part, name| glob::matches(part, name),
        )
    }
}

/// Returns true if the lists ignore a file, or a folder that it is in. The later file counts more. What is in an ignored
/// folder stays ignored.
pub(super) fn ignores(files: &[IgnoreFile], names: &[String]) -> bool {
    (1..=names.len()).any(|length| {
        let is_folder = length < names.len();
        let decided = files.iter().rev();
        let mut decided = decided.filter_map(|file| file.decide(&names[..length], is_folder));
        decided.next().unwrap_or(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ignored(list: &str, path: &str) -> bool {
        let names: Vec<String> = path.split('/').map(str::to_owned).collect();
        ignores(&[IgnoreFile::parse(list, 0)], &names)
    }

    #[test]
    fn patterns_count_as_git_documents_them() {
        for (list, path, expected) in [
            ("", "key.pem", false),
            ("# key.pem", "key.pem", false),
            ("key.pem", "key.pem", true),
            ("key.pem", "a/b/key.pem", true),
            ("/key.pem", "key.pem", true),
            ("/key.pem", "a/key.pem", false),
            ("a/key.pem", "a/key.pem", true),
            ("a/key.pem", "b/a/key.pem", false),
            ("**/a/key.pem", "b/a/key.pem", true),
            ("a/**/key.pem", "a/key.pem", true),
            ("a/**/key.pem", "a/b/c/key.pem", true),
            ("a/**", "a/b/key.pem", true),
            ("a/*", "a/b/key.pem", true),
            ("secrets/", "secrets/key.pem", true),
            ("secrets/", "a/secrets/b/key.pem", true),
            ("secrets/", "secrets", false),
            ("*.pem", "a/key.pem", true),
            ("*.pem\n!key.pem", "a/key.pem", false),
            ("!key.pem\n*.pem", "a/key.pem", true),
            ("a/\n!a/key.pem", "a/key.pem", true),
            ("key.pem  \r", "key.pem", true),
            ("\\#key", "#key", true),
            ("\\!key", "!key", true),
            ("/", "key.pem", false),
            ("*", "key.pem", true),
        ] {
            assert_eq!(is_ignored(list, path), expected, "{list:?} {path}");
        }
    }

    #[test]
    fn list_of_a_deeper_folder_counts_more_and_from_there_on() {
        let names = ["a", "key.pem"].map(str::to_owned);
        let lists = |root, deeper| {
            let files = [IgnoreFile::parse(root, 0), IgnoreFile::parse(deeper, 1)];
            ignores(&files, &names)
        };
        assert!(lists("", "/key.pem"));
        assert!(!lists("", "/a/key.pem"));
        assert!(!lists("*.pem", "!key.pem"));
        assert!(lists("a/", "!key.pem"));
    }
}
