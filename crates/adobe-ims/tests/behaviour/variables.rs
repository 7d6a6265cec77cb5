//! Credentials in environment variables and `.env` files.

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::OauthCredentials;
use adobe_ims::credentials::{CredentialFields, CredentialVariables, DocumentOptions};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::{Credentials, Environment, Error, Problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, fixture};

type Pair = (String, String);

fn pairs(lines: &[(&str, &str)]) -> Vec<Pair> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    lines.iter().map(owned).collect()
}

/// Returns a context for OAuth as aio writes it.
fn aio(name: &str, client_id: &str) -> Vec<Pair> {
    let secrets = format!("[\"{CLIENT_SECRET}\",\"older\"]");
    [
        ("client__id", client_id),
        ("client__secrets", &secrets),
        ("technical__account__email", "x@techacct.adobe.com"),
        ("technical__account__id", TECHNICAL_ACCOUNT),
        ("scopes", "[\"openid\",\"AdobeID\"]"),
        ("ims__org__id", ORGANIZATION),
    ]
    .map(|(key, value)| (format!("AIO_ims_contexts_{name}_{key}"), value.to_owned()))
    .to_vec()
}

fn aio_jwt(name: &str) -> Vec<Pair> {
    [
        ("client__id", CLIENT_ID),
        ("client__secret", CLIENT_SECRET),
        ("technical__account__id", TECHNICAL_ACCOUNT),
        ("meta__scopes", "[\"ent_adobeio_sdk\"]"),
        ("ims__org__id", ORGANIZATION),
    ]
    .map(|(key, value)| (format!("AIO_ims_contexts_{name}_{key}"), value.to_owned()))
    .to_vec()
}

fn starter_kit() -> Vec<Pair> {
    pairs(&[
        ("OAUTH_CLIENT_ID", CLIENT_ID),
        ("OAUTH_CLIENT_SECRET", CLIENT_SECRET),
        ("OAUTH_TECHNICAL_ACCOUNT_ID", TECHNICAL_ACCOUNT),
        ("OAUTH_TECHNICAL_ACCOUNT_EMAIL", "x@techacct.adobe.com"),
        ("OAUTH_ORG_ID", ORGANIZATION),
        ("OAUTH_SCOPES", "AdobeID, openid"),
    ])
}

const S2S: &str = r#"{"client_id":"client!+ID","client_secret":"SECRET?%&=ü","org_id":"0123456789ABCDEF01234567@AdobeOrg","scopes":["openid","AdobeID"]}"#;

fn collect(variables: &[Pair]) -> CredentialVariables {
    CredentialVariables::collect(variables.to_vec())
}

fn file(variables: &[Pair]) -> String {
    let lines = variables
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    lines.collect()
}

#[track_caller]
fn oauth(credentials: Credentials) -> OauthCredentials {
    match credentials {
        Credentials::OauthServerToServer(credentials) => credentials,
        other => panic!("not OAuth credentials: {other:?}"),
    }
}

#[track_caller]
fn message_of(error: Error, problem: Problem) -> String {
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    for secret in ["SECRET?", "MII", "-BEGIN", "older"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    error.to_string()
}

fn by_name(name: &str) -> DocumentOptions {
    let mut options = DocumentOptions::default();
    options.context = Some(name.to_owned());
    options
}

#[test]
fn every_pattern_is_read_from_the_environment_and_from_a_file() {
    let plain = DocumentOptions::default();
    let separately = pairs(&[
        ("IMS_OAUTH_S2S_CLIENT_ID", CLIENT_ID),
        ("IMS_OAUTH_S2S_CLIENT_SECRET", CLIENT_SECRET),
        ("IMS_OAUTH_S2S_ORG_ID", ORGANIZATION),
        ("IMS_OAUTH_S2S_SCOPES", "[\"openid\", \"AdobeID\"]"),
    ]);
    for (label, variables) in [
        ("AIO_ims_contexts_*", aio("Forms__S2S__ü", CLIENT_ID)),
        ("IMS_OAUTH_S2S", pairs(&[("IMS_OAUTH_S2S", S2S)])),
        ("IMS_OAUTH_S2S_*", separately),
        ("OAUTH_*", starter_kit()),
    ] {
        let collected = collect(&variables);
        assert!(collected.sources().eq([label]), "{collected:?}");
        let from_environment = collected.credentials(&plain).unwrap().unwrap();
        let from_file = Credentials::parse(file(&variables).as_bytes()).unwrap();
        for credentials in [from_environment, from_file] {
            let credentials = oauth(credentials);
            assert_eq!(credentials.client_id(), CLIENT_ID, "{label}");
            assert_eq!(credentials.organization_id(), Some(ORGANIZATION), "{label}");
            let mut scopes = credentials.scopes().to_vec();
            scopes.sort();
            assert_eq!(scopes, ["AdobeID", "openid"], "{label}");
        }
        assert!(
            !format!("{collected:?}").contains("SECRET?"),
            "{collected:?}"
        );
    }
}

#[test]
fn file_is_read_with_more_patterns() {
    for prefix in ["", "IMS_"] {
        let text = format!(
            "# sample\nexport {prefix}CLIENT_ID='{CLIENT_ID}'\n{prefix}CLIENT_SECRET=\"{CLIENT_SECRET}\"\n\
             {prefix}SCOPES=openid,AdobeID # both\nOTHER=x\n"
        );
        let credentials = oauth(Credentials::parse(text.as_bytes()).unwrap());
        assert_eq!(credentials.client_id(), CLIENT_ID);
        assert_eq!(credentials.scopes(), ["openid", "AdobeID"]);
        let lines: Vec<Pair> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| {
                (
                    name.trim_start_matches("export ").to_owned(),
                    value.to_owned(),
                )
            })
            .collect();
        assert!(collect(&lines).is_empty(), "too common for an environment");
    }
    let key = fixture("pkcs8.pem");
    let text = format!(
        "API_KEY={CLIENT_ID}\r\nCLIENT_SECRET={CLIENT_SECRET}\r\nORG_ID={ORGANIZATION}\r\n\
         TECHNICAL_ACCOUNT_ID={TECHNICAL_ACCOUNT}\r\nMETASCOPES=ent_adobeio_sdk\r\nPRIVATE_KEY=\"{key}\"\r\n"
    );
    let Ok(Credentials::Service(credentials)) = Credentials::parse(text.as_bytes()) else {
        panic!("not service credentials");
    };
    let crypto = Crypto::ring();
    let context = KeyContext::default();
    assert!(TechnicalAccount::open(&credentials, &context, &crypto).is_ok());
}

#[test]
fn wrapped_file_is_read() {
    let text = file(&aio("one", "one"));
    for wrapped in [
        STANDARD.encode(&text),
        serde_json::to_string(&text).unwrap(),
    ] {
        let credentials = oauth(Credentials::parse(wrapped.as_bytes()).unwrap());
        assert_eq!(credentials.client_id(), "one");
    }
}

#[test]
fn first_source_counts_and_its_secrets_are_named() {
    let mut all = starter_kit();
    all.extend(aio("one", "one"));
    all.push(("IMS_OAUTH_S2S".to_owned(), S2S.to_owned()));
    all.push(("PATH".to_owned(), "/bin".to_owned()));
    let all = collect(&all);
    assert!(
        all.sources()
            .eq(["AIO_ims_contexts_*", "IMS_OAUTH_S2S", "OAUTH_*"])
    );
    assert!(
        all.secret_names()
            .eq(["AIO_ims_contexts_one_client__secrets"])
    );
    let credentials = all.credentials(&DocumentOptions::default()).unwrap();
    assert_eq!(oauth(credentials.unwrap()).client_id(), "one");
    assert!(
        collect(&starter_kit())
            .secret_names()
            .eq(["OAUTH_CLIENT_SECRET"])
    );
}

#[test]
fn variables_of_other_programs_are_ignored() {
    let mut foreign = starter_kit();
    foreign.retain(|(name, _)| !name.contains("ACCOUNT") && !name.contains("ORG"));
    assert!(collect(&foreign).is_empty());
    foreign.push(("OAUTH_ORG_ID".to_owned(), "my company".to_owned()));
    assert!(collect(&foreign).is_empty());
    foreign.push(("OAUTH_IMS_ORG_ID".to_owned(), ORGANIZATION.to_owned()));
    foreign.retain(|(name, _)| name != "OAUTH_ORG_ID");
    assert!(!collect(&foreign).is_empty());
    let login = pairs(&[
        ("AIO_ims_contexts_cli_access__token_token", "SECRET?%&=ü"),
        ("AIO_ims_contexts_web_client__id", "x"),
        ("AIO_ims_contexts_web_client__secret", CLIENT_SECRET),
        ("AIO_runtime_auth", "SECRET?%&=ü"),
        ("OAUTH_CLIENT_ID", "x"),
    ]);
    assert!(collect(&login).is_empty());
    let nothing = collect(&login).credentials(&DocumentOptions::default());
    assert!(nothing.unwrap().is_none());
}

#[test]
fn names_of_aio_are_split() {
    // aio writes the name "Commerce starter kit - Stage" like this.
    let mut variables = aio("Commerce__starter__kit__-__Stage", "one");
    variables.extend(aio("two", "two"));
    let collected = collect(&variables);
    let chosen = collected.credentials(&by_name("Commerce_starter_kit_-_Stage"));
    assert_eq!(oauth(chosen.unwrap().unwrap()).client_id(), "one");
    let names = "\"Commerce_starter_kit_-_Stage\", \"two\"";
    let message = message_of(
        collected
            .credentials(&DocumentOptions::default())
            .unwrap_err(),
        Problem::ContextAmbiguous,
    );
    assert_eq!(
        message,
        format!(
            "the set of variables AIO_ims_contexts_* has 2 credentials, and none is selected: {names}"
        )
    );
    let error = collected.credentials(&by_name("SECRET?%&=ü")).unwrap_err();
    assert!(error.hints().any(|hint| hint.ends_with(names)), "{error:?}");
    message_of(error, Problem::ContextUnknown);
    variables.push(("AIO_ims_config_current".to_owned(), "two".to_owned()));
    let current = collect(&variables).credentials(&DocumentOptions::default());
    assert_eq!(oauth(current.unwrap().unwrap()).client_id(), "two");
    // The older form.
    let old: Vec<Pair> = aio("two", "two")
        .into_iter()
        .map(|(name, value)| (name.replace("ims_contexts", "$ims"), value))
        .collect();
    let chosen = collect(&old).credentials(&DocumentOptions::default());
    assert_eq!(oauth(chosen.unwrap().unwrap()).client_id(), "two");
}

#[test]
fn missing_field_is_named_by_its_variable() {
    let plain = DocumentOptions::default();
    let mut variables = aio("Forms__S2S", CLIENT_ID);
    variables.retain(|(name, _)| !name.contains("secrets"));
    let collected = collect(&variables);
    let message = message_of(
        collected.credentials(&plain).unwrap_err(),
        Problem::CredentialsIncomplete,
    );
    assert_eq!(
        message,
        "the credentials in the environment are incomplete; missing or empty: \
         AIO_ims_contexts_Forms__S2S_client__secrets"
    );
    let message = message_of(
        Credentials::parse(file(&variables).as_bytes()).unwrap_err(),
        Problem::DocumentIncomplete,
    );
    assert!(
        message.ends_with("AIO_ims_contexts_Forms__S2S_client__secrets"),
        "{message}"
    );

    let mut variables = starter_kit();
    variables.retain(|(name, _)| name != "OAUTH_SCOPES");
    let collected = collect(&variables);
    let message = message_of(
        collected.credentials(&plain).unwrap_err(),
        Problem::CredentialsIncomplete,
    );
    assert!(message.ends_with("OAUTH_SCOPES"), "{message}");
    let mut complete = DocumentOptions::default();
    complete.fallbacks = CredentialFields::new().scopes("openid");
    let credentials = collected.credentials(&complete).unwrap().unwrap();
    assert_eq!(oauth(credentials).scopes(), ["openid"]);

    let text = file(&aio_jwt("x"));
    let error = Credentials::parse(text.as_bytes()).unwrap_err();
    assert!(
        error
            .hints()
            .any(|hint| hint.contains("the private key is never"))
    );
    let message = message_of(error, Problem::DocumentNeedsMore);
    assert!(
        message.ends_with("AIO_ims_contexts_x_private__key"),
        "{message}"
    );
    let keyed = text
        + &format!(
            "AIO_ims_contexts_x_private__key=\"{}\"\n",
            fixture("pkcs8.pem")
        );
    assert!(matches!(
        Credentials::parse(keyed.as_bytes()),
        Ok(Credentials::Service(_))
    ));
}

#[test]
fn json_without_quotes_is_refused_and_not_shown() {
    for value in ["{client_id:SECRET?%&=ü}", "[]", "7", "SECRET?%&=ü"] {
        let collected = collect(&pairs(&[("IMS_OAUTH_S2S", value)]));
        let error = collected
            .credentials(&DocumentOptions::default())
            .unwrap_err();
        message_of(error, Problem::DocumentNotJson);
    }
    let collected = collect(&pairs(&[("IMS_OAUTH_S2S", "{\"client_id\": \"x\"}")]));
    let error = collected
        .credentials(&DocumentOptions::default())
        .unwrap_err();
    let message = message_of(error, Problem::CredentialsIncomplete);
    assert!(
        message.ends_with("IMS_OAUTH_S2S.client_secret, IMS_OAUTH_S2S.scopes"),
        "{message}"
    );
}

#[test]
fn unrelated_variables_of_a_file_are_ignored() {
    let text = format!(
        "ENV=production\nHOST=example.com\nPRIVATE_KEY=of something\nCLIENT_ID=x\n\
         CLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\n"
    );
    let credentials = oauth(Credentials::parse(text.as_bytes()).unwrap());
    assert_eq!(*credentials.environment(), Environment::production());
}

#[test]
fn scopes_and_metascopes_together_are_refused() {
    let mut options = DocumentOptions::default();
    options.overrides = CredentialFields::new().metascopes("x");
    let error = collect(&aio("one", "one"))
        .credentials(&options)
        .unwrap_err();
    assert_eq!(
        message_of(error, Problem::CredentialsContradictory),
        "the credentials in the environment are OAuth server-to-server, and metascopes or a private key were added"
    );
    let text = format!("CLIENT_ID=x\nCLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\nMETASCOPES=x\n");
    let error = Credentials::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        message_of(error, Problem::CredentialsContradictory),
        "the credential document has both scopes (SCOPES) and metascopes (METASCOPES)"
    );
}

#[test]
fn stage_is_named_in_every_spelling() {
    let plain = DocumentOptions::default();
    for line in [
        "OAUTH_BASE_URL=https://ims-na1-stg1.adobelogin.com/ims/token/",
        "IMS_HOST=ims-na1-stg1.adobelogin.com",
        "IMS_URL=https://ims-na1-stg1.adobelogin.com",
        "IMS_ENV=stage",
        "AIO_CLI_ENV=stage",
        "IMS=ims-na1-stg1.adobelogin.com",
        "ENVIRONMENT=stage",
        "ENV=staging",
        "OAUTH_ENV=stage",
    ] {
        for variables in [starter_kit(), aio("one", "one")] {
            let text = format!("{}{line}\n", file(&variables));
            let credentials = oauth(Credentials::parse(text.as_bytes()).unwrap());
            // A name that begins with OAUTH_ belongs to the other credentials.
            if line != "OAUTH_ENV=stage" || variables[0].0 == "OAUTH_CLIENT_ID" {
                assert_eq!(*credentials.environment(), Environment::stage(), "{text}");
            }
        }
    }
    for (name, value) in [
        ("IMS_HOST", "ims-na1-stg1.adobelogin.com"),
        ("AIO_CLI_ENV", "stage"),
    ] {
        let found = collect(&pairs(&[(name, value), ("CLIENT_ID", "x")]));
        assert!(found.is_empty() && found.names_environment());
        let fields = CredentialFields::new()
            .client_id("x")
            .client_secret("y")
            .scopes("z")
            .environment_of(&found);
        let names = adobe_ims::credentials::FieldNames::default();
        let credentials = oauth(fields.credentials(names).unwrap());
        assert_eq!(*credentials.environment(), Environment::stage(), "{name}");
        let mut options = plain.clone();
        options.fallbacks = CredentialFields::new().environment_of(&found);
        let document = r#"{"client_id":"x","client_secret":"y","scopes":"z"}"#;
        let credentials = oauth(Credentials::parse_with(document.as_bytes(), &options).unwrap());
        assert_eq!(*credentials.environment(), Environment::stage(), "{name}");
        let named = document.replace('}', r#","env":"prod"}"#);
        let credentials = oauth(Credentials::parse_with(named.as_bytes(), &options).unwrap());
        assert_eq!(*credentials.environment(), Environment::production());
    }
}

#[test]
fn environment_of_aio_counts() {
    let mut variables = aio("one", "one");
    variables.push(("AIO_ims_contexts_one_env".to_owned(), "stage".to_owned()));
    let credentials = collect(&variables).credentials(&DocumentOptions::default());
    let credentials = oauth(credentials.unwrap().unwrap());
    assert_eq!(*credentials.environment(), Environment::stage());
}

proptest! {
    #[test]
    fn any_name_of_a_context_is_read_back(name in "[a-zA-Z0-9ü-]{1,6}(_[a-zA-Z0-9ü-]{1,6}){0,3}") {
        let mut variables = aio(&name.replace('_', "__"), "one");
        variables.extend(aio("other", "two"));
        prop_assume!(name != "other");
        let chosen = collect(&variables).credentials(&by_name(&name)).unwrap().unwrap();
        let chosen = oauth(chosen);
        prop_assert_eq!(chosen.client_id(), "one");
    }

    #[test]
    fn any_variables_are_read_or_refused_without_their_secrets(
        variables in proptest::collection::vec(
            ("(AIO_(ims_contexts|\\$ims)_|OAUTH_|IMS_OAUTH_S2S_?|IMS_|)[_a-z]{0,3}_?(client__?id|CLIENT_SECRETS?|scopes|private__key|_*)",
             "(SECRET\\?){1,2}|[\\[\\]{}\",a-z]{0,8}"), 0..8),
        context in proptest::option::of("[a-z_]{0,3}"),
    ) {
        let mut options = DocumentOptions::default();
        options.context = context;
        let outcomes = [
            collect(&variables).credentials(&options).err(),
            Credentials::parse_with(file(&variables).as_bytes(), &options).err(),
        ];
        for error in outcomes.into_iter().flatten() {
            let message = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
            prop_assert!(!message.contains("SECRET?"), "{}", message);
        }
    }
}
