//! The kind of credentials in the document, the console it is from, and the fields that it lacks.

use adobe_ims::error::Certainty;
use adobe_ims::internal::document::{DocumentFacts, DocumentForm};
use adobe_ims::{Credentials, Problem};

use super::facts::Facts;
use super::names::nearest;
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::{CommandProblem, Failure};

const ID: CheckId = CheckId::DocumentKind;

pub(super) fn document_kind(facts: &Facts<'_>) -> Check {
    let document = facts.document.as_ref();
    if let Some(failure) = facts.failure_for(ID) {
        return lacking(failure, document, &facts.source());
    }
    match facts.credentials_or_skip(ID) {
        Ok(credentials) => described(credentials, document),
        Err(skipped) => skipped,
    }
}

fn described(credentials: &Credentials, document: Option<&DocumentFacts>) -> Check {
    let form = document.and_then(|it| it.form);
    let check = match form {
        Some(DocumentForm::UnwrappedAemServiceCredentials) => {
            let summary = "service credentials of AEM, without the key `integration` around them";
            let cause = FoundCause::new(CommandProblem::DocumentUnwrapped, Certainty::Certain);
            Check::warning(ID, summary).because(cause)
        }
        _ => Check::ok(ID, kind(form, credentials)),
    };
    let check = check.seen(format!("its flow: {}", flow(credentials)));
    let other = document.map(|it| it.other_fields.join(", "));
    match other.filter(|names| !names.is_empty()) {
        Some(names) => check.seen(format!("fields that are not read: {names}")),
        None => check,
    }
}

/// Returns the kind of a document and the console it is from.
fn kind(form: Option<DocumentForm>, credentials: &Credentials) -> &'static str {
    let Some(form) = form else {
        return kind_of_fields(credentials);
    };
    match form {
        DocumentForm::AemServiceCredentials | DocumentForm::UnwrappedAemServiceCredentials => {
            "service credentials of the AEM Developer Console"
        }
        DocumentForm::LocalDevelopmentToken => {
            "a local development token of the AEM Developer Console"
        }
        DocumentForm::ConsoleOauth => {
            "an OAuth server-to-server download of the Adobe Developer Console"
        }
        DocumentForm::ConsoleJwt => match credentials {
            Credentials::Service(_) => "a JWT download of the Adobe Developer Console",
            _ => "a JWT download of the Adobe Developer Console, used for OAuth",
        },
        DocumentForm::Workspace => "a workspace of the Adobe Developer Console",
        DocumentForm::PdfServices => "credentials of Adobe PDF Services",
        DocumentForm::Tutorial => "the OAuth file of Adobe's tutorials",
        DocumentForm::JwtAuth => "a configuration of Adobe's library jwt-auth",
        DocumentForm::AioConfiguration => "a configuration of aio",
        _ => kind_of_fields(credentials),
    }
}

/// Returns the kind that fields make, wherever they come from.
fn kind_of_fields(credentials: &Credentials) -> &'static str {
    match credentials {
        Credentials::Service(service) => match ClientForm::of(service.client_id()) {
            ClientForm::Aem { .. } => "fields of a technical account of the AEM Developer Console",
            ClientForm::Console => "fields of a JWT credential of the Adobe Developer Console",
            ClientForm::Other => "fields of a technical account",
        },
        Credentials::OauthServerToServer(_) => "fields of an OAuth server-to-server credential",
        Credentials::AccessToken(_) => "an access token",
        Credentials::User(_) => "a person who signs in",
        Credentials::PermanentCode(_) => "a service with a permanent code",
        Credentials::Device(_) => "a registered device",
        _ => "credentials",
    }
}

fn flow(credentials: &Credentials) -> &'static str {
    match credentials {
        Credentials::Service(_) => {
            "the private key signs an assertion (JWT), which IMS exchanges for a token"
        }
        Credentials::OauthServerToServer(_) => {
            "OAuth server-to-server: the client secret requests a token (client_credentials)"
        }
        Credentials::AccessToken(_) => "none: the token is used as it is, until it expires",
        Credentials::User(_) => "a person signs in with a browser, and a refresh token follows",
        Credentials::PermanentCode(_) => "the permanent code requests a token",
        Credentials::Device(_) => "the device token requests a token",
        _ => "unknown",
    }
}

/// Reports a document that holds no credentials, lacks some, or holds several.
fn lacking(failure: &Failure, document: Option<&DocumentFacts>, source: &str) -> Check {
    let is = |problem| failure.is(problem);
    let lacks = is(Problem::DocumentIncomplete)
        || is(Problem::DocumentNeedsMore)
        || is(Problem::CredentialsIncomplete);
    let summary = if lacks {
        format!("the credentials of {source} are not complete")
    } else if is(Problem::ContextAmbiguous) {
        format!("{source} has several credentials, and none is selected")
    } else if is(Problem::ContextUnknown) {
        format!("{source} has no credentials of the selected name")
    } else if is(Problem::DocumentIsToken) {
        format!("the document of {source} is a token")
    } else {
        format!("the document of {source} holds no credentials that this program can use")
    };
    let mut cause = FoundCause::of(failure, Certainty::Certain);
    let Some(document) = document.filter(|_| lacks) else {
        return Check::problem(ID, summary, cause);
    };
    // Metascopes make it a technical account, which needs a key.
    if document.form == Some(DocumentForm::ConsoleOauth) && document.metascopes.is_some() {
        let fix = "leave out the metascopes: OAuth server-to-server has scopes (SCOPES), no metascopes and no key";
        let other = FoundCause::new(Problem::GrantNotAllowed, Certainty::Likely)
            .seen("the document is an OAuth server-to-server download, and has metascopes");
        let check = Check::problem(ID, summary, cause.fix_first(fix));
        return check.because(other.fix_first(fix));
    }
    for (written, meant) in misspelt(document) {
        cause = cause.seen(format!("{written:?} is not read; {meant:?} is"));
    }
    if let Some(place) = document.form.and_then(place) {
        cause = cause.fix_first(place);
    }
    Check::problem(ID, summary, cause)
}

/// Returns where a user finds the values of such a document.
fn place(form: DocumentForm) -> Option<&'static str> {
    Some(match form {
        DocumentForm::AemServiceCredentials | DocumentForm::UnwrappedAemServiceCredentials => {
            "the whole document is in the AEM Developer Console: Integrations > Technical Accounts > View"
        }
        DocumentForm::LocalDevelopmentToken => {
            "create a new token in the AEM Developer Console: Integrations > Local token"
        }
        DocumentForm::ConsoleOauth | DocumentForm::Tutorial => {
            "the Adobe Developer Console shows all values, and offers the download, in the project under OAuth Server-to-Server"
        }
        DocumentForm::Fields | DocumentForm::Variables => {
            "the Adobe Developer Console shows the values in the project, under the credential"
        }
        _ => return None,
    })
}

/// The names of other documents for fields of AEM service credentials.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("apikey", "clientId"),
    ("imshost", "imsEndpoint"),
    ("imsorg", "org"),
    ("imsorgid", "org"),
    ("imsurl", "imsEndpoint"),
    ("key", "privateKey"),
    ("orgid", "org"),
    ("scopes", "metascopes"),
    ("secret", "clientSecret"),
    ("techacctid", "id"),
    ("technicalaccountid", "id"),
];

/// The names in AEM service credentials, which are read in this spelling only.
const NAMES_OF_AEM: [&str; 9] = [
    "integration",
    "imsEndpoint",
    "metascopes",
    "technicalAccount",
    "clientId",
    "clientSecret",
    "privateKey",
    "id",
    "org",
];

/// The names in the downloads of the Adobe Developer Console. Their spelling does not matter.
const NAMES_OF_CONSOLE: [&str; 8] = [
    "CLIENT_ID",
    "CLIENT_SECRETS",
    "CLIENT_SECRET",
    "SCOPES",
    "ORG_ID",
    "TECHNICAL_ACCOUNT_ID",
    "PRIVATE_KEY",
    "METASCOPES",
];

/// Returns the fields that are not read and are probably misspelt, each with the name that is meant.
fn misspelt(document: &DocumentFacts) -> Vec<(&str, &'static str)> {
    let is_of_aem = matches!(
        document.form,
        Some(DocumentForm::AemServiceCredentials | DocumentForm::UnwrappedAemServiceCredentials)
    );
    let meant = |field: &str| {
        if !is_of_aem {
            return nearest(field, &NAMES_OF_CONSOLE, 2);
        }
        let plain = field.replace(['_', '-'], "").to_ascii_lowercase();
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == plain);
        other.map_or_else(
            || nearest(field, &NAMES_OF_AEM, 2),
            |(_, meant)| Some(meant),
        )
    };
    let fields = document.other_fields.iter();
    fields
        .filter_map(|field| Some((field.as_str(), meant(field)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use adobe_ims::credentials::DocumentOptions;
    use adobe_ims::internal::document::examine;

    use super::*;
    use crate::doctor::check::Verdict;

    const AEM: &str = r#"{"ok": true, "statusCode": 200, "integration": {"imsEndpoint": "ims-na1.adobelogin.com",
        "metascopes": "ent_aem_cloud_api", "technicalAccount": {"clientId": "cm-p1-e2-integration-0", "clientSecret": "y"},
        "id": "A@techacct.adobe.com", "org": "B@AdobeOrg", "privateKey": "PEM", "note": "x"}}"#;

    fn check(document: &str) -> Check {
        let document = document.as_bytes();
        let facts = examine(document, &DocumentOptions::default());
        match Credentials::parse(document) {
            Ok(credentials) => described(&credentials, Some(&facts)),
            Err(error) => lacking(&error.into(), Some(&facts), "-c"),
        }
    }

    #[test]
    fn kind_console_and_flow_are_named() {
        for (document, summary) in [
            (
                AEM.to_owned(),
                "service credentials of the AEM Developer Console",
            ),
            (
                r#"{"CLIENT_ID": "x", "CLIENT_SECRETS": ["y"], "SCOPES": ["openid"]}"#.to_owned(),
                "an OAuth server-to-server download of the Adobe Developer Console",
            ),
            (
                r#"{"client_id": "x", "client_secret": "y", "scopes": "openid"}"#.to_owned(),
                "fields of an OAuth server-to-server credential",
            ),
            (
                r#"{"accessToken": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}"#.to_owned(),
                "a local development token of the AEM Developer Console",
            ),
        ] {
            let check = check(&document);
            assert_eq!(check.verdict(), Verdict::Ok, "{document}");
            assert_eq!(check.summary(), summary, "{document}");
            assert!(check.evidence()[0].starts_with("its flow: "), "{document}");
        }
        let check = check(AEM);
        assert_eq!(check.evidence()[1], "fields that are not read: note");
    }

    #[test]
    fn unwrapped_document_is_a_warning() {
        let value: serde_json::Value = serde_json::from_str(AEM).unwrap();
        let check = check(&value["integration"].to_string());
        assert_eq!(check.verdict(), Verdict::Warning);
        assert_eq!(check.causes()[0].cause.id(), "document-unwrapped");
    }

    #[test]
    fn missing_field_is_a_problem_with_the_name_that_was_written() {
        for (document, id, evidence) in [
            (
                AEM.replace("privateKey", "privatekey"),
                "document-incomplete",
                "\"privatekey\" is not read; \"privateKey\" is",
            ),
            (
                AEM.replace("\"org\"", "\"ims_org_id\""),
                "document-incomplete",
                "\"ims_org_id\" is not read; \"org\" is",
            ),
            (
                AEM.replace("\"clientSecret\"", "\"client_secret\""),
                "document-incomplete",
                "\"client_secret\" is not read; \"clientSecret\" is",
            ),
            (
                r#"{"CLIENT_ID": "x", "CLIENT_SECRT": "y", "SCOPES": ["openid"]}"#.to_owned(),
                "document-incomplete",
                "\"CLIENT_SECRT\" is not read; \"CLIENT_SECRET\" is",
            ),
        ] {
            let check = check(&document);
            assert_eq!(check.verdict(), Verdict::Problem, "{document}");
            let cause = &check.causes()[0];
            assert_eq!(cause.cause.id(), id, "{document}");
            assert_eq!(cause.evidence[1], evidence, "{document}");
        }
    }
}
