use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use proptest::prelude::*;

use super::*;

/// Does with a file what the services do. Nothing may panic.
fn exercise(bytes: &[u8]) {
    let _ = check_pdfa(bytes, PdfaLevel::new(1, 'B'));
    let _ = mark_pdfa(bytes, PdfaLevel::new(1, 'B'), &Properties::default());
    if let Ok(file) = PdfFile::open(bytes) {
        file.text();
        file.is_signed();
        file.xfa_packet("template");
        let overlay = Overlay {
            watermark: Some("x".to_owned()),
            ..Overlay::default()
        };
        let result = assemble(&[Source::new(&file)], &overlay, &Properties::default());
        if let Ok(result) = result {
            assert_eq!(open(&result).page_count(), file.page_count());
        }
        let _ = split_by_bookmarks(&file, &Properties::default());
    }
}

#[test]
fn files_cut_at_any_place_are_read_or_refused() {
    for name in [
        "qpdf-object-streams",
        "pikepdf-inherited",
        "qpdf-linearized",
    ] {
        let bytes = fixture(name);
        for end in (0..bytes.len()).step_by(37) {
            exercise(&bytes[..end]);
        }
    }
}

fn with_pages(kids: impl FnOnce(&mut Document, lopdf::ObjectId) -> Vec<Object>) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let root = document.new_object_id();
    let kids = kids(&mut document, root);
    document.objects.insert(
        root,
        dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => kids }.into(),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    information::save(&mut document)
}

fn a_page(document: &mut Document) -> Object {
    document.add_object(dictionary! { "Type" => "Page" }).into()
}

#[test]
fn cycles_in_the_page_tree_are_left_out() {
    let bytes = with_pages(|document, root| {
        let page = a_page(document);
        let inner = document.new_object_id();
        let kids = vec![root.into(), page.clone(), inner.into()];
        document.objects.insert(
            inner,
            dictionary! { "Type" => "Pages", "Kids" => kids }.into(),
        );
        vec![inner.into(), page, root.into()]
    });
    assert_eq!(open(&bytes).page_count(), 1);
    exercise(&bytes);
}

#[test]
fn page_tree_without_pages_and_one_that_is_too_deep_are_refused() {
    let empty = with_pages(|_, root| vec![root.into()]);
    assert!(
        PdfFile::open(&empty)
            .unwrap_err()
            .to_string()
            .contains("no pages")
    );
    let deep = with_pages(|document, _| {
        let mut kid = a_page(document);
        for _ in 0..10_000 {
            kid = document
                .add_object(dictionary! { "Type" => "Pages", "Kids" => vec![kid] })
                .into();
        }
        vec![kid]
    });
    assert!(
        PdfFile::open(&deep)
            .unwrap_err()
            .to_string()
            .contains("deeper than 64")
    );
}

#[test]
fn content_that_is_a_bomb_does_not_fill_the_memory() {
    let bytes = with_pages(|document, _| {
        let mut bomb = Stream::new(Dictionary::new(), vec![b' '; 64 << 20]);
        bomb.compress().unwrap();
        let bomb = document.add_object(bomb);
        vec![
            document
                .add_object(dictionary! { "Type" => "Page", "Contents" => bomb })
                .into(),
        ]
    });
    assert!(bytes.len() < 200_000);
    assert_eq!(open(&bytes).text(), [""]);
    exercise(&bytes);
}

#[test]
fn object_stream_that_is_a_bomb_is_refused() {
    let mut content = b"9 0 ".to_vec();
    content.resize(16 << 20, b' ');
    let error = PdfFile::open(&with_object_stream(content, 1, 4)).unwrap_err();
    assert!(matches!(error, PdfError::TooLarge(_)), "{error}");
}

#[test]
fn object_stream_whose_members_overlap_gives_no_objects() {
    let members = 50_000;
    let mut content: Vec<u8> = (0..members)
        .flat_map(|member| format!("{} 0 ", member + 100).into_bytes())
        .collect();
    let first = content.len();
    content.extend(b"[");
    content.extend(b"0 ".repeat(100_000));
    content.extend(b"]");
    let file = open(&with_object_stream(content, members, first));
    assert!(file.document.objects.len() < 10);

    let file = open(&with_object_stream(b"100 0 101 2 1 2".to_vec(), 2, 12));
    assert_eq!(
        file.document.objects.get(&(101, 0)),
        Some(&Object::Integer(2))
    );
}

fn with_object_stream(content: Vec<u8>, members: i64, first: usize) -> Vec<u8> {
    let mut plain = with_pages(|document, _| vec![a_page(document)]);
    let mut stream = Stream::new(Dictionary::new(), content);
    stream.compress().unwrap();
    let filter = if stream.dict.has(b"Filter") {
        "/Filter /FlateDecode"
    } else {
        ""
    };
    // lopdf writes no object stream of others, so it is added behind. Without a table readers look
    // for the objects.
    let mark = b"startxref";
    let end = plain
        .windows(mark.len())
        .rposition(|window| window == mark)
        .unwrap();
    plain.truncate(end);
    let length = stream.content.len();
    let head = format!(
        "\n90 0 obj\n<< /Type /ObjStm /N {members} /First {first} {filter} /Length {length} >>\nstream\n"
    );
    plain.extend(head.as_bytes());
    plain.extend(&stream.content);
    plain.extend(b"\nendstream\nendobj\ntrailer\n<< /Root 3 0 R /Size 91 >>\n");
    plain
}

#[test]
fn outlines_that_are_cyclic_or_endless_are_cut() {
    let mut document = open(&fixture("reportlab")).document;
    let outlines = document
        .catalog()
        .unwrap()
        .get(b"Outlines")
        .unwrap()
        .as_reference()
        .unwrap();
    let first = document
        .get_dictionary(outlines)
        .unwrap()
        .get(b"First")
        .unwrap()
        .as_reference()
        .unwrap();
    let item = document.get_dictionary_mut(first).unwrap();
    item.set("Next", first);
    item.set("First", first);
    let bytes = information::save(&mut document);
    assert_eq!(outlines::read(&open(&bytes).document).len(), 1);
    exercise(&bytes);
}

#[test]
fn large_page_that_is_chosen_very_often_is_refused() {
    let bytes = with_pages(|document, _| {
        let large = Object::Array(vec![Object::Integer(0); 100_000]);
        vec![
            document
                .add_object(dictionary! { "Type" => "Page", "Large" => large })
                .into(),
        ]
    });
    let file = open(&bytes);
    let source = Source {
        pages: PageRanges::parse(&vec!["1"; 10_000].join(",")).unwrap(),
        ..Source::new(&file)
    };
    let error = assemble(&[source], &Overlay::default(), &Properties::default()).unwrap_err();
    assert_eq!(error, AssembleError::TooLarge);
}

#[test]
fn object_number_beyond_the_limit_is_refused() {
    let bytes = fixture("pikepdf-inherited");
    let text = String::from_utf8_lossy(&bytes).replace("\n1 0 obj", "\n4294967295 0 obj");
    let cut = &text[..text.find("xref").unwrap()];
    let bytes = format!("{cut}trailer\n<< /Root 4294967295 0 R >>\n");
    let error = PdfFile::open(bytes.as_bytes()).unwrap_err();
    assert!(matches!(error, PdfError::Damaged(_)), "{error}");
    exercise(bytes.as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn changed_bytes_do_not_panic(
        name in prop::sample::select(vec!["qpdf-object-streams", "pikepdf-inherited", "mupdf", "pypdf-javascript"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = fixture(name);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        exercise(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_header_do_not_panic(rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        bytes.extend(rest);
        exercise(&bytes);
    }
}
