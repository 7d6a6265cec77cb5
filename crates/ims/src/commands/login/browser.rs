//! The browser: opening it, and waiting for it to return.

use std::io::{self, BufRead};
use std::time::Duration;

use adobe_ims::internal::time;
use adobe_ims::sign_in::{
    AuthorizationResponse, Flow, LoopbackHost, PendingAuthorization, Prompt, RedirectListener,
};
use adobe_ims::{Error, Problem, Result as ImsResult};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::args::{FlowName, LoginArgs, PromptName};
use crate::auth::sign_in_target::{REDIRECT_URI, SignInTarget};
use crate::context::Context;
use crate::error::Failure;
use crate::process::browser;

impl From<FlowName> for Flow {
    fn from(name: FlowName) -> Self {
        match name {
            FlowName::Code => Self::Code,
            FlowName::Implicit => Self::Implicit,
        }
    }
}

impl From<PromptName> for Prompt {
    fn from(name: PromptName) -> Self {
        match name {
            PromptName::Login => Self::Login,
            PromptName::None => Self::None,
        }
    }
}

/// Returns the redirect URI, and the listener for it unless the person pastes the address.
pub(super) fn listener(
    args: &LoginArgs,
    target: &SignInTarget,
) -> Result<(Option<RedirectListener>, String), Failure> {
    if args.port == Some(0) {
        let listener = RedirectListener::bind(&[0], "/")?;
        let redirect_uri = listener.redirect_uri(LoopbackHost::Localhost);
        return Ok((Some(listener), redirect_uri));
    }
    let redirect_uri = match (&args.redirect_uri, args.port) {
        (Some(uri), _) => uri.clone(),
        (None, Some(port)) => format!("http://localhost:{port}"),
        (None, None) => (target.redirect_uri.clone()).unwrap_or(REDIRECT_URI.to_owned()),
    };
    if args.paste {
        return Ok((None, redirect_uri));
    }
    let listener = RedirectListener::at(&redirect_uri).map_err(|error| {
        let cannot_listen = error.problem() == Problem::RedirectInvalid;
        let failure = Failure::from(error);
        if cannot_listen {
            failure.with_hint("with --paste the address is read from stdin instead")
        } else {
            failure
        }
    })?;
    Ok((Some(listener), redirect_uri))
}

/// Opens the address in a browser. The address is printed on a line of its own, with --quiet as well: without it
/// nobody could sign in.
pub(super) fn open(pending: &PendingAuthorization, args: &LoginArgs, context: &Context) {
    let console = &context.console;
    console.to_stderr("ims: sign in with a browser at this address:");
    console.to_stderr(pending.url());
    if !args.no_browser
        && let Err(error) = browser::open(pending.url(), &context.variables)
    {
        console.notice(&format!(
            "no browser could be started ({error}); open the address yourself"
        ));
    }
    if args.paste {
        console.notice("paste the address that the browser returned to, and press Enter");
    } else {
        let (time, uri) = (time::human(args.wait), pending.redirect_uri());
        console.notice(&format!(
            "waiting {time} for the browser to return to {uri}"
        ));
    }
}

/// Reads the address that the person pastes: one line on stdin.
pub(super) async fn pasted(
    pending: &PendingAuthorization,
    time_limit: Duration,
) -> ImsResult<AuthorizationResponse> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = Zeroizing::new(String::with_capacity(64 * 1024));
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let Ok(read) = timeout(time_limit, reading).await else {
        let time = time::human(time_limit);
        let message = format!("nobody pasted an address within {time}");
        return Err(Error::new(Problem::SignInTimeout, message));
    };
    let message = match read {
        Ok(Ok(line)) => return pending.read(&line),
        Ok(Err(error)) => format!("stdin cannot be read: {error}"),
        Err(_) => "reading from stdin ended early".to_owned(),
    };
    Err(Error::new(Problem::SignInWithoutResult, message))
}
