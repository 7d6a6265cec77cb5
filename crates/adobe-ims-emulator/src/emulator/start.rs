//! Starting an emulator from its configuration.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use http::uri;
use tokio_rustls::TlsAcceptor;

use crate::aem_data::node::StoredFile;
use crate::control_hosts::{ControlHosts, can_be_named};
use crate::emulator::builder::{EmulatorBuilder, PRODUCTION};
use crate::emulator::proxy_access::{ProxyAccess, generate_credentials};
use crate::emulator::running::{Emulator, Sockets};
use crate::emulator::scenario::play;
use crate::emulator::start_error::StartError;
use crate::identities::aem_tier::AemTier;
use crate::identities::directory::Directory;
use crate::identities::names::{is_metascope, is_scope};
use crate::identity_hosts::{IdentityHosts, host_of};
use crate::server::listener::{Door, bind};
use crate::server::proxy::Proxy;
use crate::server::tls::Authority;
use crate::state::{Config, State};
use crate::state_file::{OpenedStateFile, StateFile};

impl Emulator {
    /// Starts an emulator with generated identities: one service account, one client of OAuth
    /// server-to-server, one person, and one client for sign-ins. It serves HTTP on any free port.
    ///
    /// # Errors
    ///
    /// Returns an error if the system refuses a port or a thread.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }
}

impl EmulatorBuilder {
    /// Starts the emulator on a thread of its own, and returns when it accepts connections.
    ///
    /// The caller needs no Tokio runtime, and may be in one.
    ///
    /// # Errors
    ///
    /// Returns an error if
    ///
    /// - the `imsEndpoint` or a control host is not a host, or a scope or metascope is not a name;
    /// - a path names no file of AEM's repository;
    /// - the port is in use, or the machine does not have the address;
    /// - the scenario cannot be played, or the state file cannot be used;
    /// - the emulator cannot register an account, a client or a person;
    /// - the system refuses a thread.
    pub fn start(self) -> Result<Emulator, StartError> {
        self.check_names()?;
        let (listeners, port) = bind(self.listen, self.port).map_err(StartError::Listen)?;
        let addresses = Addresses::new(&self, port);
        let authority = self.generate_authority()?;
        let tls = match &authority {
            Some(authority) if self.tls => Some(self.acceptor(authority, &addresses)?),
            _ => None,
        };
        let listeners = listeners.into_iter();
        let mut sockets = Sockets {
            doors: listeners.map(|it| (Door::Emulator, it)).collect(),
            port,
            tls,
            ca_pem: authority.as_ref().map(|authority| authority.ca_pem.clone()),
            proxy: None,
            limits: self.limits,
        };
        if let Some((authority, port)) = authority.zip(self.proxy_port) {
            self.open_proxy(&mut sockets, &authority, port)?;
        }
        self.run(addresses, sockets)
    }

    fn run(mut self, addresses: Addresses, sockets: Sockets) -> Result<Emulator, StartError> {
        let config = Config {
            clock: self.clock.clone(),
            seed: self.seed,
            identity_hosts: addresses.identity_hosts(&self.audience_aliases),
            control_hosts: addresses.control_hosts(&self.audience_aliases),
            ims_endpoint: addresses.ims_endpoint,
            environment: self.environment,
            lifetimes: self.lifetimes,
            url: addresses.url,
            proxy_url: sockets.proxy.as_ref().map(|proxy| proxy.url.clone()),
            issuer: self.issuer.clone(),
            document_limit: self.document_limit,
            journal_size: self.journal_size,
        };
        let files = std::mem::take(&mut self.aem_files);
        let scenario = self.scenario.take();
        let state_file = self.open_state_file()?;
        let aem_settings = std::mem::take(&mut self.aem_settings);
        let ims_settings = self.ims_settings;
        let allowed_clients = std::mem::take(&mut self.allowed_clients);
        let state = State::new(config, self.register_identities()?);
        *state.aem_settings() = aem_settings;
        state.change_ims_settings(|settings| *settings = ims_settings);
        for client_id in allowed_clients {
            state.allow_list().set(&client_id, AemTier::ALL);
        }
        for (path, content) in files {
            let file = StoredFile::new(None, content);
            let written = state.repository().put(&path, file);
            written.map_err(|_| StartError::AemFile(path))?;
        }
        let state_file = complete(&state, state_file, scenario.as_deref())?;
        Emulator::run(state, sockets, state_file).map_err(StartError::Thread)
    }

    fn open_state_file(&self) -> Result<Option<OpenedStateFile>, StartError> {
        let path = self.state_file.as_deref();
        let opened = path.map(|path| OpenedStateFile::open(path, self.seed));
        opened.transpose().map_err(StartError::StateFile)
    }

    fn check_names(&self) -> Result<(), StartError> {
        let ims_endpoint = self.ims_endpoint.as_deref();
        if let Some(host) = ims_endpoint.filter(|host| !is_host(host)) {
            return Err(StartError::ImsEndpoint(host.to_owned()));
        }
        if let Some(host) = self.control_hosts.iter().find(|host| !can_be_named(host)) {
            return Err(StartError::ControlHost(host.clone()));
        }
        let of_accounts = self.accounts.iter();
        let of_accounts = of_accounts.flat_map(|account| account.metascopes.iter().flatten());
        let mut metascopes = self.metascopes.iter().chain(of_accounts);
        if let Some(name) = metascopes.find(|name| !is_metascope(name)) {
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
        Ok(())
    }

    /// Generates the authority if something is served over TLS.
    fn generate_authority(&self) -> Result<Option<Arc<Authority>>, StartError> {
        let is_needed = self.tls || self.proxy_port.is_some();
        let authority = is_needed.then(|| Authority::generate(&self.clock));
        authority.transpose().map_err(StartError::Tls)
    }

    fn acceptor(
        &self,
        authority: &Arc<Authority>,
        addresses: &Addresses,
    ) -> Result<TlsAcceptor, StartError> {
        let aem = self.environment.hosts().into_iter();
        let ims = [host_of(&addresses.ims_endpoint)];
        let aliases = self.audience_aliases.iter().map(|alias| host_of(alias));
        let names = addresses.names.iter().cloned();
        let hosts = aem.chain(ims).chain(aliases).chain(names);
        authority.acceptor(hosts).map_err(StartError::Tls)
    }

    fn open_proxy(
        &self,
        sockets: &mut Sockets,
        authority: &Arc<Authority>,
        port: u16,
    ) -> Result<(), StartError> {
        let (listeners, port) = bind(self.listen, port).map_err(StartError::ListenProxy)?;
        let wants_credentials = self.proxy_authentication;
        let credentials = wants_credentials.then(|| generate_credentials(self.seed));
        let access = ProxyAccess::new(port, credentials);
        let proxy = Proxy::new(authority, access.credentials.clone()).map_err(StartError::Tls)?;
        let proxy = Arc::new(proxy);
        for listener in listeners {
            let door = Door::Proxy(Arc::clone(&proxy));
            sockets.doors.push((door, listener));
        }
        sockets.proxy = Some(access);
        Ok(())
    }

    fn register_identities(self) -> Result<Directory, StartError> {
        let mut directory = Directory::new(self.seed, self.environment, self.metascopes);
        if let Some(scopes) = self.scopes {
            directory.set_default_scopes(scopes);
        }
        let now = self.clock.unix_seconds();
        for account in one_at_least(self.accounts) {
            directory
                .register_account(account, now)
                .map_err(StartError::Registration)?;
        }
        for organization in self.organizations {
            directory.people.add_organization(organization);
        }
        for client in self.oauth_clients {
            directory
                .register_oauth_client(client)
                .map_err(StartError::Registration)?;
        }
        directory
            .register_default_clients()
            .map_err(StartError::Registration)?;
        for person in one_at_least(self.people) {
            directory
                .register_person(person)
                .map_err(StartError::Registration)?;
        }
        Ok(directory)
    }
}

/// Plays the scenario on the first start of the state file, notes the result as the state of a
/// reset, and brings back the present data of the file.
fn complete(
    state: &State,
    state_file: Option<OpenedStateFile>,
    scenario: Option<&str>,
) -> Result<Option<StateFile>, StartError> {
    let mut present = None;
    let state_file = state_file.map(|mut file| {
        if let Some(content) = file.content.take() {
            state.replace_kept(content.start);
            present = Some(content.present);
        }
        file.used_from(state.keep())
    });
    if let Some(scenario) = scenario {
        play(state, scenario).map_err(StartError::Scenario)?;
    }
    state.note_start();
    if let Some(present) = present {
        state.replace_kept(present);
    }
    if let Some(file) = &state_file {
        file.save(state).map_err(StartError::StateFile)?;
    }
    Ok(state_file)
}

/// The addresses of the emulator.
struct Addresses {
    scheme: &'static str,
    port: u16,
    /// The base URL of the server.
    url: String,
    ims_endpoint: String,
    /// The names and addresses that the start named, without ports.
    names: Vec<String>,
}

impl Addresses {
    fn new(builder: &EmulatorBuilder, port: u16) -> Self {
        let scheme = if builder.tls { "https" } else { "http" };
        let of_this_machine = match builder.listen {
            Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => Ipv6Addr::LOCALHOST.into(),
            None | Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => Ipv4Addr::LOCALHOST.into(),
            Some(address) => address,
        };
        let authority = SocketAddr::new(of_this_machine, port).to_string();
        let mut names = builder.control_hosts.clone();
        if !of_this_machine.is_loopback() {
            names.push(of_this_machine.to_string());
        }
        Self {
            scheme,
            port,
            url: format!("{scheme}://{authority}"),
            ims_endpoint: builder.ims_endpoint.clone().unwrap_or(authority),
            names,
        }
    }

    /// Returns the base URLs that assertions may name.
    ///
    /// Clients with a built-in host name production, even if the credential document names another
    /// host. If the document names stage, production is another environment.
    fn identity_hosts(&self, aliases: &[String]) -> IdentityHosts {
        let Self {
            scheme,
            port,
            url,
            ims_endpoint,
            names,
        } = self;
        let adobe_host = if ims_endpoint.ends_with(".adobelogin.com") {
            ims_endpoint
        } else {
            PRODUCTION
        };
        let own = [
            url.clone(),
            format!("{scheme}://127.0.0.1:{port}"),
            format!("{scheme}://localhost:{port}"),
            format!("{scheme}://[::1]:{port}"),
            format!("https://{adobe_host}"),
            format!("https://{ims_endpoint}"),
        ];
        let named = names.iter().map(|name| match name.parse() {
            Ok(address) => format!("{scheme}://{}", SocketAddr::new(address, *port)),
            Err(_) => format!("{scheme}://{name}:{port}"),
        });
        let named: Vec<String> = named.collect();
        IdentityHosts::new(own.iter().chain(aliases).chain(&named))
    }

    /// Returns the hosts under which the remote control can be called.
    fn control_hosts(&self, aliases: &[String]) -> ControlHosts {
        let named = aliases.iter().chain([&self.ims_endpoint]);
        let names = self.names.iter().cloned();
        ControlHosts::new(named.map(|base| host_of(base)).chain(names))
    }
}

fn one_at_least<T: Default>(mut values: Vec<T>) -> Vec<T> {
    if values.is_empty() {
        values.push(T::default());
    }
    values
}

fn is_host(text: &str) -> bool {
    let authority = text.parse::<uri::Authority>().ok();
    authority.is_some_and(|authority| {
        let has_valid_end = text.len() == authority.host().len() || authority.port().is_some();
        has_valid_end && !authority.host().is_empty() && !text.contains('@')
    })
}
