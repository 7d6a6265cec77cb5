//! The check of `ims doctor` of the address of an API, without a network.

use serde_json::json;

use crate::doctor_offline::Report;
use crate::support::{CLIENT_SECRET, Ims, write_private};

#[test]
fn address_of_the_api_is_compared_with_the_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let document = |client_id: &str| {
        let document = json!({"CLIENT_ID": client_id, "CLIENT_SECRETS": [CLIENT_SECRET], "SCOPES": ["openid"], "ORG_ID": "ABCDEF0123456789ABCDEF02@AdobeOrg"});
        write_private(&folder.path().join("document.json"), document.to_string());
    };
    document("cm-p1-e2-integration-0");
    let path = "/adobe/forms/doc/v1/generatePDFOutput";
    let author = "https://author-p1-e2.adobeaemcloud.com";
    for (url, finding) in [
        (author.to_owned(), None),
        (format!("{author}{path}"), None),
        ("http://localhost:4502/".to_owned(), None),
        (
            format!("{author}{path}{path}"),
            Some("problem certain aem-path-doubled"),
        ),
        (
            author.replace("https", "http"),
            Some("problem certain endpoint-insecure"),
        ),
        (
            author.replace("com", "net"),
            Some("problem likely aem-host-misspelt"),
        ),
        (
            author.replace("p1-", ""),
            Some("problem likely aem-host-malformed"),
        ),
        (
            author.replace("p1", "p3"),
            Some("problem likely aem-wrong-environment"),
        ),
    ] {
        let ims = Ims::new([
            "doctor",
            "-c",
            "document.json",
            "--target",
            &url,
            "--url",
            "http://127.0.0.1:1",
        ]);
        let report = Report::of(ims.in_folder(folder.path()));
        let check = report.check("target-host");
        let finding = finding.map_or("ok".to_owned(), str::to_owned);
        let cause = check["problem"]
            .as_str()
            .map(|id| format!(" {} {id}", check["certainty"].as_str().unwrap()));
        let found = format!(
            "{}{}",
            check["verdict"].as_str().unwrap(),
            cause.unwrap_or_default()
        );
        assert_eq!(found, finding, "{url}");
    }
}
