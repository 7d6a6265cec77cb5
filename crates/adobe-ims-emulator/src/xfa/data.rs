//! The record that a form is filled with.

use std::collections::HashMap;

use roxmltree::Node;

/// The number of a node in a record.
pub(crate) type NodeId = usize;

/// The root of a record.
pub(crate) const ROOT: NodeId = 0;

/// The data of one form. Elements and attributes are nodes.
///
/// A binding by name takes the nodes of one name in their order, each once.
#[derive(Clone)]
pub(crate) struct Record {
    nodes: Vec<DataNode>,
    /// The first node of each name.
    first: HashMap<String, NodeId>,
}

#[derive(Clone)]
struct DataNode {
    text: String,
    children: HashMap<String, Children>,
}

/// The children of one name, and the number of those that were taken.
#[derive(Clone, Default)]
struct Children {
    ids: Vec<NodeId>,
    taken: usize,
}

impl Record {
    /// Reads the record from its root element.
    pub(crate) fn new(root: Node<'_, '_>) -> Self {
        let mut record = Self {
            nodes: Vec::new(),
            first: HashMap::new(),
        };
        record.add(root);
        record
    }

    /// Returns the text of a node.
    pub(crate) fn text(&self, id: NodeId) -> &str {
        &self.nodes[id].text
    }

    /// Takes the next child of this name.
    pub(crate) fn take(&mut self, parent: NodeId, name: &str) -> Option<NodeId> {
        let children = self.nodes[parent].children.get_mut(name)?;
        let id = *children.ids.get(children.taken)?;
        children.taken += 1;
        Some(id)
    }

    /// Returns whether a child of this name is there to take.
    pub(crate) fn has(&self, parent: NodeId, name: &str) -> bool {
        let children = self.nodes[parent].children.get(name);
        children.is_some_and(|children| children.taken < children.ids.len())
    }

    /// Returns the children of this name, taken or not.
    pub(crate) fn children(&self, parent: NodeId, name: &str) -> &[NodeId] {
        let children = self.nodes[parent].children.get(name);
        children.map_or(&[], |children| &children.ids)
    }

    /// Returns the first node of this name in the whole record.
    pub(crate) fn anywhere(&self, name: &str) -> Option<NodeId> {
        self.first.get(name).copied()
    }

    fn add(&mut self, element: Node<'_, '_>) -> NodeId {
        let id = self.nodes.len();
        let has_rich_text = element.first_element_child().is_some_and(|child| {
            child.tag_name().namespace() == Some("http://www.w3.org/1999/xhtml")
        });
        let text = if has_rich_text {
            rich_text(element)
        } else {
            own_text(element)
        };
        self.push(element.tag_name().name(), text);
        for attribute in element.attributes() {
            let child = self.push(attribute.name(), attribute.value().to_owned());
            self.attach(id, attribute.name(), child);
        }
        if !has_rich_text {
            for child in element.children().filter(Node::is_element) {
                let child_id = self.add(child);
                self.attach(id, child.tag_name().name(), child_id);
            }
        }
        id
    }

    fn push(&mut self, name: &str, text: String) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(DataNode {
            text,
            children: HashMap::new(),
        });
        self.first.entry(name.to_owned()).or_insert(id);
        id
    }

    fn attach(&mut self, parent: NodeId, name: &str, child: NodeId) {
        let children = &mut self.nodes[parent].children;
        children.entry(name.to_owned()).or_default().ids.push(child);
    }
}

/// Returns the text of an element without that of its children.
fn own_text(element: Node<'_, '_>) -> String {
    let texts = element.children().filter(Node::is_text);
    let text: String = texts.filter_map(|node| node.text()).collect();
    text.trim().to_owned()
}

/// Returns the text of rich text, with line breaks between its paragraphs.
pub(crate) fn rich_text(element: Node<'_, '_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        if node.is_element() && matches!(node.tag_name().name(), "p" | "br" | "li" | "div") {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                text.push('\n');
            }
        } else if let Some(piece) = node.text().filter(|_| node.is_text()) {
            add_words(&mut text, piece);
        }
    }
    text.trim().to_owned()
}

/// Appends words. Each run of white space becomes one space.
pub(crate) fn add_words(text: &mut String, piece: &str) {
    for character in piece.chars() {
        let is_space = character.is_whitespace() && character != '\u{a0}';
        if !is_space {
            text.push(character);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;

    #[test]
    fn nodes_of_one_name_are_taken_in_their_order() {
        let text = "<r><a>1</a><b x='y'>2</b><a> 3 </a></r>";
        let document = Document::parse(text).unwrap();
        let mut record = Record::new(document.root_element());
        let mut take = |name| {
            let id = record.take(ROOT, name)?;
            Some(record.text(id).to_owned())
        };
        assert_eq!(take("a").as_deref(), Some("1"));
        assert_eq!(take("a").as_deref(), Some("3"));
        assert_eq!(take("a"), None);
        assert_eq!(record.children(ROOT, "a").len(), 2);
        let b = record.take(ROOT, "b").unwrap();
        assert!(record.has(b, "x"));
        assert_eq!(record.anywhere("x").map(|id| record.text(id)), Some("y"));
    }

    #[test]
    fn rich_text_becomes_lines() {
        let text = "<v><body xmlns='http://www.w3.org/1999/xhtml'><p>a  <b>b</b></p>\n<p>c&#160;d</p></body></v>";
        let document = Document::parse(text).unwrap();
        let record = Record::new(document.root_element());
        assert_eq!(record.text(ROOT), "a b\nc\u{a0}d");
    }
}
