//! The two credentials of a migration, as plain facts.

use std::time::SystemTime;

use adobe_ims::credentials::{OauthCredentials, ServiceCredentials};
use adobe_ims::internal::value::{self, ValueKind};
use adobe_ims::{Credentials, Environment};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::auth::ClientForm;
use crate::doctor::subject::Subject;

/// The values that both kinds of credentials have, and those of each kind.
#[derive(Clone, Debug)]
pub(super) struct Side<K> {
    pub(super) client_id: String,
    pub(super) organization_id: Option<String>,
    /// The id of the technical account.
    pub(super) account_id: Option<String>,
    /// The e-mail address of the technical account, its login in AEM.
    pub(super) email: Option<String>,
    pub(super) environment: Environment,
    pub(super) own: K,
}

/// The values that only credentials with a JWT have.
#[derive(Clone, Debug, Default)]
pub(super) struct Jwt {
    /// The console that issued them, if it is known.
    pub(super) console: Option<Console>,
    pub(super) metascopes: Vec<String>,
    pub(super) certificate_ends: Option<SystemTime>,
    /// The project of the Adobe Developer Console.
    pub(super) project: Option<String>,
}

/// The values that only OAuth server-to-server credentials have.
#[derive(Clone, Debug, Default)]
pub(super) struct Oauth {
    pub(super) scopes: Vec<String>,
}

/// A console that issues credentials with a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Console {
    /// AEM Developer Console.
    Aem,
    /// Adobe Developer Console.
    Adobe,
}

/// One of the two credentials, as it was named.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Jwt(Side<Jwt>),
    Oauth(Side<Oauth>),
    /// An access token, which no server issued to these credentials.
    Token,
    /// Credentials of a person, a service or a device.
    Other,
    Unreadable,
}

/// The old and the new credentials, of the kinds that a migration is between.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a Side<Jwt>,
    pub(super) new: &'a Side<Oauth>,
}

impl Pair<'_> {
    /// Returns true if the client was converted in its place.
    pub(super) fn has_same_client(&self) -> bool {
        self.old.client_id == self.new.client_id
    }
}

impl Found {
    /// Reads what the flags name. A download without its private key counts, too: it names client and account.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let examination = &subject.examination;
        match examination.credentials() {
            Ok(Credentials::Service(service)) => {
                Self::Jwt(of_service(service, Form::of_document(subject)))
            }
            Ok(Credentials::OauthServerToServer(oauth)) => Self::Oauth(of_oauth(oauth)),
            Ok(Credentials::AccessToken(_)) => Self::Token,
            Ok(_) => Self::Other,
            Err(_)
                if examination.selection().is_err()
                    && examination.token_of_variable().is_some() =>
            {
                Self::Token
            }
            Err(_) => Self::of_incomplete(subject),
        }
    }

    /// Reads a document that is not usable as it is.
    pub(super) fn of_incomplete(subject: &Subject<'_>) -> Self {
        let service = subject.settings.connection.service();
        let environment = service.ok().flatten().unwrap_or_default();
        let download = of_download(Form::of_document(subject), environment);
        download.map_or(Self::Unreadable, Self::Jwt)
    }
}

/// The fields of a document that tell where it is from, and those of a JWT download that name its identity.
#[derive(Default, Deserialize)]
struct Form {
    integration: Option<IgnoredAny>,
    project: Option<Project>,
    #[serde(rename = "API_KEY")]
    api_key: Option<String>,
    #[serde(rename = "ORG_ID")]
    organization_id: Option<String>,
    #[serde(rename = "TECHNICAL_ACCOUNT_ID")]
    account_id: Option<String>,
    #[serde(rename = "TECHNICAL_ACCOUNT_EMAIL")]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Project {
    name: Option<String>,
}

impl Form {
    fn of_document(subject: &Subject<'_>) -> Self {
        let selection = subject.examination.selection();
        let document = selection.ok().and_then(|it| it.document());
        document.map(Self::of).unwrap_or_default()
    }

    fn of(document: &[u8]) -> Self {
        serde_json::from_slice(document).unwrap_or_default()
    }

    fn console(&self, client_id: &str) -> Option<Console> {
        let is_of_project = self.project.is_some() || self.api_key.is_some();
        if self.integration.is_some() || is_of_aem(client_id) {
            Some(Console::Aem)
        } else if is_of_project || ClientForm::of(client_id) == ClientForm::Console {
            Some(Console::Adobe)
        } else {
            None
        }
    }

    fn project(self) -> Option<String> {
        self.project?.name
    }
}

/// Returns true for `cm-p1-e2…`, the client ids of the AEM Developer Console (observed).
fn is_of_aem(client_id: &str) -> bool {
    client_id.strip_prefix("cm-p").is_some_and(|rest| {
        let program = rest.split('-').next().unwrap_or_default();
        !program.is_empty() && program.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn of_service(service: &ServiceCredentials, form: Form) -> Side<Jwt> {
    Side {
        client_id: service.client_id().to_owned(),
        organization_id: Some(service.organization_id().to_owned()),
        account_id: Some(service.technical_account_id().to_owned()),
        email: service.email().map(str::to_owned),
        environment: service.environment().clone(),
        own: Jwt {
            console: form.console(service.client_id()),
            metascopes: service.metascopes().to_vec(),
            certificate_ends: service.certificate_expires_at(),
            project: form.project(),
        },
    }
}

fn of_oauth(oauth: &OauthCredentials) -> Side<Oauth> {
    Side {
        client_id: oauth.client_id().to_owned(),
        organization_id: oauth.organization_id().map(str::to_owned),
        account_id: oauth.technical_account_id().map(str::to_owned),
        email: oauth.email().map(str::to_owned),
        environment: oauth.environment().clone(),
        own: Oauth {
            scopes: oauth.scopes().to_vec(),
        },
    }
}

/// Reads a JWT download of the Adobe Developer Console, which has neither the key nor the metascopes.
fn of_download(form: Form, environment: Environment) -> Option<Side<Jwt>> {
    let plain = |kind, text: &Option<String>| {
        let read = value::read(kind, text.as_deref()?).ok()?;
        Some(read.text.expose().to_owned()).filter(|text| !text.is_empty())
    };
    Some(Side {
        client_id: plain(ValueKind::ClientId, &form.api_key)?,
        organization_id: plain(ValueKind::Organization, &form.organization_id),
        account_id: plain(ValueKind::TechnicalAccountId, &form.account_id),
        email: plain(ValueKind::TechnicalAccountId, &form.email),
        environment,
        own: Jwt {
            console: Some(Console::Adobe),
            ..Jwt::default()
        },
    })
}

#[cfg(test)]
pub(super) mod examples {
    use super::*;

    /// Service credentials of the AEM Developer Console.
    pub(in crate::doctor::migration) fn old() -> Side<Jwt> {
        Side {
            client_id: "cm-p1-e2-integration-0".to_owned(),
            organization_id: Some("FFEEDDCCBBAA998877665544@AdobeOrg".to_owned()),
            account_id: Some("0A1B2C3D4E5F60718293A4B5@techacct.adobe.com".to_owned()),
            email: Some("old@techacct.adobe.com".to_owned()),
            environment: Environment::production(),
            own: Jwt {
                console: Some(Console::Aem),
                metascopes: vec!["ent_aem_cloud_api".to_owned()],
                ..Jwt::default()
            },
        }
    }

    /// A credential of another client and another technical account.
    pub(in crate::doctor::migration) fn new() -> Side<Oauth> {
        Side {
            client_id: "0123456789abcdef0123456789abcdef".to_owned(),
            organization_id: Some("FFEEDDCCBBAA998877665544@AdobeOrg".to_owned()),
            account_id: Some("AAAABBBBCCCCDDDDEEEEFFFF@techacct.adobe.com".to_owned()),
            email: Some("new@techacct.adobe.com".to_owned()),
            environment: Environment::production(),
            own: Oauth {
                scopes: vec!["openid".to_owned(), "AdobeID".to_owned()],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_is_told_by_the_document_then_by_the_client_id() {
        let hexadecimal = "0123456789abcdef0123456789ABCDEF";
        for (document, client_id, expected) in [
            (r#"{"integration":{}}"#, hexadecimal, Some(Console::Aem)),
            ("{}", "cm-p11-e22-cmstg-integration-0", Some(Console::Aem)),
            ("not JSON", "cm-p1-e2", Some(Console::Aem)),
            (r#"{"API_KEY":"x"}"#, "x", Some(Console::Adobe)),
            (r#"{"project":{}}"#, "x", Some(Console::Adobe)),
            ("{}", hexadecimal, Some(Console::Adobe)),
            ("{}", "cm-program", None),
            ("{}", "cm-p-e2", None),
            ("{}", "client!+ID", None),
            (r#"{"API_KEY":7}"#, "x", None),
        ] {
            let form = Form::of(document.as_bytes());
            assert_eq!(form.console(client_id), expected, "{document} {client_id}");
        }
    }

    #[test]
    fn download_without_a_key_names_client_and_account() {
        let document = r#"{
            "CLIENT_SECRET": "SECRET?%&=ü",
            "API_KEY": " 0123 ",
            "ORG_ID": "FF@AdobeOrg",
            "TECHNICAL_ACCOUNT_ID": "-----BEGIN PRIVATE KEY-----",
            "PUBLIC_KEYS_WITH_EXPIRY": {}
        }"#;
        let side = of_download(Form::of(document.as_bytes()), Environment::production()).unwrap();
        assert_eq!(side.client_id, "0123");
        assert_eq!(side.organization_id.as_deref(), Some("FF@AdobeOrg"));
        assert_eq!((side.account_id, side.email), (None, None));
        assert_eq!(side.own.console, Some(Console::Adobe));
        for other in [
            "{}",
            r#"{"API_KEY":""}"#,
            r#"{"API_KEY":"${KEY}"}"#,
            r#"{"CLIENT_ID":"x"}"#,
        ] {
            let form = Form::of(other.as_bytes());
            assert!(
                of_download(form, Environment::production()).is_none(),
                "{other}"
            );
        }
    }
}
