//! Documents from documents, by DDX (Assembler service): [`Assembly`].

mod names;
mod assembled;

pub use assembled::{Assembled, AssemblySummary};

use crate::client::FormsClient;
use crate::client::call::Call;
use crate::document::Document;
use crate::error::{Error, FormsProblem, Result};
use crate::multipart::DocumentPart;
use crate::multipart::form::Form;
use crate::options::AssemblyOptions;
use crate::received::reader::AnswerReader;

/// A request to assemble documents.
///
/// ```
/// use aem_forms::{Assembly, Document};
///
/// let ddx = r#"<DDX xmlns="http://ns.adobe.com/DDX/1.0/">
///   <PDF result="both.pdf"><PDF source="a.pdf"/><PDF source="b.pdf"/></PDF>
/// </DDX>"#;
/// let assembly = Assembly::new(Document::bytes("both.ddx", ddx))
///     .source("a.pdf", Document::bytes("a.pdf", "%PDF-1.7 …"))
///     .source("b.pdf", Document::bytes("b.pdf", "%PDF-1.7 …"))
///     .results(["both.pdf"]);
/// ```
#[derive(Clone, Debug)]
pub struct Assembly {
    ddx: Document,
    sources: Vec<(String, Document)>,
    options: AssemblyOptions,
    results: Vec<String>,
}

impl Assembly {
    /// Creates the request from a DDX.
    pub fn new(ddx: Document) -> Self {
        Self {
            ddx,
            sources: Vec::new(),
            options: AssemblyOptions::new(),
            results: Vec::new(),
        }
    }

    /// Adds a document under the name that a `source` of the DDX has.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, document: Document) -> Self {
        self.sources.push((name.into(), document));
        self
    }

    /// Sets the options.
    #[must_use]
    pub fn options(mut self, options: AssemblyOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the names of the results that the DDX returns. An answer that lacks one of them is an error. Without names
    /// every document of the answer counts.
    #[must_use]
    pub fn results(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.results = names.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the path of the API.
    pub fn path(&self) -> &'static str {
        "/adobe/forms/assembler/ddx/invoke"
    }

    /// Returns the parts that are sent.
    ///
    /// # Errors
    /// - [`PartReserved`](FormsProblem::PartReserved) for a source with the name of another part
    /// - [`RequestInvalid`](FormsProblem::RequestInvalid) for a document that cannot be a part
    pub fn parts(&self) -> Result<Vec<DocumentPart>> {
        Ok(self.form()?.parts())
    }

    fn form(&self) -> Result<Form> {
        let mut form = Form::default();
        form.add("ddx", &self.ddx)?;
        for (name, document) in &self.sources {
            if ["ddx", "options"].contains(&name.as_str()) {
                let message =
                    format!("a source is called {name:?}, as another part of the request");
                return Err(Error::new(FormsProblem::PartReserved, message));
            }
            form.add(name, document)?;
        }
        if !self.options.object().is_empty() {
            form.add_options(self.options.to_json());
        }
        Ok(form)
    }
}

impl FormsClient {
    /// Assembles documents. The results arrive one after the other.
    ///
    /// # Errors
    /// - the errors of the token, of the connection and of a document that cannot be read
    /// - the causes that [`ErrorAnswer::diagnosis`](crate::error::ErrorAnswer::diagnosis) names, for an answer with a
    ///   status of failure or a login page
    pub async fn assemble(&self, assembly: &Assembly) -> Result<Assembled> {
        let accept = "multipart/mixed, application/pdf;q=0.9, application/octet-stream;q=0.8";
        let call = Call::form(assembly.path(), accept, assembly.form()?);
        let reader = AnswerReader::new(self.send(&call).await?)?;
        Ok(Assembled::new(
            reader,
            assembly.results.clone(),
            &assembly.options,
        ))
    }
}
