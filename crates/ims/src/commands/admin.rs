//! `ims admin`: the same as `whoami` and `orgs` about someone else.

use adobe_ims::api::{AdminOrganizationsVersion, AdminProfileVersion, UserReference};

use crate::args::{AdminArgs, AdminCommand};
use crate::auth::caller::{Caller, version};
use crate::commands::{orgs, whoami};
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(command: &AdminCommand, context: &Context) -> Result<(), Failure> {
    match command {
        AdminCommand::Profile(arguments) => profile(arguments, context),
        AdminCommand::Orgs(arguments) => organizations(arguments, context),
    }
}

fn profile(arguments: &AdminArgs, context: &Context) -> Result<(), Failure> {
    let version = version(arguments.api_version.as_deref(), AdminProfileVersion::ALL)?;
    let caller = Caller::find(&arguments.caller, context)?;
    let (client_id, environment) = (client_id(&caller)?, &caller.environment);
    let user = user(arguments);
    let said = caller.ask(async |ims, token| {
        ims.admin_profile(token, client_id, user, version, environment)
            .await
    })?;
    let url = environment.base_url();
    whoami::print(
        "ims.admin.profile/1",
        arguments.output,
        &said,
        url,
        None,
        &context.console,
    )
}

fn organizations(arguments: &AdminArgs, context: &Context) -> Result<(), Failure> {
    let version = version(
        arguments.api_version.as_deref(),
        AdminOrganizationsVersion::ALL,
    )?;
    let caller = Caller::find(&arguments.caller, context)?;
    let (client_id, environment) = (client_id(&caller)?, &caller.environment);
    let user = user(arguments);
    let said = caller.ask(async |ims, token| {
        ims.admin_organizations(token, client_id, user, version, environment)
            .await
    })?;
    let url = environment.base_url();
    orgs::print(
        "ims.admin.orgs/1",
        arguments.output,
        &said,
        url,
        &context.console,
    )
}

fn user(arguments: &AdminArgs) -> UserReference<'_> {
    UserReference::new(&arguments.guid, &arguments.auth_src)
}

fn client_id<'a>(caller: &'a Caller<'_>) -> Result<&'a str, Failure> {
    caller.client_id.as_deref().ok_or_else(|| {
        Failure::usage("the token does not say which client it was issued to")
            .with_hint("name the client with --client-id")
    })
}
