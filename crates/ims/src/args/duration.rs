//! Lengths of time on the command line, written as in the configuration.

pub(crate) use adobe_ims_config::parse_span as parse;
