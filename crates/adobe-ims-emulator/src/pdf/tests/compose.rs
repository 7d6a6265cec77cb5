use lopdf::{Document, Object};
use proptest::prelude::*;

use super::*;

const TEXTS: [&str; 10] = [
    "Hello World",
    "Grüße aus Köln – 5 €",
    "日本語テキスト",
    "emoji 😀👩\u{200d}👩\u{200d}👧 end",
    "שלום עולם",
    "مرحبا بالعالم",
    "Zażółć gęślą jaźń, Ελληνικά и кириллица",
    "a\u{a0}b\u{ad}c",
    "(paren) \\ <x> % [y] /z",
    "e\u{301} combining",
];

#[test]
fn texts_of_any_script_are_extracted_as_they_were() {
    for fonts in [FontUse::Standard, FontUse::Embedded] {
        let properties = Properties {
            fonts,
            ..properties()
        };
        let bytes = compose(&[page(&TEXTS), page(&["second"])], &properties);
        let text = open(&bytes).text();
        for expected in TEXTS {
            assert!(
                text[0].lines().any(|line| line == expected),
                "{expected}: {}",
                text[0]
            );
        }
        assert_eq!(text[1].trim(), "second");
    }
}

#[test]
fn lopdf_extracts_the_texts_too() {
    let bytes = compose(&[page(&["Grüße", "日本 😀"])], &Properties::default());
    let text = Document::load_mem(&bytes)
        .unwrap()
        .extract_text(&[1])
        .unwrap();
    assert_eq!(
        text.split('\n')
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>(),
        ["Grüße", "日本 😀"]
    );
}

#[test]
fn long_text_is_extracted_as_one_line_and_stays_within_its_width() {
    let long = "word ".repeat(2_000) + "end";
    let bytes = compose(&[page(&[&long])], &Properties::default());
    assert_eq!(open(&bytes).text()[0].trim(), long);
    let document = Document::load_mem(&bytes).unwrap();
    let id = document.page_iter().next().unwrap();
    let content = document.get_and_decode_page_content(id).unwrap();
    let mut sizes = content
        .operations
        .iter()
        .filter(|operation| operation.operator == "Tf");
    let size = sizes.next_back().unwrap().operands[1].as_float().unwrap();
    assert!(size > 0.0 && size < 0.1, "{size}");
}

#[test]
fn line_breaks_begin_lines_and_other_control_characters_become_spaces() {
    let bytes = compose(
        &[page(&["one\r\ntwo\nthree\rfo\tur\u{0}\u{7f}"])],
        &Properties::default(),
    );
    let text = open(&bytes).text();
    let lines: Vec<&str> = text[0].lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, ["one", "two", "three", "fo ur  "]);
}

#[test]
fn more_characters_than_one_font_has_codes_for_are_kept() {
    let many: String = (0x3400..0x3_2000_u32)
        .filter_map(char::from_u32)
        .filter(|c| c.is_alphanumeric())
        .collect();
    assert!(many.chars().count() > 0xffff, "{}", many.chars().count());
    let bytes = compose(&[page(&[&many])], &Properties::default());
    let text = open(&bytes).text();
    let right_to_left = |c: &char| {
        !('\u{fb1d}'..='\u{feff}').contains(c) && !('\u{10800}'..='\u{10fff}').contains(c)
    };
    let expected: String = many.chars().filter(right_to_left).collect();
    let found: String = text[0].trim().chars().filter(right_to_left).collect();
    assert!(found == expected);
}

#[test]
fn properties_are_in_the_file() {
    let file = open(&compose(&[], &properties()));
    assert_eq!(file.page_count(), 1);
    let information = file.information();
    for (key, value) in [
        ("Title", "Brief & <Größe>"),
        ("Author", "Jürgen 你 😀"),
        ("Producer", "the emulator"),
        ("Creator", "the test"),
        ("CreationDate", "D:20270115080000Z"),
    ] {
        assert!(
            information.contains(&(key.to_owned(), value.to_owned())),
            "{key} {information:?}"
        );
    }
    let catalog = file.document.catalog().unwrap();
    assert_eq!(
        lopdf::decode_text_string(catalog.get(b"Lang").unwrap()).unwrap(),
        "de-DE"
    );
    let identifier = file
        .document
        .trailer
        .get(b"ID")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(identifier[0].as_str().unwrap(), [7; 16]);
}

#[test]
fn version_is_in_the_header() {
    for (version, header) in [
        (PdfVersion::V1_4, "%PDF-1.4"),
        (PdfVersion::V1_6, "%PDF-1.6"),
        (PdfVersion::V1_7, "%PDF-1.7"),
    ] {
        let bytes = compose(
            &[],
            &Properties {
                version,
                ..Properties::default()
            },
        );
        assert!(bytes.starts_with(header.as_bytes()), "{header}");
        assert_eq!(open(&bytes).version(), &header[5..]);
    }
    assert_eq!(
        PdfVersion::from_acrobat("Acrobat_10_1"),
        Some(PdfVersion::V1_7)
    );
    assert_eq!(PdfVersion::from_acrobat("Acrobat_9"), None);
}

#[test]
fn tagged_document_has_a_paragraph_for_each_text() {
    let mut first = page(&["one", "two"]);
    first.frames.push(Frame {
        x: 1.0,
        y: 1.0,
        width: 20.0,
        height: 20.0,
    });
    let tagged = Properties {
        structure: Structure::Tagged,
        ..properties()
    };
    let file = open(&compose(&[first, page(&["three"])], &tagged));
    let document = &file.document;
    let catalog = document.catalog().unwrap();
    let mark = document.get_dict_in_dict(catalog, b"MarkInfo").unwrap();
    assert!(mark.get(b"Marked").and_then(Object::as_bool).unwrap());
    let root = document
        .get_dict_in_dict(catalog, b"StructTreeRoot")
        .unwrap();
    let body = document.get_dict_in_dict(root, b"K").unwrap();
    let paragraphs = body.get(b"K").unwrap().as_array().unwrap();
    let marks: Vec<i64> = paragraphs
        .iter()
        .map(|id| {
            document
                .get_dictionary(id.as_reference().unwrap())
                .unwrap()
                .get(b"K")
                .unwrap()
                .as_i64()
                .unwrap()
        })
        .collect();
    assert_eq!(marks, [0, 1, 0]);
    let parents = document.get_dict_in_dict(root, b"ParentTree").unwrap();
    assert_eq!(parents.get(b"Nums").unwrap().as_array().unwrap().len(), 4);
    let second = document.get_dictionary(file.pages[1].id).unwrap();
    assert_eq!(second.get(b"StructParents").unwrap().as_i64().unwrap(), 1);
    assert!(
        open(&compose(&[], &properties()))
            .document
            .catalog()
            .unwrap()
            .get(b"MarkInfo")
            .is_err()
    );
}

#[test]
fn linearized_file_describes_itself_and_has_the_same_pages() {
    for structure in [Structure::Plain, Structure::Tagged] {
        for count in [1, 2, 40] {
            let pages: Vec<Page> = (0..count)
                .map(|index| page(&["all", if index % 2 == 0 { "even" } else { "日本" }]))
                .collect();
            let plain = Properties {
                structure,
                ..properties()
            };
            let linearized = Properties {
                layout: FileLayout::Linearized,
                ..plain.clone()
            };
            let bytes = compose(&pages, &linearized);
            let file = open(&bytes);
            let described = file.document.linearization.clone().unwrap();
            assert_eq!(described.file_length, bytes.len() as u64);
            assert_eq!(described.page_count, count);
            assert_eq!(described.first_page_object, file.pages[0].id.0);
            let at = |offset: u64| &bytes[usize::try_from(offset).unwrap()..];
            assert!(at(described.main_xref_offset).starts_with(b"\n0000000000 65535 f"));
            assert!(at(described.first_page_end - 7).starts_with(b"endobj\n"));
            let (hints, length) = described.hint_streams[0];
            assert!(
                at(hints + length)
                    .starts_with(format!("{} 0 obj", described.first_page_object).as_bytes())
            );
            assert_eq!(file.text(), open(&compose(&pages, &plain)).text());
            assert!(file.document.xref_recovery.is_none());
        }
    }
}

#[test]
fn embedded_fonts_are_embedded_and_standard_ones_are_not() {
    let write = |fonts, text: &str| {
        open(&compose(
            &[page(&[text])],
            &Properties {
                fonts,
                ..Properties::default()
            },
        ))
    };
    assert!(write(FontUse::Embedded, "Hello").fonts_embedded());
    assert!(write(FontUse::Embedded, "日本").fonts_embedded());
    assert_eq!(
        write(FontUse::Standard, "Hello").missing_fonts(),
        ["Helvetica"]
    );
    assert!(write(FontUse::Standard, "日本").fonts_embedded());
}

#[test]
fn equal_input_gives_equal_bytes() {
    let write = || compose(&[page(&TEXTS)], &properties());
    assert!(write() == write());
}

#[test]
fn impossible_sizes_and_places_are_moved_into_the_page() {
    let mut page = Page::new(f64::NAN, 1e12);
    for (x, y, size) in [
        (f64::NAN, f64::INFINITY, f64::NAN),
        (-1e9, -1e9, -5.0),
        (1e9, 1e9, 1e9),
    ] {
        page.texts
            .push(Text::new(x, y, size, "inside").within(f64::NAN));
    }
    let text = open(&compose(&[page], &Properties::default())).text();
    assert_eq!(text[0].matches("inside").count(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_line_is_extracted(line in "[^\\p{Cc}\\p{Hebrew}\\p{Arabic}\\p{Co}\\p{Cn}]{1,40}") {
        prop_assume!(direction::visual_order(&line).into_iter().eq(line.chars()));
        prop_assume!(!line.contains('\u{feff}'));
        let bytes = compose(&[page(&[&line])], &Properties::default());
        let text = open(&bytes).text();
        prop_assert_eq!(text[0].trim_matches('\n'), line);
    }
}

#[test]
fn texts_are_read_back_without_another_reader() {
    let mut page = Page::default();
    for (index, text) in ["Grüße, Sarah", "陈美 and 😀", "a\nb"].iter().enumerate() {
        page.texts
            .push(Text::new(50.0, 50.0 + 40.0 * index as f64, 12.0, *text));
    }
    let pdf = compose(&[page, Page::default()], &Properties::default());
    let expected = [vec!["Grüße, Sarah", "陈美 and 😀", "a", "b"], Vec::new()];
    assert_eq!(document_text(&pdf).unwrap(), expected);
}
