//! `ims forms generate --each`: a template that changes during the run.

use std::fs;

use crate::forms_world::{AS_PDF, PDF, Server, TEMPLATE, answer, inputs};

#[test]
fn all_documents_of_a_run_are_made_of_the_template_that_was_checked() {
    let folder = inputs();
    let template = folder.path().join("letter.xdp");
    let changed = template.clone();
    let server = Server::new(move |_| {
        fs::write(&changed, "<changed/>").unwrap();
        answer(AS_PDF, PDF)
    });
    let arguments = ["generate", "letter.xdp", "--each", "people.csv", "-j", "1"];
    let out = ["--out", "out/{name}.pdf"];
    let call = server.forms(folder.path(), &[&arguments[..], &out].concat());
    call.run();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert!(request.body.contains(TEMPLATE), "{}", request.number);
    }
    assert_eq!(fs::read_to_string(template).unwrap(), "<changed/>");
}
