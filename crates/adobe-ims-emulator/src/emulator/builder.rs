//! How an emulator is set up and started.

use std::sync::Mutex;
use std::time::Duration;

use http::StatusCode;
use http::uri::Authority;

use crate::aem::Aem;
use crate::clock::Clock;
use crate::emulator::running::Emulator;
use crate::emulator::start_error::StartError;
use crate::identities::account::Account;
use crate::identities::aem_environment::Environment;
use crate::identities::directory::Directory;
#[cfg(doc)]
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Organization;
use crate::identities::person::Person;
use crate::identity_hosts::{IdentityHosts, host_of};
use crate::random::Random;
use crate::server::listener::bind;
use crate::server::tls::Tls;
use crate::state::State;
use crate::tokens::lifetimes::Lifetimes;
use crate::tokens::token_keys::TokenKeys;

const PRODUCTION: &str = "ims-na1.adobelogin.com";

/// Describes an [`Emulator`]; see [`Emulator::builder`].
#[derive(Clone, Debug)]
pub struct EmulatorBuilder {
    port: u16,
    tls: bool,
    clock: Clock,
    seed: Option<u64>,
    metascopes: Vec<String>,
    scopes: Option<Vec<String>>,
    ims_endpoint: Option<String>,
    audience_aliases: Vec<String>,
    environment: Environment,
    lifetimes: Lifetimes,
    issuer: Option<String>,
    seconds_everywhere: bool,
    documented_statuses: bool,
    accounts: Vec<Account>,
    oauth_clients: Vec<OauthClient>,
    people: Vec<Person>,
    organizations: Vec<Organization>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            tls: false,
            clock: Clock::system(),
            seed: None,
            metascopes: vec!["ent_aem_cloud_api".to_owned()],
            scopes: None,
            ims_endpoint: Some(PRODUCTION.to_owned()),
            audience_aliases: Vec::new(),
            environment: Environment {
                program: 12_345,
                environment: 67_890,
            },
            lifetimes: Lifetimes::default(),
            issuer: None,
            seconds_everywhere: false,
            documented_statuses: false,
            accounts: Vec::new(),
            oauth_clients: Vec::new(),
            people: Vec::new(),
            organizations: Vec::new(),
        }
    }

    /// The port to listen on, on loopback only; 0, the default, takes any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Serves HTTPS instead of plain HTTP, which is the default.
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// The clock to go by; real time by default.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes ids, secrets and tokens repeatable: the same seed, clock and requests give the same.
    /// TLS keys are random all the same. Without a seed the system's randomness is used.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The metascopes of accounts that do not say; `ent_aem_cloud_api` by default.
    #[must_use]
    pub fn metascopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metascopes = names.into_iter().map(Into::into).collect();
        self
    }

    /// The scopes of accounts and clients that do not say; by default those that Adobe documents for
    /// clients of AEM. The client that is made up for people to sign in with has `email`, `profile`
    /// and `offline_access` besides.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The `imsEndpoint` of the credentials documents: a host name, or host and port. Assertions
    /// that name it are accepted, and those that name production as long as it is not Adobe's
    /// stage. `ims-na1.adobelogin.com` by default.
    #[must_use]
    pub fn ims_endpoint(mut self, host: impl Into<String>) -> Self {
        self.ims_endpoint = Some(host.into());
        self
    }

    /// Makes the credentials documents name this emulator's own address, `127.0.0.1:PORT`, for
    /// clients that build their URL from `imsEndpoint` and take a port there. They speak HTTPS.
    #[must_use]
    pub fn own_ims_endpoint(mut self) -> Self {
        self.ims_endpoint = None;
        self
    }

    /// Another base URL (`https://` if no scheme is given) that counts as this environment in the
    /// audience and the metascopes of an assertion. In TLS its host is a name of the certificate.
    #[must_use]
    pub fn audience_alias(mut self, base_url: impl Into<String>) -> Self {
        self.audience_aliases.push(base_url.into());
        self
    }

    /// The AEM environment, `p<program>-e<environment>`, that the emulated AEM stands for and that
    /// made-up client ids name. p12345-e67890 by default.
    #[must_use]
    pub fn aem_environment(mut self, program: u32, environment: u32) -> Self {
        self.environment = Environment {
            program,
            environment,
        };
        self
    }

    /// How long access tokens live; 24 hours by default. Counted in whole milliseconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.access_token = lifetime;
        self
    }

    /// How long refresh tokens live; 14 days by default (documented by Adobe).
    #[must_use]
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.refresh_token = lifetime;
        self
    }

    /// How long authorization codes live; ten minutes by default (inferred).
    #[must_use]
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.authorization_code = lifetime;
        self
    }

    /// How long device tokens live; 14 days by default (inferred).
    #[must_use]
    pub fn device_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.device_token = lifetime;
        self
    }

    /// The issuer of id tokens and of the discovery document: a base URL without a slash at its end.
    /// By default it is the base URL that the client uses, by the `Host` header of its request,
    /// because strict clients of OpenID Connect compare the two.
    #[must_use]
    pub fn issuer(mut self, base_url: impl Into<String>) -> Self {
        self.issuer = Some(base_url.into());
        self
    }

    /// Gives `expires_in` in seconds in v1 of the token endpoint and without a version too. Two
    /// published clients rely on milliseconds there, which is the default, and one on seconds.
    #[must_use]
    pub fn seconds_everywhere(mut self, on: bool) -> Self {
        self.seconds_everywhere = on;
        self
    }

    /// Answers a wrong client secret in the JWT exchange, and a client without the right to exchange,
    /// with the status 401 that Adobe documented instead of the 400 that its live service was
    /// observed to give.
    #[must_use]
    pub fn documented_statuses(mut self, on: bool) -> Self {
        self.documented_statuses = on;
        self
    }

    /// Registers an account. Without any, one is made up.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Registers a client of OAuth, of whatever grants. Without one of OAuth server-to-server, and
    /// without one that people sign in with, such a client is made up. The latter is public, may use
    /// [`GrantType::AuthorizationCode`], [`GrantType::RefreshToken`] and [`GrantType::Implicit`],
    /// and takes every redirect URI on loopback.
    #[must_use]
    pub fn oauth_client(mut self, client: OauthClient) -> Self {
        self.oauth_clients.push(client);
        self
    }

    /// Registers a person. Without any, one is made up.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// Describes an organization that accounts, clients or people belong to.
    #[must_use]
    pub fn organization(mut self, organization: Organization) -> Self {
        self.organizations.push(organization);
        self
    }

    /// Starts the emulator on a thread of its own; returns when it accepts connections. Needs no
    /// runtime and may be called within one.
    ///
    /// # Errors
    ///
    /// When an `imsEndpoint` is no host or a scope no name, the port is taken, an account or
    /// client cannot be registered, or the system refuses a thread.
    pub fn start(self) -> Result<Emulator, StartError> {
        if let Some(host) = self.ims_endpoint.as_deref().filter(|host| !is_host(host)) {
            return Err(StartError::ImsEndpoint(host.to_owned()));
        }
        let own = self.metascopes.iter();
        let mut names = own.chain(
            self.accounts
                .iter()
                .flat_map(|account| account.metascopes.iter().flatten()),
        );
        if let Some(name) = names.find(|name| !is_metascope(name)) {
            return Err(StartError::Metascope(name.clone()));
        }
        if self.metascopes.is_empty() {
            return Err(StartError::Metascope(String::new()));
        }
        if let Some(scopes) = &self.scopes {
            let wrong = scopes.iter().find(|name| !is_scope(name)).cloned();
            if wrong.is_some() || scopes.is_empty() {
                return Err(StartError::Scope(wrong.unwrap_or_default()));
            }
        }
        let (listeners, port) = bind(self.port).map_err(StartError::Listen)?;
        let own_port = format!("127.0.0.1:{port}");
        let scheme = if self.tls { "https" } else { "http" };
        let url = format!("{scheme}://{own_port}");
        let ims_endpoint = self.ims_endpoint.unwrap_or_else(|| own_port.clone());
        // Clients with a hard-coded host name production, whatever the document says. Where it
        // says stage, production is another environment.
        let adobes = if ims_endpoint.ends_with(".adobelogin.com") {
            ims_endpoint.as_str()
        } else {
            PRODUCTION
        };
        let identity = [
            url.clone(),
            format!("{scheme}://localhost:{port}"),
            format!("{scheme}://[::1]:{port}"),
            format!("https://{adobes}"),
            format!("https://{ims_endpoint}"),
        ];
        let aliases = &self.audience_aliases;
        let tls = self.tls.then(|| {
            let own = [host_of(&ims_endpoint)];
            let aliases = aliases.iter().map(|alias| host_of(alias));
            Tls::generate(
                self.environment
                    .hosts()
                    .into_iter()
                    .chain(own)
                    .chain(aliases),
            )
        });
        let tls = tls.transpose().map_err(StartError::Tls)?;

        let mut directory = Directory::new(self.seed, self.environment, self.metascopes);
        if let Some(scopes) = self.scopes {
            directory.set_scopes(scopes);
        }
        let now = self.clock.unix_seconds();
        for account in one_at_least(self.accounts) {
            directory
                .register(account, now)
                .map_err(StartError::Account)?;
        }
        for organization in self.organizations {
            directory.people.describe(organization);
        }
        for client in self.oauth_clients {
            directory
                .register_oauth_client(client)
                .map_err(StartError::Account)?;
        }
        directory
            .register_made_up_clients()
            .map_err(StartError::Account)?;
        for person in one_at_least(self.people) {
            directory
                .people
                .register(person)
                .map_err(StartError::Account)?;
        }
        let state = State {
            identity: IdentityHosts::new(identity.iter().chain(aliases)),
            clock: self.clock,
            ims_endpoint,
            environment: self.environment,
            token_keys: TokenKeys::built_in(),
            lifetimes: self.lifetimes,
            url: url.clone(),
            issuer: self.issuer,
            seconds_everywhere: self.seconds_everywhere,
            client_authentication_status: if self.documented_statuses {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::BAD_REQUEST
            },
            token_ids: Random::new(self.seed, "tokens"),
            session_ids: Random::new(self.seed, "sign-ins"),
            debug_ids: Random::new(self.seed, "debug ids"),
            directory: Mutex::new(directory),
            aem: Mutex::new(Aem::default()),
            minted: Mutex::default(),
            sessions: Mutex::default(),
        };
        Emulator::run(state, listeners, port, url, tls).map_err(StartError::Thread)
    }
}

fn one_at_least<T: Default>(mut given: Vec<T>) -> Vec<T> {
    if given.is_empty() {
        given.push(T::default());
    }
    given
}

fn is_host(text: &str) -> bool {
    let authority = text.parse::<Authority>().ok();
    authority.is_some_and(|authority| {
        let port = text.len() == authority.host().len() || authority.port().is_some();
        port && !authority.host().is_empty() && !text.contains('@')
    })
}

fn is_metascope(text: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !text.is_empty() && text.bytes().all(of_a_name)
}

/// As RFC 6749 §3.3 has them, without the comma with which Adobe separates them.
fn is_scope(text: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_graphic() && !b",\"\\".contains(&byte);
    !text.is_empty() && text.bytes().all(of_a_name)
}
