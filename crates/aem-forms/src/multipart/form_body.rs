//! The content of a request while it is sent.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use adobe_ims::transport::UploadBody;
use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::task::JoinHandle;

use super::form::Segment;
use crate::document::Content;
use crate::error::{Error, FormsProblem};

/// In bytes. Of each file, one piece is in memory, and one is being read.
const PIECE: u64 = 128 * 1024;

/// Keeps the error of a document that could not be read. A transport only says that the content failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct DocumentFailure(Arc<Mutex<Option<Error>>>);

impl DocumentFailure {
    fn set(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(crate) fn take(&self) -> Option<Error> {
        let mut error = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        error.take()
    }
}

/// Returns the content that consists of these stretches. Files are opened when it is their turn.
pub(crate) fn upload(segments: Vec<Segment>, failure: &DocumentFailure) -> UploadBody {
    let length = segments.iter().map(Segment::length).sum();
    let body = FormBody {
        segments: segments.into(),
        reading: None,
        failure: failure.clone(),
    };
    UploadBody::new(length, body)
}

struct FormBody {
    segments: VecDeque<Segment>,
    reading: Option<JoinHandle<io::Result<ReadPiece>>>,
    failure: DocumentFailure,
}

/// A piece of a file, and the place at which the next one begins.
struct ReadPiece {
    piece: Bytes,
    next: Option<OpenFile>,
}

struct OpenFile {
    file: File,
    path: PathBuf,
    rest: u64,
}

impl FormBody {
    /// Returns the next piece that is in memory, or begins to read a file.
    fn advance(&mut self) -> Option<Bytes> {
        loop {
            match self.segments.pop_front()? {
                Segment::Bytes(bytes) | Segment::File(Content::Bytes(bytes)) => {
                    if !bytes.is_empty() {
                        return Some(bytes);
                    }
                }
                Segment::File(Content::File { path, length }) => {
                    self.reading = Some(tokio::task::spawn_blocking(move || {
                        OpenFile::open(path, length)?.read()
                    }));
                    return None;
                }
            }
        }
    }

    fn fail(&mut self, error: &io::Error) -> io::Error {
        self.segments.clear();
        let message = format!("a document could not be read while it was sent: {error}");
        let failure = Error::new(FormsProblem::DocumentUnreadable, message);
        self.failure.set(failure);
        io::Error::new(error.kind(), error.to_string())
    }
}

impl Body for FormBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            if let Some(reading) = &mut self.reading {
                let outcome = ready!(Pin::new(reading).poll(cx));
                self.reading = None;
                let read = outcome.unwrap_or_else(|error| Err(io::Error::other(error)));
                let ReadPiece { piece, next } = match read {
                    Ok(read) => read,
                    Err(error) => return Poll::Ready(Some(Err(self.fail(&error)))),
                };
                // The next piece is read while this one is sent.
                self.reading = next.map(|next| tokio::task::spawn_blocking(move || next.read()));
                if !piece.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(piece))));
                }
                continue;
            }
            match self.advance() {
                Some(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                None if self.reading.is_none() => return Poll::Ready(None),
                None => {}
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.segments.is_empty() && self.reading.is_none()
    }
}

impl OpenFile {
    /// Opens a file, whose length must be the one that the head of the request announced.
    fn open(path: PathBuf, length: u64) -> io::Result<Self> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{path:?}: {error}"));
        let file = File::open(&path).map_err(named)?;
        let now = file.metadata().map_err(named)?.len();
        if now != length {
            return Err(changed(&path));
        }
        Ok(Self {
            file,
            path,
            rest: length,
        })
    }

    fn read(mut self) -> io::Result<ReadPiece> {
        let length = self.rest.min(PIECE);
        let mut piece = Vec::with_capacity(length as usize);
        let count = self.file.by_ref().take(length).read_to_end(&mut piece);
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{:?}: {error}", self.path));
        if count.map_err(named)? as u64 != length {
            return Err(changed(&self.path));
        }
        self.rest -= length;
        if self.rest > 0 {
            return Ok(ReadPiece {
                piece: Bytes::from(piece),
                next: Some(self),
            });
        }
        if self.file.read(&mut [0]).map_err(named)? > 0 {
            return Err(changed(&self.path));
        }
        Ok(ReadPiece {
            piece: Bytes::from(piece),
            next: None,
        })
    }
}

fn changed(path: &Path) -> io::Error {
    let message = format!("{path:?}: its length changed since the request was made");
    io::Error::new(io::ErrorKind::InvalidData, message)
}
