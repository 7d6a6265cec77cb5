//! The fonts of a document, chosen by the characters of its texts.

use std::collections::HashMap;

use lopdf::{Document, Object, ObjectId};

use super::direction::visual_order;
use super::font_objects::{add_descriptor, add_two_byte, helvetica, one_byte};
use super::metrics::{BUILT_IN, HELVETICA, character_glyph, width, win_ansi};
use super::properties::FontUse;

/// The characters of a font of two bytes per character. The code 0 is the missing glyph.
const CHARACTERS_PER_FONT: usize = 0xfffe;

/// The fonts that the texts of a document need.
#[derive(Debug)]
pub(super) struct Fonts {
    fonts_use: FontUse,
    /// The id of the font of one byte per character, once a text needed it.
    one_byte: Option<ObjectId>,
    two_byte: Vec<TwoByteFont>,
    codes: HashMap<char, (usize, u16)>,
}

#[derive(Debug)]
struct TwoByteFont {
    id: ObjectId,
    characters: Vec<char>,
}

/// A part of a line that one font writes.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) font: ObjectId,
    pub(super) bytes: Vec<u8>,
    /// The width in thousandths of the font size.
    pub(super) width: f64,
}

impl Fonts {
    pub(super) fn new(fonts_use: FontUse) -> Self {
        Self {
            fonts_use,
            one_byte: None,
            two_byte: Vec::new(),
            codes: HashMap::new(),
        }
    }

    /// Encodes a line. A line that code page 1252 can write is one run of one byte per character.
    pub(super) fn encode(&mut self, document: &mut Document, line: &str) -> Vec<Run> {
        let codes: Option<Vec<u8>> = line.chars().map(win_ansi).collect();
        match codes {
            Some(bytes) => vec![self.one_byte_run(document, bytes)],
            None => self.two_byte_runs(document, line),
        }
    }

    fn one_byte_run(&mut self, document: &mut Document, bytes: Vec<u8>) -> Run {
        let widths = match self.fonts_use {
            FontUse::Standard => &HELVETICA,
            FontUse::Embedded => &BUILT_IN,
        };
        let width = bytes
            .iter()
            .map(|code| f64::from(width(widths, *code)))
            .sum();
        let font = *self
            .one_byte
            .get_or_insert_with(|| document.new_object_id());
        Run { font, bytes, width }
    }

    fn two_byte_runs(&mut self, document: &mut Document, line: &str) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for character in visual_order(line) {
            let (font, code) = self.code(document, character);
            let font = self.two_byte[font].id;
            let width = f64::from(character_glyph(character).1);
            match runs.last_mut() {
                Some(run) if run.font == font => {
                    run.bytes.extend(code.to_be_bytes());
                    run.width += width;
                }
                _ => runs.push(Run {
                    font,
                    bytes: code.to_be_bytes().to_vec(),
                    width,
                }),
            }
        }
        runs
    }

    /// Returns the font and the code of a character, which are new if no text had it yet.
    fn code(&mut self, document: &mut Document, character: char) -> (usize, u16) {
        if let Some(code) = self.codes.get(&character) {
            return *code;
        }
        let is_full = |font: &TwoByteFont| font.characters.len() >= CHARACTERS_PER_FONT;
        if self.two_byte.last().is_none_or(is_full) {
            self.two_byte.push(TwoByteFont {
                id: document.new_object_id(),
                characters: Vec::new(),
            });
        }
        let font = self.two_byte.len() - 1;
        let characters = &mut self.two_byte[font].characters;
        characters.push(character);
        let code = u16::try_from(characters.len()).unwrap_or(u16::MAX);
        self.codes.insert(character, (font, code));
        (font, code)
    }

    /// Writes the fonts that were used.
    pub(super) fn finish(self, document: &mut Document) {
        let is_embedded = self.fonts_use == FontUse::Embedded && self.one_byte.is_some();
        let descriptor =
            (is_embedded || !self.two_byte.is_empty()).then(|| add_descriptor(document));
        if let Some(id) = self.one_byte {
            let font = descriptor
                .filter(|_| is_embedded)
                .map_or_else(helvetica, one_byte);
            document.objects.insert(id, Object::Dictionary(font));
        }
        let Some(descriptor) = descriptor else { return };
        for font in self.two_byte {
            let dictionary = add_two_byte(document, descriptor, &font.characters);
            document
                .objects
                .insert(font.id, Object::Dictionary(dictionary));
        }
    }
}

/// Returns the name of a font in the resources of a page. No other maker uses such names.
pub(super) fn resource_name(font: ObjectId) -> String {
    format!("EmuF{}", font.0)
}
