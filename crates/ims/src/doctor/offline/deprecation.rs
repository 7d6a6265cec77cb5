//! The check for an end of this kind of credentials by Adobe, by the console that issued them.

use std::time::SystemTime;

use adobe_ims::error::Certainty;
use adobe_ims::internal::document::DocumentForm;
use adobe_ims::internal::time;
use adobe_ims::{Credentials, Problem};

use super::facts::Facts;
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Deprecation;

/// The last day on which a certificate of the Adobe Developer Console could be renewed (documented by Adobe).
const NO_RENEWAL_AFTER: &str = "2025-06-30T23:59:59Z";

/// The day on which Adobe converts the JWT credentials that are left (documented by Adobe).
const CONVERTED: &str = "2026-03-01T00:00:00Z";

const DATES: &str = "Adobe's dates: deprecated in May 2023; no renewal of certificates after 2025-06-30; conversion to OAuth server-to-server when the certificate expires, on 2026-03-01 at the latest";

const GENERATED: &str = "projects that Adobe generated for a product (the console marks them) are migrated by Adobe: do not migrate them yourself";

/// The kinds of credentials that have a status of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A technical account of the AEM Developer Console.
    AemJwt,
    /// A JWT credential of the Adobe Developer Console.
    ConsoleJwt,
    /// A technical account from fields that do not say which console issued it.
    UnknownJwt,
    Oauth,
    /// Neither a document nor a client of a console.
    Other,
}

pub(super) fn deprecation(facts: &Facts<'_>) -> Check {
    if let Err(skipped) = facts.selection_or_skip(ID) {
        return skipped;
    }
    let document = facts.document.as_ref();
    let form = document.and_then(|it| it.form);
    let kind = match facts.credentials() {
        Some(credentials) => kind_of_credentials(credentials, form),
        None => match form {
            Some(DocumentForm::ConsoleJwt) => Kind::ConsoleJwt,
            Some(DocumentForm::AemServiceCredentials) => Kind::AemJwt,
            Some(DocumentForm::ConsoleOauth) => Kind::Oauth,
            _ => return Check::skipped(ID, "the kind of the credentials is not known"),
        },
    };
    let check = decide(kind, facts.subject.context.now());
    match document {
        Some(document) if document.is_in_migration => {
            check.seen("the workspace has this credential in both forms; the OAuth one is used")
        }
        _ => check,
    }
}

fn kind_of_credentials(credentials: &Credentials, form: Option<DocumentForm>) -> Kind {
    let service = match credentials {
        Credentials::Service(service) => service,
        Credentials::OauthServerToServer(_) => return Kind::Oauth,
        _ => return Kind::Other,
    };
    // A key or metascopes beside an OAuth download are the finding of another check.
    if form == Some(DocumentForm::ConsoleOauth) {
        return Kind::Oauth;
    }
    let client = ClientForm::of(service.client_id());
    let is_of_aem = matches!(
        form,
        Some(DocumentForm::AemServiceCredentials | DocumentForm::UnwrappedAemServiceCredentials)
    );
    // Only the Adobe Developer Console makes such documents.
    let is_of_console = matches!(
        form,
        Some(DocumentForm::ConsoleJwt | DocumentForm::Workspace | DocumentForm::PdfServices)
    );
    if is_of_aem || client.is_of_aem() {
        Kind::AemJwt
    } else if is_of_console || client == ClientForm::Console {
        Kind::ConsoleJwt
    } else {
        Kind::UnknownJwt
    }
}

fn decide(kind: Kind, now: SystemTime) -> Check {
    match kind {
        Kind::AemJwt => Check::ok(
            ID,
            "Adobe has not ended technical accounts of the AEM Developer Console",
        )
        .seen("the end of JWT credentials (2025-06-30, 2026-03-01) is that of the Adobe Developer Console, a different thing; Adobe's page says so")
        .seen("a later page of Adobe calls this way `JWT (Legacy)` and advises OAuth server-to-server for new work; no page names a date"),
        Kind::ConsoleJwt => console_jwt(now),
        Kind::UnknownJwt => Check::ok(
            ID,
            "nothing says which console issued this technical account",
        )
        .seen("Adobe has not ended those of the AEM Developer Console (client id cm-p…-e…)")
        .seen(format!(
            "Adobe has ended those of the Adobe Developer Console; {DATES}"
        )),
        Kind::Oauth => Check::ok(ID, "OAuth server-to-server is Adobe's current kind"),
        Kind::Other => Check::skipped(ID, "the credentials are those of no console"),
    }
}

fn console_jwt(now: SystemTime) -> Check {
    let is_past = |date: &str| time::parse_rfc3339(date).is_some_and(|date| date <= now);
    let (is_problem, summary) = if is_past(CONVERTED) {
        let summary = "Adobe has ended JWT credentials of the Adobe Developer Console (2026-03-01)";
        (true, summary)
    } else if is_past(NO_RENEWAL_AFTER) {
        let summary = "this JWT credential ends with its certificate, on 2026-03-01 at the latest";
        (false, summary)
    } else {
        let summary = "Adobe has deprecated JWT credentials of the Adobe Developer Console";
        (false, summary)
    };
    let certainty = if is_problem {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    let cause = FoundCause::new(Problem::JwtCredentialsEnded, certainty)
        .seen(DATES)
        .seen(GENERATED);
    if is_problem {
        Check::problem(ID, summary, cause)
    } else {
        Check::warning(ID, summary).because(cause)
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::credentials::DocumentOptions;
    use adobe_ims::internal::document::examine;
    use serde_json::{Value, json};

    use super::*;
    use crate::doctor::check::Verdict;

    const AEM_CLIENT: &str = "cm-p1-e2-integration-0";
    const CONSOLE_CLIENT: &str = "0123456789abcdef0123456789abcdef";

    fn aem(client_id: &str) -> Value {
        json!({"integration": {
            "imsEndpoint": "ims-na1.adobelogin.com", "metascopes": "ent_aem_cloud_api",
            "technicalAccount": {"clientId": client_id, "clientSecret": "y"},
            "id": "A@techacct.adobe.com", "org": "B@AdobeOrg", "privateKey": "PEM",
        }})
    }

    fn console(client_id: &str) -> Value {
        json!({"API_KEY": client_id, "CLIENT_SECRET": "y", "ORG_ID": "B@AdobeOrg",
            "TECHNICAL_ACCOUNT_ID": "A@techacct.adobe.com", "METASCOPES": "ent_x", "PRIVATE_KEY": "PEM"})
    }

    fn context(client_id: &str) -> Value {
        json!({"ims": {"contexts": {"a": {
            "client_id": client_id, "client_secret": "y", "ims_org_id": "B@AdobeOrg",
            "technical_account_id": "A@techacct.adobe.com", "meta_scopes": ["ent_x"], "private_key": "PEM",
        }}}})
    }

    #[test]
    fn kind_is_that_of_the_console_that_issued_it() {
        for (document, kind) in [
            (aem("client!+ID"), Kind::AemJwt),
            (aem(CONSOLE_CLIENT), Kind::AemJwt),
            (console(CONSOLE_CLIENT), Kind::ConsoleJwt),
            (console("client!+ID"), Kind::ConsoleJwt),
            (context(AEM_CLIENT), Kind::AemJwt),
            (context(CONSOLE_CLIENT), Kind::ConsoleJwt),
            (context("client!+ID"), Kind::UnknownJwt),
            (
                json!({"CLIENT_ID": "x", "CLIENT_SECRETS": ["y"], "SCOPES": ["openid"]}),
                Kind::Oauth,
            ),
        ] {
            let document = document.to_string();
            let form = examine(document.as_bytes(), &DocumentOptions::default()).form;
            let credentials = Credentials::parse(document.as_bytes()).unwrap();
            assert_eq!(kind_of_credentials(&credentials, form), kind, "{document}");
        }
    }

    #[test]
    fn status_follows_the_kind_and_the_dates_of_adobe() {
        for (kind, now, verdict) in [
            (Kind::AemJwt, "2024-01-01", Verdict::Ok),
            (Kind::AemJwt, "2030-01-01", Verdict::Ok),
            (Kind::UnknownJwt, "2030-01-01", Verdict::Ok),
            (Kind::Oauth, "2030-01-01", Verdict::Ok),
            (Kind::Other, "2030-01-01", Verdict::Skipped),
            (Kind::ConsoleJwt, "2024-01-01", Verdict::Warning),
            (Kind::ConsoleJwt, "2025-07-01", Verdict::Warning),
            (Kind::ConsoleJwt, "2026-02-28", Verdict::Warning),
            (Kind::ConsoleJwt, "2026-03-01", Verdict::Problem),
            (Kind::ConsoleJwt, "2030-01-01", Verdict::Problem),
        ] {
            let date = time::parse_rfc3339(&format!("{now}T00:00:00Z")).unwrap();
            let check = decide(kind, date);
            assert_eq!(check.verdict(), verdict, "{kind:?} {now}");
            if kind == Kind::ConsoleJwt {
                let found = &check.causes()[0];
                assert_eq!(found.cause.id(), "jwt-credentials-ended");
                assert_ne!(found.certainty, Certainty::Certain);
            }
        }
    }
}
