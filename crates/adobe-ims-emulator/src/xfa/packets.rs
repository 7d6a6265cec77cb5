//! The parts of an XDP: template, data and configuration.

use roxmltree::{Document, Node};

use crate::xml::is_named;

/// Returns the `template` of an XDP, or of a document whose root it is.
pub(crate) fn template<'a>(document: &'a Document<'_>) -> Option<Node<'a, 'a>> {
    let root = document.root_element();
    packet(root, "template").filter(|node| {
        let namespace = node.tag_name().namespace();
        namespace.is_none_or(|namespace| namespace.contains("xfa-template"))
    })
}

/// Returns the record of a data document: the first element of `datasets/data`, or the root.
pub(crate) fn record<'a>(document: &'a Document<'_>) -> Option<Node<'a, 'a>> {
    let root = document.root_element();
    if is_named(root, "xdp") {
        return packet(root, "datasets").and_then(record_of_datasets);
    }
    if is_named(root, "datasets") && has_data_namespace(root) {
        return record_of_datasets(root);
    }
    if is_named(root, "data") && has_data_namespace(root) {
        return root.first_element_child();
    }
    Some(root)
}

fn record_of_datasets<'a>(datasets: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
    packet(datasets, "data")?.first_element_child()
}

fn has_data_namespace(node: Node<'_, '_>) -> bool {
    let namespace = node.tag_name().namespace();
    namespace.is_some_and(|namespace| namespace.contains("xfa-data"))
}

/// Returns the child with this name, or the node itself.
fn packet<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    if is_named(node, name) {
        return Some(node);
    }
    node.children().find(|child| is_named(*child, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_is_found_wrapped_or_bare() {
        let data = "xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'";
        for (text, expected) in [
            ("<form1/>".to_owned(), Some("form1")),
            ("<data><a/></data>".to_owned(), Some("data")),
            (
                format!("<xfa:datasets {data}><xfa:data><form1/></xfa:data></xfa:datasets>"),
                Some("form1"),
            ),
            (
                format!("<xfa:data {data}><form1/></xfa:data>"),
                Some("form1"),
            ),
            (
                format!("<xfa:datasets {data}><xfa:data/></xfa:datasets>"),
                None,
            ),
            (
                format!(
                    "<x:xdp xmlns:x='http://ns.adobe.com/xdp/'><xfa:datasets {data}><xfa:data><f/></xfa:data></xfa:datasets></x:xdp>"
                ),
                Some("f"),
            ),
        ] {
            let document = Document::parse(&text).unwrap();
            let name = record(&document).map(|node| node.tag_name().name());
            assert_eq!(name, expected, "{text}");
        }
    }

    #[test]
    fn template_is_found_in_xdp_or_bare() {
        let namespace = "xmlns='http://www.xfa.org/schema/xfa-template/3.3/'";
        for (text, expected) in [
            (format!("<template {namespace}/>"), true),
            ("<template/>".to_owned(), true),
            (format!("<xdp><template {namespace}/></xdp>"), true),
            ("<xdp/>".to_owned(), false),
            ("<template xmlns='http://example.com/'/>".to_owned(), false),
            ("<html/>".to_owned(), false),
        ] {
            let document = Document::parse(&text).unwrap();
            assert_eq!(template(&document).is_some(), expected, "{text}");
        }
    }
}
