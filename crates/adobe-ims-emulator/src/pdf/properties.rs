//! The properties of a document that is written.

use std::time::SystemTime;

/// The properties of a document: its entries in the Info dictionary and the form of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Properties {
    pub(crate) title: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) producer: Option<String>,
    /// More entries of the Info dictionary, such as `Author`, `Subject` and `Keywords`.
    pub(crate) information: Vec<(String, String)>,
    /// The language of the text, as `de_DE` or `de-DE`.
    pub(crate) locale: Option<String>,
    pub(crate) created: Option<SystemTime>,
    /// The file identifier in the trailer.
    pub(crate) document_id: [u8; 16],
    pub(crate) version: PdfVersion,
    pub(crate) structure: Structure,
    pub(crate) fonts: FontUse,
    pub(crate) layout: FileLayout,
}

/// The version in the header of the file.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum PdfVersion {
    V1_4,
    V1_5,
    V1_6,
    #[default]
    V1_7,
}

impl PdfVersion {
    /// Returns the version that an `acrobatVersion` of the Output service means. Acrobat 10 and 11
    /// write extension levels of PDF 1.7.
    pub(crate) fn from_acrobat(name: &str) -> Option<Self> {
        matches!(name, "Acrobat_10" | "Acrobat_10_1" | "Acrobat_11").then_some(Self::V1_7)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4",
            Self::V1_5 => "1.5",
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

/// The logical structure of a document.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Structure {
    #[default]
    Plain,
    /// Each text is a paragraph of the structure tree.
    Tagged,
}

/// The font of the texts that code page 1252 can write. Other texts always have an embedded font,
/// whose boxes stand for the characters that it does not have.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum FontUse {
    /// Helvetica, which readers have.
    #[default]
    Standard,
    Embedded,
}

/// The order of the objects in the file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum FileLayout {
    #[default]
    Plain,
    /// The first page comes first, for display during a download.
    Linearized,
}

/// A level of PDF/A: the part of ISO 19005 and the conformance, `B`, `U` or `A`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PdfaLevel {
    pub(crate) part: u8,
    pub(crate) conformance: char,
}

impl PdfaLevel {
    pub(crate) const fn new(part: u8, conformance: char) -> Self {
        Self { part, conformance }
    }

    /// Returns the level that an option of the PDF/A service names, such as `PDFA_1B`.
    pub(crate) fn from_option(name: &str) -> Option<Self> {
        match name {
            "PDFA_1B" => Some(Self::new(1, 'B')),
            "PDFA_2B" => Some(Self::new(2, 'B')),
            "PDFA_3B" => Some(Self::new(3, 'B')),
            _ => None,
        }
    }

    /// Returns the level that an attribute of DDX names, such as `PDF/A-1b`.
    pub(crate) fn from_ddx(name: &str) -> Option<Self> {
        match name {
            "PDF/A-1b" => Some(Self::new(1, 'B')),
            "PDF/A-2b" => Some(Self::new(2, 'B')),
            "PDF/A-3b" => Some(Self::new(3, 'B')),
            _ => None,
        }
    }

    /// Tells whether a file of this level fulfils `asked`.
    pub(super) fn includes(self, asked: Self) -> bool {
        let rank = |conformance: char| match conformance.to_ascii_uppercase() {
            'A' => 3,
            'U' => 2,
            'B' => 1,
            _ => 0,
        };
        self.part >= asked.part && rank(self.conformance) >= rank(asked.conformance)
    }
}

impl std::fmt::Display for PdfaLevel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "PDF/A-{}{}",
            self.part,
            self.conformance.to_ascii_lowercase()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_level_includes_lower_level() {
        let basic = PdfaLevel::new(2, 'B');
        assert!(PdfaLevel::new(3, 'A').includes(basic));
        assert!(PdfaLevel::new(2, 'b').includes(basic));
        assert!(!PdfaLevel::new(1, 'A').includes(basic));
        assert!(!PdfaLevel::new(2, 'B').includes(PdfaLevel::new(2, 'U')));
        assert!(!PdfaLevel::new(2, '?').includes(basic));
        assert_eq!(
            PdfaLevel::from_ddx("PDF/A-2b"),
            PdfaLevel::from_option("PDFA_2B")
        );
        assert_eq!(basic.to_string(), "PDF/A-2b");
    }
}
