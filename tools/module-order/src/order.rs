//! Compares the uses of modules with the order of their declarations.

use std::collections::BTreeSet;

use crate::cycles;
use crate::tree::{Module, Use};

/// The violations and cycles of a crate, as lines to print.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) violations: Vec<String>,
    pub(crate) cycles: Vec<String>,
}

/// Checks the modules at the root. With `nested`, also checks the submodules of each module.
pub(crate) fn check(root: &Module, nested: bool) -> Report {
    let mut report = Report::default();
    let macros = exported_macros(root);
    root.walk(&mut |module| {
        if nested || module.path.is_empty() {
            Level {
                module,
                macros: &macros,
            }
            .check(&mut report);
        }
    });
    report
}

/// Returns the names of exported macros, each with the path of its module.
fn exported_macros(root: &Module) -> Vec<(&str, &[String])> {
    let mut found = Vec::new();
    root.walk(&mut |module| {
        let names = module.exported_macros.iter();
        found.extend(names.map(|name| (name.as_str(), module.path.as_slice())));
    });
    found
}

/// One module, whose submodules are compared with each other.
struct Level<'a> {
    module: &'a Module,
    macros: &'a [(&'a str, &'a [String])],
}

/// The item that a path names, seen from a level.
enum Target<'a> {
    /// A submodule, by its place in the order.
    Submodule(usize),
    /// An item that the module itself defines.
    OwnItem(&'a str),
    /// An item outside the module.
    Elsewhere,
}

/// The longest chain of imports that the check follows.
const MAX_IMPORT_CHAIN: usize = 16;

impl Level<'_> {
    fn check(&self, report: &mut Report) {
        let mut edges = BTreeSet::new();
        for (place, child) in self.module.children.iter().enumerate() {
            let mut uses = Vec::new();
            child.walk(&mut |module| uses.extend(&module.uses));
            for used in uses {
                match self.target(&used.path, MAX_IMPORT_CHAIN) {
                    Target::Submodule(other) if other != place => {
                        edges.insert((place, other));
                        if other > place {
                            report.violations.push(self.violation(used, place, other));
                        }
                    }
                    Target::OwnItem(name) if self.module.path.is_empty() => {
                        report.violations.push(root_violation(used, child, name));
                    }
                    _ => {}
                }
            }
        }
        for cycle in cycles::find(self.module.children.len(), &edges) {
            report.cycles.push(self.cycle(&cycle));
        }
    }

    /// Resolves a path that starts at the root.
    fn target<'a>(&self, path: &'a [String], imports: usize) -> Target<'a> {
        let Some([name, ..]) = path.strip_prefix(self.module.path.as_slice()) else {
            return Target::Elsewhere;
        };
        if let Some(place) = self.submodule(name) {
            return Target::Submodule(place);
        }
        if self.module.path.is_empty()
            && let Some((_, module)) = self.macros.iter().find(|(known, _)| known == name)
            && let Some(place) = module.first().and_then(|name| self.submodule(name))
        {
            return Target::Submodule(place);
        }
        let mut known = self.module.imports.iter();
        let import = known.find(|import| import.name() == Some(name));
        match (import, imports.checked_sub(1)) {
            (Some(import), Some(imports)) => self.import_target(&import.segments, imports),
            _ => Target::OwnItem(name),
        }
    }

    /// Resolves an import of this module.
    fn import_target<'a>(&self, segments: &[String], imports: usize) -> Target<'a> {
        let path = self.module.absolute(segments).or_else(|| {
            // A first name that is no submodule is that of another crate.
            self.submodule(segments.first()?)?;
            Some([self.module.path.as_slice(), segments].concat())
        });
        match path.map(|path| self.submodule_target(&path, imports)) {
            Some(Some(place)) => Target::Submodule(place),
            _ => Target::Elsewhere,
        }
    }

    fn submodule_target(&self, path: &[String], imports: usize) -> Option<usize> {
        match self.target(path, imports) {
            Target::Submodule(place) => Some(place),
            _ => None,
        }
    }

    fn submodule(&self, name: &str) -> Option<usize> {
        let mut children = self.module.children.iter();
        children.position(|child| child.name() == name)
    }

    fn violation(&self, used: &Use, place: usize, other: usize) -> String {
        let [user, used_module] =
            [place, other].map(|place| self.module.children[place].path.join("::"));
        format!(
            "{}: module {user} uses {used_module}, which is declared below it",
            location(used)
        )
    }

    fn cycle(&self, places: &[usize]) -> String {
        let names: Vec<&str> = places
            .iter()
            .map(|place| self.module.children[*place].name())
            .collect();
        format!(
            "cycle of {} modules in {}: {}",
            names.len(),
            self.module.name(),
            names.join(", ")
        )
    }
}

fn root_violation(used: &Use, user: &Module, name: &str) -> String {
    format!(
        "{}: module {} uses {name} of the crate's root, which is below all modules",
        location(used),
        user.name()
    )
}

fn location(used: &Use) -> String {
    format!("{}:{}", used.file.display(), used.line)
}

#[cfg(test)]
mod tests {
    use super::{Report, check};
    use crate::tree;

    /// Checks a crate that consists of these files.
    fn report(files: &[(&str, &str)], nested: bool) -> Report {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let mut report = check(&tree::read(&folder.path().join("lib.rs")).unwrap(), nested);
        let prefix = format!("{}/", folder.path().display());
        for line in &mut report.violations {
            *line = line.replace(&prefix, "");
        }
        report
    }

    const BELOW: &str = "module a uses b, which is declared below it";

    #[test]
    fn use_of_a_module_above_is_allowed() {
        let report = report(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", ""),
                ("b.rs", "use crate::a::A;"),
            ],
            true,
        );
        assert!(report.violations.is_empty() && report.cycles.is_empty());
    }

    #[test]
    fn use_of_a_module_below_is_reported_with_its_line() {
        let report = report(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "\nuse super::b::B;"),
                ("b.rs", ""),
            ],
            false,
        );
        assert_eq!(report.violations, [format!("a.rs:2: {BELOW}")]);
        assert!(report.cycles.is_empty());
    }

    #[test]
    fn use_in_a_submodule_counts_for_its_top_level_module() {
        let report = report(
            &[
                ("lib.rs", "mod a; mod b { pub struct B; }"),
                ("a/mod.rs", "mod c;"),
                ("a/c.rs", "fn f() { super::super::b::B; }"),
            ],
            false,
        );
        assert_eq!(report.violations, [format!("a/c.rs:1: {BELOW}")]);
    }

    #[test]
    fn reexports_of_the_root_are_resolved_to_their_module() {
        let report = report(
            &[
                (
                    "lib.rs",
                    "mod a; mod b; pub use b::{B as C}; pub use http; pub use ::b::E; use self::b::c::D;",
                ),
                ("a.rs", "use crate::{C,\nhttp, E,\nD};"),
                ("b.rs", ""),
            ],
            false,
        );
        assert_eq!(
            report.violations,
            [format!("a.rs:1: {BELOW}"), format!("a.rs:3: {BELOW}")]
        );
    }

    #[test]
    fn exported_macros_are_resolved_to_their_module() {
        let report = report(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "crate::m!();"),
                (
                    "b.rs",
                    "#[macro_export] macro_rules! m { () => { $crate::a::A } }",
                ),
            ],
            false,
        );
        assert_eq!(report.violations, [format!("a.rs:1: {BELOW}")]);
        assert_eq!(report.cycles, ["cycle of 2 modules in crate: a, b"]);
    }

    #[test]
    fn use_of_an_item_of_the_root_is_reported() {
        let report = report(
            &[("lib.rs", "mod a; struct A;"), ("a.rs", "use crate::A;")],
            false,
        );
        let expected = "a.rs:1: module a uses A of the crate's root, which is below all modules";
        assert_eq!(report.violations, [expected]);
    }

    #[test]
    fn uses_in_tests_are_ignored() {
        let report = report(
            &[
                ("lib.rs", "mod a; mod b; #[cfg(test)] mod testing;"),
                ("a.rs", "#[cfg(test)] mod tests { use crate::b::B; }"),
                ("b.rs", ""),
            ],
            true,
        );
        assert!(report.violations.is_empty());
    }

    #[test]
    fn submodules_are_compared_only_with_nested() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod b; mod c; pub use c::C; struct Own;"),
            ("a/b.rs", "use super::{C, Own};"),
            ("a/c.rs", ""),
        ];
        assert!(report(&files, false).violations.is_empty());
        let expected = "a/b.rs:1: module a::b uses a::c, which is declared below it";
        assert_eq!(report(&files, true).violations, [expected]);
    }
}
