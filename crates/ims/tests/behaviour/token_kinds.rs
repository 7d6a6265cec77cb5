//! `ims validate` and `ims revoke` for every kind of token, against the emulator.

use adobe_ims_emulator::SignIn;

use crate::sign_in_world::{
    CONFIDENTIAL, JANE, PUBLIC, SERVICE_CODE, at_emulator, sign_in, tokens, validity,
    with_profiles, world,
};
use crate::support::{CLIENT_SECRET, Run, World};

fn revoke(world: &World, kind: &str, client: &str, token: &str, more: &[&str]) -> Run {
    let arguments = ["revoke", "--kind", kind, "--client-id", client];
    let all: Vec<_> = arguments.iter().chain(more).copied().collect();
    at_emulator(world, &all).stdin(token).run()
}

const REVOKED: &str = "ims: note: IMS has revoked the token\n";

#[test]
fn cascade_revokes_the_access_tokens_of_a_refresh_token() {
    let world = world();
    for (more, access) in [(&[][..], 0), (&["--cascade"], 7)] {
        let tokens = tokens(&world, PUBLIC);
        let refresh_token = tokens.refresh_token.unwrap();
        assert_eq!(validity(&world, "refresh", PUBLIC, &refresh_token).0, 0);
        revoke(&world, "refresh", PUBLIC, &refresh_token, more).assert(0, "", REVOKED);
        let after = validity(&world, "refresh", PUBLIC, &refresh_token);
        assert_eq!(after, (7, "not valid: revoked\n".to_owned()));
        assert_eq!(
            validity(&world, "access", PUBLIC, &tokens.access_token).0,
            access
        );
    }
}

#[test]
fn device_service_and_code_tokens_are_validated() {
    let world = world();
    let sign_in = SignIn::new(CONFIDENTIAL, JANE);
    let device = world.emulator.device_token(&sign_in, "device").unwrap();
    assert_eq!(validity(&world, "device", CONFIDENTIAL, &device).0, 0);
    revoke(&world, "device", CONFIDENTIAL, &device, &["--cascade"]).assert(0, "", REVOKED);
    assert_eq!(validity(&world, "device", CONFIDENTIAL, &device).0, 7);

    let code = world.emulator.authorization_code(&sign_in).unwrap();
    assert_eq!(validity(&world, "code", CONFIDENTIAL, &code).0, 0);
    assert_eq!(validity(&world, "access", CONFIDENTIAL, &code).0, 7);
    revoke(&world, "code", CONFIDENTIAL, &code, &[]).assert_failed(2, "usage");

    assert_eq!(validity(&world, "service", CONFIDENTIAL, SERVICE_CODE).0, 0);
    let run = revoke(&world, "service", CONFIDENTIAL, SERVICE_CODE, &[]);
    run.assert_failed(3, "client-secret-missing");
    assert!(run.stderr.contains("--client-secret-file"), "{run:?}");
    let secret = ["--client-secret-file", "secret"];
    revoke(&world, "service", CONFIDENTIAL, SERVICE_CODE, &secret).assert(0, "", REVOKED);
    assert_eq!(validity(&world, "service", CONFIDENTIAL, SERVICE_CODE).0, 7);
}

#[test]
fn contradictory_flags_are_refused_before_a_request() {
    let world = world();
    let tokens = tokens(&world, PUBLIC);
    for kind in ["access", "service"] {
        let run = revoke(&world, kind, PUBLIC, &tokens.access_token, &["--cascade"]);
        run.assert_failed(2, "usage");
    }
    assert_eq!(
        validity(&world, "access", PUBLIC, &tokens.access_token).0,
        0
    );
    // A refresh token is no access token.
    let refresh_token = tokens.refresh_token.unwrap();
    assert_eq!(validity(&world, "access", PUBLIC, &refresh_token).0, 7);
    revoke(&world, "access", PUBLIC, &refresh_token, &[]).assert_failed(4, "refused");
}

#[test]
fn revoking_a_refresh_token_ends_its_session() {
    let world = world();
    sign_in(&world, "me", JANE);
    sign_in(&world, "you", JANE);
    let folder = world.path("state/ims/sessions");
    let texts = std::fs::read_dir(folder).unwrap();
    let texts = texts.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let text = texts
        .into_iter()
        .find(|text| text.contains("\nname: me\n"))
        .unwrap();
    let mut lines = text.lines();
    let refresh_token = lines
        .find_map(|line| line.strip_prefix("refresh_token: "))
        .unwrap();
    revoke(&world, "refresh", PUBLIC, refresh_token, &["--cascade"]).assert(
        0,
        "",
        &format!("ims: note: me is signed out here\n{REVOKED}"),
    );
    let run = with_profiles(&world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "not-signed-in");
    let run = with_profiles(&world, &["token", "-p", "you"]).run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn each_token_kind_has_a_variable() {
    let world = world();
    let refresh_token = tokens(&world, PUBLIC).refresh_token.unwrap();
    let arguments = ["validate", "--kind", "refresh", "-o", "json"];
    for name in ["IMS_REFRESH_TOKEN", "IMS_REFRESHTOKEN"] {
        let run = at_emulator(&world, &arguments)
            .env(name, &refresh_token)
            .run();
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains("\"valid\":true"), "{run:?}");
        // A child process does not inherit it.
        let child = [
            "exec",
            "--",
            "sh",
            "-c",
            "echo \"$IMS_REFRESH_TOKEN$IMS_REFRESHTOKEN\"",
        ];
        let run = at_emulator(&world, &child)
            .env("IMS_ACCESS_TOKEN", "opaque")
            .env("PATH", "/usr/bin:/bin")
            .env(name, &refresh_token)
            .run();
        run.assert(0, "\n", "");
    }
    let run = at_emulator(
        &world,
        &["validate", "--kind", "service", "--client-id", CONFIDENTIAL],
    )
    .env("IMS_SERVICETOKEN", SERVICE_CODE)
    .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
    .run();
    assert_eq!(run.code, 0, "{run:?}");
}
