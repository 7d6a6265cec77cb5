//! Finding the running emulator.

use std::path::{Path, PathBuf};

use adobe_ims::HttpTransport;
use adobe_ims::crypto::Crypto;
use adobe_ims::transport::{Body, Transport as _};
use http::{Request, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::environment::variables;
use crate::error::{CommandProblem, Failure};

/// The addresses of an emulator that answers.
pub(super) struct RunningEmulator {
    pub(super) url: String,
    pub(super) ca: Option<PathBuf>,
    pub(super) proxy: Option<ProxyAddress>,
}

/// The address of a proxy.
pub(super) struct ProxyAddress {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) credentials: Option<ProxyCredentials>,
    /// The source of the address says whether the proxy wants credentials.
    pub(super) is_whole: bool,
}

pub(super) struct ProxyCredentials {
    user: String,
    password: String,
}

/// The part of the ready line that is needed here.
#[derive(Deserialize)]
struct ReadyLine {
    url: String,
    ca: Option<PathBuf>,
    proxy: Option<ReadyProxy>,
}

#[derive(Deserialize)]
struct ReadyProxy {
    url: String,
    user: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
struct Health {
    emulator: String,
    proxy_url: Option<String>,
}

impl RunningEmulator {
    /// Finds the emulator by its ready line, or by the variables, and asks it for its health.
    pub(super) fn find(ready_file: Option<&Path>, context: &Context) -> Result<Self, Failure> {
        match ready_file {
            Some(path) => Self::of_ready_file(path, context),
            None => Self::of_variables(context),
        }
    }

    fn of_ready_file(path: &Path, context: &Context) -> Result<Self, Failure> {
        let content = NamedFile::new("--ready-file", path).read()?;
        let line: ReadyLine = serde_json::from_slice(&content.bytes).map_err(|error| {
            let what = format!("{path:?} has no ready line of an emulator: {error}");
            Failure::new(CommandProblem::EmulatorNotRunning, what)
        })?;
        health(&line.url, line.ca.as_deref(), context)?;
        let proxy = line.proxy.map(|proxy| {
            let credentials = proxy.user.zip(proxy.password);
            let credentials =
                credentials.map(|(user, password)| ProxyCredentials { user, password });
            ProxyAddress::new(&proxy.url, credentials, true)
        });
        Ok(Self {
            url: line.url,
            ca: line.ca,
            proxy: proxy.transpose()?,
        })
    }

    fn of_variables(context: &Context) -> Result<Self, Failure> {
        let variable = |name| context.variables.text(name);
        let Some(url) = variable(variables::URL)? else {
            let what = "no emulator is named";
            return Err(Failure::usage(what).with_hint(
                "name the file of `ims emulator serve --ready-file FILE` with --ready-file, or set \
                 IMS_URL and IMS_CA_FILE",
            ));
        };
        let ca = variable(variables::CA_FILE)?.map(PathBuf::from);
        let ca = ca.map(|path| absolute(&path)).transpose()?;
        let health = health(&url, ca.as_deref(), context)?;
        let proxy = health.proxy_url;
        let proxy = proxy.map(|url| ProxyAddress::new(&url, None, false));
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            ca,
            proxy: proxy.transpose()?,
        })
    }
}

impl ProxyAddress {
    fn new(
        url: &str,
        credentials: Option<ProxyCredentials>,
        is_whole: bool,
    ) -> Result<Self, Failure> {
        let address: Option<Uri> = url.parse().ok();
        let parts = address
            .as_ref()
            .and_then(|uri| Some((uri.host()?, uri.port_u16()?)));
        let Some((host, port)) = parts else {
            let what = format!("the emulator names a proxy that has no address: {url:?}");
            return Err(Failure::new(CommandProblem::EmulatorNotRunning, what));
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            credentials,
            is_whole,
        })
    }

    /// Returns the URL with user and password, as variables hold it.
    pub(super) fn with_credentials(&self) -> String {
        let Self { host, port, .. } = self;
        match &self.credentials {
            None => format!("http://{host}:{port}"),
            Some(ProxyCredentials { user, password }) => {
                let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                format!(
                    "http://{}:{}@{host}:{port}",
                    encoded(user),
                    encoded(password)
                )
            }
        }
    }
}

/// Asks an emulator for its health.
fn health(url: &str, ca: Option<&Path>, context: &Context) -> Result<Health, Failure> {
    let fail = |reason: String| {
        let what = format!("no emulator answers at {url}: {reason}");
        Failure::new(CommandProblem::EmulatorNotRunning, what)
    };
    let uri: Uri = format!("{}/_emu/health", url.trim_end_matches('/'))
        .parse()
        .map_err(|_| fail("it is no URL".to_owned()))?;
    let host = uri.host().unwrap_or_default();
    if !matches!(uri.scheme_str(), Some("http" | "https")) || host.ends_with(".adobelogin.com") {
        return Err(fail("it is no address of an emulator".to_owned()));
    }
    let mut builder = HttpTransport::builder(Crypto::ring());
    if let Some(path) = ca {
        let content = NamedFile::new("the ready line or IMS_CA_FILE", path).read()?;
        builder = builder.extra_ca(format!("{path:?}"), content.bytes.to_vec());
    }
    let transport = builder.build()?;
    let request = Request::get(uri).body(Body::from(Vec::new()));
    let request = request.map_err(|error| fail(error.to_string()))?;
    let response = context.wait(transport.send(request))?;
    let response = response.map_err(|error| fail(error.to_string()))?;
    let health: Option<Health> = serde_json::from_slice(response.body().as_bytes()).ok();
    health
        .filter(|health| health.emulator == "adobe-ims-emulator")
        .ok_or_else(|| fail("another program answers".to_owned()))
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::unexpected(format!("{path:?} is no path: {error}")))
}
