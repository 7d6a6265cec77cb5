use core::fmt;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::json_error::not_json;
use super::variables;
use crate::error::Problem;
use crate::error::{Error, Result};

/// The known kinds of credential documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentKind {
    /// `.env` lines: `AIO_ims_contexts_…` of Adobe's aio, and other names.
    EnvironmentFile,
    /// A configuration of Adobe's aio (`ims.contexts.NAME`).
    AioConfiguration,
    /// An IMS context of Adobe's aio (`client_id`, with `meta_scopes` or `scopes`).
    AioContext,
    /// A workspace download for aio (`project.workspace.details.credentials`).
    AioWorkspace,
    /// AEM Developer Console service credentials (`integration`), wrapped or bare.
    AemServiceCredentials,
    /// Adobe Developer Console, JWT (`API_KEY`, no private key inside).
    ConsoleJwt,
    /// Adobe Developer Console, OAuth server-to-server (`CLIENT_SECRETS`).
    ConsoleOAuth,
    /// A configuration of Adobe's library jwt-auth (`clientId`, `metaScopes`).
    JwtAuth,
    /// AEM Developer Console local development token (`accessToken`).
    LocalDevelopmentToken,
    /// The file of Adobe PDF Services (`client_credentials`).
    PdfServices,
    /// The OAuth file of Adobe's tutorials (`adobeIMSV3TokenEndpointURL`).
    TutorialOAuth,
}

/// Returns the kind of a document, by the keys of its top level.
pub(super) fn detect(text: &str) -> Result<DocumentKind> {
    if !text.starts_with('{') {
        return detect_text(text);
    }
    let Keys(keys) = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let has = |key: &str| keys.contains(key);
    let has_any = |names: &[&str]| names.iter().any(|name| has(name));
    // The order matters: a document may have keys of several kinds. Adobe's own clients make the first test first.
    if has("accessToken") {
        Ok(DocumentKind::LocalDevelopmentToken)
    } else if has("clientId")
        && has_any(&["metaScopes", "privateKey"])
        && !has_any(&["integration", "technicalAccount", "imsEndpoint"])
    {
        Ok(DocumentKind::JwtAuth)
    } else if has_any(&[
        "integration",
        "technicalAccount",
        "imsEndpoint",
        "privateKey",
    ]) {
        Ok(DocumentKind::AemServiceCredentials)
    } else if has("project") {
        Ok(DocumentKind::AioWorkspace)
    } else if has("client_credentials") {
        Ok(DocumentKind::PdfServices)
    } else if has_any(&["ims", "$ims", "contexts"]) {
        Ok(DocumentKind::AioConfiguration)
    } else if has("CLIENT_SECRETS") || has("CLIENT_ID") && has("SCOPES") {
        Ok(DocumentKind::ConsoleOAuth)
    } else if has("API_KEY") || has("CLIENT_ID") && has_any(&["METASCOPES", "PRIVATE_KEY"]) {
        Ok(DocumentKind::ConsoleJwt)
    } else if has("CLIENT_ID") && has("CLIENT_SECRET") {
        Ok(DocumentKind::ConsoleOAuth)
    } else if has("clientId") && has_any(&["adobeIMSV3TokenEndpointURL", "clientSecret"]) {
        Ok(DocumentKind::TutorialOAuth)
    } else if has("client_id")
        && has_any(&[
            "client_secret",
            "client_secrets",
            "meta_scopes",
            "scopes",
            "technical_account_id",
        ])
    {
        Ok(DocumentKind::AioContext)
    } else {
        Err(unknown(&keys))
    }
}

fn unknown(keys: &BTreeSet<String>) -> Error {
    // A key may be a secret, so only keys that look like names of fields are shown.
    let is_name = |key: &&String| {
        key.len() <= 24
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    };
    let names = keys.iter().filter(is_name).take(6);
    let display: Vec<_> = names.map(|key| format!("{key:?}")).collect();
    let message = if keys.is_empty() {
        "the credential document is an empty JSON object".to_owned()
    } else if display.is_empty() {
        "the credential document is of no known kind".to_owned()
    } else {
        format!(
            "the credential document is of no known kind; it has {}",
            display.join(", ")
        )
    };
    Error::new(Problem::DocumentUnknown, message)
}

fn detect_text(text: &str) -> Result<DocumentKind> {
    let content = if text.is_empty() {
        "empty"
    } else if variables::is_env_file(text) {
        return Ok(DocumentKind::EnvironmentFile);
    } else if text.contains("-BEGIN ") && !text.contains("privateKey") {
        "a PEM file, a key or a certificate by itself, and not the JSON that holds them"
    } else if text.starts_with("eyJ") {
        "a token, not a document"
    } else if text.starts_with('<') && !text.starts_with("<<") {
        "a web page; it was probably saved from a console instead of downloaded"
    } else {
        // The parser says where the text stops being JSON.
        return match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) => Err(not_json(&error)),
            Ok(_) => Err(Error::new(
                Problem::DocumentUnknown,
                "the credential document is JSON, but not an object",
            )),
        };
    };
    Err(Error::new(
        Problem::DocumentNotJson,
        format!("the credential document is {content}"),
    ))
}

/// The keys of a JSON object. The values may be secret and are skipped.
struct Keys(BTreeSet<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;

        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = BTreeSet::new();
                while let Some((key, value)) = map.next_entry::<String, Option<IgnoredAny>>()? {
                    // A null counts as a missing key.
                    if value.is_some() {
                        keys.insert(key);
                    }
                }
                Ok(Keys(keys))
            }
        }

        deserializer.deserialize_map(KeysVisitor)
    }
}
