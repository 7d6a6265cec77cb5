//! Warnings about the certificate of a technical account.

use std::time::SystemTime;

use adobe_ims::Credentials;
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::internal::time;

use crate::context::Context;

/// The user is warned from this many days before the expiry on; Adobe sends mails from then on, too.
const WARNING_DAYS: u64 = 30;

/// Returns the expiry that the credentials state, without reading the certificate.
pub(super) fn stated_expiry(credentials: &Credentials) -> Option<SystemTime> {
    match credentials {
        Credentials::Service(credentials) => credentials.stated_certificate_expiry(),
        _ => None,
    }
}

/// Warns if the certificate could not be compared with the private key, or expires soon.
pub(super) fn warn_about_certificate(credentials: &ServiceCredentials, context: &Context) {
    let console = &context.console;
    match credentials.certificate() {
        Some(Err(error)) => console.notice(&format!(
            "publicKey was not compared with the private key: {error}"
        )),
        None => console.detail("there is no certificate to compare the key with"),
        Some(Ok(_)) => {}
    }
    warn_about_expiry(credentials.certificate_expires_at(), context);
}

/// Warns if the certificate has expired or expires soon.
pub(super) fn warn_about_expiry(end: Option<SystemTime>, context: &Context) {
    let Some(end) = end else {
        return;
    };
    let shown = time::display(end);
    match end.duration_since(context.now()) {
        Err(_) => context.console.notice(&format!(
            "the certificate of these credentials expired on {shown}; IMS refuses it unless another certificate is attached",
        )),
        Ok(left) if left.as_secs() < WARNING_DAYS * 86_400 => context.console.notice(&format!(
            "the certificate of these credentials expires in {} ({shown}); renew it in the console that issued the credentials",
            time::human(left),
        )),
        Ok(_) => {}
    }
}
