use serde_json::{Map, Value};

use crate::error::{Error, FormsProblem, Result};
use crate::options::{OptionObject, PdfOptions, PrintOptions};

/// The configuration of a batch. Members that this program does not know are kept.
///
/// ```
/// use aem_forms::batch::BatchConfig;
/// use aem_forms::options::PdfOptions;
///
/// let config = BatchConfig::new("letters")
///     .data_source("/conf/global/settings/forms/usc/batch/letters")
///     .template("crx:///content/dam/formsanddocuments/letter.xdp")
///     .pdf(&PdfOptions::new().locale("de"));
/// assert_eq!(config.name(), Some("letters"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BatchConfig(OptionObject);

impl BatchConfig {
    /// Creates a configuration with a name.
    pub fn new(name: impl Into<String>) -> Self {
        let mut object = OptionObject::default();
        object.set("configName", Value::String(name.into()));
        Self(object)
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// [`FormsProblem::OptionsMalformed`] unless it is a JSON object.
    pub fn from_json(json: &str) -> Result<Self> {
        OptionObject::default().over_json(json).map(Self)
    }

    pub(super) fn of_server(mut members: Map<String, Value>) -> Self {
        // AEM adds it, and does not take it.
        members.remove("dataSource");
        Self(OptionObject::from(members))
    }

    /// Sets the configuration of the storage, such as `/conf/global/settings/forms/usc/batch/NAME`.
    #[must_use]
    pub fn data_source(self, uri: impl Into<String>) -> Self {
        self.with("dataSourceConfigUri", uri.into())
    }

    /// Sets the template, a reference.
    #[must_use]
    pub fn template(self, reference: impl Into<String>) -> Self {
        self.with("template", reference.into())
    }

    /// Sets the folder in which relative references are resolved.
    #[must_use]
    pub fn content_root(self, folder: impl Into<String>) -> Self {
        self.with("contentRoot", folder.into())
    }

    /// Sets the configuration file (XCI), a reference.
    #[must_use]
    pub fn xci(self, reference: impl Into<String>) -> Self {
        self.with("xci", reference.into())
    }

    /// Adds PDF output. The content root of the options does not count; that of the batch does.
    #[must_use]
    pub fn pdf(mut self, options: &PdfOptions) -> Self {
        self.add_output("PDF");
        let options = without_content_root(options.object());
        if options
            .as_object()
            .is_some_and(|options| !options.is_empty())
        {
            self.0.set("pdfOutputOptions", options);
        }
        self
    }

    /// Adds print output. The content root of the options does not count; that of the batch does.
    #[must_use]
    pub fn print(mut self, options: &PrintOptions) -> Self {
        self.add_output("PRINT");
        let options = without_content_root(options.object());
        self.push("printedOutputOptionsList", options);
        self
    }

    /// Adds the members of another configuration that this one does not have.
    ///
    /// # Errors
    /// [`FormsProblem::OptionsMalformed`] unless it is a JSON object.
    pub fn over_json(self, json: &str) -> Result<Self> {
        self.0.over_json(json).map(Self)
    }

    /// Returns the name.
    pub fn name(&self) -> Option<&str> {
        self.0.get("configName").and_then(Value::as_str)
    }

    /// Returns the configuration as a JSON object.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    pub(super) fn to_value(&self) -> Value {
        self.0.to_value()
    }

    pub(super) fn required_name(&self) -> Result<&str> {
        self.name().filter(|name| !name.is_empty()).ok_or_else(|| {
            let message = "the configuration of the batch has no name (configName)";
            Error::new(FormsProblem::RequestInvalid, message)
        })
    }

    fn with(mut self, name: &str, value: String) -> Self {
        self.0.set(name, Value::String(value));
        self
    }

    fn add_output(&mut self, kind: &str) {
        let types = self.0.get("outputTypes").and_then(Value::as_array);
        if !types.is_some_and(|types| types.iter().any(|it| it == kind)) {
            self.push("outputTypes", Value::from(kind));
        }
    }

    fn push(&mut self, name: &str, value: Value) {
        let list = self.0.get(name).and_then(Value::as_array).cloned();
        let mut list = list.unwrap_or_default();
        list.push(value);
        self.0.set(name, Value::Array(list));
    }
}

fn without_content_root(options: &OptionObject) -> Value {
    let mut value = options.to_value();
    if let Some(members) = value.as_object_mut() {
        members.remove("contentRoot");
    }
    value
}
