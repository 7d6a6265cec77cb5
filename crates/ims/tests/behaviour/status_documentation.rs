//! The examples of `ims status` in the documentation are what the command prints.

use crate::status_world::{DAY, Home, days_ago, in_days};
use crate::support::Run;

const GUIDE: &str = include_str!("../../../../docs/configuration.md");

/// The configuration that the examples are about.
const PROFILES: &str = r#"version = 1
default_profile = "author-prod"

[profiles.author-prod]
type        = "document"
credentials = { file = "../../author.json" }

[profiles.assets-api]
type           = "oauth-s2s"
client_id      = "0123456789abcdef"
client_secrets = { file = "../../secret" }
scopes         = ["openid", "AdobeID", "aem.assets.author"]

[profiles.me]
type      = "user-pkce"
client_id = "fedcba9876543210"

[profiles.vault]
type        = "document"
credentials = { command = ["pass", "show", "aem/author"] }
"#;

fn home() -> Home {
    let home = Home::new(PROFILES);
    let document = home.document("author.json", in_days(12));
    home.cache(&document, 23);
    crate::support::write_private(&home.path("secret"), crate::support::CLIENT_SECRET);
    home.sign_in("fedcba9876543210", "me", days_ago(1) + DAY / 2);
    home
}

/// Returns the output that the guide shows for a command.
#[track_caller]
fn shown(command: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("$ {command}\n")).expect(command);
    let end = rest.find("\n```").unwrap();
    &rest[..=end]
}

/// Replaces each point in time, which has the same length everywhere.
fn timeless(text: &str) -> String {
    let mut text = text.to_owned();
    let mut from = 0;
    while let Some(at) = text[from..].find("on 20") {
        let start = from + at + "on ".len();
        let end = start + "2026-01-01T00:00:00Z".len();
        text.replace_range(start..end, "TIME");
        from = start;
    }
    text
}

#[track_caller]
fn assert_shown(command: &str, home: &Home, code: i32) {
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let run: Run = home.ims(&arguments).run();
    assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{run:?}");
    assert_eq!(timeless(&run.stdout), timeless(shown(command)));
}

#[test]
fn status_in_the_guide_is_that_of_the_command() {
    let home = home();
    assert_shown("ims status", &home, 0);
    assert_shown("ims status --check-expiry 30d", &home, 8);
    assert_shown("ims status -p me --check-expiry 3d", &home, 0);
}
