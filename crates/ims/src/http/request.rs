//! A request to an API, from flags.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use adobe_ims::transport::Body;
use http::header::{
    ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::args::CurlArgs;
use crate::environment::input;
use crate::error::Failure;
use crate::http::multipart;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// All of a request but the token. It can be sent more than once.
pub(crate) struct ApiRequest {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// What may stand after `-H`.
#[derive(Clone, Debug)]
pub(crate) enum HeaderArgument {
    /// Without a value, what would be sent under this name is not.
    Field(HeaderName, Option<HeaderValue>),
    File(PathBuf),
}

impl ApiRequest {
    /// Reads whatever files it is made of.
    pub(crate) fn of(arguments: &CurlArgs) -> Result<Self, Failure> {
        check_stdin(arguments)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let agent = HeaderValue::from_static(concat!("ims/", env!("CARGO_PKG_VERSION")));
        headers.insert(USER_AGENT, agent);
        // A connection that was kept could end unseen while another token is asked for.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let (usual, content) = content(arguments, &mut headers)?;
        let given = given_headers(&arguments.headers)?;
        for (name, _) in &given {
            headers.remove(name);
        }
        for (name, value) in given {
            if let Some(value) = value {
                headers.append(name, value);
            }
        }
        Ok(Self {
            method: arguments.method.clone().unwrap_or(usual),
            headers,
            body: Body::from(content),
        })
    }
}

/// The content with its usual method; what type it is goes to the headers.
fn content(arguments: &CurlArgs, headers: &mut HeaderMap) -> Result<(Method, Vec<u8>), Failure> {
    let content = if let Some(path) = &arguments.upload_file {
        return Ok((Method::PUT, input::content(path)?));
    } else if !arguments.parts.is_empty() {
        let (kind, content) = multipart::encode(&arguments.parts)?;
        headers.insert(CONTENT_TYPE, kind);
        content
    } else if let Some(json) = &arguments.json {
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, JSON);
        text_or_file(json)?
    } else if let Some(data) = &arguments.data_binary {
        headers.insert(CONTENT_TYPE, FORM);
        text_or_file(data)?
    } else if !arguments.data.is_empty() {
        headers.insert(CONTENT_TYPE, FORM);
        form(&arguments.data)?
    } else {
        return Ok((Method::GET, Vec::new()));
    };
    Ok((Method::POST, content))
}

fn form(data: &[String]) -> Result<Vec<u8>, Failure> {
    let mut fields = Vec::new();
    for text in data {
        let mut field = text_or_file(text)?;
        if text.starts_with('@') {
            field.retain(|byte| !b"\r\n".contains(byte));
        }
        fields.push(field);
    }
    Ok(fields.join(&b'&'))
}

fn text_or_file(text: &str) -> Result<Vec<u8>, Failure> {
    match text.strip_prefix('@') {
        Some(path) => input::content(Path::new(path)),
        None => Ok(text.as_bytes().to_vec()),
    }
}

type Field = (HeaderName, Option<HeaderValue>);

fn given_headers(arguments: &[HeaderArgument]) -> Result<Vec<Field>, Failure> {
    let mut given = Vec::new();
    for argument in arguments {
        let path = match argument {
            HeaderArgument::Field(name, value) => {
                given.push((name.clone(), value.clone()));
                continue;
            }
            HeaderArgument::File(path) => path,
        };
        let content = input::read(path)?;
        for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let line = str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned());
            given.push(line.and_then(field).map_err(|why| {
                let number = number + 1;
                Failure::usage(format!(
                    "line {number} of a file of headers is wrong: {why}"
                ))
            })?);
        }
    }
    Ok(given)
}

/// Parses `-H`. What was given is not repeated: it may be a secret.
pub(crate) fn header(text: &str) -> Result<HeaderArgument, String> {
    match text.strip_prefix('@') {
        Some(path) => Ok(HeaderArgument::File(path.into())),
        None => field(text).map(|(name, value)| HeaderArgument::Field(name, value)),
    }
}

fn field(text: &str) -> Result<Field, String> {
    let wrong = || "give NAME: VALUE".to_owned();
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let name = HeaderName::from_str(name).map_err(|_| wrong())?;
    // With another Host, the token would go to another place than the URL that was checked.
    if [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING].contains(&name) {
        return Err(format!(
            "{name} follows from the URL, the content and the way it is sent"
        ));
    }
    let value = HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
    Ok((name, (!value.is_empty()).then_some(value)))
}

/// Parses `-X`.
pub(crate) fn method(text: &str) -> Result<Method, String> {
    let method = Method::from_str(text).ok();
    // The answer to TRACE repeats the token; CONNECT asks for a tunnel.
    method
        .filter(|method| ![Method::CONNECT, Method::TRACE].contains(method))
        .ok_or_else(|| "give a method such as GET, POST, PUT or DELETE".to_owned())
}

/// Parses the URL. Whether the token may go there is not decided here.
pub(crate) fn uri(text: &str) -> Result<Uri, String> {
    let uri = Uri::from_str(text).ok();
    uri.filter(|uri| uri.scheme().is_some() && uri.authority().is_some())
        .ok_or_else(|| "give https://HOST/PATH; blanks and the like are written as %20".to_owned())
}

/// stdin can be read once.
fn check_stdin(arguments: &CurlArgs) -> Result<(), Failure> {
    let stdin = Path::new("-");
    let texts = arguments.data.iter();
    let texts = texts.chain(&arguments.data_binary).chain(&arguments.json);
    let files = arguments.headers.iter().filter_map(|header| match header {
        HeaderArgument::File(path) => Some(path.as_path()),
        HeaderArgument::Field(..) => None,
    });
    let identity = &arguments.identity;
    let paths = [
        &identity.credentials,
        &identity.passphrase_file,
        &identity.freshness.cache_key_file,
        &arguments.upload_file,
    ];
    let count = texts.filter(|text| *text == "@-").count()
        + files.filter(|path| *path == stdin).count()
        + paths
            .iter()
            .filter(|path| path.as_deref() == Some(stdin))
            .count()
        + arguments
            .parts
            .iter()
            .filter(|part| part.is_stdin())
            .count();
    match count {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage("stdin is named more than once")),
    }
}
