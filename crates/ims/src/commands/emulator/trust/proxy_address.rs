//! The address of the proxy of an emulator.

use http::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::commands::emulator::remote::{Health, RunningEmulator};
use crate::error::{CommandProblem, Failure};

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

impl ProxyAddress {
    /// Returns the proxy of an emulator. Only the ready line has its user and its password.
    pub(super) fn of(emulator: &RunningEmulator, health: &Health) -> Result<Option<Self>, Failure> {
        let Some(ready) = &emulator.ready else {
            let url = health.proxy_url.as_deref();
            return url.map(|url| Self::new(url, None, false)).transpose();
        };
        let proxy = ready.proxy.as_ref().map(|proxy| {
            let credentials = proxy.user.clone().zip(proxy.password.clone());
            let credentials =
                credentials.map(|(user, password)| ProxyCredentials { user, password });
            Self::new(&proxy.url, credentials, true)
        });
        proxy.transpose()
    }

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
            return Err(Failure::new(CommandProblem::EmulatorAnswerUnusable, what));
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
