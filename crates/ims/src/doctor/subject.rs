//! The subject of an examination: the credentials, the token and the API that the flags name.

use std::time::Duration;

use adobe_ims::Credentials;
use adobe_ims::credentials::ServiceCredentials;
use http::Uri;

use crate::auth::Examination;
use crate::context::Context;
use crate::settings::TokenSettings;

/// The input of all checks.
pub(crate) struct Subject<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a TokenSettings,
    pub(crate) examination: Examination<'a>,
    /// The URL of the API, if one was named.
    pub(crate) target: Option<Uri>,
    /// The other hosts that the token may be sent to.
    pub(crate) allow_host: &'a [String],
    /// The length of a job that uses one token.
    pub(crate) job: Option<Duration>,
}

impl Subject<'_> {
    /// Returns the credentials, if they could be read.
    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.examination.credentials().ok()
    }

    /// Returns the credentials of a technical account with a key.
    pub(crate) fn service(&self) -> Option<&ServiceCredentials> {
        match self.credentials()? {
            Credentials::Service(service) => Some(service),
            _ => None,
        }
    }
}
