use serde_json::Value;

use super::data::DATA_NAMESPACE;
use super::template::{TEMPLATE_NAMESPACE, XDP_NAMESPACE, begins_with};
use crate::known_options;
use crate::xml::{self, Content, Outline, TagName};

/// The kind of a file, by its content. Its name does not matter.
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
    /// XML whose root element cannot be read. XML with a fault behind it has one of the other kinds.
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
    let Some(outline) = Outline::of(&text) else {
        return FileKind::MalformedXml;
    };
    let root = outline.root;
    if is_in(&root, "template", TEMPLATE_NAMESPACE) {
        return FileKind::Template;
    }
    if root.name == "DDX" {
        return FileKind::Ddx;
    }
    if is_in(&root, "config", XCI_NAMESPACE) {
        return FileKind::Xci;
    }
    let is_xdp = is_in(&root, "xdp", XDP_NAMESPACE);
    if !is_xdp && root.name != "xfa" {
        return FileKind::Data;
    }
    let (mut has_config, mut has_data) = (false, false);
    for child in outline.children() {
        if is_xdp && is_in(&child, "template", TEMPLATE_NAMESPACE) {
            return FileKind::Template;
        }
        has_config |= is_in(&child, "config", XCI_NAMESPACE);
        has_data |= is_in(&child, "datasets", DATA_NAMESPACE);
    }
    if has_config && !has_data {
        FileKind::Xci
    } else {
        FileKind::Data
    }
}

/// The start of the namespace of an XCI; a version follows.
const XCI_NAMESPACE: &str = "http://www.xfa.org/schema/xci/";

fn is_in(tag: &TagName<'_>, name: &str, namespace: &str) -> bool {
    tag.name == name && tag.namespace.is_some_and(|it| begins_with(it, namespace))
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
