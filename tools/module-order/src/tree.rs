//! Reads the modules of a crate, with their imports and the paths that they use.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::paths::{self, SourcePath};
use crate::test_code::{self, is_punct};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A module with its submodules, imports and uses.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// The names from the root down to this module; empty for the root.
    pub(crate) path: Vec<String>,
    /// The submodules in the order in which they are declared.
    pub(crate) children: Vec<Module>,
    /// The paths that `use` brings into this module.
    pub(crate) imports: Vec<SourcePath>,
    /// The paths that begin with `crate`, `super` or `self`, resolved to start at the root.
    pub(crate) uses: Vec<Use>,
    /// The macros of this module that `#[macro_export]` puts at the root.
    pub(crate) exported_macros: Vec<String>,
}

/// A use of a path.
#[derive(Debug)]
pub(crate) struct Use {
    /// The names from the root down to the item.
    pub(crate) path: Vec<String>,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

impl Module {
    pub(crate) fn name(&self) -> &str {
        self.path.last().map_or("crate", String::as_str)
    }

    /// Calls `visit` with this module and all modules in it.
    pub(crate) fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Module)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }

    /// Resolves a path of this module to one that starts at the root. Returns nothing for a path that does not start
    /// with `crate`, `super` or `self`.
    pub(crate) fn absolute(&self, segments: &[String]) -> Option<Vec<String>> {
        let (first, mut rest) = segments.split_first()?;
        let mut path = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.path.clone(),
            "super" => parent(&self.path),
            _ => return None,
        };
        while let Some((first, others)) = rest.split_first()
            && first == "super"
        {
            path = parent(&path);
            rest = others;
        }
        path.extend(rest.iter().filter(|name| *name != "self").cloned());
        Some(path)
    }
}

fn parent(path: &[String]) -> Vec<String> {
    path[..path.len().saturating_sub(1)].to_vec()
}

/// Reads the crate whose root is the given file.
pub(crate) fn read(root: &Path) -> Result<Module> {
    let folder = root.parent().unwrap_or(Path::new(""));
    read_file(root, folder, Vec::new())
}

fn read_file(file: &Path, folder: &Path, path: Vec<String>) -> Result<Module> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let stream: TokenStream = text
        .parse()
        .map_err(|error| format!("{}: {error}", file.display()))?;
    Scope { file, folder }.read(test_code::remove(stream), path)
}

/// A file, or a module inside a file, that declares modules.
struct Scope<'a> {
    file: &'a Path,
    /// The folder that holds the files of the submodules.
    folder: &'a Path,
}

impl Scope<'_> {
    fn read(&self, stream: TokenStream, path: Vec<String>) -> Result<Module> {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut module = Module {
            path,
            ..Module::default()
        };
        let mut own = Vec::new();
        let mut attributes = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            if let Some(attribute) = test_code::attribute(rest) {
                attributes.push(attribute.stream());
                own.extend_from_slice(&rest[..2]);
                at += 2;
                continue;
            }
            match rest {
                [TokenTree::Ident(word), TokenTree::Ident(name), body, ..] if word == "mod" => {
                    let child = self.child(&module, &name.to_string(), body, &attributes)?;
                    module.children.push(child);
                    at += 3;
                    attributes.clear();
                    continue;
                }
                [TokenTree::Ident(word), import @ ..] if word == "use" => {
                    module.imports.extend(paths::imports(import));
                }
                [TokenTree::Ident(word), mark, TokenTree::Ident(name), ..]
                    if word == "macro_rules" && is_punct(mark, '!') && is_exported(&attributes) =>
                {
                    module.exported_macros.push(name.to_string());
                }
                _ => {}
            }
            if ends_item(&tokens[at]) {
                attributes.clear();
            }
            own.push(tokens[at].clone());
            at += 1;
        }
        module.uses = self.uses(&module, &own);
        Ok(module)
    }

    fn uses(&self, module: &Module, tokens: &[TokenTree]) -> Vec<Use> {
        let paths = paths::local_paths(tokens).into_iter();
        paths
            .filter_map(|path| {
                Some(Use {
                    path: module.absolute(&path.segments)?,
                    file: self.file.to_owned(),
                    line: path.line,
                })
            })
            .collect()
    }

    fn child(
        &self,
        module: &Module,
        name: &str,
        body: &TokenTree,
        attributes: &[TokenStream],
    ) -> Result<Module> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let mut path = module.path.clone();
        path.push(name.to_owned());
        let folder = self.folder.join(name);
        if let TokenTree::Group(group) = body {
            let scope = Scope {
                file: self.file,
                folder: &folder,
            };
            return scope.read(group.stream(), path);
        }
        if let Some(file) = attributes.iter().find_map(named_file) {
            let file = self.file.with_file_name(file);
            return read_file(&file, file.parent().unwrap_or(&folder), path);
        }
        let file = self.folder.join(format!("{name}.rs"));
        if file.is_file() {
            return read_file(&file, &folder, path);
        }
        read_file(&folder.join("mod.rs"), &folder, path)
    }
}

/// Returns the file that `#[path = "…"]` names.
fn named_file(attribute: &TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.clone().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(word), sign, TokenTree::Literal(file)]
            if word == "path" && is_punct(sign, '=') =>
        {
            Some(file.to_string().trim_matches('"').to_owned())
        }
        _ => None,
    }
}

fn is_exported(attributes: &[TokenStream]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.to_string() == "macro_export")
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        other => is_punct(other, ';'),
    }
}
