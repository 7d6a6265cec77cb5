/// Appends a text as the content of an element. Returns the number of characters that XML cannot hold: they are left out.
pub(crate) fn escape_text(text: &str, xml: &mut String) -> usize {
    escape(text, xml, false)
}

/// Appends a text as the value of an attribute in double quotes. Returns the number of characters that are left out.
pub(crate) fn escape_attribute(text: &str, xml: &mut String) -> usize {
    escape(text, xml, true)
}

fn escape(text: &str, xml: &mut String, is_attribute: bool) -> usize {
    let mut dropped = 0;
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' if is_attribute => xml.push_str("&quot;"),
            '\t' if is_attribute => xml.push_str("&#9;"),
            '\n' if is_attribute => xml.push_str("&#10;"),
            // A reader would turn it into a line feed.
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(character),
            '\0'..'\u{20}' | '\u{FFFE}' | '\u{FFFF}' => dropped += 1,
            _ => xml.push(character),
        }
    }
    dropped
}

/// Returns true for the name of an element without a prefix.
pub(crate) fn is_element_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_part)
}

fn is_name_start(character: char) -> bool {
    matches!(character, 'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_part(character: char) -> bool {
    is_name_start(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}'
            | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
