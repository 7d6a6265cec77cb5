//! `ims whoami`: whom a token stands for.

use adobe_ims::api::{Profile, ProfileVersion, Userinfo, UserinfoVersion};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{TextFormat, WhoamiArgs};
use crate::auth::caller::{Caller, version};
use crate::console::Console;
use crate::console::rows;
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(arguments: &WhoamiArgs, context: &Context) -> Result<(), Failure> {
    let asked = arguments.api_version.as_deref();
    if arguments.userinfo {
        let version = version(asked, UserinfoVersion::ALL)?;
        let caller = Caller::find(&arguments.caller, context)?;
        let environment = &caller.environment;
        let said =
            caller.ask(async |ims, token| ims.userinfo(token, version, None, environment).await)?;
        return match arguments.output {
            TextFormat::Json => context
                .console
                .json(&of_userinfo(&said, environment.base_url())),
            TextFormat::Text => context.console.result(&userinfo_text(&said)),
        };
    }
    let version = version(asked, ProfileVersion::ALL)?;
    let caller = Caller::find(&arguments.caller, context)?;
    let environment = &caller.environment;
    let said =
        caller.ask(async |ims, token| ims.profile(token, version, None, environment).await)?;
    let unpack = arguments.decode.then_some(&context.console);
    print(
        "ims.whoami/1",
        arguments.output,
        &said,
        environment.base_url(),
        unpack,
        &context.console,
    )
}

/// Prints a profile, one's own or somebody else's; the packed data of products as it came, or unpacked where
/// a console is given to tell what cannot be.
pub(super) fn print(
    schema: &'static str,
    output: TextFormat,
    profile: &Profile,
    ims_url: &str,
    unpack: Option<&Console>,
    console: &Console,
) -> Result<(), Failure> {
    let products = products(profile, unpack);
    match output {
        TextFormat::Json => console.json(&PersonJson {
            schema,
            ims_url,
            user_id: profile.user_id.as_deref(),
            email: profile.email.as_deref(),
            name: profile.name.as_deref(),
            account_type: profile.account_type.as_deref(),
            country: profile.country.as_deref(),
            organizations: Some(profile.organizations()),
            products: Some(products),
            answer: &profile.raw,
        }),
        TextFormat::Text => console.result(&profile_text(profile, &products, unpack.is_some())),
    }
}

/// `ims.whoami/1` and `ims.admin.profile/1`: fields are added, never removed.
#[derive(Serialize)]
struct PersonJson<'a> {
    schema: &'static str,
    ims_url: &'a str,
    user_id: Option<&'a str>,
    email: Option<&'a str>,
    name: Option<&'a str>,
    account_type: Option<&'a str>,
    country: Option<&'a str>,
    /// Not told by userinfo.
    organizations: Option<Vec<&'a str>>,
    products: Option<Vec<Product<'a>>>,
    answer: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Product<'a> {
    service_code: Option<&'a str>,
    owning_entity: Option<&'a str>,
    fulfillable_data: Option<Value>,
}

fn of_userinfo<'a>(said: &'a Userinfo, ims_url: &'a str) -> PersonJson<'a> {
    PersonJson {
        schema: "ims.whoami/1",
        ims_url,
        user_id: said.subject.as_deref(),
        email: said.email.as_deref(),
        name: said.name.as_deref(),
        account_type: said.account_type.as_deref(),
        country: said.country.as_deref(),
        organizations: None,
        products: None,
        answer: &said.raw,
    }
}

fn products<'a>(profile: &'a Profile, unpack: Option<&Console>) -> Vec<Product<'a>> {
    let contexts = profile.product_contexts.iter();
    contexts
        .map(|context| {
            let service_code = context.service_code.as_deref();
            let unpacked = unpack.zip(context.fulfillable_data());
            let unpacked = unpacked.and_then(|(console, unpacked)| match unpacked {
                Ok(data) => Some(data),
                Err(why) => {
                    let of = rows::clean(service_code.unwrap_or_default());
                    console.notice(&format!(
                        "the fulfillable_data of {of} cannot be unpacked: {why}; it is shown as it came"
                    ));
                    None
                }
            });
            Product {
                service_code,
                owning_entity: context.owning_entity.as_deref(),
                fulfillable_data: unpacked.or_else(|| context.raw.get("fulfillable_data").cloned()),
            }
        })
        .collect()
}

fn profile_text(profile: &Profile, products: &[Product<'_>], with_data: bool) -> String {
    let mut rows = vec![
        ("user", profile.user_id.clone()),
        ("e-mail", profile.email.clone()),
        ("name", profile.name.clone()),
        ("account type", profile.account_type.clone()),
        ("country", profile.country.clone()),
    ];
    for organization in profile.organizations() {
        let roles = profile
            .roles
            .iter()
            .filter(|role| role.organization.as_deref() == Some(organization));
        let mut names: Vec<_> = roles.filter_map(|role| role.name.as_deref()).collect();
        names.dedup();
        rows.push((
            "organisation",
            Some(match names.is_empty() {
                true => organization.to_owned(),
                false => format!("{organization} ({})", names.join(", ")),
            }),
        ));
    }
    for product in products {
        let mut text = product.service_code.unwrap_or("(unnamed)").to_owned();
        if let Some(owner) = product.owning_entity {
            text.push_str(&format!(" of {owner}"));
        }
        if let (true, Some(data)) = (with_data, &product.fulfillable_data) {
            text.push_str(&format!(" {data}"));
        }
        rows.push(("product", Some(text)));
    }
    rows::text(rows)
}

fn userinfo_text(said: &Userinfo) -> String {
    let email = said.email.clone().map(|email| match said.email_verified {
        Some(false) => format!("{email} (not verified)"),
        _ => email,
    });
    rows::text([
        ("user", said.subject.clone()),
        ("e-mail", email),
        ("name", said.name.clone()),
        ("account type", said.account_type.clone()),
        ("country", said.country.clone()),
    ])
}
