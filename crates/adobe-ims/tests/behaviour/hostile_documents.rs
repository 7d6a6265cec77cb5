//! Documents that were made to take long, to exhaust the stack, or to make a message quote a secret.

use std::time::{Duration, Instant};

use adobe_ims::Credentials;
use proptest::prelude::*;

use crate::support::CLIENT_SECRET;

#[test]
fn large_documents_of_any_notation_are_read_or_refused_soon() {
    let repeated = |part: &str| part.repeat((1 << 18) / part.len());
    let numbered = |line: &dyn Fn(usize) -> String| -> String { (0..4_000).map(line).collect() };
    for document in [
        repeated("["),
        repeated("{\"a\":"),
        repeated("{a:"),
        repeated("a: "),
        repeated("- "),
        repeated("\n\n"),
        repeated("a='"),
        repeated("curl -d 'a=b' "),
        format!("curl {}", repeated("-d x=y ")),
        format!("a: {}", repeated("[")),
        format!("a: {}", repeated("{b: ")),
        format!("a: |\n{}", repeated("  b\n")),
        format!("a: \"{}", repeated("\\ \n")),
        numbered(&|number| format!("A{number}_CLIENT_ID=x\nA{number}_CLIENT_SECRET=y\n")),
        numbered(&|number| {
            format!(
                "AIO_ims_contexts_a{number}_client__id=x\nAIO_ims_contexts_a{number}_scopes=y\n"
            )
        }),
        numbered(&|number| format!("[a{number}]\nclient_id=x\n")),
        numbered(&|number| format!("a{number}:\n  client_id: x\n  org_id: y@AdobeOrg\n")),
        format!("{{{}}}", numbered(&|number| format!("a{number}: b\n"))),
        format!(
            "{{{}\"b\":1}}",
            numbered(&|number| format!(
                "\"a{number}\":{{\"client_id\":\"x\",\"org_id\":\"y@AdobeOrg\"}},"
            ))
        ),
    ] {
        let start = Instant::now();
        let _ = Credentials::parse(document.as_bytes());
        let taken = start.elapsed();
        let beginning: String = document.chars().take(20).collect();
        assert!(taken < Duration::from_secs(20), "{beginning}: {taken:?}");
    }
}

proptest! {
    #[test]
    fn any_notation_is_read_or_refused_without_its_secrets(
        before in "(?s)(\\{|\\[a\\]\n|a:\n  |curl |data:\n  |)",
        name in proptest::sample::select(vec![
            "client_id", "clientSecret", "AEM_CLIENT_SECRET", "jwt_payload", "SecretString", "values", "data",
            "stringData", "enterprise", "-d client_secret", "IMS_HOST", "environment", "private_key",
        ]),
        between in proptest::sample::select(vec!["=", ": ", ": \"", ": '", ": |\n    ", ": [", ": {", "='"]),
        after in "(?s)[\"'\\]\\}\n :=|-]{0,8}(client_id: x\n|CLIENT_ID=x\n|)",
    ) {
        let text = format!("{before}{name}{between}{CLIENT_SECRET}{after}");
        if let Err(error) = Credentials::parse(text.as_bytes()) {
            let message = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
            prop_assert!(!message.contains("SECRET?"), "{}: {}", text, message);
        }
    }
}
