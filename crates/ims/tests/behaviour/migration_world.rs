//! Credentials before and after a migration, and the report of `ims doctor --migrate`.

use adobe_ims_emulator::{Account, OauthClient};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::doctor_json;
use crate::support::{CLIENT_SECRET, Ims, Run, World, write_private};

pub(crate) const ORGANIZATION: &str = "FFEEDDCCBBAA998877665544@AdobeOrg";
pub(crate) const OLD_ACCOUNT: &str = "0A1B2C3D4E5F60718293A4B5@techacct.adobe.com";
pub(crate) const NEW_ACCOUNT: &str = "AABBCCDDEEFF001122334455@techacct.adobe.com";
pub(crate) const NEW_CLIENT: &str = "0123456789abcdef0123456789abcdef";

/// Service credentials of the AEM Developer Console, as Adobe hands them out. Nothing is sent with their key.
pub(crate) fn service_credentials() -> Value {
    let mut document = World::new().document();
    let integration = document["integration"].as_object_mut().unwrap();
    integration.remove("publicKey");
    for (name, value) in [
        ("imsEndpoint", "ims-na1.adobelogin.com"),
        ("metascopes", "ent_aem_cloud_api"),
        (
            "email",
            "11111111-2222-3333-4444-555555555555@techacct.adobe.com",
        ),
        ("id", OLD_ACCOUNT),
        ("org", ORGANIZATION),
        ("certificateExpirationDate", "2099-03-01T08:09:10.000Z"),
    ] {
        integration.insert(name.to_owned(), value.into());
    }
    document["integration"]["technicalAccount"] =
        json!({"clientId": "cm-p1-e2-integration-0", "clientSecret": "OLD-SECRET&?"});
    document
}

/// The download of an OAuth server-to-server credential.
pub(crate) fn oauth() -> Value {
    json!({
        "CLIENT_SECRETS": [CLIENT_SECRET],
        "CLIENT_ID": NEW_CLIENT,
        "ORG_ID": ORGANIZATION,
        "SCOPES": ["openid", "AdobeID", "read_organizations", "aem.document"],
        "TECHNICAL_ACCOUNT_ID": NEW_ACCOUNT,
        "TECHNICAL_ACCOUNT_EMAIL": "66666666-7777-8888-9999-000000000000@techacct.adobe.com",
    })
}

/// The JWT download of the Adobe Developer Console, which has no private key.
pub(crate) fn jwt_download() -> Value {
    json!({
        "CLIENT_SECRET": CLIENT_SECRET,
        "ORG_ID": ORGANIZATION,
        "API_KEY": NEW_CLIENT,
        "TECHNICAL_ACCOUNT_ID": NEW_ACCOUNT,
        "TECHNICAL_ACCOUNT_EMAIL": "66666666-7777-8888-9999-000000000000@techacct.adobe.com",
        "PUBLIC_KEYS_WITH_EXPIRY": {"00112233445566778899aabbccddeeff00112233": "03/01/2027"},
    })
}

/// A folder with both documents.
pub(crate) fn folder(old: &Value, new: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_private(&folder.path().join("service_token.json"), old.to_string());
    write_private(&folder.path().join("oauth.json"), new.to_string());
    folder
}

/// Creates a call that asks no server.
pub(crate) fn offline(folder: &TempDir, more: &[&str]) -> Ims {
    let arguments = [
        "doctor",
        "-c",
        "service_token.json",
        "--migrate",
        "oauth.json",
    ];
    Ims::new(arguments.iter().chain(&["--offline"]).chain(more)).in_folder(folder.path())
}

/// The parts of the report that concern the migration.
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) json: Value,
}

impl Report {
    #[track_caller]
    pub(crate) fn of(ims: Ims) -> Self {
        let (run, json) = doctor_json::run(ims);
        assert_eq!(run.stderr, "");
        Self { run, json }
    }

    #[track_caller]
    pub(crate) fn check(&self, id: &str) -> &Value {
        let mut checks = doctor_json::checks(&self.json);
        checks.find(|it| it["id"] == id).unwrap()
    }

    /// Returns id, verdict and cause of the checks of the migration that are neither good nor skipped.
    pub(crate) fn findings(&self) -> Vec<(&str, &str, &str)> {
        let checks = doctor_json::checks(&self.json);
        let of_migration = checks.filter(|it| it["stage"] == "migration");
        let found = of_migration.filter(|it| it["verdict"] != "ok" && it["verdict"] != "skipped");
        found
            .map(|it| (text(&it["id"]), text(&it["verdict"]), text(&it["problem"])))
            .collect()
    }

    pub(crate) fn steps(&self) -> Vec<&str> {
        let steps = self.json["steps"].as_array().unwrap();
        steps.iter().map(|it| it["id"].as_str().unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn step(&self, id: &str) -> &Value {
        let steps = self.json["steps"].as_array().unwrap();
        steps.iter().find(|it| it["id"] == id).unwrap()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("none")
}

/// An emulator with an old account and a new client, of the same organisation.
pub(crate) fn world(change: impl FnOnce(Account) -> Account) -> World {
    let account = Account::new()
        .client_id("cm-p1-e2-integration-0")
        .client_secret("OLD-SECRET&?")
        .organization(ORGANIZATION)
        .scopes(["openid", "AdobeID"]);
    let client = OauthClient::new()
        .client_id("new!+ID")
        .client_secret(CLIENT_SECRET)
        .organization(ORGANIZATION)
        .scopes(["openid", "AdobeID", "read_organizations"]);
    let world = World::with(|builder| {
        let builder = builder.aem_environment(1, 2);
        builder.account(change(account)).oauth_client(client)
    });
    let emulator = &world.emulator;
    let old = emulator.credentials_json_of("cm-p1-e2-integration-0");
    world.write("service_token.json", old.unwrap());
    let new = emulator.oauth_credentials_json_of("new!+ID").unwrap();
    world.write("oauth.json", new);
    world
}

pub(crate) fn online(world: &World, more: &[&str]) -> Ims {
    let documents = [
        "doctor",
        "-c",
        "service_token.json",
        "--migrate",
        "oauth.json",
    ];
    let connection = ["--url", world.emulator.url(), "--ca-file", "ca.pem"];
    Ims::new(documents.iter().chain(&connection).chain(more)).in_folder(world.folder.path())
}
