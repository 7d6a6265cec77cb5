//! The documents of an assembly.

use std::path::{Path, PathBuf};

use aem_forms::ddx::Ddx;

/// A document, and the name of its part in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedSource {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl NamedSource {
    /// Reads `[NAME=]FILE`. Without a name, the file's own name is that of the part. A file whose name has a `=` is taken
    /// as it is.
    pub(crate) fn parse(argument: &str) -> Self {
        let path = Path::new(argument);
        match argument.split_once('=') {
            Some((name, file)) if !name.is_empty() && !path.exists() => Self {
                name: name.to_owned(),
                path: PathBuf::from(file),
            },
            _ => Self {
                name: file_name(path),
                path: path.to_owned(),
            },
        }
    }
}

/// Returns the sources of the DDX that are not given, and that are files in the folder of the DDX.
pub(crate) fn beside(path: &Path, ddx: &Ddx, given: &[String]) -> Vec<NamedSource> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let names = ddx.sources().iter().map(|source| source.name());
    names
        .filter(|name| !given.iter().any(|it| it == name))
        // A name with folders in it could lead anywhere.
        .filter(|name| Path::new(name).file_name().is_some_and(|it| it == *name))
        .map(|name| NamedSource {
            name: name.to_owned(),
            path: folder.join(name),
        })
        .filter(|source| source.path.is_file())
        .collect()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_before_the_equals_sign_is_that_of_the_part() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a=b.pdf");
        std::fs::write(&odd, "").unwrap();
        let odd = odd.to_str().unwrap();
        for (argument, name, path) in [
            ("x/part1.pdf", "part1.pdf", "x/part1.pdf"),
            ("cover.pdf=x/1.pdf", "cover.pdf", "x/1.pdf"),
            ("=x.pdf", "=x.pdf", "=x.pdf"),
            (odd, "a=b.pdf", odd),
        ] {
            let source = NamedSource::parse(argument);
            assert_eq!(
                (source.name.as_str(), source.path.to_str()),
                (name, Some(path))
            );
        }
    }

    #[test]
    fn sources_that_are_not_given_are_found_beside_the_ddx() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.pdf", "b.pdf"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let xml = r#"<DDX xmlns="http://ns.adobe.com/DDX/1.0/"><PDF result="r.pdf">
            <PDF source="a.pdf"/><PDF source="b.pdf"/><PDF source="c.pdf"/><PDF source="../a.pdf"/></PDF></DDX>"#;
        let ddx = Ddx::parse("book.ddx", xml.as_bytes()).unwrap();
        let found = beside(&folder.path().join("book.ddx"), &ddx, &["a.pdf".to_owned()]);
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["b.pdf"]);
    }
}
