//! A command line of curl that requests a token, as manuals and consoles show it.

use zeroize::Zeroizing;

use super::super::known_key::KnownKey;
use super::super::node::{Map, Node};
use crate::error::{Error, Problem, Result};
use crate::util::pem;
use crate::util::secret::Secret;

pub(super) fn is_curl(text: &str) -> bool {
    let text = text.trim_start_matches(['$', '>', ' ']);
    text.starts_with("curl ") || text.starts_with("curl\\") || text.starts_with("curl.exe ")
}

/// Reads the client, its secret, the scopes and the address of the identity service.
pub(super) fn read(text: &str) -> Result<Map> {
    let words = words(text);
    let mut map = Map::default();
    let mut has_assertion = false;
    let mut words = words.iter().map(Secret::expose).peekable();
    while let Some(word) = words.next() {
        let parameters = match flag(word) {
            Flag::Form(Some(value)) | Flag::Part(Some(value)) => value,
            Flag::Form(None) | Flag::Part(None) => words.next().unwrap_or_default(),
            Flag::User => {
                add_pair(&mut map, words.next().unwrap_or_default());
                continue;
            }
            Flag::Header => {
                add_header(&mut map, words.next().unwrap_or_default());
                continue;
            }
            Flag::WithValue => {
                words.next();
                continue;
            }
            Flag::Other => match word.split_once("://") {
                Some(_) => {
                    let (address, query) = word.split_once('?').unwrap_or((word, ""));
                    map.insert("token_url", Node::text(address));
                    query
                }
                None => continue,
            },
        };
        has_assertion |= parameters.contains("jwt_token=");
        let is_part = matches!(flag(word), Flag::Part(_));
        add_parameters(&mut map, parameters, is_part);
    }
    if has_assertion {
        let message = "the credential document is a command line of curl that exchanges an assertion; assertions expire within a day, and it has no private key to sign another";
        return Err(Error::new(Problem::DocumentNotSupported, message));
    }
    if map.known(KnownKey::ClientId).is_none() {
        let message = "the credential document is a command line of curl that names no client id";
        return Err(Error::new(Problem::DocumentNotSupported, message));
    }
    Ok(map)
}

/// The meaning of a word for this reader.
enum Flag<'a> {
    /// Parameters in the form of a query.
    Form(Option<&'a str>),
    /// One parameter as it is.
    Part(Option<&'a str>),
    User,
    Header,
    /// A flag whose value does not matter.
    WithValue,
    Other,
}

fn flag(word: &str) -> Flag<'_> {
    const FORM: [&str; 6] = [
        "--data-urlencode",
        "--data-binary",
        "--data-ascii",
        "--data-raw",
        "--data",
        "-d",
    ];
    for name in FORM {
        match word.strip_prefix(name) {
            Some("") if name == "--data-urlencode" => return Flag::Part(None),
            Some("") => return Flag::Form(None),
            Some(value) if name == "-d" => return Flag::Form(Some(value)),
            Some(value) if value.starts_with('=') => return Flag::Form(Some(&value[1..])),
            _ => {}
        }
    }
    match word {
        "-F" | "--form" | "--form-string" => Flag::Part(None),
        "-u" | "--user" => Flag::User,
        "-H" | "--header" => Flag::Header,
        "-X" | "--request" | "-o" | "--output" | "-A" | "--user-agent" | "-x" | "--proxy"
        | "--cacert" | "-m" | "--max-time" | "--retry" => Flag::WithValue,
        _ => Flag::Other,
    }
}

fn add_parameters(map: &mut Map, parameters: &str, is_part: bool) {
    let mut add = |name: &str, value: &str| {
        if KnownKey::of(name).is_some_and(KnownKey::is_of_credentials) && !map.has(name) {
            map.insert(name, Node::text(value));
        }
    };
    if is_part {
        if let Some((name, value)) = parameters.split_once('=') {
            add(name.trim(), value);
        }
        return;
    }
    for (name, value) in form_urlencoded::parse(parameters.trim().as_bytes()) {
        let value = Zeroizing::new(value.into_owned());
        add(name.trim(), &value);
    }
}

/// Adds `id:secret`.
fn add_pair(map: &mut Map, pair: &str) {
    if let Some((id, secret)) = pair.split_once(':') {
        map.insert("client_id", Node::text(id));
        map.insert("client_secret", Node::text(secret));
    }
}

/// Adds the client of a header `Authorization: Basic …`.
fn add_header(map: &mut Map, header: &str) {
    let value = header.split_once(':').map(|(_, value)| value.trim());
    let encoded = value.and_then(|value| value.strip_prefix("Basic "));
    let bytes = encoded.and_then(|encoded| pem::base64(encoded).ok());
    if let Some(text) = bytes.as_deref().and_then(|bytes| pem::decode(bytes)) {
        add_pair(map, &text);
    }
}

/// Divides a command line into words, as a shell does.
fn words(text: &str) -> Vec<Secret> {
    let mut words = Vec::new();
    let mut word = Zeroizing::new(String::with_capacity(text.len()));
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            // A backslash before a line end joins the lines.
            (None | Some('"'), '\\') => match chars.next() {
                Some('\n') | None => {}
                Some('\r') => {
                    chars.next_if_eq(&'\n');
                }
                Some(next) => word.push(next),
            },
            (None, _) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(Secret::new(word.as_str()));
                    word.clear();
                }
            }
            _ => word.push(c),
        }
    }
    words.push(Secret::new(word.as_str()));
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_command_lines_are_read() {
        for text in [
            "curl -X POST 'https://ims.example/ims/token/v3' -H 'Content-Type: application/x-www-form-urlencoded' \
             -d 'client_id=client%21%2BID&client_secret=SECRET%3F%25&grant_type=client_credentials&scope=openid,AdobeID'",
            "$ curl https://ims.example/ims/token/v3?client_id=client!%2BID \\\n  --data-urlencode 'client_secret=SECRET?%' \\\n -F scope=openid,AdobeID",
            "curl -u 'client!+ID:SECRET?%' --data scope=openid,AdobeID \"https://ims.example/ims/token/v3\"",
            "curl -H 'Authorization: Basic Y2xpZW50IStJRDpTRUNSRVQ/JQ==' https://ims.example/ims/token/v3 --data=scope=openid,AdobeID",
        ] {
            assert!(is_curl(text));
            let map = read(text).unwrap();
            assert_eq!(map.text("client_id"), Some("client!+ID"), "{text}");
            assert_eq!(map.text("client_secret"), Some("SECRET?%"), "{text}");
            assert_eq!(map.text("scope"), Some("openid,AdobeID"), "{text}");
            assert_eq!(
                map.text("token_url"),
                Some("https://ims.example/ims/token/v3"),
                "{text}"
            );
        }
    }

    #[test]
    fn assertion_is_no_credential() {
        let error =
            read("curl https://ims.example/ims/exchange/jwt -d 'client_id=x&jwt_token=SECRET'");
        assert_eq!(error.unwrap_err().problem(), Problem::DocumentNotSupported);
        assert!(read("curl https://ims.example").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(?s)curl [a-zA-Z:=&'\"\\\\\n -]{0,40}") {
            let _ = read(&text);
        }
    }
}
