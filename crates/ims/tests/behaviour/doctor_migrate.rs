//! `ims doctor --migrate --offline`: the comparison of two documents.

use serde_json::{Value, json};

use crate::migration_world::{
    NEW_ACCOUNT, NEW_CLIENT, ORGANIZATION, Report, folder, jwt_download, oauth, offline,
    service_credentials,
};
use crate::support::{CLIENT_SECRET, Ims, LASTING_TOKEN, OLD_TOKEN, fixture, write_private};

#[test]
fn other_client_and_account_need_everything_again() {
    let folder = folder(&service_credentials(), &oauth());
    let report = Report::of(offline(&folder, &[]));
    assert_eq!(
        report.findings(),
        [
            ("migrate-client", "warning", "none"),
            ("migrate-account", "warning", "none"),
        ]
    );
    assert_eq!(
        report.check("migrate-documents")["evidence"],
        json!([
            "old, service_token.json: service credentials of the AEM Developer Console",
            "new, oauth.json: OAuth server-to-server",
        ])
    );
    let deprecation = report.check("migrate-deprecation");
    let summary = "no end of the old credentials is published";
    assert_eq!(deprecation["summary"], summary);
    assert_eq!(
        report.steps(),
        [
            "product-profiles",
            "aem-groups",
            "allowed-clients",
            "apis",
            "request",
            "lifetime",
            "headers",
            "secret",
            "configuration",
            "remove-old",
        ]
    );
    assert_eq!(
        report.step("allowed-clients")["snippet"],
        format!(
            "kind: \"API\"\nversion: \"1\"\nmetadata:\n  envTypes: [\"dev\", \"stage\", \"prod\"]\ndata:\n  \
             allowedClientIDs:\n    author:\n      - \"{NEW_CLIENT}\""
        )
    );
    assert_eq!(
        report.step("request")["snippet"],
        format!(
            "POST https://ims-na1.adobelogin.com/ims/token/v3\ngrant_type=client_credentials\nclient_id={NEW_CLIENT}\n\
             client_secret=(a secret of the new document)\nscope=openid,AdobeID,read_organizations,aem.document"
        )
    );
    assert_eq!(report.step("lifetime")["snippet"], Value::Null);
}

#[test]
fn converted_credential_keeps_its_rights() {
    let folder = folder(&jwt_download(), &oauth());
    let report = Report::of(offline(&folder, &[]));
    assert_eq!(
        report.findings(),
        [("migrate-deprecation", "warning", "none")]
    );
    let client = report.check("migrate-client");
    assert_eq!(client["summary"], format!("both are {NEW_CLIENT}"));
    let account = report.check("migrate-account");
    assert_eq!(account["summary"], "the technical account stays");
    let steps = [
        "generated-project",
        "request",
        "lifetime",
        "secret",
        "configuration",
        "remove-old",
    ];
    assert_eq!(report.steps(), steps);
}

#[test]
fn mistakes_are_named_offline() {
    let changed = |name: &str, value: Value| {
        let mut document = oauth();
        document[name] = value;
        document
    };
    let mut without_scopes = oauth();
    without_scopes.as_object_mut().unwrap().remove("SCOPES");
    let stage = json!({
        "clientId": NEW_CLIENT,
        "clientSecret": CLIENT_SECRET,
        "adobeIMSV3TokenEndpointURL": "https://ims-na1-stg1.adobelogin.com/ims/token/v3",
        "scopes": "openid,AdobeID,aem.document",
    });
    let token = json!({"ok": true, "statusCode": 200, "accessToken": OLD_TOKEN});
    let rest = [
        ("migrate-client", "warning", "none"),
        ("migrate-account", "warning", "none"),
    ];
    for (old, new, expected) in [
        (
            oauth(),
            service_credentials(),
            ("migrate-documents", "problem", "migration-swapped"),
        ),
        (
            oauth(),
            jwt_download(),
            ("migrate-documents", "problem", "migration-swapped"),
        ),
        (
            oauth(),
            oauth(),
            ("migrate-documents", "problem", "migration-document-twice"),
        ),
        (
            service_credentials(),
            service_credentials(),
            ("migrate-documents", "problem", "migration-document-twice"),
        ),
        (
            service_credentials(),
            jwt_download(),
            ("migrate-documents", "problem", "migration-new-kind-wrong"),
        ),
        (
            service_credentials(),
            token.clone(),
            ("migrate-documents", "problem", "migration-new-kind-wrong"),
        ),
        (
            token,
            oauth(),
            ("migrate-documents", "problem", "migration-old-kind-wrong"),
        ),
        (
            service_credentials(),
            without_scopes,
            ("migrate-new-document", "problem", "document-needs-more"),
        ),
        (
            service_credentials(),
            changed("CLIENT_ID", json!("${CLIENT_ID}")),
            ("migrate-new-document", "problem", "value-invalid"),
        ),
        (
            service_credentials(),
            changed("ORG_ID", json!("0011223344556677889900AA@AdobeOrg")),
            (
                "migrate-organization",
                "problem",
                "migration-organization-differs",
            ),
        ),
        (
            service_credentials(),
            stage,
            (
                "migrate-environment",
                "problem",
                "migration-environment-differs",
            ),
        ),
    ] {
        let folder = folder(&old, &new);
        let report = Report::of(offline(&folder, &[]));
        let found: Vec<_> = report.findings();
        let found: Vec<_> = found.into_iter().filter(|it| !rest.contains(it)).collect();
        assert_eq!(found, [expected], "{}", report.run.stdout);
        assert_eq!(report.run.code, 8, "{}", report.run.stdout);
        assert_ne!(report.steps().first(), Some(&"product-profiles"));
    }
}

#[test]
fn document_that_cannot_be_read_is_named_by_its_flag() {
    let folder = folder(&service_credentials(), &oauth());
    std::fs::remove_file(folder.path().join("oauth.json")).unwrap();
    let report = Report::of(offline(&folder, &[]));
    let check = report.check("migrate-new-document");
    assert_eq!(check["problem"], "file-unreadable");
    let seen = check["evidence"][0].as_str().unwrap();
    assert!(
        seen.contains("oauth.json\" (--migrate) cannot be read: "),
        "{seen}"
    );
    assert_eq!(check["summary"], "oauth.json is not usable as it is");
    let documents = report.check("migrate-documents");
    assert_eq!(documents["verdict"], "skipped");
    assert_eq!(
        documents["summary"],
        "the new credentials could not be read"
    );
    assert_eq!(report.json["steps"], json!([]));
}

#[test]
fn content_in_place_of_a_file_is_not_repeated() {
    let folder = folder(&service_credentials(), &oauth());
    let content = oauth().to_string();
    for document in [content.as_str(), "p8e-AbCdEfGhIjKlMnOpQrStUvWxYz01"] {
        let arguments = [
            "doctor",
            "-c",
            "service_token.json",
            "--offline",
            "--migrate",
            document,
        ];
        let report = Report::of(Ims::new(arguments).in_folder(folder.path()));
        let check = report.check("migrate-new-document");
        let summary = "the document of --migrate is not usable as it is";
        assert_eq!(check["summary"], summary, "{check:#}");
        assert!(
            !report.run.stdout.contains("AbCdEf"),
            "{}",
            report.run.stdout
        );
    }
}

#[test]
fn variables_of_the_old_credentials_do_not_complete_the_new_document() {
    let mut new = oauth();
    new.as_object_mut().unwrap().remove("SCOPES");
    let folder = folder(&service_credentials(), &new);
    let report = Report::of(offline(&folder, &[]).env("IMS_SCOPES", "openid"));
    let found = report.findings();
    assert_eq!(
        found,
        [("migrate-new-document", "problem", "document-needs-more")]
    );
}

#[test]
fn token_in_a_variable_is_no_credential() {
    let folder = folder(&service_credentials(), &oauth());
    let arguments = ["doctor", "--migrate", "oauth.json", "--offline"];
    let call = Ims::new(arguments).in_folder(folder.path());
    let report = Report::of(call.env("IMS_ACCESS_TOKEN", LASTING_TOKEN));
    let found = report.findings();
    assert_eq!(
        found,
        [("migrate-documents", "problem", "migration-old-kind-wrong")]
    );
    // Without anything, the missing credentials are the only problem.
    let report = Report::of(Ims::new(arguments).in_folder(folder.path()));
    assert_eq!(report.findings(), []);
    assert_eq!(report.check("sources")["problem"], "credentials-missing");
}

#[test]
fn stdin_for_both_documents_is_refused() {
    let run = Ims::new(["doctor", "-c", "-", "--migrate", "-", "--offline"]).run();
    run.assert_failed(2, "usage");
}

#[test]
fn stdin_can_hold_the_new_document() {
    let folder = folder(&service_credentials(), &oauth());
    let arguments = [
        "doctor",
        "-c",
        "service_token.json",
        "--migrate",
        "-",
        "--offline",
    ];
    let call = Ims::new(arguments).in_folder(folder.path());
    let report = Report::of(call.stdin(oauth().to_string()));
    assert_eq!(report.json["verdict"], "warning");
    assert_eq!(report.run.code, 0);
}

#[test]
fn generated_project_is_left_to_adobe() {
    let project = json!({"project": {
        "name": "AEM-p1-e2",
        "org": {"ims_org_id": ORGANIZATION},
        "workspace": {"details": {"credentials": [{
            "name": "old",
            "integration_type": "service",
            "jwt": {
                "client_id": NEW_CLIENT,
                "client_secret": CLIENT_SECRET,
                "technical_account_id": NEW_ACCOUNT,
                "meta_scopes": ["ent_aem_cloud_api"],
            },
        }]}},
    }});
    let folder = folder(&project, &oauth());
    write_private(&folder.path().join("private.key"), fixture("pkcs8.pem"));
    let report = Report::of(offline(&folder, &["--private-key-file", "private.key"]));
    let summary = "Adobe itself migrates the project AEM-p1-e2";
    assert_eq!(report.check("migrate-deprecation")["summary"], summary);
    assert_eq!(report.steps(), ["generated-project"]);
}

/// Returns the report from the stage of the migration on.
fn of_migration(stdout: &str) -> &str {
    let at = stdout.find("\nMigration\n").unwrap();
    &stdout[at + 1..]
}

#[test]
fn example_of_the_guide_is_what_the_command_prints() {
    let folder = folder(&service_credentials(), &oauth());
    let run = offline(&folder, &[]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let guide = include_str!("../../../../docs/migrating-from-jwt.md");
    let command = "$ ims doctor -c service_token.json --migrate oauth.json --offline\n";
    let (_, example) = guide.split_once(command).unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let (_, example) = example.split_once("…\n").unwrap();
    assert_eq!(of_migration(&run.stdout), example);
}

#[test]
fn profile_is_named_in_the_steps() {
    let folder = folder(&service_credentials(), &oauth());
    let configuration = "version = 1\n[profiles.prod]\ntype = \"document\"\ncredentials = { file = \"service_token.json\" }\n";
    write_private(&folder.path().join("config.toml"), configuration);
    let arguments = [
        "doctor",
        "-p",
        "prod",
        "--migrate",
        "oauth.json",
        "--offline",
    ];
    let call = Ims::new(arguments).in_folder(folder.path());
    let report = Report::of(call.env("IMS_CONFIG", folder.path().join("config.toml")));
    let text = report.step("configuration")["text"].as_str().unwrap();
    assert!(
        text.starts_with("In [profiles.prod] of the configuration, write type = \"document\" "),
        "{text}"
    );
    let documents = report.check("migrate-documents");
    let old = documents["evidence"][0].as_str().unwrap();
    assert_eq!(
        old,
        "old, the profile prod: service credentials of the AEM Developer Console"
    );
}
