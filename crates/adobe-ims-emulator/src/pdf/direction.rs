//! The order of characters that are written from right to left.

/// Returns the characters of a line as they stand from left to right.
///
/// Most readers take the characters in this order, and turn passages of Hebrew and Arabic round. So
/// each passage is turned in its place, and these readers give it back as it was. Around a passage
/// that stands beside numbers or Latin words, each reader has its own idea of the spaces. Readers
/// that never turn a text (pdfminer, lopdf) give passages back from left to right.
pub(super) fn visual_order(line: &str) -> Vec<char> {
    let mut characters: Vec<char> = line.chars().collect();
    let mut start = 0;
    while let Some(begin) = position(&characters, start, is_right_to_left) {
        let mut end = begin + 1;
        // A passage includes the spaces and the punctuation between its words.
        while let Some(next) = position(&characters, end, char::is_alphanumeric)
            && is_right_to_left(characters[next])
        {
            end = next + 1;
        }
        characters[begin..end].reverse();
        start = end;
    }
    characters
}

fn position(characters: &[char], start: usize, test: fn(char) -> bool) -> Option<usize> {
    let rest = characters.get(start..)?;
    rest.iter()
        .position(|character| test(*character))
        .map(|found| start + found)
}

/// Tells whether a character is in the blocks of Hebrew, Arabic and their kin.
fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_from_right_to_left_are_turned_in_their_place() {
        let cases = [
            ("", ""),
            ("abc 12", "abc 12"),
            ("אבג", "גבא"),
            ("אב גד", "דג בא"),
            ("x אב, גד 12 הו.", "x דג ,בא 12 וה."),
            (" א ", " א "),
        ];
        for (line, expected) in cases {
            assert_eq!(
                visual_order(line).into_iter().collect::<String>(),
                expected,
                "{line}"
            );
        }
    }
}
