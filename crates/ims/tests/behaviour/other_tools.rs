//! Credentials in the variables and files of other tools.

use serde_json::{Value, json};

use crate::fields::{JSON, OAUTH_CLIENT_ID, call, is, owner, text, world};
use crate::support::{CLIENT_SECRET, Ims};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";

fn aio(call: Ims, name: &str, client_id: &str) -> Ims {
    let secrets = format!("[\"{CLIENT_SECRET}\"]");
    let variable = |key| format!("AIO_ims_contexts_{name}_{key}");
    call.env(&variable("client__id"), client_id)
        .env(&variable("client__secrets"), secrets)
        .env(&variable("scopes"), "[\"openid\", \"AdobeID\"]")
        .env(&variable("ims__org__id"), ORGANIZATION)
}

fn s2s() -> String {
    json!({
        "client_id": OAUTH_CLIENT_ID, "client_secret": CLIENT_SECRET, "org_id": ORGANIZATION,
        "scopes": ["openid", "AdobeID"],
    })
    .to_string()
}

#[test]
fn variables_of_other_tools_have_the_lowest_rank_and_are_reported() {
    let world = world();
    let plain = call(&world, &JSON);
    assert_eq!(
        owner(aio(plain, "Forms__S2S", OAUTH_CLIENT_ID)),
        is(OAUTH_CLIENT_ID, "ims")
    );
    let json = call(&world, &JSON).env("IMS_OAUTH_S2S", s2s());
    assert_eq!(owner(json).0, OAUTH_CLIENT_ID);
    let kit = |call: Ims| {
        call.env("OAUTH_CLIENT_ID", OAUTH_CLIENT_ID)
            .env("OAUTH_CLIENT_SECRET", CLIENT_SECRET)
            .env("OAUTH_ORG_ID", ORGANIZATION)
    };
    let scopes = kit(call(&world, &JSON)).env("OAUTH_SCOPES", "openid, AdobeID");
    assert_eq!(owner(scopes).0, OAUTH_CLIENT_ID);
    let completed = kit(call(&world, &JSON)).env("IMS_SCOPES", "openid, AdobeID");
    assert_eq!(owner(completed).0, OAUTH_CLIENT_ID);
    let run = kit(call(&world, &["token"])).run();
    run.assert_failed(3, "credentials-incomplete");
    assert!(
        run.stderr.contains("missing or empty: OAUTH_SCOPES"),
        "{run:?}"
    );

    let all = |arguments: &[&str]| {
        kit(aio(call(&world, arguments), "x", OAUTH_CLIENT_ID))
            .env("IMS_OAUTH_S2S", s2s())
            .env("OAUTH_SCOPES", "openid")
    };
    let first = |call: Ims| {
        let run = call.run_for_a_secret();
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        first(all(&["token", "-v"])),
        "ims: the credentials are from AIO_ims_contexts_*; not used: IMS_OAUTH_S2S, OAUTH_*"
    );
    let credentials = all(&["token", "-v"]).env("IMS_CREDENTIALS", "service_token.json");
    assert_eq!(
        first(credentials.env("IMS_CLIENT_ID", "x")),
        "ims: the credentials are from IMS_CREDENTIALS; not used: IMS_CLIENT_ID, \
         AIO_ims_contexts_*, IMS_OAUTH_S2S, OAUTH_*"
    );
    let named = all(&["token", "-v", "-c", "service_token.json"]);
    assert_eq!(
        first(named),
        "ims: the credentials are from -c; not used: AIO_ims_contexts_*, IMS_OAUTH_S2S, OAUTH_*"
    );
}

#[test]
fn env_file_is_a_document() {
    let world = world();
    let text = format!(
        "# of a starter kit\nOAUTH_CLIENT_ID={OAUTH_CLIENT_ID}\nOAUTH_CLIENT_SECRET='{CLIENT_SECRET}'\n\
         OAUTH_SCOPES=[\"openid\", \"AdobeID\"]\n"
    );
    world.write(".env", &text);
    let document = ["token", "-o", "json", "-c", ".env"];
    assert_eq!(owner(call(&world, &document)), is(OAUTH_CLIENT_ID, "ims"));
    let held = call(&world, &JSON).env("IMS_CREDENTIALS", &text);
    assert_eq!(owner(held), is(OAUTH_CLIENT_ID, "cache"));
    // Other scopes than those of the document can be requested.
    let fewer: Vec<_> = document
        .iter()
        .chain(&["--scope", "openid"])
        .copied()
        .collect();
    let run = call(&world, &fewer).run_for_a_secret();
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&told["scopes"], &told["source"]),
        (&json!(["openid"]), &json!("ims"))
    );
    let lacking = text.replace("OAUTH_SCOPES", "OTHER");
    world.write(".env", lacking);
    call(&world, &document)
        .run()
        .assert_failed_as_json(3, "document-needs-more");
}

#[test]
fn context_is_selected() {
    let world = world();
    let two = |arguments: &[&str]| {
        let one = aio(call(&world, arguments), "Forms__S2S", OAUTH_CLIENT_ID);
        aio(one, "other", "nobody")
    };
    let run = two(&["token"]).run();
    run.assert_failed(3, "context-ambiguous");
    assert!(
        run.stderr.contains(": \"Forms_S2S\", \"other\" ["),
        "{run:?}"
    );
    assert!(run.stderr.contains("--context or IMS_CONTEXT"), "{run:?}");
    let chosen = two(&["token", "-o", "json", "--context", "Forms_S2S"]);
    // A flag takes precedence over the variables of a client.
    assert_eq!(
        owner(chosen.env("IMS_CLIENT_ID", "x")),
        is(OAUTH_CLIENT_ID, "ims")
    );
    let chosen = two(&JSON).env("IMS_CONTEXT", "Forms_S2S");
    assert_eq!(owner(chosen), is(OAUTH_CLIENT_ID, "cache"));
    let run = two(&["token", "--context", CLIENT_SECRET]).run();
    run.assert_failed(3, "context-unknown");
    // In a document each context has its own entry in the index.
    let context = |id: &str| json!({"client_id": id, "client_secrets": [CLIENT_SECRET], "scopes": ["openid", "AdobeID"]});
    let configuration =
        json!({"ims": {"contexts": {"one": context(OAUTH_CLIENT_ID), "two": context("nobody")}}});
    world.write("aio.json", configuration.to_string());
    let document = ["token", "-o", "json", "-c", "aio.json"];
    let one: Vec<_> = document
        .iter()
        .chain(&["--context", "one"])
        .copied()
        .collect();
    assert_eq!(owner(call(&world, &one)).0, OAUTH_CLIENT_ID);
    assert_eq!(owner(call(&world, &one)).0, OAUTH_CLIENT_ID);
    let two = call(&world, &document).env("IMS_CONTEXT", "two").run();
    two.assert_failed_as_json(4, "client-unknown");
    call(&world, &document)
        .run()
        .assert_failed_as_json(3, "context-ambiguous");
}

#[test]
fn child_does_not_inherit_secrets_of_other_tools() {
    let world = world();
    let names = |call: Ims| -> Vec<String> {
        let run = call.run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
        let names = run.stdout.lines().filter_map(|line| line.split_once('='));
        let mut names: Vec<_> = names.map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    };
    let exec = ["exec", "--", "env"];
    let basic = names(call(
        &world,
        &["exec", "-c", "service_token.json", "--", "env"],
    ));
    let and = |more: &[&str]| {
        let mut names = basic.clone();
        names.extend(more.iter().map(|&name| name.to_owned()));
        names.sort();
        names
    };
    let own = call(&world, &exec)
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
        .env("IMS_CLIENTSECRET", CLIENT_SECRET)
        .env("IMS_SCOPES", "openid,AdobeID")
        .env("OAUTH_CLIENT_SECRET", "of another program");
    assert_eq!(
        names(own),
        and(&["IMS_CLIENT_ID", "IMS_SCOPES", "OAUTH_CLIENT_SECRET"])
    );
    let key = text(&world.document()["integration"], "privateKey");
    let keys = call(&world, &["exec", "-c", "service_token.json", "--", "env"])
        .env("IMS_PRIVATE_KEY", key)
        .env("IMS_PRIVATEKEY", "private.key");
    assert_eq!(names(keys), and(&["IMS_PRIVATEKEY"]));
    let foreign = aio(call(&world, &exec), "x", OAUTH_CLIENT_ID).env("IMS_OAUTH_S2S", "{}");
    let kept =
        ["client__id", "ims__org__id", "scopes"].map(|key| format!("AIO_ims_contexts_x_{key}"));
    let kept = [&kept[0], &kept[1], &kept[2], "IMS_OAUTH_S2S"];
    assert_eq!(names(foreign), and(&kept));
}
