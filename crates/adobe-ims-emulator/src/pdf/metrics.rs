//! Code page 1252 and the widths of the two fonts.

/// Returns the code of a character in the encoding WinAnsiEncoding.
///
/// Readers take 0xA0 for a space and 0xAD for a hyphen. So the no-break space and the soft hyphen
/// have no code here, and are written with a character map that names them.
pub(super) fn win_ansi(character: char) -> Option<u8> {
    match character {
        ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' => {
            u8::try_from(u32::from(character)).ok()
        }
        _ => SPECIAL
            .iter()
            .find(|(_, special)| *special == character)
            .map(|(code, _)| *code),
    }
}

/// Returns the glyph of a code in the built-in font. The glyphs stand in the order of the codes.
pub(super) fn glyph(code: u8) -> u16 {
    let unused_before = UNUSED.iter().filter(|unused| **unused < code).count();
    if code < FIRST || UNUSED.contains(&code) {
        return 0;
    }
    u16::from(code - FIRST) + 1 - u16::try_from(unused_before).unwrap_or(0)
}

/// Returns the character of a code in WinAnsiEncoding.
#[cfg(test)]
pub(super) fn from_win_ansi(code: u8) -> Option<char> {
    (0..=0x2122_u32)
        .filter_map(char::from_u32)
        .find(|character| win_ansi(*character) == Some(code))
}

/// Returns the width of a code in thousandths of the font size.
pub(super) fn width(widths: &[u16; 224], code: u8) -> u16 {
    code.checked_sub(FIRST)
        .and_then(|index| widths.get(usize::from(index)))
        .copied()
        .unwrap_or(0)
}

pub(super) const FIRST: u8 = 32;

/// The width of the glyph `.notdef` of the built-in font.
pub(super) const NOTDEF_WIDTH: u16 = 443;

const UNUSED: [u8; 6] = [0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d];

const SPECIAL: [(u8, char); 27] = [
    (0x80, '€'),
    (0x82, '‚'),
    (0x83, 'ƒ'),
    (0x84, '„'),
    (0x85, '…'),
    (0x86, '†'),
    (0x87, '‡'),
    (0x88, 'ˆ'),
    (0x89, '‰'),
    (0x8a, 'Š'),
    (0x8b, '‹'),
    (0x8c, 'Œ'),
    (0x8e, 'Ž'),
    (0x91, '‘'),
    (0x92, '’'),
    (0x93, '“'),
    (0x94, '”'),
    (0x95, '•'),
    (0x96, '–'),
    (0x97, '—'),
    (0x98, '˜'),
    (0x99, '™'),
    (0x9a, 'š'),
    (0x9b, '›'),
    (0x9c, 'œ'),
    (0x9e, 'ž'),
    (0x9f, 'Ÿ'),
];

/// The widths of Helvetica for the codes from 32 (Adobe's font metrics).
pub(super) const HELVETICA: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    350, 556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350, 350,
    222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667, 278, 333, 556,
    556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333, 556,
    537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667,
    667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722,
    722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278,
    278, 556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// The widths of the built-in font for the codes from 32.
pub(super) const BUILT_IN: [u16; 224] = [
    248, 257, 320, 616, 562, 732, 622, 174, 342, 348, 431, 567, 196, 276, 263, 412, 562, 562, 562,
    562, 562, 562, 562, 562, 562, 562, 242, 211, 508, 549, 522, 472, 898, 652, 623, 651, 656, 568,
    553, 681, 713, 272, 552, 627, 538, 873, 713, 688, 631, 688, 616, 593, 597, 648, 636, 887, 627,
    601, 599, 265, 410, 265, 418, 451, 309, 544, 561, 523, 564, 530, 347, 561, 551, 243, 239, 507,
    243, 876, 552, 570, 561, 568, 338, 516, 327, 551, 484, 751, 496, 473, 496, 338, 244, 338, 680,
    0, 562, 0, 199, 340, 344, 669, 551, 570, 471, 958, 593, 300, 954, 0, 599, 0, 0, 200, 200, 354,
    357, 337, 656, 781, 472, 625, 516, 300, 908, 0, 496, 601, 248, 244, 547, 581, 713, 525, 240,
    613, 418, 786, 447, 469, 554, 276, 786, 458, 374, 534, 367, 367, 313, 566, 489, 261, 248, 367,
    455, 469, 732, 776, 778, 473, 652, 652, 652, 652, 652, 652, 935, 651, 568, 568, 568, 568, 272,
    272, 272, 272, 670, 713, 688, 688, 688, 688, 688, 533, 688, 648, 648, 648, 648, 601, 591, 595,
    544, 544, 544, 544, 544, 544, 844, 523, 530, 530, 530, 530, 247, 247, 247, 247, 586, 552, 570,
    570, 570, 570, 570, 571, 566, 551, 551, 551, 551, 473, 576, 473,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_width_and_a_glyph_of_its_own() {
        let mut glyphs: Vec<u16> = (FIRST..=255)
            .filter(|code| !UNUSED.contains(code))
            .map(glyph)
            .collect();
        assert_eq!(glyphs.first(), Some(&1));
        assert_eq!(glyphs.last(), Some(&218));
        glyphs.dedup();
        assert_eq!(glyphs.len(), 218);
        for code in (FIRST..=255).filter(|code| !UNUSED.contains(code)) {
            assert_ne!(width(&BUILT_IN, code), 0, "{code}");
            assert_ne!(width(&HELVETICA, code), 0, "{code}");
        }
        assert_eq!(glyph(0x81), 0);
    }

    #[test]
    fn euro_and_umlauts_have_the_codes_of_code_page_1252() {
        let codes: Vec<_> = "€ß–A\u{a0}语".chars().map(win_ansi).collect();
        assert_eq!(
            codes,
            [Some(0x80), Some(0xdf), Some(0x96), Some(0x41), None, None]
        );
    }
}
