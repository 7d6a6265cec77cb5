//! The commands of imscli: `ims` does the same with the same result. Each test has the name of a command of imscli and
//! uses its variables.

use adobe_ims_emulator::SignIn;
use serde_json::{Value, json};

use crate::completions::{ask, script};
use crate::sign_in_world::{
    ALL_SCOPES, AT_WORK, CONFIDENTIAL, HOME, JANE, ORGANIZATION, PUBLIC, SCOPES, SERVICE_CODE,
    agree, at_emulator, parameter, relay, tokens, tokens_for, validity, visit, world,
};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World};

/// Checks that the run succeeded and printed only this.
#[track_caller]
fn printed(ims: Ims) -> String {
    let run = ims.run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    run.stdout
}

#[track_caller]
fn json_of(ims: Ims) -> Value {
    serde_json::from_str(&printed(ims)).unwrap()
}

/// Returns the claims of a token, as `ims inspect` decodes them.
#[track_caller]
fn claims(world: &World, token: &str) -> Value {
    json_of(at_emulator(world, &["inspect", "-o", "json"]).stdin(token))["claims"].clone()
}

/// Signs in with these variables and flags, and returns the address that the browser returned to.
#[track_caller]
fn sign_in(world: &World, client: &str, flags: &[&str]) -> String {
    let before = ["login", "--no-browser", "--port", "0", "-q"];
    let all: Vec<_> = before.iter().chain(flags).copied().collect();
    let mut running = at_emulator(world, &all)
        .env("IMS_CLIENTID", client)
        .env("IMS_SCOPES", SCOPES)
        .start();
    let (_, address) = running.address();
    let back = agree(world, &address, JANE);
    let page = visit(&back);
    if page.contains("JavaScript") {
        relay(&back);
    }
    running.end().assert(0, "", "");
    back
}

#[test]
fn row_01_authorize_user() {
    let world = world();
    let flags = [
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--resource",
        "urn:x",
    ];
    sign_in(&world, "passed-over", &flags);
    let token = printed(at_emulator(&world, &["token"]));
    assert_eq!(claims(&world, &token)["user_id"], "JANE@AdobeID");
    assert_eq!(validity(&world, "access", CONFIDENTIAL, &token).0, 0);
}

#[test]
fn row_01_authorize_user_by_variables() {
    let world = world();
    let with_secret =
        |arguments: &[&str]| at_emulator(&world, arguments).env("IMS_CLIENTSECRET", CLIENT_SECRET);
    let arguments = ["login", "--no-browser", "--port", "0", "-q"];
    let mut running = with_secret(&arguments)
        .env("IMS_CLIENTID", CONFIDENTIAL)
        .env("IMS_SCOPES", SCOPES)
        .start();
    let (_, address) = running.address();
    visit(&agree(&world, &address, JANE));
    running.end().assert(0, "", "");
    // The profile refers to the variable and does not contain its value.
    let config = std::fs::read_to_string(world.path("config/ims/config.toml")).unwrap();
    let reference = "client_secrets = { env = \"IMS_CLIENTSECRET\" }";
    assert!(
        config.contains(reference) && !config.contains(CLIENT_SECRET),
        "{config}"
    );
    let token = printed(with_secret(&["token", "--force"]));
    assert_eq!(validity(&world, "access", CONFIDENTIAL, &token).0, 0);
}

#[test]
fn row_02_authorize_pkce() {
    let world = world();
    let back = sign_in(&world, PUBLIC, &[]);
    assert!(!parameter(&back, "code").is_empty());
    let token = printed(at_emulator(&world, &["token"]));
    assert_eq!(claims(&world, &token)["client_id"], PUBLIC);
    assert_eq!(validity(&world, "access", PUBLIC, &token).0, 0);
}

#[test]
fn row_03_authorize_implicit() {
    let world = world();
    let back = sign_in(&world, PUBLIC, &["--flow", "implicit"]);
    let token = printed(at_emulator(&world, &["token"]));
    assert_eq!(token.trim(), parameter(&back, "access_token"));
    assert_eq!(validity(&world, "access", PUBLIC, &token).0, 0);
}

#[test]
fn row_04_authorize_service() {
    let world = world();
    world.write("code", SERVICE_CODE);
    let flags = [
        "token",
        "--client-secret-file",
        "secret",
        "--code-file",
        "code",
    ];
    let token = printed(at_emulator(&world, &flags).env("IMS_CLIENTID", CONFIDENTIAL));
    assert_eq!(claims(&world, &token)["client_id"], CONFIDENTIAL);
}

#[test]
fn row_05_authorize_jwt() {
    let world = world();
    let document = world.document();
    let integration = &document["integration"];
    world.write("private.key", integration["privateKey"].as_str().unwrap());
    let call = at_emulator(&world, &["token"])
        .env("IMS_CLIENTID", CLIENT_ID)
        .env("IMS_CLIENTSECRET", CLIENT_SECRET)
        .env("IMS_ORGANIZATION", integration["org"].as_str().unwrap())
        .env("IMS_ACCOUNT", integration["id"].as_str().unwrap())
        .env("IMS_PRIVATEKEY", "private.key")
        .env(
            "IMS_METASCOPES",
            integration["metascopes"].as_str().unwrap(),
        );
    let token = printed(call);
    assert_eq!(claims(&world, &token)["user_id"], integration["id"]);
    let same = printed(at_emulator(&world, &["token", "-c", "service_token.json"]));
    assert_eq!(claims(&world, &same)["user_id"], integration["id"]);
}

#[test]
fn row_06_authorize_client_credentials() {
    let world = world();
    let client = &world.emulator.oauth_clients()[0];
    let call = at_emulator(&world, &["token", "--resource", "urn:x"])
        .env("IMS_CLIENTID", client.client_id())
        .env("IMS_CLIENTSECRET", client.client_secret())
        .env("IMS_SCOPES", client.scopes().join(","));
    let token = printed(call);
    let claims = claims(&world, &token);
    assert_eq!(claims["user_id"], client.technical_account_id());
    assert_eq!(validity(&world, "access", client.client_id(), &token).0, 0);
}

#[test]
fn row_07_exchange() {
    let world = world();
    let client = [
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--scope",
        "openid",
    ];
    for target in [["--to-org", ORGANIZATION], ["--to-user", AT_WORK]] {
        let all = [
            &["exchange"][..],
            &client,
            &target,
            &["--resource", "urn:x"],
        ]
        .concat();
        let subject = tokens(&world, PUBLIC).access_token;
        let token = printed(at_emulator(&world, &all).env("IMS_ACCESSTOKEN", subject));
        assert_eq!(claims(&world, &token)["user_id"], AT_WORK);
    }
}

#[test]
fn row_08_on_behalf_of() {
    let world = world();
    let arguments = [
        "exchange",
        "--on-behalf-of",
        "--scope",
        "openid",
        "--client-secret-file",
        "secret",
    ];
    let call = at_emulator(&world, &arguments).env("IMS_CLIENTID", CONFIDENTIAL);
    let token = printed(call.stdin(tokens(&world, PUBLIC).access_token));
    assert_eq!(claims(&world, &token)["act"]["sub"], CONFIDENTIAL);
}

#[test]
fn row_09_refresh() {
    let world = world();
    let arguments = ["refresh", "-o", "json", "--scope", "openid"];
    let refresh_token = tokens(&world, PUBLIC).refresh_token.unwrap();
    let answer_json = json_of(
        at_emulator(&world, &arguments)
            .env("IMS_CLIENTID", PUBLIC)
            .env("IMS_REFRESHTOKEN", &refresh_token),
    );
    assert_eq!(
        claims(&world, answer_json["access_token"].as_str().unwrap())["scope"],
        "openid"
    );
    let next = answer_json["refresh_token"].as_str().unwrap();
    assert_ne!(next, refresh_token);
    assert_eq!(validity(&world, "refresh", PUBLIC, next).0, 0);
}

/// Checks that the token is valid and another text is not.
#[track_caller]
fn asked_about(world: &World, kind: &str, client: &str, token: &str) {
    let arguments = [
        "validate",
        "--kind",
        kind,
        "--client-id",
        client,
        "-o",
        "json",
    ];
    let answer_json = json_of(at_emulator(world, &arguments).stdin(token));
    assert_eq!(
        (&answer_json["valid"], &answer_json["client_id"]),
        (&json!(true), &json!(client))
    );
    let run = at_emulator(world, &arguments).stdin("opaque").run();
    assert_eq!((run.code, run.stderr.as_str()), (7, ""), "{run:?}");
}

#[test]
fn row_10_validate_access_token() {
    let world = world();
    asked_about(
        &world,
        "access",
        PUBLIC,
        &tokens(&world, PUBLIC).access_token,
    );
}

#[test]
fn row_11_validate_refresh_token() {
    let world = world();
    let token = tokens(&world, PUBLIC).refresh_token.unwrap();
    asked_about(&world, "refresh", PUBLIC, &token);
}

fn device_token(world: &World) -> String {
    let sign_in = SignIn::new(CONFIDENTIAL, JANE);
    world.emulator.device_token(&sign_in, "device").unwrap()
}

#[test]
fn row_12_validate_device_token() {
    let world = world();
    asked_about(&world, "device", CONFIDENTIAL, &device_token(&world));
}

#[test]
fn row_13_validate_authorization_code() {
    let world = world();
    let code = world
        .emulator
        .authorization_code(&SignIn::new(PUBLIC, JANE));
    asked_about(&world, "code", PUBLIC, &code.unwrap());
}

/// Revokes the token and checks that IMS does not accept it any more.
#[track_caller]
fn revoked(world: &World, kind: &str, client: &str, token: &str, more: &[&str]) {
    let arguments = ["revoke", "--kind", kind, "--client-id", client];
    let all: Vec<_> = arguments.iter().chain(more).copied().collect();
    assert_eq!(validity(world, kind, client, token).0, 0);
    let run = at_emulator(world, &all).stdin(token).run();
    run.assert(0, "", "ims: note: IMS has revoked the token\n");
    assert_eq!(validity(world, kind, client, token).0, 7);
}

#[test]
fn row_14_invalidate_access_token() {
    let world = world();
    let token = tokens(&world, PUBLIC).access_token;
    revoked(&world, "access", PUBLIC, &token, &[]);
}

#[test]
fn row_15_invalidate_refresh_token() {
    let world = world();
    let tokens = tokens(&world, PUBLIC);
    revoked(
        &world,
        "refresh",
        PUBLIC,
        &tokens.refresh_token.unwrap(),
        &["--cascade"],
    );
    assert_eq!(
        validity(&world, "access", PUBLIC, &tokens.access_token).0,
        7
    );
}

#[test]
fn row_16_invalidate_device_token() {
    let world = world();
    let device = device_token(&world);
    world.write("device", &device);
    let arguments = [
        "token",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--device-id",
        "device",
        "--device-token-file",
        "device",
        "--scope",
        "openid",
    ];
    let access = printed(at_emulator(&world, &arguments));
    revoked(&world, "device", CONFIDENTIAL, &device, &["--cascade"]);
    assert_eq!(validity(&world, "access", CONFIDENTIAL, &access).0, 7);
}

#[test]
fn row_17_invalidate_service_token() {
    let world = world();
    let secret = ["--client-secret-file", "secret"];
    revoked(&world, "service", CONFIDENTIAL, SERVICE_CODE, &secret);
}

#[test]
fn row_18_decode() {
    let world = world();
    let token = tokens(&world, PUBLIC).access_token;
    let answer_json = json_of(Ims::new(["inspect", "-o", "json"]).stdin(token));
    assert_eq!(answer_json["header"]["alg"], "RS256");
    assert_eq!(answer_json["claims"]["user_id"], "JANE@AdobeID");
    // imscli does not show the expiry of such a token: it has no `exp`.
    assert_eq!(answer_json["claims"]["exp"], json!(null));
    assert!(
        answer_json["expires_at"]
            .as_str()
            .unwrap()
            .starts_with("20")
    );
}

#[test]
fn row_19_profile() {
    let world = world();
    let token = tokens_for(&world, PUBLIC, ALL_SCOPES).access_token;
    for version in ["v1", "v2", "v3"] {
        let arguments = [
            "whoami",
            "-",
            "-o",
            "json",
            "--decode",
            "--api-version",
            version,
        ];
        let answer_json = json_of(at_emulator(&world, &arguments).stdin(&*token));
        assert_eq!(
            answer_json["answer"]["userId"], "JANE@AdobeID",
            "{answer_json}"
        );
        let product = &answer_json["products"][0];
        assert_eq!(
            product["fulfillable_data"],
            json!({"iid": "INSTANCE"}),
            "{answer_json}"
        );
    }
    let answer_json = json_of(
        at_emulator(&world, &["whoami", "--userinfo", "-o", "json"]).env("IMS_ACCESS_TOKEN", token),
    );
    assert_eq!(
        answer_json["answer"]["sub"], "JANE@AdobeID",
        "{answer_json}"
    );
}

#[test]
fn row_20_organizations() {
    let world = world();
    let token = tokens_for(&world, PUBLIC, ALL_SCOPES).access_token;
    for version in ["v1", "v2", "v3", "v4", "v5", "v6"] {
        let arguments = ["orgs", "-", "-o", "json", "--api-version", version];
        let answer_json = json_of(at_emulator(&world, &arguments).stdin(&*token));
        let (ident, _) = HOME.split_once('@').unwrap();
        assert_eq!(
            answer_json["answer"][0]["orgRef"]["ident"], ident,
            "{answer_json}"
        );
    }
}

/// Runs a command about the person with the token of a service.
#[track_caller]
fn admin(what: &str) -> Value {
    let world = world();
    world.write("code", SERVICE_CODE);
    let arguments = [
        "admin",
        what,
        "-o",
        "json",
        "--guid",
        "JANE",
        "--auth-src",
        "AdobeID",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "--code-file",
        "code",
    ];
    json_of(at_emulator(&world, &arguments))
}

#[test]
fn row_21_admin_profile() {
    assert_eq!(admin("profile")["answer"]["userId"], "JANE@AdobeID");
}

#[test]
fn row_22_admin_organizations() {
    let (ident, _) = HOME.split_once('@').unwrap();
    assert_eq!(admin("orgs")["answer"][0]["orgRef"]["ident"], ident);
}

#[test]
fn row_23_dcr_register() {
    let world = world();
    let arguments = [
        "register",
        "--name",
        "a name",
        "--redirect-uri",
        "http://localhost:8888",
        "--scope",
        "openid,AdobeID",
        "-o",
        "json",
    ];
    let answer_json = json_of(at_emulator(&world, &arguments));
    let client_id = answer_json["client_id"].as_str().unwrap();
    assert_eq!(answer_json["answer"]["client_name"], "a name");
    let clients = world.emulator.user_clients();
    assert!(
        clients.iter().any(|client| client.client_id() == client_id),
        "{answer_json}"
    );
}

#[test]
fn row_24_completion() {
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        ask(shell, &[check], &script(shell));
    }
    // The test needs no switch for PowerShell.
    script("powershell");
}
