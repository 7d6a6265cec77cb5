//! `ims whoami`: the user that a token was issued for.

use adobe_ims::api::{ProductContext, Profile, ProfileVersion, Userinfo, UserinfoVersion};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{TextFormat, WhoamiArgs};
use crate::auth::caller::{self, Caller, version};
use crate::console::{Console, rows};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    args: &WhoamiArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    if args.userinfo {
        return userinfo(args, source, context);
    }
    let version = version(args.api_version.as_deref(), ProfileVersion::ALL)?;
    let settings = caller::settings(&args.caller, source)?;
    let caller = Caller::find(&args.caller, &settings, context)?;
    let environment = &caller.environment;
    let response =
        caller.ask(async |ims, token| ims.profile(token, version, None, environment).await)?;
    let printer = ProfilePrinter {
        schema: "ims.whoami/1",
        ims_url: environment.base_url(),
        unpack: args.decode,
        console: &context.console,
    };
    printer.print(&response, args.output)
}

fn userinfo(
    args: &WhoamiArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let version = version(args.api_version.as_deref(), UserinfoVersion::ALL)?;
    let settings = caller::settings(&args.caller, source)?;
    let caller = Caller::find(&args.caller, &settings, context)?;
    let environment = &caller.environment;
    let response =
        caller.ask(async |ims, token| ims.userinfo(token, version, None, environment).await)?;
    let console = &context.console;
    match args.output {
        TextFormat::Json => {
            console.json(&PersonJson::of_userinfo(&response, environment.base_url()))
        }
        TextFormat::Text => console.result(&userinfo_text(&response)),
    }
}

/// Prints the profile of a user.
pub(super) struct ProfilePrinter<'a> {
    pub(super) schema: &'static str,
    pub(super) ims_url: &'a str,
    /// True if the packed data of products is unpacked.
    pub(super) unpack: bool,
    pub(super) console: &'a Console,
}

impl ProfilePrinter<'_> {
    pub(super) fn print(&self, profile: &Profile, output: TextFormat) -> Result<(), Failure> {
        let products = self.products(profile);
        match output {
            TextFormat::Json => self.console.json(&PersonJson {
                schema: self.schema,
                ims_url: self.ims_url,
                user_id: profile.user_id.as_deref(),
                email: profile.email.as_deref(),
                name: profile.name.as_deref(),
                account_type: profile.account_type.as_deref(),
                country: profile.country.as_deref(),
                organizations: Some(profile.organizations()),
                products: Some(products),
                answer: &profile.raw,
            }),
            TextFormat::Text => {
                let mut lines = profile_rows(profile);
                lines.extend(products.iter().map(|it| self.product_row(it)));
                self.console.result(&rows::text(lines))
            }
        }
    }

    fn products<'p>(&self, profile: &'p Profile) -> Vec<Product<'p>> {
        let contexts = profile.product_contexts.iter();
        contexts
            .map(|context| Product {
                service_code: context.service_code.as_deref(),
                owning_entity: context.owning_entity.as_deref(),
                fulfillable_data: self
                    .unpacked(context)
                    .or_else(|| context.raw.get("fulfillable_data").cloned()),
            })
            .collect()
    }

    /// Returns the unpacked data of a product; data that cannot be unpacked causes a note.
    fn unpacked(&self, context: &ProductContext) -> Option<Value> {
        match context.fulfillable_data().filter(|_| self.unpack)? {
            Ok(data) => Some(data),
            Err(why) => {
                let product = rows::clean(context.service_code.as_deref().unwrap_or_default());
                self.console.notice(&format!(
                    "the fulfillable_data of {product} cannot be unpacked: {why}; it is shown as it came"
                ));
                None
            }
        }
    }

    fn product_row(&self, product: &Product<'_>) -> (&'static str, Option<String>) {
        let mut text = product.service_code.unwrap_or("(unnamed)").to_owned();
        if let Some(owner) = product.owning_entity {
            text.push_str(&format!(" of {owner}"));
        }
        if let (true, Some(data)) = (self.unpack, &product.fulfillable_data) {
            text.push_str(&format!(" {data}"));
        }
        ("product", Some(text))
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
    /// Userinfo does not contain organizations and products.
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

impl<'a> PersonJson<'a> {
    fn of_userinfo(userinfo: &'a Userinfo, ims_url: &'a str) -> Self {
        Self {
            schema: "ims.whoami/1",
            ims_url,
            user_id: userinfo.subject.as_deref(),
            email: userinfo.email.as_deref(),
            name: userinfo.name.as_deref(),
            account_type: userinfo.account_type.as_deref(),
            country: userinfo.country.as_deref(),
            organizations: None,
            products: None,
            answer: &userinfo.raw,
        }
    }
}

fn profile_rows(profile: &Profile) -> Vec<(&'static str, Option<String>)> {
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
        let text = if names.is_empty() {
            organization.to_owned()
        } else {
            format!("{organization} ({})", names.join(", "))
        };
        rows.push(("organisation", Some(text)));
    }
    rows
}

fn userinfo_text(userinfo: &Userinfo) -> String {
    let email = userinfo
        .email
        .clone()
        .map(|email| match userinfo.email_verified {
            Some(false) => format!("{email} (not verified)"),
            _ => email,
        });
    rows::text([
        ("user", userinfo.subject.clone()),
        ("e-mail", email),
        ("name", userinfo.name.clone()),
        ("account type", userinfo.account_type.clone()),
        ("country", userinfo.country.clone()),
    ])
}
