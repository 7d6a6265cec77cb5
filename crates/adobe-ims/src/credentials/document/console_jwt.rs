//! The download of a JWT (service account) credential from the Adobe Developer Console. It has no key, no metascopes
//! and no host.

use super::aliases::FieldNames;
use super::flat::FlatDocument;
use super::partial::{Kind, PartialCredentials};
use crate::error::Result;

pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    Ok(PartialCredentials {
        needs_supplement: true,
        jwt_ended: true,
        ..PartialCredentials::new(
            FlatDocument::read(text)?,
            FieldNames::CONSOLE_JWT,
            Kind::Assertion,
        )
    })
}
