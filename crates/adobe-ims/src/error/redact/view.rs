//! A text as it reads after decoding. Each byte knows its place in the server's text.

use zeroize::Zeroizing;

/// A part of the server's text, in bytes. It begins and ends between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    /// Returns the smallest span that holds both. In a reversed view the later byte comes first.
    pub(super) fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// Bytes, each with the span of the server's text that it comes from.
#[derive(Default)]
pub(super) struct View {
    bytes: Zeroizing<Vec<u8>>,
    spans: Vec<Span>,
}

impl View {
    /// Returns the server's text as it stands.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of_characters(text, text.char_indices())
    }

    /// Returns the server's text from its last character to its first.
    pub(super) fn of_reversed_text(text: &str) -> Self {
        Self::of_characters(text, text.char_indices().rev())
    }

    fn of_characters(text: &str, characters: impl Iterator<Item = (usize, char)>) -> Self {
        let mut view = Self::with_capacity(text.len());
        for (start, character) in characters {
            let end = start + character.len_utf8();
            view.push_character(character, span(start, end));
        }
        view
    }

    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(capacity)),
            spans: Vec::with_capacity(capacity),
        }
    }

    pub(super) fn push(&mut self, byte: u8, span: Span) {
        self.bytes.push(byte);
        self.spans.push(span);
    }

    pub(super) fn push_character(&mut self, character: char, span: Span) {
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            self.push(byte, span);
        }
    }

    /// Appends `length` bytes of another view.
    pub(super) fn append(&mut self, other: &Self, start: usize, length: usize) {
        let range = start..start + length;
        self.bytes.extend_from_slice(&other.bytes[range.clone()]);
        self.spans.extend_from_slice(&other.spans[range]);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes from `start`, or nothing behind the end.
    pub(super) fn rest(&self, start: usize) -> &[u8] {
        self.bytes.get(start..).unwrap_or_default()
    }

    pub(super) fn span(&self, index: usize) -> Span {
        self.spans[index]
    }

    /// Returns the span of `length` bytes from `start`. There is at least one.
    pub(super) fn span_of(&self, start: usize, length: usize) -> Span {
        self.spans[start].to(self.spans[start + length - 1])
    }

    /// Returns the view without the ends of its lines and the blanks after them, if it has more than one line: with
    /// and without the marks that continue a line (`=` in quoted-printable, a backslash), which may also be a part of
    /// the text.
    pub(super) fn joined(&self) -> impl Iterator<Item = Self> {
        let joined = self.join(|_| false);
        let without_marks = joined.as_ref().and_then(|joined| {
            let other = self.join(|byte| matches!(byte, b'=' | b'\\'))?;
            (other.len() < joined.len()).then_some(other)
        });
        joined.into_iter().chain(without_marks)
    }

    fn join(&self, is_mark: impl Fn(u8) -> bool) -> Option<Self> {
        let mut joined = Self::with_capacity(self.len());
        let mut index = 0;
        while index < self.len() {
            let end = line_end(self.rest(index));
            let continues = is_mark(self.bytes[index]) && line_end(self.rest(index + 1)) > 0;
            if end > 0 {
                let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
                index += end;
                index += self.rest(index).iter().take_while(is_blank).count();
            } else {
                if !continues {
                    joined.push(self.bytes[index], self.spans[index]);
                }
                index += 1;
            }
        }
        (joined.len() < self.len()).then_some(joined)
    }

    /// Returns the view without blanks and control characters, in lower case. `+`, which can be a blank, belongs to
    /// the characters beside it.
    pub(super) fn dense(&self) -> Self {
        let mut dense = Self::with_capacity(self.len());
        let mut pluses: Option<Span> = None;
        for (&byte, &span) in self.bytes.iter().zip(&self.spans) {
            if byte == b'+' {
                pluses = Some(pluses.map_or(span, |pluses| pluses.to(span)));
                if let Some(last) = dense.spans.last_mut() {
                    *last = last.to(span);
                }
            } else if !byte.is_ascii_whitespace() && !byte.is_ascii_control() {
                let span = pluses.take().map_or(span, |pluses| pluses.to(span));
                dense.push(byte.to_ascii_lowercase(), span);
            }
        }
        dense
    }

    /// Returns the view with these bytes only, in lower case.
    pub(super) fn folded(&self, keep: impl Fn(u8) -> bool) -> Self {
        let mut folded = Self::with_capacity(self.len());
        for (&byte, &span) in self.bytes.iter().zip(&self.spans) {
            if keep(byte) {
                folded.push(byte.to_ascii_lowercase(), span);
            }
        }
        folded
    }
}

/// Returns the length of the end of a line, as it is or as JSON has it, that a text begins with.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r' | b'\n', ..] => 1,
        [b'\\', b'r' | b'n' | b'R' | b'N', ..] => 2,
        _ => 0,
    }
}

fn span(start: usize, end: usize) -> Span {
    let place = |index| u32::try_from(index).unwrap_or(u32::MAX);
    Span {
        start: place(start),
        end: place(end),
    }
}
