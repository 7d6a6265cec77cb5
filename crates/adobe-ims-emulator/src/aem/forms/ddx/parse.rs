//! From the text of a DDX to what it asks for.

use std::collections::BTreeSet;

use roxmltree::Node;

use crate::aem::forms::ddx::model::{
    Block, Content, Ddx, DdxError, DocumentProperties, Insertion, PdfResult, PdfSource, XdpSource,
};
use crate::aem::forms::ddx::styled_text::{banner, line, text, unknown};
use crate::pdf::{Overlay, PageRanges, PdfaLevel};
use crate::xml;
use crate::xml::decode::decode;

const NAMESPACE: &str = "http://ns.adobe.com/DDX/1.0/";

impl Ddx {
    /// Reads a DDX.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DdxError> {
        let malformed = DdxError::Malformed;
        let text = decode(bytes).ok_or_else(|| malformed("its encoding is unknown".to_owned()))?;
        let document = xml::parse(&text).map_err(|error| malformed(error.to_string()))?;
        let root = document.root_element();
        let (name, namespace) = (root.tag_name().name(), root.tag_name().namespace());
        if name != "DDX" || namespace != Some(NAMESPACE) {
            let namespace = namespace.unwrap_or("no namespace");
            return Err(DdxError::Root(format!("{name} in {namespace}")));
        }
        let mut blocks = Vec::new();
        let mut names = BTreeSet::new();
        for node in root.children().filter(Node::is_element) {
            let block = block(node)?;
            if !names.insert(block.name.clone()) {
                return Err(DdxError::Duplicate(block.name));
            }
            blocks.push(block);
        }
        if blocks.is_empty() {
            return Err(DdxError::NoResult);
        }
        Ok(Self { blocks })
    }
}

fn block(node: Node<'_, '_>) -> Result<Block, DdxError> {
    let (attribute, content) = match node.tag_name().name() {
        "PDF" => ("result", Content::Pdf(pdf_result(node)?)),
        "PDFsFromBookmarks" => ("prefix", Content::Bookmarks(pdf_result(node)?)),
        "XDP" => ("result", Content::Xdp(xdp_sources(node)?)),
        "DocumentInformation" => {
            let source = required(node, "source")?;
            ("result", Content::Information(source.to_owned()))
        }
        _ => return Err(unknown(node)),
    };
    Ok(Block {
        name: required(node, attribute)?.to_owned(),
        is_returned: node.attribute("return") != Some("false"),
        content,
    })
}

fn required<'a>(node: Node<'a, '_>, attribute: &'static str) -> Result<&'a str, DdxError> {
    let value = node.attribute(attribute).filter(|value| !value.is_empty());
    value.ok_or_else(|| DdxError::MissingAttribute {
        element: node.tag_name().name().to_owned(),
        attribute,
        line: line(node),
    })
}

fn pdf_result(node: Node<'_, '_>) -> Result<PdfResult, DdxError> {
    let mut result = PdfResult {
        properties: properties(node),
        ..PdfResult::default()
    };
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "PDF" => result.sources.push(pdf_source(child, &result.properties)?),
            "PDFAConversion" => {
                let level = child.attribute("compliance").unwrap_or("PDF/A-1b");
                let level = PdfaLevel::from_ddx(level).ok_or_else(|| unknown(child))?;
                result.pdfa = Some(level);
            }
            _ => decorate(child, &mut result.overlay, &result.properties)?,
        }
    }
    if result.sources.is_empty() {
        // A source that stands on the result itself.
        if node.attribute("source").is_none() {
            return Err(DdxError::MissingAttribute {
                element: "PDF".to_owned(),
                attribute: "source",
                line: line(node),
            });
        }
        result.sources.push(pdf_source_of(node)?);
    }
    Ok(result)
}

fn pdf_source(node: Node<'_, '_>, properties: &DocumentProperties) -> Result<PdfSource, DdxError> {
    let mut source = pdf_source_of(node)?;
    for child in node.children().filter(Node::is_element) {
        decorate(child, &mut source.overlay, properties)?;
    }
    Ok(source)
}

/// Returns the source that the attributes of an element name.
fn pdf_source_of(node: Node<'_, '_>) -> Result<PdfSource, DdxError> {
    let name = required(node, "source")?.to_owned();
    let pages = node.attribute("pages").map(PageRanges::parse).transpose();
    let pages = pages.map_err(|error| DdxError::Source {
        name: name.clone(),
        reason: error.to_string(),
    })?;
    Ok(PdfSource {
        name,
        pages: pages.unwrap_or_default(),
        overlay: Overlay::default(),
        bookmark: node.attribute("bookmarkTitle").map(str::to_owned),
        is_required: node.attribute("required") != Some("false"),
    })
}

/// Reads an element that changes how pages look.
fn decorate(
    node: Node<'_, '_>,
    overlay: &mut Overlay,
    properties: &DocumentProperties,
) -> Result<(), DdxError> {
    match node.tag_name().name() {
        "Header" => overlay.header = Some(banner(node, properties)?),
        "Footer" => overlay.footer = Some(banner(node, properties)?),
        "Watermark" => overlay.watermark = Some(text(node, properties)?),
        "Title" | "Author" | "Subject" | "Keywords" => {}
        "PageMargins" | "PageSize" | "InitialViewProfile" | "NoBookmarks" => {}
        _ => return Err(unknown(node)),
    }
    Ok(())
}

/// Returns the properties of a document, whose text is an attribute `value` or the content.
fn properties(node: Node<'_, '_>) -> DocumentProperties {
    let mut properties = DocumentProperties::default();
    for child in node.children().filter(Node::is_element) {
        let value = child.attribute("value").or_else(|| child.attribute("text"));
        let value = value.or_else(|| child.text()).unwrap_or_default().trim();
        match child.tag_name().name() {
            "Title" => properties.title = Some(value.to_owned()),
            name @ ("Author" | "Subject" | "Keywords") => {
                properties.others.push((name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    properties
}

fn xdp_sources(node: Node<'_, '_>) -> Result<Vec<XdpSource>, DdxError> {
    let mut sources = Vec::new();
    for child in node.children().filter(Node::is_element) {
        if child.tag_name().name() != "XDP" {
            return Err(unknown(child));
        }
        let mut insertions = Vec::new();
        for content in child.children().filter(Node::is_element) {
            if content.tag_name().name() != "XDPContent" {
                return Err(unknown(content));
            }
            insertions.push(Insertion {
                source: required(content, "source")?.to_owned(),
                point: required(content, "insertionPoint")?.to_owned(),
            });
        }
        sources.push(XdpSource {
            name: required(child, "source")?.to_owned(),
            insertions,
        });
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<Ddx, DdxError> {
        Ddx::read(format!("<DDX xmlns='{NAMESPACE}'>{content}</DDX>").as_bytes())
    }

    #[test]
    fn results_and_sources_are_read() {
        let ddx = read(
            "<PDF result='a.pdf'><Title>T</Title><PDF source='1.pdf' pages='1-2'/>\
             <PDF source='2.pdf' required='false' bookmarkTitle='B'/><PageMargins top='1in'/></PDF>\
             <PDF result='t' return='false'><PDF source='1.pdf'/></PDF>\
             <PDFsFromBookmarks prefix='p'><PDF source='a.pdf'/></PDFsFromBookmarks>\
             <DocumentInformation source='a.pdf' result='i.xml'/>\
             <XDP result='x'><XDP source='b.xdp'><XDPContent insertionPoint='ip' source='f.xdp'/></XDP></XDP>",
        )
        .unwrap();
        let blocks: Vec<_> = ddx
            .blocks
            .iter()
            .map(|block| {
                (
                    block.name.as_str(),
                    block.is_returned,
                    block.required_sources(),
                )
            })
            .collect();
        assert_eq!(
            blocks,
            [
                ("a.pdf", true, vec!["1.pdf"]),
                ("t", false, vec!["1.pdf"]),
                ("p", true, vec!["a.pdf"]),
                ("i.xml", true, vec!["a.pdf"]),
                ("x", true, vec!["b.xdp", "f.xdp"]),
            ]
        );
    }

    #[test]
    fn malformed_ddx_says_what_is_wrong() {
        for (content, words) in [
            ("", "no result"),
            (
                "<PDF result='a'><PDF source='b'/></PDF><PDF result='a'><PDF source='b'/></PDF>",
                "called a",
            ),
            ("<PDF><PDF source='b'/></PDF>", "no attribute result"),
            ("<PDF result='a'/>", "no attribute source"),
            (
                "<PDF result='a'><PDF source='b' pages='x'/></PDF>",
                "source b",
            ),
            (
                "<PDF result='a'><PDF source='b'/><Unheard/></PDF>",
                "Unheard",
            ),
            ("<Unheard/>", "Unheard"),
            ("<PDF", "well-formed"),
        ] {
            let error = read(content).unwrap_err().to_string();
            assert!(error.contains(words), "{content}: {error}");
        }
        for (text, words) in [
            ("<DDX xmlns='https://ns.adobe.com/DDX/1.0/'/>", "https://"),
            ("<DDX/>", "no namespace"),
            ("<html/>", "html"),
        ] {
            let error = Ddx::read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
