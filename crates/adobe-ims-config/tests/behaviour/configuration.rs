//! Reading the configuration file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims_config::precedence::{Layers, Origin};
use adobe_ims_config::precedence::{Resolved, Sourced};
use adobe_ims_config::{ConfigProblem, Configuration, Identity, Profile, SecretReference};
use proptest::prelude::*;

use crate::support::{FakeSystem, PATH, SECRET, mistake, parse};

const FULL: &str = r#"
version = 1
default_profile = "author-prod"

[defaults]
environment = "prod"
min_ttl  = "5m"
timeout  = 15
retries  = 3
ca_files = ["/etc/ssl/corp-root.pem", "own.pem"]
passphrase_file = "~/pass"
cache = true
cache_key_file = "key"

[profiles.author-prod]                     # the JSON downloaded from AEM
type        = "aem-service-credentials"
credentials = { file = "/run/secrets/aem-author.json" }
targets     = ["https://author-p1-e2.adobeaemcloud.com"]

[profiles.assets-api]
type           = "oauth-s2s"
client_id      = "client!+ID"
org_id         = "ABC@AdobeOrg"
scopes         = ["openid", "AdobeID,aem.assets.author"]
environment    = "https://ims.example/base"
client_secrets = [
  { file = "secrets/new" },
  { env  = "IMS_SECRET_OLD" },
]

[profiles.me]
type      = "user-pkce"
client_id = "public"
scopes    = "openid, AdobeID"
client_secrets = { keyring = "ims/me" }

[profiles.signer]
type = "jwt"
client_id = "x"
client_secrets = "SECRET?%&=ü"
org_id = "ABC@AdobeOrg"
technical_account_id = "1@techacct.adobe.com"
metascopes = "ent_aem_cloud_api"
[profiles.signer.private_key]
systemd_credential = "key"

[profiles.device]
type = "device"
client_id = "x"
device_id = "d"
device_token = { env = "DEVICE" }

[profiles.service]
type = "service-code"
client_id = "x"
client_secrets = { env = "A" }
code = { env = "B" }

[profiles.local-dev]
type  = "static"
token = { command = ["pass", "show", "aem/dev-token"] }
"#;

#[test]
fn every_key_is_read_with_its_location() {
    let configuration = parse(FULL);
    let names: Vec<_> = configuration
        .profiles
        .iter()
        .map(|it| (it.name.as_str(), it.type_name()))
        .collect();
    assert_eq!(
        names,
        [
            ("author-prod", "aem-service-credentials"),
            ("assets-api", "oauth-s2s"),
            ("me", "user-pkce"),
            ("signer", "jwt"),
            ("device", "device"),
            ("service", "service-code"),
            ("local-dev", "static"),
        ]
    );
    let defaults = &configuration.defaults;
    let min_ttl = defaults.min_ttl.as_ref().unwrap();
    assert_eq!(min_ttl.value, Duration::from_secs(300));
    assert_eq!(min_ttl.location.to_string(), format!("{PATH}:7:12"));
    let timeout = defaults.timeout.as_ref().unwrap();
    assert_eq!(timeout.value, Duration::from_secs(15));
    let files = &defaults.ca_files.as_ref().unwrap().value;
    assert_eq!(
        files,
        &["/etc/ssl/corp-root.pem", "/etc/ims/own.pem"].map(PathBuf::from)
    );
    let passphrase = &defaults.passphrase_file.as_ref().unwrap().value;
    assert_eq!(passphrase, Path::new("/home/me/pass"));

    let assets = configuration.profile("assets-api").unwrap();
    assert_eq!(assets.scopes(), ["openid", "AdobeID", "aem.assets.author"]);
    let environment = &assets.settings.environment.as_ref().unwrap().value;
    assert_eq!(environment.base_url(), "https://ims.example/base");
    let client = assets.client().unwrap();
    assert!(matches!(&client.secrets[..], [
        SecretReference::File(path), SecretReference::Variable(name),
    ] if path == Path::new("/etc/ims/secrets/new") && name == "IMS_SECRET_OLD"));
    let signer = configuration.profile("signer").unwrap();
    assert!(matches!(
        &signer.identity,
        Identity::Jwt { private_key: SecretReference::SystemdCredential(name), .. } if name == "key"
    ));
    assert!(!format!("{configuration:?}").contains(SECRET));
}

#[test]
fn guide_shows_a_valid_file_and_the_needed_keys() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let example = guide.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let configuration = parse(example);
    assert_eq!(configuration.profiles.len(), 3);
    // The table lists each type. Without one of the keys in bold a profile is refused.
    let rows = guide.lines().filter(|line| line.starts_with("| `"));
    let mut types: Vec<&str> = Profile::types().collect();
    for row in rows {
        let (name, keys) = row[3..].split_once("` |").unwrap();
        if !types.contains(&name) {
            continue;
        }
        types.retain(|known| *known != name);
        let needed: Vec<&str> = keys.split("**").skip(1).step_by(2).collect();
        for left_out in &needed {
            let mut text = format!("version = 1\n[profiles.x]\ntype = \"{name}\"\n");
            for key in needed.iter().filter(|key| *key != left_out) {
                let secret = ["client_secrets", "code", "credentials", "token"].contains(key)
                    || ["device_token", "private_key"].contains(key);
                let value = if secret { "{ env = \"A\" }" } else { "\"a\"" };
                text.push_str(&format!("{key} = {value}\n"));
            }
            let error = mistake(&text);
            let message = format!("[profiles.x] lacks `{left_out}`");
            assert!(error.to_string().ends_with(&message), "{name}: {error}");
        }
    }
    assert!(types.is_empty(), "{types:?}");
}

#[test]
fn inline_secret_needs_a_file_that_its_owner_alone_can_read() {
    let clear = "version = 1\n[profiles.x]\ntype = \"static\"\ntoken = \"SECRET?%&=ü\"\n";
    let safe = FakeSystem::default().file(PATH, clear, false);
    assert!(
        Configuration::load(Path::new(PATH), &safe)
            .unwrap()
            .is_some()
    );
    let open = FakeSystem::default().file(PATH, clear, true);
    let error = Configuration::load(Path::new(PATH), &open).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ConfigurationExposed.into());
    let message = error.to_string();
    assert!(
        message.contains("the profile x holds token in the clear"),
        "{message}"
    );
    assert_eq!(error.hints().next().unwrap(), format!("chmod 600 {PATH}"));

    // A profile with a mistake holds its secret as well.
    for (clear, shown) in [
        (clear.replace("[profiles", "#\n[profiles") + "typo = 1\n", "the profile x holds token"),
        (
            "version = 1\n[profiles.y]\ntype = 'jwt'\nclient_secrets = [{ env = 'A' }, 'SECRET?%&=ü']\n".to_owned(),
            "the profile y holds client_secrets",
        ),
        (
            "version = 1\n[profiles.'SECRET ?']\ncode = 'SECRET?%&=ü'\n".to_owned(),
            ": a profile holds code",
        ),
    ] {
        let open = FakeSystem::default().file(PATH, &clear, true);
        let error = Configuration::load(Path::new(PATH), &open).unwrap_err();
        assert_eq!(error.cause(), ConfigProblem::ConfigurationExposed.into());
        let message = error.to_string();
        assert!(message.contains(shown), "{message}");
        assert!(!message.contains("SECRET"), "{message}");
    }

    let by_reference = clear.replace("\"SECRET?%&=ü\"", "{ env = \"T\" }");
    let open = FakeSystem::default().file(PATH, &by_reference, true);
    assert!(
        Configuration::load(Path::new(PATH), &open)
            .unwrap()
            .is_some()
    );
    let none = Configuration::load(Path::new(PATH), &FakeSystem::default());
    assert!(none.unwrap().is_none());
}

#[test]
fn default_path_follows_xdg_and_ignores_relative_variables() {
    let path = |system: FakeSystem| Configuration::default_path(&system);
    let home = || FakeSystem::default().variable("HOME", "/home/me");
    let expected = Some(PathBuf::from("/home/me/.config/ims/config.toml"));
    assert_eq!(path(home()), expected);
    assert_eq!(
        path(home().variable("XDG_CONFIG_HOME", "relative")),
        expected
    );
    assert_eq!(
        path(home().variable("XDG_CONFIG_HOME", "/xdg")),
        Some("/xdg/ims/config.toml".into())
    );
    assert_eq!(path(FakeSystem::default()), None);
    assert_eq!(path(FakeSystem::default().variable("HOME", ".")), None);
}

#[test]
fn setting_is_resolved_in_order_of_precedence() {
    let configuration = parse(concat!(
        "version = 1\n[defaults]\ntimeout = \"1s\"\n",
        "[profiles.x]\ntype = \"static\"\ntoken = { env = \"T\" }\ntimeout = \"2s\"\n"
    ));
    let profile = configuration.profile("x").unwrap();
    let layers = || {
        let profile = profile.settings.timeout.clone();
        let layers = Layers::new(profile, configuration.defaults.timeout.clone());
        layers.or_built_in(Duration::from_secs(30))
    };
    let given = |seconds, origin| Sourced {
        value: Duration::from_secs(seconds),
        origin,
    };
    let decision = Resolved::from_sources(
        Some(given(4, Origin::Flag("--timeout"))),
        Some(given(3, Origin::Variable("IMS_TIMEOUT"))),
        layers(),
    );
    let decision = decision.unwrap();
    let message: Vec<_> = std::iter::once(&decision.effective)
        .chain(&decision.overruled)
        .map(|it| format!("{} {}", it.value.as_secs(), it.origin))
        .collect();
    assert_eq!(
        message,
        [
            "4 --timeout".to_owned(),
            "3 IMS_TIMEOUT".to_owned(),
            format!("2 {PATH}:7:11"),
            format!("1 {PATH}:3:11"),
            "30 built in".to_owned(),
        ]
    );
    let without = Resolved::from_sources(None, None, layers()).unwrap();
    assert_eq!(without.effective.origin.kind(), "profile");
    assert_eq!(
        Resolved::<u8>::from_sources(None, None, Layers::new(None, None)),
        None
    );
}

proptest! {
    #[test]
    fn damaged_configuration_is_refused_without_a_secret_in_the_message(
        start in any::<prop::sample::Index>(),
        length in 0_usize..4,
        replacement in "[ -~\n]{0,3}",
    ) {
        let intact = FULL.replace(SECRET, "CANARY!").replace("{ env = \"DEVICE\" }", "\"CANARY!\"");
        prop_assert_eq!(parse(&intact).profiles.len(), 7);
        let start = start.index(intact.len());
        let end = (start + length).min(intact.len());
        let mut damaged = intact;
        damaged.replace_range(start..end, &replacement);
        match Configuration::parse(&damaged, Path::new(PATH), None) {
            Ok(configuration) => {
                let shown = format!("{configuration:?}");
                prop_assert!(!shown.contains("CANARY!"), "{shown}");
            }
            Err(error) => {
                prop_assert!(!format!("{error} {error:?}").contains("CANARY!"), "{error}");
                prop_assert!(error.hints().all(|hint| !hint.contains("CANARY!")));
                prop_assert!(error.to_string().starts_with(PATH), "{error}");
            }
        }
    }

    #[test]
    fn any_other_text_is_refused_without_a_quote(text in "[ -~\n]{0,120}") {
        let text = format!("version = 1\n{text}CANARY!{text}");
        let error = Configuration::parse(&text, Path::new(PATH), None);
        if let Err(error) = error {
            prop_assert!(!format!("{error} {error:?}").contains("CANARY!"), "{error}");
        }
    }

    #[test]
    fn valid_name_is_read_back(name in "[A-Za-z0-9][A-Za-z0-9._-]{0,63}") {
        prop_assert!(Profile::is_valid_name(&name));
        let configuration = parse(&static_profile(&name));
        prop_assert_eq!(&configuration.profiles[0].name, &name);
    }

    #[test]
    fn invalid_name_is_refused(
        start in "[A-Za-z0-9][A-Za-z0-9._-]{0,30}",
        wrong in "[ !#-,/:-@\\[\\]^`{-~äß]",
        end in "[A-Za-z0-9._-]{0,30}",
    ) {
        let name = format!("{start}{wrong}{end}");
        prop_assert!(!Profile::is_valid_name(&name));
        prop_assert_eq!(mistake(&static_profile(&name)).cause(), ConfigProblem::ConfigurationInvalid.into());
    }
}

fn static_profile(name: &str) -> String {
    format!("version = 1\n[profiles.\"{name}\"]\ntype = \"static\"\ntoken = {{ env = \"T\" }}\n")
}
