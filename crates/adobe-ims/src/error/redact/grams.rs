//! A set of parts of secrets, all of the same length, and the search for all of them at once.

use zeroize::Zeroizing;

/// In characters. A part of this length counts as the secret. Secrets of Adobe have more than thirty random characters
/// (observed): when less than this is shown, most of a secret stays unknown. A lower limit would remove ordinary words
/// that a secret happens to contain.
pub(super) const PART: usize = 12;

/// In characters. Shorter secrets are not searched in parts.
const MIN_WHOLE: usize = 8;

/// An odd factor with many ones. The hash only sorts out what need not be compared: a server that finds another text
/// with the same hash has that text removed.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

const FILTER_BITS: u32 = 16;

/// The parts of secrets of one length. Searching takes the same time for one part and for thousands.
pub(super) struct Grams {
    length: usize,
    /// `FACTOR` to the power of the length: the weight of the byte that leaves the window.
    leaving: u64,
    /// Sorted once, after the last secret.
    hashes: Zeroizing<Vec<u64>>,
    /// One bit for the first bits of a hash.
    filter: Vec<u64>,
}

impl Grams {
    /// Adds the parts of a secret to the set of their length.
    pub(super) fn add(sets: &mut Vec<Self>, secret: &[u8]) {
        if secret.len() < MIN_WHOLE {
            return;
        }
        let length = secret.len().min(PART);
        if !sets.iter().any(|set| set.length == length) {
            sets.push(Self::new(length));
        }
        for set in sets.iter_mut().filter(|set| set.length == length) {
            set.add_parts(secret);
        }
    }

    fn new(length: usize) -> Self {
        let leaving = (0..length).fold(1u64, |power, _| power.wrapping_mul(FACTOR));
        Self {
            length,
            leaving,
            hashes: Zeroizing::default(),
            filter: vec![0; 1 << (FILTER_BITS - 6)],
        }
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    fn add_parts(&mut self, secret: &[u8]) {
        let mut hashes = Zeroizing::new(Vec::with_capacity(secret.len()));
        self.windows(secret, |_, hash| hashes.push(hash));
        for hash in hashes.iter() {
            let (word, bit) = place(*hash);
            self.filter[word] |= bit;
        }
        self.hashes = Zeroizing::new([self.hashes.as_slice(), hashes.as_slice()].concat());
    }

    /// Prepares the search. Parts that are added later are not found.
    pub(super) fn sort(&mut self) {
        self.hashes.sort_unstable();
    }

    /// Calls `found` with the start of each part in a text.
    pub(super) fn search(&self, text: &[u8], found: &mut impl FnMut(usize)) {
        self.windows(text, |start, hash| {
            let (word, bit) = place(hash);
            if self.filter[word] & bit != 0 && self.hashes.binary_search(&hash).is_ok() {
                found(start);
            }
        });
    }

    /// Calls `each` with the start and the hash of each window of the text.
    fn windows(&self, text: &[u8], mut each: impl FnMut(usize, u64)) {
        let mut hash = 0u64;
        for (index, &byte) in text.iter().enumerate() {
            hash = hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1);
            if let Some(left) = index.checked_sub(self.length) {
                let left = (u64::from(text[left]) + 1).wrapping_mul(self.leaving);
                hash = hash.wrapping_sub(left);
            }
            if index + 1 >= self.length {
                each(index + 1 - self.length, hash);
            }
        }
    }
}

/// Returns the place of a hash in the filter.
fn place(hash: u64) -> (usize, u64) {
    let bit = (hash ^ hash >> 29).wrapping_mul(FACTOR) >> (u64::BITS - FILTER_BITS);
    let word = usize::try_from(bit >> 6).unwrap_or_default();
    (word, 1 << (bit & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_long_secret_is_found_and_a_shorter_one_is_not() {
        let secret = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut sets = Vec::new();
        Grams::add(&mut sets, secret);
        Grams::add(&mut sets, b"password1");
        Grams::add(&mut sets, b"short");
        sets.iter_mut().for_each(Grams::sort);
        let starts = |text: &[u8]| {
            let mut starts = Vec::new();
            for set in &sets {
                set.search(text, &mut |start| starts.push(start));
            }
            starts
        };
        for start in 0..=secret.len() - PART {
            let part = &secret[start..start + PART];
            assert_eq!(starts(&[b"xyz", part, b"!"].concat()), [3]);
            assert!(starts(&part[1..]).is_empty());
        }
        assert_eq!(starts(b"a password1"), [2]);
        assert!(starts(b"password").is_empty());
        assert!(starts(b"").is_empty());
        assert_eq!(starts(secret).len(), secret.len() - PART + 1);
    }
}
