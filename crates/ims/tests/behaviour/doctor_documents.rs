//! The offline checks of documents and values: the table is `doctor_documents.txt`.

use serde_json::{Value, json};

use crate::support::{CLIENT_SECRET, Ims, OLD_TOKEN, Run, World, fixture};

/// The checks that this file is about, in their order.
const CHECKS: [&str; 10] = [
    "document",
    "document-kind",
    "values",
    "grant",
    "deprecation",
    "environment",
    "identities",
    "scopes",
    "metascopes",
    "client-secrets",
];

/// Returns the checks of documents and values, as JSON.
#[track_caller]
fn checks(run: &Run) -> Vec<Value> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    assert_eq!(report["schema"], "ims.doctor/1");
    let all = report["checks"].as_array().unwrap();
    let is_problem = all.iter().any(|check| check["verdict"] == "problem");
    assert_eq!(run.code, if is_problem { 8 } else { 0 }, "{run:?}");
    let of_documents = all
        .iter()
        .filter(|check| CHECKS.contains(&check["id"].as_str().unwrap()));
    of_documents.cloned().collect()
}

/// Returns the warnings and problems: verdict, check, problem and certainty.
#[track_caller]
fn findings(run: &Run) -> Vec<String> {
    let found = checks(run).into_iter().filter(|check| {
        let verdict = check["verdict"].as_str().unwrap();
        ["warning", "problem"].contains(&verdict)
    });
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let columns = |check: Value| {
        ["verdict", "id", "problem", "certainty"]
            .map(|key| text(&check[key]))
            .join(" ")
    };
    found.map(columns).collect()
}

fn doctor(world: &World, arguments: &[&str]) -> Ims {
    let command = ["doctor", "--offline", "-o", "json"];
    Ims::new(command.iter().chain(arguments)).in_folder(world.folder.path())
}

/// Returns a good document of each kind.
fn base(world: &World, name: &str) -> Value {
    let aem = world.document();
    let account = &aem["integration"];
    match name {
        "aem" => aem,
        "oauth" => json!({
            "CLIENT_ID": "oauth!+ID", "CLIENT_SECRETS": [CLIENT_SECRET],
            "SCOPES": ["openid", "AdobeID", "read_organizations"], "ORG_ID": account["org"],
        }),
        "console-jwt" => json!({
            "API_KEY": "0123456789abcdef0123456789abcdef", "CLIENT_SECRET": CLIENT_SECRET,
            "ORG_ID": account["org"], "TECHNICAL_ACCOUNT_ID": account["id"],
            "METASCOPES": "ent_user_sdk", "PRIVATE_KEY": account["privateKey"],
        }),
        other => panic!("no base: {other}"),
    }
}

/// Makes a change of the table.
fn change(document: &mut Value, change: &str) {
    let (path, value) = match change.split_once('=') {
        Some((path, value)) => (path, Some(value)),
        None => (change, None),
    };
    let (parent, key) = path.rsplit_once('/').unwrap();
    let parent = document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), serde_json::from_str(value).unwrap()),
        None => parent.remove(key),
    };
}

#[test]
fn every_change_of_a_good_document_is_found_and_nothing_else() {
    let world = World::new();
    let rows = include_str!("doctor_documents.txt").lines();
    let rows = rows.filter(|row| !row.is_empty() && !row.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split(" |").map(str::trim).collect();
        let [name, changes, expected, said] = columns.as_slice() else {
            panic!("not a row: {row}");
        };
        let mut document = base(&world, name);
        for edit in changes.split(" ;; ").filter(|it| !it.is_empty()) {
            change(&mut document, edit.trim());
        }
        world.write("document.json", document.to_string());
        let run = doctor(&world, &["-c", "document.json"]).run();
        let expected = expected.split("; ").filter(|it| !it.is_empty());
        assert_eq!(
            findings(&run),
            expected.collect::<Vec<_>>(),
            "{row}\n{}",
            run.stdout
        );
        assert!(run.stdout.contains(said), "{row}\n{}", run.stdout);
        assert_eq!(run.stderr, "", "{row}");
    }
}

#[test]
fn text_that_is_no_document_is_named_with_the_place_of_its_fault() {
    let world = World::new();
    let document = serde_json::to_string_pretty(&base(&world, "oauth")).unwrap();
    let unreadable = "problem document document-not-json certain";
    let unknown = "problem document-kind document-unknown certain";
    let value = "problem values value-invalid certain";
    let one = |text: &str| text.as_bytes().to_vec();
    let utf16: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, finding, said) in [
        (one(""), unreadable, "the credential document is empty"),
        (one(" \n\n"), unreadable, "the credential document is empty"),
        (
            one("<!DOCTYPE html>\n<html>"),
            unreadable,
            "a web page (HTML)",
        ),
        (
            one(&document[..document.len() / 2]),
            unreadable,
            "it ends in the middle of a text, so a part is missing, at line 6, column 24",
        ),
        (
            one(&document[..document.len() - 2]),
            unreadable,
            "it ends in the middle, so a part or the last bracket is missing, at line 11, column 4",
        ),
        (
            one(&document[2..]),
            unreadable,
            "its beginning with the first bracket `{` is missing",
        ),
        (
            one(&document.replacen("\n}", ",\n  .\n  .\n}", 1)),
            unreadable,
            "a line of dots, which stands for lines that were left out, at line 12, column 3",
        ),
        (
            one(&document.replacen("\"CLIENT_ID\"", "“CLIENT_ID”", 1)),
            unreadable,
            "typographic quotes, which a word processor or a chat made of straight ones, at line 2, column 3",
        ),
        (
            one(&format!("{document}\n{document}")),
            unreadable,
            "a text behind the end of the document at line 13, column 1",
        ),
        (one(&format!("downloaded:\n{document}")), unreadable, ""),
        (
            one(&format!(
                "\n\n{}",
                document.replacen(",\n", ",\n<<<<<<< HEAD\n", 1)
            )),
            unreadable,
            "the mark of a merge conflict at line 5, column 1",
        ),
        (utf16, unreadable, "UTF-16 without a byte order mark"),
        (
            document
                .replace("openid", "öpenid")
                .chars()
                .map(|c| c as u8)
                .collect(),
            unreadable,
            "bytes that are not text in UTF-8: binary, or an old encoding",
        ),
        (
            b"PK\x03\x04\x14\0\xFF".to_vec(),
            unreadable,
            "a zip archive",
        ),
        (vec![0x1F, 0x8B, 8, 0xFF], unreadable, "compressed (gzip)"),
        (
            one(&fixture("pkcs8.pem")),
            unreadable,
            "a private key by itself (a PEM file), and not the JSON that holds it",
        ),
        (
            one(&fixture("pkcs8.pem").replace("PRIVATE KEY", "CERTIFICATE")),
            unreadable,
            "a certificate by itself (a PEM file), and not the JSON that holds it",
        ),
        (one("404: Not Found"), unreadable, "the download failed"),
        (one("hello"), unreadable, "a text without names and values"),
        (one("{}"), unknown, "an empty JSON object"),
        (one("[]"), unknown, "JSON, but not an object"),
        (
            one(&document.replacen('{', "{\"CLIENT_ID\": \"x\",", 1)),
            unknown,
            "gives CLIENT_ID twice, at line 2, column ",
        ),
        (
            one(r#"{"error": "invalid_client", "error_description": "x"}"#),
            unknown,
            "the answer of a token endpoint: an error, and no credentials",
        ),
        (
            one(r#"{"clientId": "a", "clientSecret": "b", "subscriptionId": "c"}"#),
            unknown,
            "a service principal of Azure",
        ),
        (
            one(r#"{"type": "service_account", "client_id": "1", "private_key": "x"}"#),
            unknown,
            "a service account of Google Cloud",
        ),
        (
            one(OLD_TOKEN),
            "problem document-kind document-is-token certain",
            "the document of -c is a token",
        ),
        (
            one("{{ secrets.IMS }}"),
            value,
            "a reference that nobody replaced ({{ … }})",
        ),
    ] {
        world.write("document.json", &content);
        let run = doctor(&world, &["-c", "document.json"]).run();
        let shown = String::from_utf8_lossy(&content);
        assert_eq!(findings(&run), [finding], "{shown}\n{}", run.stdout);
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn document_that_was_repaired_is_a_warning_with_the_place() {
    let world = World::new();
    let document = serde_json::to_string_pretty(&base(&world, "oauth")).unwrap();
    let with_mark = format!("\u{feff}{document}");
    let with_mark = with_mark.encode_utf16().flat_map(u16::to_le_bytes);
    for (content, said) in [
        (
            document.replace('"', "'").into_bytes(),
            "single quotes in place of double quotes at line 2, column 3",
        ),
        (
            document.replacen("\n}", ",\n}", 1).into_bytes(),
            "a comma before the closing bracket at line 12, column 1",
        ),
        (
            document
                .replacen("\n", "\n  // production\n", 1)
                .into_bytes(),
            "a comment, which JSON does not have, at line 2, column 3",
        ),
        (
            document
                .replacen("\"CLIENT_ID\"", "CLIENT_ID", 1)
                .into_bytes(),
            "a name without quotes at line 2, column 3",
        ),
        (with_mark.collect(), "its encoding is UTF-16"),
    ] {
        world.write("document.json", &content);
        let run = doctor(&world, &["-c", "document.json"]).run();
        let expected = ["warning document document-repaired certain"];
        assert_eq!(findings(&run), expected, "{said}\n{}", run.stdout);
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
    }
    let inner = &base(&world, "aem")["integration"];
    world.write("document.json", inner.to_string());
    let run = doctor(&world, &["-c", "document.json"]).run();
    let expected = ["warning document-kind document-unwrapped certain"];
    assert_eq!(findings(&run), expected, "{}", run.stdout);
}

#[test]
fn checks_after_a_failure_are_skipped_with_the_reason() {
    let world = World::new();
    let skipped = |run: &Run| {
        let of_checks = checks(run).into_iter();
        let skipped = of_checks.filter(|check| check["verdict"] == "skipped");
        let ids = skipped.map(|check| format!("{}: {}", check["id"], check["summary"]));
        ids.map(|text| text.replace('"', "")).collect::<Vec<_>>()
    };
    world.write("document.json", "{\"CLIENT_ID\": ");
    let run = doctor(&world, &["-c", "document.json"]).run();
    let cannot = |id: &&str| match *id {
        "deprecation" => "deprecation: the kind of the credentials is not known".to_owned(),
        id => format!("{id}: the document cannot be read"),
    };
    assert_eq!(
        skipped(&run),
        CHECKS[1..].iter().map(cannot).collect::<Vec<_>>()
    );
    let mut document = base(&world, "aem");
    change(
        &mut document,
        "/integration/imsEndpoint=\"ims.example.test\"",
    );
    change(&mut document, "/integration/org=\"acme\"");
    world.write("document.json", document.to_string());
    // What does not depend on the identity service is checked all the same.
    let run = doctor(&world, &["-c", "document.json"]).run();
    assert_eq!(
        findings(&run),
        [
            "problem environment identity-service-not-named certain",
            "problem identities identity-malformed likely",
        ]
    );
    assert_eq!(skipped(&run), ["scopes: an assertion requests metascopes"]);
}

#[test]
fn flags_and_variables_that_do_not_fit_are_named() {
    let world = World::new();
    let mut aem = base(&world, "aem");
    change(
        &mut aem,
        "/integration/imsEndpoint=\"ims-na1.adobelogin.com\"",
    );
    world.write("aem.json", aem.to_string());
    world.write("oauth.json", base(&world, "oauth").to_string());
    world.write(
        "ignored.env",
        format!("CLIENT_ID=x\nCLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid,read_organizations\nENVIRONMENT=qa\n"),
    );
    let stage = "https://ims-na1-stg1.adobelogin.com";
    let contradictory = "problem grant credentials-contradictory certain";
    for (arguments, variable, finding, said) in [
        (
            &["-c", "aem.json", "--scope", "openid"][..],
            ("", ""),
            contradictory,
            "a technical account's (JWT), and scopes were added",
        ),
        (
            &["-c", "oauth.json", "--metascope", "ent_x"],
            ("", ""),
            contradictory,
            "OAuth server-to-server, and metascopes or a private key were added",
        ),
        (
            &["-c", "aem.json", "--token-version", "v3"],
            ("", ""),
            "problem grant usage certain",
            "--token-version goes with OAuth server-to-server only",
        ),
        (
            &["-c", "aem.json", "--url", stage],
            ("", ""),
            "problem environment environments-mixed likely",
            "the document is of production (https://ims-na1.adobelogin.com), and --url names stage",
        ),
        (
            &["-c", "aem.json"],
            ("IMS_URL", stage),
            "problem environment environments-mixed likely",
            "and IMS_URL names stage",
        ),
        (
            &["-c", "aem.json"],
            ("IMS_ENV", "stage"),
            "warning environment environments-mixed possible",
            "IMS_ENV names stage (https://ims-na1-stg1.adobelogin.com), and is ignored",
        ),
        (
            &["-c", "oauth.json"],
            ("IMS_ENV", "qa"),
            "problem environment endpoint-invalid certain",
            "IMS_ENV is neither prod nor stage",
        ),
        (
            &["-c", "oauth.json", "--url", "a b"],
            ("", ""),
            "problem environment endpoint-invalid certain",
            "the identity service that --url names is not usable",
        ),
        (
            &["-c", "ignored.env"],
            ("", ""),
            "warning environment none none",
            "ENVIRONMENT of the document is ignored",
        ),
    ] {
        let call = doctor(&world, arguments);
        let (name, value) = variable;
        let run = if name.is_empty() {
            call
        } else {
            call.env(name, value)
        }
        .run();
        assert_eq!(
            findings(&run),
            [finding],
            "{arguments:?} {name}\n{}",
            run.stdout
        );
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
    }
    // The identity service of OAuth credentials that name none is that of the variable.
    let run = doctor(&world, &["-c", "oauth.json"])
        .env("IMS_ENV", "stage")
        .run();
    assert_eq!(findings(&run), [""; 0]);
    let environment = &checks(&run)[5];
    assert_eq!(
        environment["summary"],
        format!("requests go to stage ({stage})")
    );
    assert_eq!(environment["evidence"], json!(["named by IMS_ENV"]));
}

#[test]
fn environment_of_a_token_is_that_of_its_requests() {
    let world = World::new();
    let production = "https://ims-na1.adobelogin.com";
    let call = |token: &str| {
        doctor(&world, &[])
            .env("IMS_ACCESS_TOKEN", token)
            .env("IMS_URL", production)
    };
    let run = call(OLD_TOKEN).run();
    let environment = &checks(&run)[5];
    assert_eq!(environment["verdict"], "ok", "{environment}");
    assert_eq!(checks(&run)[0]["summary"], "IMS_ACCESS_TOKEN holds a token");
}

#[test]
fn credentials_in_variables_and_profiles_are_checked_as_well() {
    let world = World::new();
    let variables = |secret: &str| {
        doctor(&world, &[])
            .env("IMS_CLIENT_ID", "oauth!+ID")
            .env("IMS_CLIENT_SECRET", secret)
            .env("IMS_SCOPES", "openid read_organizations")
    };
    let run = variables(CLIENT_SECRET).run();
    assert_eq!(findings(&run), [""; 0], "{run:?}");
    let found = checks(&run);
    assert_eq!(found[0]["verdict"], "skipped");
    assert_eq!(
        found[1]["summary"],
        "fields of an OAuth server-to-server credential"
    );
    let run = variables("oauth!+ID").run();
    let misplaced = "problem client-secrets client-secret-misplaced certain";
    assert_eq!(findings(&run), [misplaced]);
    let config = "version = 1\n[profiles.aem]\ntype = \"document\"\ncredentials = { file = \"document.json\" }\n";
    world.write("config.toml", config);
    let mut document = base(&world, "aem");
    change(&mut document, "/integration/metascopes=\"openid\"");
    world.write("document.json", document.to_string());
    let run = doctor(&world, &["-p", "aem", "--config", "config.toml"]).run();
    assert_eq!(findings(&run), ["problem metascopes scope-invalid likely"]);
    assert_eq!(
        checks(&run)[0]["summary"],
        "the document of the profile aem is readable: JSON"
    );
}

#[test]
fn secret_that_a_profile_cannot_fetch_is_not_called_wrong() {
    let world = World::new();
    let oauth = |command: &str| {
        let config = format!(
            "version = 1\n[profiles.oauth]\ntype = \"oauth-s2s\"\nclient_id = \"oauth!+ID\"\norg_id = \"0123456789ABCDEF01234567@AdobeOrg\"\nclient_secrets = {{ command = {command} }}\nscopes = [\"openid\", \"read_organizations\"]\n"
        );
        world.write("config.toml", config);
        let ims = doctor(&world, &["-p", "oauth", "--config", "config.toml"]);
        ims.env("PATH", "/usr/bin:/bin").run()
    };
    for (command, finding, summary) in [
        (
            r#"["false"]"#,
            "problem values secret-unavailable certain",
            "a value of the profile oauth cannot be fetched",
        ),
        (
            r#"["echo", "<client secret>"]"#,
            "problem values value-invalid certain",
            "a value of the credentials of the profile oauth cannot be right",
        ),
    ] {
        let run = oauth(command);
        assert_eq!(findings(&run), [finding], "{run:?}");
        assert_eq!(checks(&run)[2]["summary"], summary);
    }
}

#[test]
fn good_service_credentials_are_described() {
    let world = World::new();
    let url = world.emulator.url();
    let run = doctor(&world, &["-c", "service_token.json"]).run();
    let shown: Vec<_> = checks(&run)
        .into_iter()
        .map(|check| {
            [&check["id"], &check["verdict"], &check["summary"]]
                .map(|it| it.as_str().unwrap().to_owned())
        })
        .collect();
    let requests = format!("requests go to {url}");
    let expected = [
        ["document", "ok", "the document of -c is readable: JSON"],
        [
            "document-kind",
            "ok",
            "service credentials of the AEM Developer Console",
        ],
        [
            "values",
            "ok",
            "no value is a placeholder, a reference or a mask, and none was repaired",
        ],
        ["grant", "ok", "the credentials sign assertions (JWT)"],
        [
            "deprecation",
            "ok",
            "Adobe has not ended technical accounts of the AEM Developer Console",
        ],
        ["environment", "ok", &requests],
        [
            "identities",
            "ok",
            "the organisation ends in @AdobeOrg, the technical account in @techacct.adobe.com",
        ],
        ["scopes", "skipped", "an assertion requests metascopes"],
        ["metascopes", "ok", "requested: ent_aem_cloud_api"],
        ["client-secrets", "ok", "there is one client secret"],
    ];
    assert_eq!(shown, expected);
    let text = ["doctor", "--offline", "-c", "service_token.json"];
    let run = Ims::new(text).in_folder(world.folder.path()).run();
    let line = "  ok       metascopes: requested: ent_aem_cloud_api\n";
    assert!(run.stdout.contains(line), "{}", run.stdout);
}
