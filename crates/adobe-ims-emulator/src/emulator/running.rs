//! The handle of a running emulator.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::oneshot;

use crate::aem::AemUser;
use crate::clock::Clock;
use crate::emulator::builder::EmulatorBuilder;
use crate::emulator::start_error::StartError;
use crate::identities::account::{Account, AccountError};
use crate::identities::credential_document;
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Membership;
use crate::identities::person::{Person, RegisteredPerson};
use crate::identities::registered_client::RegisteredClient;
use crate::server::listener::serve;
use crate::server::router;
use crate::server::tls::Tls;
use crate::sign_in::{SignIn, UserTokens};
use crate::state::State;

/// A running emulator. It stops, and closes its connections, when this is dropped.
pub struct Emulator {
    state: Arc<State>,
    port: u16,
    url: String,
    ca_pem: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts one with one made-up account, one made-up client of OAuth server-to-server, one made-up
    /// person and one client for them to sign in with; plain HTTP, on any free port.
    ///
    /// # Errors
    ///
    /// See [`EmulatorBuilder::start`].
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Describes one.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// The base URL, such as `http://127.0.0.1:49152`, of IMS and of AEM.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate, in PEM, that clients have to trust; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The clock that it goes by.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The AEM service credentials document of the first account that has one.
    ///
    /// # Panics
    ///
    /// If every account was registered with certificates only; see
    /// [`credentials_json_of`](Self::credentials_json_of) for a call that does not.
    pub fn credentials_json(&self) -> String {
        let directory = self.state.directory();
        directory
            .accounts()
            .find_map(|client| credential_document::credentials(client, &self.state.ims_endpoint))
            .expect("an account whose private key the emulator holds")
    }

    /// The AEM service credentials document of an account as the console would show it now, or
    /// `None` if there is no such account or the emulator does not hold its private key.
    pub fn credentials_json_of(&self, client_id: &str) -> Option<String> {
        let directory = self.state.directory();
        credential_document::credentials(directory.client(client_id)?, &self.state.ims_endpoint)
    }

    /// The document of the first client of OAuth server-to-server, as Adobe's Developer Console lets
    /// people download it. It names no host.
    pub fn oauth_credentials_json(&self) -> String {
        let directory = self.state.directory();
        directory
            .oauth_clients()
            .next()
            .map(credential_document::oauth_credentials)
            .expect("one client at least is registered at the start")
    }

    /// The document of a client of OAuth server-to-server as the console would show it now, or `None`
    /// if there is no such client.
    pub fn oauth_credentials_json_of(&self, client_id: &str) -> Option<String> {
        let directory = self.state.directory();
        let mut clients = directory.oauth_clients();
        let client = clients.find(|client| client.id == client_id)?;
        Some(credential_document::oauth_credentials(client))
    }

    /// The accounts as they are now, in the order of their registration.
    pub fn accounts(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.accounts().map(Into::into).collect()
    }

    /// The clients of OAuth server-to-server as they are now, in the order of their registration.
    pub fn oauth_clients(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.oauth_clients().map(Into::into).collect()
    }

    /// The clients that people sign in with, in the order of their registration. One that may ask for
    /// tokens of its own as well is among the [`oauth_clients`](Self::oauth_clients) too.
    pub fn user_clients(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.user_clients().map(Into::into).collect()
    }

    /// The people who can sign in, in the order of their registration.
    pub fn people(&self) -> Vec<RegisteredPerson> {
        self.state.directory().people.all().to_vec()
    }

    /// The person of a user id or an e-mail address.
    pub fn person(&self, user_id_or_email: &str) -> Option<RegisteredPerson> {
        let directory = self.state.directory();
        let people = &directory.people;
        let person = people.by_user_id(user_id_or_email);
        person
            .or_else(|| people.by_email(user_id_or_email))
            .cloned()
    }

    /// The organizations of a user id, a person's or a technical account's; `None` if there is
    /// neither.
    pub fn memberships(&self, user_id: &str) -> Option<Vec<Membership>> {
        self.state.directory().memberships(user_id)
    }

    /// Registers one more person.
    ///
    /// # Errors
    ///
    /// When somebody has the user id or the e-mail address.
    pub fn add_person(&self, person: Person) -> Result<RegisteredPerson, AccountError> {
        let mut directory = self.state.directory();
        directory.people.register(person).cloned()
    }

    /// Registers one more account.
    ///
    /// # Errors
    ///
    /// When an id is taken, a key or certificate cannot be read, or the built-in keys are used up.
    pub fn add_account(&self, account: Account) -> Result<RegisteredClient, AccountError> {
        let now = self.state.clock.unix_seconds();
        let mut directory = self.state.directory();
        directory.register(account, now).map(Into::into)
    }

    /// Registers one more client of OAuth, of whatever grants.
    ///
    /// # Errors
    ///
    /// When an id is taken, there are more than two secrets, or the default redirect URI is not
    /// allowed.
    pub fn add_oauth_client(&self, client: OauthClient) -> Result<RegisteredClient, AccountError> {
        let mut directory = self.state.directory();
        directory.register_oauth_client(client).map(Into::into)
    }

    /// Gives an account a further key and certificate, which its document shows from now on. The
    /// older ones go on working, as in AEM (documented by Adobe).
    ///
    /// # Errors
    ///
    /// When there is no such account, or the built-in keys are used up.
    pub fn add_key(&self, client_id: &str) -> Result<(), AccountError> {
        let now = self.state.clock.unix_seconds();
        self.state.directory().add_key(client_id, now)
    }

    /// Gives a client of either kind a new secret, which its document shows from now on, and returns
    /// it. The one before stays valid, those before that do not.
    ///
    /// # Errors
    ///
    /// When there is no such client.
    pub fn add_client_secret(&self, client_id: &str) -> Result<String, AccountError> {
        self.state.directory().add_secret(client_id)
    }

    /// Signs a person in without a browser, and returns the authorization code.
    ///
    /// # Errors
    ///
    /// When there is no such client or person, the client may not use such codes or ask for such
    /// scopes, or the code challenge is none.
    pub fn authorization_code(&self, sign_in: &SignIn) -> Result<String, AccountError> {
        sign_in.code(&self.state)
    }

    /// Signs a person in without a browser and redeems the code: an access token, and a refresh token
    /// if the client may use one.
    ///
    /// # Errors
    ///
    /// As for [`authorization_code`](Self::authorization_code).
    pub fn user_tokens(&self, sign_in: &SignIn) -> Result<UserTokens, AccountError> {
        sign_in.tokens(&self.state)
    }

    /// Registers a device for a person, and returns the device token.
    ///
    /// # Errors
    ///
    /// When there is no such client or person, or the client may not use devices or ask for such
    /// scopes.
    pub fn device_token(&self, sign_in: &SignIn, device_id: &str) -> Result<String, AccountError> {
        sign_in.device_token(&self.state, device_id)
    }

    /// Gives a client one more permanent authorization code, and returns it.
    ///
    /// # Errors
    ///
    /// When there is no such client, or it may not use authorization codes.
    pub fn add_service_code(&self, client_id: &str) -> Result<String, AccountError> {
        self.state.add_service_code(client_id)
    }

    /// Gives a technical account or a person, named by id or e-mail address, rights in AEM. Returns whether
    /// there is such an account or person. The user is made by the first call, before or after.
    pub fn grant_aem_rights(&self, id_or_email: &str) -> bool {
        self.state.grant_aem_rights(id_or_email)
    }

    /// The users that AEM has made so far.
    pub fn aem_users(&self) -> Vec<AemUser> {
        self.state.aem().users()
    }

    /// How many access tokens were minted.
    pub fn tokens_minted(&self) -> u64 {
        self.state.tokens_minted()
    }

    /// How many of them by this grant.
    pub fn tokens_minted_by(&self, grant: GrantType) -> u64 {
        self.state.tokens_minted_by(grant)
    }

    /// Answers a request without a socket, as the server would; only the body of an answer to a
    /// `HEAD` is left in.
    pub fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        router::answer(&self.state, request)
    }

    pub(crate) fn run(
        state: State,
        listeners: Vec<TcpListener>,
        port: u16,
        url: String,
        tls: Option<Tls>,
    ) -> io::Result<Self> {
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let state = Arc::new(state);
        let (ca_pem, acceptor) = tls.map(|tls| (tls.ca_pem, tls.acceptor)).unzip();
        let (stop, stopped) = oneshot::channel();
        let server = serve(Arc::clone(&state), listeners, acceptor, stopped);
        let thread = std::thread::Builder::new()
            .name("ims-emulator".to_owned())
            .spawn(move || runtime.block_on(server))?;
        Ok(Self {
            state,
            port,
            url,
            ca_pem,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic, if it had one, has been reported where it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.url)
            .field("clock", &self.state.clock)
            .field("tokens_minted", &self.tokens_minted())
            .finish_non_exhaustive()
    }
}
