//! How AEM answers where the sources disagree.

use serde::{Deserialize, Serialize};

/// The form of the answer to an assembly with one result.
///
/// Adobe's specification says `multipart/mixed`. Published clients write the whole body into a
/// PDF file, so the live service may answer with the bare document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssemblerAnswer {
    /// A `multipart/mixed` body with one part for each document.
    #[default]
    Multipart,
    /// The document itself, as `application/pdf`. Several results are multipart all the same.
    Pdf,
}

/// The settings of AEM that can change while the emulator runs.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct AemSettings {
    pub(crate) assembler_answer: AssemblerAnswer,
}
