//! `ims exchange`: exchanges the token of a person for another one.

use adobe_ims::AccessToken;
use adobe_ims::api::{ClusterTarget, TokenType};

use crate::args::ExchangeArgs;
use crate::auth::client::{self, Client};
use crate::auth::output::TokenPrinter;
use crate::auth::{AcquiredToken, token_argument};
use crate::context::Context;
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::{
    ClientSettings, CompetingVariables, ConfigurationSource, SelectionFlags, SettingFlags,
};

pub(super) fn run(
    args: &ExchangeArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = settings(args, source)?;
    let printer = TokenPrinter::open(&args.form, &context.variables)?;
    let client = Client::find(&args.client, &settings, context)?.oauth;
    let scopes = scopes(args, &settings, context)?;
    let file = args.file.as_deref();
    client::refuse_stdin_twice(&args.client, file, "the access token")?;
    let token = token_argument::find(TokenType::Access, file, context)?;
    let token = AccessToken::new(token)?;
    token.check_environment(client.environment())?;

    let ims = ims_client(&settings.connection, &context.variables)?;
    let (user, resources) = (token.as_secret(), &args.resource);
    client::log_request(&client, &context.console);
    let granted = context.wait(async {
        match &cluster(args) {
            Some(target) => {
                ims.cluster_exchange(&client, user, target, &scopes, resources)
                    .await
            }
            None => ims.on_behalf_of(&client, user, &scopes, resources).await,
        }
    })??;
    client::report_response(&granted, &context.console);
    let token = granted.response.token;
    let found = AcquiredToken::issued(token, &client, settings.profile.as_ref());
    printer.print(&found, context)
}

fn settings(
    args: &ExchangeArgs,
    source: &ConfigurationSource<'_>,
) -> Result<ClientSettings, Failure> {
    let selection = SelectionFlags {
        profile: args.profile.as_deref(),
        has_document: false,
        has_fields: args.client.client_id.is_some(),
    };
    let flags = SettingFlags::of_connection(&args.client.connection);
    ClientSettings::resolve(&selection, CompetingVariables::ClientId, flags, source)
}

/// Returns the scopes to request: of the flags, else of the profile, else of the variable.
fn scopes(
    args: &ExchangeArgs,
    settings: &ClientSettings,
    context: &Context,
) -> Result<Vec<String>, Failure> {
    let scopes = match &settings.profile {
        Some(profile) if args.scope.is_empty() => profile.scopes().to_vec(),
        Some(_) => client::scopes(&args.scope),
        None => client::scopes_or_variable(&args.scope, &context.variables)?,
    };
    if args.on_behalf_of && scopes.is_empty() {
        return Err(Failure::usage("no scopes are named")
            .with_hint("name scopes of the client with --scope"));
    }
    Ok(scopes)
}

/// Returns the profile of the person that the token is exchanged for; `None` to act on behalf of the person.
fn cluster(args: &ExchangeArgs) -> Option<ClusterTarget> {
    let organization = args.to_org.clone().map(ClusterTarget::Organization);
    organization.or_else(|| args.to_user.clone().map(ClusterTarget::User))
}
