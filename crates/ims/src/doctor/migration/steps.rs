//! The steps that a person has to take, in order.

use std::time::SystemTime;

use adobe_ims::api_error::TokenFacts;
use adobe_ims::internal::{allowed_clients_file, time};
use http::Uri;

use super::deprecation::is_generated;
use super::identities::{Accounts, Relation};
use super::scopes::AEM_SCOPE;
use super::side::{Console, Pair};
use crate::doctor::step::Step;

/// The names of the old credentials in the configuration of this program.
#[derive(Clone, Copy, Debug)]
pub(super) enum NamedBy<'a> {
    /// A flag or a variable that names the document.
    Document(&'a str),
    Profile(&'a str),
    /// Flags and variables for single fields.
    Fields,
}

/// Everything that decides about the steps.
#[derive(Clone, Copy)]
pub(super) struct Situation<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) accounts: Accounts<'a>,
    pub(super) named_by: NamedBy<'a>,
    /// The name of the new document in messages.
    pub(super) document: &'a str,
    pub(super) target: Option<&'a Uri>,
    pub(super) now: SystemTime,
    /// True if a check of the pair found a problem.
    pub(super) has_problem: bool,
}

/// Returns the steps of the migration.
pub(super) fn steps(situation: &Situation<'_>) -> Vec<Step> {
    let Pair { old, new } = situation.pair;
    if let Some(project) = old.own.project.as_deref().filter(|it| is_generated(it)) {
        let text = format!(
            "Change nothing: Adobe generated the project {project} and migrates it itself. If it does not work, contact Adobe's support."
        );
        return vec![Step::new("generated-project", text)];
    }
    let mut steps = Vec::new();
    if situation.has_problem {
        steps.push(Step::new(
            "problems",
            "Solve the problems above first. Then run this command again.",
        ));
    }
    if old.own.console != Some(Console::Aem) {
        steps.push(Step::new(
            "generated-project",
            "Look at the project in the Adobe Developer Console. If it has a lock and the mark \"Auto-generated\" (a name like AEM-p123-e456), stop here: Adobe migrates these projects itself.",
        ));
    }
    steps.extend(rights(situation));
    steps.extend(in_aem(situation));
    steps.push(request(situation));
    steps.push(Step::new(
        "lifetime",
        "Read expires_in as seconds: 86399 is one day. The JWT exchange answers in milliseconds (86399999). Code that still divides by 1000 requests a token every 86 seconds.",
    ));
    if !situation.pair.has_same_client() {
        let organization = new.organization_id.as_deref();
        let organization = organization.map(|id| format!(" x-gw-ims-org-id stays {id}."));
        steps.push(Step::new(
            "headers",
            format!(
                "Where a program sends x-api-key, send {}.{}",
                new.client_id,
                organization.unwrap_or_default()
            ),
        ));
    }
    steps.push(Step::new(
        "secret",
        "Let only the programs that need it read the new document. The secret does not expire, and there is no certificate to renew. A credential can have two secrets, so that you can replace one without a gap.",
    ));
    steps.push(configuration(situation));
    steps.push(remove_old(situation));
    steps
}

/// Returns the steps that give the new account the rights of the old one.
fn rights(situation: &Situation<'_>) -> Vec<Step> {
    let Pair { old, new } = situation.pair;
    let name = |email: &Option<String>, id: Option<&str>| email.clone().or(id.map(str::to_owned));
    let old_name = name(&old.email, situation.accounts.old);
    let old_name = old_name.as_deref().unwrap_or("the old account");
    let new_name = name(&new.email, situation.accounts.new);
    match (situation.accounts.relation(), new_name) {
        (Relation::Same, _) => Vec::new(),
        (Relation::Different, Some(new_name)) => {
            let mut steps = vec![Step::new(
                "product-profiles",
                format!(
                    "In the Adobe Developer Console, select for each API of the project the product profiles that {old_name} has. The rights of the new technical account {new_name} come from them."
                ),
            )];
            if is_for_aem(situation) {
                steps.push(Step::new(
                    "aem-groups",
                    format!(
                        "Send a request with a token of the new credentials to each tier that you use: AEM creates the user {new_name} then. Add it to the groups of {old_name}, such as forms-users for Forms Communications. A changed product profile counts after about ten minutes, for new tokens."
                    ),
                ));
            }
            steps
        }
        _ if situation.pair.has_same_client() => Vec::new(),
        _ => vec![Step::new(
            "product-profiles",
            format!(
                "Look in the console for the technical account of the new credentials. If it is not {old_name}, give it the product profiles of that one, and in AEM its groups."
            ),
        )],
    }
}

/// Returns the steps for the list of allowed clients, and for APIs of AEM that differ by the kind of credentials.
fn in_aem(situation: &Situation<'_>) -> Vec<Step> {
    let Pair { old, new } = situation.pair;
    let mut steps = Vec::new();
    if !is_for_aem(situation) {
        return steps;
    }
    if !situation.pair.has_same_client() {
        let facts = TokenFacts::default().with_client_id(&new.client_id);
        steps.push(
            Step::new(
                "allowed-clients",
                "List the new client id in config/api.yaml, and deploy it to the environment with a configuration pipeline of Cloud Manager. The environment needs the release 2024.10.18459 or a later one, and product profiles of the new form.",
            )
            .with_snippet(allowed_clients_file(&facts, situation.target)),
        );
    }
    if old.own.console == Some(Console::Aem) {
        steps.push(Step::new(
            "apis",
            "Test each API that you call with the new credentials (--target URL). /adobe/document/… and other OpenAPI based APIs accept OAuth only. For the older Forms Communications APIs (/adobe/forms/…) Adobe's pages contradict each other, and the latest name the service credentials. For classic paths such as /content and /api/assets no scope is published.",
        ));
    }
    steps
}

fn is_for_aem(situation: &Situation<'_>) -> bool {
    let Pair { old, new } = situation.pair;
    let host = situation.target.and_then(Uri::host).unwrap_or_default();
    let mut scopes = new.own.scopes.iter();
    old.own.console == Some(Console::Aem)
        || host.to_ascii_lowercase().ends_with(".adobeaemcloud.com")
        || scopes.any(|it| it.starts_with(AEM_SCOPE) || it == "read_pc.dma_aem_cloud")
}

fn request(situation: &Situation<'_>) -> Step {
    let new = situation.pair.new;
    let lines = [
        format!("POST {}/ims/token/v3", new.environment),
        "grant_type=client_credentials".to_owned(),
        format!("client_id={}", new.client_id),
        "client_secret=(a secret of the new document)".to_owned(),
        format!("scope={}", new.own.scopes.join(",")),
    ];
    Step::new(
        "request",
        "Replace the request for a token in your programs. It is a form with these fields, and the scopes are separated by commas: many OAuth libraries send blanks. Assertion, private key and metascopes go away. `ims` and the library adobe-ims do all of this by themselves.",
    )
    .with_snippet(lines.join("\n"))
}

fn configuration(situation: &Situation<'_>) -> Step {
    let document = situation.document;
    let old_flags = "leave out --metascope, --private-key-file and --passphrase-file";
    let text = match situation.named_by {
        NamedBy::Document("-c") => format!("Call `ims` with -c {document}; {old_flags}."),
        NamedBy::Document(variable) => {
            format!("Let {variable} name {document}, and unset IMS_METASCOPES and IMS_PRIVATE_KEY.")
        }
        NamedBy::Profile(name) => format!(
            "In [profiles.{name}] of the configuration, write type = \"document\" and credentials = {{ file = … }} with the path of {document}; remove the keys of the old credentials."
        ),
        NamedBy::Fields => format!(
            "Call `ims` with -c {document}, or set IMS_CLIENT_ID, IMS_CLIENT_SECRET and IMS_SCOPES and unset IMS_METASCOPES, IMS_TECHNICAL_ACCOUNT_ID and the variables of the private key; {old_flags}."
        ),
    };
    Step::new("configuration", text)
}

fn remove_old(situation: &Situation<'_>) -> Step {
    let old = situation.pair.old;
    let mut text = "Remove the old credentials last: after every program uses the new ones, and no token was requested with the old ones for 24 hours, which is how long a token lives.".to_owned();
    text.push_str(match old.own.console {
        Some(Console::Aem) => {
            " In the AEM Developer Console (Integrations), revoke the certificate, then delete the technical account. It still counts among the ten of the environment."
        }
        _ if situation.pair.has_same_client() => {
            " While the console has both, it shows when each was used last, and you can add no API and replace no secret. The deletion cannot be undone; cancelling the migration deletes the new credentials."
        }
        _ => " The deletion cannot be undone.",
    });
    match old.own.certificate_ends {
        Some(end) if end > situation.now => text.push_str(&format!(
            " Until then they need their certificate, which ends {}.",
            time::display(end)
        )),
        _ => {}
    }
    Step::new("remove-old", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::migration::side::{Jwt, Oauth, Side, examples};

    fn of(
        change: impl FnOnce(&mut Side<Jwt>, &mut Side<Oauth>),
        named_by: NamedBy<'_>,
    ) -> Vec<Step> {
        let (mut old, mut new) = (examples::old(), examples::new());
        change(&mut old, &mut new);
        steps(&Situation {
            pair: Pair {
                old: &old,
                new: &new,
            },
            accounts: Accounts {
                old: old.account_id.as_deref(),
                new: new.account_id.as_deref(),
            },
            named_by,
            document: "NEW",
            target: None,
            now: SystemTime::UNIX_EPOCH,
            has_problem: false,
        })
    }

    fn ids(steps: &[Step]) -> Vec<&'static str> {
        steps.iter().map(|it| it.id()).collect()
    }

    fn text<'a>(steps: &'a [Step], id: &str) -> &'a str {
        steps.iter().find(|it| it.id() == id).unwrap().text()
    }

    #[test]
    fn credentials_of_aem_need_rights_and_the_list_of_clients() {
        let steps = of(|_, _| {}, NamedBy::Document("-c"));
        assert_eq!(
            ids(&steps),
            [
                "product-profiles",
                "aem-groups",
                "allowed-clients",
                "apis",
                "request",
                "lifetime",
                "headers",
                "secret",
                "configuration",
                "remove-old",
            ]
        );
        assert!(text(&steps, "aem-groups").contains("creates the user new@techacct.adobe.com"));
        let snippet = steps[2].snippet().unwrap();
        assert!(
            snippet.ends_with("    author:\n      - \"0123456789abcdef0123456789abcdef\""),
            "{snippet}"
        );
        assert!(
            steps[4]
                .snippet()
                .unwrap()
                .ends_with("scope=openid,AdobeID")
        );
        assert!(text(&steps, "remove-old").contains("In the AEM Developer Console"));
    }

    #[test]
    fn converted_client_keeps_rights_and_headers() {
        let steps = of(
            |old, new| {
                old.client_id.clone_from(&new.client_id);
                old.account_id.clone_from(&new.account_id);
                old.own.console = Some(Console::Adobe);
            },
            NamedBy::Profile("prod"),
        );
        let expected = [
            "generated-project",
            "request",
            "lifetime",
            "secret",
            "configuration",
            "remove-old",
        ];
        assert_eq!(ids(&steps), expected);
        assert!(text(&steps, "configuration").starts_with("In [profiles.prod] "));
        assert!(text(&steps, "remove-old").contains("While the console has both"));
    }

    #[test]
    fn unknown_account_is_to_be_looked_up() {
        let steps = of(
            |_, new| (new.account_id, new.email) = (None, None),
            NamedBy::Fields,
        );
        assert!(text(&steps, "product-profiles").starts_with("Look in the console"));
        assert!(!ids(&steps).contains(&"aem-groups"));
        assert!(text(&steps, "configuration").contains("IMS_SCOPES"));
    }

    #[test]
    fn generated_project_has_one_step() {
        let change = |old: &mut Side<Jwt>, _: &mut Side<Oauth>| {
            old.own.project = Some("AEM-p1-e2".to_owned());
        };
        let steps = of(change, NamedBy::Document("IMS_CREDENTIALS"));
        assert_eq!(ids(&steps), ["generated-project"]);
    }

    #[test]
    fn end_of_the_certificate_is_named() {
        let change = |old: &mut Side<Jwt>, _: &mut Side<Oauth>| {
            old.own.certificate_ends = time::parse_rfc3339("2027-03-01T08:09:10Z");
        };
        let steps = of(change, NamedBy::Document("IMS_CREDENTIALS"));
        assert!(text(&steps, "remove-old").ends_with("which ends 2027-03-01T08:09:10Z."));
        assert!(text(&steps, "configuration").starts_with("Let IMS_CREDENTIALS name NEW"));
    }
}
