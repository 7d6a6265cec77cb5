//! `ims curl`: one request with a token, to an allowed host.

use std::time::Duration;

use adobe_ims::internal::time;
use adobe_ims::token::AllowedHosts;
use adobe_ims::token::{API_KEY, ORGANIZATION_ID};
use adobe_ims::transport::BodyStream;
use adobe_ims::{Error, HttpTransport, Problem};
use adobe_ims_config::{ConfigError, ConfigProblem, Profile};
use http::header::{AUTHORIZATION, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode, Uri};

use crate::args::CurlArgs;
use crate::auth::output::formats;
use crate::auth::{AcquiredToken, TokenAcquirer, TokenOrigin};
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::request::ApiRequest;
use crate::http::transport::transport;
use crate::settings::{ConfigurationSource, Lookup, TokenSettings};

pub(super) fn run(
    args: &CurlArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = TokenSettings::resolve(&args.identity, source)?;
    // Mistakes on this side are reported before a token is requested.
    check_target(args, settings.profile.as_ref())?;
    let request = ApiRequest::of(args, &settings)?;
    let run = CurlRun {
        args,
        context,
        request,
        transport: transport(&settings.connection, &context.variables)?,
        api: origin(&args.target),
        lookup: settings.lookup,
    };
    run.warn_replaced_headers();
    let acquirer = TokenAcquirer::open(&settings, context)?;
    let found = acquirer.token()?;
    found.token.check_target(&args.target)?;
    let max_time = args.max_time;
    context.wait(async {
        let run = run.run(&acquirer, &found);
        match max_time {
            None => run.await,
            Some(limit) => tokio::time::timeout(limit, run)
                .await
                .unwrap_or_else(|_| Err(too_late(limit))),
        }
    })?
}

/// Returns the failure for a request that `--max-time` ended.
fn too_late(limit: Duration) -> Failure {
    let limit = time::human(limit);
    let message = format!("the API did not complete its answer within {limit}");
    Failure::from(Error::new(Problem::DeadlineExceeded, message)).with_only_hint(
        "the limit is --max-time; the request may have taken effect: check before you send it again",
    )
}

/// Refuses a URL that the token may not be sent to.
fn check_target(args: &CurlArgs, profile: Option<&Profile>) -> Result<(), Failure> {
    let mut allowed = AllowedHosts::adobe().allow_this_machine();
    for place in &args.allow_host {
        allowed = allowed.allow(place)?;
    }
    let Some(profile) = profile else {
        return Ok(allowed.check(&args.target)?);
    };
    let Some(targets) = profile.allowed_hosts()? else {
        return Ok(allowed.check(&args.target)?);
    };
    let name = &profile.name;
    let is_target = |place: &&String| place.parse().is_ok_and(|uri| targets.permits(&uri));
    if let Some(other) = args.allow_host.iter().find(|place| !is_target(place)) {
        let message = format!("--allow-host {other} adds to the `targets` of the profile {name}");
        return Err(ConfigError::new(ConfigProblem::ProfileBound, message)
            .with_hint(only_targets_hint(name))
            .into());
    }
    targets
        .check(&args.target)
        .map_err(|error| Failure::from(error).with_only_hint(only_targets_hint(name)))
}

fn only_targets_hint(profile: &str) -> String {
    format!(
        "the profile {profile} sends its tokens to its `targets` only; if you trust this host with them, add it to `targets` in [profiles.{profile}]"
    )
}

/// One run of `ims curl`.
struct CurlRun<'a> {
    args: &'a CurlArgs,
    context: &'a Context,
    request: ApiRequest,
    transport: HttpTransport,
    /// The origin of the API, for messages; the rest of a URL may hold secrets.
    api: String,
    lookup: Lookup,
}

/// The history of a token, which decides the advice if the API refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenHistory {
    Given,
    New,
    /// From the cache, and no other token could be fetched.
    Cached,
    /// From the cache, and no other token may be requested.
    CachedOnly,
}

impl CurlRun<'_> {
    async fn run(
        &self,
        acquirer: &TokenAcquirer<'_>,
        found: &AcquiredToken,
    ) -> Result<(), Failure> {
        let console = &self.context.console;
        let mut response = self.send(found).await?;
        let mut token = match found.origin {
            TokenOrigin::Given => TokenHistory::Given,
            TokenOrigin::Cache if self.lookup == Lookup::CacheOnly => TokenHistory::CachedOnly,
            TokenOrigin::Cache => TokenHistory::Cached,
            TokenOrigin::Ims => TokenHistory::New,
        };
        if response.status() == StatusCode::UNAUTHORIZED && token == TokenHistory::Cached {
            console.detail("the token from the cache was not accepted; another one is requested");
            // This blocks, but nothing else runs on this runtime.
            match acquirer.replace(&found.token) {
                Ok(other) => {
                    response = self.send(&other).await?;
                    token = TokenHistory::New;
                }
                Err(failure) => console.notice(&format!(
                    "the token was not accepted, and no other could be fetched: {}",
                    failure.line()
                )),
            }
        }
        if self.args.include || self.args.head {
            console.bytes(&head(&response))?;
        }
        let status = response.status();
        let is_hidden = self.args.fail && (status.is_client_error() || status.is_server_error());
        if !is_hidden {
            while let Some(piece) = response.body_mut().next().await? {
                console.bytes(piece.as_bytes())?;
            }
        }
        self.check_status(response.status(), response.headers(), token)
    }

    async fn send(&self, found: &AcquiredToken) -> Result<Response<BodyStream>, Failure> {
        let target = &self.request.target;
        let mut request = Request::new(self.request.body.clone());
        *request.method_mut() = self.request.method.clone();
        *request.uri_mut() = target.clone();
        *request.headers_mut() = self.request.headers.clone();
        let headers = request.headers_mut();
        if self.args.all_headers {
            let client_id = formats::client_id(found)?;
            let organization_id = formats::organization_id(found)?;
            let token = found.token.clone();
            let token = token.with_identity(client_id, organization_id);
            token.headers().apply(headers);
        } else {
            headers.insert(AUTHORIZATION, found.token.authorization());
        }
        self.context.console.detail(&format!(
            "{} {}{}, {} bytes",
            self.request.method,
            self.api,
            target.path(),
            self.request.body.as_bytes().len()
        ));
        let answer = self.transport.stream(request).await?;
        self.context
            .console
            .detail(&format!("{} answered {}", self.api, answer.status()));
        Ok(answer)
    }

    /// Warns about given headers that those of the token replace.
    fn warn_replaced_headers(&self) {
        let replaced = if self.args.all_headers {
            &[AUTHORIZATION, API_KEY, ORGANIZATION_ID][..]
        } else {
            &[AUTHORIZATION]
        };
        for name in replaced {
            if self.request.headers.contains_key(name) {
                self.context.console.notice(&format!(
                    "the given header {name} is not sent; the one of the token replaces it"
                ));
            }
        }
    }

    /// Returns the failure that the status stands for, after the body was printed.
    fn check_status(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        token: TokenHistory,
    ) -> Result<(), Failure> {
        let (problem, hints) = match status.as_u16() {
            300..=399 => return self.check_redirect(status, headers),
            0..=299 => return Ok(()),
            401 => (CommandProblem::ApiTokenRefused, self.token_hints(token)),
            403 => (CommandProblem::ApiForbidden, self.rights_hints(token)),
            429 => (CommandProblem::ApiThrottled, vec![wait_hint(headers)]),
            500.. => (
                CommandProblem::ApiFailed,
                vec![
                    "the request may have taken effect: check before you send it again".to_owned(),
                ],
            ),
            _ => (CommandProblem::ApiRefused, vec![self.answer_hint()]),
        };
        let failure = Failure::new(problem, format!("{} answered {status}", self.api));
        let gateway = self.gateway_hint().filter(|_| status.is_client_error());
        let hints = hints.into_iter().chain(gateway);
        Err(hints.fold(failure, Failure::with_hint))
    }

    fn answer_hint(&self) -> String {
        let hint = match (self.args.fail, self.args.head) {
            (true, _) => "without --fail the answer says why",
            (false, true) => "without --head the answer says why",
            (false, false) => "the answer on stdout says why",
        };
        hint.to_owned()
    }

    fn token_hints(&self, token: TokenHistory) -> Vec<String> {
        let first = match token {
            TokenHistory::Given => {
                "the token was passed by the caller, so no other could be fetched; it may have expired or been revoked"
            }
            TokenHistory::New => "the token is new: IMS has just issued it",
            TokenHistory::Cached => "the token is from the cache; another one could not be fetched",
            TokenHistory::CachedOnly => {
                "the token is from the cache; leave out --cached-only to request another one"
            }
        };
        let place = "a token is valid in one environment only: compare the p… and e… of the host with those of the client id";
        vec![first.to_owned(), place.to_owned()]
    }

    fn rights_hints(&self, token: TokenHistory) -> Vec<String> {
        let login = match token {
            TokenHistory::Given => "the user of the token",
            _ => "the user whose login is the `email` of the credentials",
        };
        vec![
            format!("the token is valid, but its account lacks rights: in AEM, an administrator grants them to {login}"),
            "AEM's newer APIs (/adobe/…) also require the client id in the configuration pipeline of the environment".to_owned(),
        ]
    }

    fn gateway_hint(&self) -> Option<String> {
        let host = self.args.target.host().unwrap_or_default();
        let is_gateway = host.to_ascii_lowercase().ends_with(".adobe.io");
        (is_gateway && !self.args.all_headers).then(|| {
            "APIs on adobe.io also require x-api-key and x-gw-ims-org-id: --all-headers".to_owned()
        })
    }

    /// Reports a redirect. It is not followed: the token is sent to the given URL only.
    fn check_redirect(&self, status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
        let Some(location) = headers.get(LOCATION) else {
            return Ok(());
        };
        let location = Uri::try_from(location.as_bytes()).ok();
        let place = match location.as_ref().map(Uri::host) {
            Some(None) => "to another place of the same host".to_owned(),
            // A label of a host name is never longer; a token that was sent back would be.
            Some(Some(host)) if host.split('.').all(|label| label.len() <= 63) => {
                format!("to {host}")
            }
            _ => "elsewhere".to_owned(),
        };
        if location.as_ref().is_some_and(is_login_page) {
            let what = format!("{} answered {status}, {place}: a login page", self.api);
            return Err(Failure::new(CommandProblem::ApiLoginPage, what)
                .with_hint("the token is not accepted there: check host and path; AEM's APIs answer 401 instead"));
        }
        self.context.console.notice(&format!(
            "{} answered {status}, {place}; redirects are not followed",
            self.api
        ));
        Ok(())
    }
}

/// Returns true for the sign-in of Adobe or of AEM. Inferred; Adobe documents neither.
fn is_login_page(location: &Uri) -> bool {
    let host = location.host().unwrap_or_default().to_ascii_lowercase();
    let is_sign_in = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|it| it.ends_with('.'))
    };
    ["adobelogin.com", "services.adobe.com"]
        .into_iter()
        .any(is_sign_in)
        || location.path().to_ascii_lowercase().contains("/login")
}

fn wait_hint(headers: &HeaderMap) -> String {
    let after = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let seconds = after.and_then(|text| text.parse::<u32>().ok());
    match seconds {
        Some(seconds) => format!("the API asks to wait {seconds} seconds (Retry-After)"),
        None => "wait before you try again".to_owned(),
    }
}

fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map(|it| it.as_str()).unwrap_or_default();
    format!("{scheme}://{authority}")
}

/// Returns status and headers as they were sent, with the names in lower case.
fn head(response: &Response<BodyStream>) -> Vec<u8> {
    let mut head = format!("{:?} {}\r\n", response.version(), response.status()).into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
