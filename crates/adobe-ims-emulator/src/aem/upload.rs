//! The direct binary upload: a client initiates it, sends the parts to the storage, and completes it.
//!
//! Adobe documents the fields. The statuses of wrong requests come from published clients, their
//! texts are inferred.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::aem::access::visit_author;
use crate::aem::blob_storage::address;
use crate::aem::content::below_dam;
use crate::aem::page::{error_page, method_not_allowed, not_found};
use crate::aem::resource::{bad_request, decoded_path, media_type, read_form, status_of};
use crate::aem_data::node::StoredFile;
use crate::aem_data::node_path::ROOT;
use crate::aem_data::uploads::{Incomplete, NewUpload, Upload};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::parameters::Parameters;
use crate::http::response::{Response, json as json_response};
use crate::identities::aem_group::AemGroup;
use crate::ims::base_url::base_url;
use crate::state::State;

const INITIATE: &str = ".initiateUpload.json";
const COMPLETE: &str = ".completeUpload.json";
/// The maximum number of files of one request. Published clients send 100 at most.
const MAX_FILES: usize = 200;

/// A step of an upload.
#[derive(Clone, Copy)]
pub(crate) enum UploadStep {
    Initiate,
    Complete,
}

impl UploadStep {
    /// Returns the step of a path.
    pub(crate) fn from_path(path: &str) -> Option<Self> {
        below_dam(path)?;
        if path.ends_with(INITIATE) {
            return Some(Self::Initiate);
        }
        path.ends_with(COMPLETE).then_some(Self::Complete)
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Initiate => INITIATE,
            Self::Complete => COMPLETE,
        }
    }
}

/// Handles a step of an upload.
pub(crate) fn respond(
    state: &State,
    http: &Request<Bytes>,
    step: UploadStep,
) -> Result<Response, Response> {
    let visit = visit_author(state, http)?;
    if http.method() != Method::POST {
        return Err(method_not_allowed("POST"));
    }
    visit.require(AemGroup::DamUsers)?;
    let path = decoded_path(http)?;
    let folder = below_dam(&path).and_then(|rest| rest.strip_suffix(step.suffix()));
    let folder = folder.ok_or_else(|| not_found(&path))?;
    if !state.repository().is_folder(folder) {
        let text = format!("The folder /content/dam{folder} does not exist.");
        return Err(error_page(StatusCode::NOT_FOUND, &text));
    }
    let form = read_form(http)?;
    match step {
        UploadStep::Initiate => initiate(state, http, folder, &form),
        UploadStep::Complete => complete(state, folder, &form),
    }
}

fn initiate(
    state: &State,
    http: &Request<Bytes>,
    folder: &str,
    form: &Parameters,
) -> Result<Response, Response> {
    let part_size = state.aem_settings().upload_part_bytes;
    let mut uploads = Vec::new();
    for (file_name, size) in requested_files(form)? {
        let random = &state.debug_id_random;
        let new = NewUpload {
            id: random.uuid(),
            signature: random.uuid(),
            token: random.uuid(),
            folder: folder.to_owned(),
            file_name: file_name.to_owned(),
            size,
        };
        let upload = Upload::new(new, part_size).ok_or_else(|| {
            let text = format!("The emulator does not take a file of {size} bytes.");
            error_page(StatusCode::PAYLOAD_TOO_LARGE, &text)
        })?;
        uploads.push(upload);
    }
    let base = base_url(state, http);
    let view = |upload: &Upload| file_view(&base, upload, part_size);
    let files: Vec<Value> = uploads.iter().map(view).collect();
    let mut store = state.aem_store();
    uploads
        .into_iter()
        .for_each(|upload| store.uploads.add(upload));
    let stem = http.uri().path().strip_suffix(INITIATE);
    let body = json!({
        "completeURI": format!("{}{COMPLETE}", stem.unwrap_or_default()),
        "folderPath": format!("/content/dam{folder}"),
        "files": files,
    });
    Ok(json_response(StatusCode::CREATED, &body))
}

/// Returns the names and the sizes of the files of a request.
fn requested_files(form: &Parameters) -> Result<Vec<(&str, u64)>, Response> {
    let names: Vec<&str> = form.get_all("fileName").collect();
    let sizes: Vec<&str> = form.get_all("fileSize").collect();
    if names.is_empty() || names.len() != sizes.len() {
        return Err(bad_request(
            "The form needs fileName and fileSize, one of each for each file.",
        ));
    }
    if names.len() > MAX_FILES {
        return Err(bad_request(&format!(
            "The form has more than {MAX_FILES} files."
        )));
    }
    let file = |(name, size): (&'_ str, &str)| match size.parse() {
        _ if !is_file_name(name) => Err(bad_request(&format!("{name} is no name of a file."))),
        Ok(size) => Ok(size),
        Err(_) => Err(bad_request(&format!(
            "The fileSize of {name} is no number of bytes."
        ))),
    };
    let files = names.into_iter().zip(sizes);
    files
        .map(|(name, size)| Ok((name, file((name, size))?)))
        .collect()
}

fn is_file_name(name: &str) -> bool {
    !matches!(name, "." | "..") && name.len() <= 255 && !name.contains(['/', '\\', '\0'])
}

fn file_view(base: &str, upload: &Upload, part_size: u64) -> Value {
    let parts = 0..upload.part_count();
    let addresses: Vec<String> = parts.map(|part| address(base, upload, part)).collect();
    json!({
        "fileName": upload.file_name,
        "mimeType": media_type(&upload.file_name),
        "uploadToken": upload.token,
        "uploadURIs": addresses,
        "minPartSize": part_size,
        "maxPartSize": part_size,
    })
}

fn complete(state: &State, folder: &str, form: &Parameters) -> Result<Response, Response> {
    let token = required(form, "uploadToken")?;
    let file_name = required(form, "fileName")?;
    let mime_type = required(form, "mimeType")?;
    let is_set = |name| form.get_all(name).any(|value| value == "true");
    let content = content(state, token, folder, file_name)?;
    let path = format!("{}/{file_name}", folder.trim_matches('/'));
    let mut repository = state.repository();
    let exists = repository.node(&path).is_some();
    // Inferred for a form with both: a new version is made.
    let (is_version, is_replaced) = (is_set("createVersion"), is_set("replace"));
    if exists && !is_version && !is_replaced {
        let text = format!("{ROOT}{path} exists. Set createVersion or replace.");
        return Err(error_page(StatusCode::CONFLICT, &text));
    }
    let old = repository.get(&path).filter(|_| !is_version);
    let old = old.map(|old| old.metadata.keys().cloned().collect::<Vec<_>>());
    let file = StoredFile::new(Some(mime_type.to_owned()), content);
    repository.put(&path, file).map_err(|error| {
        error_page(
            status_of(error),
            &format!("The file is not written: {error}."),
        )
    })?;
    let removed = old.into_iter().flatten().map(|name| (name, Value::Null));
    repository
        .change(&path, removed.collect())
        .map_err(|error| error_page(status_of(error), &format!("The metadata stay: {error}.")))?;
    drop(repository);
    state.aem_store().uploads.remove(token);
    // The client reads JSON. Its content is inferred.
    let body = json!({
        "folderPath": format!("/content/dam{folder}"),
        "fileName": file_name,
        "mimeType": mime_type,
    });
    Ok(json_response(StatusCode::OK, &body))
}

fn required<'f>(form: &'f Parameters, name: &'static str) -> Result<&'f str, Response> {
    let value = form.get_all(name).next();
    value.ok_or_else(|| bad_request(&format!("The form has no {name}.")))
}

/// Returns the content of an upload whose parts are all there.
fn content(state: &State, token: &str, folder: &str, file_name: &str) -> Result<Bytes, Response> {
    let store = state.aem_store();
    let upload = store.uploads.by_token(token);
    let upload = upload.filter(|upload| upload.folder == folder && upload.file_name == file_name);
    let upload = upload
        .ok_or_else(|| bad_request("No upload of this file under way has this uploadToken."))?;
    upload.content().map_err(|incomplete| {
        bad_request(&match incomplete {
            Incomplete::Missing(part) => format!("The part {part} of the file was not sent."),
            Incomplete::Size(sent) => format!(
                "The parts have {sent} bytes together, and fileSize was {}.",
                upload.size
            ),
        })
    })
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.documented(
        "aem-upload",
        "`FOLDER.initiateUpload.json` gets 201 with `files`, `completeURI` and `folderPath`; each file has `uploadURIs`, `uploadToken`, `minPartSize` and `maxPartSize`. `FOLDER.completeUpload.json` gets 200.",
        source::ASSETS_API,
    ),
    Area::Aem.matched(
        "aem-upload-statuses",
        "A wrong form gets 400, a user who is not in `dam-users` 403, a missing folder 404, a file that exists 409 without `createVersion` or `replace`. The texts are inferred.",
        source::AEM_UPLOAD,
    ),
    Area::Aem.inferred(
        "aem-upload-parts",
        "Parts have 10 MiB, or what the setting `upload_part_bytes` says. A new version replaces the old one, which is not kept.",
        "Adobe says that the client takes the sizes from the answer",
    ),
];
