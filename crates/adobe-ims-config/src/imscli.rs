//! The configuration of Adobe's `imscli`: a flat YAML file, of which only what such files need is read.
//!
//! `key: value`, `key: [a, b]`, and `key:` with `- item` lines after it; values plain or quoted; comments.
//! Whatever else YAML has is refused rather than guessed at: nested mappings, anchors, tags, block texts.
//! Keys count in any case, as they do there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use adobe_ims::{Problem, Secret};

use crate::error::{ConfigError, Result};

/// What an `imscli.yaml` says, as far as a profile can hold it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ImscliConfig {
    /// The `type` that a profile of it has: `jwt` with a private key, `service-code` with an authorisation
    /// code, `oauth-s2s` with a secret and scopes, `static` with nothing but an access token, else
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
    /// The keys that a profile has no place for.
    pub unsupported_keys: Vec<String>,
}

/// The keys that have no meaning for a profile (flags of imscli).
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
    /// Reads the text of such a file.
    ///
    /// # Errors
    /// [`Problem::DocumentUnknown`] with the line; nothing of the file is quoted.
    pub fn parse(text: &str) -> Result<Self> {
        let mut fields = fields(text)?;
        let mut text = |key: &str| {
            let values = fields.remove(key).unwrap_or_default();
            values.into_iter().next().map(|(_, text)| text)
        };
        let mut imscli = Self {
            client_id: text("clientid"),
            client_secret: text("clientsecret").map(Secret::new),
            organization_id: text("organization"),
            technical_account_id: text("account"),
            private_key: text("privatekey").map(PathBuf::from),
            authorization_code: text("authorizationcode").map(Secret::new),
            access_token: text("accesstoken").map(Secret::new),
            url: text("url"),
            ..Self::default()
        };
        let mut list = |key: &str| -> Vec<String> {
            let values = fields.remove(key).unwrap_or_default();
            let texts = values.iter().flat_map(|(_, it)| it.split([',', ' ']));
            texts
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect()
        };
        imscli.scopes = list("scopes");
        imscli.metascopes = list("metascopes");
        for (key, values) in fields {
            match WITHOUT_MEANING.contains(&key.as_str()) {
                true => imscli.unsupported_keys.push(key),
                false => {
                    let line = values.first().map_or(0, |(line, _)| *line);
                    return Err(refused(line, "this key is none of imscli's"));
                }
            }
        }
        imscli.type_name = if imscli.private_key.is_some() {
            "jwt"
        } else if imscli.authorization_code.is_some() {
            "service-code"
        } else if imscli.client_secret.is_some() {
            "oauth-s2s"
        } else if imscli.client_id.is_none() && imscli.access_token.is_some() {
            "static"
        } else {
            "user-pkce"
        };
        if imscli.client_id.is_none() && imscli.type_name != "static" {
            return Err(ConfigError::new(
                Problem::DocumentIncomplete,
                "the configuration of imscli names no clientID",
            ));
        }
        Ok(imscli)
    }
}

/// Each key, in lower case, with its values and their lines.
fn fields(text: &str) -> Result<BTreeMap<String, Vec<(usize, String)>>> {
    let mut fields = BTreeMap::new();
    // The key whose list may go on.
    let mut open: Option<String> = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim_end();
        let bare = content.trim_start();
        if bare.is_empty() || bare.starts_with('#') || line == 1 && content == "---" {
            continue;
        }
        if let Some(item) = bare.strip_prefix("- ") {
            let key = open.clone();
            let key = key.ok_or_else(|| refused(line, "a list stands without its key"))?;
            let item = scalar(item, line)?;
            let values: &mut Vec<_> = fields.entry(key).or_default();
            values.push((line, item));
            continue;
        }
        if bare.len() != content.len() {
            return Err(refused(line, "nested mappings are not read"));
        }
        let (key, value) = bare
            .split_once(':')
            .filter(|(_, value)| value.is_empty() || value.starts_with([' ', '\t']))
            .ok_or_else(|| refused(line, "this is not `key: value`"))?;
        let key = key
            .trim_end()
            .trim_matches(['"', '\''])
            .to_ascii_lowercase();
        if fields.contains_key(&key) || key.is_empty() {
            return Err(refused(line, "a key stands twice, or is none"));
        }
        let value = value.trim();
        open = None;
        let values: Vec<(usize, String)> = if value.is_empty() || value.starts_with('#') {
            open = Some(key.clone());
            Vec::new()
        } else if let Some(list) = value.strip_prefix('[') {
            let list = list.split_once(']').filter(|(_, rest)| is_comment(rest));
            let (list, _) = list.ok_or_else(|| refused(line, "a list does not end in its line"))?;
            let items = list.split(',').map(str::trim).filter(|it| !it.is_empty());
            items
                .map(|item| Ok((line, scalar(item, line)?)))
                .collect::<Result<_>>()?
        } else {
            vec![(line, scalar(value, line)?)]
        };
        fields.insert(key, values);
    }
    fields.retain(|_, values| values.iter().any(|(_, text)| !text.is_empty()));
    Ok(fields)
}

fn scalar(text: &str, line: usize) -> Result<String> {
    let text = text.trim();
    let unclosed = || refused(line, "a quote is not closed, or something follows it");
    match text.chars().next() {
        Some('\'') => {
            let mut value = String::new();
            let mut rest = &text[1..];
            loop {
                let (part, after) = rest.split_once('\'').ok_or_else(unclosed)?;
                value.push_str(part);
                match after.strip_prefix('\'') {
                    Some(more) => {
                        value.push('\'');
                        rest = more;
                    }
                    None if is_comment(after) => return Ok(value),
                    None => return Err(unclosed()),
                }
            }
        }
        Some('"') => {
            let mut value = String::new();
            let mut characters = text[1..].chars();
            loop {
                match characters.next().ok_or_else(unclosed)? {
                    '"' if is_comment(characters.as_str()) => return Ok(value),
                    '"' => return Err(unclosed()),
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
        Some('&' | '*' | '!' | '|' | '>' | '{' | '}' | '[' | ']' | '%' | '@' | '`') => Err(
            refused(line, "only plain and quoted texts and lists are read"),
        ),
        _ => {
            let value = text.split(" #").next().unwrap_or_default().trim_end();
            match value.contains(": ") || value.ends_with(':') {
                true => Err(refused(line, "nested mappings are not read")),
                false if value == "~" || value == "null" => Ok(String::new()),
                false => Ok(value.to_owned()),
            }
        }
    }
}

fn is_comment(rest: &str) -> bool {
    let bare = rest.trim_start();
    bare.is_empty() || bare.starts_with('#') && bare.len() < rest.len()
}

fn refused(line: usize, why: &str) -> ConfigError {
    let what = format!("the configuration of imscli, line {line}: {why}");
    ConfigError::new(Problem::DocumentUnknown, what).with_hint(
        "Only flat `key: value` lines and lists are read, as imscli's documentation has them.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_with_everything_flat_is_read() {
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

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_quote(text in "(clientID: a\n)?[ -~\n]{0,60}") {
            let text = format!("{text}CANARY!{text}");
            if let Err(error) = ImscliConfig::parse(&text) {
                prop_assert!(!format!("{error:?}").contains("CANARY!"), "{error}");
            }
        }

        #[test]
        fn quoted_texts_come_back(secret in "[ -~ü]{1,40}") {
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
    fn what_is_not_flat_is_refused_without_a_quote() {
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
