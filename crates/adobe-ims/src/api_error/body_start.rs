use core::fmt;

/// The beginning of a body, 64 KiB at most. A program that passes a body on as it arrives keeps this for the diagnosis.
#[derive(Clone, Default)]
pub struct BodyStart {
    bytes: Vec<u8>,
}

impl BodyStart {
    /// In bytes. The error bodies of Adobe's APIs are far smaller.
    pub const LIMIT: usize = 64 * 1024;

    /// Adds the next piece of the body. What exceeds the limit is dropped.
    pub fn push(&mut self, piece: &[u8]) {
        let room = Self::LIMIT - self.bytes.len();
        self.bytes
            .extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// Returns the beginning of the body.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for BodyStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyStart({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginning_is_kept_up_to_the_limit() {
        let mut body = BodyStart::default();
        for piece in [&[1; 100][..], &[2; BodyStart::LIMIT], &[3; 5]] {
            body.push(piece);
        }
        assert_eq!(body.as_bytes().len(), BodyStart::LIMIT);
        assert_eq!(body.as_bytes()[99..101], [1, 2]);
        assert_eq!(body.as_bytes().last(), Some(&2));
        assert_eq!(format!("{body:?}"), "BodyStart(65536 bytes)");
    }
}
