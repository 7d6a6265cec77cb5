//! The languages of label printers.

use std::fmt::Write as _;

use super::job::{PrintJob, PrintLine, lines, units};
use crate::pdf::page::Page;

/// Writes a label of Zebra for each page: `^XA … ^XZ`.
pub(super) fn zpl(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let mut stream = String::new();
    for page in pages {
        let (width, height) = page.size();
        let (width, height) = (units(width, job.resolution), units(height, job.resolution));
        // `^CI28` reads texts as UTF-8.
        let _ = write!(stream, "^XA\n^CI28\n^PW{width}\n^LL{height}\n");
        for line in lines(page) {
            let (x, y) = top_left(&line, job);
            let size = units(line.size, job.resolution);
            let _ = writeln!(
                stream,
                "^FO{x},{y}^A0N,{size}^FH_^FD{}^FS",
                zpl_text(&line.text)
            );
        }
        let _ = write!(stream, "^PQ{}\n^XZ\n", job.copies.max(1));
    }
    stream.into_bytes()
}

/// Escapes the characters that begin commands, and the one that begins escapes.
fn zpl_text(text: &str) -> String {
    text.replace('_', "_5F")
        .replace('^', "_5E")
        .replace('~', "_7E")
}

/// Writes a label of Datamax for each page: `STX L … E`.
pub(super) fn dpl(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let mut stream = String::new();
    for page in pages {
        let (_, height) = page.size();
        stream.push_str("\x02m\r\x02L\rD11\r");
        for line in lines(page) {
            // Rows count from the bottom, in tenths of millimetres: 254 make an inch.
            let row = units(height - line.base_line, 254).min(9_999);
            let column = units(line.x, 254).min(9_999);
            let points = units(line.size, 72).clamp(4, 999);
            let _ = write!(
                stream,
                "1911S00{row:04}{column:04}P{points:03}P{points:03}{}\r",
                line.text
            );
        }
        let _ = write!(stream, "Q{:04}\rE\r", job.copies.clamp(1, 9_999));
    }
    stream.into_bytes()
}

/// Writes a format and a print of Intermec for each page: `STX … ETX` around each command.
pub(super) fn ipl(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let mut stream = String::new();
    for page in pages {
        let mut commands = vec!["\x1bC".to_owned(), "\x1bP".to_owned(), "E1;F1".to_owned()];
        for (field, line) in lines(page).iter().enumerate() {
            let (x, y) = top_left(line, job);
            let points = units(line.size, 72).max(4);
            commands.push(format!(
                "H{field};o{x},{y};f0;c61;k{points};d3,{}",
                ipl_text(&line.text)
            ));
        }
        commands.push("R".to_owned());
        commands.push("\x1bE1\x18".to_owned());
        commands.push(format!("\x1e{}\x17", job.copies.max(1)));
        for command in commands {
            let _ = writeln!(stream, "\x02{command}\x03");
        }
    }
    stream.into_bytes()
}

/// Puts a comma for a semicolon: a semicolon ends a field, and IPL has no escape for it.
fn ipl_text(text: &str) -> String {
    text.replace(';', ",")
}

/// Writes a label of Toshiba TEC for each page: `{…|}` around each command.
pub(super) fn tpcl(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let mut stream = String::new();
    for page in pages {
        let (width, height) = page.size();
        // Tenths of millimetres: 254 make an inch.
        let (width, height) = (units(width, 254).min(9_999), units(height, 254).min(9_999));
        let _ = write!(stream, "{{D{height:04},{width:04},{height:04}|}}\n{{C|}}\n");
        for (field, line) in lines(page).iter().enumerate() {
            let x = units(line.x, 254).min(9_999);
            let y = units(line.base_line, 254).min(9_999);
            let text = line.text.replace("|}", "| }");
            let _ = writeln!(
                stream,
                "{{PC{:03};{x:04},{y:04},10,10,I,00,B={text}|}}",
                field % 1_000
            );
        }
        let _ = writeln!(
            stream,
            "{{XS;I,{:04},0002C5000|}}",
            job.copies.clamp(1, 9_999)
        );
    }
    stream.into_bytes()
}

fn top_left(line: &PrintLine, job: &PrintJob) -> (u32, u32) {
    let top = line.base_line - line.size * 0.9;
    (units(line.x, job.resolution), units(top, job.resolution))
}
