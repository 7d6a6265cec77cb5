//! `ims orgs`: the organisations of whom a token stands for.

use adobe_ims::api::{Group, Organization, Organizations, OrganizationsVersion};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{OrgsArgs, TextFormat};
use crate::auth::caller::{Caller, version};
use crate::console::Console;
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(arguments: &OrgsArgs, context: &Context) -> Result<(), Failure> {
    let version = version(arguments.api_version.as_deref(), OrganizationsVersion::ALL)?;
    let caller = Caller::find(&arguments.caller, context)?;
    let environment = &caller.environment;
    let said =
        caller.ask(async |ims, token| ims.organizations(token, version, environment).await)?;
    print(
        "ims.orgs/1",
        arguments.output,
        &said,
        environment.base_url(),
        &context.console,
    )
}

/// Prints organisations, one's own or somebody else's.
pub(super) fn print(
    schema: &'static str,
    output: TextFormat,
    said: &Organizations,
    ims_url: &str,
    console: &Console,
) -> Result<(), Failure> {
    match output {
        TextFormat::Json => console.json(&OrgsJson {
            schema,
            ims_url,
            organizations: said.list.iter().map(OrganizationJson::of).collect(),
            answer: &said.raw,
        }),
        TextFormat::Text if said.list.is_empty() => {
            console.notice("IMS names no organisation");
            Ok(())
        }
        TextFormat::Text => {
            let lines: Vec<_> = said.list.iter().flat_map(lines).collect();
            console.result(&lines.join("\n"))
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

/// The organisation, and its groups below it.
fn lines(organization: &Organization) -> Vec<String> {
    let id = organization.id.as_deref().unwrap_or("(unnamed)");
    let name = organization.name.as_deref().unwrap_or_default();
    let more: Vec<_> = [&organization.kind, &organization.country]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let more = match more.is_empty() {
        true => String::new(),
        false => format!(" ({})", more.join(", ")),
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
