//! The kinds of documents, their types and their first bytes.

use memchr::memmem;

use crate::options::PrintFormat;

/// The kind of a document in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// PDF.
    Pdf,
    /// PostScript.
    PostScript,
    /// PCL.
    Pcl,
    /// ZPL.
    Zpl,
    /// DPL.
    Dpl,
    /// IPL.
    Ipl,
    /// TPCL.
    Tpcl,
    /// AFP.
    Afp,
    /// Another kind, which an assembly can produce: XML, XDP, an extracted attachment.
    Other,
}

impl DocumentKind {
    /// Returns the usual ending of a file name, without the dot. It is empty for [`Other`](Self::Other).
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::PostScript => "ps",
            Self::Pcl => "pcl",
            Self::Zpl => "zpl",
            Self::Dpl => "dpl",
            Self::Ipl => "ipl",
            Self::Tpcl => "tpcl",
            Self::Afp => "afp",
            Self::Other => "",
        }
    }

    /// Returns the name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::PostScript => "PostScript",
            Self::Pcl => "PCL",
            Self::Zpl => "ZPL",
            Self::Dpl => "DPL",
            Self::Ipl => "IPL",
            Self::Tpcl => "TPCL",
            Self::Afp => "AFP",
            Self::Other => "document",
        }
    }

    /// Returns the types that a request for the kind accepts.
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::PostScript => "application/postscript, application/octet-stream",
            Self::Pcl => "application/vnd.hp-pcl, application/octet-stream",
            Self::Afp => "application/x-afp, application/octet-stream",
            _ => "application/octet-stream",
        }
    }

    /// Returns true if an answer of this type, in lower case and without parameters, can be the document. The types are
    /// documented by Adobe, or those of AEM on premises.
    pub(super) fn accepts_type(self, media_type: &str) -> bool {
        let own: &[&str] = match self {
            Self::Pdf => &["application/pdf", "application/x-pdf"],
            Self::PostScript => &["application/postscript", "application/x-postscript"],
            Self::Pcl => &[
                "application/vnd.hp-pcl",
                "application/pcl",
                "application/x-pcl",
            ],
            Self::Zpl => &[
                "x-application/zpl",
                "application/zpl",
                "application/vnd.zebra-zpl",
            ],
            Self::Dpl => &["application/vnd.datamax-dpl", "application/dpl"],
            Self::Ipl => &["application/vnd.intermec-ipl", "application/ipl"],
            Self::Tpcl => &["application/vnd.toshiba-tpcl", "application/tpcl"],
            Self::Afp => &[
                "application/x-afp",
                "application/afp",
                "application/vnd.ibm.modcap",
            ],
            Self::Other => return true,
        };
        let any = ["application/octet-stream", "binary/octet-stream"];
        own.contains(&media_type) || any.contains(&media_type)
    }

    /// Returns true if a document can begin so.
    pub(super) fn begins(self, start: &[u8]) -> bool {
        let text = start.trim_ascii_start();
        match self {
            Self::Pdf => {
                let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
                text.starts_with(b"%PDF-")
            }
            Self::PostScript => {
                let is_job =
                    text.starts_with(UNIVERSAL_EXIT) && memmem::find(text, b"%!").is_some();
                // A server for printers may begin with the end of the job before.
                text.strip_prefix(b"\x04")
                    .unwrap_or(text)
                    .starts_with(b"%!")
                    || is_job
            }
            Self::Pcl => text.starts_with(b"\x1b"),
            Self::Zpl => {
                let is_command = text.starts_with(b"^") || text.starts_with(b"~");
                is_command || text.starts_with(b"CT~~")
            }
            Self::Afp => start.starts_with(b"\x5a"),
            Self::Dpl | Self::Ipl | Self::Tpcl | Self::Other => true,
        }
    }

    /// Returns true if the end of a document of this kind can be told.
    pub(super) fn has_end(self) -> bool {
        self == Self::Pdf
    }
}

/// The command that ends a job of any printer language, before the next job (`ESC%-12345X`).
const UNIVERSAL_EXIT: &[u8] = b"\x1b%-12345X";

impl From<PrintFormat> for DocumentKind {
    fn from(format: PrintFormat) -> Self {
        match format {
            PrintFormat::PostScript => Self::PostScript,
            PrintFormat::Pcl => Self::Pcl,
            PrintFormat::Zpl => Self::Zpl,
            PrintFormat::Dpl => Self::Dpl,
            PrintFormat::Ipl => Self::Ipl,
            PrintFormat::Tpcl => Self::Tpcl,
        }
    }
}
