//! Documents of other tools, each to a token or to its message: the table is `documents/table.txt`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::fields::{OAUTH_CLIENT_ID, call, text, world};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, Run, World};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
const TECHNICAL_ACCOUNT: &str = "FEDCBA9876543210FEDCBA98@techacct.adobe.com";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/documents")
}

/// Returns a document with the values of the emulator in place of `{{NAME}}`.
fn filled(world: &World, template: &str) -> String {
    let account = &world.document()["integration"];
    let key = text(account, "privateKey");
    let client = &account["technicalAccount"];
    let url = world.emulator.url();
    let mut filled = template.to_owned();
    for (name, value) in [
        ("CID", OAUTH_CLIENT_ID),
        ("CID_ENCODED", "oauth%21%2BID"),
        ("SECRET", CLIENT_SECRET),
        ("SECRET_ENCODED", "SECRET%3F%25%26%3D%C3%BC"),
        ("ORG", ORGANIZATION),
        ("TECH", TECHNICAL_ACCOUNT),
        ("URL", url),
        ("HOST", url.trim_start_matches("https://")),
        ("AEM_CID", CLIENT_ID),
        ("AEM_SECRET", &text(client, "clientSecret")),
        ("AEM_ORG", &text(account, "org")),
        ("AEM_TECH", &text(account, "id")),
        ("KEY", &key.replace("\r\n", "\\r\\n")),
        ("KEY_EXPANDED", &key),
        (
            "KEY_INDENTED",
            &format!("    {}", key.replace("\r\n", "\n    ")),
        ),
    ] {
        filled = filled.replace(&format!("{{{{{name}}}}}"), value);
    }
    while let Some((before, rest)) = filled.rsplit_once("{{BASE64:") {
        let (content, after) = rest.split_once("}}").unwrap();
        // A document ends with a brace of its own.
        let braces = if after.starts_with('}') { "}" } else { "" };
        let encoded = STANDARD.encode(format!("{content}{braces}"));
        filled = format!("{before}{encoded}{}", &after[braces.len()..]);
    }
    filled
}

fn write(world: &World, name: &str) -> String {
    let template = fs::read_to_string(folder().join(name)).unwrap();
    let document = filled(world, &template);
    world.write(name, &document);
    document
}

#[track_caller]
fn assert_token(run: &Run, client_id: &str, case: &str) {
    assert_eq!(run.code, 0, "{case}: {}", run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["client_id"], client_id, "{case}");
    assert_eq!(run.stderr, "", "{case}");
}

#[test]
fn every_document_gives_a_token_or_its_message() {
    let world = world();
    let table = fs::read_to_string(folder().join("table.txt")).unwrap();
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [file, arguments, outcome, part @ ..] = columns.as_slice() else {
            panic!("not a row: {row}");
        };
        write(&world, file);
        let command = ["token", "-o", "json", "--no-cache", "-c", file];
        let arguments = command.into_iter().chain(arguments.split_whitespace());
        let run = call(&world, &arguments.collect::<Vec<_>>()).run_for_a_secret();
        match outcome.split_once(' ').unwrap() {
            ("token", "CID") => assert_token(&run, OAUTH_CLIENT_ID, row),
            ("token", "AEM_CID") => assert_token(&run, CLIENT_ID, row),
            (code, problem) => {
                assert_eq!(run.code.to_string(), code, "{row}: {run:?}");
                assert_eq!(run.stdout, "", "{row}");
                let error: Value = serde_json::from_str(&run.stderr)
                    .unwrap_or_else(|_| panic!("{row}: {}", run.stderr));
                assert_eq!(error["id"], problem, "{row}: {}", run.stderr);
                let said = run.stderr.replace("\\\"", "\"");
                assert!(said.contains(part[0]), "{row}: {said}");
            }
        }
    }
    // Every document has a row.
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_in_table = table
            .lines()
            .any(|row| row.starts_with(&format!("{name} |")));
        assert!(is_in_table || name == "table.txt", "{name}");
    }
}

#[test]
fn document_is_read_from_a_variable_and_from_stdin_as_well() {
    let world = world();
    for name in [
        "aio-own-file.hjson",
        "aio-own-file.yaml",
        "vault-v2.json",
        "umapi.ini",
        "curl.sh",
    ] {
        let document = write(&world, name);
        let json = ["token", "-o", "json", "--no-cache"];
        let variable = call(&world, &json).env("IMS_CREDENTIALS", &document);
        assert_token(&variable.run_for_a_secret(), OAUTH_CLIENT_ID, name);
        let stdin = [&json[..], &["-c", "-"]].concat();
        let stdin = call(&world, &stdin).stdin(document);
        assert_token(&stdin.run_for_a_secret(), OAUTH_CLIENT_ID, name);
    }
}

fn of_app_use(world: &World, arguments: &[&str]) -> Run {
    let command = ["token", "-o", "json", "-c", "aio-app-use.aio"];
    call(world, &[&command, arguments].concat()).run_for_a_secret()
}

#[test]
fn credentials_that_aio_app_use_only_names_are_read_from_the_env_file_beside() {
    let world = world();
    write(&world, "aio-app-use.aio");
    let run = of_app_use(&world, &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("`.env` beside it"), "{run:?}");
    let context = |name: &str, client_id: &str| {
        format!(
            "AIO_ims_contexts_{name}_client__id={client_id}\n\
             AIO_ims_contexts_{name}_client__secrets=[\"{CLIENT_SECRET}\"]\n\
             AIO_ims_contexts_{name}_scopes=[\"openid\",\"AdobeID\"]\n"
        )
    };
    // Of several contexts the one counts that has the name of the credential.
    let both = context("Shop__-__Stage", OAUTH_CLIENT_ID) + &context("other", "nobody");
    world.write(".env", both);
    assert_token(&of_app_use(&world, &[]), OAUTH_CLIENT_ID, "by its name");
    let run = of_app_use(&world, &["--context", "nothing"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("context-unknown"), "{run:?}");
    // The token is not taken from the cache after the other file has changed.
    world.write(".env", "UNRELATED=1\n");
    assert_eq!(of_app_use(&world, &[]).code, 3);
}

/// A call without `IMS_URL`.
fn at_the_service_of_the_document(world: &World, arguments: &[&str]) -> Ims {
    Ims::new(arguments)
        .in_folder(world.folder.path())
        .env("IMS_CA_FILE", "ca.pem")
        .env("IMS_CACHE_DIR", world.path("cache"))
}

#[test]
fn identity_service_counts_in_every_spelling() {
    let world = world();
    let url = world.emulator.url();
    let json = ["token", "-o", "json", "--no-cache", "-c", "document"];
    let minted = |document: &str, case: &str| {
        let before = world.emulator.tokens_minted();
        world.write("document", document);
        let run = at_the_service_of_the_document(&world, &json).run_for_a_secret();
        assert_token(&run, OAUTH_CLIENT_ID, case);
        assert_eq!(world.emulator.tokens_minted(), before + 1, "{case}");
    };
    for key in [
        "ims",
        "IMS",
        "imsHost",
        "ims_host",
        "imsEndpoint",
        "host",
        "url",
        "endpoint",
        "env",
        "environment",
        "tokenEndpoint",
        "token_url",
        "token_uri",
        "authServerUrl",
        "adobeIMSV3TokenEndpointURL",
    ] {
        let document = serde_json::json!({
            "client_id": OAUTH_CLIENT_ID, "client_secret": CLIENT_SECRET, "scopes": "openid,AdobeID",
            key: format!("{url}/ims/token/v3"),
        });
        minted(&document.to_string(), key);
        let yaml = format!(
            "clientId: {OAUTH_CLIENT_ID}\nclientSecret: '{CLIENT_SECRET}'\nscopes: openid,AdobeID\n{key}: {url}\n"
        );
        minted(&yaml, key);
    }
    for name in [
        "OAUTH_BASE_URL",
        "OAUTH_URL",
        "OAUTH_HOST",
        "IMS_HOST",
        "IMS_URL",
        "IMS_ENDPOINT",
        "IMS_BASE_URL",
        "IMS_ENV",
        "AIO_CLI_ENV",
        "TOKEN_URL",
    ] {
        let file = format!(
            "OAUTH_CLIENT_ID={OAUTH_CLIENT_ID}\nOAUTH_CLIENT_SECRET={CLIENT_SECRET}\n\
             OAUTH_SCOPES=openid,AdobeID\n{name}={url}/ims/token/\n"
        );
        minted(&file, name);
    }
    let kit = at_the_service_of_the_document(&world, &["token", "-o", "json", "--no-cache"])
        .env("OAUTH_BASE_URL", format!("{url}/ims/token/"))
        .env("OAUTH_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("OAUTH_CLIENT_SECRET", CLIENT_SECRET)
        .env("OAUTH_IMS_ORG_ID", ORGANIZATION)
        .env("OAUTH_SCOPES", "openid,AdobeID");
    assert_token(&kit.run_for_a_secret(), OAUTH_CLIENT_ID, "OAUTH_BASE_URL");
    let s2s = serde_json::json!({
        "client_id": OAUTH_CLIENT_ID, "client_secret": CLIENT_SECRET, "org_id": ORGANIZATION,
        "scopes": ["openid", "AdobeID"], "environment": url,
    });
    let call = at_the_service_of_the_document(&world, &["token", "-o", "json"]);
    let run = call
        .env("IMS_OAUTH_S2S", s2s.to_string())
        .run_for_a_secret();
    assert_token(&run, OAUTH_CLIENT_ID, "IMS_OAUTH_S2S");
}

#[test]
fn identity_service_that_a_variable_names_counts_for_credentials_that_name_none() {
    let world = world();
    let url = world.emulator.url();
    let document = serde_json::json!({
        "client_id": OAUTH_CLIENT_ID, "client_secret": CLIENT_SECRET, "scopes": "openid,AdobeID",
    });
    world.write("document", document.to_string());
    for name in ["IMS_HOST", "IMS_ENV", "IMS_ENDPOINT", "AIO_CLI_ENV"] {
        let arguments = ["token", "-o", "json", "--no-cache"];
        let document = [&arguments[..], &["-c", "document"]].concat();
        let call = at_the_service_of_the_document(&world, &document).env(name, url);
        assert_token(&call.run_for_a_secret(), OAUTH_CLIENT_ID, name);
        let fields = at_the_service_of_the_document(&world, &arguments)
            .env(name, url)
            .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
            .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
            .env("IMS_SCOPES", "openid,AdobeID");
        assert_token(&fields.run_for_a_secret(), OAUTH_CLIENT_ID, name);
    }
    // The cache keeps the services apart.
    let cached = ["token", "-o", "json", "-c", "document"];
    let call = at_the_service_of_the_document(&world, &cached).env("IMS_HOST", url);
    assert_token(&call.run_for_a_secret(), OAUTH_CLIENT_ID, "IMS_HOST");
    let other = [&cached[..], &["--cached-only"]].concat();
    let run = at_the_service_of_the_document(&world, &other).run();
    assert_ne!(run.code, 0, "the token of the other service was used");
}

#[test]
fn identity_service_that_is_not_understood_or_not_adobes_gets_no_secret() {
    let world = world();
    let base = |more: &str| {
        format!(
            "CLIENT_ID={OAUTH_CLIENT_ID}\nCLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\n{more}\n"
        )
    };
    for (document, problem, part) in [
        (base("IMS_ENV=qa"), "endpoint-invalid", "IMS_ENV is neither prod nor stage"),
        (base("IMS_HOST=ims.example.com"), "identity-service-not-named", "ims.example.com"),
        (
            "{\"client_id\":\"x\",\"client_secret\":\"y\",\"scopes\":\"z\",\"environment\":\"qa\"}".to_owned(),
            "endpoint-invalid",
            "environment is neither prod nor stage",
        ),
        (
            "{\"client_id\":\"x\",\"client_secret\":\"y\",\"scopes\":\"z\",\"host\":\"gateway.example.com\"}".to_owned(),
            "identity-service-not-named",
            "gateway.example.com",
        ),
    ] {
        world.write("document", &document);
        let run = at_the_service_of_the_document(&world, &["token", "-c", "document"]).run();
        run.assert_failed(3, problem);
        assert!(run.stderr.contains(part), "{run:?}");
        // The caller decides.
        let named = ["token", "-o", "json", "--url", world.emulator.url(), "-c", "document"];
        let run = at_the_service_of_the_document(&world, &named).run_for_a_secret();
        assert_ne!(run.code, 3, "{run:?}");
    }
}

#[test]
fn environment_of_another_program_is_ignored_and_said_so() {
    let world = world();
    let document = format!(
        "ENVIRONMENT=qa\nHOST=localhost\nCLIENT_ID={OAUTH_CLIENT_ID}\nCLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\n"
    );
    world.write("document", document);
    let run = call(&world, &["token", "-o", "json", "-c", "document"]).run_for_a_secret();
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (
            0,
            "ims: note: ENVIRONMENT of the document is ignored: its value is no environment of the identity \
             service; IMS_ENV and IMS_HOST name one\n"
        )
    );
}

#[test]
fn documents_are_imported_as_profiles() {
    let world = world();
    for (name, arguments) in [
        ("aio-own-file.hjson", &[][..]),
        ("aio-own-file.yaml", &[]),
        ("aio-two-contexts.yaml", &["--context", "one"]),
        ("connector-umapi-with-scopes.yml", &[]),
        ("workspace.properties", &[]),
        ("vault-v2.json", &[]),
    ] {
        write(&world, name);
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(world.path(name), private).unwrap();
        let profile = name.replace('.', "-");
        let import = ["profile", "import", name, "--name", &profile];
        let home = |arguments: &[&str]| call(&world, arguments).env("HOME", world.folder.path());
        let run = home(&[&import, arguments].concat()).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let token = ["token", "-o", "json", "--no-cache", "-p", &profile];
        assert_token(&home(&token).run_for_a_secret(), OAUTH_CLIENT_ID, name);
    }
    for (name, problem, part) in [
        ("aio-current-missing.json", "context-unknown", "--context"),
        (
            "aio-app-use.aio",
            "credentials-in-env-file",
            "`.env` beside it",
        ),
        (
            "connector-umapi.yml",
            "document-needs-more",
            "--type oauth-s2s",
        ),
    ] {
        write(&world, name);
        let import = ["profile", "import", name, "--name", "other"];
        let run = call(&world, &import).env("HOME", world.folder.path()).run();
        run.assert_failed(3, problem);
        assert!(run.stderr.contains(part), "{run:?}");
    }
}
