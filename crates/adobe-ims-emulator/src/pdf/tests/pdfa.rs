use super::*;

const LEVEL: PdfaLevel = PdfaLevel::new(2, 'B');

#[test]
fn marked_file_is_found_to_be_marked() {
    for name in [
        "reportlab",
        "qpdf-object-streams",
        "pikepdf-inherited",
        "fpdf2",
        "mupdf",
        "ghostscript",
    ] {
        let bytes = fixture(name);
        let before = check_pdfa(&bytes, LEVEL).unwrap();
        assert!(
            before.iter().any(|reason| reason.contains("does not say")),
            "{name} {before:?}"
        );
        let marked = mark_pdfa(&bytes, LEVEL, &properties()).unwrap();
        assert_eq!(check_pdfa(&marked, LEVEL), Ok(Vec::new()), "{name}");
        let file = open(&marked);
        assert_eq!(file.pdfa(), Some(LEVEL));
        assert_eq!(file.text(), open(&bytes).text(), "{name}");
    }
}

#[test]
fn composed_file_is_marked_whether_or_not_its_fonts_are_embedded() {
    for fonts in [FontUse::Standard, FontUse::Embedded] {
        let bytes = compose(
            &[page(&["Grüße", "日本"])],
            &Properties {
                fonts,
                ..properties()
            },
        );
        let marked = mark_pdfa(&bytes, PdfaLevel::new(1, 'B'), &properties()).unwrap();
        assert!(marked.starts_with(b"%PDF-1.4"));
        assert_eq!(check_pdfa(&marked, PdfaLevel::new(1, 'B')), Ok(Vec::new()));
        let file = open(&marked);
        assert!(file.text()[0].contains("Grüße") && file.text()[0].contains("日本"));
        assert!(
            file.information()
                .contains(&("Title".to_owned(), "Brief & <Größe>".to_owned()))
        );
        // The packet may not be compressed: other programs look for it in the bytes.
        assert!(holds(&marked, "<pdfaid:part>1</pdfaid:part>"));
        assert!(holds(&marked, "Brief &amp; &lt;Größe&gt;"));
    }
}

#[test]
fn lower_level_than_asked_for_is_told() {
    let marked = mark_pdfa(&fixture("fpdf2"), PdfaLevel::new(1, 'B'), &properties()).unwrap();
    let reasons = check_pdfa(&marked, PdfaLevel::new(3, 'B')).unwrap();
    assert_eq!(
        reasons,
        ["the metadata says PDF/A-1b, but PDF/A-3b is asked for"]
    );
}

#[test]
fn encrypted_files_and_files_with_programs_are_refused() {
    let refused = |name: &str| {
        mark_pdfa(&fixture(name), LEVEL, &properties())
            .unwrap_err()
            .join("; ")
    };
    assert!(refused("qpdf-encrypted").contains("encrypted"));
    assert!(refused("pypdf-javascript").contains("JavaScript"));
    assert!(check_pdfa(&fixture("qpdf-encrypted"), LEVEL).unwrap()[0].contains("encrypted"));
    assert!(check_pdfa(&fixture("pypdf-javascript"), LEVEL).unwrap()[0].contains("JavaScript"));
    assert_eq!(check_pdfa(b"<html>", LEVEL), Err(PdfError::NotPdf));
}

#[test]
fn font_that_the_emulator_does_not_have_is_named() {
    let mut document = open(&fixture("pikepdf-inherited")).document;
    for object in document.objects.values_mut() {
        if let Ok(font) = object.as_dict_mut()
            && font.has_type(b"Font")
        {
            font.set("BaseFont", "Garamond");
        }
    }
    let reasons = mark_pdfa(&information::save(&mut document), LEVEL, &properties()).unwrap_err();
    assert!(
        reasons[0].contains("the font Garamond is not embedded"),
        "{reasons:?}"
    );
}
