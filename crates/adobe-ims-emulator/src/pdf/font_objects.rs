//! The font objects of a document: Helvetica, and the built-in font in its two forms.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::metrics::{BUILT_IN, FIRST, NOTDEF_WIDTH, character_glyph};

/// Roboto, reduced to Latin, Greek and Cyrillic and compressed with zlib. See `fonts/README.md`.
const FONT_FILE: &[u8] = include_bytes!("../../fonts/roboto.ttf.zlib");
const FONT_FILE_LENGTH: i64 = 30_500;
const FONT_NAME: &str = "EMULAT+Roboto-Regular";

/// Returns the font Helvetica, which readers have.
pub(super) fn helvetica() -> Dictionary {
    dictionary! {
        "Type" => "Font",
        "Subtype" => "Type1",
        "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    }
}

/// Adds the file of the built-in font and returns the id of its descriptor.
pub(super) fn add_descriptor(document: &mut Document) -> ObjectId {
    let file = Stream::new(
        dictionary! { "Filter" => "FlateDecode", "Length1" => FONT_FILE_LENGTH },
        FONT_FILE.to_vec(),
    );
    let file = document.add_object(file);
    document.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => FONT_NAME,
        "Flags" => 32,
        "FontBBox" => vec![(-115).into(), (-255).into(), 1038.into(), 948.into()],
        "ItalicAngle" => 0,
        "Ascent" => 928,
        "Descent" => -244,
        "CapHeight" => 711,
        "StemV" => 80,
        "FontFile2" => file,
    })
}

/// Returns the built-in font as a font of one byte per character, in WinAnsiEncoding.
pub(super) fn one_byte(descriptor: ObjectId) -> Dictionary {
    let widths = BUILT_IN
        .iter()
        .map(|width| Object::Integer(i64::from(*width)));
    dictionary! {
        "Type" => "Font",
        "Subtype" => "TrueType",
        "BaseFont" => FONT_NAME,
        "Encoding" => "WinAnsiEncoding",
        "FirstChar" => i64::from(FIRST),
        "LastChar" => 255,
        "Widths" => widths.collect::<Vec<_>>(),
        "FontDescriptor" => descriptor,
    }
}

/// Adds the built-in font as a font of two bytes per character, and returns it. `characters[n]` has
/// the code `n + 1`. A character that the font does not have is drawn as a box; its code still
/// leads to the character.
pub(super) fn add_two_byte(
    document: &mut Document,
    descriptor: ObjectId,
    characters: &[char],
) -> Dictionary {
    let glyphs = characters
        .iter()
        .map(|character| character_glyph(*character).0);
    let glyph_map: Vec<u8> = std::iter::once(0)
        .chain(glyphs)
        .flat_map(u16::to_be_bytes)
        .collect();
    let glyph_map = document.add_object(compressed(glyph_map));
    let widths = characters
        .iter()
        .map(|character| character_glyph(*character).1);
    let widths: Vec<Object> = widths
        .map(|width| Object::Integer(i64::from(width)))
        .collect();
    let descendant = document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => FONT_NAME,
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => i64::from(NOTDEF_WIDTH),
        "W" => vec![1.into(), Object::Array(widths)],
        "CIDToGIDMap" => glyph_map,
    });
    let map = document.add_object(compressed(to_unicode(characters).into_bytes()));
    dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => FONT_NAME,
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => map,
    }
}

fn to_unicode(characters: &[char]) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    // A section has at most 100 entries.
    for (section, characters) in characters.chunks(100).enumerate() {
        map.push_str(&format!("{} beginbfchar\n", characters.len()));
        for (index, character) in characters.iter().enumerate() {
            let code = section * 100 + index + 1;
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units).iter();
            let text: String = units.map(|unit| format!("{unit:04X}")).collect();
            map.push_str(&format!("<{code:04X}> <{text}>\n"));
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

/// Returns a stream of the content, compressed where that makes it smaller.
pub(super) fn compressed(content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), content);
    // A content that does not compress stays as it is.
    let _ = stream.compress();
    stream
}
