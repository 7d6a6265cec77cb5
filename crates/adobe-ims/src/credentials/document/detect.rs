use super::node::{Map, shown_keys};
use super::{aio_context, aio_workspace, flat};
use crate::error::{Error, Problem};

/// The known kinds of credential documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentKind {
    /// A configuration of Adobe's aio (`ims.contexts.NAME`).
    AioConfiguration,
    /// A workspace of a project (`project.workspace.details.credentials`).
    AioWorkspace,
    /// AEM Developer Console service credentials (`integration`), wrapped or bare.
    AemServiceCredentials,
    /// AEM Developer Console local development token (`accessToken`).
    LocalDevelopmentToken,
    /// The file of Adobe PDF Services (`client_credentials`).
    PdfServices,
    /// Fields side by side: the downloads of the Adobe Developer Console, a context of aio, configurations of jwt-auth,
    /// aepp and others.
    Flat,
}

/// Returns the kind of a document, by the keys of its top level.
pub(super) fn detect(map: &Map) -> Option<DocumentKind> {
    // The order matters: a document may have keys of several kinds. Adobe's own clients make the first test first.
    if map.has("accessToken") && !flat::has_client(map) {
        return Some(DocumentKind::LocalDevelopmentToken);
    }
    let has_of_aem = map.has_any(&["integration", "technicalAccount", "imsEndpoint"]);
    let is_jwt_auth = map.has("clientId") && map.has_any(&["metaScopes", "privateKey"]);
    if has_of_aem && !flat::has_client(map) || map.has("privateKey") && !is_jwt_auth {
        Some(DocumentKind::AemServiceCredentials)
    } else if aio_workspace::is_workspace(map) {
        Some(DocumentKind::AioWorkspace)
    } else if map.has("client_credentials") {
        Some(DocumentKind::PdfServices)
    } else if aio_context::is_configuration(map) {
        Some(DocumentKind::AioConfiguration)
    } else if flat::has_client(map) {
        Some(DocumentKind::Flat)
    } else {
        None
    }
}

/// Returns true if the text has a key that only documents of Adobe's consoles have. It may be damaged otherwise.
pub(super) fn is_of_a_console(text: &str) -> bool {
    const KEYS: [&str; 6] = [
        "\"integration\"",
        "\"technicalAccount\"",
        "\"CLIENT_SECRETS\"",
        "\"API_KEY\"",
        "\"accessToken\"",
        "\"project\"",
    ];
    KEYS.iter().any(|key| text.contains(key))
}

/// The names that are read, for a message.
pub(super) const KNOWN_NAMES: &str = "the names that are read, in any spelling: client_id (or api_key), client_secret, client_secrets, scopes, org_id, technical_account_id, meta_scopes, private_key, ims_host";

/// Returns true for a configuration of user-sync with names of entries in the keyring (`secure_client_id_key`).
fn is_with_keyring(map: &Map) -> bool {
    let keys = map
        .map("enterprise")
        .into_iter()
        .flat_map(Map::entries)
        .map(|(key, _)| key);
    keys.into_iter().any(|key| key.starts_with("secure_"))
}

/// Creates the error of an object of no known kind.
pub(super) fn unknown(map: &Map) -> Error {
    let keys = shown_keys(map);
    let message = if map.is_empty() {
        "the credential document is an empty JSON object".to_owned()
    } else if flat::is_foreign(map) {
        "the credential document is a service account of Google Cloud".to_owned()
    } else if map.text("access_token").is_some() {
        "the credential document is the answer of a token endpoint: a token, and no credentials"
            .to_owned()
    } else if is_with_keyring(map) {
        "the credential document is a configuration of user-sync whose values are in the keyring of the system"
            .to_owned()
    } else if keys.is_empty() {
        "the credential document is of no known kind".to_owned()
    } else {
        format!(
            "the credential document is of no known kind; it has {}",
            keys.join(", ")
        )
    };
    Error::new(Problem::DocumentUnknown, message).with_hint(KNOWN_NAMES)
}
