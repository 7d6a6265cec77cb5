//! `ims login`: signs a person in with a browser.

mod browser;
mod store;

use adobe_ims::api::ProfileVersion;
use adobe_ims::api::{Cascade, TokenType, UserTokenResponse};
use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims::session::UserSession;
use adobe_ims::sign_in::{
    AuthorizationRequest, PendingAuthorization, RedirectListener, system_random,
};
use adobe_ims::{Error, ErrorClass, ImsClient, Problem};

use crate::args::LoginArgs;
use crate::auth::NewProfile;
use crate::auth::client;
use crate::auth::sign_in_target::SignInTarget;
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::{
    ClientSettings, CompetingVariables, ConfigurationSource, SelectionFlags, SettingFlags,
};

pub(super) fn run(
    args: &LoginArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = settings(args, source)?;
    let target = SignInTarget::of_login(args, &settings, source, context)?;
    let user = target.user(&settings.cache, &context.variables)?;
    check_sessions(&user, context)?;

    let (listener, redirect_uri) = browser::listener(args, &target)?;
    let mut request =
        AuthorizationRequest::new(target.client.clone(), redirect_uri, target.scopes.clone())
            .flow(args.flow.into())
            .resources(args.resource.clone());
    if let Some(prompt) = args.prompt {
        request = request.prompt(prompt.into());
    }
    let pending = request.start(system_random)?;
    browser::open(&pending, args, context);
    let login = Login {
        args,
        settings: &settings,
        user: &user,
        context,
    };
    let (granted, person) = login.finish(pending, listener)?;
    client::report_response(&granted, &context.console);

    // Read now: the session may have changed while the person signed in.
    let replaced = user.session().ok();
    let replaced = replaced.filter(|earlier| earlier.user_id != granted.user_id);
    if let Some(earlier) = &replaced {
        let name = user_name(earlier);
        let message = format!("this replaces the sign-in of {name}");
        context.console.notice(&message);
    }
    store::store(&login, &granted, &person)?;
    if let Some(earlier) = &replaced {
        login.revoke(earlier)?;
    }
    match &target.new_profile {
        Some(profile) => write_profile(profile, source, context),
        None => Ok(()),
    }
}

fn settings(args: &LoginArgs, source: &ConfigurationSource<'_>) -> Result<ClientSettings, Failure> {
    let client_id = &args.client.client_id;
    let name = args.name.as_deref().or(args.profile.as_deref());
    let selection = SelectionFlags {
        // With --client-id this is the name of the profile to write.
        profile: name.filter(|_| client_id.is_none()),
        has_document: false,
        has_fields: client_id.is_some(),
    };
    let flags = SettingFlags {
        cache_key_file: args.cache_key_file.as_deref(),
        ..SettingFlags::of_connection(&args.client.connection)
    };
    ClientSettings::resolve(&selection, CompetingVariables::ClientId, flags, source)
}

/// Checks the folder of the sessions before the person signs in. A session that cannot be trusted is set aside now.
fn check_sessions(user: &UserSession, context: &Context) -> Result<(), Failure> {
    match user.sessions().read(user.key()) {
        Err(error) if error.problem() == Problem::SessionSetAside => {
            context.console.notice(&error.to_string());
            Ok(())
        }
        read => {
            read?;
            Ok(())
        }
    }
}

/// One run of `ims login`.
struct Login<'a> {
    args: &'a LoginArgs,
    settings: &'a ClientSettings,
    user: &'a UserSession,
    context: &'a Context,
}

impl Login<'_> {
    /// Waits for the browser and exchanges what it brings for tokens. Returns them and the name of the person.
    fn finish(
        &self,
        pending: PendingAuthorization,
        listener: Option<RedirectListener>,
    ) -> Result<(UserTokenResponse, String), Failure> {
        let ims = self.ims()?;
        let wait = self.args.wait;
        let done = self.context.wait(async {
            let answer = match listener {
                Some(listener) => listener.wait_for_redirect(&pending, wait).await?,
                None => browser::pasted(&pending, wait).await?,
            };
            client::log_request(self.user.client(), &self.context.console);
            let granted = pending.finish(&ims, answer).await?;
            let person = person(&granted, &ims, self.user).await;
            Ok::<_, Error>((granted, person))
        })?;
        Ok(done?)
    }

    /// Revokes the refresh token of another person, whose session is replaced. (The refresh token of the same person
    /// may be linked to the new one at IMS; it expires by itself.)
    fn revoke(&self, earlier: &Session) -> Result<(), Failure> {
        let ims = self.ims()?;
        let (client, token) = (self.user.client(), &earlier.refresh_token);
        let revoked = ims.invalidate_as(token, TokenType::Refresh, client, Cascade::All);
        match self.context.wait(revoked)? {
            // A refusal most probably means that IMS does not know the token any more.
            Err(error) if error.problem().class() != ErrorClass::Refused => {
                let end = time::display(earlier.expires_at());
                self.context.console.notice(&format!(
                    "the refresh token of {} may be valid until {end}: {error}",
                    user_name(earlier)
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes a client with new connections: IMS may have closed the earlier ones while the person signed in.
    fn ims(&self) -> Result<ImsClient, Failure> {
        ims_client(&self.settings.connection, &self.context.variables)
    }
}

/// Returns the name of the person who signed in. Without an id_token IMS is asked for it; a failure does no harm.
async fn person(granted: &UserTokenResponse, ims: &ImsClient, user: &UserSession) -> String {
    let named = granted.display_name();
    let is_id = named == granted.user_id;
    if let Some(named) = named.as_ref().filter(|_| !is_id) {
        return rows::clean(named);
    }
    let client = user.client();
    let profile = ims.profile(
        &granted.response.token,
        ProfileVersion::default(),
        Some(client.client_id()),
        client.environment(),
    );
    let profile = profile.await.ok();
    let name = profile.and_then(|profile| profile.email.or(profile.name));
    let name = name.or(named);
    name.map_or_else(|| "somebody".to_owned(), |name| rows::clean(&name))
}

fn user_name(session: &Session) -> String {
    rows::clean(session.user_id.as_deref().unwrap_or("somebody else"))
}

fn write_profile(
    profile: &NewProfile,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let written = profile.write(source)?;
    let (name, path) = (&profile.name, &written.path);
    context.console.notice(&if written.is_default {
        format!("the profile {name} is written to {path:?}, as the default profile")
    } else {
        format!("the profile {name} is written to {path:?}")
    });
    Ok(())
}
