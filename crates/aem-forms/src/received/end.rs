//! The check of the end of a document.

use memchr::memmem;

use super::kind::DocumentKind;

/// In bytes. Readers of PDF search the mark in as many (ISO 32000).
const TAIL: usize = 1024;

/// Keeps the end of a document while it passes.
#[derive(Debug)]
pub(super) struct EndCheck {
    kind: DocumentKind,
    tail: Vec<u8>,
}

impl EndCheck {
    pub(super) fn new(kind: DocumentKind) -> Self {
        Self {
            kind,
            tail: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, piece: &[u8]) {
        if !self.kind.has_end() {
            return;
        }
        let kept = TAIL.saturating_sub(piece.len()).min(self.tail.len());
        self.tail.drain(..self.tail.len() - kept);
        self.tail
            .extend_from_slice(&piece[piece.len().saturating_sub(TAIL)..]);
    }

    /// Returns true if the document has its end.
    pub(super) fn is_whole(&self) -> bool {
        !self.kind.has_end() || memmem::rfind(&self.tail, b"%%EOF").is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_is_found_near_the_end_in_any_pieces() {
        let whole = [&b"%PDF-1.7"[..], &[b'x'; 3000], b"%%EOF\r\n"].concat();
        let padded = [&whole[..], &[0; 1100]].concat();
        for size in [1, 7, 1000, 1024, 1025, 10_000] {
            for (document, expected) in [
                (&whole[..], true),
                (&whole[..whole.len() - 3], false),
                (&padded[..], false),
                (b"%PDF", false),
            ] {
                let mut check = EndCheck::new(DocumentKind::Pdf);
                document.chunks(size).for_each(|piece| check.note(piece));
                assert_eq!(check.is_whole(), expected, "{size} {}", document.len());
                assert!(check.tail.len() <= TAIL);
            }
        }
    }
}
