//! A request to an API, made of flags.

use std::path::Path;

use adobe_ims::transport::Body;
use http::header::{ACCEPT, CONNECTION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};

use super::multipart;
use crate::args::{CurlArgs, HeaderArgument, HeaderField, header_field};
use crate::environment::input;
use crate::error::Failure;
use crate::settings::TokenSettings;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request without its token. It can be sent more than once.
pub(crate) struct ApiRequest {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl ApiRequest {
    /// Builds the request and reads the files that it consists of.
    pub(crate) fn of(args: &CurlArgs, settings: &TokenSettings) -> Result<Self, Failure> {
        check_stdin(args, settings)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let agent = HeaderValue::from_static(concat!("ims/", env!("CARGO_PKG_VERSION")));
        headers.insert(USER_AGENT, agent);
        // A connection that is kept open may end unnoticed while another token is fetched.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let (usual, content) = content(args, &mut headers)?;
        let given = given_headers(&args.headers)?;
        for field in &given {
            headers.remove(&field.name);
        }
        for HeaderField { name, value } in given {
            if let Some(value) = value {
                headers.append(name, value);
            }
        }
        Ok(Self {
            method: args.method.clone().unwrap_or(usual),
            headers,
            body: Body::from(content),
        })
    }
}

/// Returns the usual method and the content, and adds its type to the headers.
fn content(args: &CurlArgs, headers: &mut HeaderMap) -> Result<(Method, Vec<u8>), Failure> {
    let content = if let Some(path) = &args.upload_file {
        return Ok((Method::PUT, input::content(path)?));
    } else if !args.parts.is_empty() {
        let (kind, content) = multipart::encode(&args.parts)?;
        headers.insert(CONTENT_TYPE, kind);
        content
    } else if let Some(json) = &args.json {
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, JSON);
        text_or_file(json)?
    } else if let Some(data) = &args.data_binary {
        headers.insert(CONTENT_TYPE, FORM);
        text_or_file(data)?
    } else if !args.data.is_empty() {
        headers.insert(CONTENT_TYPE, FORM);
        form(&args.data)?
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

/// Refuses stdin for more than one file: it can be read once.
fn check_stdin(args: &CurlArgs, settings: &TokenSettings) -> Result<(), Failure> {
    let stdin = Path::new("-");
    let texts = args.data.iter();
    let texts = texts.chain(&args.data_binary).chain(&args.json);
    let files = args.headers.iter().filter_map(|header| match header {
        HeaderArgument::File(path) => Some(path.as_path()),
        HeaderArgument::Field(_) => None,
    });
    let paths = [
        &settings.document,
        &settings.passphrase_file,
        &settings.cache.key_file,
        &args.upload_file,
    ];
    let paths = paths.into_iter().filter_map(|path| path.as_deref());
    let count = texts.filter(|text| *text == "@-").count()
        + files.chain(paths).filter(|path| *path == stdin).count()
        + args.parts.iter().filter(|part| part.is_stdin()).count();
    if count > 1 {
        return Err(Failure::usage("stdin is named more than once"));
    }
    Ok(())
}
