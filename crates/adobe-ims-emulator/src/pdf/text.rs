//! The texts of PDFs that this module wrote.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use super::metrics::win_ansi;
use super::read::PdfFile;

/// Returns the lines of each page of a PDF that the emulator wrote; `None` for a file that is no PDF or cannot be read.
/// Texts that other makers wrote into the pages are not among them.
///
/// ```
/// assert_eq!(adobe_ims_emulator::document_text(b"no PDF"), None);
/// ```
pub fn document_text(pdf: &[u8]) -> Option<Vec<Vec<String>>> {
    let file = PdfFile::open(pdf).ok()?;
    let pages = file.pages.iter().map(|page| {
        let entries = page.entries(&file.document);
        let fonts = fonts(&file.document, &entries);
        let content = file.document.get_page_content(page.id);
        lines(&String::from_utf8_lossy(&content), &fonts)
    });
    Some(pages.collect())
}

/// The characters of a font by their codes.
enum Font {
    OneByte(HashMap<u16, char>),
    TwoByte(HashMap<u16, String>),
}

fn fonts(document: &Document, page: &Dictionary) -> HashMap<String, Font> {
    let resources = page
        .get_deref(b"Resources", document)
        .and_then(Object::as_dict);
    let fonts = resources.and_then(|it| it.get_deref(b"Font", document)?.as_dict());
    let Ok(fonts) = fonts else {
        return HashMap::new();
    };
    let fonts = fonts.iter().filter_map(|(name, font)| {
        let name = String::from_utf8(name.clone()).ok()?;
        let (_, font) = document.dereference(font).ok()?;
        let font = font.as_dict().ok()?;
        let map = font
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream);
        let font = match map {
            Ok(map) => Font::TwoByte(characters(&map.get_plain_content().ok()?)),
            Err(_) => Font::OneByte(code_page()),
        };
        Some((name, font))
    });
    fonts.collect()
}

/// Reads the pairs `<code> <text>` of a map.
fn characters(map: &[u8]) -> HashMap<u16, String> {
    let map = String::from_utf8_lossy(map);
    let pairs = map.lines().filter_map(|line| {
        let (code, text) = line.strip_prefix('<')?.split_once("> <")?;
        let text = units(text.strip_suffix('>')?)?;
        Some((*units(code)?.first()?, String::from_utf16(&text).ok()?))
    });
    pairs.collect()
}

fn code_page() -> HashMap<u16, char> {
    let known = (' '..='\u{ffff}').filter_map(|it| Some((u16::from(win_ansi(it)?), it)));
    known.collect()
}

/// Reads hexadecimal digits, four for a unit.
fn units(hex: &str) -> Option<Vec<u16>> {
    let digits = hex.as_bytes().chunks(4);
    let units = digits.map(|four| u16::from_str_radix(str::from_utf8(four).ok()?, 16).ok());
    units.collect()
}

/// Reads the operators that `Canvas` writes: one of them in each line.
fn lines(content: &str, fonts: &HashMap<String, Font>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut font = None;
    for operator in content.lines() {
        if let Some(rest) = operator
            .strip_suffix(" Tf")
            .and_then(|it| it.strip_prefix('/'))
        {
            font = rest.split(' ').next().and_then(|name| fonts.get(name));
        } else if let Some(hex) = operator
            .strip_prefix('<')
            .and_then(|it| it.strip_suffix("> Tj"))
        {
            line.push_str(&font.and_then(|font| shown(hex, font)).unwrap_or_default());
        } else if operator.starts_with("ET") && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines
}

fn shown(hex: &str, font: &Font) -> Option<String> {
    match font {
        Font::TwoByte(characters) => {
            let codes = units(hex)?;
            Some(
                codes
                    .iter()
                    .filter_map(|code| characters.get(code))
                    .map(String::as_str)
                    .collect(),
            )
        }
        Font::OneByte(characters) => {
            let digits = hex.as_bytes().chunks(2);
            let codes = digits.map(|two| u16::from_str_radix(str::from_utf8(two).ok()?, 16).ok());
            let codes: Option<Vec<u16>> = codes.collect();
            Some(
                codes?
                    .iter()
                    .filter_map(|code| characters.get(code))
                    .collect(),
            )
        }
    }
}
