//! The parser of durations, which are written as in the configuration.

pub(crate) use adobe_ims_config::values::parse_duration as parse;
