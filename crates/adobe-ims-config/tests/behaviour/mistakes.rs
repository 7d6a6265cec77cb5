//! Messages about mistakes in the file.

use adobe_ims_config::ConfigProblem;

use crate::support::{PATH, mistake, parse};

/// Returns message and first hint for a wrong line in a valid profile.
#[track_caller]
fn complaint(line: &str) -> String {
    let text = format!(
        "version = 1\n[profiles.x]\ntype = \"oauth-s2s\"\nclient_id = \"x\"\nclient_secrets = {{ env = \"A\" }}\nscopes = \"a\"\n{line}\n"
    );
    let error = mistake(&text);
    let hints: Vec<_> = error.hints().take(1).map(str::to_owned).collect();
    let message = format!("{error} | {}", hints.concat());
    assert!(!message.contains("SECRET"), "{message}");
    assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    message
}

#[test]
fn message_names_location_and_probable_key() {
    for (line, message) in [
        (
            "clientid = 'SECRET'",
            "7:1: there is no key `clientid` here | Did you mean `client_id`?",
        ),
        (
            "url = 'https://x.example'",
            "7:1: there is no key `url` here | Did you mean `environment`?",
        ),
        (
            "'SECRET?%&=ü' = 1",
            "7:1: a key is not known here | Known here: type, targets, environment,",
        ),
        (
            "private_key = 'SECRET'",
            "7:1: `private_key` has no meaning for a profile of type oauth-s2s | ",
        ),
        (
            "timeout = 'SECRET'",
            "7:11: `timeout` takes a time such as \"30s\", at most a day | ",
        ),
        (
            "retries = 10",
            "7:11: `retries` takes a number from 0 to 9 | ",
        ),
        ("cache = 'off'", "7:9: `cache` takes true or false | "),
        (
            "environment = 'live'",
            "7:15: the environment is neither prod nor stage nor an address | ",
        ),
        (
            "environment = 'http://SECRET@x.example'",
            "7:15: the IMS address ",
        ),
        (
            "targets = ['https://x.example/path']",
            "7:11: the allowed place ",
        ),
        (
            "targets = 'https://x.example'",
            "7:11: `targets` takes a list of strings | ",
        ),
        ("org_id = 5", "7:10: `org_id` takes a string | "),
        ("org_id = 'SECRET", "7:17: this is not TOML"),
        ("type = 'SECRET'", "7:1: this is not TOML"),
    ] {
        let found = complaint(line);
        let message = format!("{PATH}:{message}");
        assert!(found.starts_with(&message), "{line}: {found}\n{message}");
    }
}

#[test]
fn wrong_secret_reference_is_refused_without_a_quote() {
    for value in [
        "{ fiel = 'SECRET' }",
        "{ file = 5 }",
        "{ file = 'a', env = 'SECRET' }",
        "{ env = 'SECRET?' }",
        "{ command = 'pass show SECRET' }",
        "{ command = [] }",
        "{ keyring = 'SECRET' }",
        "{ systemd_credential = '../SECRET' }",
        "{}",
        "[]",
        "''",
        "5",
    ] {
        let text = format!("version = 1\n[profiles.x]\ntype = \"static\"\ntoken = {value}\n");
        let error = mistake(&text);
        assert_eq!(
            error.cause(),
            ConfigProblem::ConfigurationInvalid.into(),
            "{value}"
        );
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("{PATH}:4:9: `token`")),
            "{message}"
        );
        assert!(!message.contains("SECRET"), "{message}");
    }
}

#[test]
fn missing_and_misplaced_keys_are_named() {
    for (text, problem, message) in [
        (
            "default_profile = 'a'",
            ConfigProblem::ConfigurationInvalid,
            "1:1: `version = 1` is missing at the top",
        ),
        (
            "version = 2",
            ConfigProblem::ConfigurationInvalid,
            "1:11: `version` is 1, or another version of this program wrote the file",
        ),
        (
            "version = 1\nprofile = 1",
            ConfigProblem::ConfigurationInvalid,
            "2:1: there is no key `profile` here",
        ),
        (
            "version = 1\ndefaults = 1",
            ConfigProblem::ConfigurationInvalid,
            "2:12: `defaults` is a table: [defaults]",
        ),
        (
            "version = 1\nprofiles.a = 1",
            ConfigProblem::ConfigurationInvalid,
            "2:10: a profile is a table: [profiles.NAME]",
        ),
        (
            "version = 1\n[profiles.'SECRET ?']",
            ConfigProblem::ConfigurationInvalid,
            "2:11: this cannot be the name of a profile",
        ),
        (
            "version = 1\n[defaults]\ntype='jwt'",
            ConfigProblem::ConfigurationInvalid,
            "3:1: `type` has no meaning for all profiles together",
        ),
        (
            "version = 1\n\n[profiles.a]\n",
            ConfigProblem::ProfileIncomplete,
            "3:11: [profiles.a] lacks `type`",
        ),
        (
            "version = 1\n[profiles.a]\nclient_id = 'x'\ntyp = 'jwt'\n",
            ConfigProblem::ConfigurationInvalid,
            "4:1: there is no key `typ` here",
        ),
        (
            "version = 1\n[profiles.a]\nretries = 2\ncode = { env = 'X' }\n",
            ConfigProblem::ProfileIncomplete,
            "2:11: [profiles.a] lacks `type`",
        ),
        (
            "version = 1\n[profiles.a]\ntype = 'document'\n",
            ConfigProblem::ProfileIncomplete,
            "2:11: [profiles.a] lacks `credentials`",
        ),
        (
            "version = 1\n[profiles.a]\ntype = 'oauth'\n",
            ConfigProblem::ConfigurationInvalid,
            "3:8: there is no such `type`",
        ),
        (
            "version = 1\ndefault_profile = 'a'\n[profiles.b]\ntype = 'static'\ntoken = 'x'",
            ConfigProblem::ProfileUnknown,
            "2:19: `default_profile`: there is no profile \"a\"",
        ),
    ] {
        let error = mistake(text);
        assert_eq!(error.cause(), problem.into(), "{text}: {error}");
        let found = error.to_string();
        assert!(
            found.starts_with(&format!("{PATH}:{message}")),
            "{text}: {found}"
        );
        assert!(!found.contains("SECRET"), "{found}");
    }
    assert!(parse("").profiles.is_empty());
    for key in ["typ", "kind"] {
        let text = format!("version = 1\n[profiles.a]\n{key} = 'document'\n");
        let error = mistake(&text);
        assert_eq!(error.hints().next(), Some("Did you mean `type`?"), "{key}");
    }
}

#[test]
fn mistake_in_a_profile_leaves_the_others_alone() {
    let configuration = parse(
        "version = 1\ndefault_profile = 'bad'\n[defaults]\nretries = 3\n[profiles.bad]\ntype = 'document'\n[profiles.good]\ntype = 'static'\ntoken = { env = 'T' }\n[profiles.'not a name']\ntype = 'static'\n",
    );
    assert_eq!(configuration.profile("good").unwrap().name, "good");
    assert_eq!(
        configuration.names().collect::<Vec<_>>(),
        ["good", "bad", "not a name"]
    );
    assert_eq!(configuration.defaults.retries.as_ref().unwrap().value, 3);
    let message = format!("{PATH}:5:11: [profiles.bad] lacks `credentials`");
    for error in [
        configuration.profile("bad").unwrap_err(),
        configuration.default_profile().unwrap_err(),
    ] {
        assert_eq!(error.cause(), ConfigProblem::ProfileIncomplete.into());
        assert_eq!(error.to_string(), message);
    }
    let unknown = configuration.profile("nobody").unwrap_err();
    let hints: Vec<_> = unknown.hints().collect();
    assert_eq!(hints[0], "The profiles are good, bad.");
}
