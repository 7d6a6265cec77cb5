//! A request to an API, made of flags.

use std::path::Path;

use adobe_ims::transport::Body;
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RANGE, REFERER, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::target::with_path;
use super::{form, multipart};
use crate::args::{CurlArgs, HeaderArgument, HeaderField, header_field};
use crate::environment::input::NamedFile;
use crate::error::Failure;
use crate::settings::TokenSettings;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The bytes of a file name that a path holds in encoded form.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request without its token. It can be sent more than once.
pub(crate) struct ApiRequest {
    pub(crate) method: Method,
    /// The URL of the flags, and what the content adds to it.
    pub(crate) target: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl ApiRequest {
    /// Builds the request and reads the files that it consists of.
    pub(crate) fn of(args: &CurlArgs, settings: &TokenSettings) -> Result<Self, Failure> {
        check_stdin(args, settings)?;
        if args.head && !args.get && !args.data.0.is_empty() {
            return Err(Failure::usage("--head does not go with --data")
                .with_hint("--get puts the data into the URL"));
        }
        let mut headers = default_headers(args);
        let given = given_headers(&args.headers)?;
        for field in &given {
            headers.remove(&field.name);
        }
        for HeaderField { name, value } in &given {
            if let Some(value) = value {
                headers.append(name, value.clone());
            }
        }
        let content = Content::of(args, &mut headers, &given)?;
        let has_content = [Method::POST, Method::PUT].contains(&content.method);
        if has_content && content.body.is_empty() {
            // Some servers refuse a POST without a length.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(Self {
            method: args.method.clone().unwrap_or(content.method),
            target: content.target,
            headers,
            body: Body::from(content.body),
        })
    }
}

/// The content of a request, and the method and the URL that follow from it.
struct Content {
    method: Method,
    target: Uri,
    body: Vec<u8>,
}

impl Content {
    /// Reads the content and adds its type to the headers, unless the user gave one.
    fn of(
        args: &CurlArgs,
        headers: &mut HeaderMap,
        given: &[HeaderField],
    ) -> Result<Self, Failure> {
        let is_given = |name: &HeaderName| given.iter().any(|field| field.name == *name);
        let mut content = Self {
            method: Method::POST,
            target: args.target.clone(),
            body: Vec::new(),
        };
        if let Some(path) = &args.upload_file {
            content.method = Method::PUT;
            content.target = with_file_name(&args.target, path)?;
            content.body = NamedFile::new("--upload-file", path).content()?;
        } else if !args.parts.0.is_empty() {
            let of_user = headers.get(CONTENT_TYPE).cloned();
            let (kind, body) = multipart::encode(&args.parts.0, of_user.as_ref())?;
            if of_user.is_some() || !is_given(&CONTENT_TYPE) {
                headers.insert(CONTENT_TYPE, kind);
            }
            content.body = body;
        } else if !args.json.is_empty() {
            for name in [CONTENT_TYPE, ACCEPT] {
                if !is_given(&name) {
                    headers.insert(name, JSON);
                }
            }
            for text in &args.json {
                content
                    .body
                    .append(&mut form::text_or_file("--json", text)?);
            }
        } else if args.get || args.head || args.data.0.is_empty() {
            content.method = if args.head { Method::HEAD } else { Method::GET };
            let data = form::encode(&args.data.0)?;
            if !data.is_empty() {
                content.target = with_query(&args.target, &data)?;
            }
        } else {
            if !is_given(&CONTENT_TYPE) {
                headers.insert(CONTENT_TYPE, FORM);
            }
            content.body = form::encode(&args.data.0)?;
        }
        Ok(content)
    }
}

/// Returns the headers that are sent unless the user names others.
fn default_headers(args: &CurlArgs) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let agent = HeaderValue::from_static(concat!("ims/", env!("CARGO_PKG_VERSION")));
    let agent = args.user_agent.clone().unwrap_or(agent);
    // A connection that is kept open may end unnoticed while another token is fetched.
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let others = [
        (USER_AGENT, Some(agent)),
        (REFERER, args.referer.as_ref().map(without_auto)),
        (RANGE, args.range.clone()),
    ];
    for (name, value) in others {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Returns the referer without `;auto`, which asks curl to set it after redirects.
fn without_auto(referer: &HeaderValue) -> HeaderValue {
    let bytes = referer.as_bytes();
    let bytes = bytes.strip_suffix(b";auto").unwrap_or(bytes);
    HeaderValue::from_bytes(bytes).unwrap_or_else(|_| referer.clone())
}

/// Adds data to the query of a URL.
fn with_query(target: &Uri, data: &[u8]) -> Result<Uri, Failure> {
    let separator = match target.query() {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    let path = target.path_and_query().map_or("/", |it| it.as_str());
    // A fragment would be cut off, and other bytes would be sent in a form that servers read in several ways.
    let is_plain = data
        .iter()
        .all(|byte| byte.is_ascii_graphic() && *byte != b'#');
    let data = str::from_utf8(data).ok().filter(|_| is_plain);
    let path = data.map(|data| [path, separator, data].concat());
    path.and_then(|path| with_path(target, &path))
        .ok_or_else(|| {
            Failure::usage("the data for --get cannot be a part of a URL as it is")
                .with_hint("--data-urlencode encodes it")
        })
}

/// Adds the name of the file to a URL whose path ends in `/`.
fn with_file_name(target: &Uri, file: &Path) -> Result<Uri, Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if !target.path().ends_with('/') || name == "-" {
        return Ok(target.clone());
    }
    let mut path = format!("{}{}", target.path(), utf8_percent_encode(&name, IN_PATH));
    if let Some(query) = target.query() {
        path.push_str(&format!("?{query}"));
    }
    with_path(target, &path)
        .ok_or_else(|| Failure::usage("the name of the file cannot be a part of a URL"))
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
    let content = NamedFile::new("--header", path).read()?.bytes;
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
    let count = args.json.iter().filter(|text| *text == "@-").count()
        + (args.data.0.iter())
            .filter(|piece| form::is_stdin(piece))
            .count()
        + files.chain(paths).filter(|path| *path == stdin).count()
        + args.parts.0.iter().filter(|part| part.is_stdin()).count();
    if count > 1 {
        return Err(Failure::usage("stdin is named more than once"));
    }
    Ok(())
}
