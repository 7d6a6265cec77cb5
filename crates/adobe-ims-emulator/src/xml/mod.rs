//! Reading XML of strangers: bounded, without DTDs and external entities.

pub(crate) mod decode;
pub(crate) mod guard;
pub(crate) mod read;

pub(crate) use read::{XmlError, is_named, parse};
