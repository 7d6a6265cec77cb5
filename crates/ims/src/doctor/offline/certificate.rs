//! The certificate of a technical account: whether the key belongs to it, its validity and its name.

use std::time::{Duration, SystemTime};

use adobe_ims::Problem;
use adobe_ims::error::Certainty;
use adobe_ims::internal::value::shown_id;
use adobe_ims::internal::{common_name, time};

use super::account::ExaminedAccount;
use super::clock::{self, ClockState};
use super::evidence::{cause_of, quoted};
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};

const KEY: CheckId = CheckId::KeyCertificate;
const VALIDITY: CheckId = CheckId::CertificateValidity;
const SUBJECT: CheckId = CheckId::CertificateSubject;

const DAY: Duration = Duration::from_secs(86_400);

/// The user is warned from this time before the end on. Adobe sends mails from then on, too.
const WARNING: Duration = Duration::from_secs(30 * 86_400);

/// Says whether the private key belongs to the certificate of the document.
pub(super) fn key_certificate(account: &ExaminedAccount<'_>) -> Check {
    let certificate = match (account.certificate(), &account.key) {
        (None, _) => {
            let reason = "the credentials have no certificate (`publicKey`)";
            return Check::skipped(KEY, reason);
        }
        (Some(Err(error)), Ok(_)) => {
            let summary = format!("`publicKey` was not compared with the private key: {error}");
            return Check::warning(KEY, summary).because(cause_of(error, Certainty::Certain));
        }
        (Some(_), Err(_)) => return Check::skipped(KEY, "the private key cannot be read"),
        (Some(Ok(certificate)), Ok(_)) => certificate,
    };
    let of_certificate = certificate.public_key().fingerprint();
    match account.open() {
        Err(reason) => Check::skipped(KEY, reason),
        Ok(Ok(account)) => {
            let of_key = account.key().public_key().fingerprint();
            Check::ok(KEY, "the private key belongs to the certificate")
                .seen(format!("public half of the private key: sha256 {of_key}"))
                .seen(format!(
                    "public key of the certificate: sha256 {of_certificate}"
                ))
        }
        Ok(Err(error)) => {
            let cause = cause_of(&error, Certainty::Certain);
            let summary = "the private key does not belong to the certificate";
            let check = Check::problem(KEY, summary, cause);
            let check = match &account.key {
                Ok(key) => {
                    let of_key = key.public_key().fingerprint();
                    check.seen(format!("public half of the private key: sha256 {of_key}"))
                }
                Err(_) => check,
            };
            check
                .seen(format!(
                    "public key of the certificate: sha256 {of_certificate}"
                ))
                .seen(format!(
                    "the certificate is {}",
                    quoted(certificate.subject())
                ))
        }
    }
}

/// The console that issued credentials, by the form of their client id (observed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Console {
    Aem,
    AdobeDeveloper,
    Unknown,
}

impl Console {
    fn of(client_id: &str) -> Self {
        if client_id.starts_with("cm-p") {
            Self::Aem
        } else if ClientForm::of(client_id) == ClientForm::Console {
            Self::AdobeDeveloper
        } else {
            Self::Unknown
        }
    }

    /// Returns the way to a new certificate.
    fn renewal(self) -> &'static str {
        match self {
            Self::Aem => {
                "In the AEM Developer Console, open Integrations > Technical Accounts, choose Add certificate for the account, and download the document again (View)."
            }
            Self::AdobeDeveloper => {
                "Adobe renews no certificates in the Adobe Developer Console any more (since 30 June 2025): move to an OAuth server-to-server credential of the same project."
            }
            Self::Unknown => Problem::CertificateExpired.fixes()[0],
        }
    }
}

/// The times of a certificate.
#[derive(Clone, Copy, Debug, Default)]
struct Validity {
    begin: Option<SystemTime>,
    end: Option<SystemTime>,
    /// The end that the document states beside the certificate.
    stated_end: Option<SystemTime>,
}

impl Validity {
    fn of(account: &ExaminedAccount<'_>) -> Self {
        let certificate = account.certificate().and_then(Result::ok);
        Self {
            begin: certificate.map(|it| it.not_before()),
            end: certificate.map(|it| it.not_after()),
            stated_end: account.credentials.stated_certificate_expiry(),
        }
    }

    /// Returns the end that counts: the certificate's own, else the one that the document states.
    fn counted_end(&self) -> Option<SystemTime> {
        self.end.or(self.stated_end)
    }

    /// Returns true if certificate and document state different days.
    fn is_contradictory(&self) -> bool {
        self.end.zip(self.stated_end).is_some_and(|(one, other)| {
            let difference = one.duration_since(other).or(other.duration_since(one));
            difference.unwrap_or_default() > DAY
        })
    }
}

/// Returns the begin of the validity, for a judgement of the clock.
pub(super) fn begin(account: &ExaminedAccount<'_>) -> Option<SystemTime> {
    Validity::of(account).begin
}

/// Says whether the certificate is valid, and for how long.
pub(super) fn certificate_validity(
    account: &ExaminedAccount<'_>,
    clock: &ClockState,
    now: SystemTime,
) -> Check {
    let validity = Validity::of(account);
    if matches!(
        clock,
        ClockState::Impossible(_) | ClockState::Contradicted(_)
    ) {
        return seen_times(
            Check::skipped(VALIDITY, "the clock of this machine is wrong"),
            &validity,
        );
    }
    let console = Console::of(account.credentials.client_id());
    seen_times(judge(&validity, console, now), &validity)
}

/// Says whether the certificate is valid at the time that IMS told.
pub(super) fn validity_by_ims(account: &ExaminedAccount<'_>, date: SystemTime) -> Check {
    let validity = Validity::of(account);
    let check = match validity.begin.filter(|begin| *begin > date) {
        Some(begin) => not_yet_valid(begin),
        None => {
            let console = Console::of(account.credentials.client_id());
            judge(&validity, console, date)
        }
    };
    let told = time::display(date);
    let check = check.seen(format!(
        "compared with the date of IMS ({told}): the clock of this machine is wrong"
    ));
    seen_times(check, &validity)
}

fn judge(validity: &Validity, console: Console, now: SystemTime) -> Check {
    let Some(end) = validity.counted_end() else {
        return Check::skipped(
            VALIDITY,
            "the credentials have no readable certificate, and state no end of one",
        );
    };
    if let Some(begin) = validity.begin
        && begin > now
    {
        let clock = FoundCause::new(Problem::ClockWrong, Certainty::Possible);
        return not_yet_valid(begin).because(clock).seen(format!(
            "the clock of this machine says {}",
            time::display(now)
        ));
    }
    let shown = time::display(end);
    let Ok(left) = end.duration_since(now) else {
        let cause = expired(console, certainty_of_end(end));
        return Check::problem(
            VALIDITY,
            format!("the certificate expired on {shown}"),
            cause,
        );
    };
    if let Some(stated) = validity.stated_end
        && stated <= now
    {
        let cause = expired(console, Certainty::Possible);
        let summary = format!(
            "the document states that its certificate expired on {}",
            time::display(stated)
        );
        return Check::problem(VALIDITY, summary, cause);
    }
    if left < WARNING {
        let summary = format!("the certificate expires in {} ({shown})", time::human(left));
        return Check::warning(VALIDITY, summary).fix(console.renewal());
    }
    if validity.is_contradictory() {
        let summary = "the document states another end of the certificate than the certificate has";
        return Check::warning(VALIDITY, summary)
            .fix("download the document again: somebody may have changed it");
    }
    let days = left.as_secs() / DAY.as_secs();
    Check::ok(
        VALIDITY,
        format!("the certificate is valid for {days} more days, until {shown}"),
    )
}

/// The clock of this machine may be ahead, but not if the end came before this program.
fn certainty_of_end(end: SystemTime) -> Certainty {
    if clock::is_long_ago(end) {
        Certainty::Certain
    } else {
        Certainty::Likely
    }
}

fn expired(console: Console, certainty: Certainty) -> FoundCause {
    let mut cause = FoundCause::new(Problem::CertificateExpired, certainty);
    console.renewal().clone_into(&mut cause.fixes[0]);
    cause
}

fn not_yet_valid(begin: SystemTime) -> Check {
    let summary = format!(
        "the certificate is not valid before {}",
        time::display(begin)
    );
    let cause = FoundCause::new(Problem::CertificateNotYetValid, Certainty::Likely);
    Check::problem(VALIDITY, summary, cause)
}

fn seen_times(check: Check, validity: &Validity) -> Check {
    let times = [
        ("valid from", validity.begin),
        ("valid until", validity.end),
        ("the document states the end", validity.stated_end),
    ];
    times.into_iter().fold(check, |check, (name, at)| match at {
        Some(at) => check.seen(format!("{name}: {}", time::display(at))),
        None => check,
    })
}

/// Compares the name in the certificate with the client id. In documents of the AEM Developer Console they were seen to
/// be equal; this is a hint only.
pub(super) fn certificate_subject(account: &ExaminedAccount<'_>) -> Check {
    let client_id = account.credentials.client_id();
    let certificate = match account.certificate() {
        None => {
            return Check::skipped(SUBJECT, "the credentials have no certificate (`publicKey`)");
        }
        Some(Err(_)) => return Check::skipped(SUBJECT, "the certificate cannot be read"),
        Some(Ok(certificate)) => certificate,
    };
    let name = common_name(certificate).unwrap_or_default();
    let check = compare_names(client_id, name);
    check
        .seen(format!("common name: {}", quoted(name)))
        .seen(format!("client id: {}", shown_id(client_id)))
}

fn compare_names(client_id: &str, name: &str) -> Check {
    if name == client_id {
        return Check::ok(SUBJECT, "the certificate has the name of the client");
    }
    let is_of_aem = |text| Console::of(text) == Console::Aem;
    if is_of_aem(client_id) && is_of_aem(name) {
        let summary = "the certificate has the name of another client of AEM";
        return Check::warning(SUBJECT, summary)
            .fix("check that client id, key and certificate are of one download");
    }
    let reason =
        "only certificates of the AEM Developer Console are known to have the name of their client";
    Check::skipped(SUBJECT, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    const NOW: u64 = 1_795_867_200;
    const DAY: u64 = 86_400;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn judged(begin: Option<u64>, end: Option<u64>, stated: Option<u64>) -> Check {
        let validity = Validity {
            begin: begin.map(at),
            end: end.map(at),
            stated_end: stated.map(at),
        };
        judge(&validity, Console::Aem, at(NOW))
    }

    fn summed_up(check: &Check) -> String {
        let causes = check.causes().iter();
        let causes = causes.map(|it| format!(" {} {}", it.certainty, it.cause.id()));
        format!("{}{}", check.verdict().as_str(), causes.collect::<String>())
    }

    #[test]
    fn validity_is_judged_at_its_limits() {
        let year = Some(NOW + 365 * DAY);
        let begun = Some(NOW);
        let expired = "problem likely certificate-expired";
        for (begin, end, stated, expected) in [
            (begun, year, year, "ok"),
            (begun, year, None, "ok"),
            (None, None, year, "ok"),
            (None, None, None, "skipped"),
            (begun, Some(NOW + 30 * DAY), None, "ok"),
            (begun, Some(NOW + 30 * DAY - 1), None, "warning"),
            (begun, Some(NOW), None, "warning"),
            (begun, Some(NOW - 1), None, expired),
            (begun, Some(NOW - 1), year, expired),
            (None, None, Some(NOW - 1), expired),
            (
                begun,
                Some(1_600_000_000),
                None,
                "problem certain certificate-expired",
            ),
            (
                begun,
                year,
                Some(NOW),
                "problem possible certificate-expired",
            ),
            (begun, year, Some(NOW + 364 * DAY), "ok"),
            (begun, year, Some(NOW + 364 * DAY - 1), "warning"),
            (begun, year, Some(NOW + 366 * DAY + 1), "warning"),
            (
                Some(NOW + 1),
                year,
                year,
                "problem likely certificate-not-yet-valid possible clock-wrong",
            ),
        ] {
            let check = judged(begin, end, stated);
            assert_eq!(summed_up(&check), expected, "{begin:?} {end:?} {stated:?}");
        }
    }

    #[test]
    fn renewal_is_that_of_the_console() {
        for (client_id, console) in [
            ("cm-p1-e2-integration-0", Console::Aem),
            ("0123456789abcdef0123456789ABCDEF", Console::AdobeDeveloper),
            ("client!+ID", Console::Unknown),
        ] {
            assert_eq!(Console::of(client_id), console);
            let first = expired(console, Certainty::Likely).fixes.remove(0);
            assert_eq!(first, console.renewal());
        }
    }

    #[test]
    fn name_is_compared_for_clients_of_aem_only() {
        let verdict = |client_id, name| compare_names(client_id, name).verdict();
        let client = "cm-p1-e2-integration-0";
        assert_eq!(verdict(client, client), Verdict::Ok);
        assert_eq!(verdict("client!+ID", "client!+ID"), Verdict::Ok);
        assert_eq!(verdict(client, "cm-p1-e2-integration-1"), Verdict::Warning);
        assert_eq!(verdict(client, "own key"), Verdict::Skipped);
        assert_eq!(verdict("client!+ID", client), Verdict::Skipped);
        assert_eq!(verdict(client, ""), Verdict::Skipped);
    }
}
