//! `ims status`: what it shows.

use serde_json::json;

use crate::status_world::{DAY, Home, Report, days_ago, in_days};
use crate::support::{CLIENT_ID, LASTING_TOKEN, LASTING_UNTIL, OLD_TOKEN};

/// One profile for each state that credentials can be in offline.
const PROFILES: &str = r#"version = 1
default_profile = "author-prod"

[profiles.author-prod]
type        = "document"
credentials = { file = "HOME/author.json" }

[profiles.assets-api]
type           = "oauth-s2s"
environment    = "stage"
client_id      = "client!+ID"
client_secrets = { command = ["touch", "HOME/it-ran"] }
scopes         = ["openid", "AdobeID"]

[profiles.me]
type      = "user-pkce"
client_id = "public!+ID"

[profiles.you]
type           = "user-pkce"
client_id      = "public!+ID"
client_secrets = { keyring = "ims/you" }

[profiles.local-dev]
type  = "static"
token = { env = "DEV_TOKEN" }

[profiles.vault]
type        = "document"
credentials = { command = ["touch", "HOME/it-ran"] }

[profiles.broken]
type      = "oauth-s2s"
client_id = "x"
"#;

/// Returns a home with all profiles, a certificate for 12 days and a sign-in for 13 days.
fn home() -> Home {
    let home = Home::new("");
    let folder = home.folder.path().to_str().unwrap().to_owned();
    home.configure(&PROFILES.replace("HOME", &folder));
    let document = home.document("author.json", in_days(12));
    home.cache(&document, 23);
    home.sign_in("public!+ID", "me", days_ago(1) + DAY / 2);
    home
}

#[test]
fn every_profile_is_shown_with_its_state() {
    let home = home();
    let run = home.ims(&["status"]).env("DEV_TOKEN", LASTING_TOKEN).run();
    let report = Report::of(&run, &home);
    assert_eq!(
        report.summary,
        "7 profiles; the default is author-prod. Ending within 30 days: the certificate of author-prod. With a problem: broken."
    );
    assert_eq!(
        report.table,
        [
            "    profile      kind       IMS    client         token     certificate  sign-in",
            "*!  author-prod  jwt        prod   cm-p12…tion-0  23 h      12 days",
            "    assets-api   oauth-s2s  stage  client!+ID     not read",
            "    me           user-pkce  prod   public!+ID     none                   13 days",
            "    you          user-pkce  prod   public!+ID     none                   nobody",
            "    local-dev    static            client!+ID     93 years",
            "    vault        document                         not read",
            "!   broken",
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "! author-prod: the certificate ends in 12 days 0 h, on TIME; renew it in the console that issued the credentials, and download them again",
            "- assets-api: not read: client_secrets (the command \"touch\" is not run)",
            "- you: not read: client_secrets (the keyring entry \"ims/you\" is not opened)",
            "- vault: not read: credentials (the command \"touch\" is not run)",
            "! broken: HOME/.config/ims/config.toml:32:11: [profiles.broken] lacks `client_secrets` [profile-incomplete]",
        ]
    );
    assert_eq!(run.code, 0);
    assert!(!home.path("it-ran").exists(), "a program was run");
}

#[test]
fn report_for_programs_has_everything_in_full() {
    let home = home();
    let run = home
        .ims(&["status", "-o", "json"])
        .env("DEV_TOKEN", LASTING_TOKEN)
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["schema"], "ims.status/1");
    assert_eq!(report["configuration"], json!(home.configuration()));
    assert_eq!(report["default_profile"], "author-prod");
    assert_eq!(report["check"], json!(null));
    let [author, assets, me, you, dev, vault, broken] =
        report["credentials"].as_array().unwrap().as_slice()
    else {
        panic!("{report}");
    };
    assert_eq!(author["name"], "author-prod");
    assert_eq!(author["type"], "document");
    assert_eq!(author["kind"], "jwt");
    assert_eq!(
        (&author["default"], &author["selected"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(author["environment"], "https://ims-na1.adobelogin.com");
    assert_eq!(author["client_id"], "cm-p12345-e67890-integration-0");
    assert_eq!(author["org_id"], "0123456789ABCDEF01234567@AdobeOrg");
    assert_eq!(author["scopes"], json!(["ent_aem_cloud_api"]));
    assert_eq!(
        (&author["token"]["state"], &author["token"]["renewed"]),
        (&json!("valid"), &json!(true))
    );
    let left = author["token"]["expires_in"].as_u64().unwrap();
    assert!((23 * 3600..24 * 3600).contains(&left), "{left}");
    let left = author["certificate"]["expires_in"].as_u64().unwrap();
    assert!((12 * 86_400..13 * 86_400).contains(&left), "{left}");
    assert_eq!(assets["environment"], "https://ims-na1-stg1.adobelogin.com");
    assert_eq!(assets["token"]["state"], "not-read");
    let touch = "the command \"touch\" is not run";
    assert_eq!(
        assets["not_read"],
        json!([{"key": "client_secrets", "reason": touch}])
    );
    assert_eq!(
        (&me["sign_in"]["state"], &me["sign_in"]["user_id"]),
        (&json!("signed-in"), &json!("JANE@AdobeID"))
    );
    assert_eq!(me["token"]["state"], "none");
    assert_eq!(
        you["sign_in"],
        json!({"state": "nobody", "user_id": null, "signed_in_at": null, "expires_at": null, "expires_at_unix": null, "expires_in": null})
    );
    assert_eq!(dev["client_id"], CLIENT_ID);
    assert_eq!(
        (&dev["token"]["expires_at"], &dev["token"]["renewed"]),
        (&json!(LASTING_UNTIL), &json!(false))
    );
    assert_eq!(
        (&vault["kind"], &vault["type"], &vault["token"]["renewed"]),
        (&json!(null), &json!("document"), &json!(null))
    );
    assert_eq!(broken["problem"]["schema"], "ims.error/1");
    assert_eq!(broken["problem"]["id"], "profile-incomplete");
    assert_eq!(author["problem"], json!(null));
}

#[test]
fn report_without_configuration_says_where_it_looked() {
    let home = Home::new("version = 1\n");
    let summary = |run: crate::support::Run| {
        let report = Report::of(&run, &home);
        assert_eq!((run.code, report.table.len()), (0, 0), "{run:?}");
        report.summary
    };
    let run = home.ims(&["status"]).run();
    assert_eq!(
        summary(run),
        "No profiles: \"HOME/.config/ims/config.toml\" has none. `ims profile import FILE` adds one."
    );
    let run = home
        .ims(&["status"])
        .env("XDG_CONFIG_HOME", home.path("x"))
        .run();
    assert_eq!(
        summary(run),
        "No profiles: \"HOME/x/ims/config.toml\" does not exist. `ims profile import FILE` adds one."
    );
    let run = crate::support::Ims::new(["status"]).run();
    assert_eq!(
        summary(run),
        "No profiles: the path of the configuration is unknown, because neither XDG_CONFIG_HOME nor HOME is set. `ims profile import FILE` adds one."
    );
    // A file that was named must exist, and a damaged one is an error.
    let run = home.ims(&["status", "--config", "none.toml"]).run();
    run.assert_failed(3, "file-unreadable");
    home.configure("version = 2\n");
    let run = home.ims(&["status"]).run();
    run.assert_failed(3, "configuration-invalid");
}

#[test]
fn report_is_limited_to_a_profile_or_a_document() {
    let home = home();
    let run = home.ims(&["status", "-p", "me"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(report.summary, "1 profile: me.");
    assert_eq!(
        report.table,
        [
            "profile  kind       IMS   client      token  sign-in",
            "me       user-pkce  prod  public!+ID  none   13 days",
        ]
    );
    let run = home.ims(&["status", "-p", "broken"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(report.summary, "1 profile: broken. With a problem: broken.");
    let run = home.ims(&["status", "-p", "mee"]).run();
    run.assert_failed(3, "profile-unknown");

    home.document("other.json", in_days(300));
    let run = home.ims(&["status", "-c", "other.json"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(report.summary, "1 document.");
    assert_eq!(
        report.table,
        [
            "profile  kind  IMS   client                          token  certificate",
            "-c       jwt   prod  cm-p12345-e67890-integration-0  23 h   300 days",
        ]
    );
    let run = home.ims(&["status", "-c", "none.json"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(report.summary, "1 document. With a problem: -c.");
    assert_eq!(
        report.remarks,
        [
            "! -c: \"HOME/none.json\" (-c) cannot be read: No such file or directory (os error 2) [file-unreadable]"
        ]
    );
    let run = home.ims(&["status", "-c", "other.json", "-p", "me"]).run();
    run.assert_failed(2, "usage");
}

#[test]
fn credentials_in_variables_are_shown_if_calls_use_them() {
    let home = home();
    home.document("other.json", in_days(300));
    let run = home
        .ims(&["status"])
        .env("DEV_TOKEN", LASTING_TOKEN)
        .env("IMS_CREDENTIALS", home.path("other.json"))
        .run();
    let report = Report::of(&run, &home);
    assert!(
        report.summary.starts_with(
            "7 profiles; the default is author-prod. Calls without -c or -p use IMS_CREDENTIALS. "
        ),
        "{report:?}"
    );
    assert_eq!(report.table.len(), 9);
    assert!(
        report.table[1].starts_with("    IMS_CREDENTIALS  jwt "),
        "{report:?}"
    );

    // A token comes first; IMS_PROFILE comes before variables of other programs.
    let run = home
        .ims(&["status", "--config", ".config/ims/config.toml"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .env("IMS_CREDENTIALS", home.path("other.json"))
        .run();
    let report = Report::of(&run, &home);
    assert!(
        report.table[1].starts_with("!   IMS_ACCESS_TOKEN  static "),
        "{report:?}"
    );
    assert!(report.table[1].ends_with("  ended"), "{report:?}");
    let run = home.ims(&["status"]).env("IMS_PROFILE", "me").run();
    let report = Report::of(&run, &home);
    assert!(
        report
            .summary
            .contains(" Calls without -p use me, as IMS_PROFILE says. "),
        "{report:?}"
    );
    let run = home.ims(&["status"]).env("IMS_PROFILE", "mee").run();
    let report = Report::of(&run, &home);
    assert_eq!(
        report.remarks.last().unwrap(),
        "! there is no profile \"mee\" [profile-unknown]"
    );
    // Nothing but variables.
    let home = Home::new("version = 1\n");
    let run = home
        .ims(&["status", "-o", "json"])
        .env("IMS_OAUTH_S2S_CLIENT_ID", "x")
        .env("IMS_CLIENT_ID", CLIENT_ID)
        .env("IMS_CLIENT_SECRET", crate::support::CLIENT_SECRET)
        .env("IMS_SCOPES", "openid")
        .run();
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let found = &report["credentials"][0];
    assert_eq!(
        (
            &found["name"],
            &found["source"],
            &found["kind"],
            &found["client_id"]
        ),
        (
            &json!("IMS_CLIENT_ID"),
            &json!("named"),
            &json!("oauth-s2s"),
            &json!(CLIENT_ID)
        )
    );
}

#[test]
fn colour_repeats_what_the_words_say() {
    let home = home();
    let plain = home.ims(&["status"]).run();
    assert!(!plain.stdout.contains('\u{1b}'), "{plain:?}");
    let coloured = home.ims(&["status"]).env("CLICOLOR_FORCE", "1").run();
    assert!(
        coloured.stdout.contains("\u{1b}[1;31m!\u{1b}[0m"),
        "{coloured:?}"
    );
    let mut text = coloured.stdout;
    for tone in ["0", "2", "32", "33", "1;31"] {
        text = text.replace(&format!("\u{1b}[{tone}m"), "");
    }
    assert_eq!(text, plain.stdout);
    let forbidden = home
        .ims(&["status"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .run();
    assert_eq!(forbidden.stdout, plain.stdout);
}
