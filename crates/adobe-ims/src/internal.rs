//! Items that the other crates of this project share. They are not part of the public API and may change in any
//! release.

pub use crate::api_error::place::Place as ApiPlace;
#[cfg(feature = "file-store")]
pub use crate::cache::document_index::DocumentIndexEntry;
pub use crate::util::distance::distance;
pub use crate::util::file;
pub use crate::util::time;

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Uri};

use crate::api_error::{self, ApiAnswer, ApiRequest, ApiResponse, TokenFacts};
#[cfg(feature = "file-store")]
use crate::cache::{FileStore, StoreEntry, StoreKey};
use crate::credentials::{self, CredentialVariables, Credentials};
use crate::crypto::{Certificate, KeyContext};
use crate::environment::Environment;
use crate::error::redact::Redactor;
use crate::error::{Result, ServerText};
use crate::token::target;
use crate::transport::{HttpTransportBuilder, ProxySettings};
use crate::util::secret::Secret;

/// Returns true for the name of a variable of an environment that means the identity service of Adobe.
pub fn names_identity_service(name: &str) -> bool {
    credentials::names_identity_service(name)
}

/// Returns the secrets of credentials. An access token is not among them: it is what the others are for.
pub fn secrets_of(credentials: &Credentials, context: &KeyContext<'_>) -> Vec<Secret> {
    credentials.secrets(context)
}

/// Returns true if the document of the credentials says that an emulator made it.
pub fn is_of_emulator(credentials: &Credentials) -> bool {
    credentials.is_of_emulator()
}

/// Returns a text without these secrets, in whatever form they stand there, and without anything that looks like a token.
pub fn redact(text: &str, secrets: &[Secret]) -> String {
    Redactor::new(secrets).redact(text)
}

/// Returns a text of a server as it may be shown: without these secrets, and without what looks like a token.
pub fn server_text<'a>(text: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> ServerText {
    Redactor::new(secrets).server_text(text)
}

/// Returns what an API answered, without secrets, whether or not its cause is known.
pub fn api_answer(request: &ApiRequest<'_>, response: &ApiResponse<'_>) -> ApiAnswer {
    api_error::answer(request, response)
}

/// Returns the header `Retry-After`, from seconds or from a date; a day at most.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    crate::api::retry_after(headers, now)
}

/// The way to a server.
pub mod network {
    pub use crate::transport::route::Route;
    pub use crate::transport::server_certificate::{IssuerKind, ServerCertificate};
    pub use crate::transport::trace::{ConnectionFacts, ConnectionTrace, Step};

    use super::HttpTransportBuilder;

    /// Records the steps of the first connection of the transport.
    #[must_use]
    pub fn traced(builder: HttpTransportBuilder, trace: &ConnectionTrace) -> HttpTransportBuilder {
        builder.trace(trace)
    }
}

/// The lifetime of tokens.
pub mod lifetime {
    pub use crate::token::lifetime::{Endpoint, Unit};
}

/// Returns the client secrets, in the order in which they are tried.
pub fn client_secrets_of(credentials: &Credentials) -> &[Secret] {
    match credentials {
        Credentials::Service(service) => std::slice::from_ref(&service.client_secret),
        other => other.oauth_client().map_or(&[], |client| &client.secrets),
    }
}

/// Returns what was repaired in the values of credentials, and what is odd about them.
pub fn notes_of(credentials: &Credentials) -> &[value::FieldNote] {
    match credentials {
        Credentials::Service(service) => &service.notes,
        other => other.oauth_client().map_or(&[], |client| &client.notes),
    }
}

/// Returns the identity service that variables of other programs name.
///
/// # Errors
/// [`EndpointInvalid`](crate::Problem::EndpointInvalid) for a value that is not understood.
pub fn environment_of(variables: &CredentialVariables) -> Result<Option<Environment>> {
    variables.identity_service().clone().resolve()
}

/// Returns true for a host of Adobe's gateway whose name, in lower case, does not tell of a stage before production.
pub fn is_production_api(host: &str) -> bool {
    target::is_production_api(host)
}

/// Documents, apart from the credentials in them.
pub mod document {
    pub use crate::credentials::document::{
        DocumentFacts, DocumentForm, JsonDamage, ListForm, Notation, examine,
    };
}

/// Prepares a text of a server for display, unless nothing of it can be shown. `secrets` are those of the request.
pub fn text_of_server(text: &str, secrets: &[Secret]) -> Option<ServerText> {
    Redactor::new(secrets).shown(text)
}

/// Returns the content of `config/api.yaml` that lets the client of a token into an AEM environment, on the tier that
/// the URL names, else on author (documented by Adobe).
pub fn allowed_clients_file(token: &TokenFacts, url: Option<&Uri>) -> String {
    api_error::allowed_clients_file(token, url)
}

/// The shape of values.
pub mod value {
    pub use crate::value::{
        Content, FieldNote, Note, Value, ValueKind, find_token, impossible, may_be_secret, read,
        refusal, shown_id,
    };
}

/// Reads the entry of a key, and sets no file aside. Returns `None` if nothing is stored.
///
/// # Errors
/// Those of [`FileStore::read`].
#[cfg(feature = "file-store")]
pub fn examine_entry(store: &FileStore, key: &StoreKey) -> Result<Option<StoreEntry>> {
    store.examine(key)
}

/// Returns true for a loopback address and for `localhost`.
pub fn is_loopback(host: &str) -> bool {
    crate::util::origin::is_loopback(host)
}

/// Returns true if the path of an API of AEM stands in a path twice.
pub fn is_path_doubled(path: &str) -> bool {
    api_error::aem_path::is_doubled(path)
}

/// Returns true for a URL of an API of AEM that exists on author only, on another tier.
pub fn is_on_wrong_tier(url: &Uri) -> bool {
    api_error::aem_path::is_on_wrong_tier(url)
}

/// Refuses the address of a proxy that a request to this URL needs, and that cannot be used.
///
/// # Errors
/// [`Problem::ProxyInvalid`](crate::Problem::ProxyInvalid).
pub fn check_proxy(settings: &ProxySettings, url: &Uri) -> Result<()> {
    settings.check(url)
}

/// Returns the common name of a certificate's subject.
pub fn common_name(certificate: &Certificate) -> Option<&str> {
    certificate.common_name()
}

/// Private keys.
pub mod key {
    use std::path::PathBuf;

    use crate::credentials::ServiceCredentials;
    use crate::crypto::{Crypto, KeyContext, SigningKey};
    use crate::error::Result;

    pub use crate::crypto::signing_key::{KeyDescription, KeyEncoding, KeyRepair, KeyWrapping};

    /// Reads the private key of credentials, and describes its form as far as it was read.
    pub fn examine(
        credentials: &ServiceCredentials,
        context: &KeyContext<'_>,
        crypto: &Crypto,
    ) -> (KeyDescription, Result<SigningKey>) {
        let context = context.or_passphrase(credentials.passphrase.as_ref());
        let key = credentials.private_key.expose().as_bytes();
        SigningKey::examine(key, &context, crypto)
    }

    /// Returns the file of the private key, if the credentials only name it.
    pub fn file(credentials: &ServiceCredentials, context: &KeyContext<'_>) -> Option<PathBuf> {
        context.file(&credentials.private_key)
    }

    /// Returns true if the credentials hold the passphrase of their key.
    pub fn has_passphrase(credentials: &ServiceCredentials) -> bool {
        credentials.passphrase.is_some()
    }
}
