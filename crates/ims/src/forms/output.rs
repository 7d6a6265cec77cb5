//! The places that results are written to.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aem_forms::error::FormsProblem;
use aem_forms::received::Received;
use tempfile::TempDir;

use crate::console::Console;
use crate::error::Failure;

/// The place that `--out` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    File(PathBuf),
    Folder(PathBuf),
}

impl Output {
    /// Reads `--out` for one result, or for several, which need a folder. A folder that is missing is named with a slash
    /// at its end, or follows from several results. The name of a PDF file is no folder unless it has the slash.
    pub(crate) fn parse(out: &str, has_several: bool) -> Result<Self, Failure> {
        let path = PathBuf::from(out);
        if out == "-" {
            if has_several {
                return Err(needs_folder("stdout takes one result"));
            }
            return Ok(Self::Stdout);
        }
        let is_folder = path.is_dir() || out.ends_with(['/', std::path::MAIN_SEPARATOR]);
        if has_several && !is_folder && (path.is_file() || is_named_as_pdf(&path)) {
            return Err(needs_folder(&format!("{path:?} is the name of a file")));
        }
        if is_folder || has_several {
            return Ok(Self::Folder(path));
        }
        Ok(Self::File(path))
    }
}

impl Output {
    /// Returns the file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdout | Self::Folder(_) => None,
        }
    }
}

fn is_named_as_pdf(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"))
}

fn needs_folder(reason: &str) -> Failure {
    let message = format!("--out: there are several results, and {reason}");
    Failure::of_forms(FormsProblem::OutputNeedsFolder, message)
}

/// Creates the folder of a result, if it is missing. It goes again with the returned value if no result is in it.
pub(crate) fn create_folder_of(file: &Path) -> Result<CreatedFolder, Failure> {
    CreatedFolder::create(file.parent().unwrap_or(Path::new("")))
}

/// Refuses a result that would replace one of the files that it is made of.
pub(crate) fn refuse_replacing<'a>(
    result: &Path,
    sources: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let Ok(existing) = fs::canonicalize(result) else {
        return Ok(());
    };
    let is_result = |source: &&Path| fs::canonicalize(source).is_ok_and(|it| it == existing);
    match sources.into_iter().find(is_result) {
        None => Ok(()),
        Some(source) => {
            let message = format!("the result would replace {source:?}, which it is made of");
            Err(Failure::usage(message).with_hint("name another file or folder with --out"))
        }
    }
}

/// Prints a document to stdout while it arrives.
pub(crate) async fn print(received: &mut Received<'_>, console: &Console) -> Result<(), Failure> {
    while let Some(piece) = received.next().await? {
        console.bytes(&piece)?;
    }
    Ok(())
}

/// Results that get their names when all of them have come.
pub(crate) struct Staging {
    folder: TempDir,
    staged: Vec<(PathBuf, PathBuf)>,
    /// The folder of the results, if it was created for them. It goes again if none comes.
    _created: CreatedFolder,
}

/// A folder that was created for results. It is removed with its owner, if nothing is in it.
pub(crate) struct CreatedFolder(Option<PathBuf>);

impl CreatedFolder {
    fn create(folder: &Path) -> Result<Self, Failure> {
        let is_missing = !folder.as_os_str().is_empty() && !folder.exists();
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        Ok(Self(is_missing.then(|| folder.to_owned())))
    }
}

impl Drop for CreatedFolder {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // A folder that stays is no harm.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Staging {
    /// Creates the temporary folder in the folder of the results.
    pub(crate) fn create(folder: &Path) -> Result<Self, Failure> {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let created = CreatedFolder::create(folder)?;
        let temporary = tempfile::Builder::new()
            .prefix(".ims-forms-")
            .tempdir_in(folder);
        Ok(Self {
            folder: temporary.map_err(|error| unwritable(folder, &error))?,
            staged: Vec::new(),
            _created: created,
        })
    }

    /// Creates a temporary folder for a result that is printed when it is whole.
    pub(crate) fn for_stdout() -> Result<Self, Failure> {
        Self::create(&tempfile::env::temp_dir())
    }

    /// Writes a result that will be this file.
    pub(crate) async fn write(
        &mut self,
        received: &mut Received<'_>,
        file: PathBuf,
    ) -> Result<u64, Failure> {
        let staged = self.folder.path().join(self.staged.len().to_string());
        received.write_to_file(&staged).await?;
        self.staged.push((staged, file));
        Ok(received.length())
    }

    /// Gives the results their names.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        for (staged, file) in &self.staged {
            fs::rename(staged, file).map_err(|error| unwritable(file, &error))?;
        }
        Ok(())
    }

    /// Prints the results to stdout.
    pub(crate) fn print(self, console: &Console) -> Result<(), Failure> {
        for (staged, _) in &self.staged {
            let mut file = File::open(staged).map_err(|error| unwritable(staged, &error))?;
            let mut piece = vec![0; 64 * 1024];
            loop {
                let count = file
                    .read(&mut piece)
                    .map_err(|error| unwritable(staged, &error))?;
                if count == 0 {
                    break;
                }
                console.bytes(&piece[..count])?;
            }
        }
        Ok(())
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{path:?} cannot be written: {error}");
    Failure::of_forms(FormsProblem::OutputUnwritable, message)
}

/// Returns the name of a result as that of a file: it cannot lead out of its folder.
pub(crate) fn file_name(result: &str) -> String {
    let name: String = result
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    match name.trim_start_matches('.') {
        "" => "result".to_owned(),
        rest if rest.len() == name.len() => name,
        rest => format!("_{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_results_need_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.pdf");
        fs::write(&file, "").unwrap();
        let (folder, file) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
        let new = format!("{folder}/new");
        let slash = format!("{folder}/new/");
        let path = PathBuf::from;
        for (out, one, several) in [
            ("-", Some(Output::Stdout), None),
            (file, Some(Output::File(path(file))), None),
            (
                folder,
                Some(Output::Folder(path(folder))),
                Some(Output::Folder(path(folder))),
            ),
            (
                &new,
                Some(Output::File(path(&new))),
                Some(Output::Folder(path(&new))),
            ),
            (
                &slash,
                Some(Output::Folder(path(&slash))),
                Some(Output::Folder(path(&slash))),
            ),
        ] {
            assert_eq!(Output::parse(out, false).ok(), one, "{out}");
            assert_eq!(Output::parse(out, true).ok(), several, "{out}");
        }
    }

    #[test]
    fn name_of_a_result_stays_in_its_folder() {
        for (name, file) in [
            ("a b.pdf", "a b.pdf"),
            ("../../etc/passwd", "_/.._etc_passwd"),
            ("..", "result"),
            ("", "result"),
            (".bashrc", "_bashrc"),
            ("a/b\\c:d.pdf", "a_b_c_d.pdf"),
            ("a\nb", "a_b"),
        ] {
            let expected = file.replace("_/..", "__..");
            assert_eq!(file_name(name), expected, "{name:?}");
        }
    }
}
