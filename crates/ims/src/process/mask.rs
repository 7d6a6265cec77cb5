//! Hiding a secret in a stream of bytes.

use adobe_ims::Secret;
use zeroize::Zeroizing;

const MASK: &[u8] = b"***";

/// Replaces a secret by `***`, wherever the stream is cut. Occurrences that overlap become one mask.
pub(crate) struct Masker {
    secret: Zeroizing<Vec<u8>>,
    /// Knuth, Morris and Pratt: for each length of a match, the longest shorter one that ends with it.
    shorter: Vec<usize>,
    /// The number of the last bytes that are the beginning of the secret and are held back.
    held: usize,
    /// The number of these that are masked already, as the end of an earlier occurrence.
    masked: usize,
}

impl Masker {
    pub(crate) fn new(secret: &Secret) -> Self {
        let secret = Zeroizing::new(secret.expose().as_bytes().to_vec());
        let mut shorter = vec![0; secret.len() + 1];
        let mut length = 0;
        for end in 1..secret.len() {
            while length > 0 && secret[length] != secret[end] {
                length = shorter[length];
            }
            length += usize::from(secret[length] == secret[end]);
            shorter[end + 1] = length;
        }
        Self {
            secret,
            shorter,
            held: 0,
            masked: 0,
        }
    }

    /// Takes the next bytes and returns those that are not part of the secret, masked.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.secret.is_empty() {
            return bytes.to_vec();
        }
        let mut decided = Vec::with_capacity(bytes.len() + self.held);
        for &byte in bytes {
            while self.held > 0 && self.secret[self.held] != byte {
                self.keep(self.shorter[self.held], &mut decided);
            }
            if self.secret[self.held] != byte {
                decided.push(byte);
                continue;
            }
            self.held += 1;
            if self.held == self.secret.len() {
                if self.masked == 0 {
                    decided.extend_from_slice(MASK);
                }
                self.held = self.shorter[self.held];
                self.masked = self.held;
            }
        }
        decided
    }

    /// Returns the bytes that are held back, at the end of the stream.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut decided = Vec::new();
        self.keep(0, &mut decided);
        decided
    }

    /// Releases all held bytes except this number.
    fn keep(&mut self, count: usize, decided: &mut Vec<u8>) {
        let gone = self.held - count;
        decided.extend_from_slice(&self.secret[self.masked.min(gone)..gone]);
        self.masked = self.masked.saturating_sub(gone);
        self.held = count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(secret: &str, chunks: &[&[u8]]) -> Vec<u8> {
        let mut masker = Masker::new(&Secret::new(secret));
        let mut all = Vec::new();
        for chunk in chunks {
            all.extend(masker.push(chunk));
        }
        all.extend(masker.finish());
        all
    }

    /// Masks the whole text at once, by looking at each position.
    fn expected(secret: &str, text: &[u8]) -> Vec<u8> {
        let mut hidden_until = 0;
        let mut all = Vec::new();
        for at in 0..text.len() {
            if text[at..].starts_with(secret.as_bytes()) {
                if at >= hidden_until {
                    all.extend(MASK);
                }
                hidden_until = at + secret.len();
            }
            if at >= hidden_until {
                all.push(text[at]);
            }
        }
        all
    }

    fn words(longest: u32) -> impl Iterator<Item = String> {
        (1..=longest).flat_map(|length| {
            (0..1_u32 << length).map(move |bits| {
                let letter = |at| if bits >> at & 1 == 0 { 'a' } else { 'b' };
                (0..length).map(letter).collect()
            })
        })
    }

    #[test]
    fn every_text_is_masked_wherever_the_stream_is_cut() {
        for secret in words(4) {
            for text in words(8) {
                let text = text.as_bytes();
                let expected = expected(&secret, text);
                for first in 0..=text.len() {
                    for second in first..=text.len() {
                        let chunks = [&text[..first], &text[first..second], &text[second..]];
                        let masked = masked(&secret, &chunks);
                        assert_eq!(masked, expected, "{secret} {chunks:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn overlapping_occurrences_become_one_mask() {
        for (secret, text, result) in [
            ("aab", "aaab", "a***"),
            ("aab", "aabaab", "******"),
            ("aba", "xababax", "x***x"),
            ("abcab", "abcabcx", "***cx"),
            ("aab", "aa", "aa"),
        ] {
            let result = result.as_bytes();
            assert_eq!(expected(secret, text.as_bytes()), result);
            assert_eq!(masked(secret, &[text.as_bytes()]), result);
        }
    }

    #[test]
    fn only_a_possible_beginning_of_the_secret_is_held_back() {
        let mut masker = Masker::new(&Secret::new("aab"));
        assert_eq!(masker.push(b"caa"), b"c");
        assert_eq!(masker.push(b"a"), b"a");
        assert_eq!(masker.push(b"c\n> "), b"aac\n> ");
        assert_eq!(masker.push(b"aab"), MASK);
        assert_eq!(masker.finish(), b"");
    }

    #[test]
    fn binary_data_is_unchanged() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(masked("aab", &[&bytes, &bytes]), bytes.repeat(2));
    }
}
