//! Headers, footers and watermarks over the content of a page.

use lopdf::{Dictionary, Document};

use super::canvas::{Canvas, Line, number, width_of};
use super::fonts::Fonts;
use super::page::printable;

/// The texts that are drawn over a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Overlay {
    pub(crate) header: Option<Banner>,
    pub(crate) footer: Option<Banner>,
    pub(crate) watermark: Option<String>,
}

impl Overlay {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A header or a footer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Banner {
    pub(crate) left: Vec<Part>,
    pub(crate) center: Vec<Part>,
    pub(crate) right: Vec<Part>,
}

/// A part of the text of a banner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A text. A line break in it begins a new line.
    Literal(String),
    /// The number of the page in the result.
    PageNumber,
    /// The number of the last page of the result.
    LastPageNumber,
}

/// The visible area of a page, and its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    /// Left, bottom, right and top of the area, in the coordinates of the page.
    pub(super) area: [f64; 4],
    /// The rotation at display: 0, 90, 180 or 270 degrees clockwise.
    pub(super) rotation: u16,
    pub(super) number: usize,
    pub(super) last_number: usize,
}

impl Sheet {
    fn displayed_size(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.area;
        match self.rotation {
            90 | 270 => (top - bottom, right - left),
            _ => (right - left, top - bottom),
        }
    }

    /// Returns the matrix from the displayed page, whose origin is bottom left, to the page.
    fn matrix(&self) -> [f64; 6] {
        let [left, bottom, right, top] = self.area;
        match self.rotation {
            90 => [0.0, 1.0, -1.0, 0.0, right, bottom],
            180 => [-1.0, 0.0, 0.0, -1.0, right, top],
            270 => [0.0, -1.0, 1.0, 0.0, left, top],
            _ => [1.0, 0.0, 0.0, 1.0, left, bottom],
        }
    }
}

const SIZE: f64 = 10.0;
const LINE_HEIGHT: f64 = 12.0;
/// The distance of banners from the edges.
const MARGIN: f64 = 36.0;

/// Draws overlays. Returns the operators and the fonts that they name.
pub(super) fn draw(
    overlays: &[&Overlay],
    sheet: &Sheet,
    fonts: &mut Fonts,
    document: &mut Document,
) -> (Vec<u8>, Dictionary) {
    let mut pen = Pen {
        canvas: Canvas::default(),
        fonts,
        document,
        sheet,
    };
    let matrix = sheet.matrix().map(number).join(" ");
    pen.canvas.raw(&format!("q {matrix} cm 0 g"));
    for overlay in overlays {
        if let Some(watermark) = &overlay.watermark {
            pen.watermark(watermark);
        }
        if let Some(header) = &overlay.header {
            pen.banner(header, Edge::Top);
        }
        if let Some(footer) = &overlay.footer {
            pen.banner(footer, Edge::Bottom);
        }
    }
    pen.canvas.raw("Q");
    pen.canvas.finish()
}

#[derive(Clone, Copy)]
enum Edge {
    Top,
    Bottom,
}

struct Pen<'a> {
    canvas: Canvas,
    fonts: &'a mut Fonts,
    document: &'a mut Document,
    sheet: &'a Sheet,
}

impl Pen<'_> {
    fn banner(&mut self, banner: &Banner, edge: Edge) {
        let (width, height) = self.sheet.displayed_size();
        let margin = MARGIN.min(width / 8.0).min(height / 8.0);
        let room = (width - 2.0 * margin).max(1.0);
        // The place of a text is the part of the free room that lies left of it.
        for (parts, place) in [
            (&banner.left, 0.0),
            (&banner.center, 0.5),
            (&banner.right, 1.0),
        ] {
            let text = self.text_of(parts);
            let lines: Vec<String> = text.lines().map(printable).collect();
            for (index, line) in lines
                .iter()
                .enumerate()
                .filter(|(_, line)| !line.trim().is_empty())
            {
                let runs = self.fonts.encode(self.document, line);
                let free = (room - width_of(&runs, SIZE)).max(0.0);
                let below = match edge {
                    Edge::Top => height - margin - SIZE * 0.9 - LINE_HEIGHT * distance(index),
                    Edge::Bottom => margin + LINE_HEIGHT * distance(lines.len() - 1 - index),
                };
                self.canvas.line(
                    &runs,
                    Line {
                        x: margin + free * place,
                        y: below.clamp(0.0, height),
                        size: SIZE,
                        room,
                    },
                );
            }
        }
    }

    /// Draws a text in the middle of the page, large and gray. It is not turned: not every reader
    /// finds the words of a text that is.
    fn watermark(&mut self, text: &str) {
        let (width, height) = self.sheet.displayed_size();
        let lines: Vec<String> = text.lines().map(printable).collect();
        self.canvas.raw("q 0.8 g");
        for (index, line) in lines
            .iter()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let runs = self.fonts.encode(self.document, line);
            let room = width * 0.8;
            let size = (room / width_of(&runs, 1.0).max(0.1)).min(width.min(height) / 6.0);
            let lines_below = distance(index) - distance(lines.len() - 1) / 2.0;
            let y = height / 2.0 - size * (0.3 + 1.2 * lines_below);
            self.canvas.line(
                &runs,
                Line {
                    x: (width - width_of(&runs, size)) / 2.0,
                    y: y.clamp(0.0, height),
                    size,
                    room,
                },
            );
        }
        self.canvas.raw("Q");
    }

    fn text_of(&self, parts: &[Part]) -> String {
        let text_of = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::PageNumber => self.sheet.number.to_string(),
            Part::LastPageNumber => self.sheet.last_number.to_string(),
        };
        parts.iter().map(text_of).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a banner has few lines")]
fn distance(lines: usize) -> f64 {
    lines as f64
}
