//! The abilities of templates.

use crate::forms::generation::GENERATE;
use crate::forms::support::{Answer, Forms, XML, pages};

fn answer(template: &str, data: &str) -> Answer {
    let forms = Forms::new();
    let answer = forms.post(
        GENERATE,
        &[
            ("template", Some("t.xdp"), Some(XML), template.as_bytes()),
            ("data", Some("d.xml"), Some(XML), data.as_bytes()),
        ],
    );
    assert_eq!(answer.status, 200, "{template}: {}", answer.text());
    answer
}

/// Returns the text of the pages of a template whose root subform has this content.
fn text(content: &str, data: &str) -> Vec<String> {
    let template = format!(
        "<template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform name='f' layout='tb'>{content}</subform></template>"
    );
    answer(&template, data).pages()
}

#[test]
fn data_is_bound_by_names_and_rules() {
    let field = |attributes: &str, content: &str| format!("<field {attributes}>{content}</field>");
    let occur = "<occur min='0' max='-1'/>";
    let rows = format!("<subform name='row' layout='tb'>{occur}<field name='a'/></subform>");
    let wrapped = "<xfa:datasets xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'><xfa:data><f><a>1</a></f></xfa:data></xfa:datasets>";
    for (content, data, expected) in [
        (field("name='a'", ""), "<f><a>1</a></f>", vec!["1"]),
        (field("name='a'", ""), "<whatever><a>1</a></whatever>", vec!["1"]),
        (field("name='a'", ""), wrapped, vec!["1"]),
        (field("name='a'", ""), "<f a='1'/>", vec!["1"]),
        (field("name='a'", "<value><text>d</text></value>"), "<f/>", vec!["d"]),
        (field("name='a'", "<value><text>d</text></value>"), "<f><a/></f>", vec![]),
        // Two fields of one name take two elements.
        (field("name='a'", "").repeat(2), "<f><a>1</a><b/><a>2</a></f>", vec!["1", "2"]),
        // An unnamed subform, and a subform without data of its own, are transparent.
        (format!("<subform>{}</subform>", field("name='a'", "")), "<f><a>1</a></f>", vec!["1"]),
        (format!("<subform name='p'>{}</subform>", field("name='a'", "")), "<f><a>1</a></f>", vec!["1"]),
        (format!("<subform name='p'>{}</subform>", field("name='a'", "")), "<f><a>0</a><p><a>1</a></p></f>", vec!["1"]),
        (rows.clone(), "<f><row><a>1</a></row><row/><row><a>3</a></row></f>", vec!["1", "3"]),
        (rows, "<f/>", vec![]),
        (
            "<subform name='row'><field name='a'/></subform>".to_owned(),
            "<f><row><a>1</a></row><row><a>2</a></row></f>",
            vec!["1"],
        ),
        (
            format!("<subform name='r' layout='tb'>{occur}<bind match='dataRef' ref='$.list.x[*]'/>{}</subform>", field("name='a'", "")),
            "<f><list><x><a>1</a></x><x><a>2</a></x></list></f>",
            vec!["1", "2"],
        ),
        (field("name='z'", "<bind match='dataRef' ref='$record.p.a[1]'/>"), "<f><p><a>0</a><a>1</a></p></f>", vec!["1"]),
        (field("name='a'", "<bind match='none'/>"), "<f><a>1</a></f>", vec![]),
        (field("name='a'", "<bind match='global'/>"), "<f><p><q><a>1</a></q></p></f>", vec!["1"]),
        (field("name='a' presence='hidden'", ""), "<f><a>1</a></f>", vec![]),
        (field("name='a'", "<ui><passwordEdit/></ui>"), "<f><a>ab</a></f>", vec!["**"]),
        (
            "<subformSet relation='choice'><subform name='x'><field name='a'/></subform><subform name='y'><field name='b'/></subform></subformSet>".to_owned(),
            "<f><y><b>2</b></y></f>",
            vec!["2"],
        ),
        (
            "<exclGroup name='g'><field name='m'><items><text>M</text></items></field></exclGroup>".to_owned(),
            "<f><g>unheard</g></f>",
            vec!["(x)", "unheard"],
        ),
    ] {
        let pages = text(&content, data);
        let words: Vec<&str> = pages.iter().flat_map(|page| page.split_whitespace()).collect();
        assert_eq!(words, expected, "{content} {data}");
    }
}

#[test]
fn form_has_the_size_and_the_number_of_its_pages() {
    let page = |name: &str, medium: &str| {
        format!(
            "<pageArea name='{name}' id='{name}'><contentArea x='1in' y='1in' w='2in' h='3in'/>{medium}</pageArea>"
        )
    };
    let medium = "<medium short='4in' long='5in'/>";
    let landscape = "<medium short='101.6mm' long='12.7cm' orientation='landscape'/>";
    let set = |pages: &str| format!("<pageSet>{pages}</pageSet>");
    let block = |attributes: &str, content: &str| {
        format!(
            "<subform w='2in' h='1in' {attributes}>{content}<draw><value><text>x</text></value></draw></subform>"
        )
    };
    let break_to = |target: &str| format!("<breakBefore targetType='pageArea' {target}/>");
    let sizes = |content: &str| {
        let template = format!("<template><subform layout='tb'>{content}</subform></template>");
        let answer = answer(&template, "<f/>");
        let document = lopdf::Document::load_mem(&answer.body).unwrap();
        let boxes = document.get_pages().into_values().map(|id| {
            let page = document.get_dictionary(id).unwrap();
            let numbers = page.get(b"MediaBox").unwrap().as_array().unwrap();
            (
                numbers[2].as_float().unwrap() / 72.0,
                numbers[3].as_float().unwrap() / 72.0,
            )
        });
        boxes
            .map(|(width, height)| (width.round() as i32, height.round() as i32))
            .collect::<Vec<_>>()
    };
    let one = page("A", medium);
    let two = format!("{one}{}", page("B", landscape));
    for (content, expected) in [
        (block("", ""), vec![(9, 11)]),
        (
            "<pageSet><pageArea><medium stock='a4'/></pageArea></pageSet>".to_owned(),
            vec![(8, 12)],
        ),
        (set(&one), vec![(4, 5)]),
        (set(&page("B", landscape)), vec![(5, 4)]),
        (
            format!("{}{}", set(&one), block("", "").repeat(3)),
            vec![(4, 5)],
        ),
        (
            format!("{}{}", set(&one), block("", "").repeat(4)),
            vec![(4, 5); 2],
        ),
        (
            format!("{}{}", set(&one), block("", "").repeat(7)),
            vec![(4, 5); 3],
        ),
        (
            format!("{}{}{}", set(&one), block("", ""), block("", &break_to(""))),
            vec![(4, 5); 2],
        ),
        (
            format!("{}{}", set(&one), block("", &break_to(""))),
            vec![(4, 5)],
        ),
        (
            format!(
                "{}{}",
                set(&one),
                block("", "<breakAfter targetType='pageArea'/>")
            ),
            vec![(4, 5)],
        ),
        (
            format!(
                "{}{}{}",
                set(&two),
                block("", ""),
                block("", &break_to("target='#B'"))
            ),
            vec![(4, 5), (5, 4)],
        ),
        (
            format!(
                "{}{}{}",
                set(&two),
                block("", ""),
                block("", "<break before='pageArea' beforeTarget='B'/>")
            ),
            vec![(4, 5), (5, 4)],
        ),
        (
            format!("{}{}", set(&two), block("", &break_to("target='B'"))),
            vec![(5, 4)],
        ),
        (
            format!(
                "{}{}",
                set(&two.replacen("<contentArea", "<occur max='1'/><contentArea", 1)),
                block("", "").repeat(7)
            ),
            vec![(4, 5), (5, 4), (5, 4)],
        ),
        // An item that is higher than a page is put on one all the same.
        (
            format!("{}{}", set(&one), block("minH='50in'", "")),
            vec![(4, 5)],
        ),
    ] {
        assert_eq!(sizes(&content), expected, "{content}");
    }
}

#[test]
fn encodings_of_templates_and_data_are_read() {
    let forms = Forms::new();
    let template = "<template><subform name='f'><draw><value><text>Grüße</text></value></draw><field name='a'/></subform></template>";
    let utf_16: Vec<u8> = format!("\u{feff}{template}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><f><a>Stra\xdfe</a></f>";
    for template in [utf_16, format!("\u{feff}{template}").into_bytes()] {
        let answer = forms.post(
            GENERATE,
            &[
                ("template", Some("t.xdp"), Some(XML), &template),
                ("data", Some("d.xml"), Some(XML), latin),
            ],
        );
        let text = pages(&answer.body).concat();
        assert!(text.contains("Grüße") && text.contains("Straße"), "{text}");
    }
}

#[test]
fn hostile_templates_and_data_get_an_answer() {
    let forms = Forms::new();
    let nested = |levels: usize| {
        format!(
            "<template>{}{}</template>",
            "<subform>".repeat(levels),
            "</subform>".repeat(levels)
        )
    };
    let many = "<subform><occur min='1000'/>".repeat(5);
    let many = format!(
        "<template><subform>{many}{}</subform></template>",
        "</subform>".repeat(5)
    );
    let occur =
        "<template><subform><subform><occur min='99999999999'/></subform></subform></template>";
    let sizes = "<template><subform layout='tb'><pageSet><pageArea><contentArea w='-5in' h='1e300mm'/><medium short='0' long='99999999in'/></pageArea></pageSet><field w='-1in' h='NaNmm' x='1e309in' name='a'/></subform></template>";
    let attributes: String = (0..5000).map(|at| format!(" a{at}=''")).collect();
    for (template, status) in [
        (nested(50_000), 500),
        (nested(90), 200),
        (many, 500),
        (occur.to_owned(), 500),
        (sizes.to_owned(), 200),
        (format!("<template{attributes}/>"), 500),
        ("<template><subform layout='table' columnWidths='x y 1in -1in'><subform layout='row'><field colSpan='99999999999'/></subform></subform></template>".to_owned(), 200),
    ] {
        let part = ("template", Some("t.xdp"), Some(XML), template.as_bytes());
        let answer = forms.post(GENERATE, &[part]);
        assert_eq!(answer.status, status, "{template:.80}: {:.200}", answer.text());
    }
    let template = "<template><subform name='f' layout='tb'><subform name='r'><occur max='-1'/><field name='a'/></subform></subform></template>";
    let rows = format!("<f>{}</f>", "<r><a>1</a></r>".repeat(120_000));
    let parts = [
        ("template", Some("t.xdp"), Some(XML), template.as_bytes()),
        ("data", Some("d.xml"), Some(XML), rows.as_bytes()),
    ];
    let answer = forms.post(GENERATE, &parts);
    assert_eq!(answer.status, 500, "more objects than a form may have");
}

#[test]
fn copies_of_texts_and_of_what_is_on_every_page_are_limited() {
    let forms = Forms::new();
    let field = "<field name='a'><bind match='global'/></field>";
    let global = format!(
        "<template><subform>{}</subform></template>",
        field.repeat(100)
    );
    let value = format!("<f><x><a>{}</a></x></f>", "v".repeat(4_000_000));
    let draw = "<draw><value><text>x</text></value></draw>";
    let pages = format!(
        "<template><subform layout='tb'><pageSet><pageArea><medium short='1in' long='1in'/>{}</pageArea></pageSet>{}</subform></template>",
        draw.repeat(300),
        "<subform h='1in'/>".repeat(1000)
    );
    let floating = format!(
        "<template><subform name='f' layout='tb'><field id='floatingField1' name='a'/>{}</subform></template>",
        "<draw><value><exData contentType='text/html'><p embed='#floatingField1'/></exData></value></draw>".repeat(100)
    );
    let own = format!("<f><a>{}</a></f>", "v".repeat(4_000_000));
    for (template, data) in [(&global, &*value), (&pages, "<f/>"), (&floating, &*own)] {
        let parts = [
            ("template", Some("t.xdp"), Some(XML), template.as_bytes()),
            ("data", Some("d.xml"), Some(XML), data.as_bytes()),
        ];
        let answer = forms.post(GENERATE, &parts);
        assert_eq!(answer.status, 500, "{template:.100}");
        assert!(answer.text().contains("too many"), "{}", answer.text());
    }
}
