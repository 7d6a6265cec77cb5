//! The content of a page.

/// A page: its size in points, its texts and the frames around them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) texts: Vec<Text>,
    pub(crate) frames: Vec<Frame>,
}

impl Page {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            texts: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Returns width and height within the limits of PDF: 3 to 14,400 points.
    pub(super) fn size(&self) -> (f64, f64) {
        (limited(self.width, A4.0), limited(self.height, A4.1))
    }
}

impl Default for Page {
    /// An empty page of the size A4.
    fn default() -> Self {
        Self::new(A4.0, A4.1)
    }
}

const A4: (f64, f64) = (595.28, 841.89);

fn limited(length: f64, default: f64) -> f64 {
    if length.is_finite() {
        length.clamp(3.0, 14_400.0)
    } else {
        default
    }
}

/// A text whose first line has its top left corner at (`x`, `y`), in points from the page's top
/// left corner.
///
/// A line that is wider than `width` is drawn smaller. It is never cut or wrapped: readers extract
/// it as one line. Without `width` a line reaches to the page's edge.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) width: Option<f64>,
    pub(crate) text: String,
}

impl Text {
    pub(crate) fn new(x: f64, y: f64, size: f64, text: impl Into<String>) -> Self {
        Self {
            x,
            y,
            size,
            width: None,
            text: text.into(),
        }
    }

    /// Limits the width that the lines take.
    pub(crate) fn within(mut self, width: f64) -> Self {
        self.width = Some(width);
        self
    }

    /// Returns the lines of the text, without control characters.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.text
            .replace("\r\n", "\n")
            .split(['\n', '\r'])
            .map(printable)
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// Replaces control characters by spaces: readers disagree about them.
pub(super) fn printable(line: &str) -> String {
    line.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// A thin rectangle, for example the border of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}
