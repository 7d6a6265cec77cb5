//! `ims orgs`: the organisations of the user that a token was issued for.

use adobe_ims::api::{Group, Organization, Organizations, OrganizationsVersion};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{OrgsArgs, TextFormat};
use crate::auth::caller::{self, Caller, version};
use crate::console::{Console, rows};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    args: &OrgsArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let version = version(args.api_version.as_deref(), OrganizationsVersion::ALL)?;
    let settings = caller::settings(&args.caller, source)?;
    let caller = Caller::find(&args.caller, &settings, context)?;
    let environment = &caller.environment;
    let response =
        caller.ask(async |ims, token| ims.organizations(token, version, environment).await)?;
    let printer = OrganizationsPrinter {
        schema: "ims.orgs/1",
        ims_url: environment.base_url(),
        console: &context.console,
    };
    printer.print(&response, args.output)
}

/// Prints the organisations of a user.
pub(super) struct OrganizationsPrinter<'a> {
    pub(super) schema: &'static str,
    pub(super) ims_url: &'a str,
    pub(super) console: &'a Console,
}

impl OrganizationsPrinter<'_> {
    pub(super) fn print(
        &self,
        organizations: &Organizations,
        output: TextFormat,
    ) -> Result<(), Failure> {
        let list = &organizations.list;
        match output {
            TextFormat::Json => self.console.json(&OrgsJson {
                schema: self.schema,
                ims_url: self.ims_url,
                organizations: list.iter().map(OrganizationJson::of).collect(),
                answer: &organizations.raw,
            }),
            TextFormat::Text if list.is_empty() => {
                self.console.notice("IMS names no organisation");
                Ok(())
            }
            TextFormat::Text => {
                let lines: Vec<_> = list.iter().flat_map(lines).collect();
                self.console.result(&lines.join("\n"))
            }
        }
    }
}

/// `ims.orgs/1` and `ims.admin.orgs/1`: fields are added, never removed.
#[derive(Serialize)]
struct OrgsJson<'a> {
    schema: &'static str,
    ims_url: &'a str,
    organizations: Vec<OrganizationJson<'a>>,
    answer: &'a [Map<String, Value>],
}

#[derive(Serialize)]
struct OrganizationJson<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    r#type: Option<&'a str>,
    country: Option<&'a str>,
    groups: Vec<GroupJson<'a>>,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    r#type: Option<&'a str>,
    role: Option<&'a str>,
}

impl<'a> OrganizationJson<'a> {
    fn of(organization: &'a Organization) -> Self {
        Self {
            id: organization.id.as_deref(),
            name: organization.name.as_deref(),
            r#type: organization.kind.as_deref(),
            country: organization.country.as_deref(),
            groups: organization.groups.iter().map(GroupJson::of).collect(),
        }
    }
}

impl<'a> GroupJson<'a> {
    fn of(group: &'a Group) -> Self {
        Self {
            id: group.id.as_deref(),
            name: group.name.as_deref(),
            r#type: group.kind.as_deref(),
            role: group.role.as_deref(),
        }
    }
}

/// Returns the line of an organisation and the lines of its groups.
fn lines(organization: &Organization) -> Vec<String> {
    let id = organization.id.as_deref().unwrap_or("(unnamed)");
    let name = organization.name.as_deref().unwrap_or_default();
    let more: Vec<_> = [&organization.kind, &organization.country]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let more = if more.is_empty() {
        String::new()
    } else {
        format!(" ({})", more.join(", "))
    };
    let mut lines = vec![rows::clean(format!("{id}  {name}{more}").trim_end())];
    lines.extend(organization.groups.iter().map(|group| {
        let name = group.name.as_deref().unwrap_or("(unnamed)");
        let role = group
            .role
            .as_ref()
            .map_or(String::new(), |role| format!(": {role}"));
        rows::clean(&format!("  {name}{role}"))
    }));
    lines
}
