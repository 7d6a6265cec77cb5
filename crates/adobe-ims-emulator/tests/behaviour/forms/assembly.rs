//! `ddx/invoke`.

use adobe_ims_emulator::AssemblerAnswer;
use http::Request;

use crate::forms::generation::GENERATE;
use crate::forms::support::{Answer, Forms, PDF, Part, XML, pages};

const INVOKE: &str = "/adobe/forms/assembler/ddx/invoke";
const OCTETS: &str = "application/octet-stream";

/// Returns a PDF whose pages have these texts.
pub(crate) fn pdf(forms: &Forms, texts: &[&str]) -> Vec<u8> {
    let blocks: String = texts
        .iter()
        .map(|text| {
            format!("<subform h='1in' w='3in'><breakBefore targetType='pageArea'/><draw w='3in'><value><text>{text}</text></value></draw></subform>")
        })
        .collect();
    let template = format!("<template><subform layout='tb'>{blocks}</subform></template>");
    let answer = forms.post(
        GENERATE,
        &[("template", Some("a.xdp"), Some(XML), template.as_bytes())],
    );
    assert_eq!(answer.pages().len(), texts.len());
    answer.body.to_vec()
}

/// Sends a DDX with two sources of three and one pages.
fn invoke(forms: &Forms, ddx: &str, options: &str) -> Answer {
    let ddx =
        format!("<?xml version=\"1.0\"?><DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\">{ddx}</DDX>");
    let (a, b) = (pdf(forms, &["a1", "a2", "a3"]), pdf(forms, &["b1"]));
    forms.post(
        INVOKE,
        &[
            ("ddx", Some("a.ddx"), Some(XML), ddx.as_bytes()),
            ("a.pdf", Some("a.pdf"), Some(OCTETS), &a),
            ("b.pdf", Some("b.pdf"), Some(PDF), &b),
            ("surplus.pdf", Some("surplus.pdf"), Some(PDF), b"not used"),
            (
                "options",
                Some("options"),
                Some("application/json"),
                options.as_bytes(),
            ),
        ],
    )
}

/// Returns the names, and the texts of the pages, of the documents in an answer.
fn documents(answer: &Answer) -> Vec<(String, Vec<String>)> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let parts = answer.parts().into_iter();
    parts
        .map(|(disposition, content_type, content)| {
            assert_eq!(content_type, PDF);
            let name = disposition.rsplit("filename=").next().unwrap().to_owned();
            assert_eq!(
                disposition,
                format!("attachment; name={name}; filename={name}")
            );
            let texts = pages(&content).into_iter();
            (
                name,
                texts.map(|text| text.trim().replace('\n', " ")).collect(),
            )
        })
        .collect()
}

fn text(label: &str) -> String {
    format!("<StyledText><p>{label}</p></StyledText>")
}

#[test]
fn sources_are_put_together_as_the_ddx_says() {
    let forms = Forms::new();
    let footer = format!(
        "<Footer><Center>{}</Center></Footer>",
        text("Page <_PageNumber/> of <_LastPageNumber/>")
    );
    for (ddx, expected) in [
        (
            "<PDF result='all.pdf'><PDF source='a.pdf'/><PDF source='b.pdf'/></PDF>".to_owned(),
            vec![("all.pdf", vec!["a1", "a2", "a3", "b1"])],
        ),
        (
            "<PDF result='x'><PDF source='b.pdf'/><PDF source='a.pdf' pages='3-2,1'/><PDF source='b.pdf'/></PDF>".to_owned(),
            vec![("x", vec!["b1", "a3", "a2", "a1", "b1"])],
        ),
        (
            "<PDF result='x'><PDF source='a.pdf' pages='last'/><PDF source='gone.pdf' required='false'/></PDF>".to_owned(),
            vec![("x", vec!["a3"])],
        ),
        (
            format!("<PDF result='x'>{footer}<PDF source='a.pdf' pages='1-2'/></PDF>"),
            vec![("x", vec!["a1 Page 1 of 2", "a2 Page 2 of 2"])],
        ),
        (
            format!(
                "<PDF result='x'><PageMargins top='1in'/><PDF source='a.pdf' pages='1'><Header><Left>{}</Left></Header></PDF><PDF source='b.pdf'><Watermark rotation='45'>{}</Watermark></PDF></PDF>",
                text("H"),
                text("DRAFT")
            ),
            vec![("x", vec!["a1 H", "b1 DRAFT"])],
        ),
        (
            "<PDF result='2.pdf'><PDF source='t'/><PDF source='b.pdf'/></PDF><PDF result='t' return='false'><PDF source='a.pdf' pages='2'/></PDF><PDF result='3.pdf'><PDF source='b.pdf'/></PDF>".to_owned(),
            vec![("2.pdf", vec!["a2", "b1"]), ("3.pdf", vec!["b1"])],
        ),
        (
            "<PDFsFromBookmarks prefix='part'><PDF source='m'/></PDFsFromBookmarks><PDF result='m' return='false'><PDF source='a.pdf' bookmarkTitle='A'/><PDF source='b.pdf' bookmarkTitle='B'/></PDF>".to_owned(),
            vec![("part.00001.pdf", vec!["a1", "a2", "a3"]), ("part.00002.pdf", vec!["b1"])],
        ),
    ] {
        let found = documents(&invoke(&forms, &ddx, "{}"));
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(name, texts)| (name.to_owned(), texts.into_iter().map(str::to_owned).collect()))
            .collect();
        let found: Vec<(String, Vec<String>)> = found
            .into_iter()
            .map(|(name, texts)| (name, texts.into_iter().map(|text| sorted(&text)).collect()))
            .collect();
        let expected: Vec<(String, Vec<String>)> = expected
            .into_iter()
            .map(|(name, texts): (String, Vec<String>)| (name, texts.iter().map(|text| sorted(text)).collect()))
            .collect();
        assert_eq!(found, expected, "{ddx}");
    }
}

/// Returns the words of a text in alphabetical order. Headers may come before or after the page.
fn sorted(text: &str) -> String {
    let mut words: Vec<_> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

#[test]
fn title_and_author_are_in_the_document_and_its_report() {
    let forms = Forms::new();
    let ddx = "<PDF result='x.pdf'><Title value='T &amp; Ü'/><Author>Me</Author><PDF source='b.pdf'/></PDF>\
               <DocumentInformation source='x.pdf' result='info.xml'/>";
    let answer = invoke(&forms, ddx, "{}");
    let parts = answer.parts();
    assert_eq!(parts[1].0, "attachment; name=info.xml; filename=info.xml");
    assert_eq!(parts[1].1, XML);
    let report = String::from_utf8(parts[1].2.clone()).unwrap();
    for words in [
        "<Title>T &amp; Ü</Title>",
        "<Author>Me</Author>",
        "<PageCount>1</PageCount>",
    ] {
        assert!(report.contains(words), "{report}");
    }
}

#[test]
fn answer_of_one_document_may_be_bare() {
    let forms = Forms::new();
    let one = "<PDF result='x.pdf'><PDF source='b.pdf'/></PDF>";
    let two = format!("{one}<PDF result='y.pdf'><PDF source='b.pdf'/></PDF>");
    let settings = |body: &[u8]| {
        let answer = forms.send(Request::patch("/_emu/aem/settings"), body);
        (answer.status, answer.text())
    };
    assert_eq!(documents(&invoke(&forms, one, "{}")).len(), 1);
    let (status, text) = settings(br#"{"assembler_answer":"pdf"}"#);
    assert_eq!(status, 200);
    assert!(text.contains(r#""assembler_answer":"pdf""#), "{text}");
    let answer = invoke(&forms, one, "{}");
    assert_eq!(answer.content_type(), PDF);
    assert_eq!(answer.pages().len(), 1);
    assert_eq!(documents(&invoke(&forms, &two, "{}")).len(), 2);
    forms
        .emulator
        .set_assembler_answer(AssemblerAnswer::Multipart);
    assert_eq!(documents(&invoke(&forms, one, "{}")).len(), 1);
    for body in [
        r#"{"assembler_answer":"zip"}"#,
        r#"{"assembler-answer":"pdf"}"#,
        "pdf",
    ] {
        let (status, text) = settings(body.as_bytes());
        assert_eq!(status, 400, "{text}");
    }
    let answer = forms.send(Request::get("/_emu/aem/settings"), b"");
    assert_eq!(answer.json()["assembler_answer"], "multipart");
}

/// Checks the parts of a failure, and returns the message and the log.
pub(crate) fn failure(answer: &Answer, log: &str) -> (String, String) {
    assert_eq!(answer.status, 500, "{}", answer.text());
    let parts: Vec<(String, String)> = answer
        .parts()
        .into_iter()
        .map(|(disposition, _, content)| {
            let name = disposition
                .strip_prefix("attachment; name=")
                .unwrap()
                .to_owned();
            (name, String::from_utf8(content).unwrap())
        })
        .collect();
    let get = |name: &str| {
        let mut parts = parts.iter();
        let part = parts.find(|(key, _)| key == name);
        part.unwrap_or_else(|| panic!("{name}")).1.clone()
    };
    assert_eq!(get("status"), "500");
    assert_ne!(get("code"), "");
    assert_ne!(get("jobLog"), "");
    (get("message"), get(log))
}

#[test]
fn what_cannot_be_assembled_is_in_the_job_log() {
    let forms = Forms::new();
    for (ddx, words) in [
        (
            "<PDF result='x'><PDF source='b.pdf'/><TableOfContents/></PDF>",
            "TableOfContents",
        ),
        ("<Unheard/>", "Unheard"),
        (
            "<PDF result='x'><PDF source='surplus.pdf'/></PDF>",
            "surplus.pdf",
        ),
        ("<PDF result='x'><PDF source='b.pdf' pages='7'/></PDF>", "7"),
        (
            "<PDF result='x'><PDF source='b.pdf' pages='one'/></PDF>",
            "b.pdf",
        ),
        (
            "<PDF result='x'><PDF source='b.pdf'/></PDF><PDF result='x'><PDF source='a.pdf'/></PDF>",
            "Two results",
        ),
        (
            "<PDFsFromBookmarks prefix='p'><PDF source='b.pdf'/></PDFsFromBookmarks>",
            "bookmarks",
        ),
        ("", "no result"),
        ("<PDF", "well-formed"),
    ] {
        let (message, log) = failure(&invoke(&forms, ddx, "{}"), "jobLog");
        assert!(
            message.contains(words) && log.contains(words),
            "{ddx}: {message}"
        );
    }
    let https = "<DDX xmlns=\"https://ns.adobe.com/DDX/1.0/\"><PDF result='x'><PDF source='b'/></PDF></DDX>";
    let answer = forms.post(
        INVOKE,
        &[("ddx", Some("a.ddx"), Some(XML), https.as_bytes())],
    );
    let (message, _) = failure(&answer, "jobLog");
    assert!(message.contains("https://ns.adobe.com") && message.contains("http://ns.adobe.com"));
}

#[test]
fn mistakes_of_the_client_are_400() {
    let forms = Forms::new();
    let one = "<PDF result='x'><PDF source='b.pdf'/></PDF>";
    for (ddx, options, words) in [
        ("<PDF result='x'><PDF source='B.pdf'/></PDF>", "{}", "B.pdf"),
        (
            "<PDF result='x'><PDF source='y'/></PDF><PDF result='y'><PDF source='x'/></PDF>",
            "{}",
            "source",
        ),
        (
            "<DocumentInformation source='c.pdf' result='i'/>",
            "{}",
            "c.pdf",
        ),
        (one, "x", "options"),
        (one, r#"{"validateOnly":"yes"}"#, "options"),
    ] {
        let answer = invoke(&forms, ddx, options);
        assert_eq!(answer.status, 400, "{ddx}: {}", answer.text());
        let body = answer.json();
        assert_eq!(body["status"], 400);
        assert!(body["message"].as_str().unwrap().contains(words), "{body}");
    }
    let b = pdf(&forms, &["b"]);
    let part: Part<'_> = ("b.pdf", Some("b.pdf"), Some(PDF), &b);
    let answer = forms.post(INVOKE, &[part]);
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].as_str().unwrap().contains("ddx"));
}

#[test]
fn failed_results_are_left_out_on_request() {
    let forms = Forms::new();
    let ddx = "<PDF result='x.pdf'><PDF source='gone.pdf'/></PDF><PDF result='y.pdf'><PDF source='b.pdf'/></PDF>";
    assert_eq!(invoke(&forms, ddx, r#"{"failOnError":true}"#).status, 400);
    let answer = invoke(&forms, ddx, r#"{"failOnError":false}"#);
    assert_eq!(
        documents(&answer),
        [("y.pdf".to_owned(), vec!["b1".to_owned()])]
    );
    let none = "<PDF result='x.pdf'><PDF source='gone.pdf'/></PDF>";
    let answer = invoke(&forms, none, r#"{"failOnError":false}"#);
    assert_eq!(answer.status, 200);
    let parts = answer.parts();
    assert_eq!(parts[0].0, "attachment; name=jobLog");
    assert!(String::from_utf8_lossy(&parts[0].2).contains("gone.pdf"));
}

#[test]
fn validation_reads_the_ddx_only() {
    let forms = Forms::new();
    let options = r#"{"validateOnly":true,"defaultStyle":null,"firstBatesNumber":-1}"#;
    let answer = invoke(
        &forms,
        "<PDF result='x'><PDF source='gone.pdf'/></PDF>",
        options,
    );
    assert_eq!(answer.status, 200);
    let parts = answer.parts();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].0, "attachment; name=jobLog");
    failure(&invoke(&forms, "<Unheard/>", options), "jobLog");
}

#[test]
fn fragments_are_put_into_a_template() {
    let forms = Forms::new();
    let ddx = "<DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\"><XDP result='r.xdp'><XDP source='base.xdp'><XDPContent insertionPoint='here' source='f.xdp'/></XDP></XDP></DDX>";
    let base = "<template><subform name='a' layout='tb'><subform name='here'><draw/></subform></subform></template>";
    let fragment = "<template><subform><subform name='f'><draw><value><text>from the fragment</text></value></draw></subform></subform></template>";
    let answer = forms.post(
        INVOKE,
        &[
            ("ddx", Some("a.ddx"), Some(XML), ddx.as_bytes()),
            ("base.xdp", Some("base.xdp"), Some(XML), base.as_bytes()),
            ("f.xdp", Some("f.xdp"), Some(XML), fragment.as_bytes()),
        ],
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    let parts = answer.parts();
    assert_eq!(parts[0].1, "application/vnd.adobe.xdp+xml");
    let made = forms.post(
        GENERATE,
        &[("template", Some("r.xdp"), Some(XML), &parts[0].2)],
    );
    assert!(made.pages().concat().contains("from the fragment"));
}
