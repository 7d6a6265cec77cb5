//! The options of each API. Every option is sent only if it is given.
//!
//! ```
//! use aem_forms::options::PdfOptions;
//!
//! let flags = PdfOptions::new().locale("de").embed_fonts(true);
//! let options = flags.over_json(r#"{"locale": "fr", "newOption": 1}"#)?;
//! assert_eq!(options.to_json(), r#"{"embedFonts":true,"locale":"de","newOption":1}"#);
//! # Ok::<(), aem_forms::Error>(())
//! ```

mod object;
mod value;
mod generation;
mod assembly;
mod pdfa;

pub use assembly::AssemblyOptions;
pub use generation::{AfpOptions, PdfOptions, PrintOptions};
pub(crate) use object::OptionObject;
pub use pdfa::{PdfaCheckOptions, PdfaOptions};
pub use value::{
    AcrobatVersion, ColorSpace, Compliance, OptionalContent, Pagination, PrintFormat, ResultLevel,
};
