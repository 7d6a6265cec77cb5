//! The form of a document, apart from the credentials in it.

use core::fmt;

use super::field::Field;
use super::json_damage::JsonDamage;
use super::known_key::{KnownKey, normalized};
use super::node::{Map, Node};
use super::partial::PartialCredentials;
use crate::environment::Environment;

/// The form of a document, as far as it was read. It holds no secret.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DocumentFacts {
    /// The encoding of the text, if it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// The envelopes around the document, from outside to inside.
    pub wrappings: Vec<&'static str>,
    /// The notation, if the document could be read.
    pub notation: Option<Notation>,
    /// The reason why the document is no JSON, although it begins as JSON does and could be read.
    pub damage: Option<JsonDamage>,
    /// The kind, if it is a known one.
    pub form: Option<DocumentForm>,
    /// The names of fields that are not read, as far as they surely are names.
    pub other_fields: Vec<String>,
    /// The form in which the scopes are written.
    pub scopes: Option<ListForm>,
    /// The form in which the metascopes are written.
    pub metascopes: Option<ListForm>,
    /// The identity service that the document names, if it surely names one.
    pub environment: Option<Environment>,
    /// True for a credential of a workspace that is on its way from JWT to OAuth server-to-server.
    pub is_in_migration: bool,
}

/// The notation of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notation {
    /// JSON.
    Json,
    /// Hjson, or JSON with faults that Hjson allows.
    Hjson,
    /// YAML.
    Yaml,
    /// Sections with lines `name = value`.
    Ini,
    /// Lines `NAME=value`.
    EnvFile,
    /// A command line of curl.
    Curl,
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Hjson => "Hjson",
            Self::Yaml => "YAML",
            Self::Ini => "an ini file",
            Self::EnvFile => "a file of variables",
            Self::Curl => "a command line of curl",
        })
    }
}

/// The kind of a document, by its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentForm {
    /// The service credentials of the AEM Developer Console (`integration`).
    AemServiceCredentials,
    /// The content of `integration` without this key.
    UnwrappedAemServiceCredentials,
    /// The local development token of the AEM Developer Console (`accessToken`).
    LocalDevelopmentToken,
    /// The OAuth server-to-server download of the Adobe Developer Console (`CLIENT_SECRETS`).
    ConsoleOauth,
    /// The JWT download of the Adobe Developer Console (`API_KEY`).
    ConsoleJwt,
    /// The download of a workspace of the Adobe Developer Console (`project`).
    Workspace,
    /// A configuration of aio, or contexts of one.
    AioConfiguration,
    /// The file of Adobe PDF Services (`client_credentials`).
    PdfServices,
    /// The file of Adobe's tutorials (`adobeIMSV3TokenEndpointURL`).
    Tutorial,
    /// The configuration of Adobe's library jwt-auth (`metaScopes`).
    JwtAuth,
    /// Fields of credentials side by side, or in named sections.
    Fields,
    /// Variables.
    Variables,
}

impl DocumentForm {
    /// Returns the kind of fields that stand side by side.
    fn of_fields(map: &Map) -> Self {
        if map.has("CLIENT_SECRETS") {
            Self::ConsoleOauth
        } else if map.has("API_KEY") {
            Self::ConsoleJwt
        } else if map.has("adobeIMSV3TokenEndpointURL") {
            Self::Tutorial
        } else if map.has("metaScopes") {
            Self::JwtAuth
        } else {
            Self::Fields
        }
    }
}

/// The form in which a list of names is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListForm {
    /// A list.
    List,
    /// A list in a text, as JSON or in the style of JavaScript.
    ListInText,
    /// A text with commas.
    Commas,
    /// A text with blanks.
    Blanks,
    /// One name.
    Name,
}

impl ListForm {
    fn of(field: &Field) -> Option<Self> {
        let text = match field {
            Field::List(_) => return Some(Self::List),
            Field::Text(text) => text.expose().trim(),
            Field::Missing | Field::WrongType(_) => return None,
        };
        Some(match text {
            "" => return None,
            _ if text.contains('[') => Self::ListInText,
            _ if text.contains(',') => Self::Commas,
            _ if text.contains(char::is_whitespace) => Self::Blanks,
            _ => Self::Name,
        })
    }
}

impl fmt::Display for ListForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "a list",
            Self::ListInText => "a list inside of a text",
            Self::Commas => "one text, separated by commas",
            Self::Blanks => "one text, separated by blanks",
            Self::Name => "one name",
        })
    }
}

/// The fields of AEM service credentials, at the top, in `integration` and in `technicalAccount`.
const OF_AEM: [&str; 14] = [
    "ok",
    "statusCode",
    "integration",
    "imsEndpoint",
    "metascopes",
    "technicalAccount",
    "clientId",
    "clientSecret",
    "email",
    "id",
    "org",
    "privateKey",
    "publicKey",
    "certificateExpirationDate",
];

/// Fields beside those of credentials that downloads have.
const BESIDE: [&str; 2] = ["PUBLIC_KEYS_WITH_EXPIRY", "jwt_payload"];

impl DocumentFacts {
    /// Notes the service credentials of AEM.
    pub(super) fn add_service_credentials(&mut self, map: &Map) {
        let inner = map.map("integration");
        self.form = Some(match inner {
            Some(_) => DocumentForm::AemServiceCredentials,
            None => DocumentForm::UnwrappedAemServiceCredentials,
        });
        let client = inner.unwrap_or(map).map("technicalAccount");
        let maps = [Some(map), inner, client].into_iter().flatten();
        self.add_other_fields(maps, |key| OF_AEM.contains(&key));
    }

    /// Notes fields that stand side by side.
    pub(super) fn add_fields(&mut self, map: &Map) {
        self.form = Some(DocumentForm::of_fields(map));
        self.add_other_fields([map], |key| {
            KnownKey::of(key).is_some() || BESIDE.contains(&key)
        });
    }

    /// Notes what the fields say before they are completed.
    pub(super) fn add_partial(&mut self, partial: &PartialCredentials) {
        let fields = &partial.fields;
        self.scopes = ListForm::of(&fields.scopes);
        self.metascopes = ListForm::of(&fields.metascopes);
        self.environment = fields.identity_service.clone().resolve().ok().flatten();
    }

    fn add_other_fields<'a>(
        &mut self,
        maps: impl IntoIterator<Item = &'a Map>,
        is_read: impl Fn(&str) -> bool,
    ) {
        let entries = maps.into_iter().flat_map(Map::entries);
        let others = entries.filter(|(key, node)| !is_read(key) && !matches!(node, Node::Null));
        let names = others.map(|(key, _)| key).filter(|key| is_name(key));
        self.other_fields.extend(names.map(str::to_owned).take(12));
    }
}

/// Returns true for a key that looks like the name of a field. Another one may be a secret.
fn is_name(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphabetic() || b"_-.".contains(&byte);
    key.len() <= 32 && !normalized(key).is_empty() && key.bytes().all(is_part)
}
