//! `StyledText`: the texts of headers, footers and watermarks.

use roxmltree::Node;

use crate::aem::forms::ddx::model::{DdxError, DocumentProperties};
use crate::pdf::{Banner, Part};

/// Returns the error of an element that the emulator does not know.
pub(crate) fn unknown(node: Node<'_, '_>) -> DdxError {
    DdxError::UnknownElement {
        element: node.tag_name().name().to_owned(),
        line: line(node),
    }
}

/// Returns the line of an element. Only the beginning of a document counts, so that a hostile one
/// costs no time.
pub(crate) fn line(node: Node<'_, '_>) -> u32 {
    node.document().text_pos_at(node.range().start).row
}

/// Reads a header or a footer.
pub(crate) fn banner(
    node: Node<'_, '_>,
    properties: &DocumentProperties,
) -> Result<Banner, DdxError> {
    let mut banner = Banner::default();
    for child in node.children().filter(Node::is_element) {
        let place = match child.tag_name().name() {
            "Left" => &mut banner.left,
            "Right" => &mut banner.right,
            "Center" | "StyledText" => &mut banner.center,
            _ => return Err(unknown(child)),
        };
        place.extend(parts(child, properties)?);
    }
    Ok(banner)
}

/// Reads the text of a watermark, which has no page numbers.
pub(crate) fn text(
    node: Node<'_, '_>,
    properties: &DocumentProperties,
) -> Result<String, DdxError> {
    let mut text = String::new();
    for part in parts(node, properties)? {
        match part {
            Part::Literal(literal) => text.push_str(&literal),
            Part::PageNumber | Part::LastPageNumber => return Err(unknown(node)),
        }
    }
    Ok(text)
}

fn parts(node: Node<'_, '_>, properties: &DocumentProperties) -> Result<Vec<Part>, DdxError> {
    let mut writer = Writer {
        parts: Vec::new(),
        properties,
    };
    writer.add(node)?;
    Ok(writer.finish())
}

struct Writer<'a> {
    parts: Vec<Part>,
    properties: &'a DocumentProperties,
}

impl Writer<'_> {
    fn add(&mut self, parent: Node<'_, '_>) -> Result<(), DdxError> {
        for node in parent.children() {
            if let Some(text) = node.text().filter(|_| node.is_text()) {
                self.push_words(text);
            }
            if node.is_element() {
                self.add_element(node)?;
            }
        }
        Ok(())
    }

    fn add_element(&mut self, node: Node<'_, '_>) -> Result<(), DdxError> {
        let other = |name: &str| {
            let mut others = self.properties.others.iter();
            let found = others.find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        match node.tag_name().name() {
            "_PageNumber" => self.parts.push(Part::PageNumber),
            "_LastPageNumber" => self.parts.push(Part::LastPageNumber),
            "_Title" => {
                let title = self.properties.title.clone();
                self.parts.push(Part::Literal(title.unwrap_or_default()));
            }
            "_Author" => self.parts.push(Part::Literal(other("Author"))),
            "_Subject" => self.parts.push(Part::Literal(other("Subject"))),
            "p" | "br" => {
                if !self.parts.is_empty() && !self.ends_with("\n") {
                    self.push("\n");
                }
                self.add(node)?;
            }
            "StyledText" | "b" | "i" | "u" | "span" | "font" | "sub" | "sup" | "li" => {
                self.add(node)?
            }
            "space" => self.push(" "),
            _ => return Err(unknown(node)),
        }
        Ok(())
    }

    /// Appends words. Each run of white space becomes one space.
    fn push_words(&mut self, text: &str) {
        for character in text.chars() {
            if !character.is_whitespace() {
                self.push(character.encode_utf8(&mut [0; 4]));
            } else if !self.parts.is_empty() && !self.ends_with(" ") && !self.ends_with("\n") {
                self.push(" ");
            }
        }
    }

    fn push(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    fn ends_with(&self, end: &str) -> bool {
        matches!(self.parts.last(), Some(Part::Literal(last)) if last.ends_with(end))
    }

    fn finish(mut self) -> Vec<Part> {
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            last.truncate(last.trim_end().len());
        }
        self.parts
    }
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;

    #[test]
    fn page_numbers_keep_the_words_around_them() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        let properties = DocumentProperties {
            title: Some("T".to_owned()),
            others: Vec::new(),
        };
        let text = "<F><Left><StyledText><p>Page <b><_PageNumber/></b> of\n <_LastPageNumber/> </p></StyledText></Left><Right><StyledText><p>a</p><p><_Title/></p></StyledText></Right></F>";
        let document = Document::parse(text).unwrap();
        let banner = banner(document.root_element(), &properties).unwrap();
        assert_eq!(
            banner.left,
            [
                literal("Page "),
                Part::PageNumber,
                literal(" of "),
                Part::LastPageNumber,
                literal("")
            ]
        );
        assert_eq!(banner.right, [literal("a\n"), literal("T")]);
        assert_eq!(banner.center, []);
    }

    #[test]
    fn unknown_element_is_named_with_its_line() {
        let document = Document::parse("<F>\n<Left>\n<BatesNumber/></Left></F>").unwrap();
        let error = banner(document.root_element(), &DocumentProperties::default()).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("BatesNumber") && text.contains("Line 3"),
            "{text}"
        );
    }
}
