//! Random values, from the system or from a seed.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

/// A source of random values for one purpose.
///
/// Seeded sources of different purposes are independent: one more debug id does not change the next
/// token.
#[derive(Deserialize, Serialize)]
#[serde(into = "Stored", from = "Stored")]
pub(crate) enum Random {
    System(SystemRandom),
    Seeded {
        seed: u64,
        purpose: Cow<'static, str>,
        draws: AtomicU64,
    },
}

impl Random {
    pub(crate) fn new(seed: Option<u64>, purpose: &'static str) -> Self {
        match seed {
            None => Self::System(SystemRandom::new()),
            Some(seed) => Self::Seeded {
                seed,
                purpose: Cow::Borrowed(purpose),
                draws: AtomicU64::new(0),
            },
        }
    }

    /// Returns the number of values that were drawn. It does not count without a seed.
    pub(crate) fn draws(&self) -> u64 {
        match self {
            Self::System(_) => 0,
            Self::Seeded { draws, .. } => draws.load(Ordering::Relaxed),
        }
    }

    /// Goes on as after a number of draws.
    pub(crate) fn continue_after(&self, number: u64) {
        match self {
            Self::System(_) => {}
            Self::Seeded { draws, .. } => draws.store(number, Ordering::Relaxed),
        }
    }

    /// Returns `N` random bytes, at most 32.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        const { assert!(N <= 32, "one draw gives one SHA-256 hash") };
        let mut bytes = [0; N];
        match self {
            Self::System(system) => system
                .fill(&mut bytes)
                .expect("the system has a random source"),
            Self::Seeded {
                seed,
                purpose,
                draws,
            } => {
                let draw = draws.fetch_add(1, Ordering::Relaxed);
                let mut input = Vec::with_capacity(16 + purpose.len());
                input.extend(seed.to_be_bytes());
                input.extend(draw.to_be_bytes());
                input.extend(purpose.as_bytes());
                bytes.copy_from_slice(&digest(&SHA256, &input).as_ref()[..N]);
            }
        }
        bytes
    }

    /// Returns `2 * N` lower-case hexadecimal digits.
    pub(crate) fn hex<const N: usize>(&self) -> String {
        hex(&self.bytes::<N>())
    }

    /// Returns a UUID of version 4.
    pub(crate) fn uuid(&self) -> String {
        let mut bytes = self.bytes::<16>();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = hex(&bytes);
        [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ]
        .join("-")
    }

    /// Returns 32 characters of base64url, enough for a secret.
    pub(crate) fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<24>())
    }

    /// Returns `N` characters of the base32 alphabet.
    pub(crate) fn base32<const N: usize>(&self) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        self.bytes::<N>()
            .iter()
            .map(|byte| char::from(alphabet[usize::from(byte % 32)]))
            .collect()
    }
}

/// Returns the lower-case hexadecimal digits of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(digits[usize::from(digit)]))
        .collect()
}

impl Clone for Random {
    fn clone(&self) -> Self {
        match self {
            Self::System(system) => Self::System(system.clone()),
            Self::Seeded {
                seed,
                purpose,
                draws,
            } => Self::Seeded {
                seed: *seed,
                purpose: purpose.clone(),
                draws: AtomicU64::new(draws.load(Ordering::Relaxed)),
            },
        }
    }
}

/// The stored form of [`Random`], which is nothing without a seed.
#[derive(Deserialize, Serialize)]
struct Stored(Option<Seeded>);

#[derive(Deserialize, Serialize)]
struct Seeded {
    seed: u64,
    purpose: Cow<'static, str>,
    draws: u64,
}

impl From<Random> for Stored {
    fn from(random: Random) -> Self {
        let draws = random.draws();
        Self(match random {
            Random::System(_) => None,
            Random::Seeded { seed, purpose, .. } => Some(Seeded {
                seed,
                purpose,
                draws,
            }),
        })
    }
}

impl From<Stored> for Random {
    fn from(Stored(seeded): Stored) -> Self {
        match seeded {
            None => Self::System(SystemRandom::new()),
            Some(seeded) => Self::Seeded {
                seed: seeded.seed,
                purpose: seeded.purpose,
                draws: AtomicU64::new(seeded.draws),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_and_purpose_give_same_values() {
        let draw = |seed, purpose| Random::new(Some(seed), purpose).bytes::<32>();
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        let random = Random::new(Some(1), "a");
        assert_ne!(random.bytes::<32>(), random.bytes::<32>());
    }

    #[test]
    fn stored_source_goes_on_where_it_was() {
        for seed in [None, Some(u64::MAX)] {
            let random = Random::new(seed, "a");
            random.uuid();
            let stored = serde_json::to_string(&random).unwrap();
            let restored: Random = serde_json::from_str(&stored).unwrap();
            assert_eq!(restored.draws(), random.draws());
            assert_eq!(restored.uuid() == random.uuid(), seed.is_some());
        }
    }

    #[test]
    fn values_have_documented_form() {
        for seed in [None, Some(7)] {
            let random = Random::new(seed, "shapes");
            let uuid = random.uuid();
            assert_eq!(uuid.len(), 36);
            assert_eq!(&uuid[14..15], "4");
            assert_eq!(random.hex::<12>().len(), 24);
            assert_eq!(random.secret().len(), 32);
            assert_eq!(random.base32::<20>().len(), 20);
        }
    }
}
