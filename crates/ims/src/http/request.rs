//! A request to an API, from flags.

use std::path::Path;

use adobe_ims::transport::Body;
use http::header::{ACCEPT, CONNECTION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};

use crate::args::{CurlArgs, HeaderArgument, HeaderField, header_field};
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
        for field in &given {
            headers.remove(&field.name);
        }
        for HeaderField { name, value } in given {
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

fn given_headers(arguments: &[HeaderArgument]) -> Result<Vec<HeaderField>, Failure> {
    let mut given = Vec::new();
    for argument in arguments {
        match argument {
            HeaderArgument::Field(field) => given.push(field.clone()),
            HeaderArgument::File(path) => given.append(&mut headers_of_file(path)?),
        }
    }
    Ok(given)
}

fn headers_of_file(path: &Path) -> Result<Vec<HeaderField>, Failure> {
    let mut fields = Vec::new();
    let content = input::read(path)?;
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let line = str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned());
        fields.push(line.and_then(header_field).map_err(|why| {
            let number = index + 1;
            Failure::usage(format!(
                "line {number} of a file of headers is wrong: {why}"
            ))
        })?);
    }
    Ok(fields)
}

/// stdin can be read once.
fn check_stdin(arguments: &CurlArgs) -> Result<(), Failure> {
    let stdin = Path::new("-");
    let texts = arguments.data.iter();
    let texts = texts.chain(&arguments.data_binary).chain(&arguments.json);
    let files = arguments.headers.iter().filter_map(|header| match header {
        HeaderArgument::File(path) => Some(path.as_path()),
        HeaderArgument::Field(_) => None,
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
