//! The check that the private key can be read, and its passphrase.

use adobe_ims::error::Certainty;
use adobe_ims::internal::key::{KeyDescription, KeyWrapping};
use adobe_ims::{Error, Problem};

use super::account::{ExaminedAccount, GivenPassphrase};
use super::evidence::cause_of;
use crate::doctor::check::{Check, CheckId, FoundCause};

const KEY: CheckId = CheckId::PrivateKey;
const PASSPHRASE: CheckId = CheckId::KeyPassphrase;

/// Says what the private key is, and what was repaired to read it.
pub(super) fn private_key(account: &ExaminedAccount<'_>) -> Check {
    let form = &account.form;
    let check = match &account.key {
        Ok(key) => {
            let public = key.public_key();
            let repairs: Vec<_> = form.repairs.iter().map(ToString::to_string).collect();
            let repairs = match &repairs[..] {
                [] => String::new(),
                repairs => format!("; it {}", repairs.join(" and ")),
            };
            Check::ok(
                KEY,
                format!("the private key has {} bits{repairs}", public.bits()),
            )
            .seen(format!(
                "the public half has the sha256 {}",
                public.fingerprint()
            ))
        }
        Err(error) if is_of_the_passphrase(error) => {
            Check::skipped(KEY, "the private key is encrypted, and was not decrypted")
        }
        Err(error) => problem(account, error),
    };
    seen_form(check, form)
}

fn problem(account: &ExaminedAccount<'_>, error: &Error) -> Check {
    let certainty = certainty(error);
    let mut cause = cause_of(error, certainty);
    let is_swapped = error.problem() == Problem::KeyIsCertificate
        && account.certificate().is_some_and(|it| it.is_err());
    if is_swapped {
        cause = cause
            .seen("`publicKey` is no certificate")
            .fix_first("swap the values of `privateKey` and `publicKey`");
    }
    let check = Check::problem(KEY, error.to_string(), cause);
    // What is left of a key in PEM may look like anything.
    let is_piece = error.problem() == Problem::KeyNotAKey
        && account.form.wrappings.contains(&KeyWrapping::Pem);
    if is_piece {
        check.because(FoundCause::new(Problem::KeyTruncated, Certainty::Possible))
    } else {
        check
    }
}

/// Says whether the passphrase opens the private key.
pub(super) fn key_passphrase(account: &ExaminedAccount<'_>) -> Check {
    let is_encrypted = account.form.encryption.is_some();
    match (&account.passphrase, &account.key) {
        (GivenPassphrase::Unreadable(failure), _) => {
            let cause = FoundCause::summarized(failure, Certainty::Certain);
            Check::problem(PASSPHRASE, failure.message(), cause)
        }
        (given, Err(error)) if is_of_the_passphrase(error) => {
            let cause = cause_of(error, certainty(error));
            let check = Check::problem(PASSPHRASE, error.to_string(), cause);
            let check = seen_form(check, &account.form);
            match given {
                GivenPassphrase::Given { by, oddity } => {
                    let check = check.seen(format!("the passphrase is from {by}"));
                    oddity.map_or(check.clone(), |oddity| check.seen(oddity))
                }
                _ => check,
            }
        }
        (_, Err(_)) => Check::skipped(PASSPHRASE, "the private key cannot be read"),
        (GivenPassphrase::Given { .. }, Ok(_)) if is_encrypted => {
            Check::ok(PASSPHRASE, "the passphrase opens the private key")
        }
        (GivenPassphrase::Given { by, .. }, Ok(_)) => {
            let summary = "a passphrase is given, and the private key is not encrypted";
            Check::warning(PASSPHRASE, summary)
                .seen(format!("the passphrase is from {by}"))
                .fix("leave out the passphrase, or check that this is the key that you mean")
        }
        (GivenPassphrase::None, Ok(_)) => Check::ok(
            PASSPHRASE,
            "the private key is not encrypted, and needs no passphrase",
        ),
    }
}

fn seen_form(check: Check, form: &KeyDescription) -> Check {
    match form.to_string() {
        form if form.is_empty() => check,
        form => check.seen(format!("the form of the key: {form}")),
    }
}

fn is_of_the_passphrase(error: &Error) -> bool {
    matches!(
        error.problem(),
        Problem::KeyEncrypted | Problem::KeyPassphraseWrong
    )
}

/// A changed byte looks like a wrong passphrase, and a changed length like a missing end.
fn certainty(error: &Error) -> Certainty {
    match error.problem() {
        Problem::KeyPassphraseWrong | Problem::KeyTruncated => Certainty::Likely,
        _ => Certainty::Certain,
    }
}
