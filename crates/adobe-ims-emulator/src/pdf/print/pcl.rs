//! PCL 5 of Hewlett-Packard.

use super::job::{PrintJob, Sides, lines, units};
use crate::pdf::canvas::number;
use crate::pdf::page::Page;

/// The unit of places: 720 decipoints make an inch.
const DECIPOINTS: u32 = 720;

/// Writes a job: reset, copies, sides, UTF-8, then each line at its place, and a reset.
pub(super) fn write(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let sides = match job.sides {
        Sides::Simplex => 0,
        Sides::DuplexLongEdge => 1,
        Sides::DuplexShortEdge => 2,
    };
    let copies = job.copies.clamp(1, 32_767);
    // `&t83P` reads texts as UTF-8, `(18N` is the symbol set of Unicode.
    let mut stream = format!("\x1bE\x1b&l{copies}X\x1b&l{sides}S\x1b&l0O\x1b&l0E\x1b&t83P\x1b(18N");
    for page in pages {
        for line in lines(page) {
            let (across, down) = (units(line.x, DECIPOINTS), units(line.base_line, DECIPOINTS));
            stream.push_str(&format!("\x1b(s1p{}v0s0b16602T", number(line.size)));
            stream.push_str(&format!("\x1b&a{across}h{down}V{}", line.text));
        }
        stream.push('\x0c');
    }
    stream.push_str("\x1bE");
    stream.into_bytes()
}
