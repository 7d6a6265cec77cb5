//! Reads the configuration of Adobe's `imscli`, a flat YAML file.
//!
//! Keys count in any case, as in `imscli` itself. The reader knows `key: value`, `key: [a, b]`, `key:` followed
//! by `- item` lines, plain and quoted values, and comments. It refuses all other YAML: nested mappings,
//! anchors, tags and block texts.
//!
//! ```
//! use adobe_ims_config::imscli::ImscliConfig;
//!
//! let config = ImscliConfig::parse("clientID: '0123'\nscopes: [openid, AdobeID]\nport: 8888\n")?;
//! assert_eq!(config.type_name, "user-pkce");
//! assert_eq!(config.scopes, ["openid", "AdobeID"]);
//! assert_eq!(config.unsupported_keys, ["port"]);
//! # Ok::<(), adobe_ims_config::ConfigError>(())
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use adobe_ims::{Problem, Secret};

use crate::error::{ConfigError, Result};

/// The values of an `imscli.yaml` that a profile can hold.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ImscliConfig {
    /// The `type` of a profile with these values: `jwt` with a private key, `service-code` with an
    /// authorization code, `oauth-s2s` with a client secret, `static` with nothing but an access token, else
    /// `user-pkce`.
    pub type_name: &'static str,
    /// `clientID`
    pub client_id: Option<String>,
    /// `clientSecret`
    pub client_secret: Option<Secret>,
    /// `organization`
    pub organization_id: Option<String>,
    /// `account`
    pub technical_account_id: Option<String>,
    /// `privateKey`, the path of a file.
    pub private_key: Option<PathBuf>,
    /// `metascopes`
    pub metascopes: Vec<String>,
    /// `scopes`
    pub scopes: Vec<String>,
    /// `authorizationCode`
    pub authorization_code: Option<Secret>,
    /// `accessToken`
    pub access_token: Option<Secret>,
    /// `url`
    pub url: Option<String>,
    /// The keys with a value that no profile can hold.
    pub unsupported_keys: Vec<String>,
}

/// The keys of `imscli` that have no meaning for a profile. They are its flags.
const WITHOUT_MEANING: &[&str] = &[
    "port",
    "resource",
    "verbose",
    "timeout",
    "proxyurl",
    "proxyignoretls",
    "redirecturi",
    "public",
    "cascading",
    "fulloutput",
    "userid",
    "guid",
    "authsrc",
    "refreshtoken",
    "devicetoken",
    "servicetoken",
    "profileapiversion",
    "orgsapiversion",
    "decodefulfillabledata",
    "clientname",
    "redirecturis",
];

impl ImscliConfig {
    /// Parses the text of an `imscli.yaml`.
    ///
    /// # Errors
    /// [`Problem::DocumentUnknown`] with the line, for text that the reader refuses;
    /// [`Problem::DocumentIncomplete`] without a client id. The messages quote nothing of the file.
    pub fn parse(text: &str) -> Result<Self> {
        let mut fields = Fields::parse(text)?;
        let mut config = Self {
            client_id: fields.take_string("clientid"),
            client_secret: fields.take_string("clientsecret").map(Secret::new),
            organization_id: fields.take_string("organization"),
            technical_account_id: fields.take_string("account"),
            private_key: fields.take_string("privatekey").map(PathBuf::from),
            authorization_code: fields.take_string("authorizationcode").map(Secret::new),
            access_token: fields.take_string("accesstoken").map(Secret::new),
            url: fields.take_string("url"),
            scopes: fields.take_words("scopes"),
            metascopes: fields.take_words("metascopes"),
            unsupported_keys: fields.into_unsupported_keys()?,
            type_name: "",
        };
        config.type_name = config.profile_type();
        if config.client_id.is_none() && config.type_name != "static" {
            let message = "the configuration of imscli names no clientID";
            return Err(ConfigError::new(Problem::DocumentIncomplete, message));
        }
        Ok(config)
    }

    fn profile_type(&self) -> &'static str {
        if self.private_key.is_some() {
            "jwt"
        } else if self.authorization_code.is_some() {
            "service-code"
        } else if self.client_secret.is_some() {
            "oauth-s2s"
        } else if self.client_id.is_none() && self.access_token.is_some() {
            "static"
        } else {
            "user-pkce"
        }
    }
}

/// A value and its line.
type Value = (usize, String);

/// Each key, in lower case, with its values. Keys without a value are left out.
struct Fields(BTreeMap<String, Vec<Value>>);

impl Fields {
    fn parse(text: &str) -> Result<Self> {
        let mut fields: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        // The key that `- item` lines belong to.
        let mut list_key: Option<String> = None;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.trim_end();
            let bare = content.trim_start();
            if bare.is_empty() || bare.starts_with('#') || line == 1 && content == "---" {
                continue;
            }
            if let Some(item) = bare.strip_prefix("- ") {
                let key = list_key.clone();
                let key = key.ok_or_else(|| refused(line, "a list stands without its key"))?;
                let item = scalar(item, line)?;
                fields.entry(key).or_default().push((line, item));
                continue;
            }
            if bare.len() != content.len() {
                return Err(refused(line, "nested mappings are not read"));
            }
            let (key, value) = key_and_value(bare, line)?;
            if key.is_empty() || fields.contains_key(&key) {
                return Err(refused(line, "a key is empty or stands twice"));
            }
            let has_no_value = value.is_empty() || value.starts_with('#');
            list_key = has_no_value.then(|| key.clone());
            let values = if has_no_value {
                Vec::new()
            } else {
                values(value, line)?
            };
            fields.insert(key, values);
        }
        fields.retain(|_, values| values.iter().any(|(_, text)| !text.is_empty()));
        Ok(Self(fields))
    }

    fn take_string(&mut self, key: &str) -> Option<String> {
        let values = self.0.remove(key)?;
        values.into_iter().next().map(|(_, text)| text)
    }

    /// Returns the values of a key, divided at commas and blanks.
    fn take_words(&mut self, key: &str) -> Vec<String> {
        let values = self.0.remove(key).unwrap_or_default();
        values
            .iter()
            .flat_map(|(_, text)| text.split([',', ' ']))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Returns the keys that are left, and refuses those that `imscli` does not know.
    fn into_unsupported_keys(self) -> Result<Vec<String>> {
        for (key, values) in &self.0 {
            if !WITHOUT_MEANING.contains(&key.as_str()) {
                let line = values.first().map_or(0, |(line, _)| *line);
                return Err(refused(line, "imscli has no such key"));
            }
        }
        Ok(self.0.into_keys().collect())
    }
}

fn key_and_value(text: &str, line: usize) -> Result<(String, &str)> {
    let (key, value) = text
        .split_once(':')
        .filter(|(_, value)| value.is_empty() || value.starts_with([' ', '\t']))
        .ok_or_else(|| refused(line, "this is not `key: value`"))?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    Ok((key.to_ascii_lowercase(), value.trim()))
}

/// Reads a scalar, or a list between brackets.
fn values(text: &str, line: usize) -> Result<Vec<Value>> {
    let Some(list) = text.strip_prefix('[') else {
        return Ok(vec![(line, scalar(text, line)?)]);
    };
    let list = list.split_once(']').filter(|(_, rest)| is_comment(rest));
    let (list, _) = list.ok_or_else(|| refused(line, "a list does not end in its line"))?;
    let items = list.split(',').map(str::trim).filter(|it| !it.is_empty());
    items.map(|item| Ok((line, scalar(item, line)?))).collect()
}

fn scalar(text: &str, line: usize) -> Result<String> {
    let text = text.trim();
    match text.chars().next() {
        Some('\'') => single_quoted(&text[1..], line),
        Some('"') => double_quoted(&text[1..], line),
        Some('&' | '*' | '!' | '|' | '>' | '{' | '}' | '[' | ']' | '%' | '@' | '`') => Err(
            refused(line, "only plain and quoted texts and lists are read"),
        ),
        _ => {
            let value = text.split(" #").next().unwrap_or_default().trim_end();
            if value.contains(": ") || value.ends_with(':') {
                return Err(refused(line, "nested mappings are not read"));
            }
            let is_null = value == "~" || value == "null";
            Ok(if is_null { "" } else { value }.to_owned())
        }
    }
}

/// Reads the text after a single quote. Two single quotes in it stand for one.
fn single_quoted(text: &str, line: usize) -> Result<String> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'').ok_or_else(|| unclosed(line))?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None if is_comment(after) => return Ok(value),
            None => return Err(unclosed(line)),
        }
    }
}

/// Reads the text after a double quote, with its escapes.
fn double_quoted(text: &str, line: usize) -> Result<String> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next().ok_or_else(|| unclosed(line))? {
            '"' if is_comment(characters.as_str()) => return Ok(value),
            '"' => return Err(unclosed(line)),
            '\\' => value.push(match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(same @ ('"' | '\\' | '/')) => same,
                _ => return Err(refused(line, "this escape is not read")),
            }),
            other => value.push(other),
        }
    }
}

fn is_comment(rest: &str) -> bool {
    let bare = rest.trim_start();
    bare.is_empty() || bare.starts_with('#') && bare.len() < rest.len()
}

fn unclosed(line: usize) -> ConfigError {
    refused(line, "a quote is not closed, or something follows it")
}

fn refused(line: usize, reason: &str) -> ConfigError {
    let message = format!("the configuration of imscli, line {line}: {reason}");
    ConfigError::new(Problem::DocumentUnknown, message).with_hint(
        "Only flat `key: value` lines and lists are read, as in the documentation of imscli.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_flat_form_is_read() {
        let imscli = ImscliConfig::parse(concat!(
            "---\n# mine\nclientID: client!+ID # it\nclientSecret: 'SECRET?%&=ü''s'\n",
            "organization: \"0\\\"1@AdobeOrg\"\nscopes:\n  - openid\n- AdobeID\nmetascopes: [a, \"b\"]\n",
            "url: https://ims-na1.adobelogin.com\nport: 8888\nverbose:\n"
        ))
        .unwrap();
        assert_eq!(imscli.client_id.as_deref(), Some("client!+ID"));
        let secret = imscli.client_secret.as_ref().map(Secret::expose);
        assert_eq!(secret, Some("SECRET?%&=ü's"));
        assert_eq!(imscli.organization_id.as_deref(), Some("0\"1@AdobeOrg"));
        assert_eq!(imscli.scopes, ["openid", "AdobeID"]);
        assert_eq!(imscli.metascopes, ["a", "b"]);
        assert_eq!(
            imscli.url.as_deref(),
            Some("https://ims-na1.adobelogin.com")
        );
        assert_eq!(imscli.unsupported_keys, ["port"]);
        assert_eq!(imscli.type_name, "oauth-s2s");
    }

    const INTACT: &str = "clientID: client!+ID # it\nclientSecret: 'CANARY!'\nscopes:\n- openid\n- AdobeID\n\
                          authorizationCode: \"CANARY!\"\nmetascopes: [a, \"b\"]\nport: 8888\n";

    proptest! {
        #[test]
        fn damaged_file_is_refused_without_a_secret_in_the_message(
            start in any::<prop::sample::Index>(),
            length in 0_usize..4,
            replacement in "[ -~\n]{0,3}",
        ) {
            prop_assert!(ImscliConfig::parse(INTACT).is_ok());
            let start = start.index(INTACT.len());
            let end = (start + length).min(INTACT.len());
            let mut damaged = INTACT.to_owned();
            damaged.replace_range(start..end, &replacement);
            if let Err(error) = ImscliConfig::parse(&damaged) {
                prop_assert!(!format!("{error} {error:?}").contains("CANARY!"), "{error}");
            }
        }

        #[test]
        fn quoted_text_is_read_back(secret in "[ -~ü]{1,40}") {
            let single = secret.replace('\'', "''");
            let double = secret.replace('\\', "\\\\").replace('"', "\\\"");
            for quoted in [format!("'{single}'"), format!("\"{double}\"")] {
                let imscli = ImscliConfig::parse(&format!("clientID: x\nclientSecret: {quoted} # it\n"));
                let read = imscli.unwrap().client_secret.map(|it| it.expose().to_owned());
                prop_assert_eq!(read.as_deref(), Some(secret.as_str()));
            }
        }
    }

    #[test]
    fn other_yaml_is_refused_without_a_quote() {
        for text in [
            "clientID: &a SECRET",
            "clientID:\n  nested: SECRET",
            "clientSecret: |\n  SECRET",
            "clientID: a\nclientID: SECRET",
            "- SECRET",
            "SECRET",
            "SECRET: x",
            "clientSecret: 'SECRET",
            "clientSecret: \"SECRET\" x",
            "clientSecret: \"SECRET\\q\"",
            "scopes: [SECRET",
            "clientSecret: {a: SECRET}",
            "clientSecret: SECRET",
        ] {
            let error = ImscliConfig::parse(text).unwrap_err();
            assert!(!error.to_string().contains("SECRET"), "{error}");
            assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
        }
    }
}
