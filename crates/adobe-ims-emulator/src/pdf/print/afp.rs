//! AFP: the structured fields of MO:DCA with texts in PTOCA.

use super::job::{PrintJob, PrintLine, lines, units};
use crate::pdf::page::Page;

/// The units of the page: 1,440 make an inch.
const PER_INCH: u32 = 1_440;

/// Writes a document. Texts are in EBCDIC, code page 500.
///
/// A text with other characters is also written as it is, in UTF-8, in a field without effect (NOP).
pub(super) fn write(pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let mut stream = Vec::new();
    field(&mut stream, BEGIN_DOCUMENT, &name(&job.title));
    for (index, page) in pages.iter().enumerate() {
        let page_name = name(&format!("PAGE{:04}", (index + 1) % 10_000));
        field(&mut stream, BEGIN_PAGE, &page_name);
        environment(&mut stream, page);
        let lines = lines(page);
        for line in lines.iter().filter(|line| !is_latin(&line.text)) {
            for part in line.text.as_bytes().chunks(LONGEST_DATA) {
                field(&mut stream, NO_OPERATION, part);
            }
        }
        field(&mut stream, BEGIN_TEXT, &name("TEXT"));
        for line in &lines {
            field(&mut stream, TEXT_DATA, &text(line));
        }
        field(&mut stream, END_TEXT, &name("TEXT"));
        field(&mut stream, END_PAGE, &page_name);
    }
    field(&mut stream, END_DOCUMENT, &name(&job.title));
    stream
}

type Identifier = [u8; 3];

const BEGIN_DOCUMENT: Identifier = [0xd3, 0xa8, 0xa8];
const END_DOCUMENT: Identifier = [0xd3, 0xa9, 0xa8];
const BEGIN_PAGE: Identifier = [0xd3, 0xa8, 0xaf];
const END_PAGE: Identifier = [0xd3, 0xa9, 0xaf];
const BEGIN_ENVIRONMENT: Identifier = [0xd3, 0xa8, 0xc9];
const END_ENVIRONMENT: Identifier = [0xd3, 0xa9, 0xc9];
const PAGE_DESCRIPTOR: Identifier = [0xd3, 0xa6, 0xaf];
const TEXT_DESCRIPTOR: Identifier = [0xd3, 0xb1, 0x9b];
const BEGIN_TEXT: Identifier = [0xd3, 0xa8, 0x9b];
const TEXT_DATA: Identifier = [0xd3, 0xee, 0x9b];
const END_TEXT: Identifier = [0xd3, 0xa9, 0x9b];
const NO_OPERATION: Identifier = [0xd3, 0xee, 0xee];

/// A field has at most 32,767 bytes.
const LONGEST_DATA: usize = 32_000;
/// A control sequence has at most 255 bytes, of which two are its length and its function.
const LONGEST_TEXT: usize = 253;

/// Adds a structured field: the mark 0x5A, the length, the identifier, flags and number 0.
fn field(stream: &mut Vec<u8>, identifier: Identifier, data: &[u8]) {
    let data = &data[..data.len().min(LONGEST_DATA)];
    stream.push(0x5a);
    stream.extend(u16_bytes(data.len() + 8));
    stream.extend(identifier);
    stream.extend([0, 0, 0]);
    stream.extend(data);
}

/// Adds the size of the page.
fn environment(stream: &mut Vec<u8>, page: &Page) {
    let (width, height) = page.size();
    let [_, width @ ..] = units(width, PER_INCH).to_be_bytes();
    let [_, height @ ..] = units(height, PER_INCH).to_be_bytes();
    // 14,400 units in ten inches, in both directions.
    let mut size = vec![0, 0, 0x38, 0x40, 0x38, 0x40];
    size.extend(width);
    size.extend(height);
    field(stream, BEGIN_ENVIRONMENT, &name("ENV"));
    field(stream, PAGE_DESCRIPTOR, &[&size[..], &[0, 0, 0]].concat());
    field(stream, TEXT_DESCRIPTOR, &[&size[..], &[0, 0]].concat());
    field(stream, END_ENVIRONMENT, &name("ENV"));
}

/// Returns the control sequences that show a line: its place, and the text in parts.
fn text(line: &PrintLine) -> Vec<u8> {
    // The prefix, then "absolute move baseline" and "absolute move inline"; each function is odd,
    // which means that the next sequence is chained to it.
    let mut data = vec![0x2b, 0xd3, 4, 0xd3];
    data.extend(place(line.base_line));
    data.extend([4, 0xc7]);
    data.extend(place(line.x));
    let codes = ebcdic(&line.text);
    let codes = &codes[..codes.len().min(LONGEST_DATA / 256 * LONGEST_TEXT)];
    for part in codes.chunks(LONGEST_TEXT) {
        // "Transparent data".
        data.push(u8::try_from(part.len() + 2).unwrap_or(u8::MAX));
        data.push(0xdb);
        data.extend(part);
    }
    // "No operation", not chained, ends the sequences.
    data.extend([2, 0xf8]);
    data
}

fn place(points: f64) -> [u8; 2] {
    let [_, _, place @ ..] = units(points, PER_INCH).to_be_bytes();
    place
}

/// Returns a name of eight characters.
fn name(text: &str) -> Vec<u8> {
    let upper = text.to_ascii_uppercase();
    let mut name: Vec<u8> = upper
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .take(8)
        .collect();
    name.resize(8, b' ');
    name.iter().map(|code| EBCDIC[usize::from(*code)]).collect()
}

fn is_latin(text: &str) -> bool {
    text.chars().all(|character| u32::from(character) <= 0xff)
}

/// Converts a text to code page 500. Other characters become question marks.
pub(super) fn ebcdic(text: &str) -> Vec<u8> {
    let code = |character: char| u8::try_from(u32::from(character)).unwrap_or(b'?');
    text.chars()
        .map(|character| EBCDIC[usize::from(code(character))])
        .collect()
}

fn u16_bytes(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes()
}

/// The codes of ISO 8859-1 in code page 500.
const EBCDIC: [u8; 256] = [
    0, 1, 2, 3, 55, 45, 46, 47, 22, 5, 37, 11, 12, 13, 14, 15, 16, 17, 18, 19, 60, 61, 50, 38, 24,
    25, 63, 39, 28, 29, 30, 31, 64, 79, 127, 123, 91, 108, 80, 125, 77, 93, 92, 78, 107, 96, 75,
    97, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 122, 94, 76, 126, 110, 111, 124, 193,
    194, 195, 196, 197, 198, 199, 200, 201, 209, 210, 211, 212, 213, 214, 215, 216, 217, 226, 227,
    228, 229, 230, 231, 232, 233, 74, 224, 90, 95, 109, 121, 129, 130, 131, 132, 133, 134, 135,
    136, 137, 145, 146, 147, 148, 149, 150, 151, 152, 153, 162, 163, 164, 165, 166, 167, 168, 169,
    192, 187, 208, 161, 7, 32, 33, 34, 35, 36, 21, 6, 23, 40, 41, 42, 43, 44, 9, 10, 27, 48, 49,
    26, 51, 52, 53, 54, 8, 56, 57, 58, 59, 4, 20, 62, 255, 65, 170, 176, 177, 159, 178, 106, 181,
    189, 180, 154, 138, 186, 202, 175, 188, 144, 143, 234, 250, 190, 160, 182, 179, 157, 218, 155,
    139, 183, 184, 185, 171, 100, 101, 98, 102, 99, 103, 158, 104, 116, 113, 114, 115, 120, 117,
    118, 119, 172, 105, 237, 238, 235, 239, 236, 191, 128, 253, 254, 251, 252, 173, 174, 89, 68,
    69, 66, 70, 67, 71, 156, 72, 84, 81, 82, 83, 88, 85, 86, 87, 140, 73, 205, 206, 203, 207, 204,
    225, 112, 221, 222, 219, 220, 141, 142, 223,
];
