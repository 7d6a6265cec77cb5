//! The AEM of a command, and the token for it.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims::api_error::CredentialKind;
use adobe_ims::token::AllowedHosts;
use aem_forms::FormsClient;
use aem_forms::lint::{self, Api, Login};
use http::Uri;

use super::findings::{admit, strictness};
use super::token_headers::TokenHeaders;
use crate::args::forms::AemFlags;
use crate::auth::{LastingProvider, TokenAcquirer};
use crate::context::Context;
use crate::error::Failure;
use crate::http::target::{check_target, origin};
use crate::http::transport::transport;
use crate::settings::{ConfigurationSource, Connection, TokenSettings};

/// The time limit of a request. Documents take longer than tokens.
const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// The AEM that a command asks, before a token is requested.
pub(crate) struct Aem<'a> {
    settings: TokenSettings,
    context: &'a Context,
    target: String,
    url: Uri,
    api: Api,
    timeout: Duration,
    strict: bool,
}

/// A client of the AEM, and the provider of its token.
pub(crate) struct OpenAem<'a> {
    pub(crate) client: FormsClient,
    pub(crate) tokens: LastingProvider<'a>,
}

impl<'a> Aem<'a> {
    /// Resolves the settings and checks the target. Nothing is sent.
    pub(crate) fn resolve(
        flags: &AemFlags,
        api: Api,
        strict: bool,
        source: &ConfigurationSource<'_>,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let settings = TokenSettings::resolve(&flags.identity, source)?;
        let target = target(flags, &settings)?;
        admit(
            lint::target(&target, api, Login::Unknown),
            strictness(strict),
            &context.console,
        )?;
        let url = url(&target)?;
        check_target(&url, &flags.allow_host, settings.profile.as_ref())?;
        Ok(Self {
            settings,
            context,
            target,
            url,
            api,
            timeout: flags.identity.connection.timeout.unwrap_or(TIMEOUT),
            strict,
        })
    }

    /// Returns the URL of the AEM without a path, for messages and commands.
    pub(crate) fn origin(&self) -> String {
        origin(&self.url)
    }

    /// Returns the files of the CAs that are trusted besides those of the operating system.
    pub(crate) fn ca_files(&self) -> &[PathBuf] {
        &self.settings.connection.ca_files
    }

    /// Returns the acquirer of the token.
    pub(crate) fn acquirer(&self) -> Result<TokenAcquirer<'_>, Failure> {
        TokenAcquirer::open(&self.settings, self.context)
    }

    /// Returns the time limit of a request.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the number of times that a request is sent again.
    pub(crate) fn retries(&self) -> u32 {
        self.settings.connection.retries
    }

    /// Gets a token, and opens a client that sends each request again as often as this.
    pub(crate) fn open<'t>(
        &self,
        acquirer: &'t TokenAcquirer<'_>,
        retries: u32,
    ) -> Result<OpenAem<'t>, Failure> {
        let found = acquirer.token()?;
        found.token.check_target(&self.url)?;
        let facts = acquirer.credential_facts(&found);
        let login = match facts.of(&found.token).credential_kind() {
            Some(CredentialKind::OauthServerToServer) => Login::OAuth,
            _ => Login::Unknown,
        };
        admit(
            lint::target(&self.target, self.api, login),
            strictness(self.strict),
            &self.context.console,
        )?;
        let connection = Connection {
            timeout: self.timeout,
            ..self.settings.connection.clone()
        };
        let transport = transport(&connection, &self.context.variables)?;
        let tokens = acquirer.provider(&found)?;
        let client = FormsClient::builder(&self.target)
            // The target was checked with the flags and the profile.
            .allowed_hosts(
                AllowedHosts::adobe()
                    .allow_this_machine()
                    .allow(&self.origin())?,
            )
            .retries(retries)
            .build(TokenHeaders::new(tokens.provider.clone(), facts), transport)?;
        Ok(OpenAem { client, tokens })
    }
}

/// Returns the target of the flag, or else the first of the profile.
fn target(flags: &AemFlags, settings: &TokenSettings) -> Result<String, Failure> {
    if let Some(target) = &flags.target {
        return Ok(target.clone());
    }
    let profile = settings.profile.as_ref();
    let targets = profile.and_then(|profile| profile.targets.as_ref());
    let first = targets.and_then(|targets| targets.value.first());
    first.cloned().ok_or_else(|| {
        Failure::usage("no AEM was named")
            .with_hint("name its host: --target author-pPROGRAM-eENVIRONMENT.adobeaemcloud.com")
            .with_hint("or use a profile with `targets`: -p NAME")
    })
}

/// Reads a URL, or the name of a host, which means https.
fn url(target: &str) -> Result<Uri, Failure> {
    let text = if target.contains("://") {
        target.to_owned()
    } else {
        format!("https://{target}")
    };
    let uri: Option<Uri> = text.parse().ok();
    uri.filter(|uri| uri.host().is_some())
        .ok_or_else(|| Failure::usage("--target is no URL and no name of a host"))
}
