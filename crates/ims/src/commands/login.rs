//! `ims login`: a person signs in with a browser.

use std::io::{self, BufRead};
use std::path::Path;
use std::time::Duration;

use adobe_ims::api::ProfileVersion;
use adobe_ims::api::{Cascade, TokenType, UserTokenResponse};
use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims::session::UserSession;
use adobe_ims::sign_in::{
    AuthorizationRequest, AuthorizationResponse, Flow, LoopbackHost, PendingAuthorization, Prompt,
    RedirectListener, system_random,
};
use adobe_ims::{Clock, Error, ErrorClass, ImsClient, Problem, Result as ImsResult};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::args::{FlowName, LoginArgs, PromptName};
use crate::auth::client;
use crate::auth::sign_in_target::{self, NewProfile, SignInTarget};
use crate::auth::{signed_in, stores};
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;
use crate::process::browser;

pub(crate) fn run(
    arguments: &LoginArgs,
    config: Option<&Path>,
    context: &Context,
) -> Result<(), Failure> {
    let target = SignInTarget::of(arguments, config, context)?;
    let user = target.user(arguments.cache_key_file.as_deref(), &context.variables)?;
    let ims = arguments.client.connection.ims(&context.variables)?;
    // A folder that cannot be used is better known before anybody signs in; a file that cannot be trusted is out
    // of the way now.
    match user.sessions().read(user.key()) {
        Err(error) if error.problem() == Problem::SessionSetAside => {
            context.console.notice(&error.to_string());
        }
        read => drop(read?),
    }

    let (listener, redirect_uri) = listener(arguments, &target)?;
    let mut wanted =
        AuthorizationRequest::new(target.client.clone(), redirect_uri, target.scopes.clone())
            .flow(flow(arguments.flow))
            .resources(arguments.resource.clone());
    if let Some(name) = arguments.prompt {
        wanted = wanted.prompt(prompt(name));
    }
    let pending = wanted.start(system_random)?;
    invite(&pending, arguments, context);
    let (granted, who) = context.wait(async {
        let answer = match listener {
            Some(listener) => listener.wait_for_redirect(&pending, arguments.wait).await?,
            None => pasted(&pending, arguments.wait).await?,
        };
        client::log_request(user.client(), &context.console);
        let granted = pending.finish(&ims, answer).await?;
        let who = who(&granted, &ims, &user).await;
        Ok::<_, Error>((granted, who))
    })??;
    client::report_response(&granted, &context.console);

    // Not before: it may have gone on while somebody signed in.
    let replaced = user.session().ok();
    let replaced = replaced.filter(|before| before.user_id != granted.user_id);
    if let Some(before) = &replaced {
        let earlier = earlier(before);
        context
            .console
            .notice(&format!("this takes the place of the sign-in of {earlier}"));
    }
    keep(&granted, &who, &user, arguments, context)?;
    if let Some(before) = &replaced {
        // With connections of its own: those of the runtime before are of no use.
        let ims = arguments.client.connection.ims(&context.variables)?;
        take_back(before, &ims, &user, context)?;
    }
    match &target.new_profile {
        Some(profile) => write(profile, config, context),
        None => Ok(()),
    }
}

fn flow(name: FlowName) -> Flow {
    match name {
        FlowName::Code => Flow::Code,
        FlowName::Implicit => Flow::Implicit,
    }
}

fn prompt(name: PromptName) -> Prompt {
    match name {
        PromptName::Login => Prompt::Login,
        PromptName::None => Prompt::None,
    }
}

/// Who waits for the browser, unless somebody pastes what it brings, and where it comes back to.
fn listener(
    arguments: &LoginArgs,
    target: &SignInTarget,
) -> Result<(Option<RedirectListener>, String), Failure> {
    if arguments.port == Some(0) {
        let loopback = RedirectListener::bind(&[0], "/")?;
        let redirect_uri = loopback.redirect_uri(LoopbackHost::Localhost);
        return Ok((Some(loopback), redirect_uri));
    }
    let redirect_uri = match (&arguments.redirect_uri, arguments.port) {
        (Some(uri), _) => uri.clone(),
        (None, Some(port)) => format!("http://localhost:{port}"),
        (None, None) => {
            (target.redirect_uri.clone()).unwrap_or(sign_in_target::REDIRECT_URI.to_owned())
        }
    };
    if arguments.paste {
        return Ok((None, redirect_uri));
    }
    let loopback = RedirectListener::at(&redirect_uri).map_err(|error| {
        let cannot_listen = error.problem() == Problem::RedirectInvalid;
        match cannot_listen {
            true => Failure::from(error)
                .with_hint("with --paste the address is read from stdin instead"),
            false => error.into(),
        }
    })?;
    Ok((Some(loopback), redirect_uri))
}

/// The address stands on a line of its own, also for those who want to hear of nothing else: without it nobody
/// could sign in.
fn invite(pending: &PendingAuthorization, arguments: &LoginArgs, context: &Context) {
    context
        .console
        .to_stderr("ims: sign in with a browser at this address:");
    context.console.to_stderr(pending.url());
    if !arguments.no_browser
        && let Err(error) = browser::open(pending.url(), &context.variables)
    {
        context.console.notice(&format!(
            "no browser could be started ({error}); open the address yourself"
        ));
    }
    if arguments.paste {
        context
            .console
            .notice("then paste the address to which the browser came, and press Enter");
    } else {
        let (patience, uri) = (time::human(arguments.wait), pending.redirect_uri());
        context.console.notice(&format!(
            "waiting {patience} for the browser to come back to {uri}"
        ));
    }
}

/// What somebody pastes: one line.
async fn pasted(
    pending: &PendingAuthorization,
    patience: Duration,
) -> ImsResult<AuthorizationResponse> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = Zeroizing::new(String::with_capacity(64 * 1024));
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    match timeout(patience, reading).await {
        Ok(Ok(Ok(line))) => pending.read(&line),
        Ok(Ok(Err(error))) => {
            let what = format!("stdin cannot be read: {error}");
            Err(Error::new(Problem::SignInWithoutResult, what))
        }
        Ok(Err(_)) => {
            let what = "reading from stdin ended early";
            Err(Error::new(Problem::SignInWithoutResult, what))
        }
        Err(_) => {
            let patience = time::human(patience);
            let what = format!("nobody pasted an address within {patience}");
            Err(Error::new(Problem::SignInTimeout, what))
        }
    }
}

/// Who signed in, for people. Whoever asks for no id_token may still ask who they are; that this fails does no
/// harm.
async fn who(granted: &UserTokenResponse, ims: &ImsClient, user: &UserSession) -> String {
    let named = granted.person();
    let is_id = named == granted.user_id;
    if let Some(named) = named.as_ref().filter(|_| !is_id) {
        return rows::clean(named);
    }
    let client = user.client();
    let asked = ims.profile(
        &granted.response.token,
        ProfileVersion::default(),
        Some(client.client_id()),
        client.environment(),
    );
    let told = asked
        .await
        .ok()
        .and_then(|profile| profile.email.or(profile.name));
    let who = told.or(named);
    who.map_or_else(|| "somebody".to_owned(), |who| rows::clean(&who))
}

fn earlier(before: &Session) -> String {
    rows::clean(before.user_id.as_deref().unwrap_or("somebody else"))
}

/// What somebody else left must not outlive the sign-in that takes its place. (That of the same person may be
/// one with the new one at IMS, of which nothing is known; it ends by itself.)
fn take_back(
    before: &Session,
    ims: &ImsClient,
    user: &UserSession,
    context: &Context,
) -> Result<(), Failure> {
    let (client, token) = (user.client(), &before.refresh_token);
    let told = ims.invalidate_as(token, TokenType::Refresh, client, Cascade::All);
    match context.wait(told)? {
        // Most probably IMS does not know it any more.
        Err(error) if error.problem().class() != ErrorClass::Refused => {
            let end = time::display(before.ends_at());
            context.console.notice(&format!(
                "the refresh token of {} may be valid until {end}: {error}",
                earlier(before)
            ));
            Ok(())
        }
        _ => Ok(()),
    }
}

fn write(profile: &NewProfile, config: Option<&Path>, context: &Context) -> Result<(), Failure> {
    let (path, is_default) = profile.write(config, &context.variables)?;
    let name = &profile.name;
    context.console.notice(&match is_default {
        true => format!("the profile {name} is written to {path:?}, as the default one"),
        false => format!("the profile {name} is written to {path:?}"),
    });
    Ok(())
}

fn keep(
    granted: &UserTokenResponse,
    who: &str,
    user: &UserSession,
    arguments: &LoginArgs,
    context: &Context,
) -> Result<(), Failure> {
    let now = context.now();
    let key_file = arguments.cache_key_file.as_deref();
    let store = stores::store(key_file, &context.variables)?;
    let name = user.key().name();
    if let Some(store) = &store {
        // Of an earlier sign-in, of whoever; also where the cache is not wanted any more.
        signed_in::forget(user, store, &context.console);
    }
    let is_wanted = !arguments.client.connection.no_cache && stores::is_wanted(&context.variables)?;
    let store = store.filter(|_| is_wanted);
    let session = match granted.refresh_token {
        Some(_) => Some(context.wait(user.start(granted, user.scopes(), now))??),
        None => {
            context.wait(user.sessions().end(user.key()))??;
            None
        }
    };
    let key = match &session {
        Some(_) => user.store_key()?,
        None => user.store_key_without_session(),
    };
    let kept = match &store {
        Some(store) => {
            signed_in::keep_token(&granted.response.token, &key, store, &context.console)
        }
        None => false,
    };
    if kept && session.is_some() {
        // It is in the cache: with `--force` somebody wants another one.
        context.wait(user.take_initial_token())??;
    }
    match session {
        Some(session) => context.console.notice(&format!(
            "{who} is signed in as {name}; without a call in between it ends on {}",
            time::display(session.ends_at())
        )),
        None if kept => {
            let end = granted.response.token.expires_at().map(time::display);
            context.console.notice(&format!(
                "{who} is signed in as {name} until {}; {}",
                end.unwrap_or_default(),
                match arguments.flow {
                    FlowName::Implicit => "what the implicit flow brings cannot be refreshed",
                    FlowName::Code =>
                        "IMS handed out no refresh token: to stay signed in, ask for the scope offline_access",
                }
            ));
        }
        None => {
            let what =
                "the sign-in brought an access token only, and there is no cache to keep it in";
            return Err(Error::new(Problem::StoreUnusable, what).into());
        }
    }
    Ok(())
}
