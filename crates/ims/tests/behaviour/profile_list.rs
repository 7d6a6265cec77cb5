//! `ims profile list` tells profiles apart.

use crate::status_world::Home;

/// Profiles of one client, each of which differs from another in one value.
const ALIKE: &str = r#"version = 1
default_profile = "assets"

[profiles.assets]
type           = "oauth-s2s"
client_id      = "0123456789abcdef0123456789abcdef"
client_secrets = { env = "SECRET" }
scopes         = ["openid", "AdobeID", "aem.assets.author"]
org_id         = "0123456789ABCDEF01234567@AdobeOrg"
targets        = ["https://author-p12345-e67890.adobeaemcloud.com", "https://publish-p12345-e67890.adobeaemcloud.com"]

[profiles.stage]
type           = "oauth-s2s"
environment    = "stage"
client_id      = "0123456789abcdef0123456789abcdef"
client_secrets = { env = "SECRET" }
scopes         = ["openid", "AdobeID", "aem.assets.author"]
org_id         = "0123456789ABCDEF01234567@AdobeOrg"
targets        = ["https://author-p12345-e67890.adobeaemcloud.com", "https://publish-p12345-e67890.adobeaemcloud.com"]

"#;

#[test]
fn list_tells_profiles_of_one_client_apart() {
    let home = Home::new("");
    let list = |text: &str| {
        home.configure(text);
        let run = home.ims(&["profile", "list"]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let width = |line: &str| line.chars().count();
        assert!(run.stdout.lines().all(|it| width(it) <= 80), "{run:?}");
        let lines = run.stdout.lines();
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        list(ALIKE),
        [
            "   profile  type       environment  credentials            targets",
            "*  assets   oauth-s2s  prod         0123456789…6789abcdef  author-p12345-e67890…",
            "   stage    oauth-s2s  stage        0123456789…6789abcdef  author-p12345-e67890…",
        ]
    );
    // Only the organisation differs, then only the scopes.
    let (start, stage) = ALIKE.split_once("[profiles.stage]").unwrap();
    let same = stage.replace("environment    = \"stage\"\n", "");
    let other = same.replace("0123456789ABCDEF01234567@", "FEDCBA987654321001234567@");
    assert_eq!(
        list(&format!("{start}[profiles.others]{other}")),
        [
            "   profile  type       environment  credentials     targets        organisation",
            "*  assets   oauth-s2s  prod         0123456…abcdef  author-p1234…  012345…obeOrg",
            "   others   oauth-s2s  prod         0123456…abcdef  author-p1234…  FEDCBA…obeOrg",
        ]
    );
    let other = same.replace(", \"aem.assets.author\"", "");
    assert_eq!(
        list(&format!("{start}[profiles.basic]{other}")),
        [
            "   profile  type       environment  credentials     targets        scopes",
            "*  assets   oauth-s2s  prod         0123456…abcdef  author-p1234…  openid…author",
            "   basic    oauth-s2s  prod         0123456…abcdef  author-p1234…  openid…dobeID",
        ]
    );
    // Documents are told apart by their names, or else by what is used of them.
    assert_eq!(
        list(
            r#"version = 1
[profiles.a]
type        = "document"
credentials = { file = "/run/prod/token.json" }
context     = "one"
[profiles.b]
type        = "document"
credentials = { file = "/run/stage/token.json" }
context     = "one"
[profiles.c]
type        = "document"
credentials = { file = "/run/stage/token.json" }
context     = "two"
[profiles.d]
type  = "static"
token = { env = "TOKEN" }
[profiles.e]
type  = "static"
token = { command = ["pass", "show", "dev"] }
"#
        ),
        [
            "profile  type      credentials         secrets                           account",
            "a        document  token.json          the file \"/run/prod/token.json\"   one",
            "b        document  token.json          the file \"/run/stage/token.json\"  one",
            "c        document  token.json          the file \"/run/stage/token.json\"  two",
            "d        static    $TOKEN              the environment variable TOKEN",
            "e        static    the command \"pass\"  the command \"pass\"",
        ]
    );
}
