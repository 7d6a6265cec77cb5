use super::*;
use crate::pdf::page::Text;

const HOSTILE: &str = "Grüße (a\\b) ^XZ ~_ |} ; 你好";

fn pages() -> Vec<Page> {
    let mut first = Page::default();
    first.texts.push(Text::new(72.0, 72.0, 12.0, HOSTILE));
    first
        .texts
        .push(Text::new(72.0, 100.0, 10.0, "Zeile 1\nZeile 2"));
    let mut second = Page::new(288.0, 432.0);
    second.texts.push(Text::new(10.0, 10.0, 8.0, "last"));
    vec![first, second]
}

fn stream(form: PrintForm) -> Vec<u8> {
    let job = PrintJob {
        title: "Etikett\n%!".to_owned(),
        copies: 3,
        sides: Sides::DuplexShortEdge,
        ..PrintJob::default()
    };
    print_stream(form, &pages(), &job)
}

#[test]
fn streams_begin_and_end_as_their_language_demands_and_hold_the_texts() {
    let cases: [(PrintForm, &str, &str, &[&str]); 6] = [
        (
            PrintForm::PostScript,
            "%!PS-Adobe-3.0\n%%Title: Etikett%!\n",
            "%%EOF\n",
            &[
                "(Gr\\374\\337e \\(a\\\\b\\) ^XZ ~_ |} ; ??) show",
                "%Text: Grüße",
                "/NumCopies 3 /Duplex true /Tumble true",
                "%%Page: 2 2",
            ],
        ),
        (
            PrintForm::Pcl,
            "\x1bE\x1b&l3X\x1b&l2S",
            "\x0c\x1bE",
            &["\x1b&a720h828V", HOSTILE, "Zeile 2"],
        ),
        (
            PrintForm::Zpl,
            "^XA\n^CI28\n",
            "^PQ3\n^XZ\n",
            &[
                "^FO300,300^A0N,50^FH_^FDGrüße (a\\b) _5EXZ _7E_5F |} ; 你好^FS",
                "^PW1200",
            ],
        ),
        (
            PrintForm::Dpl,
            "\x02m\r\x02L\r",
            "Q0003\rE\r",
            &[HOSTILE, "Zeile 1\r", "Zeile 2\r"],
        ),
        (
            PrintForm::Ipl,
            "\x02\x1bC\x03",
            "\x1e3\x17\x03\n",
            &["d3,Grüße (a\\b) ^XZ ~_ |} , 你好\x03"],
        ),
        (
            PrintForm::Tpcl,
            "{D2970,2100,2970|}",
            "{XS;I,0003,0002C5000|}\n",
            &["B=Grüße (a\\b) ^XZ ~_ | } ; 你好|}"],
        ),
    ];
    for (form, begin, end, parts) in cases {
        let stream = String::from_utf8(stream(form)).unwrap();
        assert!(stream.starts_with(begin), "{form:?} {stream}");
        assert!(stream.ends_with(end), "{form:?} {stream}");
        for part in parts {
            assert!(stream.contains(part), "{form:?} lacks {part:?}: {stream}");
        }
    }
}

#[test]
fn text_of_zebra_cannot_end_its_label() {
    let stream = String::from_utf8(stream(PrintForm::Zpl)).unwrap();
    assert_eq!(stream.matches("^XZ").count(), 2);
    assert_eq!(stream.matches("^XA").count(), 2);
}

#[test]
fn afp_is_a_chain_of_structured_fields_with_the_texts_in_ebcdic() {
    let stream = stream(PrintForm::Afp);
    let mut identifiers = Vec::new();
    let mut rest = &stream[..];
    while let [0x5a, high, low, a, b, c, ..] = *rest {
        identifiers.push([a, b, c]);
        rest = &rest[usize::from(u16::from_be_bytes([high, low])) + 1..];
    }
    assert!(rest.is_empty());
    assert_eq!(identifiers.first(), Some(&[0xd3, 0xa8, 0xa8]));
    assert_eq!(identifiers.last(), Some(&[0xd3, 0xa9, 0xa8]));
    assert_eq!(
        identifiers
            .iter()
            .filter(|identifier| **identifier == [0xd3, 0xa8, 0xaf])
            .count(),
        2
    );
    let holds = |part: &[u8]| stream.windows(part.len()).any(|window| window == part);
    assert!(holds(&afp::ebcdic("Zeile 2")));
    assert!(holds(HOSTILE.as_bytes()));
    assert_eq!(afp::ebcdic("A1 ü你"), [0xc1, 0xf1, 0x40, 0xdc, 0x6f]);
}

#[test]
fn impossible_numbers_do_not_panic() {
    let mut page = Page::new(f64::NAN, f64::INFINITY);
    let text = "x".repeat(100_000);
    page.texts
        .push(Text::new(f64::NAN, -1e300, f64::INFINITY, text.as_str()));
    let job = PrintJob {
        copies: 0,
        resolution: u32::MAX,
        ..PrintJob::default()
    };
    let forms = [
        PrintForm::PostScript,
        PrintForm::Pcl,
        PrintForm::Zpl,
        PrintForm::Dpl,
        PrintForm::Ipl,
        PrintForm::Tpcl,
        PrintForm::Afp,
    ];
    for form in forms {
        assert!(print_stream(form, &[page.clone()], &job).len() > 1_000);
        assert!(!print_stream(form, &[], &job).is_empty());
    }
}
