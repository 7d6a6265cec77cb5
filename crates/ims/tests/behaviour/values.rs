//! Values that cannot be right are refused before anything is sent; those with one sure reading are repaired.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::{Value, json};

use crate::fields::{JSON, OAUTH_CLIENT_ID, call, is, owner, world};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, Run, World, fixture, fixture_bytes};

const ORGANIZATION: &str = "FFEEDDCCBBAA998877665544@AdobeOrg";

/// A server that must not be asked.
pub(crate) struct Silence(TcpListener);

impl Silence {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    #[track_caller]
    pub(crate) fn assert(&self) {
        let asked = self.0.accept().map_err(|error| error.kind());
        assert_eq!(asked.unwrap_err(), ErrorKind::WouldBlock);
    }
}

/// Runs the call at a server that must not be asked.
#[track_caller]
fn unsent(call: Ims) -> Run {
    let silence = Silence::new();
    let run = call.env("IMS_URL", silence.url()).run();
    silence.assert();
    run
}

fn client() -> Ims {
    Ims::new(["token"])
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
        .env("IMS_SCOPES", "openid")
}

#[test]
fn value_that_cannot_be_right_is_named_with_its_variable() {
    let reference = |form: &str| format!("a reference that nobody replaced ({form})");
    for (text, what) in [
        ("$IMS_SECRET", reference("$NAME")),
        ("${IMS_SECRET}", reference("${NAME}")),
        ("${{ secrets.IMS_SECRET }}", reference("${{ … }}")),
        ("$(IMS_SECRET)", reference("$(NAME)")),
        ("{{ ims_secret }}", reference("{{ … }}")),
        ("%IMS_SECRET%", reference("%NAME%")),
        ("op://vault/item/secret", reference("op://…")),
        ("vault:secret/data/ims#secret", reference("vault:…")),
        ("***", "a mask in the place of the value".to_owned()),
        ("null", "\"null\", which means no value".to_owned()),
        (
            "undefined",
            "\"undefined\", which means no value".to_owned(),
        ),
        ("None", "\"none\", which means no value".to_owned()),
        (
            "<your client secret>",
            "the placeholder of an example".to_owned(),
        ),
        (
            "YOUR_CLIENT_SECRET",
            "the placeholder of an example".to_owned(),
        ),
        ("{\"a\":1}", "JSON".to_owned()),
        ("['a', 'b'", "blanks".to_owned()),
        ("/run/secrets/ims", "the path of a file".to_owned()),
        ("https://vault/secret", "a URL".to_owned()),
        ("IMS_CLIENT_SECRET=x", "a line NAME=VALUE".to_owned()),
        ("two words", "blanks".to_owned()),
        ("a\nb", "several lines".to_owned()),
        ("a\u{200b}b", "invisible characters".to_owned()),
    ] {
        let run = unsent(client().env("IMS_CLIENT_SECRET", text));
        run.assert_failed(3, "value-invalid");
        let line = format!("ims: IMS_CLIENT_SECRET holds {what} [value-invalid]\n");
        assert!(run.stderr.starts_with(&line), "{text}: {run:?}");
    }
}

#[test]
fn refusal_says_what_where_and_what_to_do() {
    unsent(client().env("IMS_CLIENT_SECRET", "${{ secrets.IMS_SECRET }}")).assert(
        3,
        "",
        "ims: IMS_CLIENT_SECRET holds a reference that nobody replaced (${{ … }}) [value-invalid]\n\
         hint: the program that was to replace the reference did not do it, or does not know its name: write the value itself, or correct the reference\n\
         hint: Correct the value at the place that the message names.\n",
    );
    let both = client()
        .env("IMS_CLIENT_ID", "null")
        .env("IMS_CLIENT_SECRET", "***");
    let run = unsent(both);
    run.assert_failed(3, "value-invalid");
    for part in ["IMS_CLIENT_ID holds", "IMS_CLIENT_SECRET holds"] {
        assert!(run.stderr.contains(part), "{part}: {run:?}");
    }
}

#[test]
fn private_key_in_place_of_the_secret_is_never_posted() {
    let key = fixture("pkcs8.pem");
    let escaped = key.replace('\n', "\\n");
    let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let folder = World::new();
    folder.write("key.pem", &key);
    let names_it = |run: &Run, name: &str| {
        run.assert_failed(3, "value-invalid");
        let what = format!("{name} holds a private key [value-invalid]");
        assert!(run.stderr.contains(&what), "{run:?}");
    };
    for text in [&key, &escaped, &body] {
        let run = unsent(client().env("IMS_CLIENT_SECRET", text));
        names_it(&run, "IMS_CLIENT_SECRET");
        let run = unsent(client().env("IMS_CLIENT_ID", text));
        names_it(&run, "IMS_CLIENT_ID");
        let imscli = Ims::new(["token"])
            .env("IMS_CLIENTID", OAUTH_CLIENT_ID)
            .env("IMS_CLIENTSECRET", text)
            .env("IMS_SCOPES", "openid");
        names_it(&unsent(imscli), "IMS_CLIENTSECRET");
        let console = json!({"CLIENT_ID": "x", "CLIENT_SECRETS": [text], "SCOPES": ["openid"]});
        folder.write("oauth.json", console.to_string());
        let document = Ims::new(["token", "-c", "oauth.json"]).in_folder(folder.folder.path());
        names_it(
            &unsent(document),
            "CLIENT_SECRETS of the credential document",
        );
        let other = Ims::new(["token"])
            .env("OAUTH_CLIENT_ID", "x")
            .env("OAUTH_CLIENT_SECRETS", text)
            .env("OAUTH_ORG_ID", ORGANIZATION)
            .env("OAUTH_SCOPES", "openid");
        names_it(&unsent(other), "OAUTH_CLIENT_SECRETS");
    }
    let flag = ["token", "--client-secret-file", "key.pem"];
    let run = unsent(
        client()
            .arguments(&flag[1..])
            .in_folder(folder.folder.path()),
    );
    names_it(&run, "--client-secret-file");
    let file = Ims::new(["token"])
        .in_folder(folder.folder.path())
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET_FILE", "key.pem")
        .env("IMS_SCOPES", "openid");
    names_it(&unsent(file), "IMS_CLIENT_SECRET_FILE");
    let binary = fixture_bytes("pkcs8.der");
    folder.write("key.der", binary);
    let der = ["--client-secret-file", "key.der"];
    let run = unsent(client().arguments(&der).in_folder(folder.folder.path()));
    run.assert_failed(3, "value-invalid");
    assert!(
        run.stderr
            .starts_with("ims: --client-secret-file holds a certificate or a key"),
        "{run:?}"
    );
    // The document of a technical account is one, too.
    folder.write("document", folder.emulator.credentials_json());
    let run = unsent(
        client()
            .arguments(&["--client-secret-file", "document"])
            .in_folder(folder.folder.path()),
    );
    run.assert_failed(3, "value-invalid");
}

#[test]
fn secrets_of_a_profile_are_checked_wherever_they_are_kept() {
    let silence = Silence::new();
    let world = World::new();
    world.write("key.pem", fixture("pkcs8.pem"));
    let url = silence.url();
    let profile = |name: &str, kind: &str, fields: &str| {
        format!(
            "[profiles.{name}]\ntype = \"{kind}\"\nenvironment = \"{url}\"\nclient_id = \"x\"\n{fields}\n"
        )
    };
    let text = [
        "version = 1\n".to_owned(),
        profile(
            "file",
            "oauth-s2s",
            "client_secrets = { file = \"key.pem\" }\nscopes = [\"a\"]",
        ),
        profile(
            "variable",
            "oauth-s2s",
            "client_secrets = { env = \"X\" }\nscopes = [\"a\"]",
        ),
        profile(
            "code",
            "service-code",
            "client_secrets = { env = \"GOOD\" }\ncode = { env = \"X\" }",
        ),
        profile(
            "device",
            "device",
            "device_id = \"d\"\ndevice_token = { env = \"X\" }",
        ),
        profile("person", "user-pkce", "client_secrets = { env = \"X\" }"),
        format!(
            "[profiles.static]\ntype = \"static\"\nenvironment = \"{url}\"\ntoken = {{ env = \"X\" }}\n"
        ),
    ];
    world.write("config.toml", text.concat());
    for (profile, what) in [
        ("file", format!("profiles.file.client_secrets (the file {:?}) holds a private key", world.path("key.pem"))),
        ("variable", "profiles.variable.client_secrets (the environment variable X) holds a reference that nobody replaced (${NAME})".to_owned()),
        ("code", "profiles.code.code (the environment variable X) holds a reference that nobody replaced (${NAME})".to_owned()),
        ("device", "profiles.device.device_token (the environment variable X) holds a reference that nobody replaced (${NAME})".to_owned()),
        ("person", "profiles.person.client_secrets (the environment variable X) holds a reference that nobody replaced (${NAME})".to_owned()),
        ("static", "profiles.static.token (the environment variable X) holds a reference that nobody replaced (${NAME})".to_owned()),
    ] {
        let run = Ims::new(["token", "-p", profile])
            .env("IMS_CONFIG", world.path("config.toml"))
            .env("X", "${MY_SECRET}")
            .env("GOOD", CLIENT_SECRET)
            .env("IMS_STATE_DIR", world.path("state"))
            .run();
        run.assert_failed(3, "value-invalid");
        let line = format!("ims: {what} [value-invalid]\n");
        assert!(run.stderr.starts_with(&line), "{line}{run:?}");
    }
    silence.assert();
}

#[test]
fn ids_are_checked_in_every_command() {
    for (call, name) in [
        (client().env("IMS_CLIENT_ID", "${X}"), "IMS_CLIENT_ID"),
        (client().arguments(&["--client-id", "null"]), "--client-id"),
        (client().arguments(&["--scope", "$SCOPES"]), "--scope"),
        (client().env("IMS_SCOPES", "%SCOPES%"), "IMS_SCOPES"),
        (client().env("IMS_ORG_ID", "${ORG}"), "IMS_ORG_ID"),
        (client().arguments(&["--org", "undefined"]), "--org"),
        (
            client().arguments(&["--technical-account", "<id>"]),
            "--technical-account",
        ),
        (
            Ims::new(["login", "--client-id", "${X}", "--paste"]),
            "--client-id",
        ),
        (
            Ims::new(["validate", "--kind", "refresh", "--client-id", "{{ x }}"]).stdin("token"),
            "the client id",
        ),
        (
            Ims::new(["revoke", "--kind", "service", "--client-id", "x"])
                .arguments(&["--client-secret-file", "-"])
                .env("IMS_SERVICE_TOKEN", "t")
                .stdin("null"),
            "--client-secret-file",
        ),
    ] {
        let run = unsent(call);
        assert_eq!(run.code, 3, "{name}: {run:?}");
        let begin = format!("ims: {name} holds ");
        assert!(run.stderr.starts_with(&begin), "{name}: {run:?}");
    }
}

#[test]
fn client_secret_in_place_of_the_id_is_not_repeated() {
    let secret = "p8e-0123456789abcdefghijklmnopqrstuv";
    let run = unsent(client().arguments(&["--client-id", secret]));
    run.assert_failed(3, "value-invalid");
    assert!(
        run.stderr
            .starts_with("ims: --client-id holds a client secret [value-invalid]\n")
    );
    assert!(!run.stderr.contains("0123456789"), "{run:?}");
}

#[test]
fn value_with_one_sure_reading_is_repaired() {
    let world = world();
    let expected = is(OAUTH_CLIENT_ID, "ims");
    let own = |id: &str, secret: &str| {
        call(&world, &["token", "-o", "json", "--force"])
            .env("IMS_CLIENT_ID", id)
            .env("IMS_CLIENT_SECRET", secret)
            .env("IMS_SCOPES", "['openid', 'AdobeID']")
    };
    for (id, secret) in [
        (
            format!("\"{OAUTH_CLIENT_ID}\""),
            format!("'{CLIENT_SECRET}'"),
        ),
        (
            format!("{OAUTH_CLIENT_ID}\\n"),
            format!("{CLIENT_SECRET}\\r\\n"),
        ),
        (
            format!(" {OAUTH_CLIENT_ID}\r\n"),
            format!("\"{CLIENT_SECRET}\\n\""),
        ),
        (
            format!("['{OAUTH_CLIENT_ID}']"),
            format!("['{CLIENT_SECRET}']"),
        ),
        (OAUTH_CLIENT_ID.to_owned(), format!("[\"{CLIENT_SECRET}\"]")),
    ] {
        assert_eq!(owner(own(&id, &secret)), expected, "{id} {secret}");
    }
    world.write(
        "list.env",
        format!(
            "OAUTH_CLIENT_ID={OAUTH_CLIENT_ID}\nOAUTH_CLIENT_SECRETS=['{CLIENT_SECRET}']\nOAUTH_SCOPES=['openid','AdobeID']\n"
        ),
    );
    let env_file = call(
        &world,
        &["token", "-o", "json", "--force", "-c", "list.env"],
    );
    assert_eq!(owner(env_file), expected);
}

#[test]
fn organisation_without_its_ending_gets_a_token() {
    let world = world();
    let mut document = world.document();
    let org = document["integration"]["org"].as_str().unwrap().to_owned();
    let (digits, _) = org.split_once('@').unwrap();
    document["integration"]["org"] = json!(digits);
    world.write("bare.json", document.to_string());
    let bare = call(&world, &[&JSON[..], &["-c", "bare.json"]].concat());
    assert_eq!(owner(bare), is(CLIENT_ID, "ims"));
}

#[test]
fn refusal_of_an_odd_value_says_first_what_is_odd() {
    let world = world();
    let run = call(&world, &["token"])
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET", "WRONG?%&\"")
        .env("IMS_SCOPES", "openid")
        .run();
    run.assert_failed(4, "client-secret-wrong");
    let line = "ims: --client-secret-file (IMS_CLIENT_SECRET) has a quote at one end only; IMS refused (400 Bad Request): invalid_client, ";
    assert!(run.stderr.starts_with(line), "{run:?}");
    let run = call(&world, &["token"])
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET", "'WRONG?%&'")
        .env("IMS_SCOPES", "openid")
        .run();
    assert!(
        run.stderr
            .contains("had quotes around it, which were left out; IMS refused"),
        "{run:?}"
    );
    let mut document: Value = world.document();
    document["integration"]["id"] = json!("0f3c1b1a-1111-4222-8333-444455556666");
    world.write("uuid.json", document.to_string());
    let run = call(&world, &["token", "-c", "uuid.json"]).run();
    assert_eq!(run.code, 4, "{run:?}");
    assert!(
        run.stderr.starts_with("ims: integration.id is a UUID, not the id of a technical account (…@techacct.adobe.com); IMS refused"),
        "{run:?}"
    );
}

#[test]
fn reference_in_place_of_a_document_is_named() {
    for (text, form) in [
        ("$DOCUMENT", "$NAME"),
        ("${DOCUMENT}", "${NAME}"),
        ("${{ secrets.DOCUMENT }}", "${{ … }}"),
        ("op://vault/ims/document", "op://…"),
    ] {
        let run = unsent(Ims::new(["token"]).env("IMS_CREDENTIALS", text));
        let line = format!(
            "ims: IMS_CREDENTIALS holds a reference that nobody replaced ({form}) [value-invalid]\n"
        );
        assert!(run.stderr.starts_with(&line), "{text}: {run:?}");
        run.assert_failed(3, "value-invalid");
        let run = unsent(Ims::new(["token", "-c", "-"]).stdin(text));
        let line = format!(
            "ims: the credential document holds a reference that nobody replaced ({form}) [value-invalid]\n"
        );
        assert!(run.stderr.starts_with(&line), "{text}: {run:?}");
    }
    let world = World::new();
    let quoted = format!("\"{}\"", world.path("service_token.json").display());
    let run = Ims::new([
        "token",
        "--url",
        world.emulator.url(),
        "--ca-file",
        "ca.pem",
    ])
    .in_folder(world.folder.path())
    .env("IMS_CREDENTIALS", quoted)
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn variable_that_is_empty_or_misspelt_is_mentioned() {
    let run = Ims::new(["token"])
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET", "")
        .env("IMS_SCOPE", "openid")
        .env("IMS_URL_X", "x")
        .run();
    run.assert(
        3,
        "",
        "ims: the credentials are incomplete; missing or empty: --client-secret-file (IMS_CLIENT_SECRET), --scope (IMS_SCOPES) [credentials-incomplete]\n\
         hint: Pass the missing fields. OAuth server-to-server takes client id, client secret and scopes; a technical account takes client id, client secret, organisation, technical account id, metascopes and private key.\n\
         hint: IMS_CLIENT_SECRET is set, but empty\n\
         hint: IMS_SCOPE is not a variable of this command; IMS_SCOPES is\n",
    );
    let run = Ims::new(["token"]).env("IMS_CREDENTIAL", "x.json").run();
    run.assert_failed(3, "credentials-missing");
    let hint = "hint: IMS_CREDENTIAL is not a variable of this command; IMS_CREDENTIALS is\n";
    assert!(run.stderr.ends_with(hint), "{run:?}");
}
