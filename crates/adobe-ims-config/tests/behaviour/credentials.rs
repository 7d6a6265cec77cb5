//! The credentials of a profile.

use adobe_ims::{Credentials, Environment, Problem, Secret};
use adobe_ims_config::{ConfigProblem, Identity};

use crate::support::{FakeSystem, SECRET, parse};

const OAUTH: &str = r#"
version = 1
[profiles.api]
type = "oauth-s2s"
client_id = "client!+ID"
org_id = "0123456789ABCDEF01234567@AdobeOrg"
scopes = ["openid", "AdobeID"]
client_secrets = [{ env = "NEW" }, { file = "/old" }]
"#;

#[test]
fn client_gets_all_of_its_secrets() {
    let configuration = parse(OAUTH);
    let profile = configuration.profile("api").unwrap();
    let system = FakeSystem::default()
        .variable("NEW", SECRET)
        .file("/old", "old\n", true);
    let stage = Environment::stage();
    let found = profile.credentials(Some(&stage), &system).unwrap();
    let Credentials::OauthServerToServer(credentials) = &found.credentials else {
        panic!("{:?}", found.credentials);
    };
    assert_eq!(credentials.client_id(), "client!+ID");
    assert_eq!(credentials.secret_count(), 2);
    assert_eq!(credentials.scopes(), ["openid", "AdobeID"]);
    assert_eq!(credentials.environment(), &stage);
    assert_eq!(found.exposed_files, [std::path::PathBuf::from("/old")]);
    assert!(!format!("{found:?}").contains(SECRET));

    let error = profile
        .credentials(None, &FakeSystem::default())
        .unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::SecretUnavailable.into());
    let message = "the profile api: the environment variable NEW is not set or empty";
    assert_eq!(error.to_string(), message);
}

#[test]
fn document_is_completed_from_the_profile() {
    let configuration = parse(concat!(
        "version = 1\n[profiles.old]\ntype = 'document'\ncredentials = { file = 'console.json' }\n",
        "metascopes = 'ent_aem_cloud_api'\nprivate_key = { file = 'key.pem' }\n",
        "[profiles.aem]\ntype = 'aem-service-credentials'\ncredentials = { file = 'oauth.json' }\n",
    ));
    let console = r#"{"API_KEY":"client!+ID","CLIENT_SECRET":"SECRET?%&=ü","ORG_ID":"0123456789ABCDEF01234567@AdobeOrg","TECHNICAL_ACCOUNT_ID":"89ABCDEF0123456701234567@techacct.adobe.com"}"#;
    let oauth = r#"{"CLIENT_ID":"x","CLIENT_SECRETS":["SECRET?%&=ü"],"SCOPES":["a"]}"#;
    let system = FakeSystem::default()
        .file("/etc/ims/console.json", console, false)
        .file("/etc/ims/key.pem", "-----BEGIN PRIVATE KEY-----", false)
        .file("/etc/ims/oauth.json", oauth, false);
    let profile = configuration.profile("old").unwrap();
    let found = profile.credentials(None, &system).unwrap();
    assert!(
        matches!(&found.credentials, Credentials::Service(it) if it.metascopes() == ["ent_aem_cloud_api"])
    );
    let profile = configuration.profile("aem").unwrap();
    let error = profile.credentials(None, &system).unwrap_err();
    assert_eq!(error.cause(), Problem::DocumentUnknown.into());
    assert!(!format!("{error:?}").contains(SECRET));
}

#[test]
fn cache_id_changes_with_local_secrets_and_runs_no_command() {
    let configuration = parse(OAUTH);
    let profile = configuration.profile("api").unwrap();
    let cache_id = |new: &str, old: &str| {
        let system = FakeSystem::default()
            .variable("NEW", new)
            .file("/old", old, false);
        profile.cache_id(&system).unwrap().to_vec()
    };
    assert_eq!(cache_id("a", "b"), cache_id("a", "b\n"));
    assert_ne!(cache_id("a", "b"), cache_id("a", "c"));
    assert_ne!(cache_id("a", "bc"), cache_id("ab", "c"));
    let command = OAUTH.replace("{ env = \"NEW\" }", "{ command = ['/no/such'] }");
    let other = parse(&command.replace("/old", "/same"));
    let system = FakeSystem::default().file("/same", "b", false);
    assert!(other.profile("api").unwrap().cache_id(&system).is_ok());
}

#[test]
fn static_token_is_trimmed() {
    let configuration =
        parse("version = 1\n[profiles.x]\ntype = 'static'\ntoken = { env = 'T' }\n");
    let profile = configuration.profile("x").unwrap();
    let system = FakeSystem::default().variable("T", " opaque \n");
    let found = profile.credentials(None, &system).unwrap();
    let Credentials::AccessToken(token) = found.credentials else {
        panic!("no token");
    };
    assert_eq!(token.as_secret().expose(), Secret::new("opaque").expose());
}

#[test]
fn client_is_made_without_other_secrets() {
    let text = concat!(
        "version = 1\n[profiles.me]\ntype = 'user-pkce'\nclient_id = 'client!+ID'\nscopes = 'openid'\n",
        "redirect_uri = 'http://localhost:9999/back'\n",
        "[profiles.device]\ntype = 'device'\nclient_id = 'd'\nclient_secrets = { env = 'S' }\n",
        "device_id = 'x'\ndevice_token = { file = '/not/there' }\n",
        "[profiles.x]\ntype = 'static'\ntoken = { env = 'T' }\n",
    );
    let configuration = parse(text);
    let system = FakeSystem::default().variable("S", SECRET);
    let client = |name: &str| {
        let profile = configuration.profile(name).unwrap();
        profile.oauth_client(Some(&Environment::stage()), &system)
    };
    let found = client("me").unwrap().unwrap();
    assert_eq!(found.client.client_id(), "client!+ID");
    assert!(found.client.is_public() && found.exposed_files.is_empty());
    assert_eq!(*found.client.environment(), Environment::stage());
    // The device token is not fetched.
    let found = client("device").unwrap().unwrap();
    assert_eq!(found.client.secret_count(), 1);
    assert!(!format!("{found:?}").contains(SECRET));
    assert!(client("x").unwrap().is_none());
    let profile = configuration.profile("device").unwrap();
    let error = profile
        .oauth_client(None, &FakeSystem::default())
        .unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::SecretUnavailable.into());
    let Identity::UserPkce { redirect_uri, .. } = &configuration.profile("me").unwrap().identity
    else {
        panic!("not a user");
    };
    assert_eq!(redirect_uri.as_deref(), Some("http://localhost:9999/back"));
}
