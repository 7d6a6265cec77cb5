//! The content stream of a page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lopdf::{Dictionary, Object, ObjectId};

use super::fonts::{Run, resource_name};
use super::page::Frame;

/// The operators of a page, and the fonts that they name.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    operators: String,
    fonts: BTreeSet<ObjectId>,
}

/// The place of a line of text: the left end of its base line, in points from the bottom left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) room: f64,
}

/// Strings in a content stream stay far below the limit of old readers.
const BYTES_PER_STRING: usize = 8_000;

impl Canvas {
    /// Draws the encoded line within its room, smaller if it has to be. Readers find words by the
    /// ratio of gaps to the size, so a line is not made narrower alone. Each line is a text object of its own, so that
    /// readers keep lines apart.
    pub(super) fn line(&mut self, runs: &[Run], line: Line) {
        let width = width_of(runs, line.size);
        let size = if width > line.room {
            line.size * line.room / width
        } else {
            line.size
        };
        self.raw("q BT");
        self.raw(&format!("1 0 0 1 {} {} Tm", number(line.x), number(line.y)));
        self.runs(runs, size);
        self.raw("ET Q");
    }

    /// Shows the runs at the current position.
    pub(super) fn runs(&mut self, runs: &[Run], size: f64) {
        for run in runs {
            self.fonts.insert(run.font);
            self.raw(&format!("/{} {} Tf", resource_name(run.font), number(size)));
            for bytes in run.bytes.chunks(BYTES_PER_STRING) {
                let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
                    let _ = write!(hex, "{byte:02X}");
                    hex
                });
                self.raw(&format!("<{hex}> Tj"));
            }
        }
    }

    pub(super) fn frame(&mut self, frame: &Frame, page_height: f64) {
        self.raw(&format!(
            "q 0.5 w 0.6 G {} {} {} {} re S Q",
            number(frame.x),
            number(page_height - frame.y - frame.height),
            number(frame.width),
            number(frame.height)
        ));
    }

    /// Adds operators as they are.
    pub(super) fn raw(&mut self, operators: &str) {
        self.operators.push_str(operators);
        self.operators.push('\n');
    }

    /// Returns the content and the dictionary of its fonts.
    pub(super) fn finish(self) -> (Vec<u8>, Dictionary) {
        let mut fonts = Dictionary::new();
        for font in self.fonts {
            fonts.set(resource_name(font), Object::Reference(font));
        }
        (self.operators.into_bytes(), fonts)
    }
}

/// Returns the width of runs in points.
pub(super) fn width_of(runs: &[Run], size: f64) -> f64 {
    runs.iter().map(|run| run.width).sum::<f64>() * size / 1000.0
}

/// Writes a number in the form of PDF: decimal, without exponent.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{:.6}", value.clamp(-1e6, 1e6));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
