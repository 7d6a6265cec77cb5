//! The Assets HTTP API: `/api/assets`, for folders and for the metadata of assets.
//!
//! Adobe documents methods and statuses. The bodies of changes and of errors are inferred.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aem::access::visit_author;
use crate::aem::page;
use crate::aem::resource::{decoded_path, read_form, status_of, wrong_property};
use crate::aem::siren::{ASSETS, Paging, changed, document};
use crate::aem_data::node::Properties;
use crate::aem_data::repository::{Repository, RepositoryError};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::content_disposition::percent_decode;
use crate::http::parameters::content_type;
use crate::http::response::{Response, json as json_response, no_content};
use crate::identities::aem_group::AemGroup;
use crate::ims::base_url::base_url;
use crate::state::State;

const ALLOW: &str = "GET, HEAD, POST, PUT, DELETE, COPY, MOVE";

/// Returns the path below `/api/assets`, if a path leads there.
pub(crate) fn below_api(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ASSETS)?;
    (rest.is_empty() || rest.starts_with(['/', '.'])).then_some(rest)
}

/// Handles a request to `/api/assets`.
pub(crate) fn respond(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    let visit = visit_author(state, http)?;
    let path = decoded_path(http)?;
    let rest = below_api(&path).ok_or_else(|| page::not_found(&path))?;
    if matches!(*http.method(), Method::GET | Method::HEAD) {
        return read(state, http, &path, rest);
    }
    visit
        .require(AemGroup::DamUsers)
        .map_err(|refused| match refused.status() {
            StatusCode::FORBIDDEN => changed(
                StatusCode::FORBIDDEN,
                rest,
                "Forbidden: the user is not a member of dam-users.",
            ),
            _ => refused,
        })?;
    match http.method().as_str() {
        "POST" => create_folder(state, http, rest),
        "PUT" => change(state, http, rest),
        "DELETE" => Ok(delete(state, rest)),
        "COPY" => copy(state, http, rest, false),
        "MOVE" => copy(state, http, rest, true),
        _ => Err(page::method_not_allowed(ALLOW)),
    }
}

fn read(
    state: &State,
    http: &Request<Bytes>,
    path: &str,
    rest: &str,
) -> Result<Response, Response> {
    let not_found = || changed(StatusCode::NOT_FOUND, rest, "Not Found");
    let stem = rest.strip_suffix(".json");
    let stem = stem.ok_or_else(|| page::not_found(path))?;
    let base = base_url(state, http);
    let repository = state.repository();
    let document = document(&repository, &base, stem, paging(http)).ok_or_else(not_found)?;
    Ok(json_response(StatusCode::OK, &document))
}

/// Reads `offset` and `limit` of the query. What is no number does not count.
fn paging(http: &Request<Bytes>) -> Paging {
    let mut paging = Paging::default();
    let query = http.uri().query().unwrap_or_default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Ok(number) = value.parse() else {
            continue;
        };
        match &*name {
            "offset" => paging.offset = number,
            "limit" => paging.limit = number,
            _ => {}
        }
    }
    paging
}

/// The JSON body of a change.
#[derive(Deserialize)]
struct Entity {
    class: Value,
    #[serde(default)]
    properties: Properties,
}

impl Entity {
    fn read(http: &Request<Bytes>, path: &str, class: &str) -> Result<Self, Response> {
        let bad_request = |text: &str| changed(StatusCode::BAD_REQUEST, path, text);
        let entity: Self = serde_json::from_slice(http.body())
            .map_err(|error| bad_request(&format!("The body is not such an entity: {error}.")))?;
        if entity.class != json!(class) && entity.class != json!([class]) {
            return Err(bad_request(&format!("The class is not {class}.")));
        }
        match wrong_property(&entity.properties) {
            None => Ok(entity),
            Some(name) => Err(bad_request(&format!(
                "The property {name} is neither a text, a number, a boolean nor a list of these."
            ))),
        }
    }
}

/// Creates a folder, from JSON or from a form. The name may be a field of the form, for the path
/// `/api/assets/FOLDER/*`.
fn create_folder(state: &State, http: &Request<Bytes>, rest: &str) -> Result<Response, Response> {
    let content_type = content_type(http.headers()).unwrap_or_default();
    let is_json = content_type.contains("json");
    let (path, properties) = if is_json {
        let entity = Entity::read(http, rest, "assetFolder")?;
        (rest.to_owned(), entity.properties)
    } else {
        folder_of_form(http, rest)?
    };
    // `/api/assets.json` is the root, and no new folder.
    let name = if path.starts_with('/') { &*path } else { "" };
    let created = state.repository().create_folder(name, properties);
    match created {
        Ok(()) => Ok(changed(StatusCode::CREATED, &path, "Created")),
        Err(error) => Err(refused(&path, error)),
    }
}

fn folder_of_form(http: &Request<Bytes>, rest: &str) -> Result<(String, Properties), Response> {
    let form = read_form(http)?;
    let text = |name| form.get_all(name).next();
    if form.get_all("file").next().is_some() {
        // Documented by Adobe: AEM as a Cloud Service takes files by direct binary upload only.
        let message = "This API takes no files. Use the direct binary upload.";
        return Err(changed(StatusCode::NOT_IMPLEMENTED, rest, message));
    }
    let path = match rest.strip_suffix("/*") {
        Some(folder) => {
            let name = text("name").filter(|name| !name.contains('/'));
            let name = name
                .ok_or_else(|| changed(StatusCode::BAD_REQUEST, rest, "The form has no name."))?;
            format!("{folder}/{name}")
        }
        None => rest.to_owned(),
    };
    let mut properties = Properties::new();
    if let Some(title) = text("title").or(text("jcr:title")) {
        properties.insert("jcr:title".to_owned(), json!(title));
    }
    Ok((path, properties))
}

/// Changes the metadata of an asset or the properties of a folder.
fn change(state: &State, http: &Request<Bytes>, rest: &str) -> Result<Response, Response> {
    let mut repository = state.repository();
    let path = existing(&repository, rest).to_owned();
    let class = if repository.is_folder(&path) {
        "assetFolder"
    } else {
        "asset"
    };
    if repository.node(&path).is_none() {
        return Err(changed(StatusCode::NOT_FOUND, rest, "Not Found"));
    }
    let entity = Entity::read(http, &path, class)?;
    let result = repository.change(&path, entity.properties);
    match result {
        Ok(()) => Ok(changed(StatusCode::OK, &path, "OK")),
        Err(error) => Err(refused(&path, error)),
    }
}

fn delete(state: &State, rest: &str) -> Response {
    let mut repository = state.repository();
    let path = existing(&repository, rest);
    if repository.delete(path) {
        changed(StatusCode::OK, path, "OK")
    } else {
        changed(StatusCode::NOT_FOUND, rest, "Not Found")
    }
}

/// Copies or moves a folder or an asset to the path of `X-Destination`.
fn copy(
    state: &State,
    http: &Request<Bytes>,
    rest: &str,
    is_move: bool,
) -> Result<Response, Response> {
    let refuse = |text: &str| changed(StatusCode::PRECONDITION_FAILED, rest, text);
    let destination = destination(http.headers())
        .ok_or_else(|| refuse("The header X-Destination names no path below /api/assets."))?;
    let deep = match header(http.headers(), "x-depth") {
        None | Some("infinity") => true,
        Some("0") => is_move,
        Some(_) => return Err(refuse("The header X-Depth is neither 0 nor infinity.")),
    };
    let overwrite = match header(http.headers(), "x-overwrite") {
        None | Some("T") => true,
        Some("F") => false,
        Some(_) => return Err(refuse("The header X-Overwrite is neither T nor F.")),
    };
    let mut repository = state.repository();
    let path = existing(&repository, rest).to_owned();
    let is_new = repository.node(&destination).is_none();
    if !is_new && !overwrite {
        return Err(refuse("Something is at the destination."));
    }
    let copied = if deep {
        repository.copy(&path, &destination)
    } else {
        repository.copy_alone(&path, &destination)
    };
    copied.map_err(|error| refused(&path, error))?;
    if is_move {
        repository.delete(&path);
    }
    if is_new {
        Ok(changed(StatusCode::CREATED, &destination, "Created"))
    } else {
        Ok(no_content())
    }
}

/// Returns the path of `X-Destination` below the API. The header is a path or a URL.
fn destination(headers: &HeaderMap) -> Option<String> {
    let value = header(headers, "x-destination")?;
    let start = value.find(ASSETS)?;
    let rest = below_api(&value[start..])?;
    let is_path = start == 0 || value[..start].contains("://");
    let decoded = String::from_utf8(percent_decode(rest).into_owned()).ok()?;
    (is_path && decoded.starts_with('/')).then_some(decoded)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the path of something that exists. Clients also send changes to the address that a
/// listing shows, which ends in `.json`.
fn existing<'p>(repository: &Repository, path: &'p str) -> &'p str {
    let stem = path.strip_suffix(".json");
    let shown =
        stem.filter(|stem| repository.node(path).is_none() && repository.node(stem).is_some());
    shown.unwrap_or(path)
}

fn refused(path: &str, error: RepositoryError) -> Response {
    changed(
        status_of(error),
        path,
        &format!("Nothing changed: {error}."),
    )
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.documented(
        "aem-assets-api",
        "`/api/assets` lists folders and assets in Siren, creates folders (201, 409), changes metadata (200, 404), deletes (200), copies and moves (201, 204, 412).",
        source::ASSETS_API,
    ),
    Area::Aem.documented(
        "aem-assets-api-no-files",
        "It takes no files. The status, 501, is inferred.",
        source::ASSETS_API,
    ),
    Area::Aem.inferred(
        "aem-assets-api-bodies",
        "The bodies of changes and errors are the emulator's.",
        "answers of older versions have this form",
    ),
    Area::Aem.inferred(
        "aem-author-alone",
        "The Assets API, uploads, writes, and the list of queries are on author alone; elsewhere 404.",
        "the dispatcher of publish blocks such paths",
    ),
];
