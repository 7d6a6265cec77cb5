//! Documents that go with a request: [`Document`].

use core::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::error::{Error, FormsProblem, Result};

/// A document that goes with a request: the content itself, or a reference to one that AEM can read.
///
/// ```
/// use aem_forms::document::Document;
///
/// let data = Document::bytes("letter.xml", "<form1><name>Sarah</name></form1>");
/// let template = Document::reference("crx:///content/dam/formsanddocuments/letter.xdp")?;
/// # Ok::<(), aem_forms::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Inline(Inline),
    Reference(String),
}

/// A document that is sent.
#[derive(Clone, Debug)]
pub(crate) struct Inline {
    /// Forms reads a part without a file name as a reference, so there is always one.
    pub(crate) file_name: String,
    pub(crate) content_type: String,
    pub(crate) content: Content,
}

/// The content of a document, which can be read more than once.
#[derive(Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    File { path: PathBuf, length: u64 },
}

impl Content {
    /// Returns the length in bytes.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::File { path, length } => write!(f, "{path:?}, {length} bytes"),
        }
    }
}

impl Document {
    /// Creates a document from its content. AEM sees the file name.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let file_name = file_name.into();
        Self(Kind::Inline(Inline {
            content_type: content_type_of(&file_name).to_owned(),
            file_name,
            content: Content::Bytes(content.into()),
        }))
    }

    /// Creates a document from a file, which is read while the request is sent. Its length must not change until then.
    ///
    /// # Errors
    /// [`FormsProblem::DocumentUnreadable`] if the file cannot be opened or is a folder.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = |reason: &dyn fmt::Display| {
            let message = format!("{path:?} cannot be read: {reason}");
            Error::new(FormsProblem::DocumentUnreadable, message)
        };
        let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
        let metadata = file.metadata().map_err(|error| unreadable(&error))?;
        if !metadata.is_file() {
            return Err(unreadable(&"it is no regular file"));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self(Kind::Inline(Inline {
            content_type: content_type_of(&name).to_owned(),
            file_name: name.into_owned(),
            content: Content::File {
                path: path.to_owned(),
                length: metadata.len(),
            },
        })))
    }

    /// Creates a reference: `crx:///content/dam/…`, `/content/dam/…`, `https://…`, or a path below the content root of
    /// the options.
    ///
    /// # Errors
    /// [`FormsProblem::ReferenceInvalid`] for an empty text or one with control characters.
    pub fn reference(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            let message = format!("{text:?} is no reference to a document");
            return Err(Error::new(FormsProblem::ReferenceInvalid, message));
        }
        Ok(Self(Kind::Reference(text)))
    }

    /// Returns true for a text that is a reference by its form, and no path of a file: it begins with `crx:/`,
    /// `/content/dam/`, `https://` or `http://`.
    pub fn is_reference_text(text: &str) -> bool {
        ["crx:/", "/content/dam/", "https://", "http://"]
            .iter()
            .any(|start| text.starts_with(start))
    }

    /// Sends the content with another type than the one that follows from the file name. A reference stays as it is.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        if let Kind::Inline(inline) = &mut self.0 {
            inline.content_type = content_type.into();
        }
        self
    }

    /// Returns the reference, if it is one.
    pub fn as_reference(&self) -> Option<&str> {
        match &self.0 {
            Kind::Reference(text) => Some(text),
            Kind::Inline(_) => None,
        }
    }

    /// Returns the file name that AEM sees; `None` for a reference.
    pub fn file_name(&self) -> Option<&str> {
        self.inline().map(|inline| inline.file_name.as_str())
    }

    /// Returns the length of the content in bytes; `None` for a reference.
    pub fn length(&self) -> Option<u64> {
        self.inline().map(|inline| inline.content.length())
    }

    pub(crate) fn inline(&self) -> Option<&Inline> {
        match &self.0 {
            Kind::Inline(inline) => Some(inline),
            Kind::Reference(_) => None,
        }
    }
}

/// Returns the type for the ending of a file name. It is never text/plain, which marks a reference.
fn content_type_of(file_name: &str) -> &'static str {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "xml" | "ddx" | "xci" => "application/xml",
        "xdp" => "application/vnd.adobe.xdp+xml",
        "pdf" => "application/pdf",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
