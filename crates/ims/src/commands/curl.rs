//! `ims curl`: one request with a token, to a place that may have it.

use adobe_ims::HttpTransport;
use adobe_ims::token::AllowedHosts;
use adobe_ims::token::{API_KEY, ORGANIZATION_ID};
use adobe_ims::transport::BodyStream;
use http::header::{AUTHORIZATION, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode, Uri};

use crate::args::CurlArgs;
use crate::auth::acquire::{AcquiredToken, TokenAcquirer};
use crate::auth::output::formats;
use crate::console::Console;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::request::ApiRequest;
use crate::http::transport;

pub(crate) fn run(arguments: &CurlArgs, context: &Context) -> Result<(), Failure> {
    // Whatever can be wrong on this side is found before a token is asked for.
    let profile = arguments.identity.selected.as_ref();
    let targets = profile.map(|profile| profile.allowed_hosts()).transpose()?;
    let mut allowed = targets
        .flatten()
        .unwrap_or_else(|| AllowedHosts::adobe().allow_this_machine());
    for place in &arguments.allow_host {
        allowed = allowed.allow(place)?;
    }
    allowed.check(&arguments.target).map_err(|error| {
        match profile.filter(|it| it.targets.is_some()) {
            Some(profile) => error.with_hint(format!(
                "the profile {} lets its tokens go to its `targets` only",
                profile.name
            )),
            None => error,
        }
    })?;
    let call = ApiRequest::of(arguments)?;
    let limits = transport::limits(&arguments.identity, &context.variables)?;
    let ca_files = &arguments.identity.ca_file;
    let transport = transport::transport(ca_files, limits.timeout, &context.variables)?;
    let run = CurlRun {
        arguments,
        console: &context.console,
        call,
        transport,
        api: origin(&arguments.target),
    };
    run.warn_replaced_headers();
    let acquirer = TokenAcquirer::open(&arguments.identity, context)?;
    let found = acquirer.token()?;
    found.token.check_target(&arguments.target)?;
    context.wait(run.run(&acquirer, &found))?
}

struct CurlRun<'a> {
    arguments: &'a CurlArgs,
    console: &'a Console,
    call: ApiRequest,
    transport: HttpTransport,
    /// Who is asked, in messages; the rest of a URL may hold what nobody else should see.
    api: String,
}

/// What is known of a token that was refused.
enum Token {
    Ready,
    New,
    /// From the cache, and there is no other.
    Kept,
    /// From the cache, where no other may be asked for.
    CachedOnly,
}

impl CurlRun<'_> {
    async fn run(
        &self,
        acquirer: &TokenAcquirer<'_>,
        found: &AcquiredToken,
    ) -> Result<(), Failure> {
        let mut answer = self.send(found).await?;
        let mut token = match found.source {
            "ready" => Token::Ready,
            "cache" if self.arguments.identity.freshness.cached_only => Token::CachedOnly,
            "cache" => Token::Kept,
            _ => Token::New,
        };
        if answer.status() == StatusCode::UNAUTHORIZED && matches!(token, Token::Kept) {
            self.console
                .detail("the token from the cache was not accepted; another one is asked for");
            // This blocks, and nothing else waits here.
            match acquirer.another(&found.token) {
                Ok(another) => {
                    answer = self.send(&another).await?;
                    token = Token::New;
                }
                Err(failure) => self.console.notice(&format!(
                    "the token was not accepted, and no other could be had: {}",
                    failure.line()
                )),
            }
        }
        if self.arguments.include {
            self.console.bytes(&head(&answer))?;
        }
        while let Some(piece) = answer.body_mut().next().await? {
            self.console.bytes(piece.as_bytes())?;
        }
        self.judge(answer.status(), answer.headers(), &token)
    }

    async fn send(&self, found: &AcquiredToken) -> Result<Response<BodyStream>, Failure> {
        let target = &self.arguments.target;
        let mut request = Request::new(self.call.body.clone());
        *request.method_mut() = self.call.method.clone();
        *request.uri_mut() = target.clone();
        *request.headers_mut() = self.call.headers.clone();
        let headers = request.headers_mut();
        if self.arguments.all_headers {
            let client_id = formats::client_id(found)?;
            let organization_id = formats::organization_id(found)?;
            let token = found.token.clone();
            let token = token.with_identity(client_id, organization_id);
            token.headers().apply(headers);
        } else {
            headers.insert(AUTHORIZATION, found.token.authorization());
        }
        self.console.detail(&format!(
            "{} {}{}, {} bytes",
            self.call.method,
            self.api,
            target.path(),
            self.call.body.as_bytes().len()
        ));
        let answer = self.transport.stream(request).await?;
        self.console
            .detail(&format!("{} answered {}", self.api, answer.status()));
        Ok(answer)
    }

    /// Who the request is from is not for its headers to say.
    fn warn_replaced_headers(&self) {
        let replaced = match self.arguments.all_headers {
            true => &[AUTHORIZATION, API_KEY, ORGANIZATION_ID][..],
            false => &[AUTHORIZATION],
        };
        for name in replaced {
            if self.call.headers.contains_key(name) {
                self.console.notice(&format!(
                    "the header {name} that was given is not sent; that of the token takes its place"
                ));
            }
        }
    }

    /// What the status comes to, once the body is out.
    fn judge(&self, status: StatusCode, headers: &HeaderMap, token: &Token) -> Result<(), Failure> {
        let (problem, hints) = match status.as_u16() {
            300..=399 => return self.judge_redirect(status, headers),
            0..=299 => return Ok(()),
            401 => (CommandProblem::ApiTokenRefused, self.about_the_token(token)),
            403 => (CommandProblem::ApiForbidden, self.about_rights(token)),
            429 => (CommandProblem::ApiThrottled, vec![wait(headers)]),
            500.. => (
                CommandProblem::ApiFailed,
                vec![
                    "what was asked for may be done all the same: look before you ask again"
                        .to_owned(),
                ],
            ),
            _ => (
                CommandProblem::ApiRefused,
                vec!["its answer says why, on stdout".to_owned()],
            ),
        };
        let failure = Failure::new(problem, format!("{} answered {status}", self.api));
        let gateway = self.gateway_hint().filter(|_| status.is_client_error());
        let hints = hints.into_iter().chain(gateway);
        Err(hints.fold(failure, Failure::with_hint))
    }

    fn about_the_token(&self, token: &Token) -> Vec<String> {
        let first = match token {
            Token::Ready => {
                "the token was given as it is, so no other could be had; it may have expired or been revoked"
            }
            Token::New => "the token is new: IMS has just handed it out",
            Token::Kept => "the token is from the cache; another one was asked for in vain",
            Token::CachedOnly => {
                "the token is from the cache; leave out --cached-only, and another one is asked for"
            }
        };
        let place = "a token is good in one environment only: compare the p… and e… of the host with those of the client id";
        vec![first.to_owned(), place.to_owned()]
    }

    fn about_rights(&self, token: &Token) -> Vec<String> {
        let login = match token {
            Token::Ready => "the user that the token stands for",
            _ => "the user whose login is the `email` of the credentials",
        };
        vec![
            format!("the token is good, and its account lacks rights: in AEM, an administrator gives them to {login}"),
            "AEM's newer APIs (/adobe/…) also want the client id on the list of the environment's configuration pipeline".to_owned(),
        ]
    }

    fn gateway_hint(&self) -> Option<String> {
        let host = self.arguments.target.host().unwrap_or_default();
        let is_gateway = host.to_ascii_lowercase().ends_with(".adobe.io");
        (is_gateway && !self.arguments.all_headers).then(|| {
            "APIs on adobe.io want x-api-key and x-gw-ims-org-id as well: --all-headers".to_owned()
        })
    }

    /// A redirect is not followed: a token goes nowhere that was not named.
    fn judge_redirect(&self, status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
        let Some(location) = headers.get(LOCATION) else {
            return Ok(());
        };
        let location = Uri::try_from(location.as_bytes()).ok();
        let place = match location.as_ref().map(Uri::host) {
            Some(None) => "to another place of the same host".to_owned(),
            // No label of a name is longer; a token that was sent back would be.
            Some(Some(host)) if host.split('.').all(|label| label.len() <= 63) => {
                format!("to {host}")
            }
            _ => "elsewhere".to_owned(),
        };
        if location.as_ref().is_some_and(is_login_page) {
            let what = format!("{} answered {status}, {place}: a login page", self.api);
            return Err(Failure::new(CommandProblem::ApiLoginPage, what)
                .with_hint("the token does not count there: check host and path; AEM's APIs answer 401 instead"));
        }
        self.console.notice(&format!(
            "{} answered {status}, {place}; redirects are not followed",
            self.api
        ));
        Ok(())
    }
}

/// Adobe's sign-in, or AEM's own. Inferred; Adobe documents neither.
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

fn wait(headers: &HeaderMap) -> String {
    let after = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let seconds = after.and_then(|text| text.parse::<u32>().ok());
    match seconds {
        Some(seconds) => format!("it asks to wait {seconds} seconds (Retry-After)"),
        None => "wait before you ask again".to_owned(),
    }
}

fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map(|it| it.as_str()).unwrap_or_default();
    format!("{scheme}://{authority}")
}

/// Status and headers as they were on the wire, but for the case of names.
fn head(answer: &Response<BodyStream>) -> Vec<u8> {
    let mut head = format!("{:?} {}\r\n", answer.version(), answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
