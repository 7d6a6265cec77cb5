use lopdf::Object;
use proptest::prelude::*;

use super::*;

fn overlay() -> Overlay {
    Overlay {
        header: Some(Banner {
            left: vec![Part::Literal("LINKS 日本".to_owned())],
            ..Banner::default()
        }),
        footer: Some(Banner {
            center: vec![
                Part::Literal("Seite ".to_owned()),
                Part::PageNumber,
                Part::Literal(" von ".to_owned()),
                Part::LastPageNumber,
            ],
            ..Banner::default()
        }),
        watermark: Some("ENTWURF".to_owned()),
    }
}

fn source<'a>(file: &'a PdfFile, pages: &str) -> Source<'a> {
    Source {
        pages: PageRanges::parse(pages).unwrap(),
        ..Source::new(file)
    }
}

#[test]
fn pages_of_several_makers_are_merged_in_order_with_numbers() {
    let names = [
        "fpdf2",
        "qpdf-object-streams",
        "pikepdf-inherited",
        "mupdf",
        "ghostscript",
    ];
    let files: Vec<PdfFile> = names.iter().map(|name| open(&fixture(name))).collect();
    let sources: Vec<Source<'_>> = files.iter().map(Source::new).collect();
    let result = open(&assemble(&sources, &overlay(), &properties()).unwrap());
    let text = result.text();
    let own: Vec<String> = files.iter().flat_map(PdfFile::text).collect();
    assert_eq!(text.len(), own.len());
    for (index, (page, own)) in text.iter().zip(&own).enumerate() {
        let number = format!("Seite {} von {}", index + 1, own_count(&files));
        for part in [own.trim(), "LINKS 日本", number.as_str(), "ENTWURF"] {
            assert!(page.contains(part), "page {index} lacks {part}: {page}");
        }
    }
    assert!(
        result
            .information()
            .contains(&("Title".to_owned(), "Brief & <Größe>".to_owned()))
    );
}

fn own_count(files: &[PdfFile]) -> usize {
    files.iter().map(PdfFile::page_count).sum()
}

#[test]
fn overlay_of_a_source_is_on_its_pages_only() {
    let file = open(&fixture("reportlab"));
    let marked = Source {
        overlay: Overlay {
            watermark: Some("ONLY HERE".to_owned()),
            ..Overlay::default()
        },
        ..source(&file, "last")
    };
    let result = assemble(
        &[source(&file, "1-2"), marked],
        &Overlay::default(),
        &properties(),
    )
    .unwrap();
    let marked: Vec<bool> = open(&result)
        .text()
        .iter()
        .map(|text| text.contains("ONLY HERE"))
        .collect();
    assert_eq!(marked, [false, false, true]);
}

#[test]
fn chosen_pages_come_in_the_order_of_the_ranges() {
    let file = open(&fixture("qpdf-linearized"));
    let result = assemble(
        &[source(&file, "3-2"), source(&file, "1,1")],
        &Overlay::default(),
        &properties(),
    );
    let text = open(&result.unwrap()).text();
    let words: Vec<&str> = text
        .iter()
        .map(|text| text.split_whitespace().last().unwrap())
        .collect();
    assert_eq!(words, ["three", "two", "one", "one"]);
}

#[test]
fn pages_that_do_not_exist_name_their_source() {
    let file = open(&fixture("reportlab"));
    let error = assemble(
        &[source(&file, "1"), source(&file, "2-9")],
        &Overlay::default(),
        &properties(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "source 2: page 9 is asked for, but the document has 3 pages"
    );
    let none = assemble(&[], &Overlay::default(), &properties());
    assert_eq!(none.unwrap_err(), AssembleError::NoPages);
}

#[test]
fn inherited_attributes_and_rotation_are_kept() {
    let file = open(&fixture("pikepdf-inherited"));
    let result =
        open(&assemble(&[source(&file, "2")], &Overlay::default(), &properties()).unwrap());
    let page = result.document.get_dictionary(result.pages[0].id).unwrap();
    let numbers = |key: &[u8]| -> Vec<f32> {
        page.get(key)
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|number| number.as_float().unwrap())
            .collect()
    };
    assert_eq!(numbers(b"MediaBox"), [0.0, 0.0, 400.0, 300.0]);
    assert_eq!(numbers(b"CropBox"), [20.0, 20.0, 380.0, 280.0]);
    assert_eq!(page.get(b"Rotate").unwrap().as_i64().unwrap(), 90);
    assert!(result.text()[0].contains("rotated 90"));
}

#[test]
fn overlay_is_drawn_in_the_state_of_the_empty_page() {
    let file = open(&fixture("pikepdf-inherited"));
    let result = open(&assemble(&[source(&file, "1")], &overlay(), &properties()).unwrap());
    let content = result
        .document
        .get_and_decode_page_content(result.pages[0].id)
        .unwrap();
    let mut depth = 0;
    let mut depth_of_overlay = None;
    for operation in &content.operations {
        match operation.operator.as_str() {
            "q" => depth += 1,
            "Q" => depth -= 1,
            // The overlay begins with the black of its banners.
            "g" if depth_of_overlay.is_none() => depth_of_overlay = Some(depth),
            _ => {}
        }
    }
    assert_eq!((depth_of_overlay, depth), (Some(1), 0));
}

#[test]
fn bookmarks_follow_their_pages_and_go_below_the_bookmark_of_their_source() {
    let file = open(&fixture("reportlab"));
    let titled = Source {
        bookmark: Some("Teil ß".to_owned()),
        ..source(&file, "2-3")
    };
    let result = open(
        &assemble(
            &[source(&file, "1"), titled],
            &Overlay::default(),
            &properties(),
        )
        .unwrap(),
    );
    let outlines = outlines::read(&result.document);
    let titles: Vec<&str> = outlines
        .iter()
        .map(|outline| outline.title.as_str())
        .collect();
    assert_eq!(titles, ["One", "Teil ß"]);
    let below = &outlines[1].children;
    assert_eq!(
        (below[0].title.as_str(), below[0].page()),
        ("Two", Some(result.pages[1].id))
    );
    assert_eq!(below[0].children[0].title, "Sub");
}

#[test]
fn link_leads_to_the_page_in_the_result_and_to_nothing_if_it_is_not_there() {
    let file = open(&fixture("reportlab"));
    let destination = |sources: &[Source<'_>], page: usize| {
        let result = open(&assemble(sources, &Overlay::default(), &properties()).unwrap());
        let annotation = result
            .document
            .get_page_annotations(result.pages[page].id)
            .unwrap()[0]
            .clone();
        let place = annotation
            .get_deref(b"Dest", &result.document)
            .and_then(Object::as_array)
            .unwrap()[0]
            .clone();
        let pages: Vec<Object> = result.pages.iter().map(|page| page.id.into()).collect();
        pages.iter().position(|page| *page == place)
    };
    assert_eq!(
        destination(
            &[source(&file, "3"), source(&file, "2"), source(&file, "1")],
            2
        ),
        Some(1)
    );
    assert_eq!(destination(&[source(&file, "1")], 0), None);
}

#[test]
fn form_fields_are_kept_and_equal_names_are_told_apart() {
    let (first, second) = (
        open(&fixture("reportlab")),
        open(&fixture("qpdf-object-streams")),
    );
    let result = assemble(
        &[source(&first, "3"), source(&second, "2-3")],
        &Overlay::default(),
        &properties(),
    );
    let result = open(&result.unwrap());
    let fields = result
        .acroform()
        .unwrap()
        .get(b"Fields")
        .unwrap()
        .as_array()
        .unwrap();
    let names: Vec<String> = fields
        .iter()
        .map(|id| {
            result
                .document
                .get_dictionary(id.as_reference().unwrap())
                .unwrap()
        })
        .map(|field| lopdf::decode_text_string(field.get(b"T").unwrap()).unwrap())
        .collect();
    assert_eq!(names, ["name", "name_2"]);
    let without = assemble(&[source(&first, "1-2")], &Overlay::default(), &properties()).unwrap();
    assert!(!open(&without).has_acroform());
}

#[test]
fn file_is_split_by_its_bookmarks_of_level_1() {
    let parts = split_by_bookmarks(&open(&fixture("reportlab")), &properties()).unwrap();
    let parts: Vec<(&str, usize)> = parts
        .iter()
        .map(|(title, bytes)| (title.as_str(), open(bytes).page_count()))
        .collect();
    assert_eq!(parts, [("One", 1), ("Two", 2)]);
    assert!(
        split_by_bookmarks(&open(&fixture("fpdf2")), &properties())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn file_that_several_sources_name_is_copied_once() {
    let file = open(&fixture("fpdf2"));
    let once = assemble(&[Source::new(&file)], &Overlay::default(), &properties()).unwrap();
    let sources: Vec<Source<'_>> = std::iter::repeat_with(|| Source::new(&file))
        .take(20)
        .collect();
    let often = assemble(&sources, &Overlay::default(), &properties()).unwrap();
    assert!(
        often.len() < once.len() * 2 + 20 * 500,
        "{} {}",
        once.len(),
        often.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_choice_of_pages_gives_a_file_with_these_pages(choices in prop::collection::vec((0_usize..3, 1_usize..4, 1_usize..4), 1..6)) {
        let files = [open(&fixture("reportlab")), open(&fixture("qpdf-linearized")), open(&fixture("pikepdf-inherited"))];
        let ranges: Vec<String> = choices.iter().map(|(_, first, last)| format!("{first}-{last}")).collect();
        let sources: Vec<Source<'_>> = choices.iter().zip(&ranges).map(|((file, ..), pages)| source(&files[*file], pages)).collect();
        let result = open(&assemble(&sources, &overlay(), &properties()).unwrap());
        let expected: Vec<String> = choices.iter().zip(&ranges).flat_map(|((file, ..), pages)| {
            let text = files[*file].text();
            PageRanges::parse(pages).unwrap().resolve(text.len()).unwrap().into_iter().map(move |page| text[page].trim().to_owned())
        }).collect();
        let found = result.text();
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert!(found.contains(expected.as_str()));
        }
    }
}
