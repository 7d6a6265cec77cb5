//! `ims logout`, against the emulator.

use std::fs;

use crate::sign_in_world::{
    JANE, SCOPES, last_line, sessions, sign_in, token, with_profiles, world,
};
use crate::support::World;

#[test]
fn local_logout_reports_the_remaining_refresh_token() {
    let mut world = world();
    sign_in(&world, "me", JANE);
    let offline = ["logout", "me"];
    // Stops the emulator of the sign-in.
    world.emulator = World::new().emulator;
    let run = with_profiles(&world, &offline).run();
    run.assert_failed(5, "nothing-listens");
    assert!(
        run.stderr
            .contains("hint: you are still signed in; --local deletes"),
        "{run:?}"
    );
    assert_eq!(token(&world, "me")["source"], "cache");
    let run = with_profiles(&world, &["logout", "me", "--local"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(
        last_line(&run.stderr),
        "ims: note: me is signed out here; the refresh token is valid at IMS until"
    );
    assert_eq!(sessions(&world), 0);
    let run = with_profiles(&world, &["token", "-p", "me"]).run();
    run.assert_failed(9, "not-signed-in");
}

#[test]
fn logout_deletes_all_cached_tokens() {
    let world = world();
    sign_in(&world, "me", JANE);
    token(&world, "me");
    let config = fs::read_to_string(world.path("config.toml")).unwrap();
    world.write("config.toml", config.replace(SCOPES, "openid"));
    assert_eq!(token(&world, "me")["source"], "ims");
    let cached = || {
        with_profiles(&world, &["cache", "list"])
            .run()
            .stdout
            .lines()
            .count()
    };
    assert_eq!(cached(), 3, "two, and a line above them");
    // A client in a variable has no session to sign out of.
    let run = with_profiles(&world, &["logout", "-q"])
        .env("IMS_PROFILE", "me")
        .env("IMS_CLIENT_ID", "another")
        .run();
    run.assert(0, "", "");
    assert_eq!(cached(), 0);
}
