//! XMP packets: the metadata of a document as RDF.

use std::fmt::Write as _;

use super::date::pdf_to_xmp;
use super::properties::PdfaLevel;

/// Writes the packet that agrees with entries of the Info dictionary.
pub(super) fn packet(information: &[(String, String)], level: Option<PdfaLevel>) -> Vec<u8> {
    let entry = |key: &str| {
        let found = information.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| escaped(value))
    };
    let mut properties = String::new();
    let mut put = |text: Option<String>, before: &str, after: &str| {
        if let Some(text) = text {
            let _ = writeln!(properties, "   {before}{text}{after}");
        }
    };
    let alternative = r#"<rdf:Alt><rdf:li xml:lang="x-default">"#;
    put(
        entry("Title"),
        &format!("<dc:title>{alternative}"),
        "</rdf:li></rdf:Alt></dc:title>",
    );
    put(
        entry("Author"),
        "<dc:creator><rdf:Seq><rdf:li>",
        "</rdf:li></rdf:Seq></dc:creator>",
    );
    put(
        entry("Subject"),
        &format!("<dc:description>{alternative}"),
        "</rdf:li></rdf:Alt></dc:description>",
    );
    put(entry("Keywords"), "<pdf:Keywords>", "</pdf:Keywords>");
    put(entry("Producer"), "<pdf:Producer>", "</pdf:Producer>");
    put(entry("Creator"), "<xmp:CreatorTool>", "</xmp:CreatorTool>");
    let date = |key: &str| entry(key).and_then(|date| pdf_to_xmp(&date));
    put(
        date("CreationDate"),
        "<xmp:CreateDate>",
        "</xmp:CreateDate>",
    );
    put(date("ModDate"), "<xmp:ModifyDate>", "</xmp:ModifyDate>");
    if let Some(level) = level {
        put(
            Some(level.part.to_string()),
            "<pdfaid:part>",
            "</pdfaid:part>",
        );
        put(
            Some(level.conformance.to_string()),
            "<pdfaid:conformance>",
            "</pdfaid:conformance>",
        );
    }
    format!("{HEAD}{properties}{TAIL}").into_bytes()
}

const HEAD: &str = concat!(
    "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n",
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
    "  <rdf:Description rdf:about=\"\"\n",
    "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n",
    "    xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n",
    "    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n",
    "    xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n",
);
const TAIL: &str = "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";
const PDFA_NAMESPACE: &str = "http://www.aiim.org/pdfa/ns/id/";

/// Returns the level of PDF/A that a packet claims, as attributes or as elements.
pub(super) fn claimed_level(packet: &[u8]) -> Option<PdfaLevel> {
    let text = text_of(packet);
    let prefix = prefix_of(&text, PDFA_NAMESPACE)?;
    let part = value_of(&text, &format!("{prefix}:part"))?.parse().ok()?;
    let conformance = value_of(&text, &format!("{prefix}:conformance"))
        .and_then(|value| value.chars().next())
        .unwrap_or('B');
    Some(PdfaLevel::new(part, conformance.to_ascii_uppercase()))
}

fn text_of(packet: &[u8]) -> String {
    let units = |convert: fn([u8; 2]) -> u16| {
        let (pairs, _) = packet.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| convert(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match packet {
        [0xfe, 0xff, ..] | [0, b'<', ..] => units(u16::from_be_bytes),
        [0xff, 0xfe, ..] | [b'<', 0, ..] => units(u16::from_le_bytes),
        _ => String::from_utf8_lossy(packet).into_owned(),
    }
}

/// Returns the prefix that a document declares for a namespace.
fn prefix_of<'a>(text: &'a str, namespace: &str) -> Option<&'a str> {
    let declared = text.find(namespace)?;
    let before = text[..declared].trim_end_matches(['"', '\'']).trim_end();
    let before = before.strip_suffix('=')?.trim_end();
    let start = before.rfind("xmlns:")? + "xmlns:".len();
    let prefix = &before[start..];
    (!prefix.is_empty() && !prefix.contains(char::is_whitespace)).then_some(prefix)
}

/// Returns the value of an attribute `name="value"` or of an element `<name>value</name>`.
fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.match_indices(name).find_map(|(start, _)| {
        let rest = text[start + name.len()..].trim_start();
        let (value, end) = match rest.strip_prefix('=') {
            Some(attribute) => {
                let quoted = attribute.trim_start();
                let quote = quoted
                    .chars()
                    .next()
                    .filter(|quote| matches!(quote, '"' | '\''))?;
                (&quoted[1..], quote)
            }
            None => (rest.strip_prefix('>')?, '<'),
        };
        value
            .split(end)
            .next()
            .map(str::trim)
            .filter(|value| !value.is_empty())
    })
}

/// Escapes a text for XML, without the characters that XML forbids.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_level_is_read_back_beside_escaped_text() {
        let information = [("Title".to_owned(), "A & B <pdfaid:part>9\u{0}".to_owned())];
        let level = PdfaLevel::new(2, 'B');
        let packet = packet(&information, Some(level));
        assert_eq!(claimed_level(&packet), Some(level));
        let text = String::from_utf8(packet).unwrap();
        assert!(text.contains("A &amp; B &lt;pdfaid:part&gt;9<"), "{text}");
    }

    #[test]
    fn level_is_read_in_the_forms_of_other_makers() {
        let cases = [
            (
                r#"<r xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" pdfaid:conformance="A"/>"#,
                Some((1, 'A')),
            ),
            (
                "<r xmlns:q = 'http://www.aiim.org/pdfa/ns/id/'><q:part> 3 </q:part><q:conformance>u</q:conformance></r>",
                Some((3, 'U')),
            ),
            (
                r#"<r xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="4"/>"#,
                Some((4, 'B')),
            ),
            (
                r#"<r xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="one"/>"#,
                None,
            ),
            (r#"<r pdfaid:part="1" pdfaid:conformance="B"/>"#, None),
            ("http://www.aiim.org/pdfa/ns/id/", None),
            ("", None),
        ];
        for (packet, expected) in cases {
            let expected = expected.map(|(part, conformance)| PdfaLevel::new(part, conformance));
            assert_eq!(claimed_level(packet.as_bytes()), expected, "{packet}");
            let utf16: Vec<u8> = packet.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(claimed_level(&utf16), expected, "{packet}");
        }
    }

    #[test]
    fn packet_without_properties_is_whole() {
        let text = String::from_utf8(packet(&[], None)).unwrap();
        assert!(text.starts_with("<?xpacket") && text.ends_with("?>"));
        assert_eq!(claimed_level(text.as_bytes()), None);
    }
}
