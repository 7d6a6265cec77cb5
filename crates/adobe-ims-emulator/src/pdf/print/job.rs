//! A print job, and its lines in the dots of a printer.

use crate::pdf::page::{Page, printable};

/// The language of a printer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PrintForm {
    PostScript,
    /// The language of Hewlett-Packard.
    Pcl,
    /// The language of Zebra.
    Zpl,
    /// The language of Datamax.
    Dpl,
    /// The language of Intermec.
    Ipl,
    /// The language of Toshiba TEC.
    Tpcl,
    /// Advanced Function Presentation, of IBM.
    Afp,
}

/// The settings of a print job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PrintJob {
    pub(crate) title: String,
    pub(crate) copies: u32,
    /// The dots per inch.
    pub(crate) resolution: u32,
    pub(crate) sides: Sides,
}

impl Default for PrintJob {
    fn default() -> Self {
        Self {
            title: String::new(),
            copies: 1,
            resolution: 300,
            sides: Sides::Simplex,
        }
    }
}

/// The printed sides of the paper.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Sides {
    #[default]
    Simplex,
    DuplexLongEdge,
    DuplexShortEdge,
}

/// A line of text. The distances are from the top left corner of the page.
pub(super) struct PrintLine {
    /// The left end of the base line, in points.
    pub(super) x: f64,
    pub(super) base_line: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

/// Returns the lines of a page that have text.
pub(super) fn lines(page: &Page) -> Vec<PrintLine> {
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    let mut lines = Vec::new();
    for text in &page.texts {
        let size = finite(text.size).clamp(1.0, 1_000.0);
        let mut base_line = finite(text.y) + size * 0.9;
        for line in text.lines() {
            if !line.is_empty() {
                lines.push(PrintLine {
                    x: finite(text.x),
                    base_line,
                    size,
                    text: printable(&line),
                });
            }
            base_line += size * 1.2;
        }
    }
    lines
}

/// Converts points to whole units, of which `per_inch` make an inch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped"
)]
pub(super) fn units(points: f64, per_inch: u32) -> u32 {
    (points / 72.0 * f64::from(per_inch))
        .round()
        .clamp(0.0, 32_767.0) as u32
}
