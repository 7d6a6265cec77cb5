//! No input makes a check panic.

use aem_forms::ddx::Ddx;
use aem_forms::error::Place;
use aem_forms::known_options::Operation;
use aem_forms::lint::{self, Api, FileKind, Login, Template, TemplateUse};
use proptest::prelude::*;

fn check_everything(bytes: &[u8]) {
    let _ = FileKind::of(bytes);
    if let Ok(ddx) = Ddx::parse("a", bytes) {
        let _ = lint::ddx(&ddx, ["a", "b"]);
    }
    if let Ok(template) = Template::parse("a", bytes) {
        let _ = template.check(&TemplateUse::default().print());
        let _ = template.check_data("a", bytes);
        let _ = template.check_data("a", b"<a><b>1</b><c><d/></c></a>");
    }
    let _ = lint::data("a", bytes);
    let _ = lint::batch_data("a", bytes);
    let _ = lint::pdf("a", bytes);
    let _ = lint::batch_configuration(Place::default(), bytes);
    for operation in [Operation::Pdf, Operation::Print, Operation::PdfaConvert] {
        let _ = lint::options(Place::default(), bytes, operation);
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = lint::target(&text, Api::Batch, Login::OAuth);
}

/// Elements and attributes that the checks know, in any order.
fn form() -> impl Strategy<Value = String> {
    let attribute = prop_oneof![
        Just(String::new()),
        "name='[a-d]'",
        "match='(none|once|global|dataRef)' ref='[$a-d.*!\\[\\]\\\\]{0,8}'",
        "usehref='[a-c:#/.]{0,6}'",
        "min='0'",
        "source='[a-d]' result='[a-d]'",
    ];
    let name = "(subform|field|exclGroup|bind|bindItems|occur|proto|ui|value|a|b|PDF)";
    let leaf =
        (name, attribute.clone()).prop_map(|(name, attribute)| format!("<{name} {attribute}/>"));
    leaf.prop_recursive(5, 40, 5, move |inner| {
        (
            name,
            attribute.clone(),
            proptest::collection::vec(inner, 0..5),
        )
            .prop_map(|(name, attribute, inner)| {
                format!("<{name} {attribute}>{}</{name}>", inner.concat())
            })
    })
}

proptest! {
    #[test]
    fn any_bytes_are_checked(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_everything(&bytes);
    }

    #[test]
    fn any_pdf_is_checked(text in "(trailer|startxref|/XRef|/Encrypt| obj|stream|/XFA|.){0,20}") {
        check_everything(format!("%PDF-1.7{text}").as_bytes());
    }

    #[test]
    fn any_form_is_checked(form in form(), data in form()) {
        let xdp = format!("<template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform name='a'>{form}</subform></template>");
        check_everything(xdp.as_bytes());
        check_everything(format!("<DDX xmlns='http://ns.adobe.com/DDX/1.0/'>{form}</DDX>").as_bytes());
        let template = Template::parse("a", xdp.as_bytes()).expect("it is a template");
        let _ = template.check_data("b", data.as_bytes());
    }

    #[test]
    fn any_options_are_checked(json in "[{}\\[\\]\":,a-c0-9 ]{0,40}") {
        check_everything(json.as_bytes());
        check_everything(format!("{{\"printConfig\":{json}}}").as_bytes());
    }
}
