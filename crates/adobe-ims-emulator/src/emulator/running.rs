//! The handle of a running emulator.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;
use crate::emulator::builder::EmulatorBuilder;
use crate::emulator::proxy_access::ProxyAccess;
use crate::emulator::saver::Saver;
use crate::identities::account::Account;
use crate::identities::credential_document;
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Membership;
use crate::identities::person::{Person, RegisteredPerson};
use crate::identities::registered_client::RegisteredClient;
use crate::identities::registration_error::RegistrationError;
use crate::ims::service_code;
use crate::journal::RecordedRequest;
use crate::server::limits::Limits;
use crate::server::listener::{Door, Server, serve};
use crate::server::router;
use crate::sign_in::{SignIn, UserTokens};
use crate::state::State;
use crate::state_file::StateFile;

/// A running emulator. Dropping it stops the server, closes its connections and saves its state file.
///
/// ```
/// use adobe_ims_emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// println!("IMS and AEM are at {}", emulator.url());
/// let client = &emulator.oauth_clients()[0];
/// // A program under test posts this client's id and secret to {url}/ims/token/v3.
/// assert!(!client.client_secret().is_empty());
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
pub struct Emulator {
    pub(crate) state: Arc<State>,
    port: u16,
    ca_pem: Option<String>,
    pub(crate) proxy: Option<ProxyAccess>,
    pub(crate) saver: Option<Saver>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The sockets of an emulator that is to be started.
pub(crate) struct Sockets {
    pub(crate) doors: Vec<(Door, TcpListener)>,
    pub(crate) port: u16,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) ca_pem: Option<String>,
    pub(crate) proxy: Option<ProxyAccess>,
    pub(crate) limits: Limits,
}

impl Emulator {
    /// Returns the default configuration.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Returns the base URL of IMS and AEM, such as `http://127.0.0.1:49152`.
    pub fn url(&self) -> &str {
        &self.state.config.url
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the certificate, in PEM, that clients have to trust. Returns `None` without TLS and
    /// without a proxy.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Returns the clock of the emulator.
    pub fn clock(&self) -> &Clock {
        &self.state.config.clock
    }

    /// Returns the AEM service credentials of the first account that has a credential document.
    ///
    /// # Panics
    ///
    /// Panics if the emulator has no private key of any account.
    /// [`credentials_json_of`](Self::credentials_json_of) does not panic.
    pub fn credentials_json(&self) -> String {
        let directory = self.state.directory();
        directory
            .accounts()
            .find_map(|client| {
                credential_document::service_credentials(client, &self.state.config.ims_endpoint)
            })
            .expect("an account whose private key the emulator has")
    }

    /// Returns the current AEM service credentials of an account. Returns `None` if there is no
    /// such account, or if the emulator does not have its private key.
    pub fn credentials_json_of(&self, client_id: &str) -> Option<String> {
        let directory = self.state.directory();
        let client = directory.client(client_id)?;
        credential_document::service_credentials(client, &self.state.config.ims_endpoint)
    }

    /// Returns the credential document of the first client of OAuth server-to-server, in the form
    /// of Adobe's Developer Console. It does not name a host.
    pub fn oauth_credentials_json(&self) -> String {
        let directory = self.state.directory();
        directory
            .oauth_clients()
            .next()
            .map(credential_document::oauth_credentials)
            .expect("the start registers at least one client")
    }

    /// Returns the current credential document of a client of OAuth server-to-server, or `None` if
    /// there is no such client.
    pub fn oauth_credentials_json_of(&self, client_id: &str) -> Option<String> {
        let directory = self.state.directory();
        let mut clients = directory.oauth_clients();
        let client = clients.find(|client| client.id == client_id)?;
        Some(credential_document::oauth_credentials(client))
    }

    /// Returns the service accounts in the order of their registration.
    pub fn accounts(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.accounts().map(Into::into).collect()
    }

    /// Returns the clients of OAuth server-to-server in the order of their registration.
    pub fn oauth_clients(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.oauth_clients().map(Into::into).collect()
    }

    /// Returns the clients for sign-ins in the order of their registration. A client that may also
    /// use [`GrantType::ClientCredentials`] is among the [`oauth_clients`](Self::oauth_clients)
    /// too.
    pub fn user_clients(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.user_clients().map(Into::into).collect()
    }

    /// Returns the registered people in the order of their registration.
    pub fn people(&self) -> Vec<RegisteredPerson> {
        self.state.directory().people.all().to_vec()
    }

    /// Returns the person with this user id or e-mail address.
    pub fn person(&self, user_id_or_email: &str) -> Option<RegisteredPerson> {
        let directory = self.state.directory();
        let person = directory.people.by_user_id_or_email(user_id_or_email);
        person.cloned()
    }

    /// Returns the organizations of a person or a technical account, or `None` if nobody has this
    /// user id.
    pub fn memberships(&self, user_id: &str) -> Option<Vec<Membership>> {
        self.state.directory().memberships(user_id)
    }

    /// Registers a person.
    ///
    /// # Errors
    ///
    /// Returns an error if another person or a technical account has the user id or the e-mail
    /// address.
    pub fn add_person(&self, person: Person) -> Result<RegisteredPerson, RegistrationError> {
        let mut directory = self.state.directory();
        directory.register_person(person).cloned()
    }

    /// Registers a service account. With the client id of an OAuth client, that client gets a service
    /// account in addition: it is in migration, and both of its credentials work.
    ///
    /// ```
    /// use adobe_ims_emulator::{Account, Emulator};
    ///
    /// let emulator = Emulator::start()?;
    /// let client = emulator.oauth_clients().remove(0);
    /// let account = emulator.add_account(Account::new().client_id(client.client_id()))?;
    /// assert_eq!(account.technical_account_id(), client.technical_account_id());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if an id is taken, if a key or certificate cannot be read, if a scope or
    /// metascope is none, or if a client of the same id is public, or has another technical account
    /// or organization.
    pub fn add_account(&self, account: Account) -> Result<RegisteredClient, RegistrationError> {
        let now = self.state.config.clock.unix_seconds();
        let mut directory = self.state.directory();
        directory.register_account(account, now).map(Into::into)
    }

    /// Registers an OAuth client. With the client id of a service account, both credentials work.
    ///
    /// # Errors
    ///
    /// Returns an error if an id is taken, if there are more than two secrets, if a scope is none, if
    /// the default redirect URI is not allowed, or if a service account of the same id has another
    /// technical account or organization.
    pub fn add_oauth_client(
        &self,
        client: OauthClient,
    ) -> Result<RegisteredClient, RegistrationError> {
        let mut directory = self.state.directory();
        directory.register_oauth_client(client).map(Into::into)
    }

    /// Signs a person in without a browser, and returns the authorization code.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client or person, if the client may not use the grant
    /// or the scopes, or if the code challenge is malformed.
    pub fn authorization_code(&self, sign_in: &SignIn) -> Result<String, RegistrationError> {
        sign_in.issue_code(&self.state)
    }

    /// Signs a person in without a browser, and returns an access token and, if the client is
    /// registered for it, a refresh token.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`authorization_code`](Self::authorization_code).
    pub fn user_tokens(&self, sign_in: &SignIn) -> Result<UserTokens, RegistrationError> {
        sign_in.issue_tokens(&self.state)
    }

    /// Registers a device for a person, and returns the device token.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client or person, or if the client may not use the
    /// grant or the scopes.
    pub fn device_token(
        &self,
        sign_in: &SignIn,
        device_id: &str,
    ) -> Result<String, RegistrationError> {
        sign_in.issue_device_token(&self.state, device_id)
    }

    /// Adds a permanent authorization code to a client, and returns it.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client, or if it may not use authorization codes.
    pub fn add_service_code(&self, client_id: &str) -> Result<String, RegistrationError> {
        service_code::add_service_code(&self.state, client_id)
    }

    /// Returns the requests to the emulated services that the journal has, in their order.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.journal().since(0).collect()
    }

    /// Forgets the requests of the journal.
    pub fn clear_requests(&self) {
        self.state.journal().clear();
    }

    /// Returns the number of issued access tokens.
    pub fn tokens_minted(&self) -> u64 {
        self.state.tokens_issued()
    }

    /// Returns the number of access tokens that a grant issued.
    pub fn tokens_minted_by(&self, grant: GrantType) -> u64 {
        self.state.tokens_issued_by(grant)
    }

    /// Returns the response to a request, without a socket. It is the response of the server,
    /// except that the response to `HEAD` has its body, that faults delay nothing, and that a fault
    /// that sends no response gives a 502.
    pub fn respond(&self, request: &Request<Bytes>) -> Response<Bytes> {
        router::respond(&self.state, request)
    }

    /// Starts the thread of the server.
    pub(crate) fn run(
        state: State,
        sockets: Sockets,
        state_file: Option<StateFile>,
    ) -> io::Result<Self> {
        for (_, listener) in &sockets.doors {
            listener.set_nonblocking(true)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let state = Arc::new(state);
        let (stop, stopped) = oneshot::channel();
        let connection = Server {
            state: Arc::clone(&state),
            tls: sockets.tls,
            limits: sockets.limits,
        };
        let served = serve(connection, sockets.doors, stopped);
        let thread = std::thread::Builder::new()
            .name("ims-emulator".to_owned())
            .spawn(move || runtime.block_on(served))?;
        let start_saver = |file| Saver::start(Arc::clone(&state), file);
        let saver = state_file.map(start_saver).transpose()?;
        Ok(Self {
            state,
            saver,
            port: sockets.port,
            ca_pem: sockets.ca_pem,
            proxy: sockets.proxy,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.url())
            .field("clock", &self.state.config.clock)
            .field("tokens_minted", &self.tokens_minted())
            .finish_non_exhaustive()
    }
}
