//! Basic types that every other module uses: secrets, time, PEM and origins of URLs.

pub(crate) mod clock;
pub(crate) mod distance;
pub mod file;
pub(crate) mod future;
pub(crate) mod origin;
pub(crate) mod pem;
pub(crate) mod secret;
pub mod time;
