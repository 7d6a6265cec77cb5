//! The emulator: how it is configured, started and used.

pub(crate) mod scenario;
pub(crate) mod start_error;
pub(crate) mod builder;
pub(crate) mod proxy_access;
pub(crate) mod saver;
pub(crate) mod running;
pub(crate) mod proxy;
pub(crate) mod aem;
pub(crate) mod control;
pub(crate) mod registrations;
pub(crate) mod start;
