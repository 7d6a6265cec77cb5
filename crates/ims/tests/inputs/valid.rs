//! Valid inputs of every kind, and the secrets in them.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use adobe_ims_emulator::{Account, Clock, Emulator, OauthClient, SignIn};
use serde_json::{Value, json};

use crate::encodings;

pub(crate) const CLIENT_SECRET: &str = "p8e-SECRET?%&=ü+K7qLw9ZtR2vXb4Nm";
pub(crate) const PASSPHRASE: &str = "PASSPHRASE?%&=ü";
const CLIENT_ID: &str = "client!+ID";
const ORGANIZATION: &str = "FFEEDDCCBBAA998877665544@AdobeOrg";
const ACCOUNT: &str = "0011223344556677889900AA@techacct.adobe.com";

/// A valid input, and the reader that accepts it.
pub(crate) struct ValidInput {
    pub(crate) reader: &'static str,
    pub(crate) text: String,
}

/// The valid inputs.
pub(crate) struct ValidInputs {
    pub(crate) all: Vec<ValidInput>,
    /// Secrets without what is public in them, such as the header of a token.
    pub(crate) secrets: Vec<String>,
}

impl ValidInputs {
    pub(crate) fn new() -> Self {
        let emulator = emulator();
        let key = fixture("pkcs8.pem");
        let token = user_token(&emulator);
        let mut all = Vec::new();
        let mut add = |reader, texts: Vec<String>| {
            all.extend(texts.into_iter().map(|text| ValidInput { reader, text }));
        };
        add("document", documents(&emulator, &key, &token));
        add("document", env_files(&key));
        add("variables", variables(&key));
        add("key", keys(&key));
        add("configuration", configurations(&key, &token));
        add("token", tokens(&token));
        let mut secrets = vec![CLIENT_SECRET.to_owned(), PASSPHRASE.to_owned()];
        secrets.extend(token.split('.').skip(1).map(str::to_owned));
        let document: Value = serde_json::from_str(&emulator.credentials_json()).unwrap();
        let emulator_key = document["integration"]["privateKey"].as_str().unwrap();
        secrets.extend([body(&key), body(emulator_key)]);
        secrets.extend(ENCRYPTED_KEYS.map(|name| body(&fixture(name))));
        secrets.push(body(&fixture("pkcs1.pem")));
        Self { all, secrets }
    }
}

/// Keys that the passphrase decrypts. Those of scrypt take too long in a build without optimisation.
const ENCRYPTED_KEYS: [&str; 2] = ["pkcs8-aes256.pem", "legacy-aes128.pem"];

fn emulator() -> Emulator {
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let account = Account::new()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET);
    let client = OauthClient::new()
        .client_id(CLIENT_ID.replace('!', "?"))
        .client_secret(CLIENT_SECRET);
    let builder = Emulator::builder().clock(Clock::at(now)).seed(1);
    let builder = builder.account(account).oauth_client(client);
    builder.start().unwrap()
}

fn user_token(emulator: &Emulator) -> String {
    let (clients, people) = (emulator.user_clients(), emulator.people());
    let sign_in = SignIn::new(clients[0].client_id(), people[0].email()).scopes(["openid"]);
    emulator.user_tokens(&sign_in).unwrap().access_token
}

/// Returns a key of the library's tests.
fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adobe-ims/tests/fixtures");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// Returns the base64 of a PEM text.
fn body(pem: &str) -> String {
    let lines = pem.lines().map(str::trim);
    lines
        .filter(|line| !line.starts_with("-----") && !line.contains(':'))
        .collect()
}

fn documents(emulator: &Emulator, key: &str, token: &str) -> Vec<String> {
    let context = json!({
        "client_id": CLIENT_ID, "client_secrets": [CLIENT_SECRET], "scopes": ["openid", "AdobeID"],
        "technical_account_id": ACCOUNT, "ims_org_id": ORGANIZATION,
    });
    let jwt = json!({
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "technical_account_id": ACCOUNT,
        "ims_org_id": ORGANIZATION, "meta_scopes": ["ent_aem_cloud_api"], "private_key": key,
    });
    let s2s =
        json!({"client_id": CLIENT_ID, "client_secrets": [CLIENT_SECRET], "scopes": ["openid"]});
    let credential = json!({
        "id": "4", "name": "one", "integration_type": "oauth_server_to_server",
        "oauth_server_to_server": s2s,
    });
    let workspace = json!({"project": {
        "id": "1", "name": "p", "org": {"id": "2", "name": "o", "ims_org_id": ORGANIZATION},
        "workspace": {"id": "3", "name": "w", "details": {"credentials": [credential]}},
    }});
    let tutorial = json!({
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "org_id": ORGANIZATION,
        "scopes": "openid,AdobeID",
    });
    let documents = [
        json!({"ims": {"contexts": {"one": context.clone()}, "config": {"current": "one"}}}),
        json!({"ims": {"contexts": {"one": jwt.clone(), "two": context}}, "config": {"current": "one"}}),
        jwt,
        workspace,
        tutorial,
        json!({"ok": true, "accessToken": token}),
    ];
    let mut texts = vec![
        emulator.credentials_json(),
        emulator.oauth_credentials_json(),
    ];
    texts.extend(documents.iter().map(Value::to_string));
    texts.push(encodings::base64(emulator.credentials_json().as_bytes()));
    texts.extend(documents_of_other_tools());
    texts
}

/// Returns documents in other notations than JSON, and in the answers of secret stores.
fn documents_of_other_tools() -> Vec<String> {
    let flat = json!({
        "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "imsOrgId": ORGANIZATION, "scopes": ["openid"],
        "environment": "stage",
    });
    let secret = encodings::base64(CLIENT_SECRET.as_bytes());
    let values = [
        ("CLIENT_ID", CLIENT_ID),
        ("CLIENT_SECRET", CLIENT_SECRET),
        ("SCOPES", "openid"),
    ];
    let values = values.map(|(key, value)| json!({"key": key, "value": value}));
    vec![
        json!({"Name": "x", "SecretString": flat.to_string()}).to_string(),
        json!({"data": {"data": flat, "metadata": {}}}).to_string(),
        json!({"payload": {"data": encodings::base64(flat.to_string().as_bytes())}}).to_string(),
        json!({"name": "x", "values": values}).to_string(),
        format!(
            "ims:\n  config:\n    current: one\n  contexts:\n    one:\n      client_id: '{CLIENT_ID}'\n      \
             client_secrets:\n        - '{CLIENT_SECRET}'\n      scopes: [openid, AdobeID]\n"
        ),
        format!(
            "{{\n  # aio\n  ims: {{\n    contexts: {{\n      one: {{\n        client_id: \"{CLIENT_ID}\",\n        \
             client_secrets: [\n          \"{CLIENT_SECRET}\"\n        ]\n        scopes: openid\n      }}\n    }}\n  }}\n}}\n"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\ndata:\n  client_id: {}\n  client_secret: {secret}\n  scopes: b3Blbmlk\n",
            encodings::base64(CLIENT_ID.as_bytes())
        ),
        format!(
            "[server]\nims_host = ims-na1.adobelogin.com\n[enterprise]\norg_id = {ORGANIZATION}\n\
             api_key = {CLIENT_ID}\nclient_secret = {CLIENT_SECRET}\nscopes = openid\n"
        ),
        format!(
            "AEM_CLIENT_ID={CLIENT_ID}\nAEM_CLIENT_SECRET={CLIENT_SECRET}\nAEM_SCOPES=openid\nIMS_ENV=stage\n"
        ),
        format!(
            "curl -X POST 'https://ims-na1.adobelogin.com/ims/token/v3' \\\n  \
             --data-urlencode 'client_id={CLIENT_ID}' \\\n  --data-urlencode 'client_secret={CLIENT_SECRET}' \\\n  \
             -d scope=openid\n"
        ),
    ]
}

fn env_files(key: &str) -> Vec<String> {
    let client = format!(
        "IMS_CLIENT_ID={CLIENT_ID}\nexport IMS_CLIENT_SECRET=\"{CLIENT_SECRET}\" # the first\n\
         IMS_ORG_ID={ORGANIZATION}\n"
    );
    vec![
        format!("{client}IMS_SCOPES=openid,AdobeID\n"),
        format!(
            "# JWT\n{client}IMS_TECHNICAL_ACCOUNT_ID={ACCOUNT}\nIMS_METASCOPES=ent_aem_cloud_api\n\
             IMS_PRIVATE_KEY=\"{}\"\n",
            key.trim_end()
        ),
    ]
}

fn variables(key: &str) -> Vec<String> {
    let object = json!({
        "CLIENT_ID": CLIENT_ID, "CLIENT_SECRETS": [CLIENT_SECRET], "ORG_ID": ORGANIZATION,
        "SCOPES": ["openid"],
    });
    vec![
        format!(
            "OAUTH_CLIENT_ID={CLIENT_ID}\nOAUTH_CLIENT_SECRET={CLIENT_SECRET}\n\
             OAUTH_ORG_ID={ORGANIZATION}\nOAUTH_SCOPES=[\"openid\", \"AdobeID\"]\n"
        ),
        format!("IMS_OAUTH_S2S={object}\n"),
        format!(
            "AIO_ims_contexts_one_client__id={CLIENT_ID}\n\
             AIO_ims_contexts_one_client__secret={CLIENT_SECRET}\n\
             AIO_ims_contexts_one_technical__account__id={ACCOUNT}\n\
             AIO_ims_contexts_one_ims__org__id={ORGANIZATION}\n\
             AIO_ims_contexts_one_meta__scopes=[\"ent_aem_cloud_api\"]\n\
             AIO_ims_contexts_one_private__key={}\n",
            key.trim_end().replace('\n', "\\n")
        ),
    ]
}

fn keys(key: &str) -> Vec<String> {
    let mut keys = vec![
        key.to_owned(),
        fixture("pkcs1.pem"),
        key.trim_end().replace('\n', "\\n"),
        json!(key.lines().collect::<Vec<_>>()).to_string(),
        encodings::base64(key.as_bytes()),
        body(key),
    ];
    keys.extend(ENCRYPTED_KEYS.map(fixture));
    keys
}

fn configurations(key: &str, token: &str) -> Vec<String> {
    vec![format!(
        r#"version = 1
default_profile = "one"

[defaults]
timeout = "15s"
retries = 2

[profiles.one]
type = "oauth-s2s"
client_id = "{CLIENT_ID}"
client_secrets = ["{CLIENT_SECRET}", {{ env = "IMS_SECRET" }}]
scopes = ["openid", "AdobeID"]
org_id = "{ORGANIZATION}"
environment = "stage"

[profiles.two]
type = "jwt"
client_id = "{CLIENT_ID}"
client_secrets = "{CLIENT_SECRET}"
org_id = "{ORGANIZATION}"
technical_account_id = "{ACCOUNT}"
metascopes = ["ent_aem_cloud_api"]
passphrase = "{PASSPHRASE}"
private_key = """
{key}"""

[profiles.three]
type = "static"
token = "{token}"
targets = ["https://author-p1-e2.adobeaemcloud.com"]

[profiles.four]
type = "device"
client_id = "{CLIENT_ID}"
device_id = "d"
device_token = "{token}"
"#
    )]
}

fn tokens(token: &str) -> Vec<String> {
    vec![
        token.to_owned(),
        format!("Bearer {token}"),
        format!("Authorization: Bearer {token}\n"),
        json!({"access_token": token, "token_type": "bearer", "expires_in": 86_399_999})
            .to_string(),
    ]
}
