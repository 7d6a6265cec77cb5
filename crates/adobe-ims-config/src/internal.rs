//! Items that the command shares. They are not part of the public API and may change in any release.

pub use adobe_ims::internal::distance;
