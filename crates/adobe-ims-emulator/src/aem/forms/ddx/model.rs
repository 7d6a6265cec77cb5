//! The content of a DDX.

use std::fmt;

use crate::pdf::{Overlay, PageRanges, PdfaLevel};

/// The results of a DDX, in its order.
#[derive(Debug)]
pub(crate) struct Ddx {
    pub(crate) blocks: Vec<Block>,
}

/// One result, or the results of one `PDFsFromBookmarks`.
#[derive(Debug)]
pub(crate) struct Block {
    /// The value of `result`, or of `prefix`.
    pub(crate) name: String,
    /// True if the client gets the result. Otherwise only other results use it.
    pub(crate) is_returned: bool,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Pdf(PdfResult),
    Bookmarks(PdfResult),
    Xdp(Vec<XdpSource>),
    Information(String),
}

#[derive(Debug, Default)]
pub(crate) struct PdfResult {
    pub(crate) sources: Vec<PdfSource>,
    pub(crate) overlay: Overlay,
    pub(crate) properties: DocumentProperties,
    pub(crate) pdfa: Option<PdfaLevel>,
}

/// The texts of a document about itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct DocumentProperties {
    pub(crate) title: Option<String>,
    /// `Author`, `Subject` and `Keywords`.
    pub(crate) others: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct PdfSource {
    pub(crate) name: String,
    pub(crate) pages: PageRanges,
    pub(crate) overlay: Overlay,
    pub(crate) bookmark: Option<String>,
    pub(crate) is_required: bool,
}

#[derive(Debug)]
pub(crate) struct XdpSource {
    pub(crate) name: String,
    pub(crate) insertions: Vec<Insertion>,
}

/// `XDPContent`: a fragment for an insertion point.
#[derive(Debug)]
pub(crate) struct Insertion {
    pub(crate) source: String,
    pub(crate) point: String,
}

impl Block {
    /// Returns the names of the sources that the block cannot do without.
    pub(crate) fn required_sources(&self) -> Vec<&str> {
        match &self.content {
            Content::Pdf(pdf) | Content::Bookmarks(pdf) => pdf
                .sources
                .iter()
                .filter(|source| source.is_required)
                .map(|source| source.name.as_str())
                .collect(),
            Content::Xdp(sources) => {
                let insertions = sources.iter().flat_map(|source| &source.insertions);
                let bases = sources.iter().map(|source| source.name.as_str());
                bases
                    .chain(insertions.map(|insertion| insertion.source.as_str()))
                    .collect()
            }
            Content::Information(source) => vec![source],
        }
    }
}

/// The reason why a DDX or one of its results cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DdxError {
    Malformed(String),
    /// The root element is another one, with this name and namespace.
    Root(String),
    /// No element has a `result`.
    NoResult,
    /// Two results have this name.
    Duplicate(String),
    UnknownElement {
        element: String,
        line: u32,
    },
    MissingAttribute {
        element: String,
        attribute: &'static str,
        line: u32,
    },
    /// The source is no part of the request and no result.
    MissingSource(String),
    Source {
        name: String,
        reason: String,
    },
    Result {
        name: String,
        reason: String,
    },
    /// The results together are larger than the emulator makes.
    TooLarge,
}

impl fmt::Display for DdxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "The DDX is not well-formed XML: {error}."),
            Self::Root(name) => write!(
                f,
                "The root element is {name}, and not DDX in the namespace http://ns.adobe.com/DDX/1.0/."
            ),
            Self::TooLarge => f.write_str("The results are larger than 512 MiB."),
            Self::NoResult => f.write_str("The DDX has no result."),
            Self::Duplicate(name) => write!(f, "Two results are called {name}."),
            Self::UnknownElement { element, line } => {
                write!(
                    f,
                    "Line {line}: the emulator does not know the element {element} here."
                )
            }
            Self::MissingAttribute {
                element,
                attribute,
                line,
            } => {
                write!(
                    f,
                    "Line {line}: the element {element} has no attribute {attribute}."
                )
            }
            Self::MissingSource(name) => write!(
                f,
                "The source {name} is neither a part of the request nor a result of the DDX."
            ),
            Self::Source { name, reason } => {
                write!(f, "The source {name} cannot be used: {reason}.")
            }
            Self::Result { name, reason } => {
                write!(f, "The result {name} cannot be made: {reason}.")
            }
        }
    }
}
