//! `ims inspect`: decodes a token or an assertion offline, and checks the signature of a token if asked to.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use adobe_ims::Environment;
use adobe_ims::crypto::Crypto;
use adobe_ims::internal::time;
use adobe_ims::token::TokenClaims;
use adobe_ims::token::inspect::{Inspection, TokenKind, find_token};
use adobe_ims::verify::{Rejection, Verdict, VerifyOptions};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{InspectArgs, TextFormat};
use crate::auth::token_argument;
use crate::console::rows;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::error::Failure;
use crate::error::exit_code::ANSWER_IS_NO;
use crate::http::transport::ims_client;
use crate::settings::{CommonSettings, ConfigurationSource, Connection, SettingFlags};

/// Returns the exit code: scripts tell a token that was not verified by it.
pub(super) fn run(
    args: &InspectArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    if args.file.is_none() && io::stdin().is_terminal() {
        return Err(Failure::usage("there is nothing to inspect")
            .with_hint("name a file, or pipe a token in: ims token -c FILE | ims inspect"));
    }
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    let content = NamedFile::new("FILE", path).read()?;
    let text = token_argument::text(&content.bytes)?;
    let now = context.now();
    let inspection = Inspection::parse(text, now)?;
    let checked = if args.verify {
        let settings = settings(args, source)?;
        let connection = &settings.connection;
        Some(Checked::of(text, &inspection, connection, context)?)
    } else {
        None
    };
    let checked = checked.as_ref();
    let left = inspection.expires_at.map(|end| {
        let left = end.duration_since(now);
        left.unwrap_or_default()
    });
    match args.output {
        TextFormat::Json => {
            let json = as_json(&inspection, left, checked);
            context.console.json(&json)?;
        }
        TextFormat::Text => {
            let text = as_text(&inspection, left, checked);
            context.console.result(&text)?;
        }
    }
    let is_rejected = checked.is_some_and(|checked| checked.verdict.is_err());
    Ok(if is_rejected { ANSWER_IS_NO } else { 0 })
}

fn settings(
    args: &InspectArgs,
    source: &ConfigurationSource<'_>,
) -> Result<CommonSettings, Failure> {
    let flags = SettingFlags {
        url: args.url.as_deref(),
        ca_files: &args.ca_file,
        timeout: args.timeout,
        ..SettingFlags::default()
    };
    CommonSettings::resolve(flags, source)
}

/// The result of the check of a signature.
struct Checked {
    environment: Environment,
    verdict: Verdict,
}

impl Checked {
    fn of(
        text: &str,
        inspection: &Inspection,
        connection: &Connection,
        context: &Context,
    ) -> Result<Self, Failure> {
        if inspection.kind == TokenKind::Assertion {
            return Err(Failure::usage(
                "an assertion is signed by the client that requests a token; IMS has no public key for it",
            ));
        }
        let token = find_token(text)?;
        let mut claims = TokenClaims::decode(token.expose()).unwrap_or_default();
        if claims.authorization_server.is_none() {
            claims.authorization_server = issuer(inspection).map(str::to_owned);
        }
        let environment = token_argument::environment(connection, Some(&claims))?;
        let console = &context.console;
        console.detail(&format!("asking {environment} for its keys"));
        let ims = ims_client(connection, &context.variables)?;
        let crypto = Crypto::ring();
        let fetched = context.wait(ims.key_set(&environment, &crypto))??;
        let verdict = fetched
            .keys
            .verify(&token, &VerifyOptions::any_token(), context.now());
        Ok(Self {
            environment,
            verdict,
        })
    }

    /// Returns the reason why the signature is not good. The signature of an expired token is good.
    fn bad_signature(&self) -> Option<Rejection> {
        match self.verdict {
            Ok(_) | Err(Rejection::Expired | Rejection::WithoutExpiry) => None,
            Err(rejection) => Some(rejection),
        }
    }

    fn signature(&self) -> &'static str {
        self.bad_signature().map_or("good", |it| it.as_str())
    }

    fn rejection(&self) -> Option<&'static str> {
        let rejection = self.verdict.as_ref().err();
        rejection.map(|rejection| rejection.as_str())
    }

    fn as_text(&self) -> String {
        let url = self.environment.base_url();
        match self.bad_signature() {
            Some(rejection) => format!("{rejection} (asked {url})"),
            None => format!("good, by a key of {url}"),
        }
    }
}

/// Returns the environment of the issuer of an id token, by the name that other tokens have in their claim `as`.
fn issuer(inspection: &Inspection) -> Option<&'static str> {
    let issuer = inspection.text("iss")?;
    let base = issuer.strip_suffix("/ims").unwrap_or(issuer);
    ["ims-na1", "ims-na1-stg1"].into_iter().find(|name| {
        let environment = Environment::from_authorization_server(name);
        environment.is_some_and(|environment| environment.base_url() == base)
    })
}

/// `ims.inspect/1`: fields are added, never removed.
#[derive(Serialize)]
struct InspectJson<'a> {
    schema: &'static str,
    kind: String,
    header: &'a Map<String, Value>,
    claims: &'a Map<String, Value>,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    expires_in: Option<u64>,
    scopes: &'a [String],
    findings: &'a [String],
    signature: &'static str,
    verified: Option<bool>,
    rejection: Option<&'static str>,
    ims_url: Option<&'a str>,
}

fn as_json<'a>(
    inspection: &'a Inspection,
    left: Option<Duration>,
    checked: Option<&'a Checked>,
) -> InspectJson<'a> {
    InspectJson {
        schema: "ims.inspect/1",
        kind: inspection.kind.to_string(),
        header: &inspection.header,
        claims: &inspection.claims,
        issued_at: inspection.issued_at.and_then(time::rfc3339),
        expires_at: inspection.expires_at.and_then(time::rfc3339),
        expires_at_unix: inspection.expires_at.map(time::unix_seconds),
        expires_in: left.map(|left| left.as_secs()),
        scopes: &inspection.scopes,
        findings: &inspection.findings,
        signature: checked.map_or("not checked", Checked::signature),
        verified: checked.map(|checked| checked.verdict.is_ok()),
        rejection: checked.and_then(Checked::rejection),
        ims_url: checked.map(|checked| checked.environment.base_url()),
    }
}

fn as_text(inspection: &Inspection, left: Option<Duration>, checked: Option<&Checked>) -> String {
    let is_assertion = inspection.kind == TokenKind::Assertion;
    let time = |time| Some(time::display(time));
    let left = left.map(|left| match left {
        Duration::ZERO => "expired".to_owned(),
        left => format!("{} left", time::human(left)),
    });
    let expires = inspection
        .expires_at
        .map(|end| format!("{} ({})", time::display(end), left.unwrap_or_default()));
    let scopes = Some(inspection.scopes.join(", ")).filter(|scopes| !scopes.is_empty());
    let text = |claim| inspection.text(claim).map(str::to_owned);
    let key = inspection
        .header
        .get("kid")
        .or_else(|| inspection.header.get("x5u"));
    let signature = match checked {
        Some(checked) => checked.as_text(),
        None => "not checked (offline)".to_owned(),
    };
    let mut lines = vec![rows::text([
        ("kind", Some(inspection.kind.to_string())),
        ("client", text("client_id")),
        ("audience", text("aud")),
        ("issuer", text("iss")),
        ("subject", text("sub")),
        ("user", text("user_id")),
        ("environment", text("as")),
        (if is_assertion { "metascopes" } else { "scopes" }, scopes),
        ("issued", inspection.issued_at.and_then(time)),
        ("expires", expires),
        ("key", key.and_then(Value::as_str).map(str::to_owned)),
        ("signature", Some(signature)),
    ])];
    lines.extend(
        inspection
            .findings
            .iter()
            .map(|finding| rows::clean(&format!("! {finding}"))),
    );
    lines.join("\n")
}
