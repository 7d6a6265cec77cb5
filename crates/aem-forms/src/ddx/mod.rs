//! The description of an assembly (DDX): the [`Ddx`] that a file has, and [`Merge`], which writes one.
//!
//! ```
//! use aem_forms::ddx::{Ddx, Merge};
//!
//! let xml = Merge::new("all.pdf").source("a.pdf").source("b.pdf").title("All").to_xml();
//! let ddx = Ddx::parse("merge.ddx", xml.as_bytes())?;
//! let names: Vec<_> = ddx.sources().iter().map(|source| source.name()).collect();
//! assert_eq!(names, ["a.pdf", "b.pdf"]);
//! # Ok::<(), aem_forms::Error>(())
//! ```

mod merge;

use std::collections::{HashMap, HashSet};

pub use merge::Merge;
use roxmltree::Node;

use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};
use crate::xml::{self, Cursor};

/// The namespace of a DDX.
pub const NAMESPACE: &str = "http://ns.adobe.com/DDX/1.0/";

/// The namespace that some pages print, and that is another one for AEM.
const NAMESPACE_HTTPS: &str = "https://ns.adobe.com/DDX/1.0/";

/// A DDX, as far as it decides which documents are sent and which come back.
#[derive(Clone, Debug)]
pub struct Ddx {
    place: Place,
    sources: Vec<Source>,
    urls: Vec<Source>,
    results: Vec<DdxResult>,
    patterns: Vec<String>,
}

/// A document that a DDX takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    is_required: bool,
    line: u32,
    column: u32,
}

impl Source {
    /// Returns the name, which is that of the part in the request.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns false if every element that names the source says `required="false"`.
    pub fn is_required(&self) -> bool {
        self.is_required
    }

    /// Returns the line of the first element that names the source.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns the column of the first element that names the source.
    pub fn column(&self) -> u32 {
        self.column
    }
}

/// The number of documents that a result of a DDX becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResultKind {
    /// One document, which comes back under its name.
    Document,
    /// One document that stays with AEM (`return="false"`), as the source of another.
    Transient,
    /// Any number of documents, whose names AEM makes: the name is their `prefix`, or that of the element.
    Several,
}

/// A document that a DDX makes, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DdxResult {
    name: String,
    kind: ResultKind,
    line: u32,
    column: u32,
}

impl DdxResult {
    /// Returns the name; for [`ResultKind::Several`] the start of the names, if the DDX says one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how many documents the result is.
    pub fn kind(&self) -> ResultKind {
        self.kind
    }

    /// Returns the line of the element.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns the column of the element.
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl Ddx {
    /// Reads a DDX. `file` is its name for messages.
    ///
    /// # Errors
    /// [`FormsProblem::XmlMalformed`], [`FormsProblem::NamespaceHttps`] or [`FormsProblem::NotADdx`], with a finding
    /// that has the place.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        read(file, bytes).map_err(|finding| Error::refused(vec![finding]))
    }

    /// Returns the documents that the DDX takes, each once, in the order of the file. Results of the DDX that it uses
    /// again and URLs are not among them.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Returns the sources that are URLs.
    pub fn url_sources(&self) -> &[Source] {
        &self.urls
    }

    /// Returns the results, in the order of the file.
    pub fn results(&self) -> &[DdxResult] {
        &self.results
    }

    /// Returns the names of the documents that must come back.
    pub fn returned(&self) -> impl Iterator<Item = &str> {
        let documents = self.results.iter();
        let documents = documents.filter(|result| result.kind == ResultKind::Document);
        documents.map(DdxResult::name)
    }

    /// Returns true if documents may come back whose names only AEM knows.
    pub fn has_open_results(&self) -> bool {
        let mut results = self.results.iter();
        results.any(|result| result.kind == ResultKind::Several)
    }

    /// Returns the patterns (`sourceMatch`) that take documents by their names.
    pub fn source_matches(&self) -> &[String] {
        &self.patterns
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

fn read(file: &str, bytes: &[u8]) -> Result<Ddx, Finding> {
    let place = Place::file(file);
    let malformed = |error: xml::XmlError| error.finding(place.clone());
    let text = xml::decode(bytes).map_err(malformed)?;
    let document = xml::parse(&text).map_err(malformed)?;
    check_root(&document.root_element(), &place)?;

    let mut ddx = Ddx {
        place,
        sources: Vec::new(),
        urls: Vec::new(),
        results: Vec::new(),
        patterns: Vec::new(),
    };
    let mut names = HashMap::new();
    let mut cursor = Cursor::new(&text);
    let elements = document.descendants();
    for element in elements.filter(|node| node.tag_name().namespace() == Some(NAMESPACE)) {
        let position = cursor.at(element.range().start);
        ddx.add_element(&element, position, &mut names);
    }
    let made: HashSet<&str> = ddx.results.iter().map(DdxResult::name).collect();
    ddx.sources
        .retain(|source| !made.contains(source.name.as_str()));
    Ok(ddx)
}

impl Ddx {
    fn add_element(
        &mut self,
        element: &Node<'_, '_>,
        (line, column): (u32, u32),
        names: &mut HashMap<String, usize>,
    ) {
        if let Some(name) = element.attribute("source") {
            let source = Source {
                name: name.to_owned(),
                is_required: element.attribute("required") != Some("false"),
                line,
                column,
            };
            let list = if is_url(name) {
                &mut self.urls
            } else {
                &mut self.sources
            };
            match names.get(name) {
                Some(index) => list[*index].is_required |= source.is_required,
                None => {
                    names.insert(name.to_owned(), list.len());
                    list.push(source);
                }
            }
        }
        if let Some(pattern) = element.attribute("sourceMatch") {
            self.patterns.push(pattern.to_owned());
        }
        let is_block = element.parent().is_some_and(|parent| {
            parent.tag_name().name() == "DDX" && parent.parent_element().is_none()
        });
        if is_block && let Some((name, kind)) = result_of(element) {
            self.results.push(DdxResult {
                name,
                kind,
                line,
                column,
            });
        }
    }
}

/// Returns the name and the kind of the result of a block, if it has one.
fn result_of(block: &Node<'_, '_>) -> Option<(String, ResultKind)> {
    let result = block.attribute("result");
    match block.tag_name().name() {
        "PDFsFromBookmarks" => {
            let prefix = block.attribute("prefix").or(result);
            Some((prefix.unwrap_or_default().to_owned(), ResultKind::Several))
        }
        "PackageFiles" | "FileAttachments" => Some((result?.to_owned(), ResultKind::Several)),
        _ if block.attribute("return") == Some("false") => {
            Some((result?.to_owned(), ResultKind::Transient))
        }
        _ => Some((result?.to_owned(), ResultKind::Document)),
    }
}

fn check_root(root: &Node<'_, '_>, place: &Place) -> Result<(), Finding> {
    let name = root.tag_name();
    let (line, column) = xml::position_of(root);
    let refuse = |problem, message: String| {
        let place = place.clone().at(line, column);
        Err(Finding::new(problem, Grade::Refusal, place, message))
    };
    match (name.name(), name.namespace()) {
        ("DDX", Some(NAMESPACE)) => Ok(()),
        ("DDX", Some(NAMESPACE_HTTPS)) => refuse(
            FormsProblem::NamespaceHttps,
            format!("the namespace is {NAMESPACE_HTTPS}, and that of a DDX is {NAMESPACE}"),
        ),
        (local, namespace) => {
            let namespace = namespace.map_or("no namespace".to_owned(), |it| {
                format!("the namespace {it:?}")
            });
            let message = format!(
                "the root element is {local:?} in {namespace}; that of a DDX is \"DDX\" in {NAMESPACE}"
            );
            refuse(FormsProblem::NotADdx, message)
        }
    }
}

/// Returns true for a source that is a URL, and no name of a document.
fn is_url(source: &str) -> bool {
    const SCHEMES: [&str; 7] = [
        "http:",
        "https:",
        "ftp:",
        "file:",
        "crx:",
        "inputmap:",
        "repository:",
    ];
    let lower = source.get(..12).unwrap_or(source).to_ascii_lowercase();
    source.contains("://") || SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests;
