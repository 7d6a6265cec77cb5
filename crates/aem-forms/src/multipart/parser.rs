//! The reader of multipart answers. It takes pieces as they arrive and does no I/O.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::Finder;

use super::header::{Parameters, PartHead, media_type};

/// In bytes.
const MAX_HEAD: usize = 16 * 1024;

/// In bytes: what stands before the first part.
const MAX_PREAMBLE: usize = 64 * 1024;

/// A document with more bookmarks than this is divided by several requests.
const MAX_PARTS: usize = 10_000;

/// In bytes: white space behind a boundary.
const MAX_PADDING: usize = 64;

/// An answer that is no multipart, or not a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Truncated,
    TooLarge,
    Malformed,
}

/// The next event in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Head(Box<PartHead>),
    Data(Bytes),
    PartEnd,
    /// The end of the last part.
    End,
}

/// Reads the parts of one answer.
#[derive(Debug)]
pub(crate) struct Parser {
    delimiter: Finder<'static>,
    buffer: BytesMut,
    state: State,
    has_all: bool,
    parts: usize,
    /// The preamble that was skipped, in bytes.
    skipped: usize,
    /// The length of the content of this part so far, in bytes.
    length: u64,
    /// The length that the head of this part names.
    announced: Option<u64>,
    /// The lines of the answer end in a line feed alone.
    is_line_feed: bool,
    /// The beginning of the buffer that has no end of a head.
    searched: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preamble,
    Head,
    Content,
    Done,
}

/// A boundary line in the buffer.
enum Line {
    /// There is none. The buffer up to here is content.
    None(usize),
    /// More bytes are needed to tell. The buffer up to here is content.
    Unknown(usize),
    Found {
        /// The end of the content before it.
        content: usize,
        /// The end of the line.
        end: usize,
        is_last: bool,
        is_line_feed: bool,
    },
}

/// Returns the boundary of a type, if it is a multipart type: `None` for another type, an empty text for a multipart type
/// whose boundary cannot be one.
pub(crate) fn boundary_of(content_type: &str) -> Option<String> {
    media_type(content_type)?
        .starts_with("multipart/")
        .then(|| {
            let boundary = Parameters::parse(content_type).get("boundary");
            let is_boundary = |it: &String| it.len() <= 200 && !it.contains(['\r', '\n']);
            boundary.filter(is_boundary).unwrap_or_default()
        })
}

impl Parser {
    /// Creates the reader for a boundary that is not empty.
    pub(crate) fn new(boundary: &str) -> Self {
        Self {
            delimiter: Finder::new(&format!("--{boundary}")).into_owned(),
            buffer: BytesMut::new(),
            state: State::Preamble,
            has_all: false,
            parts: 0,
            skipped: 0,
            length: 0,
            announced: None,
            is_line_feed: false,
            searched: 0,
        }
    }

    /// Adds a piece of the answer.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        if self.state != State::Done {
            self.buffer.extend_from_slice(piece);
        }
    }

    /// Tells that the answer has ended.
    pub(crate) fn finish(&mut self) {
        self.has_all = true;
    }

    /// Returns what is next, or `None` if it has not arrived.
    pub(crate) fn next(&mut self) -> Result<Option<Event>, Flaw> {
        let event = match self.state {
            State::Preamble => self.preamble()?,
            State::Head => self.head()?,
            State::Content => self.content()?,
            State::Done => Some(Event::End),
        };
        if event.is_none() && self.has_all {
            return Err(Flaw::Truncated);
        }
        Ok(event)
    }

    fn preamble(&mut self) -> Result<Option<Event>, Flaw> {
        match self.find_line(true, self.skipped == 0) {
            Line::None(end) | Line::Unknown(end) => {
                self.skipped += end;
                self.buffer.advance(end);
                if self.skipped > MAX_PREAMBLE {
                    return Err(Flaw::Malformed);
                }
                Ok(None)
            }
            Line::Found {
                end,
                is_last,
                is_line_feed,
                ..
            } => {
                self.is_line_feed = is_line_feed;
                self.leave_line(end, is_last)?;
                self.next()
            }
        }
    }

    fn leave_line(&mut self, end: usize, is_last: bool) -> Result<(), Flaw> {
        self.buffer.advance(end);
        self.searched = 0;
        if is_last {
            self.state = State::Done;
            self.buffer = BytesMut::new();
            return Ok(());
        }
        self.parts += 1;
        self.state = State::Head;
        if self.parts > MAX_PARTS {
            return Err(Flaw::TooLarge);
        }
        Ok(())
    }

    fn head(&mut self) -> Result<Option<Event>, Flaw> {
        let Some((length, end)) = self.end_of_head() else {
            self.searched = self.buffer.len();
            if self.buffer.len() > MAX_HEAD {
                return Err(Flaw::TooLarge);
            }
            return Ok(None);
        };
        if length > MAX_HEAD {
            return Err(Flaw::TooLarge);
        }
        let head = PartHead::parse(&self.buffer[..length]).ok_or(Flaw::Malformed)?;
        self.buffer.advance(end);
        self.state = State::Content;
        self.length = 0;
        self.announced = head.length;
        Ok(Some(Event::Head(Box::new(head))))
    }

    /// Returns the length of the head, and its length with the empty line.
    fn end_of_head(&self) -> Option<(usize, usize)> {
        for empty in [&b"\r\n"[..], b"\n"] {
            if self.buffer.starts_with(empty) {
                return Some((0, empty.len()));
            }
        }
        // The end may have begun in the part that was searched.
        let start = self.searched.saturating_sub(3);
        let lines = memchr::memchr_iter(b'\n', &self.buffer[start..]);
        for line_feed in lines.map(|index| start + index) {
            let after = &self.buffer[line_feed + 1..];
            for empty in [&b"\r\n"[..], b"\n"] {
                if after.starts_with(empty) {
                    return Some((line_feed, line_feed + 1 + empty.len()));
                }
            }
        }
        None
    }

    fn content(&mut self) -> Result<Option<Event>, Flaw> {
        match self.find_line(self.is_line_feed, self.length == 0) {
            Line::None(end) | Line::Unknown(end) => Ok(self.data(end)),
            Line::Found { content, .. } if content > 0 => Ok(self.data(content)),
            Line::Found { end, is_last, .. } => {
                let is_short = self.announced.is_some_and(|length| length != self.length);
                if is_short {
                    return Err(Flaw::Truncated);
                }
                self.leave_line(end, is_last)?;
                Ok(Some(Event::PartEnd))
            }
        }
    }

    fn data(&mut self, length: usize) -> Option<Event> {
        if length == 0 {
            return None;
        }
        self.length += length as u64;
        Some(Event::Data(self.buffer.split_to(length).freeze()))
    }

    /// Finds the next line that begins with the delimiter. `at_start` tells that the buffer begins a line.
    fn find_line(&self, allow_line_feed: bool, at_start: bool) -> Line {
        let width = self.delimiter.needle().len();
        let mut from = 0;
        while let Some(index) = self.delimiter.find(&self.buffer[from..]) {
            let start = from + index;
            let content = match self.end_of_content(start, allow_line_feed, at_start) {
                Some(content) => content,
                None => {
                    from = start + 1;
                    continue;
                }
            };
            match self.end_of_line(start + width) {
                Some(Some((end, is_last, is_line_feed))) => {
                    return Line::Found {
                        content,
                        end,
                        is_last,
                        is_line_feed,
                    };
                }
                Some(None) => from = start + 1,
                None => return Line::Unknown(content),
            }
        }
        // A delimiter may begin at the end of the buffer, behind a line end.
        Line::None(self.buffer.len().saturating_sub(width + 1))
    }

    /// Returns the end of the content before a delimiter: the line end belongs to the delimiter. `None` within a line.
    fn end_of_content(&self, start: usize, allow_line_feed: bool, at_start: bool) -> Option<usize> {
        let before = &self.buffer[..start];
        if before.ends_with(b"\r\n") {
            Some(start - 2)
        } else if before.ends_with(b"\n") && allow_line_feed {
            Some(start - 1)
        } else {
            (before.is_empty() && at_start).then_some(0)
        }
    }

    /// Reads what follows a delimiter. Returns the end of the line, whether it is the last one, and whether it ends in a
    /// line feed alone; `Some(None)` if the text is longer than the delimiter, `None` if more bytes are needed.
    #[allow(clippy::option_option, reason = "the two differ in what is known")]
    fn end_of_line(&self, start: usize) -> Option<Option<(usize, bool, bool)>> {
        let rest = &self.buffer[start..];
        if rest.starts_with(b"--") {
            return Some(Some((start + 2, true, false)));
        }
        let padding = rest.iter().take(MAX_PADDING + 1);
        let padding = padding.take_while(|byte| matches!(byte, b' ' | b'\t'));
        let padding = padding.count();
        let end = start + padding;
        match &rest[padding..] {
            [b'\r', b'\n', ..] => Some(Some((end + 2, false, false))),
            [b'\n', ..] => Some(Some((end + 1, false, true))),
            [] | [b'\r'] if padding <= MAX_PADDING => None,
            [b'-'] if padding == 0 => None,
            _ => Some(None),
        }
    }
}

#[cfg(test)]
mod tests;
