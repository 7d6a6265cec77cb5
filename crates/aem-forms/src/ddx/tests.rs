use proptest::prelude::*;

use super::*;

fn parse(xml: &str) -> Ddx {
    Ddx::parse("book.ddx", xml.as_bytes()).expect("it is a DDX")
}

fn names(sources: &[Source]) -> Vec<&str> {
    sources.iter().map(Source::name).collect()
}

#[test]
fn every_element_with_a_source_needs_a_document() {
    let ddx = parse(
        r#"<d:DDX xmlns:d="http://ns.adobe.com/DDX/1.0/" xmlns:o="other">
             <d:PDF result="part" return="false"><d:PDF source="a.pdf"/></d:PDF>
             <d:PDF result="all.pdf">
               <d:PDF source="part"/>
               <d:PDF source="b.pdf" required="false"/>
               <d:PDF source="b.pdf" required="false"><d:Bookmarks source="b.xml"/></d:PDF>
               <d:PDF source="c.pdf" required="false"/><d:PDF source="c.pdf"/>
               <d:PDF sourceMatch="x.*"/>
               <d:PDF source="https://host/d.pdf"/><d:PDF source="inputmap:e"/>
               <o:PDF source="no.pdf"/>
             </d:PDF>
           </d:DDX>"#,
    );
    assert_eq!(names(ddx.sources()), ["a.pdf", "b.pdf", "b.xml", "c.pdf"]);
    let required = ddx.sources().iter().map(Source::is_required);
    assert_eq!(required.collect::<Vec<_>>(), [true, false, true, true]);
    assert_eq!(
        names(ddx.url_sources()),
        ["https://host/d.pdf", "inputmap:e"]
    );
    assert_eq!(ddx.source_matches(), ["x.*"]);
    assert_eq!(ddx.returned().collect::<Vec<_>>(), ["all.pdf"]);
    assert!(!ddx.has_open_results());
    let first = &ddx.sources()[0];
    assert_eq!((first.line(), first.column()), (2, 50));
}

#[test]
fn results_of_unknown_number_are_open() {
    let ddx = parse(
        r#"<DDX xmlns="http://ns.adobe.com/DDX/1.0/">
             <PDFsFromBookmarks prefix="chapter"><PDF source="a.pdf"/></PDFsFromBookmarks>
             <PackageFiles result="files"><PDF source="b.pdf"/></PackageFiles>
             <PDF result="c.pdf"><PackageFiles source="d.pdf"/></PDF>
             <DocumentInformation source="a.pdf" result="info.xml"/>
           </DDX>"#,
    );
    let results: Vec<_> = ddx
        .results()
        .iter()
        .map(|it| (it.name(), it.kind()))
        .collect();
    assert_eq!(
        results,
        [
            ("chapter", ResultKind::Several),
            ("files", ResultKind::Several),
            ("c.pdf", ResultKind::Document),
            ("info.xml", ResultKind::Document),
        ]
    );
    assert!(ddx.has_open_results());
    assert_eq!(names(ddx.sources()), ["a.pdf", "b.pdf", "d.pdf"]);
}

#[test]
fn what_is_no_ddx_is_refused_with_its_place() {
    let rows = [
        ("<DDX/>", "not-a-ddx", "no namespace"),
        ("\n<a xmlns='b'/>", "not-a-ddx", "\"b\""),
        (
            "<DDX xmlns='https://ns.adobe.com/DDX/1.0/'/>",
            "ns-https",
            "https://",
        ),
        ("<DDX>", "xml-malformed", "ends before"),
        ("%PDF-1.7", "xml-malformed", "a PDF"),
    ];
    for (xml, id, words) in rows {
        let error = Ddx::parse("book.ddx", xml.as_bytes()).expect_err("it is refused");
        assert_eq!(error.cause().id(), id);
        let message = error.to_string();
        assert!(
            message.contains(words) && message.starts_with("book.ddx:"),
            "{message}"
        );
        assert_eq!(error.findings().len(), 1);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        result in "[^\u{0}-\u{1f}\u{fffe}\u{ffff}]{1,12}",
        sources in proptest::collection::vec("[^\u{0}-\u{1f}:\u{fffe}\u{ffff}]{1,12}", 1..6),
        texts in proptest::collection::vec(any::<String>(), 3),
    ) {
        let mut merge = Merge::new(&result);
        for source in &sources {
            merge = merge.source(source);
        }
        let merge = merge.title(&texts[0]).footer(format!("{}{{page}}/{{pages}}", texts[1])).watermark(&texts[2]);
        let ddx = parse(&merge.to_xml());
        prop_assert_eq!(ddx.returned().collect::<Vec<_>>(), [result.as_str()]);
        let mut expected: Vec<&str> = Vec::new();
        for source in &sources {
            if *source != result && !expected.contains(&source.as_str()) {
                expected.push(source);
            }
        }
        prop_assert_eq!(names(ddx.sources()), expected);
        let xml = merge.to_xml();
        prop_assert!(xml.contains("<_PageNumber/>/<_LastPageNumber/>"));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Ddx::parse("x", &bytes);
    }
}
