use super::facts::{DocumentFacts, DocumentForm};
use super::node::{Map, Node, shown_keys};
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

impl DocumentKind {
    /// Notes what the document is.
    pub(super) fn note(self, map: &Map, facts: &mut DocumentFacts) {
        facts.form = Some(match self {
            Self::AemServiceCredentials => return facts.add_service_credentials(map),
            Self::Flat => return facts.add_fields(map),
            Self::AioConfiguration => DocumentForm::AioConfiguration,
            Self::AioWorkspace => {
                facts.is_in_migration = aio_workspace::is_in_migration(map);
                DocumentForm::Workspace
            }
            Self::LocalDevelopmentToken => DocumentForm::LocalDevelopmentToken,
            Self::PdfServices => DocumentForm::PdfServices,
        });
    }
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

/// Returns what an object is that belongs to another tool, or that IMS answered.
fn other_document(map: &Map) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().all(|key| map.has(key));
    let is_of_google = |key: &str| {
        map.map(key)
            .is_some_and(|it| it.has("client_id") && it.has_any(&["auth_uri", "project_id"]))
    };
    Some(if map.text("type") == Some("service_account") {
        "a service account of Google Cloud"
    } else if is_of_google("web") || is_of_google("installed") {
        "an OAuth client of Google"
    } else if has(&["appId", "tenant"]) || map.has("subscriptionId") {
        "a service principal of Azure"
    } else if map.has_any(&["AccessKeyId", "SecretAccessKey", "aws_access_key_id"])
        || map.has("AccessKey")
    {
        "an access key of AWS"
    } else if has(&["clusters", "users"]) {
        "a configuration of kubectl"
    } else if map.has("auths") {
        "a configuration of docker"
    } else if has(&["name", "version"]) && map.has_any(&["dependencies", "scripts"]) {
        "a package.json of npm"
    } else if has(&["info", "item"]) {
        "a collection of Postman, which has requests and no values: export the environment"
    } else if has(&["issuer", "jwks_uri"]) {
        "the OpenID description of a server"
    } else if matches!(map.get("keys"), Some(Node::List(_))) {
        "a set of public keys (JWKS)"
    } else if map.text("access_token").is_some() {
        "the answer of a token endpoint: a token, and no credentials"
    } else if map.text("error").is_some() && map.has_any(&["error_description", "error_uri"]) {
        "the answer of a token endpoint: an error, and no credentials"
    } else if map.has("error_code") {
        "the answer of an API: an error, and no credentials"
    } else if map.has_any(&["projectedProductContext", "ownerOrg"]) {
        "the profile of an account at IMS, and no credentials"
    } else if is_with_keyring(map) {
        "a configuration of user-sync whose values are in the keyring of the system"
    } else {
        return None;
    })
}

/// Creates the error of an object of no known kind.
pub(super) fn unknown(map: &Map) -> Error {
    let keys = shown_keys(map);
    let message = if map.is_empty() {
        "the credential document is an empty JSON object".to_owned()
    } else if let Some(other) = other_document(map) {
        format!("the credential document is {other}")
    } else if map.has_any(&["ok", "statusCode"]) {
        let message = "the credential document is an answer of the AEM Developer Console without `integration`: it reports an error, or the account was not created";
        format!("{message}; it has {}", keys.join(", "))
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
