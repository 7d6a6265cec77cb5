//! The parts that the endpoints of generation share: inputs, and the form of the answer.

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::mixed::{MixedPart, mixed};
use crate::aem::forms::parts::Parts;
use crate::aem::forms::properties::Xci;
use crate::aem::forms::reference::{Document, document};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, with_content_type};
use crate::state::State;

/// The documents that a document is generated from.
pub(crate) struct Inputs {
    pub(crate) template: Document,
    pub(crate) data: Option<Document>,
    pub(crate) xci: Xci,
}

impl Inputs {
    /// Finds the template, the data and the XCI of a request.
    pub(crate) fn read(
        state: &State,
        parts: &Parts,
        content_root: Option<&str>,
    ) -> Result<Self, FormsError> {
        let repository = state.repository();
        let optional = |name: &str| {
            let part = parts.get(name).filter(|part| !part.body.is_empty());
            part.map(|part| document(&repository, part, content_root))
                .transpose()
        };
        let template = document(&repository, parts.required("template")?, content_root)?;
        let data = optional("data")?;
        let xci = optional("xci")?;
        Ok(Self {
            template,
            data,
            xci: xci
                .map(|xci| read_xci(&xci.content))
                .transpose()?
                .unwrap_or_default(),
        })
    }

    /// Returns the bytes that tell this document from others.
    pub(crate) fn bytes(&self) -> [&[u8]; 2] {
        let data = self.data.as_ref().map(|data| &data.content[..]);
        [&self.template.content, data.unwrap_or_default()]
    }
}

/// Reads an XCI.
pub(crate) fn read_xci(content: &[u8]) -> Result<Xci, FormsError> {
    Xci::read(content).map_err(|error| {
        FormsError::engine("INVALID_XCI", format!("The XCI cannot be used: {error}."))
    })
}

/// A generated document.
pub(crate) struct Output {
    /// The name of the template without its extension.
    pub(crate) name: String,
    pub(crate) extension: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) content: Bytes,
    pub(crate) page_count: usize,
}

impl Output {
    /// Returns the document, or on request the document and its metadata (documented by Adobe).
    pub(crate) fn into_response(self, headers: &HeaderMap) -> Response {
        if !accepts_mixed(headers) {
            let content_type = HeaderValue::from_static(self.content_type);
            return with_content_type(StatusCode::OK, content_type, self.content);
        }
        let metadata = json!({"pageCount": self.page_count.to_string()}).to_string();
        let file = |extension| format!("{}.{extension}", self.name);
        let parts = [
            MixedPart::file(
                "output",
                &file(self.extension),
                self.content_type,
                self.content,
            ),
            MixedPart::file(
                "metadata",
                &file("json"),
                "application/json",
                metadata.into(),
            ),
        ];
        mixed(StatusCode::OK, &parts)
    }
}

fn accepts_mixed(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let mut ranges = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    ranges.any(|range| {
        let media_type = range.split(|byte| *byte == b';').next().unwrap_or_default();
        media_type
            .trim_ascii()
            .eq_ignore_ascii_case(b"multipart/mixed")
    })
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-references",
        "A part of the type `text/plain` is a reference into the repository; a part without a type and a file name, too.",
        "Adobe, specifications of the AEM Forms Communications APIs (2025); RFC 7578 for the part without a type",
    ),
    Area::Forms.documented(
        "forms-multipart-answer",
        "With `Accept: multipart/mixed` the answer has the parts `output` and `metadata` with `pageCount` as a string.",
        source::FORMS_API,
    ),
    Area::Forms.documented(
        "forms-unmatched-data",
        "Data that matches no field is ignored: 200, with empty fields.",
        "Adobe, AEM Forms as a Cloud Service: known issues and limitations",
    ),
    Area::Forms.inferred(
        "forms-unknown-options",
        "Unknown parts and unknown options are ignored.",
        "Adobe's specifications do not say",
    ),
    Area::Forms.inferred(
        "forms-documents",
        "The documents have the texts at their places, and look different from Adobe's.",
        "they are made by the emulator's own engines",
    ),
];
