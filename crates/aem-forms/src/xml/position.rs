/// Returns line and column of an offset, both counted from 1. A column counts characters.
pub(super) fn of(text: &str, offset: usize) -> (u32, u32) {
    let mut cursor = Cursor::new(text);
    cursor.at(offset)
}

/// A place that moves forward through a text, so that the positions of many nodes cost one pass.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    /// Creates a cursor at the start of the text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    /// Returns line and column of an offset, which is not before that of the last call.
    pub(crate) fn at(&mut self, offset: usize) -> (u32, u32) {
        let mut end = offset.clamp(self.offset, self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let between = &self.text[self.offset..end];
        let mut rest = between;
        while let Some(at) = rest.find('\n') {
            self.line = self.line.saturating_add(1);
            self.column = 1;
            rest = &rest[at + 1..];
        }
        let characters = u32::try_from(rest.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(characters);
        self.offset = end;
        (self.line, self.column)
    }
}
