//! The seeds of histories that broke a promise before the library was mended.

/// Each seed with what the provider did.
pub(crate) const SEEDS: &[(u64, &str)] = &[
    (
        31,
        "The machine slept during a refresh, which then looked stuck: a second request started beside it.",
    ),
    (
        7,
        "An API rejected a token. Its successor was due, and the provider took the rejected token from the store.",
    ),
    (
        98,
        "The clock was set back. The provider took its own token from the store for a younger one, and returned it past \
         its expiry.",
    ),
    (
        33,
        "The clock was set back during an attempt that failed. The stored failure began in the future, and all failed \
         with it.",
    ),
    (
        47,
        "A store panicked. The refresh ended without a hold, and refresh_due wanted to be called at once.",
    ),
];
