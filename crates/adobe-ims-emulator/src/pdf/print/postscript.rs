//! PostScript.

use std::fmt::Write as _;

use super::job::{PrintJob, Sides, lines};
use crate::pdf::canvas::number;
use crate::pdf::page::Page;

/// Writes a document that follows the document structuring conventions (DSC).
///
/// The font has the characters of ISO 8859-1. A text with others is also written as a comment, in
/// UTF-8: `%Text: …`.
pub(super) fn write(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let (width, height) = pages.first().map_or((595.28, 841.89), Page::size);
    let mut stream = format!(
        "%!PS-Adobe-3.0\n%%Title: {}\n%%Pages: {}\n%%BoundingBox: 0 0 {} {}\n%%LanguageLevel: 2\n%%EndComments\n",
        job.title
            .chars()
            .filter(|character| !character.is_control())
            .take(200)
            .collect::<String>(),
        pages.len(),
        number(width.ceil()),
        number(height.ceil()),
    );
    stream.push_str(PROLOG);
    let (duplex, tumble) = match job.sides {
        Sides::Simplex => (false, false),
        Sides::DuplexLongEdge => (true, false),
        Sides::DuplexShortEdge => (true, true),
    };
    let copies = job.copies.max(1);
    let _ = writeln!(
        stream,
        "%%BeginSetup\n<< /NumCopies {copies} /Duplex {duplex} /Tumble {tumble} >> setpagedevice\n%%EndSetup"
    );
    for (index, page) in pages.iter().enumerate() {
        let (width, height) = page.size();
        let _ = writeln!(stream, "%%Page: {0} {0}", index + 1);
        let _ = writeln!(
            stream,
            "<< /PageSize [{} {}] >> setpagedevice",
            number(width),
            number(height)
        );
        for line in lines(page) {
            if line
                .text
                .chars()
                .any(|character| u32::from(character) > 0xff)
            {
                let _ = writeln!(stream, "%Text: {}", line.text);
            }
            let _ = writeln!(
                stream,
                "/Helvetica-L1 findfont {} scalefont setfont {} {} moveto ({}) show",
                number(line.size),
                number(line.x),
                number(height - line.base_line),
                literal(&line.text)
            );
        }
        stream.push_str("showpage\n");
    }
    stream.push_str("%%Trailer\n%%EOF\n");
    stream.into_bytes()
}

const PROLOG: &str = "%%BeginProlog\n\
    /Helvetica findfont dup length dict begin\n\
    { 1 index /FID ne { def } { pop pop } ifelse } forall\n\
    /Encoding ISOLatin1Encoding def currentdict end\n\
    /Helvetica-L1 exch definefont pop\n%%EndProlog\n";

/// Escapes a text for a string in parentheses.
fn literal(text: &str) -> String {
    let mut literal = String::new();
    for character in text.chars() {
        match (character, u8::try_from(u32::from(character))) {
            ('(' | ')' | '\\', _) => literal.extend(['\\', character]),
            (' '..='~', _) => literal.push(character),
            (_, Ok(code)) => {
                let _ = write!(literal, "\\{code:03o}");
            }
            (_, Err(_)) => literal.push('?'),
        }
    }
    literal
}
