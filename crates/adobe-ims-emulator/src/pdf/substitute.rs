//! Embeds the built-in font in the place of standard fonts.

use lopdf::{Document, Object, ObjectId};

use super::font_objects::{add_descriptor, one_byte};
use super::inspect::base_font;
use super::read::PdfFile;

/// Replaces the standard fonts that are not embedded. Readers have these fonts, so most files do
/// not bring them. Returns the names of the other fonts that are not embedded.
pub(super) fn embed_standard_fonts(file: &PdfFile, target: &mut Document) -> Vec<String> {
    let mut replaced: Vec<ObjectId> = Vec::new();
    let mut missing = Vec::new();
    for (id, font) in file
        .fonts()
        .into_iter()
        .filter(|(_, font)| !file.is_embedded(font))
    {
        let name = base_font(font);
        let kind = font.get(b"Subtype").and_then(Object::as_name);
        let is_simple = kind.is_ok_and(|kind| matches!(kind, b"Type1" | b"TrueType" | b"MMType1"));
        if is_simple && is_standard(&name) {
            replaced.push(id);
        } else {
            missing.push(name);
        }
    }
    if missing.is_empty() && !replaced.is_empty() {
        let descriptor = add_descriptor(target);
        for id in replaced {
            replace(target, id, descriptor);
        }
    }
    missing.sort();
    missing.dedup();
    missing
}

/// Replaces a font. Its own widths and encoding stay, so that texts keep their places.
fn replace(target: &mut Document, id: ObjectId, descriptor: ObjectId) {
    let Ok(font) = target.get_dictionary_mut(id) else {
        return;
    };
    let mut substitute = one_byte(descriptor);
    let has_widths = font.has(b"Widths") && font.has(b"FirstChar") && font.has(b"LastChar");
    let own: &[&[u8]] = if has_widths {
        &[
            b"FirstChar",
            b"LastChar",
            b"Widths",
            b"Encoding",
            b"ToUnicode",
            b"Name",
        ]
    } else {
        &[b"Encoding", b"ToUnicode", b"Name"]
    };
    for key in own {
        if let Ok(value) = font.get(key) {
            substitute.set(*key, value.clone());
        }
    }
    *font = substitute;
}

/// Tells whether a name is that of one of the standard fonts for text, or of their twins.
fn is_standard(name: &str) -> bool {
    let family = name.split(['-', ',']).next().unwrap_or_default();
    matches!(
        family,
        "Helvetica"
            | "Times"
            | "Courier"
            | "Arial"
            | "ArialMT"
            | "TimesNewRoman"
            | "TimesNewRomanPS"
            | "TimesNewRomanPSMT"
            | "CourierNew"
            | "CourierNewPS"
            | "CourierNewPSMT"
    )
}
