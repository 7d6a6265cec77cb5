//! The documents of a call, and the requests that are shown instead of being sent.

use std::path::{Path, PathBuf};

use aem_forms::known_options::Operation;
use aem_forms::lint;
use aem_forms::multipart::DocumentPart;
use serde::Serialize;

use crate::args::forms::SendingFlags;
use crate::context::Context;
use crate::error::Failure;
use crate::forms::documents::NamedDocument;
use crate::forms::findings::{admit, strictness};
use crate::forms::options::{self, OptionsFile};
use crate::forms::output;
use crate::forms::parts::ShownRequest;

/// The options of all requests of a call.
pub(super) struct SentOptions<'a> {
    /// The file that some of them are from.
    pub(super) file: Option<&'a OptionsFile>,
    pub(super) json: String,
    pub(super) operation: Operation,
}

/// Opens the files and checks them and the options. Warnings are printed.
pub(super) fn read(
    files: &[PathBuf],
    options: &SentOptions<'_>,
    sending: &SendingFlags,
    context: &Context,
) -> Result<Vec<NamedDocument>, Failure> {
    let documents = files.iter().map(|file| NamedDocument::file("FILE", file));
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    let mut findings = options::check(options.file, &options.json, options.operation);
    for document in &documents {
        if let Some(content) = document.content(&mut findings)? {
            findings.extend(lint::pdf(&document.shown(), &content));
        }
    }
    admit(findings, strictness(sending.strict), &context.console)?;
    Ok(documents)
}

/// Returns a request as it is shown.
pub(super) fn shown<'a>(
    path: &'a str,
    parts: Vec<DocumentPart>,
    document: &'a NamedDocument,
    options: &SentOptions<'_>,
) -> ShownRequest<'a> {
    let file = document.path.as_deref();
    ShownRequest {
        path,
        parts,
        files: file
            .map(|path| ("inDoc".to_owned(), path))
            .into_iter()
            .collect(),
        texts: vec![("options", options.json.clone())],
        data: None,
    }
}

/// Returns the name for the logs of a file.
pub(super) fn stem(file: &Path) -> String {
    output::file_name(&file.file_stem().unwrap_or_default().to_string_lossy())
}

/// `ims.forms.pdfa/1`: fields are added, never removed.
#[derive(Serialize)]
pub(super) struct PdfaJson {
    schema: &'static str,
    files: Vec<FileJson>,
}

#[derive(Serialize)]
pub(super) struct FileJson {
    pub(super) file: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_pdfa: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) out: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    /// The answer of AEM, with members that this program does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<serde_json::Value>,
}

impl PdfaJson {
    pub(super) fn new(files: Vec<FileJson>) -> Self {
        Self {
            schema: "ims.forms.pdfa/1",
            files,
        }
    }
}
