//! Characters in HTML: by name, by decimal and by hexadecimal number.

/// The names of the ASCII characters that are neither letters nor digits (HTML Living Standard §13.5).
const ASCII: &[(&str, char)] = &[
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("dash", '-'),
    ("hyphen", '-'),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("vert", '|'),
    ("verbar", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// The names of the characters from U+00A0 to U+00FF, in this order.
const LATIN1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr \
    deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest \
    Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml \
    ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig \
    agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml \
    eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// The longest name above has 16 characters.
const MAX_NAME: usize = 16;

/// A number has at most this many digits; leading zeros count.
const MAX_DIGITS: usize = 8;

/// Decodes what follows `&`, and returns its length with it. The semicolon may be missing after a number, and after
/// the four names that browsers accept so in every place.
pub(super) fn decode(rest: &[u8]) -> Option<(char, usize)> {
    match rest {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16).map(|(c, length)| (c, length + 2)),
        [b'#', digits @ ..] => number(digits, 10).map(|(c, length)| (c, length + 1)),
        _ => named(rest),
    }
}

fn number(rest: &[u8], radix: u32) -> Option<(char, usize)> {
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let digits = rest.iter().take(MAX_DIGITS).take_while(is_digit).count();
    let text = str::from_utf8(&rest[..digits]).ok()?;
    let code = u32::from_str_radix(text, radix).ok()?;
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let semicolon = usize::from(rest.get(digits) == Some(&b';'));
    Some((character, digits + semicolon))
}

fn named(rest: &[u8]) -> Option<(char, usize)> {
    let is_of_a_name = |byte: &&u8| byte.is_ascii_alphanumeric();
    let length = rest
        .iter()
        .take(MAX_NAME + 1)
        .take_while(is_of_a_name)
        .count();
    let name = str::from_utf8(&rest[..length]).ok()?;
    if rest.get(length) == Some(&b';') {
        return Some((by_name(name)?, length + 1));
    }
    ["amp", "lt", "gt", "quot"].iter().find_map(|short| {
        let character = name.starts_with(short).then(|| by_name(short))?;
        Some((character?, short.len()))
    })
}

/// Finds the character of a name. A server that writes all in upper case is understood, too.
fn by_name(name: &str) -> Option<char> {
    let find = |is_known: &dyn Fn(&str) -> bool| {
        let ascii = ASCII.iter().find(|(known, _)| is_known(known));
        ascii.map(|(_, character)| *character).or_else(|| {
            let position = LATIN1.split(' ').position(is_known)?;
            char::from_u32(0xA0 + u32::try_from(position).ok()?)
        })
    };
    let lower = name.to_ascii_lowercase();
    find(&|known| known == name).or_else(|| find(&|known| known == lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_decoded_by_name_and_number() {
        for (text, expected) in [
            ("amp;x", Some(('&', 4))),
            ("ampx", Some(('&', 3))),
            ("uuml;", Some(('ü', 5))),
            ("yuml;", Some(('ÿ', 5))),
            ("nbsp;", Some(('\u{a0}', 5))),
            ("szlig;", Some(('ß', 6))),
            ("uuml", None),
            ("#83;", Some(('S', 4))),
            ("#0000083x", Some(('S', 8))),
            ("#x53;", Some(('S', 5))),
            ("#X0053", Some(('S', 6))),
            ("#x110000;", Some((char::REPLACEMENT_CHARACTER, 9))),
            ("#;", None),
            ("unknown;", None),
            ("", None),
        ] {
            assert_eq!(decode(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(LATIN1.split(' ').count(), 96);
        assert!(ASCII.iter().all(|(name, _)| name.len() <= MAX_NAME));
    }
}
