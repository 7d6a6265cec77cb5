//! A home directory with a configuration, and an emulator for its profiles.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use adobe_ims_emulator::OauthClient;
use serde_json::Value;

use crate::support::{CLIENT_SECRET, Ims, World};

pub(crate) const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";

/// The line of `ims config check` about profiles that are readable.
pub(crate) const READABLE: &str = "ims: note: readable means that the secrets were fetched and have the right form, not that IMS accepts them; `ims doctor -p NAME` finds that out\n";

/// An emulator with a client and a technical account, and a configuration with profiles of both.
pub(crate) struct Setting {
    pub(crate) world: World,
}

impl Setting {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    pub(crate) fn with(more: &str) -> Self {
        let client = OauthClient::new()
            .client_id("oauth!+ID")
            .client_secret(CLIENT_SECRET)
            .organization(ORGANIZATION)
            .scopes(["openid", "AdobeID"]);
        let world = World::with(|builder| builder.oauth_client(client));
        let setting = Self { world };
        let closed = fs::Permissions::from_mode(0o600);
        fs::set_permissions(setting.world.path("service_token.json"), closed).unwrap();
        let url = setting.world.emulator.url();
        setting.configure(&format!(
            r#"version = 1
[defaults]
ca_files = ["{}"]
retries  = 0

[profiles.aem]
type        = "document"
credentials = {{ file = "{}" }}

[profiles.api]
type           = "oauth-s2s"
environment    = "{url}"
client_id      = "oauth!+ID"
client_secrets = {{ env = "IMS_TEST_SECRET" }}
scopes         = ["openid", "AdobeID"]
org_id         = "{ORGANIZATION}"
{more}"#,
            setting.world.path("ca.pem").display(),
            setting.world.path("service_token.json").display(),
        ));
        setting
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.world.path("home/ims/config.toml")
    }

    pub(crate) fn configure(&self, text: &str) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), text).unwrap();
        self.mode(0o600);
    }

    pub(crate) fn add(&self, text: &str) {
        let before = fs::read_to_string(self.path()).unwrap();
        self.configure(&format!("{before}\n{text}"));
    }

    pub(crate) fn mode(&self, mode: u32) {
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Creates a call in this home directory.
    pub(crate) fn ims(&self, arguments: &[&str]) -> Ims {
        Ims::new(arguments)
            .env("XDG_CONFIG_HOME", self.world.path("home"))
            .env("IMS_CACHE_DIR", self.world.path("cache"))
            .env("IMS_TEST_SECRET", CLIENT_SECRET)
            .env("PATH", "/usr/bin:/bin")
            .in_folder(self.world.folder.path())
    }

    #[track_caller]
    pub(crate) fn token(&self, arguments: &[&str]) -> Value {
        let all = ["token", "-o", "json"].iter().chain(arguments);
        let run = self
            .ims(&all.copied().collect::<Vec<_>>())
            .run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}
