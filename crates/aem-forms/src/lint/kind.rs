use roxmltree::Node;
use serde_json::Value;

use super::data::DATA_NAMESPACE;
use super::template::{XDP_NAMESPACE, find_template, is_in};
use crate::known_options;
use crate::xml::{self, Content};

/// What a file is, by its content. Its name does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// An XDP with a template, or a bare `template`.
    Template,
    /// Data for a template, in XML.
    Data,
    /// The description of an assembly.
    Ddx,
    /// The configuration of the rendering (XCI).
    Xci,
    /// A PDF.
    Pdf,
    /// Options of a request, in JSON.
    Options,
    /// The configuration of a batch, in JSON.
    BatchConfiguration,
    /// A record or several, in JSON.
    JsonData,
    /// XML that is not well-formed, or is not read.
    MalformedXml,
    /// Nothing that Forms takes.
    Other,
}

impl FileKind {
    /// Tells what a file is.
    ///
    /// ```
    /// use aem_forms::lint::FileKind;
    ///
    /// assert_eq!(FileKind::of(b"%PDF-1.7"), FileKind::Pdf);
    /// assert_eq!(FileKind::of(b"{\"locale\": \"de\"}"), FileKind::Options);
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        match Content::of(bytes) {
            Content::Xml => of_xml(bytes),
            Content::Pdf => Self::Pdf,
            Content::Json => of_json(bytes),
            _ => Self::Other,
        }
    }

    /// Returns the name, in kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Data => "data",
            Self::Ddx => "ddx",
            Self::Xci => "xci",
            Self::Pdf => "pdf",
            Self::Options => "options",
            Self::BatchConfiguration => "batch-configuration",
            Self::JsonData => "json-data",
            Self::MalformedXml => "malformed-xml",
            Self::Other => "other",
        }
    }
}

fn of_xml(bytes: &[u8]) -> FileKind {
    let Ok(text) = xml::decode(bytes) else {
        return FileKind::MalformedXml;
    };
    let Ok(document) = xml::parse(&text) else {
        return FileKind::MalformedXml;
    };
    let root = document.root_element();
    if find_template(&document).is_some() {
        return FileKind::Template;
    }
    if root.tag_name().name() == "DDX" {
        return FileKind::Ddx;
    }
    if is_xci(&root) {
        return FileKind::Xci;
    }
    FileKind::Data
}

/// The start of the namespace of an XCI; a version follows.
const XCI_NAMESPACE: &str = "http://www.xfa.org/schema/xci/";

fn is_xci(root: &Node<'_, '_>) -> bool {
    let is_config = |node: &Node<'_, '_>| is_in(node, "config", XCI_NAMESPACE);
    if is_config(root) {
        return true;
    }
    let is_wrapper = root.tag_name().name() == "xfa" || is_in(root, "xdp", XDP_NAMESPACE);
    let has_data = root
        .children()
        .any(|child| is_in(&child, "datasets", DATA_NAMESPACE));
    is_wrapper && !has_data && root.children().any(|child| is_config(&child))
}

fn of_json(bytes: &[u8]) -> FileKind {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Ok(Value::Object(members)) = serde_json::from_slice(bytes) else {
        return FileKind::JsonData;
    };
    if members.contains_key("dataSourceConfigUri") || members.contains_key("outputTypes") {
        return FileKind::BatchConfiguration;
    }
    if members.is_empty() || members.keys().any(|name| known_options::is_known(name)) {
        return FileKind::Options;
    }
    FileKind::JsonData
}
