//! Place, text and look of the elements of a template.

use roxmltree::Node;

use crate::xfa::data::add_words;
use crate::xfa::item::{
    Area, Breaks, Caption, Insets, Layout, PageTarget, Piece, Side, TextContent,
};
use crate::xfa::measurement::points;
use crate::xml::is_named;

/// The size of a text without font.
const DEFAULT_SIZE: f64 = 10.0;

/// Returns the first child of this name.
pub(crate) fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| is_named(*child, name))
}

/// Returns an attribute as a length in points.
fn length(node: Node<'_, '_>, name: &str) -> Option<f64> {
    points(node.attribute(name)?)
}

pub(crate) fn area(node: Node<'_, '_>) -> Area {
    let size = |name| length(node, name).filter(|length| *length > 0.0);
    let columns = node.attribute("colSpan").and_then(|span| span.parse().ok());
    Area {
        x: length(node, "x").unwrap_or_default(),
        y: length(node, "y").unwrap_or_default(),
        width: size("w"),
        height: size("h"),
        min_width: size("minW").unwrap_or_default(),
        min_height: size("minH").unwrap_or_default(),
        insets: insets(node),
        anchor: anchor(node.attribute("anchorType").unwrap_or_default()),
        columns: columns.unwrap_or(1),
    }
}

fn insets(node: Node<'_, '_>) -> Insets {
    let Some(margin) = child(node, "margin") else {
        return Insets::default();
    };
    let inset = |name| length(margin, name).unwrap_or_default();
    Insets {
        left: inset("leftInset"),
        top: inset("topInset"),
        right: inset("rightInset"),
        bottom: inset("bottomInset"),
    }
}

fn anchor(name: &str) -> (f64, f64) {
    let horizontal = match name {
        _ if name.ends_with("Right") => 1.0,
        _ if name.ends_with("Center") => 0.5,
        _ => 0.0,
    };
    let vertical = match name {
        _ if name.starts_with("bottom") => 1.0,
        _ if name.starts_with("middle") => 0.5,
        _ => 0.0,
    };
    (horizontal, vertical)
}

pub(crate) fn layout(node: Node<'_, '_>) -> Layout {
    match node.attribute("layout") {
        Some("tb") => Layout::TopToBottom,
        Some("lr-tb" | "rl-tb") => Layout::LeftToRight,
        Some("table") => Layout::Table,
        Some("row" | "rl-row") => Layout::Row,
        _ => Layout::Position,
    }
}

/// Returns the widths of the columns of a table.
pub(crate) fn columns(node: Node<'_, '_>) -> Vec<f64> {
    let widths = node.attribute("columnWidths").unwrap_or_default();
    let width = |text: &str| points(text).unwrap_or(-1.0);
    widths.split_whitespace().take(1000).map(width).collect()
}

/// Returns whether an object takes no room. An invisible one does, but a reader sees nothing of it,
/// either.
pub(crate) fn is_hidden(node: Node<'_, '_>) -> bool {
    matches!(
        node.attribute("presence"),
        Some("hidden" | "inactive" | "invisible")
    )
}

/// Returns the page breaks around an object, in the spelling of XFA 2.4 and the older one.
pub(crate) fn breaks(node: Node<'_, '_>) -> Breaks {
    let old = child(node, "break");
    let side = |new: &str, old_name: &str, old_target: &str| {
        let is_page =
            |value: &str| matches!(value, "pageArea" | "contentArea" | "pageEven" | "pageOdd");
        let element =
            child(node, new).filter(|element| element.attribute("targetType").is_some_and(is_page));
        let old = old.filter(|old| old.attribute(old_name).is_some_and(is_page));
        let target = match (element, old) {
            (Some(element), _) => element.attribute("target"),
            (None, Some(old)) => old.attribute(old_target),
            (None, None) => return None,
        };
        let name = target.map(|name| name.trim_start_matches('#').to_owned());
        Some(PageTarget(name.filter(|name| !name.is_empty())))
    };
    Breaks {
        before: side("breakBefore", "before", "beforeTarget"),
        after: side("breakAfter", "after", "afterTarget"),
    }
}

/// Returns the size of the font.
pub(crate) fn font_size(node: Node<'_, '_>) -> f64 {
    let size = child(node, "font").and_then(|font| length(font, "size"));
    size.unwrap_or(DEFAULT_SIZE).clamp(2.0, 200.0)
}

pub(crate) fn caption(node: Node<'_, '_>) -> Option<Caption> {
    let caption = child(node, "caption").filter(|caption| !is_hidden(*caption))?;
    let text = text_content(caption, 0.0).plain();
    let side = match caption.attribute("placement") {
        Some("top") => Side::Top,
        Some("bottom") => Side::Bottom,
        Some("right") => Side::Right,
        _ => Side::Left,
    };
    (!text.is_empty()).then(|| Caption {
        text,
        side,
        reserve: length(caption, "reserve").filter(|reserve| *reserve > 0.0),
    })
}

/// Returns the text in the `value` of a draw, a caption or a field.
pub(crate) fn text_content(node: Node<'_, '_>, size: f64) -> TextContent {
    let mut content = TextContent {
        pieces: Vec::new(),
        size,
    };
    let Some(value) = child(node, "value").and_then(|value| value.first_element_child()) else {
        return content;
    };
    if value.attribute("contentType") == Some("text/html") {
        content.add_rich_text(value);
    } else if matches!(
        value.tag_name().name(),
        "image" | "arc" | "line" | "rectangle"
    ) {
        return content;
    } else {
        let texts = value.children().filter(Node::is_text);
        let text: String = texts.filter_map(|node| node.text()).collect();
        content.pieces.push(Piece::Literal(text.trim().to_owned()));
    }
    content
}

impl TextContent {
    /// Returns the size of the text in bytes, without the values of fields.
    pub(crate) fn len(&self) -> usize {
        let size = |piece: &Piece| match piece {
            Piece::Literal(text) | Piece::FieldId(text) => text.len(),
        };
        self.pieces.iter().map(size).sum()
    }

    /// Returns the text without the values of fields.
    pub(crate) fn plain(&self) -> String {
        let literal = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::FieldId(_) => String::new(),
        };
        self.pieces
            .iter()
            .map(literal)
            .collect::<String>()
            .trim()
            .to_owned()
    }

    /// Reads rich text. An element with the attribute `embed` is the place of a floating field.
    fn add_rich_text(&mut self, value: Node<'_, '_>) {
        let mut text = String::new();
        for node in value.descendants() {
            let embedded = node
                .attributes()
                .find(|attribute| attribute.name() == "embed");
            if let Some(embedded) = embedded {
                self.pieces.push(Piece::Literal(std::mem::take(&mut text)));
                let id = embedded.value().trim_start_matches('#');
                self.pieces.push(Piece::FieldId(id.to_owned()));
            } else if node.is_element() {
                let is_line = matches!(node.tag_name().name(), "p" | "br" | "li" | "div");
                if is_line && !(text.is_empty() && self.pieces.is_empty()) {
                    text.push('\n');
                }
            } else if let Some(piece) = node.text().filter(|_| node.is_text()) {
                let follows_field = text.is_empty() && !self.pieces.is_empty();
                if follows_field && piece.starts_with(char::is_whitespace) {
                    text.push(' ');
                }
                add_words(&mut text, piece);
            }
        }
        self.pieces.push(Piece::Literal(text.trim_end().to_owned()));
    }
}
