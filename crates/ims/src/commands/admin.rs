//! `ims admin`: `whoami` and `orgs` for another user.

use adobe_ims::api::{AdminOrganizationsVersion, AdminProfileVersion, UserReference};

use super::{orgs, whoami};
use crate::args::{AdminArgs, AdminCommand};
use crate::auth::caller::{self, Caller, version};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    command: &AdminCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        AdminCommand::Profile(args) => profile(args, source, context),
        AdminCommand::Orgs(args) => organizations(args, source, context),
    }
}

fn profile(
    args: &AdminArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let version = version(args.api_version.as_deref(), AdminProfileVersion::ALL)?;
    let settings = caller::settings(&args.caller, source)?;
    let caller = Caller::find(&args.caller, &settings, context)?;
    let (client_id, environment) = (caller.client_id()?, &caller.environment);
    let user = user(args);
    let response = caller.ask(async |ims, token| {
        ims.admin_profile(token, client_id, user, version, environment)
            .await
    })?;
    let printer = whoami::ProfilePrinter {
        schema: "ims.admin.profile/1",
        ims_url: environment.base_url(),
        unpack: false,
        console: &context.console,
    };
    printer.print(&response, args.output)
}

fn organizations(
    args: &AdminArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let version = version(args.api_version.as_deref(), AdminOrganizationsVersion::ALL)?;
    let settings = caller::settings(&args.caller, source)?;
    let caller = Caller::find(&args.caller, &settings, context)?;
    let (client_id, environment) = (caller.client_id()?, &caller.environment);
    let user = user(args);
    let response = caller.ask(async |ims, token| {
        ims.admin_organizations(token, client_id, user, version, environment)
            .await
    })?;
    let printer = orgs::OrganizationsPrinter {
        schema: "ims.admin.orgs/1",
        ims_url: environment.base_url(),
        console: &context.console,
    };
    printer.print(&response, args.output)
}

fn user(args: &AdminArgs) -> UserReference<'_> {
    UserReference::new(&args.guid, &args.auth_src)
}
