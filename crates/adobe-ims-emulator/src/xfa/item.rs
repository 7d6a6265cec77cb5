//! The items of a form after the merge, ready to be placed.

/// An object of a form with its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) area: Area,
    pub(crate) kind: Kind,
    pub(crate) breaks: Breaks,
}

/// The place of an object within its container, and its size as the template gives it. All in points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: Option<f64>,
    pub(crate) height: Option<f64>,
    pub(crate) min_width: f64,
    pub(crate) min_height: f64,
    pub(crate) insets: Insets,
    /// The part of the size that lies left of and above the anchor, from 0 to 1.
    pub(crate) anchor: (f64, f64),
    /// The number of columns that a cell takes.
    pub(crate) columns: usize,
}

/// The margins inside of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Insets {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// Page breaks around an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaks {
    pub(crate) before: Option<PageTarget>,
    pub(crate) after: Option<PageTarget>,
}

/// The page that follows a break: one with this name or id, or the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageTarget(pub(crate) Option<String>);

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Container(Container),
    Text(TextContent),
    Field(FieldContent),
    /// A rectangle without text.
    Rectangle,
}

impl Default for Kind {
    fn default() -> Self {
        Self::Container(Container::default())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Container {
    pub(crate) layout: Layout,
    /// The widths of a table's columns. A negative width means: as wide as the content.
    pub(crate) columns: Vec<f64>,
    pub(crate) children: Vec<Item>,
}

/// The rule by which a container places its children.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each child has its place.
    #[default]
    Position,
    TopToBottom,
    /// Side by side, then on the next line.
    LeftToRight,
    Table,
    Row,
}

/// A text that may contain the values of fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextContent {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) size: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    /// The value of the field with this id.
    FieldId(String),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct FieldContent {
    pub(crate) caption: Option<Caption>,
    pub(crate) value: String,
    pub(crate) size: f64,
    pub(crate) style: FieldStyle,
}

/// The look of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldStyle {
    #[default]
    Box,
    /// A button of a group, or a button that does something. It has no frame for a value.
    Button,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Caption {
    pub(crate) text: String,
    pub(crate) side: Side,
    /// The room for the caption.
    pub(crate) reserve: Option<f64>,
}

/// The side of the value on which its caption is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Side {
    #[default]
    Left,
    Right,
    Top,
    Bottom,
}
