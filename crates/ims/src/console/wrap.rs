//! Lines that fit the terminal.

use super::colour::columns;
use super::streams::Stream;

/// The columns of a line when the terminal's are unknown.
const USUAL: usize = 80;
/// Longer lines are hard to read.
const LONGEST: usize = 100;
/// A narrower terminal wraps by itself.
const SHORTEST: usize = 40;

/// Returns the columns of a line for people on this stream.
pub(crate) fn line_width(stream: Stream) -> usize {
    usable_width(stream.terminal_columns())
}

fn usable_width(terminal: Option<usize>) -> usize {
    terminal.map_or(USUAL, |columns| columns.clamp(SHORTEST, LONGEST))
}

/// Wraps a paragraph: the first line begins with `label`, the others with as many spaces. Both the label and words may
/// be coloured. No word is broken: one that is too long has a line of its own. A command in backticks stays on one line
/// if it fits.
pub(crate) fn hanging(label: &str, paragraph: &str, width: usize) -> String {
    let indent = columns(label);
    let mut lines = label.to_owned();
    let mut column = indent;
    for word in words(paragraph, width.saturating_sub(indent)) {
        let length = columns(word);
        let is_first = column == indent;
        if is_first {
            lines.push_str(word);
            column += length;
        } else if column + 1 + length <= width {
            lines.push(' ');
            lines.push_str(word);
            column += 1 + length;
        } else {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            lines.push_str(word);
            column = indent + length;
        }
    }
    lines.trim_end().to_owned()
}

/// Splits a paragraph at blanks and line ends. Other white space, such as a no-break space, belongs to a word, and so do
/// blanks within backticks.
fn words(paragraph: &str, longest: usize) -> Vec<&str> {
    let is_blank = |c: char| c == ' ' || c == '\n';
    let has_pairs = paragraph.matches('`').count().is_multiple_of(2);
    let mut is_code = false;
    let pieces = paragraph.split(|c: char| {
        is_code ^= c == '`' && has_pairs;
        is_blank(c) && !is_code
    });
    let pieces: Vec<&str> = pieces.collect();
    let fits = |piece: &str| columns(piece) <= longest && !piece.contains('\n');
    let words = pieces.into_iter().flat_map(|piece| {
        let at = |c: char| is_blank(c) && !fits(piece);
        piece.split(at).collect::<Vec<_>>()
    });
    words.filter(|it| !it.is_empty()).collect()
}

/// Shortens a text to so many columns, with `…` in place of its end.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept.trim_end_matches([' ', ',']).to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::colour::{Palette, Tone};

    #[test]
    fn lines_have_at_most_the_width_and_begin_below_the_first_word() {
        let text = "The certificate ended on 3 May; create a new one\nin the Developer Console.";
        let wrapped = hanging("  fix  ", text, 30);
        assert_eq!(
            wrapped,
            "  fix  The certificate ended\n       on 3 May; create a new\n       one in the Developer\n       Console."
        );
        assert!(wrapped.lines().all(|line| line.chars().count() <= 30));
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(hanging("", "üü üü üü", 5), "üü üü\nüü");
    }

    #[test]
    fn long_word_is_not_broken() {
        assert_eq!(
            hanging("- ", "a https://example.com/x b", 8),
            "- a\n  https://example.com/x\n  b"
        );
        assert_eq!(hanging("a label: ", "longer", 4), "a label: longer");
        assert_eq!(hanging("", "a b\u{a0}c", 4), "a\nb\u{a0}c");
    }

    #[test]
    fn command_in_backticks_stays_on_one_line() {
        let text = "Run `ims login me`, then `ims token`.";
        assert_eq!(
            hanging("", text, 20),
            "Run `ims login me`,\nthen `ims token`."
        );
        assert_eq!(
            hanging("", text, 18),
            "Run\n`ims login me`,\nthen `ims token`."
        );
        // It does not fit, it has a line end, or its end is missing.
        assert_eq!(
            hanging("", text, 12),
            "Run `ims\nlogin me`,\nthen\n`ims token`."
        );
        assert_eq!(hanging("", "a `b\nc`", 80), "a `b c`");
        assert_eq!(hanging("", "a `b c", 4), "a `b\nc");
    }

    #[test]
    fn empty_paragraph_leaves_the_label() {
        assert_eq!(hanging("fix: ", " \n", 80), "fix:");
    }

    #[test]
    fn colours_take_no_columns() {
        let palette = Palette::of(Stream::Stdout, crate::console::colour::ColourWish::Always);
        let label = palette.paint(Tone::Warning, "warning: ");
        let wrapped = hanging(&label, "one two", 16);
        assert_eq!(wrapped, format!("{label}one two"));
        let wrapped = hanging(&label, "one two", 15);
        assert_eq!(wrapped, format!("{label}one\n         two"));
    }

    #[test]
    fn width_is_between_40_and_100_columns() {
        let widths = [None, Some(132), Some(90), Some(20)].map(usable_width);
        assert_eq!(widths, [80, 100, 90, 40]);
    }

    #[test]
    fn shortened_text_ends_with_an_ellipsis() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
        assert_eq!(shortened("ab, cdefg", 5), "ab…");
        assert_eq!(shortened("ab", 0), "…");
    }
}
