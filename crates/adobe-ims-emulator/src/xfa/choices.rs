//! Lists to choose from, and groups of buttons.

use roxmltree::Node;

use crate::xfa::content::{area, breaks, caption, font_size};
use crate::xfa::item::{Caption, FieldContent, FieldStyle, Item, Kind, Side};
use crate::xml::is_named;

/// Returns the values of a list: those of its list of values to save, if there is one.
pub(crate) fn values(field: Node<'_, '_>) -> Vec<String> {
    let saved = lists(field).find(|list| is_saved(*list));
    let list = saved.or_else(|| lists(field).next());
    list.map(texts).unwrap_or_default()
}

/// Returns what a list shows for its values.
fn display_texts(field: Node<'_, '_>) -> Vec<String> {
    let mut lists = lists(field);
    lists
        .find(|list| !is_saved(*list))
        .map(texts)
        .unwrap_or_default()
}

fn lists<'a>(field: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    field.children().filter(|child| is_named(*child, "items"))
}

fn is_saved(list: Node<'_, '_>) -> bool {
    list.attribute("save") == Some("1")
}

fn texts(list: Node<'_, '_>) -> Vec<String> {
    let items = list.children().filter(Node::is_element);
    items
        .map(|item| item.text().unwrap_or_default().trim().to_owned())
        .collect()
}

/// Returns the display text of a choice, and its value if the two differ.
pub(crate) fn shown_choice(field: Node<'_, '_>, value: String) -> String {
    let at = values(field).iter().position(|saved| *saved == value);
    let display = at.and_then(|at| display_texts(field).into_iter().nth(at));
    match display {
        Some(display) if display != value => format!("{display} ({value})"),
        _ => value,
    }
}

/// Returns a button of a group, with its value if it is on.
pub(crate) fn button(field: Node<'_, '_>, state: Option<String>) -> Item {
    let mut caption = caption(field);
    let value = state.unwrap_or_default();
    if let Some(caption) = caption.as_mut() {
        let mark = if value.is_empty() { "( )" } else { "(x)" };
        caption.text = format!("{mark} {}", caption.text);
        caption.side = Side::Left;
        caption.reserve = None;
    }
    Item {
        area: area(field),
        breaks: breaks(field),
        kind: Kind::Field(FieldContent {
            caption,
            value,
            size: font_size(field),
            style: FieldStyle::Button,
        }),
    }
}

pub(crate) fn unknown_choice(value: String) -> Item {
    Item {
        kind: Kind::Field(FieldContent {
            caption: Some(Caption {
                text: "(x)".to_owned(),
                ..Caption::default()
            }),
            value,
            size: 10.0,
            style: FieldStyle::Button,
        }),
        ..Item::default()
    }
}
