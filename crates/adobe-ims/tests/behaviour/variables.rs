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

/// A context of aio for OAuth, as aio writes it.
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

fn found(variables: &[Pair]) -> CredentialVariables {
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
fn safe(error: Error, problem: Problem) -> String {
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
fn every_spelling_is_read_from_the_environment_and_from_a_file() {
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
        let here = found(&variables);
        assert!(here.sources().eq([label]), "{here:?}");
        let from_environment = here.credentials(&plain).unwrap().unwrap();
        let from_file = Credentials::parse(file(&variables).as_bytes()).unwrap();
        for credentials in [from_environment, from_file] {
            let credentials = oauth(credentials);
            assert_eq!(credentials.client_id(), CLIENT_ID, "{label}");
            assert_eq!(credentials.organization_id(), Some(ORGANIZATION), "{label}");
            let mut scopes = credentials.scopes().to_vec();
            scopes.sort();
            assert_eq!(scopes, ["AdobeID", "openid"], "{label}");
        }
        assert!(!format!("{here:?}").contains("SECRET?"), "{here:?}");
    }
}

#[test]
fn files_are_read_in_more_spellings() {
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
        assert!(found(&lines).is_empty(), "too common for an environment");
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
fn a_file_may_be_wrapped_as_a_document_may() {
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
fn the_first_source_counts_and_its_secrets_are_known_by_name() {
    let mut all = starter_kit();
    all.extend(aio("one", "one"));
    all.push(("IMS_OAUTH_S2S".to_owned(), S2S.to_owned()));
    all.push(("PATH".to_owned(), "/bin".to_owned()));
    let all = found(&all);
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
        found(&starter_kit())
            .secret_names()
            .eq(["OAUTH_CLIENT_SECRET"])
    );
}

#[test]
fn what_is_not_adobes_is_passed_over() {
    let mut foreign = starter_kit();
    foreign.retain(|(name, _)| !name.contains("ACCOUNT") && !name.contains("ORG"));
    assert!(found(&foreign).is_empty());
    foreign.push(("OAUTH_ORG_ID".to_owned(), "my company".to_owned()));
    assert!(found(&foreign).is_empty());
    foreign.push(("OAUTH_IMS_ORG_ID".to_owned(), ORGANIZATION.to_owned()));
    foreign.retain(|(name, _)| name != "OAUTH_ORG_ID");
    assert!(!found(&foreign).is_empty());
    let login = pairs(&[
        ("AIO_ims_contexts_cli_access__token_token", "SECRET?%&=ü"),
        ("AIO_ims_contexts_web_client__id", "x"),
        ("AIO_ims_contexts_web_client__secret", CLIENT_SECRET),
        ("AIO_runtime_auth", "SECRET?%&=ü"),
        ("OAUTH_CLIENT_ID", "x"),
    ]);
    assert!(found(&login).is_empty());
    let nothing = found(&login).credentials(&DocumentOptions::default());
    assert!(nothing.unwrap().is_none());
}

#[test]
fn names_of_aio_are_taken_apart() {
    // As aio writes the name "Commerce starter kit - Stage".
    let mut variables = aio("Commerce__starter__kit__-__Stage", "one");
    variables.extend(aio("two", "two"));
    let here = found(&variables);
    let chosen = here.credentials(&by_name("Commerce_starter_kit_-_Stage"));
    assert_eq!(oauth(chosen.unwrap().unwrap()).client_id(), "one");
    let names = "\"Commerce_starter_kit_-_Stage\", \"two\"";
    let told = safe(
        here.credentials(&DocumentOptions::default()).unwrap_err(),
        Problem::ContextAmbiguous,
    );
    assert_eq!(
        told,
        format!(
            "the set of variables AIO_ims_contexts_* has 2 credentials, and which are meant is not said: {names}"
        )
    );
    let error = here.credentials(&by_name("SECRET?%&=ü")).unwrap_err();
    assert!(error.hints().any(|hint| hint.ends_with(names)), "{error:?}");
    safe(error, Problem::ContextUnknown);
    variables.push(("AIO_ims_config_current".to_owned(), "two".to_owned()));
    let current = found(&variables).credentials(&DocumentOptions::default());
    assert_eq!(oauth(current.unwrap().unwrap()).client_id(), "two");
    // The older spelling.
    let old: Vec<Pair> = aio("two", "two")
        .into_iter()
        .map(|(name, value)| (name.replace("ims_contexts", "$ims"), value))
        .collect();
    let chosen = found(&old).credentials(&DocumentOptions::default());
    assert_eq!(oauth(chosen.unwrap().unwrap()).client_id(), "two");
}

#[test]
fn what_is_missing_is_named_by_its_variable() {
    let plain = DocumentOptions::default();
    let mut variables = aio("Forms__S2S", CLIENT_ID);
    variables.retain(|(name, _)| !name.contains("secrets"));
    let here = found(&variables);
    let told = safe(
        here.credentials(&plain).unwrap_err(),
        Problem::CredentialsIncomplete,
    );
    assert_eq!(
        told,
        "the credentials in the environment are incomplete; missing or empty: \
         AIO_ims_contexts_Forms__S2S_client__secrets"
    );
    let told = safe(
        Credentials::parse(file(&variables).as_bytes()).unwrap_err(),
        Problem::DocumentIncomplete,
    );
    assert!(
        told.ends_with("AIO_ims_contexts_Forms__S2S_client__secrets"),
        "{told}"
    );

    let mut variables = starter_kit();
    variables.retain(|(name, _)| name != "OAUTH_SCOPES");
    let here = found(&variables);
    let told = safe(
        here.credentials(&plain).unwrap_err(),
        Problem::CredentialsIncomplete,
    );
    assert!(told.ends_with("OAUTH_SCOPES"), "{told}");
    let mut complete = DocumentOptions::default();
    complete.fallbacks = CredentialFields::new().scopes("openid");
    let credentials = here.credentials(&complete).unwrap().unwrap();
    assert_eq!(oauth(credentials).scopes(), ["openid"]);

    let text = file(&aio_jwt("x"));
    let error = Credentials::parse(text.as_bytes()).unwrap_err();
    assert!(
        error
            .hints()
            .any(|hint| hint.contains("the private key is never"))
    );
    let told = safe(error, Problem::DocumentNeedsMore);
    assert!(told.ends_with("AIO_ims_contexts_x_private__key"), "{told}");
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
fn json_that_lost_its_quotes_is_not_repeated() {
    for value in ["{client_id:SECRET?%&=ü}", "[]", "7", "SECRET?%&=ü"] {
        let here = found(&pairs(&[("IMS_OAUTH_S2S", value)]));
        let error = here.credentials(&DocumentOptions::default()).unwrap_err();
        safe(error, Problem::DocumentNotJson);
    }
    let here = found(&pairs(&[("IMS_OAUTH_S2S", "{\"client_id\": \"x\"}")]));
    let error = here.credentials(&DocumentOptions::default()).unwrap_err();
    let told = safe(error, Problem::CredentialsIncomplete);
    assert!(
        told.ends_with("IMS_OAUTH_S2S.client_secret, IMS_OAUTH_S2S.scopes"),
        "{told}"
    );
}

#[test]
fn what_is_of_another_program_is_not_taken() {
    let text = format!(
        "ENV=production\nHOST=example.com\nPRIVATE_KEY=of something\nCLIENT_ID=x\n\
         CLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\n"
    );
    let credentials = oauth(Credentials::parse(text.as_bytes()).unwrap());
    assert_eq!(*credentials.environment(), Environment::production());
}

#[test]
fn two_ways_at_once_are_none() {
    let mut options = DocumentOptions::default();
    options.overrides = CredentialFields::new().metascopes("x");
    let error = found(&aio("one", "one")).credentials(&options).unwrap_err();
    assert_eq!(
        safe(error, Problem::CredentialsContradictory),
        "the credentials in the environment are OAuth server-to-server, and metascopes or a private key were given besides"
    );
    let text = format!("CLIENT_ID=x\nCLIENT_SECRET={CLIENT_SECRET}\nSCOPES=openid\nMETASCOPES=x\n");
    let error = Credentials::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        safe(error, Problem::CredentialsContradictory),
        "the credential document has both scopes (SCOPES) and metascopes (METASCOPES)"
    );
}

#[test]
fn the_environment_that_aio_names_is_asked() {
    let mut variables = aio("one", "one");
    variables.push(("AIO_ims_contexts_one_env".to_owned(), "stage".to_owned()));
    let credentials = found(&variables).credentials(&DocumentOptions::default());
    let credentials = oauth(credentials.unwrap().unwrap());
    assert_eq!(*credentials.environment(), Environment::stage());
}

proptest! {
    #[test]
    fn any_name_of_a_context_is_found_again(name in "[a-zA-Z0-9ü-]{1,6}(_[a-zA-Z0-9ü-]{1,6}){0,3}") {
        let mut variables = aio(&name.replace('_', "__"), "one");
        variables.extend(aio("other", "two"));
        prop_assume!(name != "other");
        let chosen = found(&variables).credentials(&by_name(&name)).unwrap().unwrap();
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
            found(&variables).credentials(&options).err(),
            Credentials::parse_with(file(&variables).as_bytes(), &options).err(),
        ];
        for error in outcomes.into_iter().flatten() {
            let told = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
            prop_assert!(!told.contains("SECRET?"), "{}", told);
        }
    }
}
