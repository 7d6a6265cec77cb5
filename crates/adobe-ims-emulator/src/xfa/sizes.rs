//! The sizes of items, from the inside out.

use crate::xfa::item::{Area, FieldContent, Item, Kind, Layout, Side, TextContent};

/// The distance of lines, in sizes of the font.
pub(crate) const LINE: f64 = 1.2;

/// The distance of a text from the frame of its field.
pub(crate) const PADDING: f64 = 2.0;

/// An item with its size, and its children with theirs.
#[derive(Debug)]
pub(crate) struct Sized<'a> {
    pub(crate) item: &'a Item,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) children: Vec<Sized<'a>>,
}

/// Measures an item within a width.
pub(crate) fn measure(item: &Item, available: f64) -> Sized<'_> {
    let area = &item.area;
    match &item.kind {
        Kind::Text(text) => leaf(item, text_size(text, area.width)),
        Kind::Field(field) => leaf(item, field_size(field)),
        Kind::Rectangle => leaf(item, (0.0, 0.0)),
        Kind::Container(container) => {
            let inside = area.width.unwrap_or(available - area.x) - horizontal(area);
            let inside = inside.max(1.0);
            let children = container.children.iter();
            let mut children: Vec<_> = children.map(|child| measure(child, inside)).collect();
            if container.layout == Layout::Table {
                for row in &mut children {
                    set_columns(row, &container.columns);
                }
            }
            let (width, height) = content_size(container.layout, &children, inside);
            Sized {
                item,
                width: own_width(area, width + horizontal(area)),
                height: own_height(area, height + vertical(area)),
                children,
            }
        }
    }
}

fn leaf(item: &Item, (width, height): (f64, f64)) -> Sized<'_> {
    let area = &item.area;
    Sized {
        item,
        width: own_width(area, width + horizontal(area)),
        height: own_height(area, height + vertical(area)),
        children: Vec::new(),
    }
}

fn own_width(area: &Area, content: f64) -> f64 {
    area.width.unwrap_or(content).max(area.min_width)
}

fn own_height(area: &Area, content: f64) -> f64 {
    area.height.unwrap_or(content).max(area.min_height)
}

fn horizontal(area: &Area) -> f64 {
    area.insets.left + area.insets.right
}

fn vertical(area: &Area) -> f64 {
    area.insets.top + area.insets.bottom
}

fn content_size(layout: Layout, children: &[Sized<'_>], inside: f64) -> (f64, f64) {
    let right = |child: &Sized<'_>| child.item.area.x + child.width;
    let bottom = |child: &Sized<'_>| child.item.area.y + child.height;
    let max = |value: fn(&Sized<'_>) -> f64| children.iter().map(value).fold(0.0, f64::max);
    match layout {
        Layout::Position => {
            let width = children.iter().map(right).fold(0.0, f64::max);
            (width, children.iter().map(bottom).fold(0.0, f64::max))
        }
        Layout::TopToBottom | Layout::Table => {
            let height = children.iter().map(|child| child.height).sum();
            (max(|child| child.width), height)
        }
        Layout::Row => {
            let width = children.iter().map(|child| child.width).sum();
            (width, max(|child| child.height))
        }
        Layout::LeftToRight => {
            let lines = lines(children, inside);
            let height = lines.iter().map(|line| height_of(line)).sum();
            (max(|child| child.width).min(inside), height)
        }
    }
}

/// Divides children that stand side by side into lines.
pub(crate) fn lines<'c, 'a>(children: &'c [Sized<'a>], inside: f64) -> Vec<&'c [Sized<'a>]> {
    let mut lines = Vec::new();
    let (mut start, mut width) = (0, 0.0);
    for (at, child) in children.iter().enumerate() {
        if at > start && width + child.width > inside + 0.01 {
            lines.push(&children[start..at]);
            (start, width) = (at, 0.0);
        }
        width += child.width;
    }
    lines.push(&children[start..]);
    lines
}

pub(crate) fn height_of(line: &[Sized<'_>]) -> f64 {
    line.iter().map(|child| child.height).fold(0.0, f64::max)
}

/// Gives the cells of a row the widths of the columns of its table.
fn set_columns(row: &mut Sized<'_>, columns: &[f64]) {
    let mut columns = columns.iter();
    for cell in &mut row.children {
        let widths: Vec<f64> = columns
            .by_ref()
            .take(cell.item.area.columns.max(1))
            .copied()
            .collect();
        cell.height = cell.height.max(row.height);
        if !widths.is_empty() && widths.iter().all(|width| *width >= 0.0) {
            cell.width = widths.iter().sum();
        }
    }
    let cells: f64 = row.children.iter().map(|cell| cell.width).sum();
    row.width = row.width.max(cells);
}

fn text_size(text: &TextContent, width: Option<f64>) -> (f64, f64) {
    let lines = wrap(&text.plain(), text.size, width);
    let widest = lines
        .iter()
        .map(|line| text_width(line, text.size))
        .fold(0.0, f64::max);
    (
        widest + 2.0 * PADDING,
        lines.len() as f64 * text.size * LINE,
    )
}

fn field_size(field: &FieldContent) -> (f64, f64) {
    let lines = field.value.split('\n').count() as f64;
    let line = field.size * LINE;
    let mut height = lines * line + 2.0 * PADDING;
    let mut width = text_width(&field.value, field.size) + 2.0 * PADDING;
    if let Some(caption) = &field.caption {
        let of_caption = text_width(&caption.text, field.size) + 2.0 * PADDING;
        match caption.side {
            Side::Top | Side::Bottom => {
                height += caption.reserve.unwrap_or(line);
                width = width.max(of_caption);
            }
            Side::Left | Side::Right => width += caption.reserve.unwrap_or(of_caption),
        }
    }
    (width, height)
}

/// Breaks a text into lines. A word is never broken.
pub(crate) fn wrap(text: &str, size: f64, width: Option<f64>) -> Vec<String> {
    let Some(width) = width else {
        return text.split('\n').map(str::to_owned).collect();
    };
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut line_width = 0.0;
        for word in paragraph.split(' ') {
            let word_width = text_width(word, size);
            if !line.is_empty() && line_width + word_width > width - 2.0 * PADDING {
                lines.push(std::mem::take(&mut line));
                line_width = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            line_width += word_width + text_width(" ", size);
        }
        lines.push(line);
    }
    lines
}

/// Returns the width of a text in points, by the widths of Helvetica in classes.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let width = |character: char| match character {
        'i' | 'j' | 'l' | '\'' | '|' => 0.22,
        ' ' | '.' | ',' | ':' | ';' | '!' | '/' | 'I' | 'f' | 't' | '(' | ')' | '[' | ']' | 'r'
        | '-' => 0.3,
        'm' | 'M' | 'W' | '%' | '@' => 0.9,
        'A'..='Z' | 'w' | '&' => 0.7,
        '\u{2e80}'..='\u{ffff}' => 1.0,
        _ => 0.56,
    };
    text.chars().map(width).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_broken_between_words() {
        assert_eq!(wrap("aa bb cc", 10.0, Some(30.0)), ["aa bb", "cc"]);
        assert_eq!(wrap("aa bb\ncc", 10.0, None), ["aa bb", "cc"]);
        assert_eq!(wrap("abcdefghij k", 10.0, Some(5.0)), ["abcdefghij", "k"]);
        assert_eq!(wrap("", 10.0, Some(5.0)), [""]);
    }
}
