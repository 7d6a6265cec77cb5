//! Documents from templates and data (Output service): [`Generation`].

use crate::client::FormsClient;
use crate::client::call::Call;
use crate::document::Document;
use crate::error::Result;
use crate::multipart::DocumentPart;
use crate::multipart::form::Form;
use crate::options::{AfpOptions, PdfOptions, PrintOptions};
use crate::received::reader::AnswerReader;
use crate::received::{DocumentKind, Received};

/// A request for a document.
///
/// ```
/// use aem_forms::options::PdfOptions;
/// use aem_forms::{Document, Generation};
///
/// let template = Document::reference("crx:///content/dam/formsanddocuments/letter.xdp")?;
/// let data = Document::bytes("letter.xml", "<form1><name>Sarah</name></form1>");
/// let letter = Generation::pdf(template, PdfOptions::new().locale("de")).data(data);
/// # Ok::<(), aem_forms::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Generation {
    template: Document,
    data: Option<Document>,
    xci: Option<Document>,
    output: Output,
    wants_page_count: bool,
}

#[derive(Clone, Debug)]
enum Output {
    Pdf(PdfOptions),
    Print(PrintOptions),
    Afp(AfpOptions),
}

impl Generation {
    /// Creates the request for a PDF.
    pub fn pdf(template: Document, options: PdfOptions) -> Self {
        Self::new(template, Output::Pdf(options))
    }

    /// Creates the request for a print stream.
    pub fn print(template: Document, options: PrintOptions) -> Self {
        Self::new(template, Output::Print(options))
    }

    /// Creates the request for AFP.
    pub fn afp(template: Document, options: AfpOptions) -> Self {
        Self::new(template, Output::Afp(options))
    }

    fn new(template: Document, output: Output) -> Self {
        Self {
            template,
            data: None,
            xci: None,
            output,
            wants_page_count: false,
        }
    }

    /// Sets the data.
    #[must_use]
    pub fn data(mut self, data: Document) -> Self {
        self.data = Some(data);
        self
    }

    /// Sets the configuration file (XCI). Adobe documents none for AFP.
    #[must_use]
    pub fn xci(mut self, xci: Document) -> Self {
        self.xci = Some(xci);
        self
    }

    /// Asks for the number of pages with the document.
    #[must_use]
    pub fn page_count(mut self) -> Self {
        self.wants_page_count = true;
        self
    }

    /// Returns the kind of the document.
    pub fn kind(&self) -> DocumentKind {
        match &self.output {
            Output::Pdf(_) => DocumentKind::Pdf,
            Output::Print(options) => options.format().into(),
            Output::Afp(_) => DocumentKind::Afp,
        }
    }

    /// Returns the path of the API.
    pub fn path(&self) -> &'static str {
        match &self.output {
            Output::Pdf(_) => "/adobe/forms/doc/v1/generatePDFOutput",
            Output::Print(_) => "/adobe/forms/doc/v1/generatePrintedOutput",
            Output::Afp(_) => "/adobe/forms/doc/v1/generate/afp",
        }
    }

    /// Returns the parts that are sent.
    ///
    /// # Errors
    /// [`RequestInvalid`](crate::error::FormsProblem::RequestInvalid) for a document that cannot be a part.
    pub fn parts(&self) -> Result<Vec<DocumentPart>> {
        Ok(self.form()?.parts())
    }

    fn form(&self) -> Result<Form> {
        let mut form = Form::default();
        form.add("template", &self.template)?;
        if let Some(data) = &self.data {
            form.add("data", data)?;
        }
        if let Some(xci) = &self.xci {
            form.add("xci", xci)?;
        }
        let options = match &self.output {
            Output::Pdf(options) => options.object(),
            Output::Print(options) => options.object(),
            Output::Afp(options) => options.object(),
        };
        if !options.is_empty() {
            form.add_options(options.to_json());
        }
        Ok(form)
    }
}

impl FormsClient {
    /// Generates a document. It is returned when its beginning was checked, and arrives while it is read.
    ///
    /// # Errors
    /// - the errors of the token, of the connection and of a document that cannot be read
    /// - the causes that [`ErrorAnswer::diagnosis`](crate::error::ErrorAnswer::diagnosis) names, for an answer with a
    ///   status of failure, a login page or another web page
    /// - [`AnswerNotDocument`](crate::error::FormsProblem::AnswerNotDocument) and
    ///   [`AnswerEmpty`](crate::error::FormsProblem::AnswerEmpty) for an answer that is not the document
    pub async fn generate(&self, generation: &Generation) -> Result<Received<'static>> {
        let kind = generation.kind();
        let accept = if generation.wants_page_count {
            "multipart/mixed"
        } else {
            kind.accept()
        };
        let call = Call::form(generation.path(), accept, generation.form()?);
        let reader = AnswerReader::new(self.send(&call).await?)?;
        Received::only(reader, kind).await
    }
}
