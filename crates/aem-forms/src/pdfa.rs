//! PDF/A: [`PdfaConversion`] makes a document, [`PdfaCheck`] asks about one.

use adobe_ims::error::ServerText;
use serde_json::{Map, Value};

use crate::client::FormsClient;
use crate::client::call::Call;
use crate::client::refusal::is_log;
use crate::document::Document;
use crate::error::{FormsProblem, Log, Result};
use crate::multipart::DocumentPart;
use crate::multipart::form::Form;
use crate::options::{PdfaCheckOptions, PdfaOptions};
use crate::received::document::read_log;
use crate::received::reader::AnswerReader;
use crate::received::{DocumentKind, Received, json};

/// A request to convert a PDF to PDF/A.
#[derive(Clone, Debug)]
pub struct PdfaConversion {
    document: Document,
    options: PdfaOptions,
}

/// A request to check whether a PDF is PDF/A.
#[derive(Clone, Debug)]
pub struct PdfaCheck {
    document: Document,
    options: PdfaCheckOptions,
}

/// The answer to a [`PdfaCheck`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PdfaVerdict {
    /// The document is PDF/A of the part and level that were asked for.
    pub is_pdfa: bool,
    /// The logs of the check.
    pub logs: Vec<Log>,
    /// The id by which Adobe finds the request.
    pub request_id: Option<ServerText>,
    answer: Map<String, Value>,
}

impl PdfaConversion {
    /// Creates the request.
    pub fn new(document: Document, options: PdfaOptions) -> Self {
        Self { document, options }
    }

    /// Returns the path of the API.
    pub fn path(&self) -> &'static str {
        "/adobe/forms/assembler/pdfa/convert"
    }

    /// Returns the parts that are sent.
    ///
    /// # Errors
    /// [`RequestInvalid`](FormsProblem::RequestInvalid) for a document that cannot be a part.
    pub fn parts(&self) -> Result<Vec<DocumentPart>> {
        Ok(self.form()?.parts())
    }

    fn form(&self) -> Result<Form> {
        let options = self.options.object();
        form(
            &self.document,
            (!options.is_empty()).then(|| options.to_json()),
        )
    }
}

impl PdfaCheck {
    /// Creates the request.
    pub fn new(document: Document, options: PdfaCheckOptions) -> Self {
        Self { document, options }
    }

    /// Returns the path of the API.
    pub fn path(&self) -> &'static str {
        "/adobe/forms/assembler/pdfa/validate"
    }

    /// Returns the parts that are sent.
    ///
    /// # Errors
    /// [`RequestInvalid`](FormsProblem::RequestInvalid) for a document that cannot be a part.
    pub fn parts(&self) -> Result<Vec<DocumentPart>> {
        Ok(self.form()?.parts())
    }

    fn form(&self) -> Result<Form> {
        let options = self.options.object();
        form(
            &self.document,
            (!options.is_empty()).then(|| options.to_json()),
        )
    }
}

impl PdfaVerdict {
    /// Returns the whole answer as JSON, with members that this program does not know.
    pub fn to_json(&self) -> String {
        Value::Object(self.answer.clone()).to_string()
    }
}

fn form(document: &Document, options: Option<String>) -> Result<Form> {
    let mut form = Form::default();
    form.add("inDoc", document)?;
    if let Some(options) = options {
        form.add_options(options);
    }
    Ok(form)
}

impl FormsClient {
    /// Converts a PDF to PDF/A. It is returned when its beginning was checked, and arrives while it is read.
    ///
    /// # Errors
    /// The errors of [`generate`](Self::generate). The logs of a failure are in
    /// [`ErrorAnswer::logs`](crate::error::ErrorAnswer::logs).
    pub async fn convert_to_pdfa(&self, conversion: &PdfaConversion) -> Result<Received<'static>> {
        let accept = DocumentKind::Pdf.accept();
        let call = Call::form(conversion.path(), accept, conversion.form()?);
        let reader = AnswerReader::new(self.send(&call).await?)?;
        Received::only(reader, DocumentKind::Pdf).await
    }

    /// Asks whether a PDF is PDF/A.
    ///
    /// # Errors
    /// The errors of [`generate`](Self::generate). [`FormsProblem::AnswerMalformed`] for an answer without a verdict.
    pub async fn check_pdfa(&self, check: &PdfaCheck) -> Result<PdfaVerdict> {
        let call = Call::form(check.path(), "application/json", check.form()?);
        let mut reader = AnswerReader::new(self.send(&call).await?)?;
        let mut verdict = None;
        while let Some(head) = reader.next_part().await? {
            let name = head.name.unwrap_or_default();
            if reader.is_multipart() && is_log(&name) {
                read_log(&mut reader, &name).await?;
                continue;
            }
            let answer = json::read_object(&mut reader).await?;
            if let Some(is_pdfa) = answer.get("isPDFA").and_then(truth) {
                verdict = Some((is_pdfa, answer));
            }
        }
        let Some((is_pdfa, answer)) = verdict else {
            let message = "it does not say whether the document is PDF/A (isPDFA)";
            return Err(reader.error(FormsProblem::AnswerMalformed, message));
        };
        Ok(PdfaVerdict {
            is_pdfa,
            answer,
            request_id: reader.exchange.request_id(),
            logs: reader.logs,
        })
    }
}

/// Reads a truth value, which other APIs of Forms write as a text.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}
