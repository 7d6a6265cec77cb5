//! The seeds of histories that broke a promise before the library was mended.

/// Each seed with what the provider did.
pub(crate) const SEEDS: &[(u64, &str)] = &[];
