//! The walk over the elements of a template.

use roxmltree::Node;

use super::data_ref::DataRef;
use super::shape::{Kind, Shape, ShapeBuilder, Taker};
use crate::xml::Cursor;

/// The structure of a template, apart from its texts.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub(super) root: Option<String>,
    pub(super) shape: Shape,
    /// A script reads the data by itself.
    pub(super) has_data_script: bool,
    pub(super) relative: Vec<Relative>,
}

/// A relative reference to a file.
#[derive(Clone, Debug)]
pub(super) struct Relative {
    pub(super) target: String,
    pub(super) position: (u32, u32),
}

/// Reads the element `template`.
pub(super) fn read(template: &Node<'_, '_>, text: &str) -> Contents {
    let root = template
        .children()
        .find(|node| node.tag_name().name() == "subform");
    let position = Cursor::new(text).at(root.unwrap_or(*template).range().start);
    let name = root.and_then(|root| root.attribute("name"));
    let mut reader = Reader {
        namespace: template.tag_name().namespace(),
        cursor: Cursor::new(text),
        builder: ShapeBuilder::new(name.unwrap_or("form1"), position),
        around: Vec::new(),
        has_data_script: false,
        relative: Vec::new(),
    };
    if root.is_none_or(|root| has_foreign_content(&root)) {
        reader.builder.open_record();
    }
    for node in template.descendants() {
        if node.is_element() {
            reader.element(&node, Some(node) == root);
        }
    }
    Contents {
        root: name.map(str::to_owned),
        shape: reader.builder.build(),
        has_data_script: reader.has_data_script,
        relative: reader.relative,
    }
}

struct Reader<'a> {
    namespace: Option<&'a str>,
    cursor: Cursor<'a>,
    builder: ShapeBuilder,
    around: Vec<Around>,
    has_data_script: bool,
    relative: Vec<Relative>,
}

/// An element around the current one.
#[derive(Clone, Copy)]
struct Around {
    /// The offset at which it ends.
    end: usize,
    /// The group that its children take their data from.
    group: usize,
    /// The fields in it need no data.
    is_optional: bool,
    /// Its content is no part of the form.
    is_skipped: bool,
}

impl Reader<'_> {
    fn element(&mut self, node: &Node<'_, '_>, is_root: bool) {
        let range = node.range();
        while self.around.last().is_some_and(|it| it.end <= range.start) {
            self.around.pop();
        }
        let outer = self.around.last().copied().unwrap_or(Around {
            end: usize::MAX,
            group: 0,
            is_optional: false,
            is_skipped: false,
        });
        self.note_reference(node);
        let mut inner = Around {
            end: range.end,
            ..outer
        };
        match node.tag_name().name() {
            _ if outer.is_skipped || is_root => {}
            "subform" => self.subform(node, &mut inner),
            "field" => self.field(node, outer),
            "exclGroup" => self.choice(node, &mut inner),
            "proto" => inner.is_skipped = true,
            "bindItems" | "setProperty" => self.items(node, outer),
            "script" => {
                let text = node.text().unwrap_or_default();
                const MARKS: [&str; 5] = [
                    "$record",
                    "$data",
                    "xfa.record",
                    "xfa.datasets",
                    "resolveNode",
                ];
                self.has_data_script |= MARKS.iter().any(|mark| text.contains(mark));
            }
            _ => {}
        }
        if node.has_children() {
            self.around.push(inner);
        }
    }

    fn subform(&mut self, node: &Node<'_, '_>, inner: &mut Around) {
        let parts = Parts::of(node);
        let kind = if has_foreign_content(node) {
            Kind::Open
        } else {
            Kind::Group
        };
        inner.is_optional |= parts.may_be_absent() || is_hidden(node);
        let taker = Taker {
            kind,
            is_optional: inner.is_optional,
            position: self.position(node),
        };
        let name = node.attribute("name").filter(|name| !name.is_empty());
        match (parts.bind(), name) {
            (Bind::Reference(reference), _) => {
                inner.group = self.refer(inner.group, &reference, taker)
            }
            (Bind::ByName | Bind::Global, Some(name)) => {
                inner.group = self.builder.add(inner.group, name, taker);
            }
            // Data of the children stands in the group around it.
            (Bind::None, _) | (Bind::ByName | Bind::Global, None) => {}
        }
    }

    fn field(&mut self, node: &Node<'_, '_>, outer: Around) {
        let parts = Parts::of(node);
        let taker = Taker {
            kind: Kind::Value,
            is_optional: outer.is_optional
                || parts.have_value()
                || has_foreign_content(node)
                || is_hidden(node),
            position: self.position(node),
        };
        let name = node.attribute("name").filter(|name| !name.is_empty());
        match (parts.bind(), name) {
            (Bind::Reference(reference), _) => {
                self.refer(outer.group, &reference, taker);
            }
            (Bind::ByName, Some(name)) => {
                self.builder.add(outer.group, name, taker);
            }
            (Bind::Global, Some(name)) => {
                let taker = Taker {
                    is_optional: true,
                    ..taker
                };
                self.builder.add(outer.group, name, taker);
                self.builder.add_global(name);
            }
            (Bind::None, _) | (_, None) => {}
        }
    }

    fn choice(&mut self, node: &Node<'_, '_>, inner: &mut Around) {
        let parts = Parts::of(node);
        let taker = Taker {
            kind: Kind::Choice,
            is_optional: inner.is_optional || parts.have_value() || is_hidden(node),
            position: self.position(node),
        };
        inner.is_optional = true;
        let name = node.attribute("name").filter(|name| !name.is_empty());
        match (parts.bind(), name) {
            (Bind::Reference(reference), _) => {
                inner.group = self.refer(inner.group, &reference, taker)
            }
            (Bind::ByName | Bind::Global, Some(name)) => {
                inner.group = self.builder.add(inner.group, name, taker);
            }
            (Bind::None, _) | (_, None) => {}
        }
    }

    /// Takes in the data that the items of a list or a property come from.
    fn items(&mut self, node: &Node<'_, '_>, outer: Around) {
        if node.has_attribute("connection") {
            return;
        }
        let reference = DataRef::parse(node.attribute("ref").unwrap_or_default());
        let taker = Taker {
            kind: Kind::Open,
            is_optional: true,
            position: self.position(node),
        };
        let is_whole_group = matches!(&reference, DataRef::BelowScope(names) | DataRef::BelowRecord(names) if names.is_empty());
        if !is_whole_group {
            self.refer(outer.group, &reference, taker);
        }
    }

    /// Adds what a reference names. Returns the group that the children of the element take their data from.
    fn refer(&mut self, group: usize, reference: &DataRef, taker: Taker) -> usize {
        match reference {
            DataRef::BelowScope(names) => self.builder.add_path(group, names, taker),
            DataRef::BelowRecord(names) => self.builder.add_path(0, names, taker),
            DataRef::Anywhere(name) => {
                self.builder.add_global(name);
                group
            }
            DataRef::Elsewhere => group,
        }
    }

    /// Returns line and column of an element, which is not before the last one that was asked for.
    fn position(&mut self, node: &Node<'_, '_>) -> (u32, u32) {
        self.cursor.at(node.range().start)
    }

    fn note_reference(&mut self, node: &Node<'_, '_>) {
        for attribute in node.attributes() {
            let is_reference = matches!(attribute.name(), "href" | "usehref");
            // Links in a text of the form are no files of the template.
            if is_reference
                && is_relative(attribute.value())
                && node.tag_name().namespace() == self.namespace
            {
                let relative = Relative {
                    target: attribute.value().to_owned(),
                    position: self.position(node),
                };
                self.relative.push(relative);
            }
        }
    }
}

/// The rule by which an element of a template finds its data.
enum Bind {
    ByName,
    None,
    Global,
    Reference(DataRef),
}

/// The children of an element of a template that decide about its data.
#[derive(Default)]
struct Parts<'a, 'input> {
    bind: Option<Node<'a, 'input>>,
    occur: Option<Node<'a, 'input>>,
    ui: Option<Node<'a, 'input>>,
    value: Option<Node<'a, 'input>>,
    is_calculated: bool,
}

impl<'a, 'input> Parts<'a, 'input> {
    fn of(node: &Node<'a, 'input>) -> Self {
        let mut parts = Self::default();
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "bind" => parts.bind = Some(child),
                "occur" => parts.occur = Some(child),
                "ui" => parts.ui = Some(child),
                "value" => parts.value = Some(child),
                "calculate" => parts.is_calculated = true,
                _ => {}
            }
        }
        parts
    }

    fn bind(&self) -> Bind {
        let attribute = |name| self.bind.and_then(|bind| bind.attribute(name));
        match attribute("match") {
            Some("none") => Bind::None,
            Some("global") => Bind::Global,
            Some("dataRef") => {
                Bind::Reference(DataRef::parse(attribute("ref").unwrap_or_default()))
            }
            _ => Bind::ByName,
        }
    }

    fn may_be_absent(&self) -> bool {
        let occur = self.occur.as_ref();
        occur.is_some_and(|occur| occur.attribute("min") == Some("0"))
    }

    /// Returns true for a button or a signature, and for a field that has a value of its own or computes it.
    fn have_value(&self) -> bool {
        let is_no_input = self.ui.is_some_and(|ui| {
            let mut parts = ui.children();
            parts.any(|part| matches!(part.tag_name().name(), "button" | "signature"))
        });
        let has_default = self.value.is_some_and(|value| {
            let mut contents = value.children().filter(Node::is_element);
            contents.any(|content| {
                content.has_attribute("href")
                    || content.has_children()
                        && content.text().is_none_or(|text| !text.trim().is_empty())
            })
        });
        is_no_input || has_default || self.is_calculated
    }
}

/// Returns true if a prototype or a file gives the element its content.
fn has_foreign_content(node: &Node<'_, '_>) -> bool {
    ["use", "usehref"].iter().any(|name| {
        let value = node.attribute(*name);
        value.is_some_and(|value| !value.is_empty())
    })
}

fn is_hidden(node: &Node<'_, '_>) -> bool {
    matches!(
        node.attribute("presence"),
        Some("hidden" | "inactive" | "invisible")
    )
}

/// Returns true for a reference to a file that AEM must look for: neither a URL, nor an absolute path of the repository,
/// nor a place in this file.
fn is_relative(target: &str) -> bool {
    let target = target.trim();
    let file = target.split('#').next().unwrap_or_default();
    if file.is_empty() || file == "." || file.starts_with('/') || file.starts_with('$') {
        return false;
    }
    match file.split_once(':') {
        // A letter is a drive of Windows, which AEM does not have.
        Some((scheme, _)) => {
            scheme.len() == 1
                || scheme.eq_ignore_ascii_case("file")
                || !scheme
                    .chars()
                    .all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it))
        }
        None => true,
    }
}
