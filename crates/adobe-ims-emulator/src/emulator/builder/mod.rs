//! The configuration of an emulator.

mod aem;
mod network;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::aem_data::settings::AemSettings;
use crate::clock::Clock;
use crate::identities::account::Account;
use crate::identities::aem_environment::AemEnvironment;
#[cfg(doc)]
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Organization;
use crate::identities::person::Person;
use crate::ims_settings::ImsSettings;
use crate::journal::ring::DEFAULT_SIZE;
use crate::server::limits::Limits;
use crate::tokens::lifetimes::Lifetimes;

/// The host of IMS in production.
pub(crate) const PRODUCTION: &str = "ims-na1.adobelogin.com";

/// The configuration of an [`Emulator`](crate::Emulator).
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use adobe_ims_emulator::{Account, Clock, Emulator, Person};
///
/// let emulator = Emulator::builder()
///     .clock(Clock::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000)))
///     .seed(1)
///     .token_lifetime(Duration::from_secs(600))
///     .account(Account::new().client_id("cm-p1-e2-integration-0"))
///     .person(Person::new().email("jane@example.com"))
///     .start()?;
/// assert!(emulator.person("jane@example.com").is_some());
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EmulatorBuilder {
    pub(crate) listen: Option<IpAddr>,
    pub(crate) port: u16,
    pub(crate) tls: bool,
    pub(crate) proxy_port: Option<u16>,
    pub(crate) proxy_authentication: bool,
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
    pub(crate) metascopes: Vec<String>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) ims_endpoint: Option<String>,
    pub(crate) audience_aliases: Vec<String>,
    pub(crate) control_hosts: Vec<String>,
    pub(crate) environment: AemEnvironment,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) issuer: Option<String>,
    pub(crate) ims_settings: ImsSettings,
    pub(crate) accounts: Vec<Account>,
    pub(crate) oauth_clients: Vec<OauthClient>,
    pub(crate) people: Vec<Person>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) limits: Limits,
    pub(crate) aem_files: Vec<(String, Bytes)>,
    pub(crate) aem_settings: AemSettings,
    pub(crate) allowed_clients: Vec<String>,
    pub(crate) document_limit: usize,
    pub(crate) journal_size: usize,
    pub(crate) scenario: Option<String>,
    pub(crate) state_file: Option<PathBuf>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            listen: None,
            port: 0,
            tls: false,
            proxy_port: None,
            proxy_authentication: false,
            clock: Clock::system(),
            seed: None,
            metascopes: vec!["ent_aem_cloud_api".to_owned()],
            scopes: None,
            ims_endpoint: Some(PRODUCTION.to_owned()),
            audience_aliases: Vec::new(),
            control_hosts: Vec::new(),
            environment: AemEnvironment {
                program: 12_345,
                environment: 67_890,
            },
            lifetimes: Lifetimes::default(),
            issuer: None,
            ims_settings: ImsSettings::default(),
            accounts: Vec::new(),
            oauth_clients: Vec::new(),
            people: Vec::new(),
            organizations: Vec::new(),
            limits: Limits::default(),
            aem_files: Vec::new(),
            aem_settings: AemSettings::default(),
            allowed_clients: Vec::new(),
            document_limit: 100 * 1024 * 1024,
            journal_size: DEFAULT_SIZE,
            scenario: None,
            state_file: None,
        }
    }

    /// Sets the clock; the default follows real time.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes ids, secrets and tokens repeatable: the same seed, clock and requests give the same
    /// values. TLS keys are always random. Without a seed the randomness of the system is used.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the metascopes of accounts without metascopes; the default is `ent_aem_cloud_api`.
    #[must_use]
    pub fn metascopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metascopes = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the scopes of accounts and clients without scopes. The default is the scopes that Adobe
    /// documents for clients of AEM. The generated client for sign-ins has `email`, `profile` and
    /// `offline_access` in addition.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the `imsEndpoint` of the credential documents: a host name, or host and port. The
    /// default is `ims-na1.adobelogin.com`.
    ///
    /// The emulator accepts assertions whose audience is this host. It also accepts the host of
    /// production, unless this host is Adobe's stage.
    #[must_use]
    pub fn ims_endpoint(mut self, host: impl Into<String>) -> Self {
        self.ims_endpoint = Some(host.into());
        self
    }

    /// Sets the `imsEndpoint` of the credential documents to the emulator's own address,
    /// `127.0.0.1:PORT`. This is for clients that build their URL from it with a port. They use
    /// HTTPS.
    #[must_use]
    pub fn own_ims_endpoint(mut self) -> Self {
        self.ims_endpoint = None;
        self
    }

    /// Sets the lifetime of access tokens in whole milliseconds; the default is 24 hours.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.access_token = lifetime;
        self
    }

    /// Sets the lifetime of refresh tokens; the default is 14 days (documented by Adobe).
    #[must_use]
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.refresh_token = lifetime;
        self
    }

    /// Sets the lifetime of authorization codes; the default is ten minutes (inferred).
    #[must_use]
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.authorization_code = lifetime;
        self
    }

    /// Sets the lifetime of device tokens; the default is 14 days (inferred).
    #[must_use]
    pub fn device_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.device_token = lifetime;
        self
    }

    /// Sets the issuer of id tokens and of the discovery document: a base URL without a slash at
    /// its end. The default is the base URL that the client uses, by the `Host` of its request,
    /// because strict OpenID clients compare the two.
    #[must_use]
    pub fn issuer(mut self, base_url: impl Into<String>) -> Self {
        self.issuer = Some(base_url.into());
        self
    }

    /// Sends `expires_in` in seconds also in v1 of the token endpoint and without a version. The
    /// default there is milliseconds: two published clients rely on them, and one on seconds.
    #[must_use]
    pub fn seconds_everywhere(mut self, on: bool) -> Self {
        self.ims_settings.seconds_everywhere = on;
        self
    }

    /// Sends the status 401, which Adobe documented, for a wrong client secret at the JWT exchange
    /// and for a client that may not exchange a JWT. The default is 400, as observed at the live
    /// service.
    #[must_use]
    pub fn documented_statuses(mut self, on: bool) -> Self {
        self.ims_settings.documented_statuses = on;
        self
    }

    /// Sets all settings of IMS: how it answers where sources disagree.
    /// [`Emulator::change_ims_settings`](crate::Emulator::change_ims_settings) changes them later.
    #[must_use]
    pub fn ims_settings(mut self, settings: ImsSettings) -> Self {
        self.ims_settings = settings;
        self
    }

    /// Sets the memory for the journal of requests, in bytes; the default is 256 KiB, which is enough
    /// for some 700 requests. Then the journal forgets the oldest ones.
    #[must_use]
    pub fn journal_size(mut self, bytes: usize) -> Self {
        self.journal_size = bytes;
        self
    }

    /// Plays requests to the remote control at the start: a JSON list of objects with `method`,
    /// `path` and `body`. A body that is a text is sent as it is, and any other one as JSON. A
    /// [`reset`](crate::Emulator::reset) leads to the state after the scenario.
    ///
    /// ```
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let scenario = r#"[
    ///     {"method": "POST", "path": "/_emu/people", "body": {"email": "jane@example.com"}},
    ///     {"method": "PUT", "path": "/_emu/aem/dam/letter.xdp", "body": "<template/>"}
    /// ]"#;
    /// let emulator = Emulator::builder().scenario(scenario).start()?;
    /// assert!(emulator.person("jane@example.com").is_some());
    /// # Ok::<(), adobe_ims_emulator::StartError>(())
    /// ```
    #[must_use]
    pub fn scenario(mut self, json: impl Into<String>) -> Self {
        self.scenario = Some(json.into());
        self
    }

    /// Keeps registrations with their keys, rights, sign-ins and tokens in a file over restarts. The
    /// emulator creates the file, reads it at the start, and saves it within a second after changes
    /// and at its end. The registrations of the file take the place of those of this builder. The
    /// clock, faults, lifetimes, settings, the journal and the files of AEM are not in it, nor is the
    /// key of the CA.
    ///
    /// A [`reset`](crate::Emulator::reset) leads to the registrations of the first start with the
    /// file. Only one emulator at a time can use a file.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Adds a service account. Without any, the emulator generates one.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Adds an OAuth client.
    ///
    /// Without a client of OAuth server-to-server, the emulator generates one. Without a client for
    /// sign-ins, it generates a public one that may use [`GrantType::AuthorizationCode`],
    /// [`GrantType::RefreshToken`] and [`GrantType::Implicit`], and redirect to every URI on
    /// loopback.
    #[must_use]
    pub fn oauth_client(mut self, client: OauthClient) -> Self {
        self.oauth_clients.push(client);
        self
    }

    /// Adds a person. Without any, the emulator generates one.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// Describes an organization of accounts, clients or people.
    #[must_use]
    pub fn organization(mut self, organization: Organization) -> Self {
        self.organizations.push(organization);
        self
    }
}
