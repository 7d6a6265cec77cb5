//! Lengths of time on the command line, written as in the configuration.

pub(crate) use adobe_ims_profiles::parse_span as parse;
