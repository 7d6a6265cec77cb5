//! The options that Adobe documents, and their values.

/// A request whose options are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// A PDF from a template.
    Pdf,
    /// A print stream from a template.
    Print,
    /// An AFP stream from a template.
    Afp,
    /// An assembly.
    Assemble,
    /// A conversion to PDF/A.
    PdfaConvert,
    /// A check for PDF/A.
    PdfaValidate,
}

/// An option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownOption {
    pub(crate) name: &'static str,
    pub(crate) value: KnownValue,
}

/// The values that an option may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KnownValue {
    Boolean,
    Text,
    /// A text, or `null`.
    OptionalText,
    /// A whole number, this or more.
    Integer(i64),
    OneOf(&'static [&'static str]),
    Object(&'static [KnownOption]),
}

/// A print language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrintLanguage {
    /// The value of `renderType`.
    pub(crate) name: &'static str,
    /// The device files of Adobe for it.
    pub(crate) xdc: &'static [&'static str],
}

pub(crate) const PRINT_LANGUAGES: &[PrintLanguage] = &[
    PrintLanguage {
        name: "PostScript",
        xdc: &["ps_plain.xdc", "ps_plain_level3.xdc"],
    },
    PrintLanguage {
        name: "PCL",
        xdc: &["hppcl5e.xdc", "hppcl5c.xdc"],
    },
    PrintLanguage {
        name: "ZPL",
        xdc: &["zpl300.xdc", "zpl600.xdc"],
    },
    PrintLanguage {
        name: "DPL",
        xdc: &["dpl300.xdc", "dpl406.xdc", "dpl600.xdc"],
    },
    PrintLanguage {
        name: "IPL",
        xdc: &["ipl300.xdc", "ipl400.xdc"],
    },
    PrintLanguage {
        name: "TPCL",
        xdc: &["tpcl600.xdc"],
    },
];

use KnownValue::{Boolean, Integer, Object, OneOf, OptionalText, Text};

const fn option(name: &'static str, value: KnownValue) -> KnownOption {
    KnownOption { name, value }
}

const COMPLIANCE: KnownOption = option("compliance", OneOf(&["PDFA_1B", "PDFA_2B", "PDFA_3B"]));
const RESULT_LEVEL: KnownOption =
    option("resultLevel", OneOf(&["PASS_FAIL", "SUMMARY", "DETAILED"]));

const PDF: &[KnownOption] = &[
    option("locale", Text),
    option("contentRoot", Text),
    option("isTagged", Boolean),
    option("embedFonts", Boolean),
    option("linearizedPDF", Boolean),
    option("retainFormState", Boolean),
    option("retainUnsignedSignatureFields", Boolean),
    option(
        "acrobatVersion",
        OneOf(&["Acrobat_10", "Acrobat_10_1", "Acrobat_11"]),
    ),
];

const PRINT: &[KnownOption] = &[
    option("printConfig", Object(PRINT_CONFIG)),
    option("locale", Text),
    option("contentRoot", Text),
    option("copies", Integer(1)),
    option(
        "paginationOverride",
        OneOf(&["simplex", "duplexShortEdge", "duplexLongEdge"]),
    ),
];

const PRINT_CONFIG: &[KnownOption] = &[
    option(
        "renderType",
        OneOf(&["PostScript", "PCL", "ZPL", "DPL", "IPL", "TPCL"]),
    ),
    option("xdcUri", Text),
];

const AFP: &[KnownOption] = &[
    option("contentRoot", Text),
    option("embedFonts", Boolean),
    option("locale", Text),
    option("pdfVersion", Text),
    option("resolution", Integer(1)),
];

const ASSEMBLE: &[KnownOption] = &[
    option("defaultStyle", OptionalText),
    option("validateOnly", Boolean),
    option("failOnError", Boolean),
    option("firstBatesNumber", Integer(-1)),
];

const PDFA_CONVERT: &[KnownOption] = &[
    COMPLIANCE,
    RESULT_LEVEL,
    option("optionalContent", OneOf(&["VISIBLE", "ALL"])),
    option(
        "colorSpace",
        OneOf(&["S_RGB", "COATED_FOGRA27", "JAPAN_COLOR_COATED", "SWOP"]),
    ),
    option("verify", Boolean),
];

const PDFA_VALIDATE: &[KnownOption] = &[COMPLIANCE, RESULT_LEVEL];

/// Returns the options of a request.
pub(crate) fn of(operation: Operation) -> &'static [KnownOption] {
    match operation {
        Operation::Pdf => PDF,
        Operation::Print => PRINT,
        Operation::Afp => AFP,
        Operation::Assemble => ASSEMBLE,
        Operation::PdfaConvert => PDFA_CONVERT,
        Operation::PdfaValidate => PDFA_VALIDATE,
    }
}

/// Returns true for the name of an option of any request.
pub(crate) fn is_known(name: &str) -> bool {
    let tables = [PDF, PRINT, AFP, ASSEMBLE, PDFA_CONVERT, PDFA_VALIDATE];
    tables
        .iter()
        .any(|table| table.iter().any(|it| it.name == name))
}

/// Returns the print language that a device file of Adobe is for. A path may stand before its name.
pub(crate) fn language_of_xdc(uri: &str) -> Option<&'static PrintLanguage> {
    let name = uri.rsplit(['/', '\\']).next().unwrap_or(uri);
    let name = name.to_ascii_lowercase();
    let mut languages = PRINT_LANGUAGES.iter();
    languages.find(|language| language.xdc.contains(&name.as_str()))
}
