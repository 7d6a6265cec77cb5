//! Code page 1252 and the widths of the two fonts.

use std::ops::RangeInclusive;

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

/// Returns the glyph and the width of a character in the built-in font. A character that the font
/// does not have has the glyph 0, a box.
pub(super) fn character_glyph(character: char) -> (u16, u16) {
    let code = match character {
        '\u{a0}' => Some(0xa0),
        '\u{ad}' => Some(0xad),
        _ => win_ansi(character),
    };
    match code {
        Some(code) => (glyph(code), width(&BUILT_IN, code)),
        None => other_glyph(character).unwrap_or((0, NOTDEF_WIDTH)),
    }
}

/// Returns glyph and width of a character beyond code page 1252.
fn other_glyph(character: char) -> Option<(u16, u16)> {
    let mut before = 0;
    for range in OTHER {
        if range.contains(&character) {
            let index = before + u32::from(character) - u32::from(*range.start());
            let index = usize::try_from(index).ok()?;
            let width = *OTHER_WIDTHS.get(index)?;
            let skipped = SKIPPED
                .iter()
                .filter(|skipped| **skipped < character)
                .count();
            let glyph = u16::try_from(index - skipped).ok()? + FIRST_OTHER;
            return (!SKIPPED.contains(&character)).then_some((glyph, width));
        }
        before += u32::from(*range.end()) - u32::from(*range.start()) + 1;
    }
    None
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

/// The characters of the built-in font beyond code page 1252: Latin Extended-A, Greek and Cyrillic.
const OTHER: [RangeInclusive<char>; 3] = [
    '\u{100}'..='\u{17f}',
    '\u{386}'..='\u{3ce}',
    '\u{400}'..='\u{45f}',
];

/// The characters of these blocks that are in code page 1252 or do not exist.
const SKIPPED: [char; 10] = [
    'Œ', 'œ', 'Š', 'š', 'Ÿ', 'Ž', 'ž', '\u{38b}', '\u{38d}', '\u{3a2}',
];

const FIRST_OTHER: u16 = 219;

/// The widths of the characters of `OTHER`.
const OTHER_WIDTHS: [u16; 297] = [
    652, 544, 652, 544, 652, 544, 651, 523, 651, 523, 651, 523, 651, 523, 656, 637, 670, 597, 568,
    530, 568, 530, 568, 530, 568, 530, 568, 530, 681, 561, 681, 561, 681, 561, 681, 561, 713, 551,
    700, 565, 272, 247, 272, 247, 272, 247, 272, 243, 272, 247, 824, 481, 552, 251, 627, 507, 556,
    538, 243, 538, 243, 538, 316, 538, 350, 539, 270, 713, 552, 713, 552, 713, 552, 552, 693, 566,
    688, 570, 688, 570, 688, 570, 0, 0, 616, 338, 616, 338, 616, 338, 593, 516, 593, 516, 593, 516,
    0, 0, 597, 327, 597, 346, 597, 327, 648, 551, 648, 551, 648, 551, 648, 551, 648, 551, 648, 551,
    887, 751, 601, 473, 0, 599, 496, 599, 496, 0, 0, 248, 652, 261, 568, 713, 272, 0, 697, 0, 649,
    675, 324, 652, 623, 556, 705, 568, 599, 713, 680, 272, 627, 655, 873, 713, 571, 688, 713, 631,
    0, 571, 597, 601, 716, 627, 692, 665, 272, 601, 565, 539, 566, 324, 545, 565, 592, 501, 566,
    539, 518, 566, 569, 324, 556, 554, 566, 484, 490, 570, 596, 566, 538, 566, 521, 545, 705, 496,
    700, 824, 324, 545, 570, 545, 824, 568, 568, 750, 556, 674, 593, 272, 272, 552, 1071, 1080,
    813, 627, 713, 628, 713, 652, 630, 623, 556, 752, 568, 908, 593, 713, 713, 643, 708, 873, 713,
    688, 713, 631, 651, 597, 628, 771, 627, 731, 685, 941, 969, 759, 865, 627, 674, 894, 637, 544,
    553, 571, 419, 604, 530, 766, 508, 577, 577, 540, 578, 742, 577, 570, 577, 561, 523, 480, 473,
    725, 496, 592, 543, 809, 827, 621, 776, 543, 538, 816, 549, 530, 530, 551, 419, 538, 516, 243,
    247, 239, 848, 861, 567, 540, 577, 473, 577,
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

    #[test]
    fn other_scripts_have_glyphs_behind_those_of_code_page_1252() {
        assert_eq!(character_glyph('Ā').0, 219);
        assert_eq!(character_glyph('џ').0, 219 + 286);
        assert_eq!(character_glyph('Œ').0, glyph(0x8c));
        for missing in ['語', '\u{3a2}', '😀', '\u{301}'] {
            assert_eq!(character_glyph(missing), (0, NOTDEF_WIDTH));
        }
        let glyphs: Vec<u16> = OTHER
            .into_iter()
            .flatten()
            .map(|character| character_glyph(character).0)
            .collect();
        assert!(glyphs.iter().all(|glyph| *glyph <= 219 + 286));
        assert_eq!(glyphs.iter().filter(|glyph| **glyph >= 219).count(), 287);
    }
}
