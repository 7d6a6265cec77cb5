//! Documents that nobody would write.

use proptest::prelude::*;

use crate::forms::assembly::pdf;
use crate::forms::generation::GENERATE;
use crate::forms::support::{Forms, LETTER, LETTER_DATA, PDF, XML};

const ELEMENTS: [&str; 24] = [
    "subform",
    "subformSet",
    "area",
    "exclGroup",
    "field",
    "draw",
    "pageSet",
    "pageArea",
    "medium",
    "contentArea",
    "occur",
    "bind",
    "value",
    "text",
    "exData",
    "caption",
    "items",
    "ui",
    "margin",
    "font",
    "breakBefore",
    "breakAfter",
    "break",
    "choiceList",
];

const ATTRIBUTES: [(&str, &[&str]); 14] = [
    ("name", &["a", "b", "", "*"]),
    ("id", &["a", "floatingField1"]),
    ("layout", &["tb", "lr-tb", "table", "row", "position", "x"]),
    ("x", &["1in", "-1in", "99999999in", "x"]),
    ("y", &["0", "1e9in", "5000mm"]),
    ("w", &["1in", "-1in", "0", "0.001mp", "99999999in"]),
    ("h", &["1in", "0", "400in"]),
    ("min", &["0", "3", "-1", "99999999999999999999"]),
    ("max", &["-1", "0", "2"]),
    (
        "ref",
        &["$.a[*]", "$record", "a[99]", "$data", "xfa.", ".", "[["],
    ),
    ("match", &["dataRef", "global", "none", "once"]),
    ("targetType", &["pageArea"]),
    ("columnWidths", &["1in 1in", "-1 x", ""]),
    ("contentType", &["text/html"]),
];

/// Returns the text of an element with attributes and children of the vocabulary.
fn element() -> impl Strategy<Value = String> {
    let attribute = (0..ATTRIBUTES.len(), 0..10_usize);
    let start = (
        0..ELEMENTS.len(),
        proptest::collection::vec(attribute, 0..5),
    );
    let leaf = start
        .clone()
        .prop_map(|(name, attributes)| tag(name, &attributes, "words"));
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let children = proptest::collection::vec(inner, 0..6);
        (start.clone(), children)
            .prop_map(|((name, attributes), children)| tag(name, &attributes, &children.concat()))
    })
}

fn tag(name: usize, attributes: &[(usize, usize)], content: &str) -> String {
    let name = ELEMENTS[name];
    let mut seen = Vec::new();
    let mut text = format!("<{name}");
    for (attribute, value) in attributes {
        let (attribute, values) = ATTRIBUTES[*attribute];
        if !seen.contains(&attribute) {
            seen.push(attribute);
            text += &format!(" {attribute}='{}'", values[value % values.len()]);
        }
    }
    format!("{text}>{content}</{name}>")
}

/// Replaces bytes of a text at places.
fn damage(text: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for (place, value) in changes {
        let length = bytes.len();
        bytes[place % length] = *value;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn strange_template_is_answered(content in proptest::collection::vec(element(), 1..5)) {
        let forms = Forms::new();
        let template = format!("<template><subform name='f' layout='tb'>{}</subform></template>", content.concat());
        let data = "<f><a>1</a><b><a>2</a><a x='y'>3</a></b><a><b/></a></f>";
        let answer = forms.post(
            GENERATE,
            &[
                ("template", Some("t"), Some(XML), template.as_bytes()),
                ("data", Some("d"), Some(XML), data.as_bytes()),
            ],
        );
        prop_assert!(answer.status == 200 || answer.status == 500, "{template}");
        if answer.status == 200 {
            prop_assert!(!answer.pages().is_empty());
        }
    }

    #[test]
    fn damaged_documents_are_answered(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..4),
        of_data in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..2),
    ) {
        let forms = Forms::new();
        let template = damage(LETTER.as_bytes(), &changes);
        let data = damage(LETTER_DATA.as_bytes(), &of_data);
        let answer = forms.post(
            GENERATE,
            &[("template", Some("t"), Some(XML), &template), ("data", Some("d"), Some(XML), &data)],
        );
        prop_assert!(answer.status == 200 || answer.status == 500);
        let ddx = br#"<DDX xmlns="http://ns.adobe.com/DDX/1.0/"><PDF result="x"><Header><Left><StyledText><p>a<_PageNumber/></p></StyledText></Left></Header><PDF source="a.pdf" pages="1-last"/></PDF></DDX>"#;
        let ddx = damage(ddx, &of_data);
        let source = damage(&pdf(&forms, &["a", "b"]), &changes);
        for (path, parts) in [
            ("ddx/invoke", vec![("ddx", Some("d"), Some(XML), &ddx[..]), ("a.pdf", Some("a"), Some(PDF), &source[..])]),
            ("pdfa/convert", vec![("inDoc", Some("a"), Some(PDF), &source[..])]),
            ("pdfa/validate", vec![("inDoc", Some("a"), Some(PDF), &source[..])]),
        ] {
            let answer = forms.post(&format!("/adobe/forms/assembler/{path}"), &parts);
            prop_assert!([200, 400, 500].contains(&answer.status));
        }
    }
}
