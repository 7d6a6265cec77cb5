//! The form of a private key, as it was read: its wrappings, its encryption and the repairs. No text of the
//! key is in it.

use core::fmt;
use std::path::PathBuf;

use super::legacy_pem::LegacyEncryption;
use crate::util::pem;

/// The longest line that programs write in PEM. RFC 7468 wants 64 characters, MIME allows 76.
const LONGEST_LINE: usize = 76;

/// The form in which a private key was held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// The wrappings, from the outside in.
    pub wrappings: Vec<KeyWrapping>,
    /// The method of the encryption, if the key is encrypted.
    pub encryption: Option<String>,
    /// The encoding of the key inside, if it was reached.
    pub encoding: Option<KeyEncoding>,
    /// The repairs that were needed to read the key, each once.
    pub repairs: Vec<KeyRepair>,
}

/// Something that a private key was wrapped in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyWrapping {
    /// The file that a document names.
    File(PathBuf),
    /// A JSON array of lines.
    JsonLines,
    /// Base64 of a text or of DER.
    Base64,
    /// A PEM block.
    Pem,
    /// DER.
    Der,
}

/// The encoding of an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// `BEGIN RSA PRIVATE KEY`.
    Pkcs1,
    /// `BEGIN PRIVATE KEY`.
    Pkcs8,
}

/// A repair of a private key. Other programs may not make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRepair {
    /// The text was UTF-16.
    Utf16,
    /// There were quotes around it.
    Quotes,
    /// Its line ends were written out.
    EscapedLineEnds,
    /// Its line ends were written out more than once.
    DoublyEscapedLineEnds,
    /// A word processor had joined its dashes.
    Dashes,
    /// The marks of a quoted mail stood before its lines.
    MailMarks,
    /// The BEGIN and END lines were in lower case.
    LowerCaseLabels,
    /// Its lines were joined.
    JoinedLines,
    /// Blanks stood in the place of its line ends.
    BlanksForLineEnds,
    /// Its lines were indented.
    Indented,
    /// Blanks of a web page were in it.
    InvisibleBlanks,
    /// The BEGIN line was missing.
    NoBeginLine,
    /// The END line was missing.
    NoEndLine,
}

impl KeyDescription {
    pub(super) fn wrapped(&mut self, wrapping: KeyWrapping) {
        self.wrappings.push(wrapping);
    }

    fn repaired(&mut self, repair: KeyRepair) {
        if !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
    }

    /// Notes what is to be repaired in a text with PEM or base64. `bytes` is the text as it was held.
    pub(super) fn look_at_text(&mut self, bytes: &[u8], text: &str) {
        use KeyRepair::*;
        let has_quotes =
            |quote: &str| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        let is_escaped = text.contains("\\n") || text.contains("\\r");
        for (repair, is_needed) in [
            (Utf16, matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])),
            (Quotes, ["\\\"", "\"", "'", "`"].into_iter().any(has_quotes)),
            (
                DoublyEscapedLineEnds,
                text.contains("\\\\n") || text.contains("\\\\r"),
            ),
            (Dashes, text.contains(['–', '—'])),
            (
                MailMarks,
                text.lines().any(|line| line.trim_start().starts_with('>')),
            ),
        ] {
            if is_needed {
                self.repaired(repair);
            }
        }
        if is_escaped && !self.repairs.contains(&DoublyEscapedLineEnds) {
            self.repaired(EscapedLineEnds);
        }
    }

    pub(super) fn had_lower_case_labels(&mut self) {
        self.repaired(KeyRepair::LowerCaseLabels);
    }

    pub(super) fn had_no_begin_line(&mut self) {
        self.repaired(KeyRepair::NoBeginLine);
    }

    /// Notes what is to be repaired in a PEM block.
    pub(super) fn look_at_block(&mut self, block: &pem::Block<'_>) {
        let body = LegacyEncryption::find(block.body).map_or(block.body, |found| found.body);
        if !block.ended {
            self.repaired(KeyRepair::NoEndLine);
        }
        let lines = || {
            body.split(['\n', '\r'])
                .filter(|line| !line.trim().is_empty())
        };
        let is_invisible = |c: char| !c.is_ascii() && (c.is_whitespace() || c == '\u{200b}');
        if body.contains(is_invisible) {
            self.repaired(KeyRepair::InvisibleBlanks);
        }
        if lines().any(|line| line.trim().contains(char::is_whitespace)) {
            self.repaired(KeyRepair::BlanksForLineEnds);
        } else if lines().any(|line| line.trim().len() > LONGEST_LINE) {
            self.repaired(KeyRepair::JoinedLines);
        }
        // The first line may follow the BEGIN line after a blank, where both are one line.
        let is_indented = |line: &str| line.starts_with([' ', '\t']);
        if lines().count() > 1 && lines().any(is_indented) {
            self.repaired(KeyRepair::Indented);
        }
    }
}

/// The encoding and the wrappings from the inside out: `PKCS#1 in PEM in base64`.
impl fmt::Display for KeyDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = self.encoding.map(|it| it.to_string());
        let wrappings = self.wrappings.iter().rev().map(|it| it.to_string());
        let parts: Vec<_> = encoding.into_iter().chain(wrappings).collect();
        f.write_str(&parts.join(" in "))?;
        match &self.encryption {
            Some(method) => write!(f, ", encrypted ({method})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for KeyWrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(path) => return write!(f, "the file {path:?}"),
            Self::JsonLines => "a JSON array of lines",
            Self::Base64 => "base64",
            Self::Pem => "PEM",
            Self::Der => "DER",
        })
    }
}

impl fmt::Display for KeyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
        })
    }
}

/// The sentence about the key continues with it: "the private key …".
impl fmt::Display for KeyRepair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "was UTF-16",
            Self::Quotes => "had quotes around it",
            Self::EscapedLineEnds => "had its line ends written out (\\n)",
            Self::DoublyEscapedLineEnds => "had its line ends written out twice (\\\\n)",
            Self::Dashes => "had the long dashes of a word processor",
            Self::MailMarks => "had the marks of a quoted mail (>)",
            Self::LowerCaseLabels => "had its BEGIN and END lines in lower case",
            Self::JoinedLines => "had its lines joined",
            Self::BlanksForLineEnds => "had blanks in the place of its line ends",
            Self::Indented => "had blanks before its lines",
            Self::InvisibleBlanks => "had the blanks of a web page in it",
            Self::NoBeginLine => "had no BEGIN line",
            Self::NoEndLine => "had no END line",
        })
    }
}
