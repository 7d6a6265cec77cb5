//! The decision whether a file would come into a git repository, without running git.

mod glob;
mod ignore;
mod index;

use std::fs;
use std::path::{Path, PathBuf};

use ignore::IgnoreFile;

/// The treatment of a file by git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GitState {
    /// The file is in no work tree, or git ignores it.
    Outside,
    /// The file is in the work tree of this folder, and git does not ignore it.
    NotIgnored(PathBuf),
    /// The file is in the repository.
    Tracked(PathBuf),
}

/// The places of the user's own settings of git.
#[derive(Clone, Debug, Default)]
pub(super) struct UserFolders {
    pub(super) home: Option<PathBuf>,
    pub(super) config_home: Option<PathBuf>,
}

/// Returns what git does with a file. What cannot be read is left out.
pub(super) fn state(path: &Path, user: &UserFolders) -> GitState {
    let Ok(path) = path.canonicalize() else {
        return GitState::Outside;
    };
    let Some(tree) = WorkTree::around(&path) else {
        return GitState::Outside;
    };
    let Some(names) = tree.names_below(&path) else {
        return GitState::Outside;
    };
    if tree.tracks(&names) {
        return GitState::Tracked(tree.root);
    }
    // A repository of the home directory holds settings, and nobody lists in it what it leaves out.
    let is_home = user.home.as_ref().is_some_and(|home| {
        let home = home.canonicalize();
        home.is_ok_and(|home| home == tree.root)
    });
    if is_home || tree.ignores(&names, user) {
        return GitState::Outside;
    }
    GitState::NotIgnored(tree.root)
}

struct WorkTree {
    root: PathBuf,
    /// The folder with the index.
    git_folder: PathBuf,
    /// The folder with the settings, which the work trees of a repository share.
    common_folder: PathBuf,
}

impl WorkTree {
    /// Finds the innermost work tree that holds the file.
    fn around(file: &Path) -> Option<Self> {
        file.ancestors().skip(1).find_map(Self::at)
    }

    fn at(root: &Path) -> Option<Self> {
        let git = root.join(".git");
        let git_folder = if git.is_dir() {
            git
        } else {
            let text = fs::read_to_string(&git).ok()?;
            root.join(text.strip_prefix("gitdir:")?.trim())
        };
        git_folder.join("HEAD").is_file().then(|| Self {
            root: root.to_owned(),
            common_folder: match fs::read_to_string(git_folder.join("commondir")) {
                Ok(path) => git_folder.join(path.trim()),
                Err(_) => git_folder.clone(),
            },
            git_folder,
        })
    }

    /// Returns the names of the folders and the file below the root; `None` if one is not UTF-8.
    fn names_below(&self, file: &Path) -> Option<Vec<String>> {
        let below = file.strip_prefix(&self.root).ok()?;
        let names = below.iter().map(|name| name.to_str().map(str::to_owned));
        names.collect()
    }

    fn tracks(&self, names: &[String]) -> bool {
        let index = fs::read(self.git_folder.join("index")).unwrap_or_default();
        index::contains(&index, names.join("/").as_bytes())
    }

    fn ignores(&self, names: &[String], user: &UserFolders) -> bool {
        let mut files = vec![];
        let mut add = |path: PathBuf, depth| {
            if let Ok(text) = fs::read(path) {
                files.push(IgnoreFile::parse(&String::from_utf8_lossy(&text), depth));
            }
        };
        if let Some(path) = user.ignore_file() {
            add(path, 0);
        }
        add(self.common_folder.join("info/exclude"), 0);
        let mut folder = self.root.clone();
        add(folder.join(".gitignore"), 0);
        for (at, name) in names.iter().enumerate().take(names.len() - 1) {
            folder.push(name);
            add(folder.join(".gitignore"), at + 1);
        }
        ignore::ignores(&files, names)
    }
}

impl UserFolders {
    /// Returns the user's own list of ignored files: that of the settings, else the usual one.
    fn ignore_file(&self) -> Option<PathBuf> {
        let home = self.home.as_deref();
        let config = match (&self.config_home, home) {
            (Some(folder), _) => Some(folder.join("git")),
            (None, Some(home)) => Some(home.join(".config/git")),
            (None, None) => None,
        };
        let settings = [
            home.map(|home| home.join(".gitconfig")),
            config.as_ref().map(|folder| folder.join("config")),
        ];
        let named = settings.into_iter().flatten().find_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            excludes_file(&text).map(str::to_owned)
        });
        match (named, home) {
            (Some(named), Some(home)) => Some(match named.strip_prefix("~/") {
                Some(rest) => home.join(rest),
                None => named.into(),
            }),
            (Some(named), None) => Some(named.into()),
            (None, _) => Some(config?.join("ignore")),
        }
    }
}

/// Returns the value of `core.excludesFile` in settings of git.
fn excludes_file(settings: &str) -> Option<&str> {
    settings.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        let is_meant = name.trim().eq_ignore_ascii_case("excludesfile");
        is_meant.then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new() -> Self {
            let tree = Self(tempfile::tempdir().unwrap());
            tree.write(".git/HEAD", "ref: refs/heads/main\n");
            tree
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().canonicalize().unwrap().join(name)
        }

        fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            path
        }

        fn state(&self, name: &str) -> GitState {
            let user = UserFolders {
                home: Some(self.path("home")),
                config_home: None,
            };
            state(&self.write(name, "secret"), &user)
        }
    }

    #[test]
    fn file_outside_of_a_repository_is_of_no_interest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        fs::write(&path, "").unwrap();
        let user = UserFolders::default();
        assert_eq!(state(&path, &user), GitState::Outside);
        // A folder of this name without a HEAD is no repository.
        fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(state(&path, &user), GitState::Outside);
        assert_eq!(state(&folder.path().join("gone"), &user), GitState::Outside);
    }

    #[test]
    fn file_that_no_list_names_is_not_ignored() {
        let tree = Tree::new();
        let root = tree.path("");
        assert_eq!(tree.state("a/key.pem"), GitState::NotIgnored(root.clone()));
        tree.write(".gitignore", "*.pem\n!a/other.pem\n");
        assert_eq!(tree.state("a/key.pem"), GitState::Outside);
        assert_eq!(
            tree.state("a/other.pem"),
            GitState::NotIgnored(root.clone())
        );
        tree.write("a/.gitignore", "/other.pem\n");
        assert_eq!(tree.state("a/other.pem"), GitState::Outside);
        assert_eq!(tree.state("b/other.json"), GitState::NotIgnored(root));
    }

    #[test]
    fn lists_of_the_repository_and_of_the_user_count() {
        let tree = Tree::new();
        tree.write(".git/info/exclude", "one.json\n");
        assert_eq!(tree.state("one.json"), GitState::Outside);
        tree.write("home/.config/git/ignore", "two.json\n");
        assert_eq!(tree.state("two.json"), GitState::Outside);
        tree.write("home/.gitconfig", "[core]\n\texcludesFile = ~/mine\n");
        tree.write("home/mine", "three.json\n");
        assert_eq!(tree.state("three.json"), GitState::Outside);
        assert!(matches!(tree.state("two.json"), GitState::NotIgnored(_)));
    }

    #[test]
    fn repository_of_the_home_directory_says_nothing_of_other_files() {
        let tree = Tree::new();
        let user = UserFolders {
            home: Some(tree.path("")),
            config_home: None,
        };
        let path = tree.write("key.pem", "");
        assert_eq!(state(&path, &user), GitState::Outside);
    }

    #[test]
    fn second_work_tree_finds_its_repository() {
        let tree = Tree::new();
        let git = tree.path(".git/worktrees/x");
        tree.write(".git/worktrees/x/HEAD", "ref: refs/heads/x\n");
        tree.write(".git/worktrees/x/commondir", "../..\n");
        tree.write(".git/info/exclude", "one.json\n");
        tree.write("x/.git", format!("gitdir: {}\n", git.display()));
        assert_eq!(tree.state("x/one.json"), GitState::Outside);
        assert_eq!(
            tree.state("x/two.json"),
            GitState::NotIgnored(tree.path("x"))
        );
    }

    #[test]
    fn tracked_file_is_found_even_if_it_is_ignored() {
        let tree = Tree::new();
        tree.write(".gitignore", "*\n");
        tree.write(".git/index", index::tests::version_2(&["a/key.pem", "b"]));
        let root = tree.path("");
        assert_eq!(tree.state("a/key.pem"), GitState::Tracked(root));
        assert_eq!(tree.state("key.pem"), GitState::Outside);
    }
}
