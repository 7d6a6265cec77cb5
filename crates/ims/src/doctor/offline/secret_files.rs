//! The files that hold secrets: who may read and change them, and whether git would take them.

use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use adobe_ims::internal::file;
use adobe_ims::internal::key;
use adobe_ims_config::SecretReference;

use super::git::{self, GitState, UserFolders};
use crate::doctor::check::{Check, CheckId};
use crate::doctor::subject::Subject;
use crate::environment::input::may_be_a_path;
use crate::environment::{Variables, variables};

const ID: CheckId = CheckId::SecretFiles;

/// A file with a secret, and what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SecretFile {
    named_by: String,
    path: PathBuf,
}

/// The known facts about a file.
#[derive(Clone, Debug)]
struct FileFacts {
    file: SecretFile,
    mode: Option<u32>,
    /// The owner, if it is neither this user nor the administrator.
    other_owner: Option<u32>,
    /// True if other users can get to it.
    is_reachable: bool,
    git: GitState,
}

/// Something that a file should not be.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    summary: String,
    fix: String,
}

/// Returns the files with secrets of the selected credentials. Only regular files count: pipes and stdin have no mode.
pub(super) fn find(subject: &Subject<'_>) -> Vec<SecretFile> {
    let mut files = named_files(subject);
    files.retain(|it| it.path.metadata().is_ok_and(|metadata| metadata.is_file()));
    let mut known = Vec::new();
    files.retain(|it| {
        let is_new = !known.contains(&it.path);
        known.push(it.path.clone());
        is_new
    });
    files
}

/// Returns the time at which the youngest of the files was written.
pub(super) fn written(files: &[SecretFile]) -> Option<SystemTime> {
    let times = files.iter().map(|it| it.path.metadata()?.modified());
    times.filter_map(Result::ok).max()
}

fn named_files(subject: &Subject<'_>) -> Vec<SecretFile> {
    let settings = subject.settings;
    let fields = &settings.fields;
    let Ok(selection) = subject.examination.selection() else {
        return Vec::new();
    };
    let of_flags = [
        ("-c", &settings.document),
        ("--client-secret-file", &fields.client_secret_file),
        ("--private-key-file", &fields.private_key_file),
        ("--code-file", &fields.code_file),
        ("--device-token-file", &fields.device_token_file),
        ("the passphrase", &settings.passphrase_file),
        ("the key of the cache", &settings.cache.key_file),
    ];
    let mut files: Vec<SecretFile> = of_flags
        .into_iter()
        .filter_map(|(name, path)| Some(SecretFile::new(name, path.as_ref()?)))
        .collect();
    let variables = &subject.context.variables;
    if settings.profile.is_none() {
        files.extend(files_of_variables(selection.name(), variables));
    }
    let secrets = settings.profile.iter().flat_map(|it| it.secrets());
    files.extend(secrets.filter_map(|(name, place)| match place {
        SecretReference::File(path) => Some(SecretFile::new(name, path)),
        _ => None,
    }));
    let key = subject.service();
    let key = key.and_then(|it| key::file(it, &subject.examination.key_context()));
    files.extend(key.map(|path| SecretFile::new("the private key", &path)));
    files
}

/// Returns the files that variables name. The variables for fields count if fields were selected.
fn files_of_variables(selected: &str, variables: &Variables) -> Vec<SecretFile> {
    let [key_file, key_of_imscli] = variables::PRIVATE_KEY_FILE;
    let names: &[&'static str] = match selected {
        variables::CREDENTIALS => &[variables::CREDENTIALS],
        "-c" => &[],
        _ => &[variables::CLIENT_SECRET_FILE, key_file, key_of_imscli],
    };
    let named = names.iter().filter_map(|name| {
        let path: OsString = variables.os(name)?;
        let is_path = path.to_str().is_none_or(may_be_a_path);
        is_path.then(|| SecretFile::new(name, Path::new(&path)))
    });
    named.collect()
}

impl SecretFile {
    fn new(named_by: &str, path: &Path) -> Self {
        Self {
            named_by: named_by.to_owned(),
            path: path.to_owned(),
        }
    }
}

/// Looks at the mode, the owner and the surroundings of each file.
pub(super) fn secret_files(subject: &Subject<'_>, files: Vec<SecretFile>) -> Check {
    let variables = &subject.context.variables;
    let user = UserFolders {
        home: variables.os("HOME").map(PathBuf::from),
        config_home: variables.os("XDG_CONFIG_HOME").map(PathBuf::from),
    };
    let facts = files.into_iter().map(|file| FileFacts::of(file, &user));
    judge(&facts.collect::<Vec<_>>())
}

impl FileFacts {
    fn of(file: SecretFile, user: &UserFolders) -> Self {
        let metadata = file.path.metadata().ok();
        Self {
            mode: metadata.as_ref().and_then(mode),
            other_owner: metadata.as_ref().and_then(other_owner),
            is_reachable: file::is_reachable(&file.path),
            git: git::state(&file.path, user),
            file,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let path = format!("{:?}", self.file.path);
        let mut findings = Vec::new();
        let mut add = |summary: String, fix: String| findings.push(Finding { summary, fix });
        let shared = self.mode.filter(|_| self.is_reachable);
        let shared = shared.map(|mode| (mode & 0o044 != 0, mode & 0o022 != 0));
        match shared {
            Some((true, _)) => add(
                format!("other users can read {path}"),
                format!("chmod 600 {path}"),
            ),
            Some((false, true)) => add(
                format!("other users can change {path}"),
                format!("chmod 600 {path}"),
            ),
            _ => {}
        }
        if let Some(owner) = self.other_owner {
            add(
                format!("{path} belongs to another user (uid {owner})"),
                "use a copy that belongs to you: its owner can change it at any time".to_owned(),
            );
        }
        match &self.git {
            GitState::Outside => {}
            GitState::NotIgnored(root) => add(
                format!("git does not ignore {path} in the work tree {root:?}"),
                format!("add it to {:?}, or keep it elsewhere", root.join(".gitignore")),
            ),
            GitState::Tracked(root) => add(
                format!("{path} is in the git repository of {root:?}"),
                "replace the secret: everybody who has the repository has it; then git rm --cached, and .gitignore".to_owned(),
            ),
        }
        findings
    }

    fn shown(&self) -> String {
        let SecretFile { named_by, path } = &self.file;
        match self.mode {
            Some(mode) => format!("{named_by}: {path:?}, mode {mode:04o}"),
            None => format!("{named_by}: {path:?}"),
        }
    }
}

fn judge(files: &[FileFacts]) -> Check {
    if files.is_empty() {
        return Check::skipped(ID, "no file holds a secret of these credentials");
    }
    let mut findings = files.iter().flat_map(FileFacts::findings).peekable();
    let check = match findings.next() {
        None if files.len() == 1 => Check::ok(ID, "the file with a secret is for its owner alone"),
        None => {
            let summary = format!(
                "the {} files with secrets are for their owner alone",
                files.len()
            );
            Check::ok(ID, summary)
        }
        Some(first) => {
            let check = Check::warning(ID, first.summary).fix(first.fix);
            findings.fold(check, |check, it| check.seen(it.summary).fix(it.fix))
        }
    };
    files.iter().fold(check, |check, it| check.seen(it.shown()))
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u32> {
    None
}

/// The administrator may own the file, and may read the files of everybody.
#[cfg(unix)]
fn other_owner(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let is_other = metadata.uid() != user && metadata.uid() != 0 && user != 0;
    is_other.then(|| metadata.uid())
}

#[cfg(not(unix))]
fn other_owner(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    fn facts() -> FileFacts {
        FileFacts {
            file: SecretFile::new("-c", Path::new("/x/key.pem")),
            mode: Some(0o600),
            other_owner: None,
            is_reachable: true,
            git: GitState::Outside,
        }
    }

    fn found(facts: FileFacts) -> Vec<String> {
        facts.findings().into_iter().map(|it| it.summary).collect()
    }

    #[test]
    fn mode_matters_where_others_can_get_to_the_file() {
        for (mode, expected) in [
            (0o600, None),
            (0o400, None),
            (0o711, None),
            (0o640, Some("other users can read \"/x/key.pem\"")),
            (0o604, Some("other users can read \"/x/key.pem\"")),
            (0o666, Some("other users can read \"/x/key.pem\"")),
            (0o620, Some("other users can change \"/x/key.pem\"")),
            (0o602, Some("other users can change \"/x/key.pem\"")),
        ] {
            let mode = Some(mode);
            let reachable = found(FileFacts { mode, ..facts() });
            assert_eq!(reachable.first().map(String::as_str), expected);
            let hidden = FileFacts {
                mode,
                is_reachable: false,
                ..facts()
            };
            assert!(found(hidden).is_empty());
        }
        let without_modes = FileFacts {
            mode: None,
            ..facts()
        };
        assert!(found(without_modes).is_empty());
    }

    #[test]
    fn owner_and_repository_are_named() {
        let root = || PathBuf::from("/x");
        for (facts, expected) in [
            (
                FileFacts {
                    other_owner: Some(1001),
                    ..facts()
                },
                "\"/x/key.pem\" belongs to another user (uid 1001)",
            ),
            (
                FileFacts {
                    git: GitState::NotIgnored(root()),
                    ..facts()
                },
                "git does not ignore \"/x/key.pem\" in the work tree \"/x\"",
            ),
            (
                FileFacts {
                    git: GitState::Tracked(root()),
                    ..facts()
                },
                "\"/x/key.pem\" is in the git repository of \"/x\"",
            ),
        ] {
            assert_eq!(found(facts), [expected]);
        }
    }

    #[test]
    fn every_finding_is_in_the_check() {
        assert_eq!(judge(&[]).verdict(), Verdict::Skipped);
        let good = judge(&[facts()]);
        assert_eq!(
            good.summary(),
            "the file with a secret is for its owner alone"
        );
        assert_eq!(good.evidence(), ["-c: \"/x/key.pem\", mode 0600"]);
        let bad = FileFacts {
            mode: Some(0o644),
            other_owner: Some(7),
            ..facts()
        };
        let check = judge(&[bad, facts()]);
        assert_eq!(check.verdict(), Verdict::Warning);
        assert_eq!(check.fixes().count(), 2);
        assert_eq!(check.evidence().len(), 3);
    }
}
