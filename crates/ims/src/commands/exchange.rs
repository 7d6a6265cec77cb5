//! `ims exchange`: another token for the token of a person.

use adobe_ims::AccessToken;
use adobe_ims::api::{ClusterTarget, TokenType};

use crate::args::ExchangeArgs;
use crate::auth::acquire::AcquiredToken;
use crate::auth::client::{self, Client};
use crate::auth::output::printer::TokenPrinter;
use crate::auth::token_argument;
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(arguments: &ExchangeArgs, context: &Context) -> Result<(), Failure> {
    let printer = TokenPrinter::open(&arguments.form, &context.variables)?;
    let connection = &arguments.client.connection;
    let client = Client::find(&arguments.client, context)?.oauth;
    let mut scopes = client::scopes(
        &arguments.scope,
        connection.selected.is_none(),
        &context.variables,
    )?;
    if let (true, Some(profile)) = (scopes.is_empty(), &connection.selected) {
        scopes = profile.scopes().to_vec();
    }
    if arguments.on_behalf_of && scopes.is_empty() {
        return Err(Failure::usage("it is not said which scopes to ask for")
            .with_hint("who acts for somebody names them, with --scope: they are the client's"));
    }
    let file = arguments.file.as_deref();
    client::refuse_stdin_twice(&arguments.client, file, "the access token")?;
    let token = token_argument::token(TokenType::Access, file, context)?;
    let token = AccessToken::new(token)?;
    token.check_environment(client.environment())?;

    let ims = connection.ims(&context.variables)?;
    let (user, resources) = (token.as_secret(), &arguments.resource);
    let cluster = match (&arguments.to_org, &arguments.to_user) {
        (Some(id), _) => Some(ClusterTarget::Organization(id.clone())),
        (None, Some(id)) => Some(ClusterTarget::User(id.clone())),
        (None, None) => None,
    };
    client::log_request(&client, &context.console);
    let granted = context.wait(async {
        match &cluster {
            Some(target) => {
                ims.cluster_exchange(&client, user, target, &scopes, resources)
                    .await
            }
            None => ims.on_behalf_of(&client, user, &scopes, resources).await,
        }
    })??;
    client::report_response(&granted, &context.console);
    let found = AcquiredToken::asked(
        granted.response.token,
        &client,
        connection.selected.as_deref(),
    );
    printer.print(&found, context)
}
