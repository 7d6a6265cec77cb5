//! Checks that need no network: they look at documents, keys, certificates, variables and files.

mod sources;
mod facts;
mod names;
mod document;
mod document_kind;
mod values;
mod grant;
mod deprecation;
mod environments;
mod environment;
mod identities;
mod scopes;
mod metascopes;
mod client_secrets;
mod evidence;
mod account;
mod private_key;
mod clock;
mod certificate;
mod assertion;
mod given_token;
mod git;
mod secret_files;
mod variables;
mod cache;
mod job_length;
mod target_host;

use std::time::SystemTime;

use super::check::{Check, CheckId};
use super::subject::Subject;
use crate::settings::Lookup;
use account::ExaminedAccount;
use cache::CacheState;
use facts::Facts;
use given_token::GivenToken;
use job_length::FirstToken;

/// Makes all checks of the stage.
pub(crate) fn checks(subject: &Subject<'_>) -> Vec<Check> {
    let now = subject.context.now();
    let mut checks = vec![sources::sources(subject)];
    checks.extend(of_document(subject));
    let files = secret_files::find(subject);
    checks.extend(of_account(subject, secret_files::written(&files), now));
    let given = given_token::find(subject);
    let given = given.as_ref();
    checks.extend(given_token::given_token(subject, given, now));
    checks.push(secret_files::secret_files(subject, files));
    checks.push(variables::variables(subject));
    let cached = cache::look(subject);
    checks.push(cache::cache(&cached, now));
    if let Some(job) = subject.job {
        let token = first_token(subject, given, &cached, now);
        let min_ttl = subject.settings.min_ttl;
        checks.push(job_length::job_length(job, token, min_ttl, now));
    }
    let target = subject.target.as_ref();
    checks.extend(target.map(|url| target_host::target_host(subject, url, given)));
    checks
}

/// Checks the certificate once more, with the time that IMS told; `None` without a technical account.
pub(crate) fn certificate_by_ims(subject: &Subject<'_>, date: SystemTime) -> Option<Check> {
    let account = ExaminedAccount::examine(subject).ok()??;
    Some(certificate::validity_by_ims(&account, date))
}

/// Makes the checks of the document and of its values.
fn of_document(subject: &Subject<'_>) -> Vec<Check> {
    let facts = Facts::collect(subject);
    vec![
        document::document(&facts),
        document_kind::document_kind(&facts),
        values::values(&facts),
        grant::grant(&facts),
        deprecation::deprecation(&facts),
        environment::environment(&facts),
        identities::identities(&facts),
        scopes::scopes(&facts),
        metascopes::metascopes(&facts),
        client_secrets::client_secrets(&facts),
    ]
}

/// Makes the checks of a technical account. `written` is the time at which its files were written.
fn of_account(subject: &Subject<'_>, written: Option<SystemTime>, now: SystemTime) -> Vec<Check> {
    let without_account = || assertion::wrong_clock(&clock::judge(now, None, None));
    let account = match ExaminedAccount::examine(subject) {
        Ok(Some(account)) => account,
        Ok(None) => return without_account().into_iter().collect(),
        Err(reason) => {
            let others = [
                CheckId::PrivateKey,
                CheckId::KeyPassphrase,
                CheckId::KeyCertificate,
                CheckId::CertificateValidity,
                CheckId::CertificateSubject,
            ];
            let skipped = |id| Check::skipped(id, reason);
            let last = without_account().unwrap_or_else(|| skipped(CheckId::Assertion));
            return others.map(skipped).into_iter().chain([last]).collect();
        }
    };
    let clock = clock::judge(now, written, certificate::begin(&account));
    vec![
        private_key::private_key(&account),
        private_key::key_passphrase(&account),
        certificate::key_certificate(&account),
        certificate::certificate_validity(&account, &clock, now),
        certificate::certificate_subject(&account),
        assertion::assertion(&account, &clock, now),
    ]
}

/// Returns the token that a job would start with.
fn first_token(
    subject: &Subject<'_>,
    given: Option<&GivenToken>,
    cached: &CacheState,
    now: SystemTime,
) -> FirstToken {
    if let Some(given) = given {
        return FirstToken::Given(given.token.expires_at());
    }
    match cached.time_left(now) {
        Some(left) if subject.settings.lookup != Lookup::Refresh => FirstToken::Cached(left),
        _ => FirstToken::New,
    }
}
