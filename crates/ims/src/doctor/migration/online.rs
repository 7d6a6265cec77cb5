//! The requests: one token of each side, and a GET with each of them.

use adobe_ims::api_error::CredentialKind;
use adobe_ims::error::Certainty;
use adobe_ims::{HttpTransport, ImsClient};
use http::Uri;

use super::fetched::{Fetched, fetch};
use super::identities::Accounts;
use super::side::{Console, Pair};
use super::target::{self, Api, Sender};
use super::tokens;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::error::Failure;
use crate::http::transport::transport;

/// Refuses a URL that tokens may not be sent to.
pub(crate) type CheckTarget<'a> = &'a dyn Fn(&Uri) -> Result<(), Failure>;

/// The tokens, and the way to the API.
pub(super) struct Online {
    transport: HttpTransport,
    old: Fetched,
    new: Fetched,
}

impl Online {
    /// Requests both tokens.
    pub(super) fn fetch(old: &Subject<'_>, new: &Subject<'_>) -> Result<Self, Failure> {
        let transport = transport(&old.settings.connection, &old.context.variables)?;
        let ims = ImsClient::new(transport.clone());
        Ok(Self {
            old: fetch(old, &ims),
            new: fetch(new, &ims),
            transport,
        })
    }

    /// Returns the account of each side: the one of the document, else the one of its token.
    pub(super) fn accounts<'a>(&'a self, pair: Pair<'a>) -> Accounts<'a> {
        let of_token = |fetched: &'a Fetched| fetched.token()?.user_id.as_deref();
        let documents = Accounts::of_documents(pair);
        Accounts {
            old: documents.old.or_else(|| of_token(&self.old)),
            new: documents.new.or_else(|| of_token(&self.new)),
        }
    }

    /// Compares the tokens.
    pub(super) fn tokens(&self) -> Check {
        tokens::tokens(&self.old, &self.new)
    }

    /// Calls the API with each token, if one was named.
    pub(super) fn target(
        &self,
        subject: &Subject<'_>,
        pair: Pair<'_>,
        check_target: CheckTarget<'_>,
    ) -> Check {
        const ID: CheckId = CheckId::MigrateTarget;
        let Some(url) = &subject.target else {
            return Check::skipped(
                ID,
                "no API was named: --target URL sends a GET with each token",
            );
        };
        let Some(new_token) = self.new.token() else {
            return Check::skipped(ID, "there is no token of the new credentials");
        };
        if let Err(failure) = check_target(url) {
            let cause = FoundCause::of(&failure, Certainty::Certain);
            return Check::problem(ID, "the target may not get the tokens", cause);
        }
        let api = Api {
            target: url,
            transport: &self.transport,
            context: subject.context,
        };
        let Pair { old, new } = pair;
        let old_answer = self.old.token().map(|facts| {
            api.get(&Sender {
                token: &facts.token,
                client_id: &old.client_id,
                organization_id: old.organization_id.as_deref(),
                email: old.email.as_deref(),
                kind: kind_of_old(pair),
            })
        });
        let new_answer = api.get(&Sender {
            token: &new_token.token,
            client_id: &new.client_id,
            organization_id: new.organization_id.as_deref(),
            email: new.email.as_deref(),
            kind: Some(CredentialKind::OauthServerToServer),
        });
        let host = url.authority().map(|it| it.as_str()).unwrap_or_default();
        target::target(host, old_answer.as_ref(), &new_answer)
    }
}

/// Returns the kind of the tokens of the old credentials. Those of the Adobe Developer Console get the same tokens as with
/// OAuth server-to-server (documented).
fn kind_of_old(pair: Pair<'_>) -> Option<CredentialKind> {
    match pair.old.own.console? {
        Console::Aem => Some(CredentialKind::AemTechnicalAccount),
        Console::Adobe => Some(CredentialKind::OauthServerToServer),
    }
}
