use serde_json::{Value, json};

use super::object::{OptionObject, option_type};
use super::value::{AcrobatVersion, Pagination, PrintFormat};
use crate::error::Result;

option_type! {
    /// The options of PDF output.
    #[derive(Default)]
    PdfOptions {
        /// Sets the locale, such as `de`. The default of the API is `en`.
        locale: text "locale";
        /// Sets the folder in which relative references are resolved, such as `crx:///content/dam/formsanddocuments`.
        content_root: text "contentRoot";
        /// Makes a tagged PDF, for screen readers.
        tagged: (bool) "isTagged";
        /// Embeds the fonts in the PDF.
        embed_fonts: (bool) "embedFonts";
        /// Makes a PDF of which a browser shows the first page before it has the rest.
        linearized: (bool) "linearizedPDF";
        /// Keeps the state of the form. For an XFA PDF without data.
        retain_form_state: (bool) "retainFormState";
        /// Keeps the signature fields that nobody has signed.
        retain_unsigned_signature_fields: (bool) "retainUnsignedSignatureFields";
        /// Sets the oldest Acrobat that opens the PDF.
        acrobat_version: (AcrobatVersion) "acrobatVersion";
    }
}

option_type! {
    /// The options of print output. The print language and its device file are always there.
    PrintOptions {
        /// Sets the locale, such as `de`. The default of the API is `en`.
        locale: text "locale";
        /// Sets the folder in which relative references are resolved, such as `crx:///content/dam/formsanddocuments`.
        content_root: text "contentRoot";
        /// Sets the number of copies. The default of the API is 1.
        copies: (u32) "copies";
        /// Sets the sides of the paper that are printed.
        pagination: (Pagination) "paginationOverride";
    }
}

option_type! {
    /// The options of AFP output.
    #[derive(Default)]
    AfpOptions {
        /// Sets the locale, such as `de`. The default of the API is `en`.
        locale: text "locale";
        /// Sets the folder in which relative references are resolved, such as `crx:///content/dam/formsanddocuments`.
        content_root: text "contentRoot";
        /// Embeds the fonts.
        embed_fonts: (bool) "embedFonts";
        /// Sets the version of the PDF that becomes AFP, such as `1.7`.
        pdf_version: text "pdfVersion";
        /// Sets the resolution in dots per inch. The default of the API is 300.
        resolution: (u32) "resolution";
    }
}

impl PdfOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }
}

impl AfpOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }
}

impl PrintOptions {
    /// Creates options with the print language and its device file (XDC), such as `zpl300.xdc`.
    pub fn new(format: PrintFormat, xdc_uri: impl Into<String>) -> Self {
        let mut options = OptionObject::default();
        let config = json!({"renderType": format.as_str(), "xdcUri": xdc_uri.into()});
        options.set("printConfig", config);
        Self(options)
    }

    /// Returns the print language.
    pub fn format(&self) -> PrintFormat {
        let config = self.0.get("printConfig");
        let name = config.and_then(|config| config.get("renderType"));
        let mut formats = PrintFormat::ALL.iter();
        let format = formats.find(|format| name.is_some_and(|name| name == format.as_str()));
        // The constructor sets it, and nothing replaces it.
        *format.unwrap_or(&PrintFormat::PostScript)
    }
}
