//! `ims curl`: one request with a token, to an allowed host.

use std::cell::Cell;
use std::time::Duration;

use adobe_ims::api_error::{self, ApiResponse, BodyStart, Diagnosis};
use adobe_ims::internal::time;
use adobe_ims::token::{API_KEY, ORGANIZATION_ID};
use adobe_ims::transport::BodyStream;
use adobe_ims::{Error, HttpTransport, Problem};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};

use super::curl_answer::{Answer, TokenHistory};
use crate::args::CurlArgs;
use crate::auth::output::formats;
use crate::auth::{AcquiredToken, TokenAcquirer, TokenOrigin};
use crate::context::Context;
use crate::error::{Cause, Failure};
use crate::http::answer::read_start;
use crate::http::request::ApiRequest;
use crate::http::target::{check_target, origin};
use crate::http::transport::transport;
use crate::settings::{ConfigurationSource, Lookup, TokenSettings};

pub(super) fn run(
    args: &CurlArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = TokenSettings::resolve(&args.identity, source)?;
    // Mistakes on this side are reported before a token is requested.
    check_target(&args.target, &args.allow_host, settings.profile.as_ref())?;
    let request = ApiRequest::of(args, &settings)?;
    let run = CurlRun {
        args,
        context,
        request,
        transport: transport(&settings.connection, &context.variables)?,
        api: origin(&args.target),
        lookup: settings.lookup,
        last_byte: Cell::new(None),
    };
    run.warn_replaced_headers();
    let acquirer = TokenAcquirer::open(&settings, context)?;
    let found = acquirer.token()?;
    found.token.check_target(&args.target)?;
    let max_time = args.max_time;
    let outcome = context.wait(async {
        let run = run.run(&acquirer, &found);
        match max_time {
            None => run.await,
            Some(limit) => tokio::time::timeout(limit, run)
                .await
                .unwrap_or_else(|_| Err(too_late(limit))),
        }
    })?;
    outcome.inspect_err(|failure| {
        if !failure.is(Cause::BrokenPipe) {
            context.console.start_line_after(run.last_byte.get());
        }
    })
}

/// Returns the failure for a request that `--max-time` ended.
fn too_late(limit: Duration) -> Failure {
    let limit = time::human(limit);
    let message = format!("the API did not complete its answer within {limit}");
    Failure::from(Error::new(Problem::DeadlineExceeded, message)).with_only_hint(
        "the limit is --max-time; the request may have taken effect: check before you send it again",
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
    /// The last byte of the body that was printed.
    last_byte: Cell<Option<u8>>,
}

impl CurlRun<'_> {
    async fn run(
        &self,
        acquirer: &TokenAcquirer<'_>,
        found: &AcquiredToken,
    ) -> Result<(), Failure> {
        let console = &self.context.console;
        let mut replacement = None;
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
                    replacement = Some(other);
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
        let body = if is_hidden {
            read_start(&mut response).await
        } else {
            self.print(&mut response).await?
        };
        let used = replacement.as_ref().unwrap_or(found);
        let answer = Answer {
            args: self.args,
            console,
            api: &self.api,
            response: &response,
            last_byte: self.last_byte.get(),
            token,
            diagnosis: self.diagnose(&response, &body, acquirer, used)?,
        };
        answer.check()
    }

    /// Prints the body while it arrives, and returns its beginning.
    async fn print(&self, response: &mut Response<BodyStream>) -> Result<BodyStart, Failure> {
        let mut start = BodyStart::default();
        while let Some(piece) = response.body_mut().next().await? {
            let bytes = piece.as_bytes();
            self.context.console.bytes(bytes)?;
            start.push(bytes);
            self.last_byte
                .set(bytes.last().copied().or(self.last_byte.get()));
        }
        Ok(start)
    }

    /// Returns the possible causes of an error that the API answered with.
    fn diagnose(
        &self,
        response: &Response<BodyStream>,
        body: &BodyStart,
        acquirer: &TokenAcquirer<'_>,
        used: &AcquiredToken,
    ) -> Result<Option<Diagnosis>, Failure> {
        let mut request = Request::new(());
        *request.method_mut() = self.request.method.clone();
        *request.uri_mut() = self.request.target.clone();
        *request.headers_mut() = self.headers(used)?;
        let facts = acquirer.facts(used);
        let request = api_error::ApiRequest::new(&request, &facts, self.context.now());
        Ok(api_error::diagnose(
            &request,
            &ApiResponse::new(response, body),
        ))
    }

    /// Returns the headers of the request, with those of the token.
    fn headers(&self, found: &AcquiredToken) -> Result<HeaderMap, Failure> {
        let mut headers = self.request.headers.clone();
        if self.args.all_headers {
            let client_id = formats::client_id(found)?;
            let organization_id = formats::organization_id(found)?;
            let token = found.token.clone();
            let token = token.with_identity(client_id, organization_id);
            token.headers().apply(&mut headers);
        } else {
            headers.insert(AUTHORIZATION, found.token.authorization());
        }
        Ok(headers)
    }

    async fn send(&self, found: &AcquiredToken) -> Result<Response<BodyStream>, Failure> {
        let target = &self.request.target;
        let mut request = Request::new(self.request.body.clone());
        *request.method_mut() = self.request.method.clone();
        *request.uri_mut() = target.clone();
        *request.headers_mut() = self.headers(found)?;
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
