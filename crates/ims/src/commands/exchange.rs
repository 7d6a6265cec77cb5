//! `ims exchange`: another token for the token of a person.

use adobe_ims::AccessToken;
use adobe_ims::api::{ClusterTarget, TokenType};

use crate::args::Exchange;
use crate::auth::acquire::Found;
use crate::auth::client::{self, Client};
use crate::auth::output::printer::Outlet;
use crate::auth::token_argument;
use crate::console::output::Console;
use crate::environment::variables::Variables;
use crate::error::failure::Failure;
use crate::http::transport;

pub(crate) fn run(
    arguments: &Exchange,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let outlet = Outlet::open(&arguments.form, variables)?;
    let way = &arguments.client.way;
    let client = Client::find(&arguments.client, console, variables)?.oauth;
    let mut scopes = client::scopes(&arguments.scope, way.selected.is_none(), variables)?;
    if let (true, Some(profile)) = (scopes.is_empty(), &way.selected) {
        scopes = profile.scopes().to_vec();
    }
    if arguments.on_behalf_of && scopes.is_empty() {
        return Err(Failure::usage("it is not said which scopes to ask for")
            .with_hint("who acts for somebody names them, with --scope: they are the client's"));
    }
    let file = arguments.file.as_deref();
    client::refuse_stdin_twice(&arguments.client, file, "the access token")?;
    let token = token_argument::token(TokenType::Access, file, console, variables)?;
    let token = AccessToken::new(token)?;
    token.check_environment(client.environment())?;

    let ims = way.ims(variables)?;
    let (user, resources) = (token.as_secret(), &arguments.resource);
    let cluster = match (&arguments.to_org, &arguments.to_user) {
        (Some(id), _) => Some(ClusterTarget::Organization(id.clone())),
        (None, Some(id)) => Some(ClusterTarget::User(id.clone())),
        (None, None) => None,
    };
    client::mention_asking(&client, console);
    let granted = transport::wait(async {
        match &cluster {
            Some(target) => {
                ims.cluster_exchange(&client, user, target, &scopes, resources)
                    .await
            }
            None => ims.on_behalf_of(&client, user, &scopes, resources).await,
        }
    })??;
    client::mention(&granted, console);
    let found = Found::asked(granted.response.token, &client, way.selected.as_deref());
    outlet.print(&found, console)
}
