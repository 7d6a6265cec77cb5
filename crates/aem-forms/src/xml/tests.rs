use proptest::prelude::*;

use super::*;

fn error(bytes: &[u8]) -> (u32, u32, String) {
    let error = decode(bytes).and_then(|text| parse(&text).map(|_| ()));
    error.expect_err("the file is refused").into_parts()
}

#[test]
fn text_of_every_encoding_is_read() {
    let declared = |name: &str| format!("<?xml version='1.0' encoding='{name}'?><a>ü€</a>");
    let utf16 = |read: fn(u16) -> [u8; 2], mark: bool| {
        let text = declared("UTF-16");
        let units = mark.then_some(0xFEFF).into_iter();
        units
            .chain(text.encode_utf16())
            .flat_map(read)
            .collect::<Vec<u8>>()
    };
    let single = |name: &str| {
        let mut bytes = declared(name).replace("ü€", "#").into_bytes();
        let at = bytes.iter().position(|it| *it == b'#').expect("a mark");
        bytes.splice(at..=at, [0xFC, 0x80]);
        bytes
    };
    let files = [
        declared("UTF-8").into_bytes(),
        [b"\xEF\xBB\xBF".as_slice(), declared("utf-8").as_bytes()].concat(),
        "<a>ü€</a>".as_bytes().to_vec(),
        utf16(u16::to_be_bytes, true),
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, false),
        utf16(u16::to_le_bytes, false),
        single("ISO-8859-1"),
        single("windows-1252"),
    ];
    for file in files {
        let text = decode(&file).expect("the encoding is read");
        let document = parse(&text).expect("the file is XML");
        assert_eq!(document.root_element().text(), Some("ü€"), "{file:?}");
    }
}

#[test]
fn a_file_that_is_no_xml_is_named() {
    let rows: [(&[u8], &str); 9] = [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"<!DOCTYPE html><html><title>Sign in</title>", "HTML"),
        (b"<!-- x --><HTML>", "HTML"),
        (b"{\"status\":\"500\"}", "JSON"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04..", "archive"),
        (b"\x01\x00\x02", "binary"),
        (b"name,city", "a text without elements"),
    ];
    for (bytes, what) in rows {
        let (line, column, message) = error(bytes);
        assert_eq!((line, column), (1, 1));
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn a_fault_has_line_column_and_reason() {
    let rows: [(&str, u32, u32, &str); 9] = [
        ("<a>\n<b></c>\n</a>", 2, 4, "expected 'b' tag"),
        ("<a>\n", 2, 1, "ends before"),
        ("<a>\n  &nbsp;</a>", 2, 3, "entity"),
        ("<a>ü<x:b/></a>", 1, 6, "prefix"),
        ("<a b='1'\n b='2'/>", 2, 2, "already defined"),
        ("<!DOCTYPE a><a/>", 1, 1, "document type definition"),
        (
            "<a>\n <!ENTITY b 'c'></a>",
            2,
            2,
            "document type definition",
        ),
        ("<a/>\n<b/>", 2, 1, "unknown token"),
        ("<a>\u{1}</a>", 1, 4, "non-XML character"),
    ];
    for (text, line, column, reason) in rows {
        let (found_line, found_column, message) = error(text.as_bytes());
        assert!(message.contains(reason), "{text:?}: {message}");
        assert_eq!(
            (found_line, found_column),
            (line, column),
            "{text:?}: {message}"
        );
    }
}

#[test]
fn what_an_encoding_cannot_hold_is_refused() {
    assert!(error(b"<a>\n\xFC</a>").2.contains("0xFC"));
    assert_eq!(error(b"<a>\n\xFC</a>").0, 2);
    assert!(
        error(b"<?xml version='1.0' encoding='koi8-r'?><a/>")
            .2
            .contains("koi8-r")
    );
    assert!(
        error(b"<?xml version='1.0' encoding='utf-16'?><a/>")
            .2
            .contains("utf-16")
    );
    assert!(error(b"\xFF\xFE<\0a\0\xD8\xD8>\0").2.contains("UTF-16"));
}

#[test]
fn hostile_texts_are_refused_in_short_time() {
    let nested = "<a>".repeat(1_000_000);
    assert!(error(nested.as_bytes()).2.contains("nested"));
    let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><l>&b;</l>";
    assert!(
        error(laughs.as_bytes())
            .2
            .contains("document type definition")
    );
    let names: Vec<String> = (0..100_000).map(|it| format!("a{it}=''")).collect();
    let attributes = format!("<a {}/>", names.join(" "));
    assert!(error(attributes.as_bytes()).2.contains("attributes"));
    let names: Vec<String> = (0..400).map(|it| format!("xmlns:a{it}='u{it}'")).collect();
    let namespaces = format!("<a {}/>", names.join(" "));
    assert!(error(namespaces.as_bytes()).2.contains("namespaces"));
    let value = format!("<a b='{}'/>", "x".repeat(10_000_000));
    assert!(parse(&value).is_ok());
    let many = format!("<a>{}</a>", "<b/>\n".repeat(300_000));
    assert!(parse(&many).is_ok());
    // Closing tags without opening ones must not let the depth begin anew.
    let closing = format!("{}{}", "</a>".repeat(1000), "<a>".repeat(1000));
    assert!(parse(&closing).is_err());
}

#[test]
fn prefixes_that_a_tag_declares_are_found() {
    let tag = "<a b='xmlns:no=\"x\"' xmlns = \"u\" xmlns:p\n='v>' c=\"xmlns:q=''\">";
    assert_eq!(StartTag::namespaces(tag), [("", "u"), ("p", "v>")]);
    let read = StartTag::read(tag).expect("the tag ends");
    assert_eq!((read.length, read.attributes), (tag.len(), 4));
}

#[test]
fn names_of_elements_are_told_from_others() {
    for name in ["a", "_a", "Ärger", "a-b.c1", "日本"] {
        assert!(is_element_name(name), "{name}");
    }
    for name in ["", "1a", "a b", "-a", ".a", "a:b", "a/b", "a<", "a\0"] {
        assert!(!is_element_name(name), "{name:?}");
    }
}

#[test]
fn the_outline_has_the_root_and_its_children() {
    let text = "<?xml version='1.0'?><!-- <x> --><p:a xmlns:p='u' xmlns='v'>t<b><c/></b><![CDATA[<d/>]]><e xmlns='w'/><p:f/></p:a><g/>";
    let outline = Outline::of(text).expect("there is a root");
    let pair = |tag: TagName<'_>| format!("{}:{}", tag.namespace.unwrap_or_default(), tag.name);
    assert_eq!(pair(outline.root), "u:a");
    let children: Vec<_> = outline.children().map(pair).collect();
    assert_eq!(children, ["v:b", "w:e", "u:f"]);
    assert_eq!(
        Outline::of("<a/><b/>").expect("a root").children().count(),
        0
    );
    assert!(Outline::of("<a").is_none());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(text) = decode(&bytes) {
            let _ = parse(&text);
        }
    }

    #[test]
    fn no_markup_makes_the_reader_panic(text in "[<>/!?a-c='\" \n&;:x\\[\\]-]{0,60}") {
        let _ = decode(text.as_bytes()).map(|text| parse(&text).map(|_| ()));
        let _ = StartTag::namespaces(&text);
        if let Some(outline) = Outline::of(&text) {
            let _ = outline.children().count();
        }
    }

    #[test]
    fn escaped_texts_are_read_back(text in any::<String>()) {
        let mut xml = "<a b=\"".to_owned();
        let dropped = escape_attribute(&text, &mut xml);
        xml.push_str("\">");
        assert_eq!(escape_text(&text, &mut xml), dropped);
        xml.push_str("</a>");
        let document = parse(&xml).expect("it is XML");
        let kept: String = text.chars().filter(|it| {
            matches!(it, '\t' | '\n' | '\r') || *it >= ' ' && !matches!(it, '\u{FFFE}' | '\u{FFFF}')
        }).collect();
        assert_eq!(text.chars().count() - kept.chars().count(), dropped);
        assert_eq!(document.root_element().text().unwrap_or_default(), &kept);
        assert_eq!(document.root_element().attribute("b"), Some(kept.as_str()));
    }
}
