//! `ims curl`: what the answer of the API means.

use adobe_ims::api_error::Diagnosis;
use adobe_ims::transport::BodyStream;
use http::Response;

use crate::args::CurlArgs;
use crate::console::Console;
use crate::error::{ApiCauses, CommandProblem, Failure};
use crate::http::answer::redirect_place;

/// The history of a token, which decides the advice if the API refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenHistory {
    Given,
    New,
    /// From the cache, and no other token could be fetched.
    Cached,
    /// From the cache, and no other token may be requested.
    CachedOnly,
}

/// The answer of the API, after its body was printed.
pub(super) struct Answer<'a> {
    pub(super) args: &'a CurlArgs,
    pub(super) console: &'a Console,
    /// The origin of the API.
    pub(super) api: &'a str,
    pub(super) response: &'a Response<BodyStream>,
    /// The last byte of the body that was printed.
    pub(super) last_byte: Option<u8>,
    pub(super) token: TokenHistory,
    pub(super) diagnosis: Option<Diagnosis>,
}

impl Answer<'_> {
    /// Returns the failure that the status stands for.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let status = self.response.status();
        // The steps of a cause say more than a hint that fits every answer with this status.
        let unexplained = self.diagnosis.is_none().then_some(());
        let (problem, hint) = match status.as_u16() {
            300..=399 => return self.check_redirect(),
            0..=299 => {
                self.warn_page();
                return Ok(());
            }
            401 => (CommandProblem::ApiTokenRefused, Some(self.token_hint())),
            403 => (
                CommandProblem::ApiForbidden,
                unexplained.map(|()| self.rights_hint()),
            ),
            429 => (CommandProblem::ApiThrottled, Some(self.wait_hint())),
            500.. => (
                CommandProblem::ApiFailed,
                unexplained.map(|()| {
                    "the request may have taken effect: check before you send it again".to_owned()
                }),
            ),
            _ => (
                CommandProblem::ApiRefused,
                unexplained.map(|()| self.answer_hint()),
            ),
        };
        let failure = Failure::new(problem, format!("{} answered {status}", self.api));
        let gateway = self.gateway_hint().filter(|_| status.is_client_error());
        let hints = hint.into_iter().chain(gateway);
        Err(hints
            .fold(failure, Failure::with_hint)
            .with_api_causes(self.causes()))
    }

    fn causes(&self) -> Option<ApiCauses> {
        self.diagnosis.as_ref().map(ApiCauses::from)
    }

    fn answer_hint(&self) -> String {
        let hint = match (self.args.fail, self.args.head) {
            (true, _) => "without --fail the answer says why",
            (false, true) => "without --head the answer says why",
            (false, false) => "the answer on stdout says why",
        };
        hint.to_owned()
    }

    fn token_hint(&self) -> String {
        let hint = match self.token {
            TokenHistory::Given => {
                "the token was passed by the caller, so no other could be fetched; it may have expired or been revoked"
            }
            TokenHistory::New => "the token is new: IMS has just issued it",
            TokenHistory::Cached => "the token is from the cache; another one could not be fetched",
            TokenHistory::CachedOnly => {
                "the token is from the cache; leave out --cached-only to request another one"
            }
        };
        hint.to_owned()
    }

    fn rights_hint(&self) -> String {
        let login = match self.token {
            TokenHistory::Given => "the user of the token",
            _ => "the user whose login is the `email` of the credentials",
        };
        format!(
            "the token is valid, but its account lacks rights: in AEM, an administrator grants them to {login}"
        )
    }

    fn wait_hint(&self) -> String {
        let answer = self.diagnosis.as_ref().map(Diagnosis::answer);
        match answer.and_then(|answer| answer.retry_after) {
            Some(wait) => {
                let seconds = wait.as_secs();
                format!("the API asks to wait {seconds} seconds (Retry-After)")
            }
            None => "wait before you try again".to_owned(),
        }
    }

    fn gateway_hint(&self) -> Option<String> {
        let host = self.args.target.host().unwrap_or_default();
        let is_gateway = host.to_ascii_lowercase().ends_with(".adobe.io");
        (is_gateway && !self.args.all_headers).then(|| {
            "APIs on adobe.io also require x-api-key and x-gw-ims-org-id: --all-headers".to_owned()
        })
    }

    /// Reports a redirect. It is not followed: the token is sent to the given URL only.
    fn check_redirect(&self) -> Result<(), Failure> {
        let status = self.response.status();
        let Some(place) = redirect_place(self.response) else {
            return Ok(());
        };
        // The library names one cause of redirects: a login page.
        if self.diagnosis.is_some() {
            let what = format!("{} answered {status}, {place}: a login page", self.api);
            let failure = Failure::new(CommandProblem::ApiLoginPage, what);
            return Err(failure.with_api_causes(self.causes()));
        }
        let note = format!(
            "{} answered {status}, {place}; redirects are not followed",
            self.api
        );
        self.console.notice_after(self.last_byte, &note);
        Ok(())
    }

    /// Warns about a web page with a status of success, where an API was asked.
    fn warn_page(&self) {
        if let Some(causes) = self.causes() {
            let status = self.response.status();
            let note = format!(
                "{} answered {status}, but with a web page\n{causes}",
                self.api
            );
            self.console.notice_after(self.last_byte, &note);
        }
    }
}
