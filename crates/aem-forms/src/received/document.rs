use core::fmt;
use std::collections::VecDeque;
use std::path::Path;

use adobe_ims::error::ServerText;
use bytes::Bytes;
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::content::{self, ContentPlace, START};
use super::end::EndCheck;
use super::file::FileSink;
use super::kind::DocumentKind;
use super::reader::AnswerReader;
use crate::client::refusal::{MAX_LOG, is_log};
use crate::error::{Error, FormsProblem, Log, Result};
use crate::multipart::header::PartHead;

/// A document that arrives. Its beginning was checked; its end is checked when it is there.
///
/// A document counts only when the method that reads it has returned without an error.
///
/// ```no_run
/// use aem_forms::options::PdfOptions;
/// use aem_forms::{Document, FormsClient, Generation};
///
/// # async fn example(client: FormsClient) -> aem_forms::Result<()> {
/// let template = Document::file("letter.xdp")?;
/// let mut letter = client.generate(&Generation::pdf(template, PdfOptions::new())).await?;
/// letter.write_to_file("letter.pdf").await?;
/// # Ok(())
/// # }
/// ```
pub struct Received<'a> {
    reader: Reader<'a>,
    kind: DocumentKind,
    head: PartHead,
    /// The pieces that were read for the check of the beginning.
    pending: VecDeque<Bytes>,
    end: EndCheck,
    length: u64,
    progress: Progress,
    page_count: Option<u32>,
}

enum Reader<'a> {
    /// The document is the only one of its answer.
    Owned(Box<AnswerReader>),
    /// Other documents may follow.
    Shared(&'a mut AnswerReader),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Reading,
    Done,
    Failed,
}

/// In bytes. The metadata of a document are a number.
const MAX_METADATA: usize = 64 * 1024;

impl Received<'static> {
    /// Finds the one document of an answer.
    pub(crate) async fn only(mut reader: AnswerReader, kind: DocumentKind) -> Result<Self> {
        let mut page_count = None;
        while let Some(head) = reader.next_part().await? {
            if !reader.is_multipart() || is_document(&head, kind) {
                let mut received = Self::open(Reader::Owned(Box::new(reader)), kind, head).await?;
                received.page_count = page_count;
                return Ok(received);
            }
            page_count = read_field(&mut reader, &head).await?.or(page_count);
        }
        let message = "none of its parts is the document";
        Err(reader.error(FormsProblem::AnswerNotDocument, message))
    }
}

impl<'a> Received<'a> {
    /// Begins with a document among others.
    pub(crate) async fn among(
        reader: &'a mut AnswerReader,
        kind: DocumentKind,
        head: PartHead,
    ) -> Result<Self> {
        Self::open(Reader::Shared(reader), kind, head).await
    }

    async fn open(mut reader: Reader<'a>, kind: DocumentKind, head: PartHead) -> Result<Self> {
        let mut pending = VecDeque::new();
        let mut start = Vec::new();
        while start.len() < START {
            let Some(piece) = reader.get().next_data().await? else {
                break;
            };
            let room = START - start.len();
            start.extend_from_slice(&piece[..piece.len().min(room)]);
            pending.push_back(piece);
        }
        let media_type = head.media_type();
        let place = if reader.get().is_multipart() {
            ContentPlace::Part
        } else {
            ContentPlace::Whole
        };
        if let Err(wrong) = content::check(kind, place, media_type.as_deref(), &start) {
            return Err(reader.get().error(wrong.problem(), &wrong.reason()));
        }
        if !reader.get().has_end() && !kind.has_end() {
            let message = "the answer does not tell where it ends";
            return Err(reader.get().error(FormsProblem::AnswerTruncated, message));
        }
        Ok(Self {
            reader,
            kind,
            head,
            pending,
            end: EndCheck::new(kind),
            length: 0,
            progress: Progress::Reading,
            page_count: None,
        })
    }

    /// Returns the kind of the document.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Returns the name of the part that the document is in, as the server wrote it: for an assembly the `result` of the
    /// DDX. It may hold anything, and is no safe path.
    pub fn name(&self) -> Option<&str> {
        self.head.name.as_deref()
    }

    /// Returns the file name that the server proposes, as it wrote it. It may hold anything, and is no safe path.
    pub fn file_name(&self) -> Option<&str> {
        self.head.file_name.as_deref()
    }

    /// Returns the length of the document in bytes, as far as it was read.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns the number of pages, if the server named it. It may come behind the document.
    pub fn page_count(&self) -> Option<u32> {
        self.page_count
    }

    /// Returns the id by which Adobe finds the request.
    pub fn request_id(&self) -> Option<ServerText> {
        self.reader().exchange.request_id()
    }

    /// Returns the logs that came with the document. They may come behind it.
    pub fn logs(&self) -> &[Log] {
        &self.reader().logs
    }

    /// Returns the next piece, or `None` at the end of a document that is whole.
    ///
    /// # Errors
    /// - [`FormsProblem::AnswerTruncated`] if the answer ended before the document
    /// - [`FormsProblem::AnswerMalformed`] if a second document follows where one was asked for
    /// - the errors of a connection
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        match self.progress {
            Progress::Reading => {}
            Progress::Done => return Ok(None),
            Progress::Failed => {
                let message = "the document was not read to its end";
                return Err(Error::new(FormsProblem::AnswerTruncated, message));
            }
        }
        self.progress = Progress::Failed;
        let piece = match self.pending.pop_front() {
            Some(piece) => Some(piece),
            None => self.reader.get().next_data().await?,
        };
        match piece {
            Some(piece) => {
                self.end.note(&piece);
                self.length += piece.len() as u64;
                self.progress = Progress::Reading;
                Ok(Some(piece))
            }
            None => {
                self.check_end().await?;
                self.progress = Progress::Done;
                Ok(None)
            }
        }
    }

    async fn check_end(&mut self) -> Result<()> {
        if !self.end.is_whole() {
            let message = "the PDF has no end (%%EOF)";
            return Err(self.reader().error(FormsProblem::AnswerTruncated, message));
        }
        let Reader::Owned(reader) = &mut self.reader else {
            return Ok(());
        };
        while let Some(head) = reader.next_part().await? {
            if is_document(&head, self.kind) {
                let message = "it has two documents where one was asked for";
                return Err(reader.error(FormsProblem::AnswerMalformed, message));
            }
            let page_count = read_field(reader, &head).await?;
            self.page_count = page_count.or(self.page_count);
        }
        Ok(())
    }

    /// Writes the document to a file. It is written under a temporary name in the same folder, which is replaced at the
    /// end: the file is whole, or it is as it was before.
    ///
    /// # Errors
    /// The errors of [`next`](Self::next), and [`FormsProblem::OutputUnwritable`].
    pub async fn write_to_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let mut sink = FileSink::new(path.as_ref());
        while let Some(piece) = self.next().await? {
            sink.write(piece).await?;
        }
        sink.finish().await
    }

    /// Writes the document to a writer. After an error the writer has a part of it.
    ///
    /// # Errors
    /// The errors of [`next`](Self::next), and [`FormsProblem::OutputUnwritable`].
    pub async fn write_to(&mut self, writer: &mut (impl AsyncWrite + Unpin + Send)) -> Result<()> {
        let unwritable = |error: std::io::Error| {
            let message = format!("the document cannot be written: {error}");
            Error::new(FormsProblem::OutputUnwritable, message).with_source(error)
        };
        while let Some(piece) = self.next().await? {
            writer.write_all(&piece).await.map_err(unwritable)?;
        }
        writer.flush().await.map_err(unwritable)
    }

    /// Reads the document into memory.
    ///
    /// # Errors
    /// The errors of [`next`](Self::next), and [`FormsProblem::AnswerTooLarge`] for a document of more than `limit` bytes.
    pub async fn bytes(&mut self, limit: usize) -> Result<Bytes> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await? {
            if piece.len() > limit - bytes.len() {
                let message = format!("the document has more than {limit} bytes");
                return Err(self.reader().error(FormsProblem::AnswerTooLarge, &message));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Bytes::from(bytes))
    }

    fn reader(&self) -> &AnswerReader {
        match &self.reader {
            Reader::Owned(reader) => reader,
            Reader::Shared(reader) => reader,
        }
    }
}

impl Reader<'_> {
    fn get(&mut self) -> &mut AnswerReader {
        match self {
            Self::Owned(reader) => reader,
            Self::Shared(reader) => reader,
        }
    }
}

/// Tells documents from the fields beside them. The document of an API that makes one is called `output` (documented by
/// Adobe); another name counts if the type fits.
fn is_document(head: &PartHead, kind: DocumentKind) -> bool {
    match head.name.as_deref() {
        Some("output") => true,
        Some("metadata" | "status" | "code" | "message") => false,
        Some(name) if is_log(name) => false,
        _ => head
            .media_type()
            .is_some_and(|media_type| kind.accepts_type(&media_type)),
    }
}

/// Reads a part that is no document: keeps logs, and returns the number of pages.
async fn read_field(reader: &mut AnswerReader, head: &PartHead) -> Result<Option<u32>> {
    let name = head.name.clone().unwrap_or_default();
    if is_log(&name) {
        read_log(reader, &name).await?;
        return Ok(None);
    }
    let text = reader.text(MAX_METADATA).await?;
    Ok((name == "metadata").then(|| page_count(&text)).flatten())
}

/// Reads a part that is a log.
pub(crate) async fn read_log(reader: &mut AnswerReader, name: &str) -> Result<()> {
    let text = reader.text(MAX_LOG).await?;
    if reader.logs.len() < MAX_LOGS {
        let log = reader.exchange.log(name, &text);
        reader.logs.push(log);
    }
    Ok(())
}

const MAX_LOGS: usize = 8;

/// Reads `{"pageCount":"3"}`. Adobe documents a text; a number is read, too.
fn page_count(text: &str) -> Option<u32> {
    let metadata: Value = serde_json::from_str(text).ok()?;
    match metadata.get("pageCount")? {
        Value::String(text) => text.trim().parse().ok(),
        number => u32::try_from(number.as_u64()?).ok(),
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("kind", &self.kind)
            .field("length", &self.length)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
